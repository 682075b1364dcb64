"""TLSECHO under what conformance suites ask of a server, for every version from TLS 1.0 to 1.3: peculiar but lawful first
flights are served, unlawful ones are answered with the alert that the standard names, and nothing ever hangs. Records and
hellos are made by hand here; gnutls-cli-debug and testssl.sh, which Debian has, ask their own questions beside."""
import concurrent.futures
import os
import re
import socket
import struct

from lab import RSA_PORT, System, check, expect, finish, needs, run

VERSIONS = {"TLS 1.0": 1, "TLS 1.1": 2, "TLS 1.2": 3, "TLS 1.3": 4}
OPERANDS = ["PROTOCOL +TLSV1_0", "PROTOCOL +TLSV1_1", "PROTOCOL +TLSV1_3"]
HANDSHAKE, ALERT, CHANGE, DATA = 22, 21, 20, 23
UNEXPECTED, OVERFLOW, HANDSHAKE_FAILURE, ILLEGAL, DECODE, VERSION = 10, 22, 40, 47, 50, 70
# A share for X25519, P-256: the generators themselves will do, since nothing behind the ServerHello is read.
X25519 = bytes([9]) + bytes(31)
P256 = bytes.fromhex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                     "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")


def sized(width, content):
    return len(content).to_bytes(width, "big") + content


def record(kind, content, version=0x0301, length=None):
    return struct.pack("!BHH", kind, version, len(content) if length is None else length) + content


def extension(number, content):
    return struct.pack("!H", number) + sized(2, content)


def numbers(*all_of_them):
    return b"".join(struct.pack("!H", n) for n in all_of_them)


def hello(minor, *, suites=None, session=b"", compression=b"\0", more=b"", tail=b"", versions=None, legacy=None, bare=False):
    """A ClientHello of TLS 1.0 + (minor - 1), as a handshake message."""
    if suites is None:
        suites = [0x1301, 0x1302] if minor == 4 else [0x009C, 0x002F, 0x0035, 0x0033]
    extensions = b"" if bare else extension(13, sized(2, numbers(0x0804, 0x0401, 0x0501, 0x0201))) + \
        extension(10, sized(2, numbers(29, 23))) + extension(11, b"\1\0")
    if minor == 4:
        extensions += extension(43, sized(1, numbers(*(versions or [0x0304]))))
        extensions += extension(51, sized(2, numbers(29) + sized(2, X25519) + numbers(23) + sized(2, P256)))
    extensions += more
    legacy = legacy or 0x0300 + min(minor, 3)
    body = struct.pack("!H", legacy) + b"\x5a" * 32 + sized(1, session) + sized(2, numbers(*suites)) + sized(1, compression)
    body += (sized(2, extensions) if extensions else b"") + tail
    return b"\1" + sized(3, body)


def ask(lab, *pieces):
    """What the server says to these bytes: its records up to the end of its flight, or until it closes."""
    said = b""
    with socket.create_connection(("127.0.0.1", lab.port(RSA_PORT)), 20) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                wire.sendall(piece)
            wire.shutdown(socket.SHUT_WR)  # whoever waits for more hears that nothing comes
            while part := wire.recv(65536):
                said += part
        except ConnectionError:
            pass
    records = []
    while len(said) >= 5:
        kind, _, length = struct.unpack("!BHH", said[:5])
        records.append((kind, said[5:5 + length]))
        said = said[5 + length:]
    return records


def served(lab, minor, *pieces):
    """The answer is a ServerHello of that version."""
    records = ask(lab, *pieces)
    expect(records and records[0][0] == HANDSHAKE and records[0][1][0] == 2, f"no ServerHello: {records[:2]}")
    body = records[0][1][4:]
    version = int.from_bytes(body[:2], "big")
    behind = body[35 + body[34] + 3:]
    if minor == 4:
        expect(version == 0x0303 and b"\0\x2b\0\2\3\4" in behind, f"no TLS 1.3 in {body.hex()}")
    else:
        expect(version == 0x0300 + minor, f"version {version:04x}")
    return body


def refused(lab, alerts, *pieces):
    records = ask(lab, *pieces)
    kinds = [(kind, content[:2]) for kind, content in records]
    expect(records and records[-1][0] == ALERT and records[-1][1][0] == 2 and records[-1][1][1] in alerts,
           f"alert {alerts} is due: {kinds}")
    expect(len(records) == 1, f"the server went on: {kinds}")


def in_pieces(message, size):
    return b"".join(record(HANDSHAKE, message[at:at + size]) for at in range(0, len(message), size))


