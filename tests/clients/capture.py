"""No bypass: what a client sends is on the virtual wire, in a capture that tshark reads and decrypts without complaint."""
import os
import signal

from lab import Lab, PASSWORD, USER, Skipped, check, expect, finish, needs, run

MARK = "VMLAB-PAYLOAD-MARK"


def tshark(lab, *more):
    return run(["tshark", "-r", lab.path("wire.pcapng"), *more], seconds=120)


def transfer(lab):
    with open(lab.path("there"), "w") as file:
        file.write((MARK + "\n") * 2000)
    run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "-T", lab.path("there"),
         f"ftp://127.0.0.1:{lab.port(21)}/MARK.TXT"])


def nothing_malformed(lab):
    output = tshark(lab, "-Y", "_ws.malformed || tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\"",
                    "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE")
    lines = [line for line in output.splitlines() if "Running as user" not in line and line.strip()]
    expect(not lines, f"{len(lines)} packets, the first: {lines[:1]}")


def commands_decrypted(lab):
    output = tshark(lab, "-Y", "ftp.request.command == \"STOR\"", "-T", "fields", "-e", "ftp.request.arg")
    expect("MARK.TXT" in output, f"tshark sees no STOR inside TLS: {output[:500]!r}")


def payload_on_the_wire(lab):
    output = tshark(lab, "-d", "tcp.port==0-65535,tls", "-Y", f"frame contains \"{MARK}\" || tls.app_data", "-T", "fields",
                    "-e", "frame.len")
    sizes = [int(s) for s in output.split() if s.isdigit()]
    expect(sum(sizes) > 2000 * len(MARK), f"only {sum(sizes)} bytes of TLS data on the wire")


lab = Lab()
lab.command += ["--pcap", lab.path("wire.pcapng")]
with lab:
    check("curl sends a file", transfer, lab)
    check("SIGINT leaves nothing", lab.stop)
    check("tshark finds no malformed packet and no wrong checksum", nothing_malformed, lab)
    check("tshark decrypts the commands with the secrets of the capture", commands_decrypted, lab)
    check("the payload crossed the virtual wire", payload_on_the_wire, lab)
finish()
