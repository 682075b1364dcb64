"""openssl comes back to its sessions: up to TLS 1.2 by session id, from TLS 1.3 on by ticket, each time at another member of
the pool; not when the policy has changed, and not while nobody serves the cache."""
import contextlib
import re
import subprocess

from lab import RSA_PORT, System, check, expect, finish, needs, run

TLS_1_3 = ["PROTOCOL +TLSV1_3"]


def client(lab, *options):
    return ["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(RSA_PORT)}", "-CAfile", lab.ca, "-ign_eof", *options]


def visit(lab, *options):
    """Asks TLSECHO for its page. True when the session was resumed."""
    shown = run(client(lab, *options), stdin="GET / HTTP/1.0\n\n", rc=None)
    state = re.search(r"(?m)^(New|Reused), (?:TLSv1/)?(\S+),", shown)
    expect(state and "HTTP/1.0 200" in shown, shown[-3000:])
    return state[1] == "Reused"


@contextlib.contextmanager
def somebody(lab, *options):
    """A client that stays, so that the next one goes to another member."""
    with subprocess.Popen(client(lab, *options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as stays:
        for line in stays.stdout:
            if "Verify return code" in line:
                break
        yield
        stays.kill()


def cache(lab):
    """Entries, tickets, hits, misses as QUERY CACHE says."""
    shown = lab.type("SSLADMIN QUERY CACHE (SSL SSL00002", r"SSL00002 \S.*\n(.*\n)*.*Ready")
    row = re.search(r"SSL00002 (Active|No answer) +(\d+) +(\d+) +(\d+) +(\d+)", shown)
    expect(row, shown)
    return tuple(int(n) for n in row.groups()[1:])


def resumes_elsewhere(name, options, system, made):
    needs("openssl")
    with System(TLS_1_3 if name == "TLS 1.3" else [], system) as lab:
        kept = lab.path("session")
        expect(not visit(lab, *options, "-sess_out", kept), "the first visit was resumed")
        expect(cache(lab) == (*made, 0, 0), f"after the first visit: {cache(lab)}")
        with somebody(lab, *options):
            expect(visit(lab, *options, "-sess_in", kept), "the second visit was not resumed")
        expect(cache(lab)[2:] == (1, 0), f"after the second visit: {cache(lab)}")
        lab.type("CONSOLE SSL00002", r"DTCSSL910I (.*\n)?.* resumed")
        expect(not visit(lab, *options), "a stranger was resumed")
        lab.stop()


def other_groups():
    """A client that comes back with another group for its key share."""
    needs("openssl")
    with System(TLS_1_3, {"level": 740}) as lab:
        kept = lab.path("session")
        visit(lab, "-sess_out", kept, "-groups", "X25519")
        visit(lab, "-sess_in", kept, "-groups", "P-256:X25519")
        expect(visit(lab, "-sess_in", kept, "-groups", "X25519"), "not resumed after that")
        lab.stop()


def nobody_serves_the_cache(options, operands, system):
    """The seed's symptom: first connections are fine, who comes back waits in vain."""
    needs("openssl")
    with System(operands, system) as lab:
        kept = lab.path("session")
        visit(lab, *options, "-sess_out", kept)
        lab.type("FORCE SSLDCSSM", r"USER DSC|LOGOFF|Ready")
        expect(not visit(lab, *options), "a stranger was resumed")
        expect(not visit(lab), "a stranger who offers all versions was resumed")
        with subprocess.Popen(client(lab, *options, "-sess_in", kept), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True) as back:
            try:
                back.communicate("GET / HTTP/1.0\n\n", timeout=3)
                raise AssertionError("who came back was answered")
            except subprocess.TimeoutExpired:
                back.kill()
        lab.stop()


check("TLS 1.2 by session id, at another member", resumes_elsewhere, "TLS 1.2", ["-tls1_2", "-no_ticket"], {}, (1, 0))
check("TLS 1.2: who asks for a ticket gets a session id", resumes_elsewhere, "TLS 1.2", ["-tls1_2"], {}, (1, 0))
check("TLS 1.3 by ticket, at another member", resumes_elsewhere, "TLS 1.3", ["-tls1_3"], {"level": 740}, (0, 1))
check("TLS 1.3 with other groups", other_groups)
check("TLS 1.2, nobody serves the cache", nobody_serves_the_cache, ["-tls1_2"], [], {})
check("TLS 1.3, nobody serves the cache", nobody_serves_the_cache, ["-tls1_3"], TLS_1_3, {"level": 740})
finish()