def lawful(lab, minor):
    whole = hello(minor)
    served(lab, minor, record(HANDSHAKE, whole))
    served(lab, minor, record(HANDSHAKE, whole, 0x0300))  # the record's version of a first flight means nothing
    served(lab, minor, record(HANDSHAKE, whole, 0x0303))
    served(lab, minor, in_pieces(whole, 1))
    served(lab, minor, in_pieces(whole, 7))
    served(lab, minor, *(bytes([b]) for b in record(HANDSHAKE, whole)))  # a segment for each byte
    # What it does not know is passed over: suites, groups, extensions, compression methods, versions (RFC 8701).
    grease = extension(0x2A2A, b"") + extension(0x7A7A, b"x" * 99) + extension(21, bytes(600))
    suites = [0x0A0A, 0xFAFA] + ([0x1301] if minor == 4 else [0x009C, 0x002F])
    served(lab, minor, record(HANDSHAKE, hello(minor, suites=suites, more=grease)))
    served(lab, minor, record(HANDSHAKE, hello(minor, suites=suites[2:] * 1 + list(range(0x5A00, 0x5A80)))))
    served(lab, minor, record(HANDSHAKE, hello(minor, more=extension(21, bytes(12000)))))
    if minor == 4:
        served(lab, 4, record(HANDSHAKE, hello(4, versions=[0x3A3A, 0x0305, 0x0304, 0x0303])))
        body = served(lab, 4, record(HANDSHAKE, hello(4, session=b"\x11" * 32)))
        expect(body[34] == 32 and body[35:67] == b"\x11" * 32, "the session id of a client is to be echoed")
    else:
        served(lab, minor, record(HANDSHAKE, hello(minor, compression=b"\1\0")))
        served(lab, minor, record(HANDSHAKE, hello(minor, session=b"\x11" * 32)))
        served(lab, minor, record(HANDSHAKE, hello(minor, bare=True)))  # no extension at all
    if minor == 3:  # newer than anything that there is
        served(lab, 3, record(HANDSHAKE, hello(3, legacy=0x0304)))
        served(lab, 3, record(HANDSHAKE, hello(3, legacy=0x03FE)))


def unlawful(lab, minor):
    whole = hello(minor)
    broken = bytes([DECODE, ILLEGAL])
    refused(lab, broken, record(HANDSHAKE, hello(minor, session=b"\x11" * 33)))
    refused(lab, broken, record(HANDSHAKE, hello(minor, tail=b"x")))
    refused(lab, broken, record(HANDSHAKE, hello(minor, more=extension(10, b"\0\5\0\x17\0"))))
    refused(lab, broken, record(HANDSHAKE, hello(minor, compression=b"")))
    refused(lab, bytes([ILLEGAL, DECODE, HANDSHAKE_FAILURE]), record(HANDSHAKE, hello(minor, compression=b"\1")))
    refused(lab, bytes([HANDSHAKE_FAILURE]), record(HANDSHAKE, hello(minor, suites=[0x5A00, 0x00FF])))
    refused(lab, bytes([HANDSHAKE_FAILURE, DECODE, ILLEGAL]), record(HANDSHAKE, hello(minor, suites=[])))
    refused(lab, bytes([OVERFLOW, DECODE, ILLEGAL]), record(HANDSHAKE, whole + bytes(18500)))
    refused(lab, bytes([UNEXPECTED]), record(HANDSHAKE, b"\2" + whole[1:]))  # a ServerHello
    refused(lab, bytes([UNEXPECTED]), record(HANDSHAKE, b"\x14" + sized(3, bytes(12))))  # a Finished
    refused(lab, bytes([UNEXPECTED]), record(CHANGE, b"\1") + record(HANDSHAKE, whole))
    refused(lab, bytes([UNEXPECTED]), record(DATA, b"GET / HTTP/1.0\r\n\r\n"))
    expect(ask(lab, record(99, whole)) == [], "no TLS at all")


def old_and_new(lab):
    refused(lab, bytes([VERSION]), record(HANDSHAKE, hello(0, bare=True), 0x0300))  # SSLv3 is not enabled
    refused(lab, bytes([VERSION]), record(HANDSHAKE, hello(4, versions=[0x0305, 0x7F1C])))
    expect(ask(lab, b"GET / HTTP/1.0\r\n\r\n") == [], "who speaks no TLS gets no TLS")
    expect(ask(lab, b"") == [], "who says nothing hears nothing")


def whole_sessions(lab, version):
    """openssl goes through with records of all sizes, and with what it can leave out."""
    needs("openssl")
    name = version.replace("TLS ", "-tls").replace(".", "_").replace("1_0", "1")
    offer = [] if version == "TLS 1.3" else ["-cipher", "ALL:@SECLEVEL=0"]
    for options in ([], ["-max_send_frag", "512"], ["-no_etm"], ["-no_ticket"], ["-legacy_server_connect"],
                    ["-servername", "localhost"], ["-noservername"], ["-status"], ["-alpn", "h2,http/1.1"]):
        shown = run(["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(RSA_PORT)}", "-CAfile", lab.ca, "-ign_eof", name,
                     *offer, *options], stdin="GET / HTTP/1.0\r\n\r\n", rc=None)
        expect("HTTP/1.0 200" in shown, f"{version} {options}: {shown[-1500:]}")


