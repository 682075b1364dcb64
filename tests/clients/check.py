"""vmlab check as it is typed: exit codes, the forms and names of files, and fixes applied from JSON and SARIF by a program
that knows nothing of vmlab."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import urllib.parse

from lab import ROOT, check, executable, expect, finish

BASELINE = os.path.join(ROOT, "profiles", "baseline")
PLANTED = [("TCPMAINT.198/PROFILE.TCPIP", "  TLSECHO  0\n", ""),
           ("TCPMAINT.198/PROFILE.TCPIP", "SSLLIMITS", "SSLIMITS"),
           ("TCPMAINT.198/SMTP.CONFIG", "FORWARDMAIL       NO", "FORWARDMAIL       YES"),
           ("TCPMAINT.198/GDLRCT2.DTCPARMS", "KEYFILE /etc/gskadm/", "KEYFILE /etc/gskadl/")]


def vmlab(*arguments, cwd=None):
    return subprocess.run([executable(), "check", *arguments], capture_output=True, text=True, timeout=120, cwd=cwd,
                          stdin=subprocess.DEVNULL)


def ended(done, code, *says):
    text = done.stdout + done.stderr
    expect(done.returncode == code, f"exit code {done.returncode}, not {code}:\n{text}")
    for words in says:
        expect(words in text, f"{words!r} is not in:\n{text}")


def in_folder(function):
    folder = tempfile.mkdtemp(prefix="vmlab-clients-")
    try:
        function(folder)
    finally:
        shutil.rmtree(folder)


def copy_of_baseline(folder, form=None):
    """The baseline with its faults planted, each file in `form` (a function from text to bytes)."""
    for where, _, names in os.walk(BASELINE):
        for name in names:
            path = os.path.join(where, name)
            with open(path, encoding="ascii") as file:
                text = file.read()
            relative = os.path.relpath(path, BASELINE)
            for planted, old, new in PLANTED:
                text = text.replace(old, new) if planted == relative else text
            os.makedirs(os.path.join(folder, os.path.dirname(relative)), exist_ok=True)
            with open(os.path.join(folder, relative), "wb") as file:
                file.write(form(text) if form else text.encode())


def records(encoding):
    return lambda text: "".join(line.ljust(80) for line in text.splitlines()).encode(encoding)


def lines(encoding, end):
    return lambda text: b"".join(line.encode(encoding) + end for line in text.splitlines())


FORMS = {"ASCII records": records("ascii"), "EBCDIC records": records("cp037"), "CR LF": lines("ascii", b"\r\n"),
         "EBCDIC lines": lines("cp037", b"\x15"), "EBCDIC with LF": lines("cp037", b"\x25")}


def exit_codes(folder):
    good = os.path.join(folder, "SMTP.CONFIG")
    with open(good, "w") as file:
        file.write("PORT 25\nTLS ALLOWED\nTLSLABEL SMTPCERT\n")
    ended(vmlab(good), 0, "0 errors, 0 warnings")
    ended(vmlab(folder), 0)
    with open(good, "a") as file:
        file.write("FORWARDMAIL YES\n")
    ended(vmlab(good), 1, "forward-mail", "SMTP.CONFIG:4:13: warning:", "try: change YES to NO")
    ended(vmlab(), 2, "--list")
    ended(vmlab("--no-such-option"), 2)
    ended(vmlab("--json", "--sarif", good), 2)
    ended(vmlab("--node", "much too long", good), 2)
    ended(vmlab("--list"), 0, "stack-mismatch", "DTCPRS901E")
    ended(vmlab(os.path.join(folder, "no such file")), 3, "cannot be read")
    other = os.path.join(folder, "notes.txt")
    with open(other, "w") as file:
        file.write("nothing\n")
    ended(vmlab(other), 3, "by its name")
    with open(os.path.join(folder, "PROFILE.TCPIP"), "wb") as file:
        file.write(bytes(range(256)) * 4)
    ended(vmlab(folder), 3, "neither in ASCII nor in EBCDIC")
    empty = os.path.join(folder, "empty")
    os.mkdir(empty)
    ended(vmlab(empty), 3, "no configuration file")


def names(folder):
    os.mkdir(os.path.join(folder, "TCPMAINT.198"))
    for name in ["PROFILE TCPIP", "profile.tcpip", "TCPMAINT.198/Profile.Tcpip", "PROFILE TCPIP D1"]:
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write("SSLIMITS\n")
        ended(vmlab(path), 1, f"{name}:1:1: error:", "DTCPRS901E")
        os.remove(path)
    shutil.copy(os.path.join(BASELINE, "TCPMAINT.198", "PROFILE.TCPIP"), os.path.join(folder, "TCPMAINT.198"))
    ended(vmlab(".", "--verbose", cwd=os.path.join(folder, "TCPMAINT.198")), 1, "PROFILE TCPIP D1, ASCII, lines")


def found_in(folder):
    done = vmlab("--json", folder)
    expect(done.returncode in (0, 1), done.stderr)
    found = [f for f in json.loads(done.stdout)["findings"] if f["severity"] != "info"]
    return {f["id"] + " " + f["text"]: f for f in found}


def replaced(path, offset, length, content):
    with open(path, "rb") as file:
        text = file.read()
    with open(path, "wb") as file:
        file.write(text[:offset] + content + text[offset + length:])


def apply_json(finding):
    for edit in finding["fix"]["edits"]:
        replaced(edit["path"], edit["offset"], edit["bytes"], base64.b64decode(edit["replacement"]))


def region_in_bytes(text, region):
    if "byteOffset" in region:
        return region["byteOffset"], region["byteLength"]
    before = text.splitlines(keepends=True)[:region["startLine"] - 1]
    start = sum(map(len, before)) + region["startColumn"] - 1
    return start, region["endColumn"] - region["startColumn"]


def apply_sarif(folder, result):
    for change in result["fixes"][0]["artifactChanges"]:
        path = urllib.parse.unquote(change["artifactLocation"]["uri"])
        for replacement in change["replacements"]:
            with open(path, "rb") as file:
                at, length = region_in_bytes(file.read(), replacement["deletedRegion"])
            content = replacement["insertedContent"]
            replaced(path, at, length,
                     base64.b64decode(content["binary"]) if "binary" in content else content["text"].encode())


def planted_and_cured(folder, form, sarif):
    copy_of_baseline(folder, form)
    clean = found_in(BASELINE)
    for _ in range(12):
        cured = next((f for key, f in found_in(folder).items() if key not in clean and "fix" in f), None)
        if not cured:
            break
        if sarif:
            result = next(r for r in json.loads(vmlab("--sarif", folder).stdout)["runs"][0]["results"]
                          if r["ruleId"] == cured["id"] and r["message"]["text"] == cured["text"])
            apply_sarif(folder, result)
        else:
            apply_json(cured)
    left = [key for key in found_in(folder) if key not in clean]
    expect(not left, f"left: {left}")
    expect(len(clean) < 6, f"the baseline has {list(clean)}")


def every_form(folder):
    want = None
    for name, form in FORMS.items():
        here = os.path.join(folder, name)
        copy_of_baseline(here, form)
        found = {(key, f["line"], f["column"]) for key, f in found_in(here).items()}
        want = want or found
        expect(found == want, f"{name}: {found ^ want}")
    expect(len(want) >= 8, str(want))


def labels(folder):
    ended(vmlab("--labels", "TELCERT,FTPCERT,SMTPCERT,ECHOCERT", BASELINE), 1,
          "The key database has no label SMAPCERT", "label-not-in-database")
    with open(os.path.join(folder, "Database.kdb"), "wb") as file:
        file.write(b"IBM's own format")
    ended(vmlab("--kdb", os.path.join(folder, "Database.kdb"), BASELINE), 3, "cannot be read")


check("exit codes: 0 nothing found, 1 found, 2 usage, 3 unreadable", in_folder, exit_codes)
check("names as on CMS, as on the host, in folders named like disks", in_folder, names)
check("the same files in five forms have the same findings at the same places", in_folder, every_form)
check("--labels is the key database; one that cannot be read ends with 3", in_folder, labels)
for title, how in [("ASCII lines", None), *FORMS.items()]:
    check(f"{title}: what --json suggests, applied, cures", in_folder,
          lambda folder, how=how: planted_and_cured(folder, how, False))
    check(f"{title}: what --sarif suggests, applied, cures", in_folder,
          lambda folder, how=how: planted_and_cured(folder, how, True))
finish()
