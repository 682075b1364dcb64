// Certificates and requests: what is asked for stands in them, and signatures hold.
#include "sslserv/keydb/certificate.hpp"

#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

std::string text_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

CertificateTemplate form_of(const std::string& name) {
    CertificateTemplate form;
    form.subject = {name, "Lab", "vmlab", "Endicott", "New York", "US"};
    form.not_before = kNow;
    form.not_after = kNow + hours(24);
    return form;
}

}  // namespace

TEST_CASE("the lab's certificates: names, dates relative to the clock, key, chain") {
    const auto* record = lab_pki().database.find("FTPCERT");
    REQUIRE(record != nullptr);
    const auto info = read_certificate(record->der);
    REQUIRE(info.has_value());
    CHECK(info->subject == "CN=vmlab.example, OU=FTPCERT, O=vmlab, C=US");
    CHECK(info->issuer == "CN=vmlab Lab CA, O=vmlab, C=US");
    CHECK(info->names.dns == std::vector<std::string>{"vmlab.example", "localhost"});
    CHECK(info->names.addresses ==
          std::vector<IpAddress>{Ipv4Address::of(127, 0, 0, 1), Ipv4Address::of(9, 60, 60, 3)});
    CHECK(info->not_before == kNow - hours(24));
    CHECK(info->not_after == kNow + hours(24 * 365));
    CHECK(info->key.kind == KeyKind::rsa);
    CHECK(info->key.bits == 2048);
    CHECK(info->hash == SignatureHash::sha256);
    CHECK_FALSE(info->authority);
    CHECK(is_signed_by(record->der, lab_pki().authority_der));
    CHECK(read_certificate(lab_pki().authority_der)->authority);
    CHECK(from_pem(lab_pki().authority_pem, "CERTIFICATE") == std::vector<Bytes>{lab_pki().authority_der});
}

TEST_CASE("a lab PKI and its keys are the same bytes for the same seed") {
    const auto make = [](std::uint64_t seed) {
        auto random = stream("pki", seed);
        const auto pki = make_lab_pki({kNow, {"h"}, {}, {"L", "L"}}, lab_keys(), random);
        CHECK(pki.database.records().size() == 2);
        return pki.kdb;
    };
    CHECK(make(1) == make(1));
    CHECK(make(1) != make(2));
    const auto back = LabKeys::read(lab_keys().serialize());
    REQUIRE(back.has_value());
    CHECK(back->server == lab_keys().server);
    CHECK_FALSE(LabKeys::read(Bytes{1, 2}).has_value());
    auto one = stream("keys"), two = stream("keys");
    CHECK(make_key(KeyKind::rsa, 1024, one) == make_key(KeyKind::rsa, 1024, two));
    CHECK(make_key(KeyKind::ec, 384, one) == make_key(KeyKind::ec, 384, two));
}

TEST_CASE("IPv6 addresses stand among the alternative names") {
    std::array<std::uint8_t, 16> loopback{};
    loopback[15] = 1;
    auto random = stream("v6");
    auto form = form_of("six");
    form.names.addresses = {IpAddress(loopback)};
    const auto info = read_certificate(make_self_signed(form, lab_keys().server, random));
    REQUIRE(info.has_value());
    REQUIRE(info->names.addresses.size() == 1);
    CHECK(info->names.addresses[0].str() == "::1");
}

TEST_CASE("dates are UTCTime through 2049 and GeneralizedTime from 2050") {
    auto random = stream("dates");
    const Bytes key = make_key(KeyKind::ec, 256, random);
    auto form = form_of("dates");
    form.not_before = instant_of({2049, 12, 31, 0, 23, 59, 59, 0});
    form.not_after = instant_of({2050, 1, 1, 0, 0, 0, 0, 0});
    const Bytes der = make_self_signed(form, key, random);
    CHECK(text_of(der).find("\x17\x0d"
                            "491231235959Z") != std::string::npos);
    CHECK(text_of(der).find("\x18\x0f"
                            "20500101000000Z") != std::string::npos);
    const auto info = read_certificate(der);
    REQUIRE(info.has_value());
    CHECK(info->not_before == form.not_before);
    CHECK(info->not_after == form.not_after);
}

