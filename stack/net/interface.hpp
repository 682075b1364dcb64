// A network interface of the stack: its configuration, its addresses, its counters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/source_location.hpp"
#include "stack/net/ipv6_addresses.hpp"

namespace vmlab::stack {

struct InterfaceConfig {
    std::string name;  ///< the link name: ETH0
    MacAddress mac{};
    std::uint16_t mtu = 1500;  ///< of IP datagrams
    bool up = true;
    SourceLocation where{};
    bool autoconfigures = false;  ///< IPv6: asks for routers and believes them (RFC 4862)
    /// IPv6: asks whether anybody has an address before it is used. Without (DupAddrDetectTransmits 0, RFC
    /// 4862 section 5.1) an address is used at once, and nobody is told.
    bool proves = true;
    /// Of addresses that belong to no adapter (VIPA): no frame comes or goes, no route leads there.
    bool is_virtual = false;
};

/// The addresses of ours that what leaves by an interface has, where nobody chose one; unspecified: that of
/// the interface.
struct Sources {
    Ipv4Address v4{};
    IpAddress v6{};
    friend bool operator==(const Sources&, const Sources&) = default;
};

struct Interface {
    InterfaceConfig config{};
    std::vector<std::pair<Ipv4Address, Ipv4Address>> addresses{};  ///< address, mask
    Ipv6Addresses ipv6{};
    std::uint16_t ipv6_mtu = 0;  ///< what a router said of the link; 0 = nothing
    Sources sources{};
    std::uint64_t bytes_in = 0, bytes_out = 0, frames_in = 0, frames_out = 0;

    [[nodiscard]] bool has(Ipv4Address address) const {
        for (const auto& [own, mask] : addresses)
            if (own == address) return true;
        return false;
    }
    /// Limited, or directed to a network that we are attached to.
    [[nodiscard]] bool is_broadcast(Ipv4Address address) const {
        if (address.is_limited_broadcast()) return true;
        if (config.is_virtual) return false;
        for (const auto& [own, mask] : addresses)
            if (~mask.value > 1 && address.value == (own.value | ~mask.value)) return true;
        return false;
    }
    /// The attached network that an address belongs to: its lowest address.
    [[nodiscard]] std::optional<Ipv4Address> network_of(Ipv4Address address) const {
        for (const auto& [own, mask] : addresses)
            if ((own.value & mask.value) == (address.value & mask.value))
                return Ipv4Address{own.value & mask.value};
        return std::nullopt;
    }
    /// The address to speak from to `destination`: one of its network if there is one.
    [[nodiscard]] Ipv4Address source_for(Ipv4Address destination) const {
        for (const auto& [own, mask] : addresses)
            if ((own.value & mask.value) == (destination.value & mask.value)) return own;
        return addresses.empty() ? Ipv4Address{} : addresses.front().first;
    }
};

}  // namespace vmlab::stack
