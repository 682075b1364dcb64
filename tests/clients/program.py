"""The program as a whole: exit codes, taken ports, the work directory, signals with clients connected."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from lab import ROOT, Lab, check, executable, expect, finish, is_free, wait_for


def vmlab(*arguments):
    return subprocess.run([executable(), *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)


def usage_errors():
    done = vmlab("run", "--no-such-option")
    expect(done.returncode == 2 and done.stdout == "", f"exit code {done.returncode}, stdout {done.stdout!r}")


def options_that_make_no_sense():
    for wrong in ("--loss 101", "--loss nan", "--partition 1 -1", "--virtual 1e300", "--virtual 1 --serve",
                  "ssl-stopped --virtual 1 --serve", "--traffic", "--user MUCHTOOLONG", "--user NOBODY",
                  "--port-base 60000"):
        with tempfile.TemporaryDirectory() as folder:
            done = vmlab("run", *wrong.split(), *([] if "--virtual" in wrong else ["--work", folder]))
            expect(done.returncode == 2 and done.stdout == "" and done.stderr,
                   f"run {wrong}: exit code {done.returncode}, stdout {done.stdout!r}, stderr {done.stderr!r}")


def a_full_disk():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([executable(), "list"], stdout=full, stderr=subprocess.PIPE, timeout=60)
    expect(done.returncode == 5 and b"No space left" in done.stderr, f"{done.returncode}: {done.stderr}")


def invalid_input():
    for arguments in (["run", "no-such-lab"], ["validate", "/no/such.yaml"], ["run", "--files", "/no/such/folder"]):
        with tempfile.TemporaryDirectory() as folder:
            done = vmlab(*arguments, *(["--work", folder] if arguments[0] == "run" else []))
            expect(done.returncode == 3 and done.stderr, f"{arguments}: {done.returncode}: {done.stderr}")
    with tempfile.TemporaryDirectory() as work:
        with open(os.path.join(work, "storage"), "w") as file:
            file.write("half")
        done = vmlab("run", "--no-ports", "--work", work)
        expect(done.returncode == 3 and "damaged" in done.stderr, f"{done.returncode}: {done.stderr}")


def own_lab():
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("yaml", "keys"):
            shutil.copy(os.path.join(ROOT, "simulator", "labs", f"ssl-stopped.{kind}"), f"{folder}/mine.{kind}")
        done = vmlab("test", f"{folder}/mine.yaml", "--keys", "--json")
        expect(done.returncode == 0 and json.loads(done.stdout)["proved"], f"{done.returncode}: {done.stderr}")
        os.remove(f"{folder}/mine.keys")
        done = vmlab("test", f"{folder}/mine.yaml", "--keys")
        expect(done.returncode == 3 and "mine.keys" in done.stderr, f"{done.returncode}: {done.stderr}")


def taken_ports(lab):
    other = Lab()
    shutil.rmtree(other.folder)
    other.base = lab.base
    other.command[other.command.index("--port-base") + 1] = str(lab.base)
    done = vmlab(*other.command[1:])
    expect(done.returncode == 4, f"exit code {done.returncode}:\n{done.stderr}")
    expect("--port-base" in done.stderr, f"no advice:\n{done.stderr}")


def work_in_use(lab):
    other = Lab()
    shutil.rmtree(other.folder)
    other.command[other.command.index("--work") + 1] = lab.work
    done = vmlab(*other.command[1:])
    expect(done.returncode != 0 and "another vmlab uses" in done.stderr, f"{done.returncode}: {done.stderr}")


def modes(lab):
    for name in ("journal", "ca.pem", "lab.keys", "client.key"):
        mode = os.stat(os.path.join(lab.work, name)).st_mode & 0o777
        expect(mode == 0o600, f"{name} has mode {mode:o}")
    expect("seed " in lab.journal(), "the journal does not keep the seed")


def signal_with_clients(number):
    with Lab() as lab:
        clients = [socket.create_connection(("127.0.0.1", lab.port(port)), 5) for port in (21, 23, 25, 7443) * 5]
        clients[0].recv(1)
        began = time.monotonic()
        lab.stop(number)
        expect(time.monotonic() - began < 10, "it took more than 10 s")
        for client in clients:
            client.close()


def lab_in_virtual_time():
    """A broken lab without ports: its fault is on the consoles, its lines are typed, and twice is the same."""
    with tempfile.TemporaryDirectory() as folder:
        def consoles(lab, name):
            done = vmlab("run", lab, "--virtual", "150", "--consoles", os.path.join(folder, name))
            expect(done.returncode == 0, f"{done.returncode}: {done.stderr}")
            with open(os.path.join(folder, name)) as file:
                return file.read()

        shown = consoles("ssl-stopped", "a")
        expect("SSLADMIN STOP" in shown, "the lab's lines were not typed:\n" + shown)
        expect(consoles("ssl-stopped", "b") == shown, "the same lab twice, and other consoles")
        expect("DTCRUN1038I" in consoles("ssl-stack-mismatch", "c"), "the lab's fault is not on the consoles")
        expect(vmlab("run", "no-such-lab", "--virtual", "1").returncode == 3, "a lab that is not there")


def why_of_a_journal():
    """What was typed in a recorded run is typed again by the proof."""
    with tempfile.TemporaryDirectory() as folder:
        journal = os.path.join(folder, "journal")
        done = vmlab("run", "ssl-stopped", "--virtual", "150", "--journal", journal, "--seed", "7")
        expect(done.returncode == 0, done.stderr)
        done = vmlab("why", "SSL00001", "--journal", journal, "--prove")
        expect(done.returncode == 0 and "typed at GSKADMIN: SSLADMIN STOP" in done.stdout, done.stdout + done.stderr)
        done = vmlab("why", "last", "--lab", "ssl-stopped", "--prove")
        expect(done.returncode == 0 and "typed at GSKADMIN: SSLADMIN STOP" in done.stdout, done.stdout + done.stderr)


def state_outlives_the_run():
    with Lab(serve=False) as lab:
        shown = lab.type("COPYFILE PROFILE TCPIP D SAVED BACKUP A", r"Ready|R;|not found|DMS")
        expect("DMS" not in shown, shown)
        lab.type("QUIT")
        lab.process.wait(30)
        os.remove(lab.ready_file)
        with lab:
            shown = lab.type("LISTFILE SAVED BACKUP A", r"SAVED +BACKUP|DMS")
            expect("DMS" not in shown, shown)


def typed(lab, *lines):
    """A session of its own in the lab's work directory: what the last line showed."""
    if os.path.exists(lab.ready_file):
        os.remove(lab.ready_file)
    with lab:
        for line in lines:
            shown = lab.type(line, r"Ready[(;]")
        lab.type("QUIT")
        expect(lab.process.wait(30) == 0, lab.said())
    return shown


