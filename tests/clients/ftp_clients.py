"""curl, lftp and openssl against FTPSERVE over TLS: list, put and get with a private data channel, both passive modes."""
import os

from lab import Lab, PASSWORD, USER, check, expect, finish, random_file, run, sha256

MIB = int(os.environ.get("VMLAB_TEST_MIB", "64"))


def curl(lab, *more, rc=0, host="127.0.0.1", path="", ca=None):
    return run(["curl", "-sS", "--ssl-reqd", "--cacert", ca or lab.ca, "-u", f"{USER}:{PASSWORD}", "--max-time", "280",
                *more, f"ftp://{host}:{lab.port(21)}/{path}"], rc=rc, seconds=300)


def curl_lists(lab, mode):
    listing = curl(lab, *mode, "-v", path="TCPMAINT.198/")
    expect("PROFILE" in listing, f"no PROFILE in the listing:\n{listing}")
    expect("PBSZ 0" in listing and "PROT P" in listing, "the data channel was not private")


def curl_round_trip(lab, mode, size):
    there, back = lab.path("there"), lab.path("back")
    digest = random_file(there, size)
    curl(lab, *mode, "-T", there, path="BIG.BIN")
    curl(lab, *mode, "-o", back, path="BIG.BIN")
    expect(sha256(back) == digest, f"{os.path.getsize(back)} bytes came back, not the {size} that went")
    curl(lab, "-Q", "DELE BIG.BIN")


def lftp_round_trip(lab, passive, size):
    there, back = lab.path("there"), lab.path("lftp.back")
    digest = random_file(there, size)
    script = ("set net:max-retries 1; set net:timeout 60; set ftp:ssl-force yes; set ftp:ssl-protect-data yes; "
              f"set ssl:ca-file {lab.ca}; set ssl:check-hostname yes; set ftp:prefer-epsv {passive}; "
              f"put {there} -o LFTP.BIN; ls; get LFTP.BIN -o {back}; rm LFTP.BIN; bye")
    output = run(["lftp", "-e", script, "-u", f"{USER},{PASSWORD}", "-p", str(lab.port(21)), "127.0.0.1"], seconds=300)
    expect("LFTP" in output, f"no LFTP BIN in the listing:\n{output}")
    expect(sha256(back) == digest, f"{os.path.getsize(back)} bytes came back, not the {size} that went")
    os.remove(back)


def openssl_verifies(lab):
    output = run(["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(21)}", "-starttls", "ftp", "-CAfile", lab.ca,
                  "-verify_return_error", "-verify_hostname", "localhost"], stdin="QUIT\r\n")
    expect("Verify return code: 0 (ok)" in output, output[-2000:])


def unknown_authority_is_refused(lab):
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", lab.path("other.key"), "-out",
         lab.path("other.pem"), "-days", "2", "-subj", "/CN=Somebody else"])
    curl(lab, rc=60, ca=lab.path("other.pem"))


def wrong_password_is_refused(lab):
    run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:WRONG", f"ftp://127.0.0.1:{lab.port(21)}/"], rc=67)


def gives_up(lab):
    """A client that leaves in the middle of a download takes nothing down with it."""
    random_file(lab.path("there"), 32 << 20)
    curl(lab, "-T", lab.path("there"), path="BIG.BIN")
    for _ in range(3):
        run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "--limit-rate", "4M", "--max-time",
             "1", "-o", lab.path("back"), f"ftp://127.0.0.1:{lab.port(21)}/BIG.BIN"], rc=28)
    curl_lists(lab, [])


EPSV, PASV = [], ["--disable-epsv"]
with Lab() as lab:
    check("curl lists over TLS (EPSV)", curl_lists, lab, EPSV)
    check("curl lists over TLS (PASV)", curl_lists, lab, PASV)
    check("openssl s_client -starttls ftp verifies the chain", openssl_verifies, lab)
    check("curl refuses an authority that it does not know", unknown_authority_is_refused, lab)
    check("a wrong password is refused", wrong_password_is_refused, lab)
    check("curl puts and gets 1 MiB (EPSV)", curl_round_trip, lab, EPSV, 1 << 20)
    check("curl puts and gets 1 byte less than a TLS record", curl_round_trip, lab, EPSV, 16383)
    check("curl puts and gets nothing", curl_round_trip, lab, EPSV, 0)
    check(f"curl puts and gets {MIB} MiB (EPSV)", curl_round_trip, lab, EPSV, MIB << 20)
    check(f"curl puts and gets {MIB} MiB (PASV)", curl_round_trip, lab, PASV, MIB << 20)
    check(f"lftp lists, puts and gets {MIB} MiB (EPSV)", lftp_round_trip, lab, "yes", MIB << 20)
    check(f"lftp lists, puts and gets {MIB} MiB (PASV)", lftp_round_trip, lab, "no", MIB << 20)
    check("clients that give up in the middle of a download", gives_up, lab)
    check("SIGINT leaves nothing", lab.stop)
finish()
