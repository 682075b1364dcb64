// The wheel against a sorted set: the same entries come out in the same order, whatever the distances.
#include "stack/tcp/timer_wheel.hpp"

#include <doctest/doctest.h>

#include <set>

#include "stack/base/random.hpp"

using namespace vmlab;
using namespace vmlab::stack;

TEST_CASE("entries come out by time, the lowest id among equals, over all levels") {
    RandomStream random(seed_from_number(4), "wheel");
    TimerWheel wheel;
    std::set<TimerWheel::Entry> model;
    Instant now = instant_of({2019, 10, 9, 0, 12, 0, 0, 0});
    std::uint32_t id = 0;
    std::size_t taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        for (auto n = random.below(3); n > 0; --n) {
            // From nanoseconds to a year ahead, and now and then in the past.
            const auto far = Duration(std::int64_t(random.u64() >> (9 + random.below(54))));
            const TimerWheel::Entry entry{random.below(20) == 0 ? now - far % seconds{1} : now + far, id++};
            wheel.add(entry);
            model.insert(entry);
        }
        now += Duration(std::int64_t(random.u64() >> (20 + random.below(40))));
        while (!model.empty() && model.begin()->at <= now) {
            REQUIRE(wheel.nearest() == *model.begin());
            wheel.take_nearest();
            model.erase(model.begin());
            ++taken;
        }
        REQUIRE(wheel.size() == model.size());
        if (model.empty()) REQUIRE_FALSE(wheel.nearest());
        else REQUIRE(wheel.nearest() == *model.begin());
    }
    CHECK(taken > 15'000);
}
