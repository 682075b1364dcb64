// IPv6 headers and the extension headers behind them (RFC 8200).
//
// Options are read only so far as their kind demands: one that is not known is skipped, or ends the packet,
// with or without a word to its sender (section 4.2). A source route is never followed (RFC 5095).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/ip_address.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kIpv6Header = 40;
inline constexpr std::size_t kFragmentHeader = 8;
inline constexpr std::uint16_t kLeastIpv6Mtu = 1280;  ///< section 5
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;
inline constexpr std::uint8_t kNextFragment = 44;

struct Ipv6Header {
    std::uint8_t traffic_class = 0;  ///< Diffserv and ECN
    std::uint32_t flow_label = 0;    ///< 20 bits
    std::uint16_t payload_length = 0;
    std::uint8_t next_header = 0;
    std::uint8_t hop_limit = 0;
    IpAddress source{}, destination{};

    friend bool operator==(const Ipv6Header&, const Ipv6Header&) = default;
};

struct Ipv6Fragment {
    std::uint16_t offset = 0;  ///< bytes; a multiple of 8
    bool more = false;
    std::uint32_t identification = 0;
};

enum class Ipv6Fault : std::uint8_t {
    none,
    malformed,
    discarded,  ///< an option wants a host that does not know it to throw the packet away
    problem,    ///< the sender is to hear of it: code and pointer
};

struct ParsedIpv6 {
    Ipv6Fault fault = Ipv6Fault::none;
    Ipv6Header header{};
    std::uint8_t protocol = 0;  ///< what stands behind the extension headers, 59 = nothing
    std::uint8_t before = 6;    ///< where the number of the header at `payload_at` stands
    std::size_t payload_at = kIpv6Header;
    std::optional<Ipv6Fragment> fragment{};  ///< then the payload is a part
    std::uint8_t problem_code = 0;           ///< of the Parameter Problem
    std::uint32_t problem_at = 0;
    bool problem_though_group = false;  ///< told even when the packet went to a group
};

/// Version, lengths, and the road to the payload. Bytes behind the payload length are padding of the link.
[[nodiscard]] ParsedIpv6 parse_ipv6(std::span<const std::uint8_t> packet);
/// Writes kIpv6Header bytes to the front of `room`.
void emit_ipv6(const Ipv6Header& header, std::span<std::uint8_t> room);
/// Writes kFragmentHeader bytes to the front of `room`.
void emit_fragment_header(std::uint8_t next, const Ipv6Fragment& fragment, std::span<std::uint8_t> room);

[[nodiscard]] std::optional<QuotedPacket> parse_quoted_ipv6(std::span<const std::uint8_t> quoted);
/// By the version that the packet begins with.
[[nodiscard]] inline std::optional<QuotedPacket> parse_quoted(std::span<const std::uint8_t> quoted) {
    return !quoted.empty() && quoted[0] >> 4 == 6 ? parse_quoted_ipv6(quoted) : parse_quoted_ipv4(quoted);
}

}  // namespace vmlab::stack::wire
