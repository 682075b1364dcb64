// The shipped system with TCPMAINT at a prompt, for tests of the pool of SSL servers.
#pragma once

#include <functional>

#include "tests/world/changed_world.hpp"

namespace vmlab::sim {

struct Pool : BaselineWorld {
    explicit Pool(const WorldOptions& options = baseline_options()) : BaselineWorld(options) {
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
    /// What TCPMAINT reads after typing a line.
    std::string typed(const std::string& line) {
        system().close_console("TCPMAINT");
        type("TCPMAINT", line);
        return console("TCPMAINT");
    }
    std::size_t ready() const {
        std::size_t n = 0;
        const auto stack = world.stack("TCPIP");
        for (const auto& member : stack->members) n += member.state == stack::MemberState::ready;
        return n;
    }
    std::size_t sessions() const { return world.stack("TCPIP")->secure_sessions; }
    /// Looks now and then, not after every event: a snapshot of thousands of connections has its price.
    bool until(Duration at_most, const std::function<bool()>& done) {
        for (const Instant end = system().now() + at_most; system().now() < end; run(milliseconds{50}))
            if (done()) return true;
        return done();
    }
};

}  // namespace vmlab::sim
