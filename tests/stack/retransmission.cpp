// Loss recovery without SACK (RFC 6582), with it (RFC 6675), and at the tail.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

/// Loses the data segments with these ordinal numbers (1 = the first sent), counts what the timer had to do.
struct Lossy : Pair {
    explicit Lossy(std::vector<int> lost_ones) : lost(std::move(lost_ones)) {
        REQUIRE(open());
        net.filter = [this](const Seen& s) {
            if (!s.is_tcp || s.from != 0 || s.payload == 0) return true;
            ++count;
            return std::find(lost.begin(), lost.end(), count) == lost.end();
        };
    }
    /// How long `bytes` take to arrive.
    Duration transfer(std::size_t bytes) {
        const Instant begin = net.now;
        client.stream(at_client, bytes, false);
        REQUIRE(net.run_until([&] { return server.text[at_server].size() == bytes; }, minutes{1}));
        CHECK(is_pattern(server.text[at_server]));
        return net.now - begin;
    }
    std::vector<int> lost;
    int count = 0;
};

}  // namespace

TEST_CASE("several holes in one window are filled in one round trip each at most") {
    Lossy p({12, 14, 16, 18});
    CHECK(p.transfer(60'000) < milliseconds{40});
    CHECK(p.client.row(p.at_client).retransmitted == 4);
}

TEST_CASE("a retransmission that is lost again is noticed before the timer") {
    Lossy p({12, 32});
    const auto took = p.transfer(200'000);
    CHECK(took < milliseconds{150});
}

TEST_CASE(
    "the last segment lost: the tail probe brings it again, long before the timer (RFC 8985 section 7)") {
    Lossy p({6});
    const auto took = p.transfer(6 * 1448);
    CHECK(took >= milliseconds{4});
    CHECK(took < milliseconds{10});
    CHECK(p.client.row(p.at_client).retransmitted == 1);
}

TEST_CASE("the last segment of an odd number lost: its ACK might be delayed, and the timer is not later") {
    Lossy p({5});
    const auto took = p.transfer(5 * 1448);
    CHECK(took >= milliseconds{200});
    CHECK(took < milliseconds{260});
}

TEST_CASE("a whole window lost: slow start begins again, and nothing is sent twice without need") {
    std::vector<int> burst;
    for (int i = 11; i <= 30; ++i) burst.push_back(i);
    Lossy p(burst);
    p.transfer(100'000);
    CHECK(p.client.row(p.at_client).retransmitted >= 20);
    CHECK(p.client.row(p.at_client).retransmitted <= 30);
}

TEST_CASE("reordering by less than three segments is not taken for loss") {
    Pair p(5, {.reorder = 200'000, .delay = milliseconds{10}, .reorder_by = microseconds{1}});
    REQUIRE(p.open());
    p.client.stream(p.at_client, 300'000, true);
    p.net.run_for(minutes{1});
    CHECK(p.server.text[p.at_server].size() == 300'000);
}

TEST_CASE("a congestion window grows by slow start from ten segments") {
    Pair p(1, {.delay = milliseconds{50}});
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    p.client.stream(p.at_client, 250'000, false);
    p.net.run_for(milliseconds{10});
    std::size_t first_flight = 0;
    for (const auto& s : p.net.seen) first_flight += s.is_tcp && s.from == 0 && s.payload > 0;
    CHECK(first_flight == 10);
    p.net.run_for(milliseconds{110});
    std::size_t two_flights = 0;
    for (const auto& s : p.net.seen) two_flights += s.is_tcp && s.from == 0 && s.payload > 0;
    CHECK(two_flights >= 25);  // every second segment is acknowledged: one and a half times as many
    CHECK(two_flights <= 31);
}

TEST_CASE("RFC 6298 (5.7): after a SYN was lost, and nothing measured, the timeout begins at three seconds") {
    for (const bool timestamps : {false, true}) {
        CAPTURE(timestamps);
        StackOptions options;
        options.timestamps = timestamps;
        Pair p(1, {}, options);
        bool lost = false;
        p.net.filter = [&](const Seen& s) { return !s.is_tcp || std::exchange(lost, true); };
        REQUIRE(p.open());
        CHECK(p.client.row(p.at_client).rto == seconds{3});
        CHECK(p.server.row(p.at_server).rto < seconds{3});  // its SYN was not lost
        p.client.send(p.at_client, "measured now");
        p.net.run_for(seconds{1});
        CHECK(p.client.row(p.at_client).rto == milliseconds{200});
    }
}
