"""The program as a whole: exit codes, taken ports, the work directory, signals with clients connected."""
import os
import shutil
import signal
import socket
import subprocess
import time

from lab import Lab, check, executable, expect, finish, is_free, wait_for


def vmlab(*arguments):
    return subprocess.run([executable(), *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)


def usage_errors():
    done = vmlab("run", "--no-such-option")
    expect(done.returncode == 2 and done.stdout == "", f"exit code {done.returncode}, stdout {done.stdout!r}")


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
    for name in ("journal", "ca.pem", "lab.keys"):
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


check("a wrong option ends with 2 and says so on stderr", usage_errors)
with Lab() as lab:
    check("taken ports end with 4 and advise --port-base", taken_ports, lab)
    check("a work directory serves one vmlab at a time", work_in_use, lab)
    check("journal and keys are the owner's alone; the journal keeps the seed", modes, lab)
check("SIGINT with 20 clients connected leaves nothing", signal_with_clients, signal.SIGINT)
check("SIGTERM with 20 clients connected leaves nothing", signal_with_clients, signal.SIGTERM)
check("what was written in one run is there in the next", state_outlives_the_run)
finish()
