// Operands of commands that other files have: what QUERY and DETACH know of virtual networks.
#pragma once

#include <optional>

#include "simulator/commands/command.hpp"

namespace vmlab::sim {

/// QUERY VSWITCH, QUERY LAN: [name] [ACCESSLIST|DETAILS].
Outcome query_vswitch(Call& call);
Outcome query_lan(Call& call);
/// QUERY [VIRTUAL] NIC, QUERY VIRTUAL OSA: [vdev] [USER userid] [DETAILS].
Outcome query_nic(Call& call);
Outcome query_virtual_osa(Call& call);
/// DETACH VSWITCH, LAN or NIC; nothing when it is another device that is to be detached.
std::optional<Outcome> detach_virtual_network(Call& call);

}  // namespace vmlab::sim
