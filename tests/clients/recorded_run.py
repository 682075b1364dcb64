"""A run with real clients is made again from its journal: the same capture, consoles, screen and journal, byte for byte."""
import os
import shutil
import subprocess

from lab import Lab, PASSWORD, USER, check, executable, expect, finish, needs, random_file, run, sha256, wait_for


def vmlab(*arguments):
    return subprocess.run([executable(), *arguments], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)


def recorded(*options, lab=None, terminal=False):
    """A lab at its prompt that writes everything down."""
    made = Lab(*options, lab=lab, serve=False, terminal=terminal)
    made.command += ["--pcap", made.path("p"), "--consoles", made.path("c"), "--journal", made.path("j")]
    return made


def end(lab):
    lab.process.stdin.write(b"QUIT\n")
    lab.process.stdin.flush()
    expect(lab.process.wait(60) == 0, lab.said())


def same_again(lab):
    """Replays, and compares all that was written."""
    done = vmlab("replay", lab.path("j"), "--pcap", lab.path("p2"), "--consoles", lab.path("c2"), "--journal", lab.path("j2"))
    expect(done.returncode == 0, f"{done.returncode}: {done.stderr}")
    for name in "jcp":
        expect(sha256(lab.path(name)) == sha256(lab.path(name + "2")), f"{name}: another file")
    expect(lab.terminal or done.stdout == lab.shown(), f"another screen:\n{done.stdout}\nit was:\n{lab.shown()}")
    expect(os.stat(lab.path("j")).st_mode & 0o777 == 0o600, "the recording is not the owner's alone")


def curl(lab, *more):
    return run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}", *more], seconds=120)


def visits(lab):
    needs("curl"), needs("openssl"), needs("s3270")
    lab.type("SSLADMIN TRACE CONNECTIONS (SSL SSL00001", r"Ready")
    url = f"ftp://localhost:{lab.port(21)}/"
    random_file(lab.path("there"), 1_500_000)
    curl(lab, "-T", lab.path("there"), url + "BIG.BIN")
    curl(lab, "-o", lab.path("back"), url + "BIG.BIN")
    expect(sha256(lab.path("there")) == sha256(lab.path("back")), "the file came back otherwise")
    for options in (["-tls1_2"], ["-tls1_1"], ["-reconnect", "-tls1_2"]):
        run(["openssl", "s_client", "-connect", f"localhost:{lab.port(7443)}", "-CAfile", lab.ca, "-cipher",
             "DEFAULT@SECLEVEL=0", *options], stdin="hello\n", rc=None)
    shown = run(["s3270", "-cafile", lab.ca, f"localhost:{lab.port(23)}"],
                stdin="Wait(10,InputField)\nAscii()\nPrintText(string)\nDisconnect()\nQuit()\n", rc=None)
    expect("z/VM" in shown or "VM" in shown, f"s3270 has no logo:\n{shown}")
    lab.type("NETSTAT CONFIG SSL", r"Ready")
    lab.type("WHY LAST", r"Ready")


def a_server_goes(lab):
    lab.type("FORCE FTPSERVE", r"Ready")
    run(["curl", "-sS", "-m", "5", f"ftp://localhost:{lab.port(21)}/"], rc=None)
    lab.type("XAUTOLOG FTPSERVE", r"Ready")
    wait_for(lambda: "FTPSERVE" in lab.shown(), 20, "FTPSERVE")
    run(["openssl", "s_client", "-connect", f"localhost:{lab.port(21)}", "-starttls", "ftp", "-CAfile", lab.ca], rc=None)
    run(["curl", "-sS", "-m", "5", f"http://localhost:{lab.port(7443)}/"], rc=None)  # in clear, to a port that is SECURE
    lab.type("FORCE FTPSERVE", r"Ready")


def why_of_it(lab):
    said = vmlab("why", "LAST", "--journal", lab.path("j"))
    expect(said.returncode == 0 and "7443" in said.stdout, f"{said.returncode}: {said.stdout}{said.stderr}")
    proved = vmlab("why", "PORT 21", "--journal", lab.path("j"), "--prove")
    expect(proved.returncode == 0 and "typed at TCPMAINT: FORCE FTPSERVE" in proved.stdout,
           f"{proved.returncode}: {proved.stdout}{proved.stderr}")


