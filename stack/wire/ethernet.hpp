// Ethernet II headers: 14 bytes in front of every frame; no tag, no trailer (the wire is virtual).
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kEthernetHeader = 14;
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

/// Where frames to a group of hosts go (RFC 2464 section 7).
[[nodiscard]] inline MacAddress mac_of_group(const IpAddress& group) {
    const auto& b = group.bytes();
    return {{0x33, 0x33, b[12], b[13], b[14], b[15]}};
}

struct EthernetHeader {
    MacAddress destination{};
    MacAddress source{};
    std::uint16_t type = 0;

    friend bool operator==(const EthernetHeader&, const EthernetHeader&) = default;
};

/// Nothing if the frame is shorter than a header.
[[nodiscard]] inline std::optional<EthernetHeader> parse_ethernet(std::span<const std::uint8_t> frame) {
    if (frame.size() < kEthernetHeader) return std::nullopt;
    EthernetHeader header;
    std::memcpy(header.destination.bytes.data(), frame.data(), 6);
    std::memcpy(header.source.bytes.data(), frame.data() + 6, 6);
    header.type = std::uint16_t(frame[12] << 8 | frame[13]);
    return header;
}
/// Writes kEthernetHeader bytes to the front of `room`.
void emit_ethernet(const EthernetHeader& header, std::span<std::uint8_t> room);

}  // namespace vmlab::stack::wire
