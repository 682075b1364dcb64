// The policy of an SSL server: VMSSL's operands as a value, and what follows from them.
//
// Operands keep their order and their place in DTCPARMS; the defaults are those of the level. The text of
// :parms. is read in profiles/; the decision what is in force is taken here, purely.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "sslserv/cipher_suites.hpp"
#include "sslserv/keydb/crypto.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/level.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

class ProtocolSet {
public:
    constexpr ProtocolSet() = default;
    constexpr ProtocolSet(std::initializer_list<Protocol> versions) {
        for (const auto v : versions) add(v);
    }
    constexpr void add(Protocol v) { bits_ = std::uint8_t(bits_ | 1u << unsigned(v)); }
    constexpr void remove(Protocol v) { bits_ = std::uint8_t(bits_ & ~(1u << unsigned(v))); }
    constexpr bool has(Protocol v) const { return (bits_ >> unsigned(v) & 1u) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    friend constexpr bool operator==(ProtocolSet, ProtocolSet) = default;

private:
    std::uint8_t bits_ = 0;
};

/// PROTOCOL [+|-]version.
struct ProtocolOperand {
    Protocol version{};
    bool add = true;
    SourceLocation where{};
};
/// EXEMPT or ENABLE with the name of a suite, or (EXEMPT only) LOW, MEDIUM, HIGH or NONE.
struct CipherOperand {
    std::string name;  ///< upper case
    bool enable = false;
    SourceLocation where{};
};
enum class Mode : std::uint8_t { fips_140_2, nist_800_131a };
struct ModeOperand {
    Mode mode{};
    SourceLocation where{};
};

enum class TraceLevel : std::uint8_t { none, normal, connections, flow, debug };
/// TRACE level [DATA] filter. Nothing in `address` and port 0 = ALL.
struct Trace {
    TraceLevel level = TraceLevel::normal;
    bool data = false;
    std::optional<IpAddress> address{};
    std::uint16_t port = 0;
    std::uint32_t length = 20;  ///< bytes shown with DATA
};

struct Policy {
    Level level{};  ///< of the system: what is known, and the defaults
    std::string key_file = "/etc/gskadm/Database.kdb";
    SourceLocation key_file_where{};
    Duration cache_life = hours(24);    ///< 0..24 hours
    std::uint32_t cache_cleanup = 100;  ///< 10..1000 connections
    std::vector<ModeOperand> modes{};
    std::vector<ProtocolOperand> protocols{};
    std::vector<CipherOperand> ciphers{};
    bool fallback_scsv = true;    ///< a client that fell back although it need not is refused (RFC 7507)
    std::uint32_t gsk_trace = 0;  ///< mask: gsk_trace.hpp
    Trace trace{};
};

/// What a policy comes to.
struct Protection {
    ProtocolSet protocols{};
    std::vector<const CipherSuite*> included{};  ///< in order of preference
    std::vector<const CipherSuite*> exempt{};    ///< of the names that are always listed
    std::vector<const CipherSuite*> absent{};    ///< known, not enabled, not listed until they are
    std::vector<CipherOperand> unknown{};        ///< operands that name no suite
    std::vector<ProtocolOperand> overruled{};    ///< PROTOCOL operands that a MODE takes back
    bool fips = false, nist = false;
    unsigned min_rsa_bits = 1024;
    unsigned min_ec_bits = 160;
    SignatureHash weakest_hash = SignatureHash::md5;  ///< that a certificate may be signed with
    bool fallback_scsv = true;
    bool elliptic_curves = true;  ///< certificates with such keys are served
    bool knows_tls_1_3 = false;   ///< supported_versions of a client counts
    /// The operands that depart from the defaults: a refusal that follows from policy rests on these.
    std::vector<SourceLocation> rests_on{};
};

/// MODE wins over PROTOCOL and ENABLE; TLSV1_2 switches SSLV2 off; of operands that contradict the later one
/// counts.
[[nodiscard]] Protection decide_protection(const Policy& policy);

[[nodiscard]] ProtocolSet default_protocols(const Level& level = Level());
/// What PROTOCOL may name, newest first.
[[nodiscard]] std::vector<Protocol> known_protocols(const Level& level);
/// A certificate signed with this hash is not too weak. The signature on a root's own certificate proves
/// nothing and is not asked.
[[nodiscard]] bool meets_floor(SignatureHash hash, const Protection& protection);
/// "SHA-2", "SHA-1 or SHA-2": what meets it.
[[nodiscard]] std::string_view name_of_floor(const Protection& protection);

}  // namespace vmlab::sslserv
