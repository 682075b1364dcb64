// The virtual LAN that fits the addresses of stacks: where is the router, which addresses do the hosts take?
#pragma once

#include <optional>
#include <vector>

#include "simulator/given/surroundings.hpp"
#include "simulator/given/system_files.hpp"

namespace vmlab::sim {

/// From HOME and GATEWAY of the profiles, the first stack's before the others'. ROUTER takes every first hop
/// of GATEWAY that is on a network of HOME, and an address of its own where there is none; the hosts are on
/// the first network, or, where that has no room for them, behind ROUTER. Without a usable HOME: the shipped
/// LAN.
/// NS1 has the address of `name_server` where that is one of the first network (NSINTERADDR).
[[nodiscard]] LanPlan plan_lan(const std::vector<CheckedStack>& stacks,
                               std::optional<Ipv4Address> name_server = {});

/// The same of IPv6; ROUTER has every first hop of GATEWAY, link-local ones too. Where HOME has no IPv6
/// address, or one of a network without room for 16 bits of host number, the hosts have those of the shipped
/// LAN.
[[nodiscard]] Ipv6Plan plan_ipv6(const std::vector<CheckedStack>& stacks,
                                 std::optional<IpAddress> name_server = {});

}  // namespace vmlab::sim
