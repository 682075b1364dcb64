"""vmlab run --files with an administrator's own files, in the form in which they leave z/VM: EBCDIC records of 80 columns
in one flat folder that nobody may write to. Another node, network, device, pool and other labels than the shipped ones."""
import os
import shutil
import tempfile

from lab import Lab, USER, check, expect, finish, run, sha256

FILES = {
    "PROFILE TCPIP": """
OBEY OPERATOR TCPMAINT ENDOBEY
SSLSERVERID * TIMEOUT 30
AUTOLOG FTPSERVE 0 ENDAUTOLOG
PORT
  20  TCP FTPSERVE NOAUTOLOG
  21  TCP FTPSERVE
  23  TCP INTCLIEN
  992 TCP INTCLIEN SECURE BOSTEL
INTERNALCLIENTPARMS
  PORT 23 PORT 992
  SECURECONNECTION ALLOWED TLSLABEL BOSTEL
ENDINTERNALCLIENTPARMS
ASSORTEDPARMS RESTRICTLOWPORTS ENDASSORTEDPARMS
DEVICE OSA7 OSD 0700
LINK NET7 QDIOETHERNET OSA7 MTU 1500 IP
HOME
  10.1.2.3 255.255.255.0 NET7
GATEWAY
  DEFAULTNET 10.1.2.1 NET7 1500
START OSA7
""",
    "bosvm1.dtcparms": """
:nick.TCPIP  :type.server :class.stack
             :attach.0700-0702
             :DCSS_Parms.<DEFAULT>
:nick.TLS*   :type.server :class.ssl :stack.TCPIP
             :parms.KEYFILE /etc/gskadm/Boston.kdb
""",
    "TCPIP.DATA": """
TCPIPUSERID  TCPIP
HOSTNAME     BOSVM1
DOMAINORIGIN BOSTON.EXAMPLE
""",
    "Srvrftp.Config": """
PORT          21
SECURECONTROL ALLOWED
SECUREDATA    ALLOWED
TLSLABEL      BOSFTP
""",
}


def write_files(folder):
    for name, text in FILES.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write("".join(line.ljust(80) for line in text.strip().splitlines()).encode("cp037"))
        os.chmod(os.path.join(folder, name), 0o444)
    os.chmod(folder, 0o555)


def state_of(folder):
    return {name: (sha256(os.path.join(folder, name)), os.stat(os.path.join(folder, name)).st_mtime_ns)
            for name in sorted(os.listdir(folder))}


def curl(lab):
    text = run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{USER}",
                f"ftp://localhost:{lab.port(21)}/"])
    expect("PROFILE" in text or "TCPMAINT" in text or "DIRECT" in text or text == "", text)
    run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{USER}", "-T", "-",
         f"ftp://localhost:{lab.port(21)}/HELLO.TEXT"], stdin="hello\n")
    back = run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{USER}",
                f"ftp://localhost:{lab.port(21)}/HELLO.TEXT"])
    expect(back == "hello\n", repr(back))


def telnet(lab):
    text = run(["openssl", "s_client", "-connect", f"localhost:{lab.port(992)}", "-CAfile", lab.ca,
                "-verify_return_error"], rc=None)
    expect("Verify return code: 0" in text and "BOSTEL" in text, text)


def said(lab):
    text = lab.said()
    for words in ("supplied: ", "vmlab: node BOSVM1 is up;", "USER DIRECT (MAINT 2CC)", "IBM DTCPARMS (TCPMAINT.591)",
                  "TLS00001", "a LAN for 10.1.2.3", "BOSFTP BOSTEL", "PASSIVEPORTRANGE"):
        expect(words in text, f"{words!r} is not in:\n{text}")


def virtual(folder):
    out = run([Lab().command[0], "run", "--files", folder, "--virtual", "30", "--traffic"])
    expect("TCPIP is settled" in out, out)


def why(folder):
    out = run([Lab().command[0], "why", "--files", folder, "--labels", "BOSTEL", "dtcfts8467e"])
    expect("SRVRFTP CONFIG" in out and "BOSFTP" in out, out)


def main():
    folder = tempfile.mkdtemp(prefix="vmlab-own-")
    try:
        write_files(folder)
        before = state_of(folder)
        with Lab("--files", folder) as lab:
            check("curl --ssl-reqd lists, puts and gets through the loopback port", curl, lab)
            check("Telnet shows the certificate of his own label", telnet, lab)
            check("what was supplied is said", said, lab)
            check("it ends", lab.stop)
        check("run --virtual brings the same system up", virtual, folder)
        check("why --files with --labels finds the label that the key database lacks", why, folder)
        check("nothing was written", lambda: expect(state_of(folder) == before, "the folder changed"))
    finally:
        os.chmod(folder, 0o755)
        shutil.rmtree(folder)


main()
finish()
