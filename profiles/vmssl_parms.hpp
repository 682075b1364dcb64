// The operands of VMSSL, the program of a TLS/SSL server: from `:parms.` of its DTCPARMS entry, or from the
// command.
//
// Keywords may be abbreviated to their capital letters (VMSSL command syntax, z/VM TCP/IP Planning and
// Customization). An operand that cannot be understood keeps the server from starting: acceptable() is then
// false.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

enum class VmsslMode : std::uint8_t { fips_140_2, nist_800_131a };

struct ProtocolOperand {
    std::string version;  ///< "TLSV1_2"
    bool enable = true;   ///< false with `-`
    SourceLocation where{};
};

/// EXEMPT or ENABLE of one suite, or EXEMPT of a strength (LOW, MEDIUM, HIGH, NONE).
struct CipherOperand {
    std::string name;     ///< upper case
    bool enable = false;  ///< false: EXEMPT
    SourceLocation where{};
};

enum class VmsslTraceLevel : std::uint8_t { none, normal, connections, flow, debug };

struct VmsslTrace {
    VmsslTraceLevel level = VmsslTraceLevel::normal;
    bool data = false;
    std::optional<Ipv4Address> address{};  ///< none: ALL
    std::uint16_t port = 0;                ///< 0: all
    std::uint32_t length = 20;             ///< bytes shown with CONNECTIONS DATA
    SourceLocation where{};
};

struct VmsslParms {
    Sourced<std::string> key_file{"/etc/gskadm/Database.kdb", {}};
    Sourced<std::uint32_t> cache_life{86'400, {}};  ///< seconds, 0 to 24 hours
    Sourced<std::uint32_t> cache_cleanup{100, {}};  ///< connections
    std::vector<Sourced<VmsslMode>> modes{};
    std::vector<ProtocolOperand> protocols{};  ///< in the order typed
    std::vector<CipherOperand> ciphers{};      ///< in the order typed
    Sourced<bool> fallback_scsv{true, {}};
    Sourced<std::uint32_t> gsk_trace{0, {}};
    VmsslTrace trace{};

    Findings findings{};

    /// False when the server must not start with these operands.
    bool acceptable() const { return !findings.any(Severity::error); }
};

/// The names that operands may give; they depend on the level.
struct VmsslVocabulary {
    std::vector<std::string_view> suites{};  ///< EXEMPT, ENABLE
    std::vector<std::string_view> protocols{"TLSV1_2", "TLSV1_1", "TLSV1_0", "SSLV3", "SSLV2"};
};

/// The word begins an operand.
[[nodiscard]] bool is_vmssl_operand(const Word& word);

/// `operands` stand in `source`.
[[nodiscard]] VmsslParms read_vmssl_parms(const std::vector<Word>& operands, const SourceText& source,
                                          const VmsslVocabulary& names);

}  // namespace vmlab::profiles
