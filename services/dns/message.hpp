// DNS messages (RFC 1035 section 4, RFC 3596): bytes ↔ typed records.
//
// What was parsed can be emitted and parsed again with the same result. Names are compressed when emitted;
// when parsed, a compression pointer must point before the name that it ends, so that no name can go round in
// circles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "stack/base/ip_address.hpp"

namespace vmlab::services {

/// Where name servers listen.
inline constexpr std::uint16_t kDnsPort = 53;
/// What a UDP message may have (RFC 1035 section 4.2.1); more is cut off, and said so by TC.
inline constexpr std::size_t kMostUdpMessage = 512;
inline constexpr std::size_t kMostTcpMessage = 65535;

/// Types and codes are numbers on the wire: others than these are kept as they are.
enum class DnsType : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    mx = 15,
    aaaa = 28,  ///< RFC 3596
    any = 255
};
[[nodiscard]] std::string name_of(DnsType type);  ///< "A", "TYPE99"
[[nodiscard]] std::optional<DnsType> dns_type(std::string_view name);

enum class DnsCode : std::uint8_t {
    ok,
    format_error,
    server_failure,
    no_such_name,
    not_implemented,
    refused
};
[[nodiscard]] std::string name_of(DnsCode code);  ///< "Non-existent domain"

inline constexpr std::uint16_t kDnsInternet = 1;  ///< the only class in use

/// A domain name: labels of 1 to 63 bytes, 255 bytes in all as they go over the wire. Letters fold.
class DnsName {
public:
    DnsName() = default;  ///< the root
    /// "www.example.test", with or without a dot at the end; nothing if it can be no name.
    static std::optional<DnsName> parse(std::string_view text);
    /// 9.60.60.3 is asked for as 3.60.60.9.in-addr.arpa, 2001:db8::3 nibble by nibble in ip6.arpa (RFC 3596).
    static DnsName reverse_of(const IpAddress& address);

    const std::vector<std::string>& labels() const { return labels_; }
    bool is_root() const { return labels_.empty(); }
    bool is_in(const DnsName& domain) const;  ///< the domain itself is
    std::string str() const;  ///< "www.example.test", the root "."; bytes that do not print as "\ddd"
    /// False, and nothing added, when the name would be too long.
    [[nodiscard]] bool append(std::string_view label);
    [[nodiscard]] bool append(const DnsName& name);

    friend bool operator==(const DnsName& a, const DnsName& b);

private:
    std::vector<std::string> labels_;
};

struct DnsMail {
    std::uint16_t preference = 0;  ///< the lowest first
    DnsName exchange{};
    friend bool operator==(const DnsMail&, const DnsMail&) = default;
};
struct DnsAuthority {
    DnsName server{}, mailbox{};
    std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0;
    friend bool operator==(const DnsAuthority&, const DnsAuthority&) = default;
};
/// The data of a type that is not taken apart.
struct DnsRaw {
    std::vector<std::uint8_t> bytes{};
    friend bool operator==(const DnsRaw&, const DnsRaw&) = default;
};

struct DnsRecord {
    DnsName name{};
    DnsType type = DnsType::a;
    std::uint16_t klass = kDnsInternet;
    std::uint32_t ttl = 0;
    /// A and AAAA: the address; NS, CNAME, PTR: a name; others as their type says.
    std::variant<Ipv4Address, DnsName, DnsMail, DnsAuthority, DnsRaw, IpAddress> data{};
    friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

struct DnsQuestion {
    DnsName name{};
    DnsType type = DnsType::a;
    std::uint16_t klass = kDnsInternet;
    friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

struct DnsMessage {
    std::uint16_t id = 0;
    bool response = false;
    std::uint8_t opcode = 0;  ///< 0 = query
    bool authoritative = false, truncated = false, recursion_desired = false, recursion_available = false;
    std::uint8_t reserved = 0;  ///< three bits that other RFCs use
    DnsCode code = DnsCode::ok;
    std::vector<DnsQuestion> questions{};
    std::vector<DnsRecord> answers{}, authority{}, additional{};
    friend bool operator==(const DnsMessage&, const DnsMessage&) = default;
};

/// Nothing when the bytes are no whole message, or more than one.
[[nodiscard]] std::optional<DnsMessage> parse_dns(std::span<const std::uint8_t> bytes);
/// At most `most` bytes: records that find no place are left out from the end, and TC is set.
[[nodiscard]] std::vector<std::uint8_t> emit_dns(const DnsMessage& message, std::size_t most);

}  // namespace vmlab::services
