// Which loopback port stands for which virtual port.
//
// A service port V is port-base + V, so that no privilege is needed and several labs fit on one laptop.
// (Above 9999 only if there is room for it.) The passive range of FTP maps 1:1: a client is told these
// numbers inside the protocol. Ports of stacks that are not exposed stay inside the world.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stack/base/ip_address.hpp"

namespace vmlab::sim {

struct PortMap {
    IpAddress exposed{};              ///< the stack's address that clients of the laptop reach
    std::uint16_t base = 10000;       ///< --port-base
    std::uint16_t passive_first = 0;  ///< FTP's PASSIVEPORTRANGE; 0 = none
    std::uint16_t passive_last = 0;   ///< inclusive

    /// The loopback port of this listener of a stack, if it is exposed at all. Of IPv6 any is: whose it is,
    /// EdgeHooks::exposes knows.
    std::optional<std::uint16_t> loopback_port(const Endpoint& where) const;
    /// Whether clients count on it: a service port up to 9999, or one of the passive range. Others fall among
    /// the ports that the host gives to its own clients: they are there if nobody has them.
    bool is_needed(const Endpoint& where) const;
    /// Why this map cannot work ("--port-base 60000: …"), or nothing.
    std::optional<std::string> objection() const;

private:
    bool is_passive(unsigned port) const;
};

}  // namespace vmlab::sim