def damaged(lab):
    """Each kind of damage ends with 3 and its place."""
    with open(lab.path("j"), "rb") as file:
        whole = file.read()
    lines = whole.split(b"\n")
    sent = next(i for i, line in enumerate(lines) if b" sent " in line[:20])

    def replayed(content, *options):
        with open(lab.path("damaged"), "wb") as file:
            file.write(content)
        return vmlab("replay", lab.path("damaged"), *options)

    wrong = lines[:sent] + [lines[sent][:-6] + b"A" + lines[sent][-5:]] + lines[sent + 1:]
    if wrong[sent] == lines[sent]:
        wrong[sent] = lines[sent][:-6] + b"B" + lines[sent][-5:]
    for content, place in ((b"\n".join(wrong), f":{sent + 1}:2:"), (whole[:len(whole) // 2], ":"),
                           (b"\n".join(lines[:-2]) + b"\n", f":{len(lines) - 1}:1:"), (b"", ":1:1:"), (b"\0" * 99, ":1:")):
        done = replayed(content)
        expect(done.returncode == 3 and "damaged" + place in done.stderr and not done.stdout, f"{done.returncode}: {done.stderr}")
    done = replayed(whole[:len(whole) // 2], "--partial")
    expect(done.returncode == 0, f"--partial: {done.returncode}: {done.stderr}")
    record = next(i for i in range(sent, len(lines)) if lines[i].startswith(b"#") and b" TCPIP " in lines[i])
    done = replayed(b"\n".join(lines[:record] + [lines[record] + b"?"] + lines[record + 1:]))
    expect(done.returncode == 1 and f":{record + 1}:1: this run goes another way" in done.stderr, f"{done.returncode}: {done.stderr}")
    expect(vmlab("replay", lab.path("no such")).returncode == 3, "a journal that is not there")


def another_kind_of_run(lab):
    done = vmlab("run", "--virtual", "5", "--journal", lab.path("v"))
    expect(done.returncode == 0, done.stderr)
    done = vmlab("replay", lab.path("v"))
    expect(done.returncode == 3 and "--seed" in done.stderr, f"{done.returncode}: {done.stderr}")


def a_lab_with_checks():
    lab = recorded(lab="ssl-stopped")
    with lab:
        lab.type("CHECK", r"(?s)Checking.*(FAIL|fail|no|not)", 60)
        lab.type("HINT", r"Hint", 60)
        lab.type("SSLADMIN START", r"Ready")
        lab.type("CHECK", r"(?s)Checking.*\n.*\n", 60)
        run(["curl", "-sS", "-m", "5", f"ftp://localhost:{lab.port(21)}/"], rc=None)
        end(lab)
        same_again(lab)


def a_file_is_edited():
    """What the person's editor made of a file came from outside, too."""
    lab = recorded(terminal=True)
    lab.edits_by("s/router/edited/")
    with lab:
        lab.type("EDIT ETC HOSTS F", r"Ready[(;]")
        lab.type("TYPE ETC HOSTS F", r"edited.example.test(?s:.*)Ready[(;]")
        lab.press("QUIT\r")
        expect(lab.process.wait(60) == 0, lab.said())
        same_again(lab)
        with open(lab.path("c2")) as file:
            expect("edited.example.test" in file.read(), "the file was not edited again")


def a_second_session_with_files_of_ones_own():
    """What an earlier run saved and one's own files are in the recording: both may be gone."""
    lab = recorded()
    own = lab.path("own")
    shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "profiles", "baseline"), own)
    lab.command += ["--files", own, "--loss", "1"]
    folder, lab.folder = lab.folder, os.path.join(lab.folder, "no such")
    path, lab.path = lab.path, lambda name: os.path.join(folder, name)
    try:
        with lab:
            lab.type("COPYFILE PROFILE TCPIP D MINE BACKUP A", r"Ready")
            end(lab)
        os.remove(lab.ready_file)
        with lab:
            lab.type("LISTFILE MINE BACKUP A", r"MINE +BACKUP")
            run(["curl", "-sS", "-m", "20", "-u", f"{USER}:{PASSWORD}", f"ftp://localhost:{lab.port(21)}/"], rc=None)
            end(lab)
        shutil.rmtree(own)
        shutil.rmtree(lab.work)
        same_again(lab)
    finally:
        lab.path = path
        shutil.rmtree(folder)


with recorded() as lab:
    check("curl, openssl and s3270 visit", visits, lab)
    check("a server goes and comes, and so do its clients", a_server_goes, lab)
    check("the run ends in order", end, lab)
    check("the run made again: the same capture, consoles, screen and journal", same_again, lab)
    check("why of the recorded run", why_of_it, lab)
    check("a damaged recording ends with 3 and its place", damaged, lab)
    check("a journal without a recording ends with 3 and says what to do", another_kind_of_run, lab)
check("a lab with checks and hints made again", a_lab_with_checks)
check("a run in which a file was edited made again, without the editor", a_file_is_edited)
check("a second session with files of one's own made again, these gone", a_second_session_with_files_of_ones_own)
finish()