# What gnutls-cli-debug asks, and what it must find: "whether …" or "checking …" is the question.
EXPECTED = {"for TLS 1.0 (RFC2246) support": "yes", "for TLS 1.1 (RFC4346) support": "yes", "for TLS 1.2 (RFC5246) support": "yes",
            "for TLS 1.3 (RFC8446) support": "yes", "for SSL 3.0 (RFC6101) support": "no", "whether %SSL3_RECORD_VERSION is required": "no",
            "whether %COMPAT is required": "no", "whether small records (512 bytes) are tolerated on handshake": "yes",
            "whether the server accepts default record size (512 bytes)": "yes", "whether we need to disable TLS 1.2": "no",
            "whether we need to disable TLS 1.1": "no", "whether we need to disable TLS 1.0": "no", "whether %NO_EXTENSIONS is required": "no",
            "for TLS 1.6 handshake fallback": None, "for inappropriate fallback (RFC7507) support": "yes",
            "for version rollback bug in Client Hello": "no",
            "whether the server ignores the RSA PMS version": "no", "whether the server can accept Hello Extensions": "yes",
            "whether the server can accept small records (512 bytes)": "yes", "whether the server can accept cipher suites not in SSL 3.0 spec": "yes",
            "whether the server can accept a bogus TLS record version in the client hello": "yes", "whether the server understands TLS closure alerts": None,
            "for ephemeral Diffie-Hellman support": "yes", "for AES-GCM cipher (RFC5288) support": "yes", "for SHA1 MAC support": "yes"}


def gnutls_asks(lab):
    needs("gnutls-cli-debug")
    said = run(["gnutls-cli-debug", "-p", str(lab.port(RSA_PORT)), "127.0.0.1"], seconds=180, rc=None)
    found = dict(re.findall(r"(?m)^\s*((?:for|whether) .*?)\.\.\. (\S+)", re.sub(r"(?m)^\s*checking ", "", said)))
    expect(len(found) > 30, said[-2000:])
    wrong = {q: (found[q], a) for q, a in EXPECTED.items() if a and q in found and found[q].rstrip(",") != a}
    expect(not wrong, f"{wrong}\n{said}")
    expect(sum(1 for q in EXPECTED if q in found) >= 15, f"it asks other questions than it used to:\n{said}")


def testssl_asks(lab):
    """testssl.sh: protocols as they are set, and none of the flaws that it knows of the protocol's implementation."""
    needs("testssl")
    csv = lab.path("testssl.csv")
    run(["testssl", "--quiet", "--color", "0", "--ip", "127.0.0.1", "--csvfile", csv, "--warnings", "off", "-p", "-H", "-I", "-T", "-R", "-C", "-F",
         "--grease", f"localhost:{lab.port(RSA_PORT)}"], seconds=500, rc=None)
    with open(csv) as file:
        found = {row[0].strip('"'): row[4].strip('"') for row in (line.rstrip("\n").split(",") for line in file) if len(row) > 4}
    expect(len(found) > 8, found)
    for flaw in ("heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_client_renego", "CRIME_TLS", "FREAK"):
        said = found.get(flaw, "not vulnerable")
        expect("not vulnerable" in said or "no session ticket extension" in said or said == "supported", f"{flaw}: {said}")
    for version in ("TLS1", "TLS1_1", "TLS1_2", "TLS1_3"):
        expect(found.get(version, "").startswith("offered"), f"{version}: {found}")
    expect(not any("intolera" in text for name, text in found.items() if name.lower().startswith("grease")), found)


with System(OPERANDS, {"level": 740}) as lab:
    for title, minor in VERSIONS.items():
        check(f"{title}: peculiar but lawful first flights are served", lawful, lab, minor)
        check(f"{title}: unlawful ones get the alert that is due", unlawful, lab, minor)
        check(f"{title}: openssl with all sorts of options", whole_sessions, lab, title)
    check("versions that there are not, and no TLS at all", old_and_new, lab)
    check("gnutls-cli-debug finds what it should", gnutls_asks, lab)
    check("testssl.sh finds all versions and no flaw of the protocol", testssl_asks, lab)
    check("the server still stands", lambda: expect("SSL00001" in lab.type("SSLADMIN QUERY STATUS", r"Ready"), lab.said()))
    check("SIGINT leaves nothing", lab.stop)
finish()
