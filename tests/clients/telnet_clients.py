"""s3270 and openssl against Telnet: START-TLS and the static port to the logon screen, commands on the 3270 screen."""
import re
import subprocess
import time

from lab import Lab, PASSWORD, USER, check, expect, finish, needs, random_file, run, wait_for


class Screen:
    """A scripted 3270 terminal."""

    def __init__(self, lab, host, *options):
        needs("s3270")
        self.process = subprocess.Popen(["s3270", "-cafile", lab.ca, "-model", "3279-2-E", *options, host], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def do(self, action):
        """The data lines that an action answers."""
        self.process.stdin.write(action + "\n")
        self.process.stdin.flush()
        data = []
        while line := self.process.stdout.readline():
            if line.startswith("data:"):
                data.append(line[5:].strip("\r\n").removeprefix(" "))
            elif line.strip() == "ok":
                return data
            elif line.strip() == "error":
                raise AssertionError(f"s3270 {action}: {data}")
        raise AssertionError(f"s3270 ended at {action}: {data}")

    def text(self):
        return "\n".join(self.do("Ascii"))

    def wait_for(self, pattern, seconds=30):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text()):
            expect(time.monotonic() < end, f"no {pattern!r} on the screen within {seconds} s:\n{self.text()}")
            time.sleep(0.1)
        return self.text()

    def enter(self, line, pattern, seconds=30):
        self.do(f'String("{line}")')
        self.do("Enter")
        return self.wait_for(pattern, seconds)

    def log_on(self):
        """Fills in the logo's fields; a userid of eight characters fills its field, and the cursor goes on by itself."""
        self.wait_for(r"USERID +===>")
        self.do(f'String("{USER}")')
        if len(USER) < 8:
            self.do("Tab")
        return self.enter(PASSWORD, r"LOGON AT|RECONNECTED AT")


def reaches_logon(lab, host, secured):
    with Screen(lab, host) as screen:
        screen.wait_for(r"USERID +===>")
        state = " ".join(screen.do("Query(Tls)"))
        expect(("secure" in state and "host-verified" in state) == secured, f"Query(Tls) says {state}")


def netstat_on_screen(lab):
    with Screen(lab, f"localhost:{lab.port(23)}") as screen:
        screen.log_on()
        text = screen.enter("NETSTAT CONFIG SSL", r"SSL00001|SSL servers?")
        expect("SSL" in text, text)


def active_sessions(screen):
    """Active Sessions of NETSTAT CONFIG SSL, read off a screen that holds all of it."""
    screen.do("Clear")
    text = screen.enter("NETSTAT CONFIG SSL", r"SSL00005[^\n]*\n(.*\n)*Ready")
    return int(re.search(r"Active Sessions: *(\d+)", text).group(1))


def counts_follow_curl(lab):
    """curl's control and data connection are two sessions; the screen's own is the third."""
    random_file(lab.path("slow"), 8_000_000)
    with Screen(lab, f"localhost:{lab.port(23)}", "-model", "3279-4-E") as screen:
        screen.log_on()
        before = active_sessions(screen)
        curl = subprocess.Popen(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "--limit-rate",
                                 "1M", "-T", lab.path("slow"), f"ftp://localhost:{lab.port(21)}/SLOW.BIN"])
        try:
            wait_for(lambda: active_sessions(screen) == before + 2, 7, f"{before} + 2 active sessions")
            expect(curl.wait(30) == 0, f"curl ended with {curl.returncode}")
        finally:
            curl.kill()
            curl.wait()
        wait_for(lambda: active_sessions(screen) == before, 10, f"{before} active sessions again")


def negotiates_tn3270e(lab):
    with Screen(lab, f"localhost:{lab.port(23)}") as screen:
        screen.wait_for(r"USERID +===>")
        state = " ".join(screen.do("Query(ConnectionState)"))
        expect("tn3270e" in state, f"connection state {state}")


def plain_tn3270(lab):
    with Screen(lab, f"N:localhost:{lab.port(23)}") as screen:  # N: no TN3270E
        screen.wait_for(r"USERID +===>")


def openssl_verifies(lab, arguments):
    output = run(["openssl", "s_client", "-CAfile", lab.ca, "-verify_return_error", "-verify_hostname", "localhost",
                  *arguments], stdin="", seconds=30, rc=None)
    expect("Verify return code: 0 (ok)" in output, output[-2000:])


with Lab() as lab:
    start_tls, static = f"localhost:{lab.port(23)}", f"L:localhost:{lab.port(992)}"
    check("s3270 reaches the logon screen over START-TLS", reaches_logon, lab, start_tls, True)
    check("s3270 reaches the logon screen over the static SECURE port", reaches_logon, lab, static, True)
    check("s3270 negotiates TN3270E", negotiates_tn3270e, lab)
    check("s3270 takes plain TN3270", plain_tn3270, lab)
    check("s3270 logs on and reads NETSTAT CONFIG SSL on the screen", netstat_on_screen, lab)
    check("the screen's session counts rise and fall with curl's", counts_follow_curl, lab)
    check("openssl s_client -starttls telnet verifies the chain", openssl_verifies, lab,
          ["-connect", f"127.0.0.1:{lab.port(23)}", "-starttls", "telnet"])
    check("openssl s_client verifies the chain of the static port", openssl_verifies, lab,
          ["-connect", f"127.0.0.1:{lab.port(992)}"])
    check("SIGTERM leaves nothing", lab.stop, 15)
finish()
