"""No bypass: what a client sends is on the virtual wire, in a capture that tshark reads and decrypts without complaint."""
import os
import re
import subprocess
import threading

from lab import Lab, PASSWORD, USER, check, executable, expect, finish, needs, run, wait_for

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
    """What tshark 4.0 makes of a client's answer to a 3270 query is its own."""
    output = tshark(lab, "-Y", "(_ws.malformed && !tn3270) || tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\"",
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


def mail(lab):
    needs("swaks")
    run(["swaks", "--server", "127.0.0.1", "--port", str(lab.port(25)), "--from", "anna@example.test", "--to",
         "tcpmaint@gdlrct2.example.test", "--tls", "--body", MARK], seconds=90)


def terminal(lab, host):
    needs("s3270")
    run(["s3270", "-cafile", lab.ca, "-model", "3279-2-E", host], stdin="Wait(20,InputField)\nDisconnect()\nQuit()\n")


def inside_tls(lab, filter, wanted):
    """With no preference set: packets that the filter finds are there, and the secrets stand ahead of all of them."""
    output = tshark(lab, "-Y", f"tls && ({filter})", "-T", "fields", "-e", "_ws.col.Info")
    expect(re.search(wanted, output), f"no '{wanted}' in what '{filter}' shows:\n{output[:500]}")


def names_are_there(lab):
    output = tshark(lab, "-N", "n", "-Y", "tcp.port == 21 && tcp.flags.syn == 1", "-T", "fields", "-e", "ip.dst_host",
                    "-e", "frame.interface_name")
    expect("gdlrct2.example.test" in output and "LAN0" in output, output[:500])


def wire_says_what_it_did(folder):
    path = os.path.join(folder, "lossy.pcapng")
    run([executable(), "run", "--virtual", "20", "--traffic", "--loss", "2", "--pcap", path])
    output = run(["tshark", "-r", path, "-Y", "frame.comment contains \"lost\"", "-T", "fields", "-e", "frame.comment"])
    expect(re.search(r"to (TCPIP|WS1): lost", output), output[:500])


def reader_goes_away(folder):
    """tshark reads the pipe while the system runs and ends after 20 packets; the system goes on and ends in order."""
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    seen = []
    reader = threading.Thread(target=lambda: seen.append(subprocess.run(
        f"tshark -l -c 20 -r - < {pipe}", shell=True, capture_output=True, text=True).stdout))
    reader.start()
    with Lab("--pcap", pipe) as live:
        transfer(live)
        reader.join(60)
        expect(not reader.is_alive() and len(seen[0].splitlines()) == 20, f"tshark showed {seen}")
        transfer(live)
        wait_for(lambda: "--pcap cannot be written any more" in live.said(), 20, "the word that the capture ended")
        transfer(live)
        live.stop()
        expect(live.process.returncode == 0, f"exit code {live.process.returncode}")


def capture_to_stdout():
    output = subprocess.run([executable(), "run", "--virtual", "10", "--traffic", "--pcap", "-"], capture_output=True, timeout=60)
    expect(output.stdout[:4] == b"\x0a\x0d\x0d\x0a" and b"events" in output.stderr, output.stderr[-300:])
    few = subprocess.run(f"{executable()} run --virtual 10 --traffic --pcap - | head -c 100 | wc -c", shell=True,
                         capture_output=True, text=True, timeout=60)
    expect(few.stdout.strip() == "100" and "rror" not in few.stderr, few.stderr[-300:])


lab = Lab()
lab.command += ["--pcap", lab.path("wire.pcapng")]
with lab:
    check("lftp sends a file", transfer, lab)
    check("swaks sends a mail inside TLS", mail, lab)
    check("s3270 comes by START-TLS", terminal, lab, f"localhost:{lab.port(23)}")
    check("s3270 comes by the static SECURE port", terminal, lab, f"L:localhost:{lab.port(992)}")
    check("SIGINT leaves nothing", lab.stop)
    check("tshark finds no malformed packet and no wrong checksum", nothing_malformed, lab)
    check("the payload crossed the virtual wire, and the secrets of the capture open it", payload_on_the_wire, lab)
    check("tshark shows FTP inside TLS", inside_tls, lab, "ftp", r"Request: (USER|PASS|STOR)")
    check("tshark shows SMTP inside TLS", inside_tls, lab, "smtp", r"C: (MAIL|RCPT)")
    check("tshark shows TN3270 inside TLS, START-TLS and static", inside_tls, lab, "tn3270", r"TN3270")
    check("hosts and wires have their names", names_are_there, lab)
    check("comments say what a wire did", wire_says_what_it_did, lab.folder)
    check("a reader of the live capture may go away", reader_goes_away, lab.folder)
    check("the capture may go to stdout, and its reader away", capture_to_stdout)
finish()
