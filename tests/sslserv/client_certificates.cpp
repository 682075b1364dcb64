// CLIENTCERTCHECK: none, preferred, required.
#include <doctest/doctest.h>

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

struct Outcome {
    bool established = false;
    int code = 0;
    bool warned = false;
    int alert = -1;  ///< that the client gets
};
Outcome try_with(const TlsSettings& settings, ClientCertCheck check, const Policy& policy = {}) {
    Line line(policy);
    Client client(settings);
    line.open("TELCERT", check);
    client.session->start(kNow, client);
    line.pump(client);
    const auto* failed = line.last<SslFailed>();
    return {line.last<SslEstablished>() != nullptr, failed ? failed->code : 0, line.ear.said("DTCSSL907W"),
            client.broken ? client.broken->alert_received : -1};
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

TEST_CASE("failure matrix: the client's certificate is from an authority that is not known") {
    Line line;
    Client client(with_certificate(false));
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
