// Each way in which a session is refused has its own return code, its console line and its reason on record.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

SourceLocation dtcparms(std::uint32_t line) { return {{"SYSTEM", "DTCPARMS", {'D', '1'}}, line, 1}; }

/// A database with one more label, whose certificate is made to order.
KeyDatabase with_label(const std::string& label, const CertificateTemplate& form, bool with_key = true,
                       ByteView key = lab_keys().server) {
    auto database = lab_pki().database;
    auto random = stream("order");
    const auto public_key = public_key_of(key);
    Bytes der =
        make_certificate(form, public_key->info, lab_pki().authority_der, lab_keys().authority, random);
    const auto refused =
        database.add_certificate(label, der, with_key ? Bytes(key.begin(), key.end()) : Bytes{}, true, kNow);
    CHECK_FALSE(refused.has_value());
    return database;
}

CertificateTemplate valid_now(const std::string& name) {
    CertificateTemplate form;
    form.subject.common_name = name;
    form.not_before = kNow - hours(1);
    form.not_after = kNow + hours(1);
    return form;
}

void check_refused(const Line& line, int code, const std::string& detail) {
    const auto* failed = line.last<SslFailed>();
    REQUIRE(failed != nullptr);
    CHECK(failed->code == code);
    CHECK(line.ear.said("DTCSSL022E Handshake failed rc: " + std::to_string(code) +
                        " reason: " + failed->reason));
    CHECK(std::ranges::count_if(line.ear.console_lines,
                                [](const auto& text) { return text.starts_with("DTCSSL022E"); }) == 1);
    CAPTURE(line.ear.records.back().text);
    CHECK(line.ear.recorded(detail));
    CHECK(line.member.snapshot().sessions.empty());
    CHECK(line.member.snapshot().failed_handshakes == 1);
    CHECK_FALSE(line.member.next_deadline().has_value());
}

}  // namespace

TEST_CASE("a label that is not in the database: 6, before anything is sent; its case matters") {
    for (const std::string label : {"NOTTHERE", "ftpcert"}) {
        Line line;
        line.open(label);
        check_refused(line, 6, "label " + label + " is not in the key database");
        CHECK(line.ear.count<SslToWire>() == 0);
    }
}

TEST_CASE("a label query is answered from the database") {
    Line line;
    line.member.receive(SslLabelQuery{5, "FTPCERT"}, kNow, line.ear);
    CHECK(line.last<SslLabelAnswer>()->known);
    line.member.receive(SslLabelQuery{6, "NOTTHERE"}, kNow, line.ear);
    CHECK_FALSE(line.last<SslLabelAnswer>()->known);
    CHECK(line.last<SslLabelAnswer>()->query == 6);
}

TEST_CASE("an own certificate that is expired or not valid yet is not presented: 401") {
    auto form = valid_now("old");
    form.not_after = kNow - seconds(1);
    Line expired({}, with_label("OLDCERT", form));
    expired.open("OLDCERT");
    check_refused(expired, 401, "not valid after 2019-10-15T14:30:45");

    form = valid_now("young");
    form.not_before = kNow + seconds(1);
    Line young({}, with_label("NEWCERT", form));
    young.open("NEWCERT");
    check_refused(young, 401, "not valid before 2019-10-15T14:30:47");
}

TEST_CASE("a certificate that expires while the server runs is refused from that moment on") {
    Line line({}, with_label("BRIEF", valid_now("brief")));
    Client client(client_settings());
    line.connect(client, "BRIEF");
    CHECK(client.up.has_value());
    line.now = kNow + hours(2);
    line.id = 2;
    line.open("BRIEF");
    REQUIRE(line.last<SslFailed>() != nullptr);
    CHECK(line.last<SslFailed>()->code == 401);
}

TEST_CASE("a label without a private key: 428") {
    Line line({}, with_label("CERTONLY", valid_now("bare"), false));
    line.open("CERTONLY");
    check_refused(line, 428, "a certificate without a key");
}

TEST_CASE("a label that is marked as not trusted: 407") {
    auto database = lab_pki().database;
    CHECK_FALSE(database.set_trusted("FTPCERT", false).has_value());
    Line line({}, database);
    line.open();
    check_refused(line, 407, "marked as not trusted");
}

