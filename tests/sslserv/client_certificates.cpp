// CLIENTCERTCHECK: none, preferred, required.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sslserv/keydb/der.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

/// A client with a certificate of the lab's authority, or of one that nobody knows.
TlsSettings with_certificate(bool known_authority, SignatureHash hash = SignatureHash::sha256) {
    auto random = stream("client certificate");
    auto settings = client_settings();
    settings.pkcs8 = lab_keys().server;
    CertificateTemplate form;
    form.subject.common_name = "TCPMAINT";
    form.not_before = kNow - hours(1);
    form.not_after = kNow + hours(1);
    form.hash = hash;
    if (known_authority)
        settings.certificate = make_certificate(form, public_key_of(settings.pkcs8)->info,
                                                lab_pki().authority_der, lab_keys().authority, random);
    else settings.certificate = make_self_signed(form, settings.pkcs8, random);
    return settings;
}

/// The lab's PKI with its clients, and a revocation list of these dates.
const LabPki& pki_with_clients(LabCertificate::Dates list = LabCertificate::Dates::valid) {
    static std::map<LabCertificate::Dates, LabPki> made;
    auto& pki = made[list];
    if (pki.clients.empty()) {
        auto random = stream("clients");
        LabPkiRequest what{kNow, {"vmlab.example"}, {}, {"TELCERT"}};
        what.clients = lab_clients();
        what.list_dates = list;
        pki = make_lab_pki(what, lab_keys(), random);
    }
    return pki;
}
ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The database as a server reads it, with the list beside it.
KeyDatabase database_with(const std::string& list, const std::string& name = "/etc/gskadm/Database.crl") {
    KeyDatabase database = pki_with_clients().database;
    database.set_revocations(Revocations::read(name, bytes_of(list)));
    return database;
}
KeyDatabase database_of(const LabPki& pki) { return database_with(pki.revocation_list); }
TlsSettings showing(const std::string& client, const LabPki& pki = pki_with_clients(),
                    ProtocolSet protocols = default_protocols()) {
    auto settings = client_settings(protocols);
    settings.trusted = {pki.authority_der};
    settings.pkcs8 = lab_keys().client;
    for (const auto& each : pki.clients)
        if (each.name == client) settings.certificate = each.der;
    REQUIRE_FALSE(settings.certificate.empty());
    return settings;
}

struct Outcome {
    bool established = false;
    int code = 0;
    bool warned = false;
    int alert = -1;  ///< that the client gets
    std::size_t warnings = 0, failures = 0;
    std::vector<std::string> console{};
    std::vector<Record> records{};
};
Outcome try_with(const TlsSettings& settings, ClientCertCheck check, const Policy& policy = {},
                 const KeyDatabase& database = lab_pki().database) {
    Line line(policy, database);
    Client client(settings);
    line.open("TELCERT", check);
    client.session->start(kNow, client);
    line.pump(client);
    const auto* failed = line.last<SslFailed>();
    const auto count = [&](std::string_view number) {
        return std::size_t(std::ranges::count_if(line.ear.console_lines,
                                                 [&](const auto& text) { return text.starts_with(number); }));
    };
    return {line.last<SslEstablished>() != nullptr,
            failed ? failed->code : 0,
            line.ear.said("DTCSSL907W"),
            client.broken ? client.broken->alert_received : -1,
            count("DTCSSL907W"),
            count("DTCSSL022E"),
            line.ear.console_lines,
            line.ear.records};
}
bool printed(const Outcome& outcome, std::string_view text) {
    return std::ranges::any_of(outcome.console,
                               [&](const auto& line) { return line.find(text) != line.npos; });
}

/// With TLS 1.3.
Policy newest() {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {{Protocol::tlsv1_3, true, {}}};
    return policy;
}

}  // namespace

TEST_CASE("client certificates") {
    using enum ClientCertCheck;
    const auto bare = client_settings();
    const auto good = with_certificate(true);
    const auto stranger = with_certificate(false);

    CHECK(try_with(bare, none).established);
    CHECK(try_with(stranger, none).established);

    CHECK(try_with(bare, preferred).established);
    CHECK(try_with(good, preferred).established);
    CHECK_FALSE(try_with(good, preferred).warned);
    CHECK(try_with(stranger, preferred).established);
    CHECK(try_with(stranger, preferred).warned);

    CHECK(try_with(good, required).established);
    CHECK(try_with(bare, required).code == 403);
    CHECK_FALSE(try_with(bare, required).established);
    CHECK(try_with(stranger, required).code == 8);
}

