// Address resolution for IPv4 over Ethernet (RFC 826): one fixed form of 28 bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kArpPacket = 28;

enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

struct ArpPacket {
    ArpOperation operation = ArpOperation::request;
    MacAddress sender_mac{};
    Ipv4Address sender{};
    MacAddress target_mac{};
    Ipv4Address target{};

    friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

/// `packet` follows the Ethernet header; padding behind it is ignored. Nothing unless it is IPv4 over
/// Ethernet.
[[nodiscard]] std::optional<ArpPacket> parse_arp(std::span<const std::uint8_t> packet);
/// Writes kArpPacket bytes to the front of `room`.
void emit_arp(const ArpPacket& packet, std::span<std::uint8_t> room);

}  // namespace vmlab::stack::wire
