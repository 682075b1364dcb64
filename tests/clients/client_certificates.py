"""s3270, curl and openssl with a good client certificate, with such as are no good, and without one: what the client gets,
what the SSL servers' consoles say, and what WHY answers, for each word of CLIENTCERTCHECK."""
import re
import subprocess

from lab import Lab, PASSWORD, USER, check, expect, finish, needs, run, wait_for

# A client's certificate and the return code of its refusal; 0: it is good.
CLIENTS = {"client": 0, "client-expired": 401, "client-stranger": 8, "client-revoked": 431, None: 403}

LAB = """vmlab: 1
id: client-certificates
title: Clients are asked for certificates
level: 1
story: A test.
symptom: A test.
system: {{{system}}}
patch:
  - file: TCPMAINT 198 PROFILE TCPIP
    replace:
      - {{find: "CLIENTCERTCHECK NONE", with: "CLIENTCERTCHECK {word}"}}
      - {{find: "SECURE ECHOCERT", with: "SECURE ECHOCERT CLIENTCERTCHECK {word}"}}
  - file: TCPMAINT 198 SRVRFTP CONFIG
    replace:
      - {{find: "TLSLABEL          FTPCERT", with: "TLSLABEL FTPCERT\\nCLIENTCERTCHECK {word}"}}
  - file: TCPMAINT 198 SMTP CONFIG
    replace:
      - {{find: "TLSLABEL          SMTPCERT", with: "TLSLABEL SMTPCERT\\nCLIENTCERTCHECK {word}"}}
{more}checks:
  - {{id: a, title: t, phase: symptom, probe: {{tls: , port: 7443}}}}
  - {{id: b, title: t, phase: goal, probe: {{tls: , port: 7443}}}}
solution: [NETSTAT]
"""


class AskingLab(Lab):
    """Its servers ask as `word` says, on a system described as labs do it."""

    def __init__(self, word, system, more=""):
        super().__init__(serve=False)
        file = self.path("client-certificates.yaml")
        with open(file, "w") as text:
            text.write(LAB.format(word=word, system=system, more=more))
        self.command.insert(self.command.index("run") + 1, file)

    def file(self, name):
        return f"{self.work}/{name}"

    def consoles(self):
        return "".join(self.type(f"CONSOLE SSL0000{n}", r"Ready;(.*\n)*Ready[(;]") for n in range(1, 6))


def succeeded(arguments, seconds=60):
    needs(arguments[0])
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, text=True, errors="replace")
    return done.returncode == 0, done.stdout


def s3270(lab, client):
    needs("s3270")
    own = [] if client is None else ["-certfile", lab.file(f"{client}.pem"), "-keyfile", lab.file("client.key"),
                                     "-keypasswd", "string:vmlab"]
    done = subprocess.run(["s3270", "-cafile", lab.ca, *own, f"localhost:{lab.port(23)}"], timeout=60, text=True, errors="replace",
                          input="Wait(10,InputField)\nAscii\nQuit\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "USERID" in done.stdout, done.stdout


def curl(lab, client, *more):
    own = [] if client is None else ["--cert", lab.file(f"{client}.pem"), "--key", lab.file("client.key"),
                                     "--pass", "vmlab"]
    return succeeded(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, *own, *more])


def ftp(lab, client):
    return curl(lab, client, "-u", f"{USER}:{PASSWORD}", f"ftp://localhost:{lab.port(21)}/")


def smtp(lab, client):
    note = lab.path("note")
    with open(note, "w") as text:
        text.write("Subject: hello\n\nhello\n")
    return curl(lab, client, "--mail-from", "anna@example.test", "--mail-rcpt", "tcpmaint@gdlrct2.example.test",
                "-T", note, f"smtp://localhost:{lab.port(25)}/laptop.example.test")


def static(lab, client, *more):
    own = [] if client is None else ["-cert", lab.file(f"{client}.pem"), "-key", lab.file("client.key"),
                                     "-pass", "pass:vmlab"]
    shown = run(["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(7443)}", "-CAfile", lab.ca, "-ign_eof",
                 "-verify_return_error", *own, *more], stdin="GET / HTTP/1.0\r\n\r\n", rc=None)
    return "HTTP/1.0 200" in shown, shown


