// The shipped system with an IPv6 address in HOME beside that of IPv4, and a route of IPv6 to the router.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/world/changed_world.hpp"

namespace vmlab::sim {

/// Its address, and those of hosts of the site (simulator/site.hpp).
inline const IpAddress kHome6 = *IpAddress::parse("2001:db8:60::3");
inline const IpAddress kRouter6 = *IpAddress::parse("2001:db8:60::1");
inline const IpAddress kWorkstation6 = *IpAddress::parse("2001:db8:60::4");
inline const IpAddress kFarWorkstation6 = *IpAddress::parse("2001:db8:61::4");

/// `home` and `route` stand behind the lines of IPv4; `more` comes after.
inline WorldOptions dual_stack(const std::string& home = "2001:db8:60::3/64 ETH0",
                               const std::string& route = "DEFAULTNET fe80::1 ETH0 1500",
                               std::vector<Edit> more = {}) {
    constexpr const char* kFile = "TCPMAINT.198/PROFILE.TCPIP";
    constexpr const char* kHomeLine = "9.60.60.3 255.255.255.0 ETH0";
    constexpr const char* kRouteLine = "DEFAULTNET                  9.60.60.1   ETH0  1500";
    std::vector<Edit> edits{{kFile, kHomeLine, std::string(kHomeLine) + "\n  " + home},
                            {kFile, kRouteLine, std::string(kRouteLine) + "\n  " + route}};
    for (auto& edit : more) edits.push_back(std::move(edit));
    return changed(edits);
}

struct DualStackWorld : BaselineWorld {
    explicit DualStackWorld(const WorldOptions& options = dual_stack()) : BaselineWorld(options) {
        run(seconds{2});  // its addresses are proved
    }

    ConversationResult talk_from(Workstation& from, Conversation what) {
        const auto number = from.start(std::move(what), system());
        system().run_until(system().now() + minutes{5}, [&] { return from.result(number).ended; });
        const auto result = from.result(number);
        from.forget(number, system());
        return result;
    }
    /// The mail server says its 220 to a client there, who comes by IPv6.
    bool greets(Workstation& from) {
        Conversation c;
        c.steps = {OpenConnection{{kHome6, 25}}, ExpectReply{"220"}};
        return talk_from(from, std::move(c)).succeeded;
    }
    bool greets() { return greets(world.workstation()); }
    bool echoes(Workstation& from, const IpAddress& to) {
        Conversation c;
        c.steps = {SendEcho{to}};
        c.patience = seconds{5};
        return talk_from(from, std::move(c)).succeeded;
    }
    std::uint64_t drops(stack::DropReason reason) {
        return world.stack("TCPIP")->stack.drops[std::size_t(reason)];
    }
};

}  // namespace vmlab::sim
