// The cryptographic hardware of the machine that z/VM runs on: CPACF, and the AP queues of Crypto Express
// cards. A guest has CPACF as it is; APs by CRYPTO of its directory entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/level.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab::sim {

struct DirectoryEntry;

struct CryptoCard {
    enum class Kind : std::uint8_t { accelerator, cca, ep11 } kind = Kind::accelerator;
    std::string type{};  ///< "CEX6A"

    /// "CEX6A": generation 4 to 8, then A (accelerator), C (CCA coprocessor) or P (EP11). Nothing else is
    /// one.
    static std::optional<CryptoCard> parse(std::string_view type);
    /// It does clear-key RSA for whoever shares it.
    [[nodiscard]] bool shares_rsa() const { return kind != Kind::ep11; }
    friend bool operator==(const CryptoCard&, const CryptoCard&) = default;
};

struct MachineCrypto {
    bool cpacf = true;
    std::vector<CryptoCard> cards{};  ///< AP 0, 1, …, one domain each

    friend bool operator==(const MachineCrypto&, const MachineCrypto&) = default;
};

/// What the TLS server of a guest has of it.
struct GuestCrypto {
    bool cpacf = true;
    bool apvirtual = false;                  ///< shared APs do its RSA
    std::string why_no_ap{};                 ///< without APs: a clause
    std::vector<SourceLocation> rests_on{};  ///< the lines that decide about APs
};
/// Without an entry a guest has no APs.
[[nodiscard]] GuestCrypto crypto_of_guest(const DirectoryEntry* entry, const MachineCrypto& machine,
                                          const Level& level);

/// QUERY CRYPTO APQS: a line for each AP queue.
[[nodiscard]] std::vector<std::string> report_ap_queues(const MachineCrypto& machine);
/// QUERY CRYPTO DOMAINS.
[[nodiscard]] std::vector<std::string> report_crypto_domains(const MachineCrypto& machine);
/// QUERY VIRTUAL CRYPTO of a guest with this entry.
[[nodiscard]] std::vector<std::string> report_virtual_crypto(const DirectoryEntry* entry,
                                                             const MachineCrypto& machine);

}  // namespace vmlab::sim
