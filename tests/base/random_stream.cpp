// Randomness is a function of the seed and the owner's name.
#include <doctest/doctest.h>

#include <set>

#include "stack/base/random.hpp"

using namespace vmlab;

TEST_CASE("streams agree for the same seed and owner only") {
    RandomStream a(seed_from_number(1), "TCPIP"), b(seed_from_number(1), "TCPIP"),
        c(seed_from_number(1), "TCPIP10"), d(seed_from_number(2), "TCPIP");
    const auto first = a.u64();
    CHECK(first == b.u64());
    CHECK(first != c.u64());
    CHECK(first != d.u64());
}

TEST_CASE("below() is in range and reaches every value") {
    RandomStream r(seed_from_number(7), "dice");
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto v = r.below(6);
        CHECK(v < 6);
        seen.insert(v);
    }
    CHECK(seen.size() == 6);
}
