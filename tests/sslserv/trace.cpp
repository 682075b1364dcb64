// TRACE: what each type prints of a session, of which sessions, and how the words of SSLADMIN TRACE are read.
#include <doctest/doctest.h>

#include "sslserv/session_trace.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

Policy tracing(TraceLevel level, bool data = false, std::uint32_t length = 20) {
    Policy policy;
    policy.trace.level = level;
    policy.trace.data = data;
    policy.trace.length = length;
    return policy;
}

/// A session, a line each way, and its end.
void talk(Line& line, std::uint64_t seed = 1) {
    Client client(client_settings(), {.host = "vmlab.example"}, seed);
    line.connect(client);
    REQUIRE(client.up.has_value());
    client.session->write(Buffer::copy_of(std::string_view("USER TCPMAINT\r\n")), kNow, client);
    line.pump(client);
    line.member.receive(SslFromApplication{line.id, Buffer::copy_of(std::string_view("331 go\r\n"))}, kNow,
                        line.ear);
    client.session->shutdown(kNow, client);
    line.pump(client);
    line.member.receive(SslShutdown{line.id}, kNow, line.ear);
    line.pump(client);
}

}  // namespace

TEST_CASE("TRACE NORMAL: how the handshake ended, and no more") {
    Line line(tracing(TraceLevel::normal));
    talk(line);
    CHECK(line.ear.said("DTCSSL910I Session 1 established"));
    for (const char* more :
         {"DTCSSL911I", "DTCSSL912I", "DTCSSL913I", "DTCSSL915I", "DTCSSL917I", "DTCSSL918I"})
        CHECK_FALSE(line.ear.said(more));
}

TEST_CASE("TRACE CONNECTIONS: offer, certificate, changes of state; no data") {
    Line line(tracing(TraceLevel::connections));
    talk(line);
    CHECK(line.ear.said("DTCSSL912I Session 1 opened: 9.60.60.4..1031 to 9.60.60.3..21 label FTPCERT"));
    CHECK(line.ear.said("DTCSSL916I Session 1 own certificate: subject CN="));
    CHECK(line.ear.said("; serial "));
    CHECK(line.ear.said("DTCSSL915I Session 1 client offers TLS1.2"));
    CHECK(line.ear.said(", server name vmlab.example"));
    CHECK(line.ear.said("DTCSSL917I Session 1 close_notify received"));
    CHECK(line.ear.said("DTCSSL917I Session 1 shutdown by the application"));
    CHECK(line.ear.said("DTCSSL911I Session 1 ended: closed in order; 15 bytes in, 8 bytes out"));
    CHECK_FALSE(line.ear.said("DTCSSL913I"));
    CHECK_FALSE(line.ear.said("DTCSSL918I"));
}

TEST_CASE("TRACE CONNECTIONS DATA: the first bytes of each read and write, decrypted") {
    Line line(tracing(TraceLevel::connections, true, 6));
    talk(line);
    CHECK(line.ear.said("DTCSSL913I Session 1 received 15 bytes, the first 6:"));
    CHECK(line.ear.said("   0000  55534552 2054                        USER T"));
    CHECK(line.ear.said("DTCSSL913I Session 1 sent 8 bytes, the first 6:"));
    Line whole(tracing(TraceLevel::connections, true, 100));
    talk(whole);
    CHECK(whole.ear.said("DTCSSL913I Session 1 sent 8 bytes:"));
    CHECK(whole.ear.said("   0000  33333120 676F0D0A                    331 go.."));
}

TEST_CASE("a failure shows what the client offered and which alert it got") {
    Line line(tracing(TraceLevel::connections));
    Client old(client_settings({Protocol::tlsv1_0}));
    line.connect(old);
    CHECK(line.ear.said("DTCSSL915I Session 1 client offers TLS1.0"));
    CHECK(line.ear.said("DTCSSL917I Session 1 alert sent protocol_version"));
    CHECK(line.ear.said("DTCSSL022E Handshake failed rc: 412"));
}

TEST_CASE("a client's certificate is shown with its fields") {
    Line line(tracing(TraceLevel::connections));
    auto settings = client_settings();
    const auto* own = lab_pki().database.find("TELCERT");
    REQUIRE(own != nullptr);
    settings.certificate = own->der;
    settings.pkcs8 = own->pkcs8;
    Client client(settings);
    line.open("FTPCERT", ClientCertCheck::required);
    client.session->start(line.now, client);
    line.pump(client);
    REQUIRE(client.up.has_value());
    CHECK(line.ear.said("DTCSSL916I Session 1 client certificate: subject CN="));
}

TEST_CASE("TRACE FLOW: requests of TCPIP; DEBUG: everything, of every session") {
    Line flow(tracing(TraceLevel::flow));
    talk(flow);
    CHECK(flow.ear.said("DTCSSL918I Flow: key database"));
    CHECK(flow.ear.said(
        "DTCSSL918I Flow: session 1 opened: label FTPCERT, server, 9.60.60.4..1031 to 9.60.60.3..21"));
    CHECK(flow.ear.said("DTCSSL918I Flow: session 1: 8 bytes of the application"));
    CHECK_FALSE(flow.ear.said("DTCSSL913I"));
    auto elsewhere = tracing(TraceLevel::flow);
    elsewhere.trace.port = 9999;
    Line filtered(elsewhere);
    talk(filtered);
    CHECK_FALSE(filtered.ear.said("Flow: session 1 opened"));
    CHECK_FALSE(filtered.ear.said("bytes from the wire"));
    elsewhere.trace.level = TraceLevel::debug;
    Line debug(elsewhere);
    talk(debug);
    CHECK(debug.ear.said("Flow: session 1 opened"));
    CHECK(debug.ear.said("DTCSSL913I Session 1 received 15 bytes:"));
}

TEST_CASE("filters: an address, a port of either end, both") {
    const Endpoint server{Ipv4Address::of(9, 60, 60, 3), 21}, peer{Ipv4Address::of(9, 60, 60, 4), 1031};
    const auto prints = [&](std::optional<IpAddress> address, std::uint16_t port) {
        Trace trace;
        trace.level = TraceLevel::connections;
        trace.address = address;
        trace.port = port;
        return traces(trace, TraceLevel::connections, server, peer);
    };
    CHECK(prints({}, 0));
    CHECK(prints({}, 21));
    CHECK(prints({}, 1031));
    CHECK_FALSE(prints({}, 23));
    CHECK(prints(peer.address, 0));
    CHECK(prints(peer.address, 1031));
    CHECK_FALSE(prints(peer.address, 21));
    CHECK_FALSE(prints(IpAddress(Ipv4Address::of(9, 60, 60, 5)), 0));
}
