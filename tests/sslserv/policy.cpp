// What VMSSL's operands come to: protocols, and suites in the order of the seed's display.
#include "sslserv/policy.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace vmlab;
using namespace vmlab::sslserv;

namespace {

std::string names(const std::vector<const CipherSuite*>& suites) {
    std::string text;
    for (const auto* suite : suites) text += (text.empty() ? "" : " ") + std::string(suite->name);
    return text;
}
bool includes(const Protection& protection, std::string_view name) {
    for (const auto* suite : protection.included)
        if (suite->name == name) return true;
    return false;
}
std::string keywords(ProtocolSet set) {
    std::string text;
    for (const auto v : {Protocol::sslv2, Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1,
                         Protocol::tlsv1_2, Protocol::tlsv1_3})
        if (set.has(v)) text += (text.empty() ? "" : " ") + std::string(keyword_of(v));
    return text;
}

}  // namespace

TEST_CASE("without operands: TLS 1.1 and 1.2, and the seed's lists in the seed's order") {
    const auto defaults = decide_protection({});
    CHECK(keywords(defaults.protocols) == "TLSV1_1 TLSV1_2");
    CHECK(
        names(defaults.included) ==
        "RSA_AES_128_GCM_SHA256 RSA_AES_256_GCM_SHA384 DHE_RSA_AES_128_GCM_SHA256 DHE_RSA_AES_256_GCM_SHA384 "
        "DHE_DSS_AES_128_GCM_SHA256 DHE_DSS_AES_256_GCM_SHA384 RSA_AES_128_SHA256 RSA_AES_256_SHA256 "
        "DHE_DSS_AES_128_SHA256 DHE_RSA_AES_128_SHA256 DHE_DSS_AES_256_SHA256 DHE_RSA_AES_256_SHA256 "
        "RSA_AES_256 "
        "DHE_DSS_AES_256 DHE_RSA_AES_256 RSA_AES_128 DHE_DSS_AES_128 DHE_RSA_AES_128 3DES_168_SHA "
        "DHE_RSA_3DES "
        "DHE_DSS_3DES DES_56_SHA DHE_RSA_DES DHE_DSS_DES");
    CHECK(
        names(defaults.exempt) ==
        "DH_RSA_AES_128_GCM_SHA256 DH_RSA_AES_256_GCM_SHA384 DH_DSS_AES_128_GCM_SHA256 "
        "DH_DSS_AES_256_GCM_SHA384 "
        "DH_DSS_AES_128_SHA256 DH_RSA_AES_128_SHA256 DH_DSS_AES_256_SHA256 DH_RSA_AES_256_SHA256 RC4_128_SHA "
        "RC4_128_MD5 DH_DSS_AES_256 DH_RSA_AES_256 DH_DSS_AES_128 DH_RSA_AES_128 RC2_128_MD5 DH_RSA_3DES "
        "DH_DSS_3DES DH_RSA_DES DH_DSS_DES RC4_40_MD5 RC2_40_MD5 NULL_SHA256 NULL_SHA NULL_MD5 NULL");
    CHECK(defaults.rests_on.empty());
}

TEST_CASE("each level has its own defaults and names") {
    const auto at = [](Level level) {
        Policy policy;
        policy.level = level;
        return policy;
    };
    CHECK(keywords(decide_protection(at(Level(Release::v640))).protocols) == "TLSV1_1 TLSV1_2");
    for (const auto release : {Release::v720, Release::v730, Release::v740})
        CHECK(keywords(decide_protection(at(Level(release))).protocols) == "TLSV1_2");
    for (const auto release : kReleases) {
        Policy policy = at(Level(release));
        policy.protocols = {{Protocol::tlsv1_3, true, {}}};
        policy.ciphers = {{"AES_128_GCM_SHA256", true, {}}};
        const bool knows = release >= Release::v730;
        const auto result = decide_protection(policy);
        CHECK(result.protocols.has(Protocol::tlsv1_3) == knows);
        CHECK(result.unknown.size() == (knows ? 0 : 1));
        CHECK(known_protocols(policy.level).size() == (knows ? 6 : 5));
    }
    Policy curves = at(Level(Release::v710, {}));
    curves.ciphers = {{"ECDHE_RSA_AES_128", true, {}}};
    CHECK(decide_protection(curves).unknown.size() == 1);
    const Apar service[] = {Apar::PI99184};
    curves.level = Level(Release::v710, service);
    CHECK(includes(decide_protection(curves), "ECDHE_RSA_AES_128"));
}