def comes(lab, way, handshakes, client, word):
    """One client: its outcome, the lines about it, and why."""
    before = lab.consoles()
    served, shown = way(lab, client)
    code = CLIENTS[client]
    bad = word != "NONE" and code != 0
    refused = bad and word != "PREFERRED"
    expect(served != refused, f"served: {served}\n{shown[-3000:]}")
    refusals, warnings = int(refused), handshakes if bad and not refused and client else 0

    def lines(text, pattern):
        return len(re.findall(pattern, text))
    after = lab.consoles()
    expect(lines(after, "DTCSSL022E") - lines(before, "DTCSSL022E") == refusals, f"{refusals} refusals:\n{after}")
    expect(lines(after, "DTCSSL907W") - lines(before, "DTCSSL907W") == warnings, f"{warnings} warnings:\n{after}")
    if not refused:
        return
    line = f"DTCSSL022E Handshake failed rc: {code} "
    expect(lines(after, line) - lines(before, line) == 1, f"no {line!r}:\n{after}")
    why = lab.type("WHY DTCSSL022E", r"Ready[(;]")
    expect(f"CLIENTCERTCHECK {word}" in why, why)


def names_authorities(lab, *more):
    _, shown = static(lab, "client", *more)
    expect(re.search(r"Acceptable client certificate CA names\n(.*\n)*?.*CN ?= ?vmlab Lab CA", shown), shown)


def traced(lab):
    """SSLADMIN TRACE shows the fields of the certificate that a client had."""
    lab.type("SSLADMIN TRACE CONNECTIONS", r"Ready[(;]")
    static(lab, "client-expired")
    shown = run(["openssl", "x509", "-in", lab.file("client-expired.pem"), "-noout", "-serial"])
    serial = shown.strip().removeprefix("serial=")
    consoles = lab.consoles().replace("\n", "").replace("\r", "")
    expect("client certificate: subject CN=client-expired" in consoles and serial in re.sub(r"\s", "", consoles),
           f"no certificate {serial}:\n{consoles}")
    lab.type("SSLADMIN NOTRACE", r"Ready[(;]")


def all_come(lab, word, ways):
    for name, way, handshakes in ways:
        for client in CLIENTS:
            check(f"{word}: {name} {'with ' + client if client else 'without a certificate'}", comes, lab, way,
                  handshakes, client, word)


# curl's data connection resumes the control connection's session: no certificate is shown a second time.
WAYS = [("s3270", s3270, 1), ("curl, FTP control and data,", ftp, 1), ("curl, SMTP,", smtp, 1),
        ("openssl, static port,", static, 1)]

with AskingLab("FULL", "level: 710, service: []") as first:
    all_come(first, "FULL", WAYS[:1])
    check("FULL at level 710: a static port asks nobody", lambda: expect(static(first, None)[0], "refused"))
with AskingLab("REQUIRED", "level: 740") as second:
    all_come(second, "REQUIRED", WAYS)
    check("openssl: the certificate request names the lab's authority", names_authorities, second)
    check("TRACE CONNECTIONS shows the client's certificate", traced, second)
with AskingLab("PREFERRED", "level: 740") as third:
    all_come(third, "PREFERRED", WAYS)
with AskingLab("NONE", "level: 740") as fourth:
    all_come(fourth, "NONE", WAYS)
NEWEST = """  - file: TCPMAINT 198 GDLRCT2 DTCPARMS
    replace:
      - {find: "/etc/gskadm/Database.kdb", with: "/etc/gskadm/Database.kdb PROTOCOL TLSV1_3"}
"""
with AskingLab("REQUIRED", "level: 740", NEWEST) as fifth:
    check("openssl: TLS 1.3 names it, too", names_authorities, fifth, "-tls1_3")
    all_come(fifth, "REQUIRED", WAYS[3:])
finish()
