// IPv4 headers (RFC 791). Options are carried along unread (MUST-50): the host neither sets nor obeys them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kIpv4Header = 20;  ///< without options
inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolIgmp = 2;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;

struct Ipv4Header {
    std::uint8_t traffic_class = 0;  ///< Diffserv and ECN
    std::uint16_t total_length = 0;  ///< bytes, header included
    std::uint16_t identification = 0;
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint16_t fragment_offset = 0;  ///< bytes; a multiple of 8
    std::uint8_t ttl = 0;
    std::uint8_t protocol = 0;
    Ipv4Address source{};
    Ipv4Address destination{};
    std::span<const std::uint8_t>
        options{};  ///< a view of the packet it was parsed from; a multiple of 4 bytes

    std::size_t size() const { return kIpv4Header + options.size(); }
    bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

// The two bits of ECN in the traffic class (RFC 3168 section 5).
inline constexpr std::uint8_t kEcnCapable = 0b10;  ///< ECT(0): routers may mark instead of dropping
inline constexpr std::uint8_t kEcnMarked = 0b11;   ///< CE: a router has
[[nodiscard]] inline bool is_marked(std::uint8_t traffic_class) {
    return (traffic_class & kEcnMarked) == kEcnMarked;
}

/// too_long: a fragment that would end beyond 65535 bytes (the "ping of death"); its header can be read.
enum class Ipv4Fault : std::uint8_t { none, malformed, bad_checksum, too_long };

struct ParsedIpv4 {
    Ipv4Fault fault = Ipv4Fault::none;
    Ipv4Header header{};
};

/// Checks version, lengths and the header checksum. Bytes behind total_length are Ethernet padding.
[[nodiscard]] ParsedIpv4 parse_ipv4(std::span<const std::uint8_t> packet);
/// Writes header.size() bytes with their checksum to the front of `room`.
void emit_ipv4(const Ipv4Header& header, std::span<std::uint8_t> room);

/// What an ICMP error quotes: a header and at least eight bytes behind it, the rest cut off. Lengths beyond
/// the quotation and the checksum are not held against it.
struct QuotedPacket {
    IpAddress source{};
    IpAddress destination{};
    std::uint8_t protocol = 0;
    std::span<const std::uint8_t> payload{};  ///< at least 8 bytes
};
[[nodiscard]] std::optional<QuotedPacket> parse_quoted_ipv4(std::span<const std::uint8_t> quoted);

/// Takes one from the TTL in place and computes the checksum anew. `packet` holds a valid header, TTL > 0.
void decrement_ttl(std::span<std::uint8_t> packet);

}  // namespace vmlab::stack::wire