TEST_CASE("PROTOCOL adds and removes; TLSV1_2 switches SSLV2 off") {
    Policy policy;
    policy.protocols = {
        {Protocol::sslv2, true, {}}, {Protocol::sslv3, true, {}}, {Protocol::tlsv1_1, false, {}}};
    CHECK(keywords(decide_protection(policy).protocols) == "SSLV3 TLSV1_2");
    policy.protocols.push_back({Protocol::tlsv1_2, false, {}});
    CHECK(keywords(decide_protection(policy).protocols) == "SSLV2 SSLV3");
}

TEST_CASE("EXEMPT and ENABLE by name, the later operand counts; a suite that is not of the display appears") {
    Policy policy;
    policy.ciphers = {{"3des_168_sha", false, {}},
                      {"RC4_128_SHA", true, {}},
                      {"RC4_128_SHA", false, {}},
                      {"ECDHE_ECDSA_AES_128_SHA256", true, {}},
                      {"RSA_AES_512", true, {}}};
    const auto result = decide_protection(policy);
    CHECK_FALSE(includes(result, "3DES_168_SHA"));
    CHECK_FALSE(includes(result, "RC4_128_SHA"));
    CHECK(result.included.back()->name == "ECDHE_ECDSA_AES_128_SHA256");
    CHECK(result.included.size() + result.exempt.size() == 50);
    REQUIRE(result.unknown.size() == 1);
    CHECK(result.unknown[0].name == "RSA_AES_512");
}

TEST_CASE("EXEMPT by strength") {
    Policy policy;
    policy.ciphers = {{"MEDIUM", false, {}}};
    const auto result = decide_protection(policy);
    CHECK_FALSE(includes(result, "3DES_168_SHA"));
    CHECK_FALSE(includes(result, "DES_56_SHA"));
    CHECK(includes(result, "RSA_AES_128"));
}

TEST_CASE("MODE FIPS-140-2 takes SSLV3 and weak suites away, whatever ENABLE says") {
    Policy policy;
    policy.modes = {{Mode::fips_140_2, {}}};
    policy.protocols = {{Protocol::sslv3, true, {}}, {Protocol::tlsv1_0, true, {}}};
    policy.ciphers = {{"RC4_128_SHA", true, {}}, {"NULL_SHA", true, {}}};
    const auto result = decide_protection(policy);
    CHECK(keywords(result.protocols) == "TLSV1_0 TLSV1_1 TLSV1_2");
    REQUIRE(result.overruled.size() == 1);
    CHECK(result.overruled[0].version == Protocol::sslv3);
    CHECK_FALSE(includes(result, "RC4_128_SHA"));
    CHECK_FALSE(includes(result, "NULL_SHA"));
    CHECK_FALSE(includes(result, "DES_56_SHA"));
    CHECK(includes(result, "3DES_168_SHA"));
    CHECK(includes(result, "RSA_AES_128"));
}

TEST_CASE("MODE NIST-800-131A leaves TLS 1.2 and SHA-2") {
    Policy policy;
    policy.modes = {{Mode::nist_800_131a, {}}};
    const auto result = decide_protection(policy);
    CHECK(keywords(result.protocols) == "TLSV1_2");
    for (const auto* suite : result.included)
        CHECK(std::string(suite->name).find("_SHA") != std::string::npos);
    CHECK(includes(result, "RSA_AES_128_SHA256"));
    CHECK_FALSE(includes(result, "RSA_AES_128"));
    CHECK_FALSE(includes(result, "3DES_168_SHA"));
    CHECK(result.min_rsa_bits == 2048);
}

TEST_CASE("the table holds 49 listed names, no name and no code twice") {
    std::set<std::string_view> seen;
    std::set<std::uint32_t> codes;
    std::size_t listed = 0;
    for (const auto& suite : all_cipher_suites()) {
        CHECK(seen.insert(suite.name).second);
        CHECK(codes.insert(suite.code).second);
        CHECK(find_cipher_suite(suite.name) == &suite);
        listed += suite.listed ? 1 : 0;
    }
    CHECK(listed == 49);
    CHECK(find_cipher_suite(0x0000)->name == "NULL");
    CHECK(find_cipher_suite("NOTHING") == nullptr);
}