TEST_CASE("the alert says what is wrong with a client's certificate (RFC 5246 section 7.2.2)") {
    using enum ClientCertCheck;
    CHECK(try_with(client_settings(), required).alert == 40);
    CHECK(try_with(with_certificate(false), required).alert == 48);
    auto random = stream("expired");
    auto expired = with_certificate(true);
    CertificateTemplate form;
    form.subject.common_name = "LATE";
    form.not_before = kNow - hours(2);
    form.not_after = kNow - hours(1);
    expired.certificate = make_certificate(form, public_key_of(expired.pkcs8)->info, lab_pki().authority_der,
                                           lab_keys().authority, random);
    CHECK(try_with(expired, required).alert == 45);
    CHECK(try_with(expired, required).code == 401);
    Policy nist;
    nist.modes = {{Mode::nist_800_131a, {}}};
    CHECK(try_with(with_certificate(true, SignatureHash::sha1), required, nist).alert == 42);
}

TEST_CASE("MODE NIST-800-131A wants SHA-2 in the client's certificate, too") {
    using enum ClientCertCheck;
    Policy nist;
    nist.modes = {{Mode::nist_800_131a, {}}};
    const auto sha1 = with_certificate(true, SignatureHash::sha1);
    CHECK(try_with(sha1, required).established);
    CHECK(try_with(with_certificate(true), required, nist).established);
    CHECK_FALSE(try_with(sha1, required, nist).established);
    CHECK(try_with(sha1, required, nist).code == 8);
    CHECK(try_with(sha1, preferred, nist).established);
    CHECK(try_with(sha1, preferred, nist).warned);
}

TEST_CASE("certificates as the lab issues them, by TLS 1.2 and 1.3: one line each, with code and alert") {
    using enum ClientCertCheck;
    struct Row {
        const char* client;
        int code, alert;
        const char* warning;
    };
    const Row rows[] = {
        {"client", 0, -1, ""},
        {"client-expired", 401, 45, "the certificate is not valid after 2019-10-14"},
        {"client-stranger", 8, 48,
         "CN=client-stranger, O=vmlab, C=US comes from CN=Another CA, O=vmlab, C=US, which is not trusted"},
        {"client-revoked", 431, 44, "revoked on 2019-10-15, says the list of CN=vmlab Lab CA"},
    };
    const auto database = database_of(pki_with_clients());
    for (const bool modern : {false, true}) {
        CAPTURE(modern);
        const auto policy = modern ? newest() : Policy{};
        const ProtocolSet protocols = modern ? ProtocolSet{Protocol::tlsv1_3} : default_protocols();
        for (const auto& row : rows) {
            CAPTURE(std::string(row.client));
            const bool good = row.code == 0;
            const auto settings = showing(row.client, pki_with_clients(), protocols);
            const auto must = try_with(settings, required, policy, database);
            CHECK(must.established == good);
            CHECK(must.code == row.code);
            CHECK(must.alert == row.alert);
            CHECK(must.failures == (good ? 0 : 1));
            CHECK(must.warnings == 0);
            const auto may = try_with(settings, preferred, policy, database);
            CHECK(may.established);
            CHECK(may.failures == 0);
            CHECK(may.warnings == (good ? 0 : 1));
            CHECK(printed(may, row.warning));
            CHECK(try_with(settings, none, policy, database).warnings == 0);
        }
        auto bare = client_settings(protocols);
        bare.trusted = {pki_with_clients().authority_der};
        CHECK(try_with(bare, required, policy, database).alert == (modern ? 116 : 40));
        CHECK(try_with(bare, required, policy, database).failures == 1);
        CHECK(try_with(bare, preferred, policy, database).warnings == 0);
    }
}

