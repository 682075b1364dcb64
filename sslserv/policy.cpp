// From operands to what is in force: protocols first, then suites, since both modes and protocols take suites
// away.
#include "sslserv/policy.hpp"

#include <algorithm>
#include <map>

namespace vmlab::sslserv {
namespace {

/// EXEMPT LOW, MEDIUM, HIGH, NONE: by the strength of the bulk cipher.
bool in_strength_set(const CipherSuite& suite, std::string_view set) {
    if (set == "NONE") return suite.bits == 0;
    if (set == "LOW") return suite.bits > 0 && suite.bits < 56;
    if (set == "MEDIUM") return suite.bits >= 56 && suite.bits < 128;
    if (set == "HIGH") return suite.bits >= 128;
    return false;
}

bool is_strength_set(std::string_view name) {
    return name == "NONE" || name == "LOW" || name == "MEDIUM" || name == "HIGH";
}

void decide_protocols(const Policy& policy, Protection& result) {
    result.protocols = default_protocols(policy.level);
    for (const auto& operand : policy.protocols) {
        if (operand.version == Protocol::tlsv1_3 && !policy.level.has_tls_1_3()) continue;
        if (operand.add) result.protocols.add(operand.version);
        else result.protocols.remove(operand.version);
    }
    const auto floor = result.nist ? Protocol::tlsv1_2 : result.fips ? Protocol::tlsv1_0 : Protocol::sslv2;
    for (const auto version : {Protocol::sslv2, Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1}) {
        if (version >= floor || !result.protocols.has(version)) continue;
        result.protocols.remove(version);
        for (const auto& operand : policy.protocols)
            if (operand.add && operand.version == version) result.overruled.push_back(operand);
    }
    if (result.protocols.has(Protocol::tlsv1_2)) result.protocols.remove(Protocol::sslv2);
}

bool allowed_by_modes(const CipherSuite& suite, const Protection& result) {
    const std::string_view name = suite.name;
    if (result.fips || result.nist) {
        const bool rc = name.find("RC2") != name.npos || name.find("RC4") != name.npos;
        if (suite.bits < 112 || rc || suite.mac == SuiteMac::md5) return false;
    }
    return !result.nist || suite.mac == SuiteMac::sha256 || suite.mac == SuiteMac::sha384 ||
           suite.mac == SuiteMac::aead;
}

std::map<const CipherSuite*, bool> chosen_suites(const Policy& policy, Protection& result) {
    std::map<const CipherSuite*, bool> chosen;
    for (const auto& suite : all_cipher_suites())
        chosen[&suite] =
            suite.first == Protocol::tlsv1_3 ? result.protocols.has(Protocol::tlsv1_3) : suite.included;
    for (const auto& operand : policy.ciphers) {
        const auto* suite = find_cipher_suite(operand.name);
        if (suite && is_known(*suite, policy.level)) {
            chosen[suite] = operand.enable;
        } else if (!operand.enable && is_strength_set(operand.name)) {
            for (auto& [each, included] : chosen)
                if (in_strength_set(*each, operand.name)) included = false;
        } else {
            result.unknown.push_back(operand);
        }
    }
    return chosen;
}

}  // namespace

Protection decide_protection(const Policy& policy) {
    Protection result;
    for (const auto& operand : policy.modes) {
        (operand.mode == Mode::fips_140_2 ? result.fips : result.nist) = true;
        result.rests_on.push_back(operand.where);
    }
    result.fallback_scsv = policy.fallback_scsv;
    result.elliptic_curves = policy.level.has(Apar::PI99184);
    result.knows_tls_1_3 = policy.level.has_tls_1_3();
    if (result.fips) result.weakest_hash = SignatureHash::sha1;
    if (result.nist) {
        result.min_rsa_bits = 2048;
        result.min_ec_bits = 224;
        result.weakest_hash = SignatureHash::sha256;
    }
    decide_protocols(policy, result);
    const auto chosen = chosen_suites(policy, result);
    for (const auto& suite : all_cipher_suites()) {
        if (chosen.at(&suite) && allowed_by_modes(suite, result)) result.included.push_back(&suite);
        else if (suite.listed) result.exempt.push_back(&suite);
        else result.absent.push_back(&suite);
    }
    for (const auto& operand : policy.protocols) result.rests_on.push_back(operand.where);
    for (const auto& operand : policy.ciphers) result.rests_on.push_back(operand.where);
    std::erase_if(result.rests_on, [](const SourceLocation& where) { return !where.known(); });
    return result;
}

ProtocolSet default_protocols(const Level& level) {
    ProtocolSet on{Protocol::tlsv1_2};
    if (level.begins_with_tls_1_1()) on.add(Protocol::tlsv1_1);
    return on;
}

std::vector<Protocol> known_protocols(const Level& level) {
    std::vector<Protocol> known{Protocol::tlsv1_2, Protocol::tlsv1_1, Protocol::tlsv1_0, Protocol::sslv3,
                                Protocol::sslv2};
    if (level.has_tls_1_3()) known.insert(known.begin(), Protocol::tlsv1_3);
    return known;
}

std::string_view name_of_floor(const Protection& protection) {
    return protection.weakest_hash >= SignatureHash::sha256 ? "SHA-2" : "SHA-1 or SHA-2";
}

bool meets_floor(SignatureHash hash, const Protection& protection) {
    if (protection.weakest_hash == SignatureHash::md5) return true;
    return hash != SignatureHash::unknown && hash >= protection.weakest_hash;
}

}  // namespace vmlab::sslserv
