// UDP headers (RFC 768). We always send a checksum; a received zero means that the sender computed none.
#pragma once

#include <cstdint>
#include <span>

#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kUdpHeader = 8;

struct UdpHeader {
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint16_t length = 0;  ///< bytes, header included
};

enum class UdpFault : std::uint8_t { none, malformed, bad_checksum };

struct ParsedUdp {
    UdpFault fault = UdpFault::none;
    UdpHeader header{};
};

/// `bytes` is the payload of the IP datagram between the two addresses; bytes behind `length` are ignored.
[[nodiscard]] ParsedUdp parse_udp(std::span<const std::uint8_t> bytes, const IpAddress& source,
                                  const IpAddress& destination);
/// Writes the header in front of a payload that already stands in its place: room = header + payload.
void emit_udp_header(std::uint16_t source_port, std::uint16_t destination_port, const IpAddress& source,
                     const IpAddress& destination, std::span<std::uint8_t> room);

}  // namespace vmlab::stack::wire
