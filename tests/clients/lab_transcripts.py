"""Every lab, from the symptom to a real client's success, by the keystrokes that are kept beside it, at a terminal."""
import glob
import os
import re
import subprocess

from lab import Lab, PASSWORD, ROOT, USER, check, expect, finish, on_screen, random_file, run, sha256, wait_for

BY_IPV6 = ["ipv6-taken-address"]  # labs whose clients come to ::1
SERVED = ["attacker-on-the-lan"]  # labs whose clients are served all the time
CURL = ["curl", "-sS", "--max-time", "20", "--ssl-reqd", "-u", f"{USER}:{PASSWORD}"]


def curl(lab, host, *more, rc=0):
    return run([*CURL, "--cacert", lab.ca, *more, f"ftp://{host}:{lab.port(21)}/LAB.BIN"], rc=rc)


def served(lab, host):
    """A file goes over FTP with TLS, and a browser gets its page."""
    requests = [[*CURL, "-T", lab.path("there"), f"ftp://{host}:{lab.port(21)}/LAB.BIN"],
                ["curl", "-sS", "--max-time", "20", f"https://{host}:{lab.port(7443)}/"]]
    return all(subprocess.run([*request, "--cacert", lab.ca], capture_output=True, timeout=60).returncode == 0
               for request in requests)


def broken(lab, host):
    random_file(lab.path("there"), 100_000)
    expect(not served(lab, host), "clients succeed before anything is cured")


def fumbled(line):
    """As a person types it: a wrong key and Backspace, a step back and forth, a key that means nothing here."""
    return line[:2] + "q\x7f" + line[2:-1] + "\x1b[D\x1b[C" + line[-1] + "\x1b[15~"


def solves(lab, keys):
    for line in keys:
        lab.type(fumbled(line), r"Ready[(;]")
    lab.type("CHECK", r"(?i)solved|all goals", seconds=120)
    lines = on_screen(lab.shown())
    for line in [*keys, "CHECK"]:
        expect(lines.count(line) == [*keys, "CHECK"].count(line), f"{line!r} is not on the screen as typed:\n" +
               "\n".join(lines))


def leaves(lab):
    lab.press("half a line\x15\x04")
    expect(lab.process.wait(30) == 0, f"Ctrl-D: {lab.said()}")


def cured(lab, host):
    wait_for(lambda: served(lab, host), 30, "curl to put a file over TLS and to get a page")
    curl(lab, host, "-o", lab.path("back"))
    expect(sha256(lab.path("back")) == sha256(lab.path("there")), "the file came back changed")


for path in sorted(glob.glob(f"{ROOT}/simulator/labs/*.keys")):
    name = os.path.basename(path).removesuffix(".keys")
    with open(path) as file:
        typed = [line.strip() for line in file if line.strip() and not re.match(r"[#*]", line)]
    host = "[::1]" if name in BY_IPV6 else "localhost"
    with Lab(lab=name, serve=False, terminal=True) as lab:
        if name in SERVED:
            random_file(lab.path("there"), 100_000)
        else:
            check(f"{name}: curl fails", broken, lab, host)
        check(f"{name}: the keystrokes lead to solved", solves, lab, typed)
        check(f"{name}: curl transfers a file over TLS", cured, lab, host)
        check(f"{name}: Ctrl-D ends the run", leaves, lab)
finish()
