// Handshakes between a pool member and a client in memory.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

TEST_CASE("a client gets TLS 1.2 with the first suite of the member's list, and data both ways") {
    Line line;
    Client client(client_settings(), {.host = "vmlab.example"});
    line.connect(client);

    REQUIRE(client.up.has_value());
    CHECK(client.up->version == Protocol::tlsv1_2);
    const auto* up = line.last<SslEstablished>();
    REQUIRE(up != nullptr);
    CHECK(up->protocol == "TLS1.2");
    CHECK(up->cipher == "RSA_AES_128_GCM_SHA256");
    CHECK_FALSE(up->resumed);

    client.session->write(Buffer::copy_of(std::string_view("hello z/VM")), kNow, client);
    line.pump(client);
    CHECK(line.application == "hello z/VM");
    line.member.receive(SslFromApplication{1, Buffer::copy_of(std::string_view("220 welcome"))}, kNow,
                        line.ear);
    line.pump(client);
    CHECK(client.received == "220 welcome");
    CHECK(line.wire.find("hello z/VM") == std::string::npos);

    const auto shot = line.member.snapshot();
    REQUIRE(shot.sessions.size() == 1);
    CHECK(shot.sessions[0].label == "FTPCERT");
    CHECK(shot.sessions[0].bytes_in == 10);
    CHECK(shot.sessions[0].bytes_out == 11);
    REQUIRE(line.ear.secrets.size() == 1);
    CHECK(line.ear.secrets[0].starts_with("CLIENT_RANDOM "));
    CHECK(line.ear.secrets[0].size() == 14 + 64 + 1 + 96);
}

TEST_CASE(
    "every suite that can be negotiated with an RSA certificate completes a handshake and carries data") {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {{Protocol::sslv3, true, {}},
                        {Protocol::tlsv1_0, true, {}},
                        {Protocol::tlsv1_1, true, {}},
                        {Protocol::tlsv1_3, true, {}}};
    for (const auto& suite : all_cipher_suites())
        if (!suite.included) policy.ciphers.push_back({std::string(suite.name), true, {}});
    std::size_t tried = 0;
    for (const auto& suite : all_cipher_suites()) {
        if (!suite.negotiable || (suite.key != SuiteKey::rsa && suite.key != SuiteKey::any)) continue;
        CAPTURE(suite.name);
        ++tried;
        Line line(policy);
        Client client(client_settings({suite.last}, {std::string(suite.name)}));
        line.connect(client);
        const auto* up = line.last<SslEstablished>();
        REQUIRE(up != nullptr);
        CHECK(up->cipher == suite.name);
        CHECK(up->protocol == short_name_of(suite.last));
        client.session->write(Buffer::copy_of(std::string_view("data")), kNow, client);
        line.pump(client);
        CHECK(line.application == "data");
    }
    CHECK(tried == 30);
}

TEST_CASE("a certificate with an elliptic curve key serves the ECDHE_ECDSA suites, once they are enabled") {
    auto random = stream("curve");
    const Bytes key = make_key(KeyKind::ec, 256, random);
    CertificateTemplate form;
    form.subject.common_name = "curve";
    form.not_before = kNow - hours(1);
    form.not_after = kNow + hours(1);
    auto database = lab_pki().database;
    CHECK_FALSE(
        database.add_certificate("ECCERT",
                                 make_certificate(form, public_key_of(key)->info, lab_pki().authority_der,
                                                  lab_keys().authority, random),
                                 key, true, kNow));
    Policy policy;
    policy.protocols = {{Protocol::tlsv1_0, true, {}}};
    std::size_t tried = 0;
    for (const auto& suite : all_cipher_suites()) {
        if (!suite.negotiable || suite.key != SuiteKey::ecdsa) continue;
        CAPTURE(suite.name);
        ++tried;
        policy.ciphers = {{std::string(suite.name), true, {}}};
        Line line(policy, database);
        Client client(client_settings({suite.last}, {std::string(suite.name)}));
        line.connect(client, "ECCERT");
        REQUIRE(line.last<SslEstablished>() != nullptr);
        CHECK(line.last<SslEstablished>()->cipher == suite.name);
    }
    CHECK(tried == 9);
    // The 7.1 defaults hold RSA and DSS suites only: such a label is useless until a suite is enabled.
    Line defaults({}, database);
    Client client(client_settings());
    defaults.connect(client, "ECCERT");
    REQUIRE(defaults.last<SslFailed>() != nullptr);
    CHECK(defaults.last<SslFailed>()->code == 402);
}

TEST_CASE("TLS 1.3, where it is switched on: secrets for captures, and the same bytes for the same seed") {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {{Protocol::tlsv1_3, true, {}}};
    std::vector<std::string> wires;
    for (int round = 0; round < 2; ++round) {
        Line line(policy);
        Client client(client_settings({Protocol::tlsv1_2, Protocol::tlsv1_3}));
        line.connect(client);
        REQUIRE(line.last<SslEstablished>() != nullptr);
        CHECK(line.last<SslEstablished>()->protocol == "TLS1.3");
        CHECK(line.last<SslEstablished>()->cipher == "AES_128_GCM_SHA256");
        CHECK(line.ear.secrets.size() >= 4);
        for (const auto& secret : line.ear.secrets) CHECK(secret.find("_SECRET") != std::string::npos);
        wires.push_back(line.wire);
    }
    CHECK(wires[0] == wires[1]);
}