def keeping(check_of_sessions):
    """Several sessions in one work directory."""
    lab = Lab(serve=False)
    folder, lab.folder = lab.folder, os.path.join(lab.folder, "no such")  # it stays when a session ends
    try:
        check_of_sessions(lab, folder)
    finally:
        shutil.rmtree(folder)


def a_lab_leaves_the_healthy_system_alone(lab, _):
    typed(lab, "COPYFILE PROFILE TCPIP D MINE BACKUP A")
    at = lab.command.index("run") + 1
    lab.command.insert(at, "ftp-label-unknown")
    expect("NOTTHERE" in typed(lab, "TYPE SRVRFTP CONFIG D"), "the lab has no fault")
    expect("DMS" in typed(lab, "STATE MINE BACKUP A"), "a lab begins with what was saved")
    del lab.command[at]
    expect("NOTTHERE" not in typed(lab, "TYPE SRVRFTP CONFIG D"), "the lab's fault is in the healthy system")
    expect("DMS" not in typed(lab, "STATE MINE BACKUP A"), "the lab cost the healthy system its files")


def own_files(lab, folder):
    own = os.path.join(folder, "own")
    shutil.copytree(os.path.join(ROOT, "profiles", "baseline"), own)
    lab.command += ["--files", own]
    typed(lab, "CHANGE ETC HOSTS F /router/inside/")
    expect("inside" in typed(lab, "TYPE ETC HOSTS F"), "what was changed inside is lost")
    with open(os.path.join(own, "TCPMAINT.592", "ETC.HOSTS"), "a") as file:
        file.write("9.60.60.99 outside\n")
    for _ in range(2):
        shown = typed(lab, "TYPE ETC HOSTS F")
        expect("outside" in shown and "inside" not in shown, f"what was changed outside does not count:\n{shown}")


def ready_shows_the_console():
    with Lab(serve=False) as lab:
        shown = lab.shown()
        expect("Ready" in shown, f"the run is ready, its console is not: {shown!r}")


def logoff_ends_the_run():
    with Lab(serve=False) as lab:
        lab.process.stdin.write(b"LOGOFF\n")
        lab.process.stdin.flush()  # and it stays open
        began = time.monotonic()
        expect(lab.process.wait(30) == 0 and time.monotonic() - began < 10, "LOGOFF did not end the run at once")


def edit():
    with Lab(serve=False) as lab:
        expect("DMSEDT901E" in lab.type("EDIT ETC HOSTS F", r"Ready[(;]"), "an editor without a terminal")
    lab = Lab(serve=False, terminal=True)
    lab.edits_by("s/router/edited/")
    with lab:
        lab.type("EDIT ETC HOSTS F", r"Ready[(;]")
        expect("edited.example.test" in lab.type("TYPE ETC HOSTS F", r"Ready[(;]"), lab.shown())


check("a wrong option ends with 2 and says so on stderr", usage_errors)
check("options that make no sense end with 2", options_that_make_no_sense)
check("what is not there or damaged ends with 3", invalid_input)
check("a lab of one's own is proved with the keystrokes beside it", own_lab)
check("output that cannot be written is a failure", a_full_disk)
check("a broken lab runs in virtual time, with the lines that prepare it", lab_in_virtual_time)
check("why of a recorded run: the proof types its lines again", why_of_a_journal)
with Lab() as lab:
    check("taken ports end with 4 and advise --port-base", taken_ports, lab)
    check("a work directory serves one vmlab at a time", work_in_use, lab)
    check("journal and keys are the owner's alone; the journal keeps the seed", modes, lab)
check("SIGINT with 20 clients connected leaves nothing", signal_with_clients, signal.SIGINT)
check("SIGTERM with 20 clients connected leaves nothing", signal_with_clients, signal.SIGTERM)
check("what was written in one run is there in the next", state_outlives_the_run)
check("a lab begins anew and leaves the healthy system alone", keeping, a_lab_leaves_the_healthy_system_alone)
check("--files: what was changed last counts, inside or outside", keeping, own_files)
check("a run that is ready shows its console", ready_shows_the_console)
check("LOGOFF at the prompt ends the run", logoff_ends_the_run)
check("EDIT opens the person's editor at a terminal, and nowhere else", edit)
finish()
