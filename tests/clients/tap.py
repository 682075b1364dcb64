"""The Linux kernel as a host on the virtual LAN, by a TAP interface in a network namespace of the test's own: files cross
in both directions, through what our own wire does to frames, and arrive unchanged."""
import os
import subprocess
import sys

from lab import Lab, PASSWORD, USER, check, executable, expect, finish, needs, random_file, run, sha256

HOST = "9.60.60.3"
ROUGH = """vmlab: 1
id: rough
title: A rough wire
story: s
symptom: s
wires:
  - wire: LAN0
    rate: 100M
    delay: 2ms
    jitter: 1ms
    loss: 1
    burst: 0.05/30/100
    duplicate: 1
    reorder: 2
    reorder_by: 4ms
    faults:
      - {name: damage, protocol: tcp, corrupt: 1}
      - {name: to the kernel, to: TAP, protocol: tcp, nth: 5-6, loss: 100}
      - {name: from the kernel, from: TAP, protocol: tcp, flags: SYN, nth: 1, loss: 100}
checks:
  - {id: red, phase: symptom, fact: {name: ssl_members_ready, is: 0}}
  - {id: green, fact: {name: ssl_members_ready}}
solution: [SSLADMIN START]
"""


def enter_namespace():
    """Begins this script again, in a user and a network namespace of its own; ends it where that is not allowed."""
    if os.environ.get("VMLAB_NAMESPACE"):
        return
    for reason, command in (("there is no 'unshare' or 'ip'", "unshare --version && ip -V"),
                            ("namespaces are not allowed here", "unshare -Urn true"),
                            ("no TAP interface can be made here", "unshare -Urn ip tuntap add dev probe mode tap")):
        if subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            print(f"SKIP all: {reason}")
            sys.exit(77)
    os.environ["VMLAB_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "-Urn", sys.executable, "-B", os.path.abspath(__file__)])


def join(lab):
    run(["ip", "address", "add", "9.60.60.100/24", "dev", "vmtap0"])
    run(["ip", "link", "set", "vmtap0", "up"])
    return lab


def there_and_back(lab, size, *options):
    needs("curl")
    random_file(lab.path("there"), size)
    curl = ["curl", "-sS", "-m", "240", "-u", f"{USER}:{PASSWORD}", *options]
    run([*curl, "-T", lab.path("there"), f"ftp://{HOST}/TAP.BIN"], seconds=250)
    run([*curl, "-o", lab.path("back"), f"ftp://{HOST}/TAP.BIN"], seconds=250)
    expect(sha256(lab.path("back")) == sha256(lab.path("there")), "the file came back changed")


def retransmitted():
    """Segments that the kernel has sent again so far."""
    with open("/proc/net/snmp") as file:
        names, values = [line.split() for line in file if line.startswith("Tcp:")]
    return int(values[names.index("RetransSegs")])


def rough(lab, *options):
    before = retransmitted()
    there_and_back(lab, 1_000_000, *options)
    expect(retransmitted() > before, "the kernel sent nothing again: the wire was not rough")


def all_faults_fired(lab):
    lab.stop()
    expect("never fired" not in lab.said(), lab.said()[-300:])


def made_again(lab):
    """What the kernel sent is in the journal."""
    run([executable(), "replay", os.path.join(lab.work, "journal")], seconds=300)


def refused():
    """In a user namespace of its own nobody has rights over the network of another."""
    result = subprocess.run(["unshare", "-U", executable(), "run", "--serve", "--no-ports", "--tap", "vmtap9"],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    expect(result.returncode == 4, f"exit code {result.returncode}: {result.stderr}")
    expect("vmtap9" in result.stderr and "CAP_NET_ADMIN" in result.stderr, result.stderr)


enter_namespace()
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with Lab("--tap", "vmtap0", "--no-ports") as clean:
    join(clean)
    check("the kernel puts and gets a file; it opens the data connections", there_and_back, clean, 5_000_000)
    check("the same; the system opens them", there_and_back, clean, 5_000_000, "--ftp-port", "-")
    check("the same inside TLS", there_and_back, clean, 2_000_000, "--ssl-reqd", "--cacert", clean.ca)
path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"vmlab-rough-{os.getpid()}.yaml")
with open(path, "w") as file:
    file.write(ROUGH)
try:
    with Lab("--tap", "vmtap0", "--no-ports", lab=path) as lab:
        join(lab)
        check("delay, loss, bursts, duplication, reordering, damage: the files arrive unchanged", rough, lab)
        check("the same; the system opens the data connections", rough, lab, "--ftp-port", "-")
        check("every fault of the wire fired", all_faults_fired, lab)
        check("the run is made again from its journal, without the interface", made_again, lab)
finally:
    os.remove(path)
check("without rights: exit code 4, and what to do", refused)
finish()