TEST_CASE("MODE NIST-800-131A wants keys of 2048 bits and SHA-2: 8, resting on the MODE operand") {
    auto random = stream("weak key");
    const Bytes weak = make_key(KeyKind::rsa, 1024, random);
    Policy nist;
    nist.modes = {{Mode::nist_800_131a, dtcparms(14)}};
    Line small(nist, with_label("WEAKCERT", valid_now("weak"), true, weak));
    small.open("WEAKCERT");
    check_refused(small, 8, "the key has 1024 bits; 2048 are the least");
    CHECK(small.ear.records.back().rests_on == std::vector{dtcparms(14)});

    auto form = valid_now("sha1");
    form.hash = SignatureHash::sha1;
    Line sha1(nist, with_label("SHA1CERT", form));
    sha1.open("SHA1CERT");
    check_refused(sha1, 8, "SHA1CERT is not signed with SHA-2");

    auto self_signed = lab_pki().database;
    const Bytes der = make_self_signed(form, lab_keys().server, random);
    CHECK_FALSE(self_signed.add_certificate("SELFSHA1", der, lab_keys().server, true, kNow));
    Line own(nist, self_signed);
    own.open("SELFSHA1");
    check_refused(own, 8, "SELFSHA1 is not signed with SHA-2");

    Line standard({}, with_label("WEAKCERT", valid_now("weak"), true, weak));
    Client client(client_settings());
    standard.connect(client, "WEAKCERT");
    CHECK(client.up.has_value());
}

TEST_CASE("a client whose newest protocol is too old: 412, alert protocol_version") {
    Policy policy;
    policy.protocols = {{Protocol::tlsv1_1, false, dtcparms(20)}};
    Line line(policy);
    Client client(client_settings({Protocol::tlsv1_1}));
    line.connect(client);
    check_refused(line, 412, "the client offers TLS1.1");
    REQUIRE(client.broken.has_value());
    CHECK(client.broken->alert_received == 70);
    CHECK(client.broken->code == 412);
    CHECK(line.ear.records.back().rests_on == std::vector{dtcparms(20)});
}

TEST_CASE("no cipher suite in common: 402, alert handshake_failure, and the record names the offer") {
    Policy policy;
    policy.ciphers = {{"RSA_AES_128", false, dtcparms(31)}};
    Line line(policy);
    Client client(client_settings(default_protocols(), {"RSA_AES_128"}));
    line.connect(client);
    check_refused(line, 402, "RSA_AES_128");
    REQUIRE(client.broken.has_value());
    CHECK(client.broken->alert_received == 40);
    CHECK(client.broken->code == 402);
    CHECK(line.ear.records.back().kind == RecordKind::alert);
    CHECK(line.ear.records.back().rests_on == std::vector{dtcparms(31)});
}

TEST_CASE("when everything is exempted every handshake fails with 402") {
    Policy policy;
    for (const auto* set : {"LOW", "MEDIUM", "HIGH", "NONE"}) policy.ciphers.push_back({set, false, {}});
    Line line(policy);
    Client client(client_settings());
    line.connect(client);
    check_refused(line, 402, "no cipher suite is enabled");
    CHECK(client.broken->alert_received == 40);
}

TEST_CASE("when every protocol is taken away every handshake fails with 412") {
    Policy policy;
    policy.protocols = {{Protocol::tlsv1_1, false, {}}, {Protocol::tlsv1_2, false, {}}};
    Line line(policy);
    Client client(client_settings());
    line.connect(client);
    check_refused(line, 412, "no common protocol");
}

TEST_CASE("when TLS 1.3 alone is on, a client that offers it is served") {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {
        {Protocol::tlsv1_3, true, {}}, {Protocol::tlsv1_1, false, {}}, {Protocol::tlsv1_2, false, {}}};
    Line line(policy);
    Client client(client_settings({Protocol::tlsv1_2, Protocol::tlsv1_3}));
    line.connect(client);
    REQUIRE(line.last<SslEstablished>() != nullptr);
    CHECK(line.last<SslEstablished>()->protocol == "TLS1.3");
    Line older(policy);
    Client twelve(client_settings({Protocol::tlsv1_2}));
    older.connect(twelve);
    check_refused(older, 412, "the client offers TLS1.2");
}

TEST_CASE("the member as a client keeps to its policy: without protocol or suite it says nothing") {
    Policy no_protocol;
    no_protocol.protocols = {{Protocol::tlsv1_1, false, {}}, {Protocol::tlsv1_2, false, {}}};
    Policy no_suite;
    for (const auto* set : {"LOW", "MEDIUM", "HIGH", "NONE"}) no_suite.ciphers.push_back({set, false, {}});
    for (const auto& [policy, code] : {std::pair{no_protocol, 412}, {no_suite, 402}}) {
        Line line(policy);
        SslOpen what;
        what.session = 1;
        what.role = TlsRole::client;
        line.member.receive(what, kNow, line.ear);
        check_refused(line, code, "is enabled");
        CHECK(line.ear.count<SslToWire>() == 0);
    }
}

TEST_CASE("a client that does not speak TLS is named: 410, and nothing is sent to it") {
    for (const std::string text : {"GET / HTTP/1.0\r\n\r\n", "\xff\xfd\x2e", "EHLO there\r\n", "A"}) {
        Line line;
        line.open();
        line.to_member(text);
        check_refused(line, 410, "does not speak TLS");
        CHECK(line.ear.count<SslToWire>() == 0);
    }
}

