"""A bad LAN slows and stalls a real transfer, and stopping TCPIP ends it: nothing goes around the virtual network."""
import subprocess
import time

from lab import Lab, PASSWORD, USER, check, expect, finish, needs, random_file, run, sha256


def put(lab, size, *options, rc=0):
    """Seconds that curl needs to put a file of this size."""
    random_file(lab.path("there"), size)
    began = time.monotonic()
    run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", *options, "-T", lab.path("there"),
         f"ftp://localhost:{lab.port(21)}/BAD.BIN"], rc=rc, seconds=180)
    return time.monotonic() - began


def get_equal(lab):
    run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "-o", lab.path("back"),
         f"ftp://localhost:{lab.port(21)}/BAD.BIN"], seconds=180)
    expect(sha256(lab.path("back")) == sha256(lab.path("there")), "the file came back changed")


def loss_slows():
    with Lab() as clean:
        good = put(clean, 3_000_000)
    with Lab("--loss", "5") as lossy:
        bad = put(lossy, 3_000_000)
        get_equal(lossy)
    expect(bad > 2 * good, f"{good:.2f} s without loss, {bad:.2f} s with 5 %")


def partition_stalls():
    """At 10 MB/s the file takes two seconds; the LAN is cut for two more in the middle."""
    with Lab("--partition", "1", "2") as lab:
        took = put(lab, 20_000_000, "--limit-rate", "10M")
        expect(took > 3.5, f"the transfer took {took:.2f} s, as if nothing had happened")
        get_equal(lab)


def stop_ends(command):
    needs("curl")
    with Lab(serve=False) as lab:
        random_file(lab.path("there"), 50_000_000)
        curl = subprocess.Popen(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", "--limit-rate", "5M",
                                 "-T", lab.path("there"), f"ftp://localhost:{lab.port(21)}/CUT.BIN"], stderr=subprocess.PIPE)
        try:
            time.sleep(1)
            expect(curl.poll() is None, "curl was done before TCPIP was stopped")
            lab.type(command, r"Ready")
            expect(curl.wait(20) != 0, "curl thinks that all is well")
        finally:
            curl.kill()
            curl.communicate()
        lab.type("QUERY TCPIP", r"HCPCQU045E TCPIP not logged on")


check("5 % loss slows a transfer and spoils nothing", loss_slows)
check("a partition of 2 s stalls a transfer, which then goes on", partition_stalls)
check("stopping TCPIP ends a transfer", stop_ends, "SIGNAL SHUTDOWN TCPIP")
finish()
