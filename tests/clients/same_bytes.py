"""The same seed twice gives the same bytes: another process, time zone, directory and load; another build where there is one."""
import os
import subprocess
import tempfile

from lab import ROOT, Skipped, check, executable, expect, finish, scenario, sha256

SEEDS = range(1, 21)


def traces(vmlab, seed, zone, load=0, tls_1_3=False):
    """Digests of journal, consoles and capture of a virtual run with traffic on a bad LAN."""
    with tempfile.TemporaryDirectory(prefix="vmlab-clients-") as folder:
        lab = [scenario(folder, ["PROTOCOL +TLSV1_3"], {"level": 740})] if tls_1_3 else []
        busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(load)]
        try:
            done = subprocess.run([vmlab, "run", *lab, "--virtual", "120", "--traffic", "--loss", "1", "--seed", str(seed), "--journal", "j",
                                   "--consoles", "c", "--pcap", "p"], cwd=folder, capture_output=True, text=True, timeout=120,
                                  env=dict(os.environ, TZ=zone))
        finally:
            for process in busy:
                process.kill()
                process.wait()
        expect(done.returncode == 0, done.stderr)
        digests = [sha256(os.path.join(folder, name)) for name in "jcp"]
        with open(os.path.join(folder, "j"), errors="replace") as journal:
            expect(f"established: TLS1.{3 if tls_1_3 else 2}_" in journal.read(), "no session of that version")
        expect(os.path.getsize(os.path.join(folder, "p")) > 600_000, "the transfer is not in the capture")
        return digests


def same_twice(tls_1_3):
    seen = set()
    for seed in SEEDS:
        one = traces(executable(), seed, "UTC", tls_1_3=tls_1_3)
        other = traces(executable(), seed, "Asia/Kathmandu", 2 if seed % 5 == 0 else 0, tls_1_3)
        expect(one == other, f"seed {seed}: {one} and {other}")
        seen.add(tuple(one))
    expect(len(seen) == len(SEEDS), "two seeds gave the same run")


def same_in_other_build():
    builds = [f"{ROOT}/.build/{name}/vmlab" for name in ("release", "sanitized")]
    if not all(os.access(path, os.X_OK) for path in builds):
        raise Skipped("only one of the builds release and sanitized is there (scripts/run --build-only makes the other)")
    newest = max(os.path.getmtime(os.path.join(folder, name)) for part in ("stack", "sslserv", "services", "profiles", "simulator")
                 for folder, _, names in os.walk(f"{ROOT}/{part}") for name in names)
    if any(os.path.getmtime(path) < newest for path in builds):
        raise Skipped("one of the builds is older than the sources")
    for seed in SEEDS:
        one, other = (traces(path, seed, "UTC") for path in builds)
        expect(one == other, f"seed {seed}: release {one}, sanitized {other}")


check("20 seeds twice, in two processes", same_twice, False)
check("20 seeds twice, in two processes, TLS 1.3", same_twice, True)
check("20 seeds, release and sanitized", same_in_other_build)
finish()
