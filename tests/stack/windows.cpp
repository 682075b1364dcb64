// Flow control: shut windows, their probing, their reopening, and silly windows that are avoided.
#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

TEST_CASE("a user that takes nothing stops the sender at the window; taking starts it again at once") {
    Pair p;
    REQUIRE(p.open());
    p.server.takes = false;
    p.client.stream(p.at_client, 1'000'000, true);
    p.net.run_for(seconds{3});
    const auto held = p.server.text[p.at_server].size();
    CHECK(held <= 64 * 1024);
    CHECK(held > 63 * 1024);
    CHECK(p.client.row(p.at_client).send_window == 0);
    p.server.takes = true;
    const Instant begin = p.net.now;
    p.server.stack.consumed(p.at_server, held, p.net.now, p.server);
    p.net.run_until([&] { return p.server.text[p.at_server].size() == 1'000'000; }, minutes{2});
    CHECK(p.server.text[p.at_server].size() == 1'000'000);
    CHECK(p.net.now - begin < seconds{1});
    CHECK(is_pattern(p.server.text[p.at_server]));
}

TEST_CASE("the window offered grows with what the user takes in a round trip, up to the limit") {
    constexpr Faults kFar{.delay = milliseconds{50}};
    /// The largest window, and what came in ten seconds.
    struct Outcome {
        std::uint32_t window = 0;
        std::size_t bytes = 0;
    };
    const auto offered = [&](std::size_t at_once, bool takes, std::size_t limit, int scale) {
        StackOptions options;
        options.receive_buffer = limit;
        Pair p(1, kFar, options);
        REQUIRE(p.open());
        p.net.keeps_frames = true;
        p.server.takes = takes;
        for (int i = 0; i < 10; ++i) {
            p.client.stream(p.at_client, at_once, false);
            p.net.run_for(seconds{1});
        }
        Outcome outcome{0, p.server.text[p.at_server].size()};
        for (const auto& s : p.net.seen)
            if (s.is_tcp && s.from == 1 && !s.tcp.flags.syn)
                outcome.window = std::max(outcome.window, std::uint32_t(s.tcp.window) << scale);
        return outcome;
    };
    constexpr std::size_t kLimit = 256 * 1024, kWithoutEnd = 100'000'000;
    const auto fast = offered(kWithoutEnd, true, kLimit, 3);
    CHECK(fast.window == kLimit);
    CHECK(fast.bytes > 20'000'000);                      // 64 KiB a round trip would be 6.5 MB
    const auto slow = offered(20'000, true, kLimit, 3);  // in ten round trips
    CHECK(slow.window == 64 * 1024);
    CHECK(slow.bytes == 200'000);
    const auto idle = offered(kWithoutEnd, false, kLimit, 3);
    CHECK(idle.window <= 64 * 1024);
    CHECK(idle.bytes <= 64 * 1024);
    CHECK(offered(kWithoutEnd, true, 150'000, 2).window <= 150'000);
}

TEST_CASE(
    "a shut window is probed, ever less often, and never given up while the peer answers (MUST-36, 37)") {
    Pair p;
    REQUIRE(p.open());
    p.server.takes = false;
    p.client.stream(p.at_client, 400'000, false);
    p.net.run_for(seconds{10});
    p.net.keeps_frames = true;
    p.net.run_for(hours{1});
    CHECK(p.client.state(p.at_client) == TcpState::established);
    std::size_t probes = 0;
    for (const auto& s : p.net.seen) probes += s.is_tcp && s.from == 0;
    CHECK(probes >= 3600 / 120 - 2);
    CHECK(probes <= 3600 / 120 + 4);
    for (const auto& s : p.net.seen) CHECK((s.from == 1 || s.payload <= 1));
}

TEST_CASE("the window update is lost: the probe finds the window open") {
    Pair p;
    REQUIRE(p.open());
    p.server.takes = false;
    p.client.stream(p.at_client, 400'000, false);
    p.net.run_for(seconds{5});
    const auto held = p.server.text[p.at_server].size();
    p.net.filter = [](const Seen& s) { return !(s.is_tcp && s.from == 1); };
    p.server.stack.consumed(p.at_server, held, p.net.now, p.server);
    p.net.filter = nullptr;
    p.server.takes = true;
    REQUIRE(p.net.run_until([&] { return p.server.text[p.at_server].size() == 400'000; }, minutes{1}));
    CHECK(is_pattern(p.server.text[p.at_server]));
}

TEST_CASE("nobody answers the probes: the connection ends") {
    Pair p;
    REQUIRE(p.open());
    p.server.takes = false;
    p.client.stream(p.at_client, 400'000, false);
    p.net.run_for(seconds{5});
    p.net.filter = [](const Seen& s) { return !(s.is_tcp && s.from == 1); };
    p.net.run_for(minutes{6});
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::timed_out);
    CHECK(p.client.connection_count() == 0);
}

TEST_CASE("a user that takes byte by byte does not make silly windows (MUST-39)") {
    StackOptions options;
    options.receive_buffer = 16 * 1024;
    Pair p(1, {}, options);
    REQUIRE(p.open());
    p.server.takes = false;
    p.client.stream(p.at_client, 200'000, false);
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    std::size_t taken = 0;
    for (int i = 0; i < 30'000; ++i) {
        p.server.stack.consumed(p.at_server, 1, p.net.now, p.server);
        ++taken;
        p.net.run_for(microseconds{50});
    }
    std::size_t segments = 0, small = 0;
    for (const auto& s : p.net.seen)
        if (s.is_tcp && s.from == 0 && s.payload > 1) {
            ++segments;
            small += s.payload < 1000;
        }
    CHECK(segments >= 10);
    CHECK(small <= segments / 4);
    CHECK(p.server.text[p.at_server].size() <= taken + 16 * 1024 + 8);
}

TEST_CASE("the right edge of the window never moves left (SHLD-14)") {
    Pair p(3, {.lose = 20'000, .reorder = 50'000});
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    p.client.stream(p.at_client, 600'000, true);
    p.net.run_for(minutes{1});
    std::uint32_t edge = 0;
    bool any = false;
    for (const auto& s : p.net.seen) {
        if (!s.is_tcp || s.from != 1 || s.tcp.flags.syn || s.tcp.flags.rst) continue;
        const std::uint32_t now = s.tcp.acknowledgment + (std::uint32_t(s.tcp.window) << 3);
        if (any) CHECK(std::int32_t(now - edge) >= -8);  // the rounding of the scale
        edge = now;
        any = true;
    }
    CHECK(any);
}

TEST_CASE("both directions blocked at once still come loose") {
    Pair p;
    REQUIRE(p.open());
    p.server.takes = p.client.takes = false;
    p.client.stream(p.at_client, 600'000, true);
    p.server.stream(p.at_server, 600'000, true);
    p.net.run_for(minutes{3});
    const auto at_server = p.server.text[p.at_server].size(), at_client = p.client.text[p.at_client].size();
    p.server.takes = p.client.takes = true;
    p.server.stack.consumed(p.at_server, at_server, p.net.now, p.server);
    p.client.stack.consumed(p.at_client, at_client, p.net.now, p.client);
    p.net.run_for(minutes{4});
    CHECK(p.server.text[p.at_server].size() == 600'000);
    CHECK(p.client.text[p.at_client].size() == 600'000);
    CHECK(p.client.closed_ids.count(p.at_client) == 1);
}
