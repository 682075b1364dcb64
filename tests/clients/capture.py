"""No bypass: what a client sends is on the virtual wire, in a capture that tshark reads and decrypts without complaint."""
import os
import re

from lab import Lab, PASSWORD, USER, check, expect, finish, needs, run

MARK = "VMLAB-PAYLOAD-MARK"


def tshark(lab, *more):
    return run(["tshark", "-r", lab.path("wire.pcapng"), *more], seconds=120)


def transfer(lab):
    needs("lftp")
    with open(lab.path("there"), "w") as file:
        file.write((MARK + "\n") * 2000)
    run(["lftp", "-e", f"set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:ca-file {lab.ca}; "
         f"put {lab.path('there')} -o MARK.TXT; bye", "-u", f"{USER},{PASSWORD}", "-p", str(lab.port(21)), "localhost"])


def nothing_malformed(lab):
    output = tshark(lab, "-Y", "_ws.malformed || tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\"",
                    "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE")
    lines = [line for line in output.splitlines() if "Running as user" not in line and line.strip()]
    expect(not lines, f"{len(lines)} packets, the first: {lines[:1]}")


def payload_on_the_wire(lab):
    data_ports = f"{lab.passive[0]}-{lab.passive[1]}"
    output = tshark(lab, "-Y", f"tcp.dstport >= {lab.passive[0]} && tcp.dstport <= {lab.passive[1]}", "-T", "fields",
                    "-e", "tcp.len", "-e", "tcp.stream")
    rows = [line.split() for line in output.splitlines() if re.fullmatch(r"\d+\s+\d+", line)]
    size = os.path.getsize(lab.path("there"))
    expect(sum(int(length) for length, _ in rows) > size, f"less than {size} bytes to the data port")
    clear = tshark(lab, "-Y", f"frame contains \"{MARK}\"", "-T", "fields", "-e", "frame.number")
    expect(not re.search(r"^\d+$", clear, re.M), "the payload is on the wire in clear")
    stream = max(set(row[1] for row in rows), key=[row[1] for row in rows].count)
    opened = tshark(lab, "-d", f"tcp.port=={data_ports},tls", "-q", "-z", f"follow,tls,ascii,{stream}")
    expect(opened.count(MARK) >= 1900, f"{opened.count(MARK)} marks decrypted with the secrets of the capture")


lab = Lab()
lab.command += ["--pcap", lab.path("wire.pcapng")]
with lab:
    check("lftp sends a file", transfer, lab)
    check("SIGINT leaves nothing", lab.stop)
    check("tshark finds no malformed packet and no wrong checksum", nothing_malformed, lab)
    check("the payload crossed the virtual wire, and the secrets of the capture open it", payload_on_the_wire, lab)
finish()
