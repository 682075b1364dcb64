"""A running vmlab for end-to-end tests with real clients, and the words in which the tests report.

A test script makes a Lab, calls its checks through `check`, and ends with `finish()`. Each check prints one line, PASS,
FAIL or SKIP with its reason; the script ends with 1 when one failed, with 77 when all were skipped.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import struct
import sys
import tempfile
import termios
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USER = PASSWORD = "TCPMAINT"
RSA_PORT, EC_PORT = 7443, 8443  # TLSECHO with ECHOCERT; VSMSERVE with SMAPCERT, in a System
VERSIONS = ["SSLV3", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"]
PARMS = ":parms.KEYFILE /etc/gskadm/Database.kdb"
results = {"PASS": 0, "FAIL": 0, "SKIP": 0}


class Skipped(Exception):
    """Why this check cannot be made here."""


def executable():
    named = os.environ.get("VMLAB")
    for path in [named] if named else [f"{ROOT}/.build/sanitized/vmlab", f"{ROOT}/.build/release/vmlab"]:
        if path and os.access(path, os.X_OK):
            return path
    print("SKIP all: there is no vmlab executable; build it, or name it in VMLAB")
    sys.exit(77)


def is_sanitized():
    with open(executable(), "rb") as file:
        return b"__asan_init" in file.read()


def needs(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skipped(f"{program} is not installed")


def report(word, name, text=""):
    results[word] += 1
    print(f"{word} {name}{': ' + text if text else ''}", flush=True)


def check(name, function, *arguments):
    """Runs one check; what it raises is why it failed. True when it passed."""
    began = time.monotonic()
    try:
        function(*arguments)
    except Skipped as reason:
        report("SKIP", name, str(reason))
        return False
    except Exception as error:  # whatever it is, the other checks go on
        report("FAIL", name, f"{type(error).__name__}: {error}")
        return False
    report("PASS", name, f"{time.monotonic() - began:.1f} s")
    return True


def finish():
    sys.exit(1 if results["FAIL"] else 0 if results["PASS"] else 77)


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def run(arguments, stdin="", seconds=60, rc=0):
    """Runs a client. Its whole output, when it ended with `rc` (None: any)."""
    needs(arguments[0])
    environment = dict(os.environ, LC_ALL="C.UTF-8", HOME=tempfile.gettempdir())
    text = {"input": stdin} if isinstance(stdin, str) else {"stdin": stdin}
    try:
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                              env=environment, text=True, errors="replace", **text)
    except subprocess.TimeoutExpired as late:
        output = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else late.stdout
        raise AssertionError(f"{arguments[0]} did not end within {seconds} s; so far:\n{output}") from None
    if rc is not None and done.returncode != rc:
        raise AssertionError(f"{' '.join(arguments)} ended with {done.returncode}, not {rc}:\n{done.stdout[-3000:]}")
    return done.stdout


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def random_file(path, size):
    with open(path, "wb") as file:
        file.write(random.Random(size).randbytes(size))
    return sha256(path)


def is_free(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((address, port)) == 0:
                return False
    return True


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def on_screen(shown, columns=80):
    """The lines that a terminal of this width shows after these characters, those that scrolled away included."""
    lines, row, column = [""], 0, 0
    for code in re.finditer(r"\x1b\[([\d;]*)([A-Za-z])|(\x1b.?)|(.)", shown, re.S):
        number, what, unknown, character = int((code[1] or "0").split(";")[0]), code[2], code[3], code[4]
        if character == "\n":
            row += 1
        elif character == "\r":
            column = 0
        elif character == "\b":
            column = max(column - 1, 0)
        elif character and character >= " ":
            if column == columns:
                row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
            lines[row] = lines[row][:column].ljust(column) + character + lines[row][column + 1:]
            column += 1
        elif what == "A":
            row = max(row - max(number, 1), 0)
        elif what == "C":
            column += max(number, 1)
        elif what == "D":
            column = max(column - max(number, 1), 0)
        elif what in ("J", "K") and number == 0:
            lines[row] = lines[row][:column]
            if what == "J":
                del lines[row + 1:]
        elif what == "P":
            lines[row] = lines[row][:column] + lines[row][column + max(number, 1):]
        elif what == "@":
            lines[row] = lines[row][:column].ljust(column) + " " * max(number, 1) + lines[row][column:]
        elif what != "m" and character != "\a":
            raise AssertionError(f"a terminal is told {code[0]!r}: {unknown or what!r} is unknown here")
        lines += [""] * (row + 1 - len(lines))
    return [line.rstrip() for line in lines]


class Lab:
    """vmlab run --serve in a directory of its own; without `serve`, at its prompt with typed lines: they come from a
    pipe, or with `terminal` from a keyboard."""

    def __init__(self, *options, lab=None, serve=True, terminal=False):
        self.folder = tempfile.mkdtemp(prefix="vmlab-clients-")
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)
        self.work = os.path.join(self.folder, "work")
        self.ca = os.path.join(self.work, "ca.pem")
        self.ready_file = os.path.join(self.folder, "ready")
        self.log = os.path.join(self.folder, "stderr")
        self.screen = os.path.join(self.folder, "stdout")
        self.serve = serve
        self.terminal = terminal
        self.keyboard = None
        # Below the range from which the kernel takes the ports of clients, so that none of them is in the way.
        while True:
            self.base = random.randrange(11000, 18000)
            if all(is_free(self.base + port) for port in (21, 23, 25, 992, 7443)):
                break
        first = random.randrange(29000, 32600)
        self.passive = (first, first + 99)
        self.command = [executable(), "run", *([lab] if lab else []), *(["--serve"] if serve else []),
                        "--port-base", str(self.base), "--passive-ports", str(first), str(first + 99),
                        "--work", self.work, "--ready-file", self.ready_file, *options]
        self.environment = dict(os.environ, TMPDIR=self.temporary, NO_COLOR="1", TERM="xterm", LC_ALL="C.UTF-8")
        self.process = None

    def __enter__(self):
        with open(self.log, "wb") as log, open(self.screen, "wb") as screen:
            if self.terminal:
                self.start_at_terminal(log)
            else:
                where = subprocess.DEVNULL if self.serve else subprocess.PIPE
                self.process = subprocess.Popen(self.command, stdin=where, stdout=screen, stderr=log,
                                                env=self.environment)
        end = time.monotonic() + 90
        while not os.path.exists(self.ready_file):
            if self.process.poll() is not None or time.monotonic() > end:
                rc = self.process.poll()
                self.process.kill()
                raise AssertionError(f"vmlab did not become ready (exit code {rc}):\n{self.said()}")
            time.sleep(0.02)
        return self

    def start_at_terminal(self, log):
        self.keyboard, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(self.command, stdin=end, stdout=end, stderr=log, env=self.environment,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(end)

        def look():
            with open(self.screen, "ab", buffering=0) as screen, contextlib.suppress(OSError):
                while seen := os.read(self.keyboard, 65536):
                    screen.write(seen)
        threading.Thread(target=look, daemon=True).start()

    def edits_by(self, command):
        """EDIT opens an editor that changes the file by this `sed` command."""
        editor = self.path("editor")
        with open(editor, "w") as file:
            file.write(f"#!/bin/sh\nsed -i {command} \"$1\"\n")
        os.chmod(editor, 0o700)
        self.environment["VISUAL"] = editor

    def press(self, keys):
        os.write(self.keyboard, keys.encode())

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def port(self, virtual):
        return self.base + virtual

    def path(self, name):
        return os.path.join(self.folder, name)

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def shown(self):
        """What stands on the terminal (stdout)."""
        with open(self.screen, errors="replace", newline="") as file:
            return file.read()

    def type(self, line, wanted=None, seconds=30):
        """Types a line at the prompt and waits until the pattern appears behind it; what was shown since."""
        before = len(self.shown())
        if self.terminal:
            self.press(line + "\r")
        else:
            self.process.stdin.write((line + "\n").encode())
            self.process.stdin.flush()
        if wanted:
            wait_for(lambda: re.search(wanted, self.shown()[before:]), seconds,
                     f"{wanted!r} after {line!r}; shown: {self.shown()[before:]!r}")
        return self.shown()[before:]

    def journal(self):
        with open(os.path.join(self.work, "journal"), errors="replace") as file:
            return file.read()

    def stop(self, number=signal.SIGINT):
        """Ends vmlab with a signal, and checks that nothing of it is left."""
        self.process.send_signal(number)
        try:
            rc = self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"vmlab did not end within 30 s of signal {number}") from None
        said = self.said()
        report = re.search(r"(?s)(ERROR: \w+Sanitizer|[^\n]*runtime error).{0,3000}", said)
        expect(not report, f"a sanitizer spoke:\n{report and report.group(0)}")
        expect(rc == 0, f"vmlab ended with {rc} after signal {number}:\n{said[-3000:]}")
        expect(is_free(self.port(21)) and is_free(self.port(23)), "a loopback port still answers")
        left = [f for f in os.listdir(self.work) if f.endswith((".new", ".old"))] + os.listdir(self.temporary)
        expect(not left, f"temporary files are left: {left}")
        return rc


def scenario(folder, operands, system):
    """A lab file with this system; VMSSL runs with these operands. As JSON, which is YAML."""
    lines = "".join(f"\n                {operand}" for operand in operands)
    probe = {"probe": {"tcp": None, "port": RSA_PORT}}
    lab = {"vmlab": 1, "id": "system", "title": "A system", "story": "None.", "symptom": "None.",
           "system": system,
           "patch": [{"file": "TCPMAINT 198 GDLRCT2 DTCPARMS", "replace": [{"find": PARMS, "with": PARMS + lines}]},
                     {"file": "TCPMAINT 198 PROFILE TCPIP",
                      "replace": [{"find": "44444 TCP VSMSERVE", "with": f"{EC_PORT}  TCP VSMSERVE"}]}],
           "checks": [{"id": "symptom", "phase": "symptom", **probe}, {"id": "goal", "phase": "goal", **probe}],
           "solution": ["QUERY TIME"]}
    path = os.path.join(folder, "system.yaml")
    with open(path, "w") as file:
        json.dump(lab, file)
    return path


class System(Lab):
    """vmlab at its prompt with such a scenario: a level, certificates made to order, operands of VMSSL."""

    def __init__(self, operands, system):
        self.scenario = tempfile.TemporaryDirectory()
        super().__init__("--seed", "1", lab=scenario(self.scenario.name, operands, system), serve=False)

    def __exit__(self, *_):
        super().__exit__(*_)
        self.scenario.cleanup()

    def details(self):
        """What SSLADMIN QUERY STATUS DETAILS says of the first server: its enabled protocols and included suites."""
        self.type("SSLADMIN QUERY STATUS DETAILS (SSL SSL00001", r"SSL00001 Exempt[^\n]*\n(.*\n)*.*Ready")
        rows = re.findall(r"(?m)^SSL00001 (Enabled|Included) +(.*)$", self.shown().replace("\r", ""))
        expect({state for state, _ in rows} == {"Enabled", "Included"}, f"no details in {self.shown()[-2000:]}")
        words = [(state, word) for state, row in rows for word in row.split()]
        return ([w for s, w in words if s == "Enabled" and w in VERSIONS],
                [w for s, w in words if s == "Included" and not w.startswith("<")])
