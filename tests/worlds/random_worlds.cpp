// Random worlds, a few dozen: scripts/worlds runs thousands. And what the oracle finds when a host lies.
#include <doctest/doctest.h>

#include <set>

#include "tests/worlds/world.hpp"

using namespace vmlab;
using namespace vmlab::test;

TEST_CASE("random worlds: faults, then healed wires, and everything finishes") {
    std::uint64_t hit = 0, bytes = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto result = run_random_world(seed);
        CHECK_MESSAGE(result.violation.empty(), "scripts/worlds 1 ", seed, "\n", result.violation, "\n",
                      result.story);
        hit += result.hit;
        bytes += result.bytes;
    }
    CHECK(hit > 1000);  // the faults are no decoration
    CHECK(bytes > 1'000'000);
}

TEST_CASE("the same seed gives the same bytes on every wire, another seed others") {
    std::set<std::uint64_t> traces;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const auto first = run_random_world(seed), second = run_random_world(seed);
        CHECK(first.trace == second.trace);
        CHECK(first.events == second.events);
        traces.insert(first.trace);
    }
    CHECK(traces.size() == 6);
}
