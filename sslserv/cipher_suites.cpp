// The table follows the display in the seed (first copy of QUERY STATUS DETAILS), 49 names; then the elliptic
// curve suites, whose names follow the pattern of ECDHE_ECDSA_AES_128_SHA256, and those of TLS 1.3.
#include "sslserv/cipher_suites.hpp"

#include <fmt/core.h>

#include <charconv>

#include "stack/base/names.hpp"

namespace vmlab::sslserv {
namespace {

using X = KeyExchange;
using K = SuiteKey;
using M = SuiteMac;
using P = Protocol;

// One row per suite can be read down the columns; the formatter would break each over four lines.
// clang-format off
constexpr CipherSuite kSuites[] = {
    {"RSA_AES_128_GCM_SHA256", 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", X::rsa, K::rsa, M::aead, 128, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"RSA_AES_256_GCM_SHA384", 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", X::rsa, K::rsa, M::aead, 256, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"DHE_RSA_AES_128_GCM_SHA256", 0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256", X::dhe, K::rsa, M::aead, 128, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"DHE_RSA_AES_256_GCM_SHA384", 0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "DHE-RSA-AES256-GCM-SHA384", X::dhe, K::rsa, M::aead, 256, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"DHE_DSS_AES_128_GCM_SHA256", 0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256", "DHE-DSS-AES128-GCM-SHA256", X::dhe, K::dss, M::aead, 128, P::tlsv1_2, P::tlsv1_2, true, true, false},
    {"DHE_DSS_AES_256_GCM_SHA384", 0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384", "DHE-DSS-AES256-GCM-SHA384", X::dhe, K::dss, M::aead, 256, P::tlsv1_2, P::tlsv1_2, true, true, false},
    {"RSA_AES_128_SHA256", 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256", X::rsa, K::rsa, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"RSA_AES_256_SHA256", 0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256", "AES256-SHA256", X::rsa, K::rsa, M::sha256, 256, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"DHE_DSS_AES_128_SHA256", 0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", "DHE-DSS-AES128-SHA256", X::dhe, K::dss, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, true, true, false},
    {"DHE_RSA_AES_128_SHA256", 0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "DHE-RSA-AES128-SHA256", X::dhe, K::rsa, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"DHE_DSS_AES_256_SHA256", 0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256", "DHE-DSS-AES256-SHA256", X::dhe, K::dss, M::sha256, 256, P::tlsv1_2, P::tlsv1_2, true, true, false},
    {"DHE_RSA_AES_256_SHA256", 0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", "DHE-RSA-AES256-SHA256", X::dhe, K::rsa, M::sha256, 256, P::tlsv1_2, P::tlsv1_2, true, true, true},
    {"RSA_AES_256", 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA", X::rsa, K::rsa, M::sha1, 256, P::sslv3, P::tlsv1_2, true, true, true},
    {"DHE_DSS_AES_256", 0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA", "DHE-DSS-AES256-SHA", X::dhe, K::dss, M::sha1, 256, P::sslv3, P::tlsv1_2, true, true, false},
    {"DHE_RSA_AES_256", 0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "DHE-RSA-AES256-SHA", X::dhe, K::rsa, M::sha1, 256, P::sslv3, P::tlsv1_2, true, true, true},
    {"RSA_AES_128", 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", X::rsa, K::rsa, M::sha1, 128, P::sslv3, P::tlsv1_2, true, true, true},
    {"DHE_DSS_AES_128", 0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "DHE-DSS-AES128-SHA", X::dhe, K::dss, M::sha1, 128, P::sslv3, P::tlsv1_2, true, true, false},
    {"DHE_RSA_AES_128", 0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "DHE-RSA-AES128-SHA", X::dhe, K::rsa, M::sha1, 128, P::sslv3, P::tlsv1_2, true, true, true},
    {"3DES_168_SHA", 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA", X::rsa, K::rsa, M::sha1, 112, P::sslv3, P::tlsv1_2, true, true, true},
    {"DHE_RSA_3DES", 0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "DHE-RSA-DES-CBC3-SHA", X::dhe, K::rsa, M::sha1, 112, P::sslv3, P::tlsv1_2, true, true, true},
    {"DHE_DSS_3DES", 0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", "DHE-DSS-DES-CBC3-SHA", X::dhe, K::dss, M::sha1, 112, P::sslv3, P::tlsv1_2, true, true, false},
    {"DES_56_SHA", 0x0009, "TLS_RSA_WITH_DES_CBC_SHA", "DES-CBC-SHA", X::rsa, K::rsa, M::sha1, 56, P::sslv3, P::tlsv1_1, true, true, false},
    {"DHE_RSA_DES", 0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA", "DHE-RSA-DES-CBC-SHA", X::dhe, K::rsa, M::sha1, 56, P::sslv3, P::tlsv1_1, true, true, false},
    {"DHE_DSS_DES", 0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA", "DHE-DSS-DES-CBC-SHA", X::dhe, K::dss, M::sha1, 56, P::sslv3, P::tlsv1_1, true, true, false},
    {"DH_RSA_AES_128_GCM_SHA256", 0x00a0, "TLS_DH_RSA_WITH_AES_128_GCM_SHA256", "DH-RSA-AES128-GCM-SHA256", X::dh, K::dh, M::aead, 128, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_RSA_AES_256_GCM_SHA384", 0x00a1, "TLS_DH_RSA_WITH_AES_256_GCM_SHA384", "DH-RSA-AES256-GCM-SHA384", X::dh, K::dh, M::aead, 256, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_DSS_AES_128_GCM_SHA256", 0x00a4, "TLS_DH_DSS_WITH_AES_128_GCM_SHA256", "DH-DSS-AES128-GCM-SHA256", X::dh, K::dh, M::aead, 128, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_DSS_AES_256_GCM_SHA384", 0x00a5, "TLS_DH_DSS_WITH_AES_256_GCM_SHA384", "DH-DSS-AES256-GCM-SHA384", X::dh, K::dh, M::aead, 256, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_DSS_AES_128_SHA256", 0x003e, "TLS_DH_DSS_WITH_AES_128_CBC_SHA256", "DH-DSS-AES128-SHA256", X::dh, K::dh, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_RSA_AES_128_SHA256", 0x003f, "TLS_DH_RSA_WITH_AES_128_CBC_SHA256", "DH-RSA-AES128-SHA256", X::dh, K::dh, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_DSS_AES_256_SHA256", 0x0068, "TLS_DH_DSS_WITH_AES_256_CBC_SHA256", "DH-DSS-AES256-SHA256", X::dh, K::dh, M::sha256, 256, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"DH_RSA_AES_256_SHA256", 0x0069, "TLS_DH_RSA_WITH_AES_256_CBC_SHA256", "DH-RSA-AES256-SHA256", X::dh, K::dh, M::sha256, 256, P::tlsv1_2, P::tlsv1_2, false, true, false},
    {"RC4_128_SHA", 0x0005, "TLS_RSA_WITH_RC4_128_SHA", "RC4-SHA", X::rsa, K::rsa, M::sha1, 128, P::sslv3, P::tlsv1_2, false, true, true},
    {"RC4_128_MD5", 0x0004, "TLS_RSA_WITH_RC4_128_MD5", "RC4-MD5", X::rsa, K::rsa, M::md5, 128, P::sslv3, P::tlsv1_2, false, true, true},
    {"DH_DSS_AES_256", 0x0036, "TLS_DH_DSS_WITH_AES_256_CBC_SHA", "DH-DSS-AES256-SHA", X::dh, K::dh, M::sha1, 256, P::sslv3, P::tlsv1_2, false, true, false},
    {"DH_RSA_AES_256", 0x0037, "TLS_DH_RSA_WITH_AES_256_CBC_SHA", "DH-RSA-AES256-SHA", X::dh, K::dh, M::sha1, 256, P::sslv3, P::tlsv1_2, false, true, false},
    {"DH_DSS_AES_128", 0x0030, "TLS_DH_DSS_WITH_AES_128_CBC_SHA", "DH-DSS-AES128-SHA", X::dh, K::dh, M::sha1, 128, P::sslv3, P::tlsv1_2, false, true, false},
    {"DH_RSA_AES_128", 0x0031, "TLS_DH_RSA_WITH_AES_128_CBC_SHA", "DH-RSA-AES128-SHA", X::dh, K::dh, M::sha1, 128, P::sslv3, P::tlsv1_2, false, true, false},
    {"RC2_128_MD5", 0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5", "RC2-CBC-MD5", X::rsa, K::rsa, M::md5, 128, P::sslv2, P::sslv2, false, true, false},
    {"DH_RSA_3DES", 0x0010, "TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA", "DH-RSA-DES-CBC3-SHA", X::dh, K::dh, M::sha1, 112, P::sslv3, P::tlsv1_2, false, true, false},
    {"DH_DSS_3DES", 0x000d, "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA", "DH-DSS-DES-CBC3-SHA", X::dh, K::dh, M::sha1, 112, P::sslv3, P::tlsv1_2, false, true, false},
    {"DH_RSA_DES", 0x000f, "TLS_DH_RSA_WITH_DES_CBC_SHA", "DH-RSA-DES-CBC-SHA", X::dh, K::dh, M::sha1, 56, P::sslv3, P::tlsv1_1, false, true, false},
    {"DH_DSS_DES", 0x000c, "TLS_DH_DSS_WITH_DES_CBC_SHA", "DH-DSS-DES-CBC-SHA", X::dh, K::dh, M::sha1, 56, P::sslv3, P::tlsv1_1, false, true, false},
    {"RC4_40_MD5", 0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "EXP-RC4-MD5", X::rsa, K::rsa, M::md5, 40, P::sslv3, P::tlsv1_0, false, true, false},
    {"RC2_40_MD5", 0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "EXP-RC2-CBC-MD5", X::rsa, K::rsa, M::md5, 40, P::sslv3, P::tlsv1_0, false, true, false},
    {"NULL_SHA256", 0x003b, "TLS_RSA_WITH_NULL_SHA256", "NULL-SHA256", X::rsa, K::rsa, M::sha256, 0, P::tlsv1_2, P::tlsv1_2, false, true, true},
    {"NULL_SHA", 0x0002, "TLS_RSA_WITH_NULL_SHA", "NULL-SHA", X::rsa, K::rsa, M::sha1, 0, P::sslv3, P::tlsv1_2, false, true, true},
    {"NULL_MD5", 0x0001, "TLS_RSA_WITH_NULL_MD5", "NULL-MD5", X::rsa, K::rsa, M::md5, 0, P::sslv3, P::tlsv1_2, false, true, true},
    {"NULL", 0x0000, "TLS_NULL_WITH_NULL_NULL", "", X::none, K::none, M::null, 0, P::sslv3, P::tlsv1_2, false, true, false},
    {"ECDHE_ECDSA_AES_128_SHA256", 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256", X::ecdhe, K::ecdsa, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_AES_256_SHA384", 0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384", X::ecdhe, K::ecdsa, M::sha384, 256, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_AES_128_GCM_SHA256", 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", X::ecdhe, K::ecdsa, M::aead, 128, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_AES_256_GCM_SHA384", 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", X::ecdhe, K::ecdsa, M::aead, 256, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_128_SHA256", 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", X::ecdhe, K::rsa, M::sha256, 128, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_256_SHA384", 0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384", X::ecdhe, K::rsa, M::sha384, 256, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_128_GCM_SHA256", 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", X::ecdhe, K::rsa, M::aead, 128, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_256_GCM_SHA384", 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", X::ecdhe, K::rsa, M::aead, 256, P::tlsv1_2, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_AES_128", 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", X::ecdhe, K::ecdsa, M::sha1, 128, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_AES_256", 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA", X::ecdhe, K::ecdsa, M::sha1, 256, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_128", 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", X::ecdhe, K::rsa, M::sha1, 128, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_AES_256", 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA", X::ecdhe, K::rsa, M::sha1, 256, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_3DES", 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "ECDHE-RSA-DES-CBC3-SHA", X::ecdhe, K::rsa, M::sha1, 112, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_3DES", 0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", "ECDHE-ECDSA-DES-CBC3-SHA", X::ecdhe, K::ecdsa, M::sha1, 112, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_RC4_128", 0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "ECDHE-RSA-RC4-SHA", X::ecdhe, K::rsa, M::sha1, 128, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_NULL", 0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "ECDHE-ECDSA-NULL-SHA", X::ecdhe, K::ecdsa, M::sha1, 0, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_ECDSA_RC4_128", 0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", "ECDHE-ECDSA-RC4-SHA", X::ecdhe, K::ecdsa, M::sha1, 128, P::tlsv1_0, P::tlsv1_2, false, false, true},
    {"ECDHE_RSA_NULL", 0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA", "ECDHE-RSA-NULL-SHA", X::ecdhe, K::rsa, M::sha1, 0, P::tlsv1_0, P::tlsv1_2, false, false, false},
    {"AES_128_GCM_SHA256", 0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", X::ecdhe, K::any, M::aead, 128, P::tlsv1_3, P::tlsv1_3, false, false, true},
    {"AES_256_GCM_SHA384", 0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", X::ecdhe, K::any, M::aead, 256, P::tlsv1_3, P::tlsv1_3, false, false, true},
    {"CHACHA20_POLY1305_SHA256", 0x1303, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", X::ecdhe, K::any, M::aead, 256, P::tlsv1_3, P::tlsv1_3, false, false, true},
};
// clang-format on

/// "009C", "0x009c", "00,9C", "0x00,0x9C", "{0x00,0x9C}".
std::optional<std::uint32_t> read_code(std::string_view typed) {
    std::string digits;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (typed[i] == '0' && i + 1 < typed.size() && (typed[i + 1] == 'x' || typed[i + 1] == 'X')) ++i;
        else if (std::string_view("{, }").find(typed[i]) == std::string_view::npos) digits += typed[i];
    }
    std::uint32_t code = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    const bool whole = wrong == std::errc{} && end == digits.data() + digits.size();
    return whole && (digits.size() == 4 || digits.size() == 6) ? std::optional(code) : std::nullopt;
}

/// OpenSSL wrote EDH before it wrote DHE.
std::string modern(std::string_view openssl) {
    const bool old = openssl.size() > 3 && iequals(openssl.substr(0, 4), "EDH-");
    return old ? "DHE-" + std::string(openssl.substr(4)) : std::string(openssl);
}

}  // namespace

std::string_view keyword_of(Protocol version) {
    constexpr std::string_view kNames[] = {"SSLV2", "SSLV3", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"};
    return kNames[std::size_t(version)];
}

std::string_view short_name_of(Protocol version) {
    constexpr std::string_view kNames[] = {"SSL2", "SSL3", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"};
    return kNames[std::size_t(version)];
}

std::span<const CipherSuite> all_cipher_suites() { return kSuites; }

const CipherSuite* find_cipher_suite(std::string_view name) {
    for (const auto& suite : kSuites)
        if (iequals(suite.name, name)) return &suite;
    return nullptr;
}

const CipherSuite* find_cipher_suite(std::uint16_t code) {
    for (const auto& suite : kSuites)
        if (suite.code == code) return &suite;
    return nullptr;
}

const CipherSuite* recognize_cipher_suite(std::string_view typed) {
    if (const auto* named = find_cipher_suite(typed)) return named;
    const auto code = read_code(typed);
    const std::string openssl = modern(typed);
    for (const auto& suite : kSuites)
        if (suite.code == code || iequals(suite.iana, typed) ||
            (!suite.openssl.empty() && iequals(suite.openssl, openssl)))
            return &suite;
    return nullptr;
}

std::string code_text(const CipherSuite& suite) {
    return suite.code > 0xffff ? fmt::format("{:06X}", suite.code) : fmt::format("{:04X}", suite.code);
}

bool is_known(const CipherSuite& suite, const Level& level) {
    if (suite.first == Protocol::tlsv1_3) return level.has_tls_1_3();
    return suite.exchange != KeyExchange::ecdhe || level.has(Apar::PI99184);
}

}  // namespace vmlab::sslserv
