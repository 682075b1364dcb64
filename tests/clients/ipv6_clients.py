"""Clients of ::1 reach a stack with an IPv6 address over IPv6, those of 127.0.0.1 over IPv4: curl, openssl, lftp, NETSTAT."""
import os
import shutil
import socket
import tempfile

from lab import Lab, PASSWORD, USER, check, expect, finish, random_file, run, sha256

BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "profiles", "baseline")
HOME = "  9.60.60.3 255.255.255.0 ETH0\n"
ROUTE = "  DEFAULTNET                  9.60.60.1   ETH0  1500\n"


def dual_stack(folder):
    """The shipped files, with IPv6 in HOME and GATEWAY."""
    files = os.path.join(folder, "files")
    shutil.copytree(BASELINE, files)
    profile = os.path.join(files, "TCPMAINT.198", "PROFILE.TCPIP")
    with open(profile) as file:
        text = file.read()
    expect(HOME in text and ROUTE in text, "the shipped profile is another one")
    with open(profile, "w") as file:
        file.write(text.replace(HOME, HOME + "  2001:db8:60::3/64 ETH0\n")
                   .replace(ROUTE, ROUTE + "  DEFAULTNET fe80::1 ETH0 1500\n"))
    return files


def curl(lab, host, *more, path=""):
    return run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "--max-time", "100", *more,
                f"ftp://{host}:{lab.port(21)}/{path}"], seconds=120)


def round_trip(lab, host):
    there, back = lab.path("there"), lab.path("back")
    digest = random_file(there, 4 << 20)
    curl(lab, host, "-T", there, path="SIX.BIN")
    curl(lab, host, "-o", back, path="SIX.BIN")
    expect(sha256(back) == digest, f"{os.path.getsize(back)} bytes came back")


def echo(lab):
    output = run(["openssl", "s_client", "-quiet", "-connect", f"[::1]:{lab.port(7443)}", "-CAfile", lab.ca,
                  "-verify_return_error", "-verify_ip", "::1"], stdin="GET / HTTP/1.0\r\n\r\n", seconds=30)
    expect("HTTP/1" in output or "GET / " in output, f"no answer:\n{output}")


def family(lab, host, wanted, other):
    """What the stack sees of a client that stays for a moment."""
    lab.type("netstat conn", "Ready")
    with socket.create_connection((host, lab.port(25)), timeout=30) as client:
        expect(client.recv(3) == b"220", "no greeting")
        shown = lab.type("netstat conn", "Ready")
    expect(wanted in shown and other not in shown, shown)


with tempfile.TemporaryDirectory(prefix="vmlab-ipv6-") as folder:
    with Lab("--files", dual_stack(folder), serve=False) as lab:
        check("curl puts and gets by [::1]: EPSV, private data", round_trip, lab, "[::1]")
        check("curl puts and gets by 127.0.0.1", round_trip, lab, "127.0.0.1")
        check("openssl s_client by [::1]", echo, lab)
        check("a client of ::1 is one of IPv6 to the stack", family, lab, "::1", "2001:db8:60::3..SMTP", "9.60.60.3..SMTP")
        check("a client of 127.0.0.1 is one of IPv4", family, lab, "127.0.0.1", "9.60.60.3..SMTP", "2001:db8:60::3..SMTP")
finish()