TEST_CASE("an SSLv2 hello: 412") {
    Line line;
    line.open();
    line.to_member(std::string("\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11));
    check_refused(line, 412, "SSL2");
}

TEST_CASE("application data before a handshake: 415, alert unexpected_message") {
    Line line;
    line.open();
    line.to_member(std::string("\x17\x03\x03\x00\x04test", 9));
    check_refused(line, 415, "alert 10");
}

TEST_CASE("a client that closes during the handshake: 420, and one that never spoke is told apart") {
    Line silent;
    silent.open();
    silent.member.receive(SslWireClosed{1, true}, kNow, silent.ear);
    check_refused(silent, 420, "before it said anything");

    Line half;
    Client client(client_settings());
    half.open();
    client.session->start(kNow, client);
    half.to_member(client.to_wire.at(0).view());
    half.member.receive(SslWireClosed{1, false}, kNow, half.ear);
    check_refused(half, 420, "closed during the handshake");
}

TEST_CASE("a client that says nothing for a minute is given up: 406") {
    Line line;
    line.open();
    REQUIRE(line.member.next_deadline() == kNow + seconds(60));
    line.member.tick(kNow + seconds(59), line.ear);
    CHECK(line.last<SslFailed>() == nullptr);
    line.member.tick(kNow + seconds(60), line.ear);
    check_refused(line, 406, "no handshake within 60 seconds");
}

TEST_CASE("a client that does not know the authority says so: 435 here") {
    Line line;
    auto settings = client_settings();
    settings.trusted.clear();
    Client client(settings);
    line.connect(client);
    check_refused(line, 435, "unknown_ca");
    REQUIRE(client.broken.has_value());
    CHECK(client.broken->code == 8);
}

TEST_CASE("a client that expects another host name refuses the certificate") {
    for (const std::string host : {"localhost", "127.0.0.1", "9.60.60.3"}) {
        Line line;
        Client client(client_settings(), {.host = host});
        line.connect(client);
        CHECK(client.up.has_value());
        // RFC 6066 section 3: an address is no server name.
        CHECK((line.wire.find(host) != std::string::npos) == (host == "localhost"));
    }
    Line line;
    Client client(client_settings(), {.host = "elsewhere.example"});
    line.connect(client);
    REQUIRE(client.broken.has_value());
    CHECK(client.broken->code == 8);
    CHECK(client.broken->detail.find("not for elsewhere.example") != std::string::npos);
}

TEST_CASE("a server that is full, quiescing or not started takes no session") {
    auto options = member_options();
    options.max_sessions = 1;
    Ear ear;
    Server member(options, lab_pki().database, nullptr, stream("one"));
    member.receive(SslOpen{1, TlsRole::server, "FTPCERT"}, kNow, ear);
    CHECK(ear.recorded("not active"));
    member.start(kNow, ear);
    CHECK(ear.count<SslServerReady>() == 1);
    member.receive(SslOpen{2, TlsRole::server, "FTPCERT"}, kNow, ear);
    CHECK(ear.count<SslFailed>() == 1);
    member.receive(SslOpen{3, TlsRole::server, "FTPCERT"}, kNow, ear);
    CHECK(ear.recorded("the server has its 1 sessions"));
    member.quiesce(kNow, ear);
    member.receive(SslDrop{2}, kNow, ear);
    member.receive(SslOpen{4, TlsRole::server, "FTPCERT"}, kNow, ear);
    CHECK(ear.recorded("quiescing"));
    CHECK(member.snapshot().sessions.empty());
}

TEST_CASE("an unknown cipher name, or FIPS mode without a FIPS database, keeps the server from starting") {
    Policy typo;
    typo.ciphers = {{"RSA_AES_129", false, dtcparms(40)}};
    Line wrong(typo);
    CHECK(wrong.ear.said("DTCSSL903E Cipher suite RSA_AES_129 is not known"));
    CHECK(wrong.ear.count<SslServerGone>() == 1);
    CHECK_FALSE(wrong.member.snapshot().active);

    Policy fips;
    fips.modes = {{Mode::fips_140_2, dtcparms(41)}};
    Line plain(fips);
    CHECK(plain.ear.said("rc: 444"));
    CHECK_FALSE(plain.member.snapshot().active);
    Line suited(fips, KeyDatabase({.fips = true}));
    CHECK(suited.member.snapshot().active);
}

TEST_CASE("requests for a session that is gone are dropped by name") {
    Line line;
    line.member.receive(SslFromWire{9, {Buffer::copy_of(std::string_view("x"))}}, kNow, line.ear);
    line.member.receive(SslShutdown{9}, kNow, line.ear);
    line.member.receive(SslWireClosed{9, true}, kNow, line.ear);
    line.member.receive(SslDrop{9}, kNow, line.ear);
    CHECK(line.ear.recorded("session gone: bytes from the wire for TLS session 9"));
    CHECK(line.last<SslFailed>() == nullptr);
}
