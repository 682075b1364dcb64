// Events come out by time, and in the order they went in where the time is the same.
#include "simulator/system/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "stack/base/random.hpp"

using namespace vmlab;
using namespace vmlab::sim;

TEST_CASE("the order is (time, sequence), whatever the order of pushing") {
    RandomStream random(seed_from_number(3), "order");
    EventQueue queue;
    std::vector<std::pair<std::int64_t, int>> expected;
    for (int i = 0; i < 5000; ++i) {
        const auto at = std::int64_t(random.below(40));
        expected.emplace_back(at, i);
        queue.push({Instant{Duration{at}}, MachineIndex{}, CauseId::none, ConsoleTyped{std::to_string(i)}});
        if (random.below(4) == 0) {
            const auto least = std::min_element(expected.begin(), expected.end());
            CHECK(std::get<ConsoleTyped>(queue.pop().payload).text == std::to_string(least->second));
            expected.erase(least);
        }
    }
    std::sort(expected.begin(), expected.end());
    for (const auto& [at, i] : expected) {
        const Event event = queue.pop();
        CHECK(event.at == Instant{Duration{at}});
        CHECK(std::get<ConsoleTyped>(event.payload).text == std::to_string(i));
    }
    CHECK(queue.empty());
}
