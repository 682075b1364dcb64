"""Cipher suites and protocols with real programs: each that can be negotiated is, and a scanner finds what SSLADMIN says.
"""
import concurrent.futures
import json
import re
import subprocess
import xml.etree.ElementTree

from lab import EC_PORT, RSA_PORT, VERSIONS, System, check, executable, expect, finish, needs, run

EC_CERTIFICATE = {"label": "SMAPCERT", "key": "ec-256"}
# What Debian's OpenSSL does not offer, and GnuTLS does.
GNUTLS = {"3DES": "3DES-CBC", "RC4": "ARCFOUR-128", "NULL": "NULL"}


def table():
    text = subprocess.run([executable(), "explain", "CIPHER", "--json"], capture_output=True, text=True, timeout=60,
                          check=True).stdout
    return json.loads(text)


# ── every suite ──────────────────────────────────────────────────────────────────────────────────────────────────────


def gnutls_name(row):
    return next((name for part, name in GNUTLS.items() if part in row["name"].split("_")), None)


def by_gnutls(lab, row, version, port):
    """Offers just this suite. Below TLS 1.2 gnutls-cli does not say with what a key exchange was signed."""
    exchange = re.match(r"TLS_(ECDHE_ECDSA|ECDHE_RSA|DHE_RSA|RSA)_WITH", row["iana"])[1].replace("_", "-")
    mac = row["iana"].rsplit("_", 1)[1]
    mac = "SHA1" if mac == "SHA" else mac
    number = version.replace("TLSV", "TLS").replace("_", ".")
    priority = f"NONE:+VERS-{number}:+{gnutls_name(row)}:+{mac}:+{exchange}:+COMP-NULL:+SIGN-ALL:+GROUP-ALL"
    output = run(["gnutls-cli", "--insecure", "--priority", priority, "-p", str(lab.port(port)), "127.0.0.1"], rc=None)
    got = re.search(r"Description: \((TLS[\d.]+)[^)]*\)-(.*)", output)
    expect(got, f"{priority}: {output[-600:]}")
    parts = re.findall(r"\(([^)]*)\)", got[2])
    expect(got[1] == number and gnutls_name(row) in parts and mac in parts and
           any(part.startswith(exchange.split("-")[0]) for part in parts), f"{priority} got {got[0]}")


def by_openssl(lab, row, version, port):
    number = version.replace("TLSV", "tls").replace("tls1_0", "tls1")
    offer = ["-ciphersuites", row["openssl"]] if version == "TLSV1_3" else ["-cipher", row["openssl"] + ":@SECLEVEL=0"]
    output = run(["openssl", "s_client", "-brief", "-connect", f"127.0.0.1:{lab.port(port)}", "-CAfile", lab.ca,
                  f"-{number}", *offer], rc=None)
    got = re.search(r"Protocol version: (\S+)\s+Ciphersuite: (\S+)", output)
    expect(got, f"{row['openssl']} {version}: {output[-600:]}")
    wanted = "TLSv" + version[4:].replace("_", ".").replace("1.0", "1")
    expect(got[1] == wanted and got[2] == row["openssl"], f"{row['openssl']} {version} got {got[0]!r}")


def negotiates(lab, row):
    """The suite at each of its versions from TLS 1.0 on."""
    needs("openssl", "gnutls-cli")
    port = EC_PORT if "elliptic" in row["certificate"] else RSA_PORT
    for version in VERSIONS[max(1, VERSIONS.index(row["first"])):VERSIONS.index(row["last"]) + 1]:
        (by_gnutls if gnutls_name(row) else by_openssl)(lab, row, version, port)


def every_suite(rows):
    everything = [f"PROTOCOL +{v}" for v in VERSIONS] + [f"ENABLE {row['name']}" for row in rows if not row["included"]]
    able = [row for row in rows if row["negotiable"]]
    expect(len(able) >= 36, f"only {len(able)} suites can be negotiated")
    with System(everything, {"level": 740, "certificates": [EC_CERTIFICATE]}) as lab:
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            jobs = [(row, pool.submit(negotiates, lab, row)) for row in able]
            for row, job in jobs:
                check(f"{row['name']}, {row['first']} to {row['last']}", job.result)
        check("SSLv3 is there, as sslscan sees it", ssl3_is_there, lab)
        check("SIGINT leaves nothing", lab.stop)


# ── a scanner ────────────────────────────────────────────────────────────────────────────────────────────────────────


def scan(lab, port, *options):
    needs("sslscan")
    run(["sslscan", "--no-renegotiation", "--no-compression", "--no-heartbleed", "--no-groups", "--no-check-certificate",
         "--no-cipher-details", *options, f"--xml={lab.path('scan')}", f"127.0.0.1:{lab.port(port)}"], rc=None)
    return xml.etree.ElementTree.parse(lab.path("scan")).getroot()


def ssl3_is_there(lab):
    found = scan(lab, RSA_PORT, "--ssl3").findall(".//protocol[@type='ssl'][@version='3']")
    expect(len(found) == 1 and found[0].get("enabled") == "1", "SSLv3 is not enabled")