TEST_CASE("every kind of key signs, and only its own certificates verify") {
    auto random = stream("kinds");
    const std::pair<KeyKind, unsigned> kinds[] = {
        {KeyKind::rsa, 1024}, {KeyKind::rsa, 2048}, {KeyKind::ec, 256}, {KeyKind::ec, 384}};
    for (const auto& [kind, bits] : kinds) {
        const Bytes key =
            kind == KeyKind::rsa && bits == 2048 ? lab_keys().server : make_key(kind, bits, random);
        REQUIRE_FALSE(key.empty());
        for (const auto hash : {SignatureHash::md5, SignatureHash::sha1, SignatureHash::sha256,
                                SignatureHash::sha384, SignatureHash::sha512}) {
            auto form = form_of("kind");
            form.hash = hash;
            const Bytes der = make_self_signed(form, key, random);
            if (kind == KeyKind::ec && hash == SignatureHash::md5) {
                CHECK(der.empty());
                continue;
            }
            const auto info = read_certificate(der);
            REQUIRE(info.has_value());
            CHECK(info->key.bits == bits);
            CHECK(info->hash == hash);
            CHECK(info->self_issued());
            CHECK(is_signed_by(der, der));
            CHECK_FALSE(is_signed_by(der, lab_pki().authority_der));
            CHECK(belongs_to(der, key));
            CHECK_FALSE(belongs_to(der, lab_keys().authority));
        }
    }
}

TEST_CASE("a request is signed by an authority: names and key are taken over") {
    auto random = stream("csr");
    const Bytes key = make_key(KeyKind::ec, 256, random);
    CertificateRequest wanted{{.common_name = "web", .country = "DE"}, {{"web.example"}, {}}};
    const Bytes request = make_request(wanted, key, SignatureHash::sha256, random);
    const auto read = read_request(request);
    REQUIRE(read.has_value());
    CHECK(read->subject == "CN=web, C=DE");
    const Bytes der = sign_request(request, kNow, kNow + hours(1), false, lab_pki().authority_der,
                                   lab_keys().authority, random);
    const auto info = read_certificate(der);
    REQUIRE(info.has_value());
    CHECK(info->names.dns == std::vector<std::string>{"web.example"});
    CHECK(belongs_to(der, key));
    CHECK(is_signed_by(der, lab_pki().authority_der));
    Bytes forged = request;
    forged[forged.size() / 3] ^= 1;
    CHECK(sign_request(forged, kNow, kNow + hours(1), false, lab_pki().authority_der, lab_keys().authority,
                       random)
              .empty());
}

TEST_CASE("mutated certificates and requests are read or refused, never more") {
    auto random = stream("mutations");
    const Bytes certificate = lab_pki().database.records().back().der;
    for (int round = 0; round < 3000; ++round) {
        Bytes bytes = certificate;
        for (std::uint64_t n = 1 + random.below(3); n > 0; --n)
            bytes[random.below(bytes.size())] = std::uint8_t(random.u32());
        if (random.chance(200'000)) bytes.resize(random.below(bytes.size()));
        (void)read_certificate(bytes);
        (void)read_request(bytes);
    }
    CHECK_FALSE(read_certificate({}).has_value());
}

TEST_CASE("PEM: several blocks, other text between them, broken Base64") {
    const std::string one = to_pem(Bytes{1, 2, 3, 4}, "CERTIFICATE");
    CHECK(one == "-----BEGIN CERTIFICATE-----\nAQIDBA==\n-----END CERTIFICATE-----\n");
    CHECK(from_pem("comment\r\n" + one + "x\n" + to_pem(Bytes{9}, "CERTIFICATE"), "CERTIFICATE") ==
          std::vector<Bytes>{{1, 2, 3, 4}, {9}});
    CHECK(from_pem(one, "PRIVATE KEY").empty());
    CHECK(from_pem("-----BEGIN CERTIFICATE-----\nA$B=\n-----END CERTIFICATE-----", "CERTIFICATE").empty());
    CHECK(from_pem("-----BEGIN CERTIFICATE-----\nAQID", "CERTIFICATE").empty());
}
