// The site around the system: the hosts of its networks, and what its name server says of them. It is as it
// is, whatever the configuration files say of it; files of another system than the shipped one have a LAN0
// that follows them (LanPlan).
//
//   LAN0 9.60.60.0/24   .1 ROUTER  .2 NS1  .3 TCPIP  .4 WS1  .7 WS2  .10 TCPIP10  .200 LAPTOP
//        2001:db8:60::/64   the same numbers, and fe80::1 for ROUTER
//   LAN1 9.60.61.0/24   .1 ROUTER  .4 WS3
//        2001:db8:61::/64   the same numbers
//   HIPERS, CTC         stacks with such devices
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/dns/zone.hpp"
#include "simulator/given/surroundings.hpp"
#include "stack/base/ip_address.hpp"

namespace vmlab::sim::site {

/// The names of its wires, as scenarios and WIRE know them.
inline constexpr std::string_view kWires[] = {"LAN0", "LAN1", "HIPERS", "CTC"};
/// Where devices of this kind (as DEVICE spells it) lead: HiperSockets to one network of all stacks, CTCs to
/// one wire, adapters to LAN0.
[[nodiscard]] std::string_view wire_of(std::string_view device_type);

inline constexpr Ipv4Address kFarRouter = Ipv4Address::of(9, 60, 61, 1);
inline constexpr Ipv4Address kFarWorkstation = Ipv4Address::of(9, 60, 61, 4);
inline constexpr IpAddress kFarNetwork6{std::array<std::uint8_t, 16>{0x20, 0x01, 0x0d, 0xb8, 0, 0x61}};

/// The hosts of the site by name, as zone() has them.
[[nodiscard]] std::vector<std::pair<IpAddress, std::string>> hosts(const LanPlan& plan);
/// example.test, and the names of its addresses. What the zone has for practice beside the hosts: an alias
/// (mail), mail exchangers, and a name with more addresses than a UDP answer holds (many).
/// `host` is the name of the system at LanPlan::home and Ipv6Plan::home, in example.test or in a domain of
/// its own.
[[nodiscard]] services::DnsZone zone(const LanPlan& plan, const std::string& host);

}  // namespace vmlab::sim::site
