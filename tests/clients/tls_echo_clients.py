"""openssl, gnutls-cli and 200 sessions at once against TLSECHO on its static SECURE port; IPv4 and IPv6 loopback."""
import asyncio
import resource
import ssl

from lab import Lab, check, expect, finish, run

CLIENTS = 200


def openssl_echo(lab, address, version):
    output = run(["openssl", "s_client", "-quiet", "-connect", f"{address}:{lab.port(7443)}", "-CAfile", lab.ca, version,
                  "-verify_return_error", "-verify_hostname", "localhost"], stdin="GET / HTTP/1.0\r\n\r\n", seconds=30)
    expect("HTTP/1" in output or "GET / " in output, f"no answer:\n{output}")


def tls_1_3_is_refused(lab):
    """z/VM 7.1 has no TLS 1.3: a client that takes nothing else gets an alert."""
    output = run(["openssl", "s_client", "-connect", f"127.0.0.1:{lab.port(7443)}", "-CAfile", lab.ca, "-tls1_3"], rc=1)
    expect("alert" in output, output)


def gnutls_verifies(lab):
    output = run(["gnutls-cli", "--x509cafile", lab.ca, "-p", str(lab.port(7443)), "localhost"],
                 stdin="GET / HTTP/1.0\r\n\r\n", seconds=30, rc=None)
    expect("The certificate is trusted" in output and "Handshake was completed" in output, output[-2000:])


async def session(lab, number, context, together):
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.port(7443), ssl=context, server_hostname="localhost")
    try:
        async with together:
            together.here += 1
            together.notify_all()
            await together.wait_for(lambda: together.here == CLIENTS)  # all are connected at once
        writer.write(f"GET /{number} HTTP/1.0\r\n\r\n".encode())
        answer = await reader.readuntil(b"\n")
        return len(answer) > 0
    finally:
        writer.close()


async def sessions(lab):
    context = ssl.create_default_context(cafile=lab.ca)
    together = asyncio.Condition()
    together.here = 0
    return await asyncio.wait_for(
        asyncio.gather(*(session(lab, n, context, together) for n in range(CLIENTS)), return_exceptions=True), 120)


def many_at_once(lab):
    answers = asyncio.run(sessions(lab))
    lost = [a for a in answers if a is not True]
    expect(not lost, f"{len(lost)} of {CLIENTS} sessions lost, the first: {lost[:1]!r}")


with Lab() as lab:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    for address in ("127.0.0.1", "[::1]"):
        check(f"openssl s_client -tls1_2 gets an answer at {address}", openssl_echo, lab, address, "-tls1_2")
    check("openssl s_client -tls1_3 gets an alert", tls_1_3_is_refused, lab)
    check("gnutls-cli trusts the certificate", gnutls_verifies, lab)
    check(f"{CLIENTS} TLS sessions at once, each with data", many_at_once, lab)
    check("SIGINT leaves nothing", lab.stop)
finish()
