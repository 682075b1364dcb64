// A random world: from a seed come networks, routers, hosts with stacks, traffic and faults. First the faults
// are in force (the safety phase), then all wires are healed, and everything must finish.
//
// What must hold after every event:
//   - every byte arrives once and in order, and is what was sent (Endpoint::take)
//   - what hosts put on the wire keeps to sequence numbers and windows (wire_watch.hpp)
//   - a stack with data outstanding has a timer
// and in the end: every flow was served, no connection, buffer or packet is left.
//
// The same seed gives the same bytes on every wire (RunResult::trace).
#pragma once

#include <cstdint>
#include <string>

#include "simulator/network/capture.hpp"

namespace vmlab::test {

struct RunResult {
    std::string violation{};  ///< empty: nothing was wrong
    std::uint64_t trace = 0;  ///< of every frame: when, where, which bytes
    std::uint64_t events = 0, frames = 0, bytes = 0;
    std::uint64_t hit = 0;  ///< frames that were lost, changed or late
    std::string story{};    ///< what the world was, in a few lines
};

/// `capture`, where there is one, gets every frame.
[[nodiscard]] RunResult run_random_world(std::uint64_t seed, sim::Capture* capture = nullptr);

}  // namespace vmlab::test
