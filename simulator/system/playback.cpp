#include "simulator/system/playback.hpp"

#include "simulator/system/system.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

/// Between two looks at what was written meanwhile.
constexpr int kMostEvents = 10'000;

}  // namespace

const RecordedInput* Playback::next_within(const System& world) const {
    const auto* input = next();
    return input && input->within && input->events == world.events() ? input : nullptr;
}

Playback::Place Playback::approach(System& world) const {
    const auto* input = next();
    vm_assert(input);
    for (int taken = 0; world.events() < input->events; ++taken) {
        if (taken == kMostEvents) return Place::before;
        if (world.idle()) return Place::elsewhere;
        world.step();
        if (next() != input) return Place::before;  // it came within that event
    }
    if (input->within || world.events() > input->events) return Place::elsewhere;
    if (world.now() < input->at) {
        if (!world.idle() && world.next_time() <= input->at) return Place::elsewhere;
        world.run_until(input->at);
    }
    return world.now() == input->at ? Place::here : Place::elsewhere;
}

}  // namespace vmlab::sim
