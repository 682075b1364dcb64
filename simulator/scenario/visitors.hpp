// Scripted clients on WS1 in the place of real ones, which cannot be asked to come again; and one on WS3,
// behind the router.
//
// One visits every port at which the good system listens, as its usual client would; another comes to Telnet
// in clear, one with an old TLS to a port that is SECURE; a patient one stays logged on and says nothing.
// Where the system has an IPv6 address, the usual clients come there, too. Whoever is not served by the good
// system stays away: that it is refused is no fault.
#pragma once

#include <vector>

#include "simulator/machines/conversation.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

enum class Visitors : std::uint8_t {
    brief,   ///< gone within seconds
    patient  ///< among them one that is idle for minutes
};

/// Lets all of them visit this good system, which has been brought up, and keeps those that it serves.
[[nodiscard]] std::vector<Conversation> visitors_of(World& good, const Userid& stack, Visitors which);

/// WS3 connects to the first one's server, of IPv4 and of IPv6: whoever is answered at all is answered by
/// that road. Then all at once, until the last is gone. The visits' numbers, for Workstation::result.
std::vector<std::uint32_t> let_visit(World& world, const std::vector<Conversation>& visitors);

}  // namespace vmlab::sim