TEST_CASE("what the console shows follows TRACE") {
    Policy policy;
    policy.trace.level = TraceLevel::connections;
    policy.trace.data = true;
    policy.trace.length = 5;
    Line line(policy);
    Client client(client_settings());
    line.connect(client);
    line.member.receive(SslFromApplication{1, Buffer::copy_of(std::string_view("220 ready\r\n"))}, kNow,
                        line.ear);
    CHECK(line.ear.said("DTCSSL912I Session 1 opened: 9.60.60.4..1031 to 9.60.60.3..21 label FTPCERT"));
    CHECK(line.ear.said("DTCSSL910I Session 1 established"));
    CHECK(line.ear.said("TLS1.2_RSA_AES_128_GCM_SHA256"));
    CHECK(line.ear.said("DTCSSL913I Session 1 sent 11 bytes, the first 5:"));
    Trace off;
    off.level = TraceLevel::none;
    line.member.set_trace(off, kNow, line.ear);
    const auto lines = line.ear.console_lines.size();
    line.id = 2;
    line.open("NOTTHERE");
    CHECK(line.ear.console_lines.size() == lines);
    Trace other_port;
    other_port.port = 23;
    line.member.set_trace(other_port, kNow, line.ear);
    line.id = 3;
    Client again(client_settings());
    line.connect(again);
    CHECK_FALSE(line.ear.said("Session 3 established"));
}

TEST_CASE("each protocol from SSLV3 to TLSV1_2 is negotiated when it is all that is common") {
    Policy policy;
    policy.protocols = {{Protocol::sslv3, true, {}}, {Protocol::tlsv1_0, true, {}}};
    for (const auto version : {Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1, Protocol::tlsv1_2}) {
        CAPTURE(keyword_of(version));
        Line line(policy);
        Client client(client_settings({version}, {"RSA_AES_128"}));
        line.connect(client);
        REQUIRE(line.last<SslEstablished>() != nullptr);
        CHECK(line.last<SslEstablished>()->protocol == short_name_of(version));
    }
}

TEST_CASE("a client that is also ready for TLS 1.3 settles on TLS 1.2 by default") {
    Line line;
    Client client(client_settings({Protocol::tlsv1_2, Protocol::tlsv1_3}));
    line.connect(client);
    REQUIRE(line.last<SslEstablished>() != nullptr);
    CHECK(line.last<SslEstablished>()->protocol == "TLS1.2");
}

TEST_CASE("one byte at a time makes no difference") {
    Line line;
    line.chunk = 1;
    Client client(client_settings());
    line.connect(client);
    REQUIRE(client.up.has_value());
    client.session->write(Buffer::copy_of(std::string(5000, 'x')), kNow, client);
    line.pump(client);
    CHECK(line.application == std::string(5000, 'x'));
}

TEST_CASE("a megabyte each way arrives whole") {
    Line line;
    Client client(client_settings());
    line.connect(client);
    REQUIRE(client.up.has_value());
    std::string up(1 << 20, '\0'), down(1 << 20, '\0');
    auto random = stream("payload");
    random.fill({reinterpret_cast<std::uint8_t*>(up.data()), up.size()});
    random.fill({reinterpret_cast<std::uint8_t*>(down.data()), down.size()});
    client.session->write(Buffer::copy_of(up), kNow, client);
    for (std::size_t at = 0; at < down.size(); at += 100'000)
        line.member.receive(
            SslFromApplication{1, Buffer::copy_of(std::string_view(down).substr(at, 100'000))}, kNow,
            line.ear);
    std::size_t completed = 0, records = 0;  // every record says how much of the application it completes
    for (const auto& notice : line.ear.notices)
        if (const auto* data = std::get_if<SslToWire>(&notice)) completed += data->plaintext, ++records;
    CHECK(completed == down.size());
    CHECK(records == 10 * 7 + 3);  // 100 000 bytes are six full records and a rest; the last part is smaller
    line.pump(client);
    CHECK(line.application == up);
    CHECK(client.received == down);
}

TEST_CASE("the same seed gives the same bytes on the wire, another seed gives others") {
    const auto run = [](std::uint64_t seed) {
        Line line({}, lab_pki().database, nullptr, seed);
        Client client(client_settings(), {}, seed);
        line.connect(client);
        client.session->write(Buffer::copy_of(std::string_view("same")), kNow, client);
        line.pump(client);
        CHECK(client.up.has_value());
        return line.wire;
    };
    const auto first = run(7);
    CHECK(first == run(7));
    CHECK(first != run(8));
}
