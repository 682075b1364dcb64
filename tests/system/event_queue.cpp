// Events come out by time, and in the order they went in where the time is the same.
#include "simulator/system/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "stack/base/random.hpp"
#include "tests/heap.hpp"

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

TEST_CASE("the memory of a flood of events goes back, and none of those that still wait is lost") {
    EventQueue queue;
    const auto before = bytes_in_use();
    for (int i = 0; i < 50'000; ++i)
        queue.push({Instant{Duration{i}}, MachineIndex{}, CauseId::none, ConsoleTyped{std::to_string(i)}});
    const auto flooded = bytes_in_use() - before;
    for (int i = 0; i < 49'900; ++i)
        CHECK(std::get<ConsoleTyped>(queue.pop().payload).text == std::to_string(i));
    CHECK(bytes_in_use() - before < flooded / 8);
    Event more{Instant{Duration{49'950}}, MachineIndex{}, CauseId::none, ConsoleTyped{"joins"}};
    queue.push(std::move(more));
    CHECK(queue.last() != nullptr);
    for (int i = 49'900; i < 50'000; ++i) {
        CHECK(std::get<ConsoleTyped>(queue.pop().payload).text == std::to_string(i));
        if (i == 49'950) CHECK(std::get<ConsoleTyped>(queue.pop().payload).text == "joins");
    }
    CHECK(queue.empty());
}