def sees_what_ssladmin_says(rows, operands, system, port):
    """sslscan's list and that of STATUS DETAILS, less what cannot be negotiated, fits no protocol, or no such key."""
    with System(operands, system) as lab:
        protocols, included = lab.details()
        root = scan(lab, port, "--no-fallback")
        lab.stop()
    key = "an elliptic curve key" if port == EC_PORT else "an RSA key"
    fit = [row for row in rows if row["name"] in included and row["negotiable"] and row["certificate"] in (key, "any key")]
    said = {(v, row["code"]) for v in protocols for row in fit if v != "SSLV3" and
            VERSIONS.index(row["first"]) <= VERSIONS.index(v) <= VERSIONS.index(row["last"])}
    seen = {("TLSV" + c.get("sslversion")[4:].replace(".", "_"), f"{int(c.get('id'), 16):04X}") for c in root.iter("cipher")}
    expect(seen == said, f"sslscan sees {sorted(seen - said)} beside, and misses {sorted(said - seen)}")
    on = {p.get("type").upper() + p.get("version"): p.get("enabled") == "1" for p in root.iter("protocol")}
    usable = {v for v, _ in said} | ({"SSLV3"} & set(protocols))
    for version in VERSIONS:
        name = version.replace("SSLV", "SSL").replace("TLSV", "TLS").replace("_", ".")
        expect(on.get(name, False) == (version in usable), f"{version}: sslscan says {on.get(name)}")


def policies(rows):
    """Name, operands, system, port."""
    curves = [f"ENABLE {row['name']}" for row in rows if row["name"].startswith("ECDHE")]
    every = [f"ENABLE {row['name']}" for row in rows if not row["included"] and row["first"] != "TLSV1_3"]
    fips = {"fips_database": True}
    ec = {"certificates": [EC_CERTIFICATE]}
    return [
        ("level 710 as it comes", [], {}, RSA_PORT),
        ("level 740 as it comes", [], {"level": 740}, RSA_PORT),
        ("level 740 with TLS 1.3 and curves", ["PROTOCOL +TLSV1_3", *curves], {"level": 740}, RSA_PORT),
        ("MODE FIPS-140-2, whatever is enabled", ["MODE FIPS-140-2", "PROTOCOL +SSLV3 +TLSV1_0", *every], fips, RSA_PORT),
        ("MODE NIST-800-131A, whatever is enabled", ["MODE NIST-800-131A", "PROTOCOL +TLSV1_0", *every], {}, RSA_PORT),
        ("both modes with an EC certificate", ["FIPS", "MODE NIST-800-131A", *curves], {**fips, **ec}, EC_PORT),
        ("all that there is, with an EC certificate", ["PROTOCOL +SSLV3 +TLSV1_0", *every], ec, EC_PORT),
        ("TLS 1.1 alone", ["PROTOCOL -TLSV1_2", *curves], {}, RSA_PORT),
        ("a gap: TLS 1.0 and 1.2", ["PROTOCOL +TLSV1_0 -TLSV1_1"], {}, RSA_PORT),
        ("nothing encrypted", ["EXEMPT MEDIUM", "EXEMPT HIGH", "ENABLE NULL_SHA256", "ENABLE NULL_MD5"], {}, RSA_PORT),
        ("no suite for the key", [], ec, EC_PORT),
        ("level 640, 3DES exempt", ["EXEMPT 3DES_168_SHA", "EXEMPT DHE_RSA_3DES"], {"level": 640}, RSA_PORT),
    ]


# ── hash floor and fallback ──────────────────────────────────────────────────────────────────────────────────────────


def openssl(lab, *options):
    return run(["openssl", "s_client", "-brief", "-connect", f"127.0.0.1:{lab.port(RSA_PORT)}", "-CAfile", lab.ca, *options],
               rc=None)


def nist_signs_with_sha_2():
    """A client that puts SHA-1 first gets SHA-256; one that has nothing else is refused."""
    with System(["MODE NIST-800-131A"], {}) as lab:
        suite = ["-cipher", "DHE-RSA-AES128-SHA256:@SECLEVEL=0", "-sigalgs"]
        both, old = openssl(lab, *suite, "RSA+SHA1:RSA+SHA256"), openssl(lab, *suite, "RSA+SHA1")
        lab.stop()
    expect("Hash used: SHA256" in both, both)
    expect("alert handshake failure" in old, old)


def fallback(operands, wanted):
    with System(operands, {}) as lab:
        older = openssl(lab, "-tls1_1", "-fallback_scsv", "-cipher", "ALL:@SECLEVEL=0")
        newest = openssl(lab, "-tls1_2", "-fallback_scsv")
        lab.stop()
    expect(wanted in older, older)
    expect("Protocol version: TLSv1.2" in newest, newest)


known = table()
check("there is a system for every suite", every_suite, known)
with concurrent.futures.ThreadPoolExecutor(3) as workers:
    scans = [(p[0], workers.submit(sees_what_ssladmin_says, known, *p[1:])) for p in policies(known)]
    for title, scanned in scans:
        check(f"sslscan sees what SSLADMIN says: {title}", scanned.result)
check("MODE NIST-800-131A signs with SHA-2", nist_signs_with_sha_2)
check("TLSFALLBACKSCSV ON: openssl -fallback_scsv is told", fallback, [], "alert inappropriate fallback")
check("TLSFALLBACKSCSV OFF: it is served", fallback, ["TLSFALLBACKSCSV OFF"], "Protocol version: TLSv1.1")
finish()
