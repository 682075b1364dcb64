"""swaks and openssl against SMTP: a mail over STARTTLS that can be read afterwards; relaying is refused."""
import os
import re

from lab import Lab, check, expect, finish, run, wait_for

MAIL = "tcpmaint@gdlrct2.example.test"


def swaks(lab, *more, rc=0, to=MAIL):
    return run(["swaks", "--server", "127.0.0.1", "--port", str(lab.port(25)), "--from", "anna@example.test", "--to", to,
                "--ehlo", "laptop.example.test", *more], rc=rc, seconds=90)


def delivers(lab):
    transcript = swaks(lab, "--tls", "--tls-verify", "--tls-ca-path", lab.ca, "--header", "Subject: Over TLS",
                       "--body", "The quick brown fox\n.leading dot\nend")
    expect("TLS started" in transcript, transcript)
    shown = lab.type("QUERY READER ALL", r"(?i)TCPMAINT.*\n(.*\n)*.*(Ready|R;)")
    expect(re.search(r"(?i)\b(mail|note|netmail|smtp)\b", shown), f"no mail in the reader:\n{shown}")


def clear_mail(lab):
    swaks(lab, "--header", "Subject: In clear")


def relay_refused(lab):
    transcript = swaks(lab, "--tls", to="somebody@elsewhere.example", rc=24)
    expect(re.search(r"<[*~]\* 55[0-4]", transcript), transcript)


def openssl_verifies(lab):
    output = run(["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(25)}", "-starttls", "smtp", "-CAfile", lab.ca,
                  "-verify_return_error", "-verify_hostname", "localhost", "-crlf"], stdin="QUIT\n")
    expect("Verify return code: 0 (ok)" in output, output[-2000:])


with Lab(serve=False) as lab:
    check("swaks --tls delivers a mail that the reader shows", delivers, lab)
    check("swaks delivers in clear where TLS is allowed", clear_mail, lab)
    check("mail for elsewhere is not relayed", relay_refused, lab)
    check("openssl s_client -starttls smtp verifies the chain", openssl_verifies, lab)
finish()
