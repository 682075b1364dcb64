#include "simulator/commands/explain_cipher.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "profiles/findings.hpp"
#include "stack/base/message.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sim {
namespace {

using sslserv::CipherSuite;
using sslserv::KeyExchange;
using sslserv::Protocol;
using sslserv::SuiteKey;

constexpr std::size_t kWidth = 79;

std::string_view exchange_of(const CipherSuite& suite) {
    switch (suite.exchange) {
        case KeyExchange::rsa: return "the client encrypts a secret with the server's RSA key";
        case KeyExchange::dhe: return "Diffie-Hellman with a fresh key";
        case KeyExchange::ecdhe: return "elliptic curve Diffie-Hellman with a fresh key";
        case KeyExchange::dh: return "Diffie-Hellman with the key of the certificate";
        case KeyExchange::none: break;
    }
    return "none";
}

std::string_view certificate_of(const CipherSuite& suite) {
    switch (suite.key) {
        case SuiteKey::rsa: return "an RSA key";
        case SuiteKey::ecdsa: return "an elliptic curve key";
        case SuiteKey::dss: return "a DSA key";
        case SuiteKey::dh: return "a Diffie-Hellman key";
        case SuiteKey::any: return "any key";
        case SuiteKey::none: break;
    }
    return "none";
}

std::string protocols_of(const CipherSuite& suite) {
    std::string text;
    for (int version = int(suite.first); version <= int(suite.last); ++version)
        text += (text.empty() ? "" : " ") + std::string(keyword_of(Protocol(version)));
    return text;
}

std::string_view policy_of(const CipherSuite& suite) {
    if (suite.included) return "Included by default; EXEMPT takes it away";
    if (suite.listed) return "Exempt by default; ENABLE includes it";
    if (suite.first == Protocol::tlsv1_3) return "Included where TLSV1_3 is enabled (levels 730 and later)";
    return "not listed until ENABLE includes it (level 710 with service PI99184, and later levels)";
}

std::string_view reason_of(const CipherSuite& suite) {
    if (suite.negotiable) return "negotiable";
    const std::string_view name = suite.name;
    const auto has = [name](std::string_view part) { return name.find(part) != name.npos; };
    if (suite.last == Protocol::sslv2) return "not negotiable: the TLS library has no SSLv2";
    if (suite.key == SuiteKey::dss) return "not negotiable: the TLS library has no DSA in TLS";
    if (suite.key == SuiteKey::dh) return "not negotiable: the TLS library has no static DH";
    if (suite.bits == 40) return "not negotiable: the TLS library has no export ciphers";
    if (has("DES")) return "not negotiable: the TLS library has no single DES";
    return "not negotiable: the TLS library does not have it";
}

}  // namespace

bool asks_for_ciphers(std::string_view word) { return iequals(word, "CIPHER") || iequals(word, "CIPHERS"); }

CipherQuestion find_ciphers(std::span<const std::string> typed) {
    CipherQuestion question;
    for (const auto& word : typed) {
        if (const auto* suite = sslserv::recognize_cipher_suite(word)) question.found.push_back(suite);
        else question.unknown.push_back(word);
    }
    if (typed.empty())
        for (const auto& suite : sslserv::all_cipher_suites()) question.found.push_back(&suite);
    return question;
}

std::vector<std::string> report_cipher(const CipherSuite& suite) {
    std::vector<std::string> lines{std::string(suite.name)};
    const auto add = [&lines](std::string_view what, std::string_view text) {
        for (auto& line : wrapped(fmt::format("  {:<14}{}", what, text), kWidth, 16)) lines.push_back(line);
    };
    add("Code:", (suite.last == Protocol::sslv2 ? "SSLv2 kind " : "") + code_text(suite));
    add("IANA:", suite.iana);
    add("OpenSSL:", suite.openssl.empty() ? "none" : suite.openssl);
    add("Protocols:", protocols_of(suite));
    add("Key exchange:", exchange_of(suite));
    add("Certificate:", certificate_of(suite));
    add("Strength:", suite.bits == 0 ? "0 bits of security: nothing is encrypted"
                                     : fmt::format("{} bits of security", suite.bits));
    add("Policy:", policy_of(suite));
    add("Here:", reason_of(suite));
    return lines;
}

std::vector<std::string> report_cipher_table(std::span<const CipherSuite* const> suites) {
    std::vector<std::string> lines{
        fmt::format("{:<31}{:<7}{:<30}{:<5}{}", "Cipher", "Code", "OpenSSL", "Bits", "Usable")};
    for (const auto* suite : suites)
        lines.push_back(fmt::format("{:<31}{:<7}{:<30}{:>4} {}", suite->name, code_text(*suite),
                                    suite->openssl.empty() ? "-" : suite->openssl, suite->bits,
                                    suite->negotiable ? "Yes" : "No"));
    return lines;
}

std::string report_ciphers_json(std::span<const CipherSuite* const> suites) {
    auto json = nlohmann::ordered_json::array();
    for (const auto* suite : suites)
        json.push_back({{"name", suite->name},
                        {"code", code_text(*suite)},
                        {"iana", suite->iana},
                        {"openssl", suite->openssl},
                        {"first", keyword_of(suite->first)},
                        {"last", keyword_of(suite->last)},
                        {"certificate", certificate_of(*suite)},
                        {"bits", suite->bits},
                        {"included", suite->included},
                        {"listed", suite->listed},
                        {"negotiable", suite->negotiable}});
    return json.dump(2) + "\n";
}

std::string report_unknown_cipher(std::string_view typed) {
    std::vector<std::string_view> names;
    for (const auto& suite : sslserv::all_cipher_suites())
        for (const auto name : {suite.name, suite.openssl, suite.iana})
            if (!name.empty()) names.push_back(name);
    const auto near = profiles::nearest(typed, names);
    return fmt::format("{} is no cipher suite of this system.{}", typed.substr(0, 64),
                       near.empty() ? "" : fmt::format(" Near it: {}.", near));
}

}  // namespace vmlab::sim