TEST_CASE("a revocation list that cannot be used makes every certificate doubtful: 436") {
    using enum ClientCertCheck;
    using Dates = LabCertificate::Dates;
    const auto good = showing("client"), revoked = showing("client-revoked");
    const auto doubtful = [&](const KeyDatabase& database, const std::string& why) {
        CAPTURE(why);
        const auto outcome = try_with(good, required, {}, database);
        CHECK(outcome.code == 436);
        CHECK(outcome.alert == 42);
        CHECK(outcome.failures == 1);
        CHECK(printed(outcome, "DTCSSL923W Revocation list /etc/gskadm/Database.crl cannot be used: " + why));
        CHECK(try_with(good, preferred, {}, database).warnings == 1);
        CHECK(try_with(client_settings(), preferred, {}, database).established);
        CHECK(try_with(good, none, {}, database).established);
    };
    const auto& late = pki_with_clients(Dates::expired);
    doubtful(database_of(late),
             "the list of CN=vmlab Lab CA, O=vmlab, C=US was to be replaced by 2019-10-14");
    CHECK(try_with(showing("client-revoked", late), required, {}, database_of(late)).code == 431);
    doubtful(database_of(pki_with_clients(Dates::not_yet)),
             "the list of CN=vmlab Lab CA, O=vmlab, C=US is not valid before 2019-10-16");
    doubtful(database_with("no list at all"), "it is no list of revoked certificates");
    doubtful(database_with("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
             "there is no list of revoked certificates in it");
    KeyDatabase closed = pki_with_clients().database;
    closed.set_revocations(Revocations::unreadable("/etc/gskadm/Database.crl", "permission denied"));
    doubtful(closed, "permission denied");

    // Signed by a key that is not the authority's, though in its name.
    auto random = stream("forger");
    CertificateTemplate form;
    form.subject = {"vmlab Lab CA", "", "vmlab", "", "", "US"};
    form.not_before = kNow - hours(1);
    form.not_after = kNow + hours(1);
    form.authority = true;
    const Bytes forger = make_self_signed(form, lab_keys().client, random);
    RevocationList nobody;
    nobody.this_update = kNow - hours(1);
    const auto forged = make_revocation_list(nobody, forger, lab_keys().client, random);
    doubtful(database_with(to_pem(forged, "X509 CRL")),
             "the list of CN=vmlab Lab CA, O=vmlab, C=US is not signed by an authority that is trusted");

    // No list, or one of somebody else: nothing is known against anybody.
    CHECK(try_with(revoked, required, {}, pki_with_clients().database).established);
    form.subject.common_name = "Another";
    auto other = pki_with_clients().database;
    const Bytes another = make_self_signed(form, lab_keys().client, random);
    REQUIRE_FALSE(other.add_certificate("Another", another, {}, true, kNow));
    other.set_revocations(Revocations::read(
        "/etc/gskadm/Database.crl", make_revocation_list(nobody, another, lab_keys().client, random)));
    CHECK(try_with(revoked, required, {}, other).established);
}

TEST_CASE("a revocation list is read as it was made; damage is found") {
    auto random = stream("list");
    const auto& pki = pki_with_clients();
    RevocationList what;
    what.this_update = kNow;
    what.next_update = kNow + hours(1);
    what.revoked = {{{1, 2, 3}, kNow - hours(2)}, {{0x7f}, kNow}};
    const Bytes der = make_revocation_list(what, pki.authority_der, lab_keys().authority, random);
    const auto list = read_revocation_list(der);
    REQUIRE(list.has_value());
    CHECK(list->issuer == "CN=vmlab Lab CA, O=vmlab, C=US");
    CHECK(list->next_update == what.next_update - what.next_update.time_since_epoch() % seconds(1));
    REQUIRE(list->revoked.size() == 2);
    CHECK(list->revoked[0].serial == Bytes{1, 2, 3});
    CHECK_FALSE(list->partial);
    CHECK(is_signed_by(der, pki.authority_der));
    auto bad = der;
    bad[bad.size() - 1] ^= 1;
    CHECK_FALSE(is_signed_by(bad, pki.authority_der));
    for (std::size_t n = 0; n < der.size(); n += 7)
        CHECK_FALSE(read_revocation_list(ByteView(der).first(n)).has_value());
    CHECK_FALSE(read_revocation_list(pki.authority_der).has_value());
    what.next_update = Instant::max();
    what.revoked.clear();
    const auto open =
        read_revocation_list(make_revocation_list(what, pki.authority_der, lab_keys().authority, random));
    REQUIRE(open.has_value());
    CHECK(open->next_update == Instant::max());
    CHECK(open->revoked.empty());
}

TEST_CASE("a certificate request names the authorities that are trusted, each once") {
    using enum ClientCertCheck;
    const auto name = read_certificate(pki_with_clients().authority_der)->subject_der;
    std::string entry{char(name.size() >> 8), char(name.size())};
    entry.append(name.begin(), name.end());
    const auto times = [&](ClientCertCheck check) {
        Line line({}, pki_with_clients().database);
        Client client(showing("client"));
        line.open("TELCERT", check);
        client.session->start(kNow, client);
        line.pump(client);
        std::size_t n = 0;
        for (auto at = line.wire.find(entry); at != line.wire.npos; at = line.wire.find(entry, at + 1)) ++n;
        return n;
    };
    CHECK(times(none) == 0);
    CHECK(times(preferred) == 1);
    CHECK(times(required) == 1);
}

TEST_CASE("TRACE CONNECTIONS shows a client's certificate, whether it is good or not") {
    using enum ClientCertCheck;
    Policy policy;
    policy.trace.level = TraceLevel::connections;
    for (const auto* name : {"client", "client-expired", "client-revoked", "client-stranger"}) {
        const auto settings = showing(name);
        const auto outcome = try_with(settings, required, policy, database_of(pki_with_clients()));
        const auto info = read_certificate(settings.certificate);
        std::string serial;
        for (const auto byte : info->serial) serial += fmt::format("{:02X}", byte);
        CHECK(
            printed(outcome, fmt::format("client certificate: subject CN={}, O=vmlab, C=US; issuer {}; "
                                         "serial {}; valid {} to {}; RSA 2048",
                                         name, info->issuer, serial, iso_utc(info->not_before).substr(0, 10),
                                         iso_utc(info->not_after).substr(0, 10))));
    }
}

TEST_CASE("a refusal rests on the statement that asks for certificates") {
    const SourceLocation label{{"PROFILE", "TCPIP"}, 3, 1}, check{{"PROFILE", "TCPIP"}, 4, 1};
    for (const auto* name : {"client-expired", "client-revoked", "client-stranger"}) {
        CAPTURE(name);
        Line line({}, database_of(pki_with_clients()));
        Client client(showing(name));
        SslOpen what;
        what.session = line.id;
        what.label = "TELCERT";
        what.check = ClientCertCheck::required;
        what.where = label;
        what.check_where = check;
        line.member.receive(what, kNow, line.ear);
        client.session->start(kNow, client);
        line.pump(client);
        const auto found = std::ranges::find_if(
            line.ear.records, [](const Record& record) { return record.kind == RecordKind::alert; });
        REQUIRE(found != line.ear.records.end());
        REQUIRE(found->rests_on.size() >= 2);
        CHECK(found->rests_on[0] == check);
        CHECK(found->rests_on[1] == label);
        CHECK((found->consulted == std::vector<std::string>{"key database"}) ==
              (name != std::string("client-expired")));
    }
}

TEST_CASE("a certificate for servers only is none for clients: 440") {
    using enum ClientCertCheck;
    // The purpose "client" becomes a second "server", and the authority signs that.
    auto settings = showing("client");
    der::Reader outer(settings.certificate);
    der::Reader reader(outer.next(der::kSequence)->content);
    const auto body = reader.next(der::kSequence)->whole;
    const auto algorithm = reader.next(der::kSequence)->whole;
    Bytes changed(body.begin(), body.end());
    const std::uint8_t client[] = {0x2b, 6, 1, 5, 5, 7, 3, 2};
    const auto purpose = std::search(changed.begin(), changed.end(), std::begin(client), std::end(client));
    REQUIRE(purpose != changed.end());
    purpose[std::size(client) - 1] = 1;
    auto random = stream("purpose");
    settings.certificate =
        der::sequence({changed, algorithm,
                       der::bit_string(sign(lab_keys().authority, SignatureHash::sha256, changed, random))});
    const auto database = database_of(pki_with_clients());
    CHECK(try_with(settings, required, {}, database).code == 440);
    CHECK(try_with(settings, preferred, {}, database).warnings == 1);
}

TEST_CASE("failure matrix: the client's certificate is from an authority that is not known") {
    Line line({}, database_of(pki_with_clients()));
    Client client(showing("client-stranger"));
    SslOpen what;
    what.session = line.id;
    what.label = "TELCERT";
    what.check = ClientCertCheck::required;
    what.check_where.line = 41;
    what.check_where.file.name = Name8("PROFILE");
    line.member.receive(what, kNow, line.ear);
    client.session->start(kNow, client);
    line.pump(client);
    REQUIRE(client.broken.has_value());
    CHECK(client.broken->alert_received == 48);
    CHECK(line.ear.said("DTCSSL022E Handshake failed rc: 8"));
    REQUIRE_FALSE(line.ear.records.empty());
    REQUIRE_FALSE(line.ear.records.back().rests_on.empty());
    CHECK(line.ear.records.back().rests_on.front().line == 41);
}
