"""Garbage, endless lines, half-open clients: each is refused with a reason in the journal, memory does not grow."""
import os
import random
import socket
import struct

from lab import Lab, Skipped, check, expect, finish, is_sanitized, wait_for

SERVICES = {"FTP": 21, "Telnet": 23, "SMTP": 25, "TLSECHO": 7443, "Telnet over TLS": 992}
MANY = int(os.environ.get("VMLAB_TEST_BAD_CLIENTS", "1000"))


def talk(lab, port, data, seconds=3, end=True):
    """Sends and reads what comes until the end, a reset or silence."""
    heard = b""
    with socket.create_connection(("127.0.0.1", lab.port(port)), 5) as client:
        client.settimeout(seconds)
        try:
            client.sendall(data)
            if end:
                client.shutdown(socket.SHUT_WR)
            while chunk := client.recv(65536):
                heard += chunk
                if len(heard) > 1 << 22:
                    break
        except OSError:  # a reset may come before we are done, or silence
            pass
    return heard


def still_serves(lab):
    with socket.create_connection(("127.0.0.1", lab.port(21)), 5) as client:
        client.settimeout(20)
        expect(client.recv(3) == b"220", "FTP greets no more")


def garbage(lab, port):
    generator = random.Random(port)
    for size in (1, 7, 1000, 70000):
        talk(lab, port, generator.randbytes(size), seconds=2)
    still_serves(lab)


def long_line(lab, port):
    heard = talk(lab, port, b"A" * (1 << 20) + b"\r\n", seconds=10)
    expect(heard != b"", "no answer at all")
    still_serves(lab)


def half_open(lab):
    """Clients that connect and say nothing do not keep others out."""
    silent = [socket.create_connection(("127.0.0.1", lab.port(port)), 5) for port in (21, 23, 25, 7443) * 25]
    still_serves(lab)
    for client in silent:  # and then they vanish with a reset
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    still_serves(lab)


def reasons(lab):
    journal = lab.journal()
    for kind in (" refusal ", " close "):
        expect(kind in journal, f"no{kind}in the journal")


def resident(lab):
    with open(f"/proc/{lab.process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def memory(lab):
    if is_sanitized():
        raise Skipped("the sanitizers keep freed memory; run it with a release build in VMLAB")
    generator = random.Random(1)

    def flood(count):
        for n in range(count):
            port = random.choice((21, 25, 7443))
            with socket.create_connection(("127.0.0.1", lab.port(port)), 5) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(generator.randbytes(200))
            if n % 10 == 0:
                still_serves(lab)  # lets the world catch up: many at once is another test's question

    flood(MANY)
    before = resident(lab)
    flood(MANY * 9)
    still_serves(lab)
    grown = resident(lab) - before
    expect(grown < 1 << 20, f"{grown} bytes more after {MANY * 10} bad clients than after {MANY}")


with Lab() as lab:
    for name, port in SERVICES.items():
        check(f"{name} survives garbage", garbage, lab, port)
    for name in ("FTP", "SMTP"):
        check(f"{name} answers a line of 1 MB", long_line, lab, SERVICES[name])
    check("100 half-open clients keep nobody out", half_open, lab)
    check("the journal names the reasons", reasons, lab)
    check(f"memory after {MANY * 10} bad clients is that after {MANY}", memory, lab)
    check("SIGINT leaves nothing", lab.stop)
finish()
