// The windows: CUBIC's curve (RFC 9438), NewReno's line (RFC 5681), HyStart++ (RFC 9406), BBR's model and
// pace. One of several, as the user chooses (MAY-18).
#include <doctest/doctest.h>

#include <algorithm>

#include "stack/tcp/congestion.hpp"
#include "stack/tcp/delivery_rate.hpp"
#include "stack/tcp/pacer.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

constexpr std::uint32_t kSegment = 1000;
constexpr Instant kBegin{seconds{1000}};

Delivery delivery_at(Instant now, std::uint32_t bytes, Duration rtt = milliseconds{100}) {
    Delivery d;
    d.now = now;
    d.bytes = bytes;
    d.window_limited = true;
    d.smoothed = rtt;
    d.rtt = rtt;
    return d;
}

/// A window of acknowledgments each round trip, for `rounds`; gives the last window in segments.
std::uint32_t grow(Congestion& congestion, Instant& now, int rounds, Duration rtt) {
    for (int i = 0; i < rounds; ++i) {
        const std::uint32_t in_round = congestion.window();
        for (std::uint32_t acked = 0; acked < in_round; acked += kSegment) {
            congestion.acknowledged(delivery_at(now, kSegment, rtt), Congestion::Phase::open);
            now += rtt * kSegment / in_round;
        }
    }
    return congestion.window() / kSegment;
}

Congestion reduced(CongestionAlgorithm algorithm, std::uint32_t segments) {
    Congestion congestion;
    congestion.use(algorithm, 0);
    congestion.open(kSegment);
    congestion.set_window(segments * kSegment);
    congestion.reduce(segments * kSegment, {});
    congestion.repaired();
    return congestion;
}

/// 10 Mbit/s, 40 ms, and a queue of one BDP (50 kB).
constexpr Faults kNarrow{.delay = milliseconds{20}, .bytes_per_second = 1'250'000, .queue = 50'000};

StackOptions with(CongestionAlgorithm algorithm) {
    StackOptions options;
    options.congestion = algorithm;
    options.receive_buffer = 1024 * 1024;
    return options;
}

}  // namespace

TEST_CASE("NewReno halves, and gains one segment a round trip (RFC 5681 section 3.1)") {
    Congestion congestion = reduced(CongestionAlgorithm::new_reno, 40);
    CHECK(congestion.window() == 20 * kSegment);
    Instant now = kBegin;
    CHECK(grow(congestion, now, 10, milliseconds{100}) == 30);
}

TEST_CASE(
    "CUBIC keeps 70 %, is back at the old window after K, and slow around it (RFC 9438 sections 4.2, 4.6)") {
    constexpr Duration kLong = milliseconds{200};
    Congestion congestion = reduced(CongestionAlgorithm::cubic, 1000);
    CHECK(congestion.window() == 700 * kSegment);
    // K = cbrt(300 / 0.4) = 9.086 s.
    Instant now = kBegin;
    const auto half = grow(congestion, now, 22, kLong);
    CHECK(half >= 955);  // concave: most of the way in half of the time, 1000 - 0.4 × 4.5^3 = 963
    CHECK(half <= 970);
    const auto at_k = grow(congestion, now, 23, kLong);
    CHECK(at_k >= 997);
    CHECK(at_k <= 1003);
    const auto beyond = grow(congestion, now, 45, kLong);
    CHECK(beyond >= 1260);  // convex: 1000 + 0.4 × 9^3 = 1291
    CHECK(beyond <= 1310);
}

TEST_CASE("CUBIC in Reno's region: small windows grow by a share of a segment a round trip (section 4.3)") {
    Congestion congestion = reduced(CongestionAlgorithm::cubic, 20);
    Instant now = kBegin;
    CHECK(congestion.window() == 14 * kSegment);
    const auto after = grow(congestion, now, 20, milliseconds{10});
    CHECK(after >= 21);  // 14 + 0.7 a round until 20, then one
    CHECK(after <= 32);
}

TEST_CASE("CUBIC gives room when the window had not come back (fast convergence, section 4.7)") {
    Window window{kSegment, 100 * kSegment, 1};
    Cubic first, again;
    (void)first.reduce(window);
    (void)again.reduce(window);
    window.size = 90 * kSegment;
    (void)again.reduce(window);
    Window reduced_window{kSegment, 63 * kSegment, 1};
    again.grow(reduced_window, delivery_at(kBegin, kSegment));
    CHECK(again.curve(reduced_window, seconds{0}) <= 64 * kSegment);
    // Its K is where the curve is flat: at 0.85 × 90, not at 90.
    std::uint32_t flat = 0;
    for (int ms = 0; ms < 20'000; ms += 10)
        if (again.curve(reduced_window, milliseconds{ms}) ==
            again.curve(reduced_window, milliseconds{ms + 10}))
            flat = again.curve(reduced_window, milliseconds{ms});
    CHECK(flat >= 76 * kSegment);
    CHECK(flat <= 77 * kSegment);
}

TEST_CASE("a reduction that is taken back leaves nothing behind (RFC 4015)") {
    for (const auto algorithm : {CongestionAlgorithm::cubic, CongestionAlgorithm::new_reno}) {
        Congestion congestion;
        congestion.use(algorithm, 0);
        congestion.open(kSegment);
        congestion.set_window(50 * kSegment);
        const auto before = congestion.before();
        congestion.timed_out(50 * kSegment, true);
        CHECK(congestion.window() == kSegment);
        congestion.restore(before);
        CHECK(congestion.window() == 50 * kSegment);
        CHECK(congestion.threshold() == Window::kMost);
    }
}

TEST_CASE(
    "a window that does not limit does not grow; one that was idle begins anew (RFC 5681 section 4.1)") {
    Congestion congestion;
    congestion.open(kSegment);
    Delivery d = delivery_at(kBegin, 5 * kSegment);
    d.window_limited = false;
    congestion.acknowledged(d, Congestion::Phase::open);
    CHECK(congestion.window() == 10 * kSegment);
    congestion.set_window(80 * kSegment);
    congestion.restart_after_idle(seconds{3});
    CHECK(congestion.window() == 10 * kSegment);
}

TEST_CASE(
    "HyStart++: a rising round trip slows the first slow start down, and ends it (RFC 9406 section 4.2)") {
    Window window;
    window.segment = kSegment;
    window.size = window.initial();
    SlowStart start;
    Seq at{0};
    const auto round = [&](Duration rtt) {
        const std::uint32_t before = window.size;
        const Seq end = at + before;
        for (std::uint32_t acked = 0; acked < before && window.in_slow_start(); acked += kSegment) {
            Delivery d = delivery_at(kBegin, kSegment, rtt);
            at = at + kSegment;
            d.una = at;
            d.nxt = end + before;
            start.grow(window, d, true);
        }
        return double(window.size) / before;
    };
    CHECK(round(milliseconds{100}) == doctest::Approx(2.0));
    CHECK(round(milliseconds{100}) == doctest::Approx(2.0));
    CHECK(round(milliseconds{108}) == doctest::Approx(2.0));  // less than an eighth
    CHECK(round(milliseconds{140}) < 1.8);                    // once eight samples have shown it
    int rounds = 0;
    while (window.in_slow_start() && rounds < 20) {
        CHECK(round(milliseconds{140}) <= 1.26);
        ++rounds;
    }
    CHECK(rounds <= 6);
    CHECK(window.threshold == window.size);
}

TEST_CASE("HyStart++: a round trip that falls again was no queue") {
    Window window;
    window.segment = kSegment;
    window.size = 16 * kSegment;
    SlowStart start;
    Seq at{0};
    std::vector<double> growth;
    for (const int ms : {100, 100, 140, 100, 100, 100}) {
        const std::uint32_t before = window.size;
        const Seq end = at + before;
        for (std::uint32_t acked = 0; acked < before; acked += kSegment) {
            Delivery d = delivery_at(kBegin, kSegment, milliseconds{ms});
            at = at + kSegment;
            d.una = at;
            d.nxt = end + before;
            start.grow(window, d, true);
        }
        growth.push_back(double(window.size) / before);
    }
    CHECK(growth.back() >= 1.99);
    CHECK(window.in_slow_start());
}

TEST_CASE("the delivery rate is over the longer of sending and acknowledging, and knows the user's pauses") {
    DeliveryRate rate;
    Instant now = kBegin;
    const auto first = rate.sent(now, true);
    const auto second = rate.sent(now + milliseconds{10}, false);
    now += milliseconds{100};
    rate.delivered(first, kBegin, 1000, now);
    auto sample = rate.sample(now, milliseconds{100});
    CHECK(sample.bytes_per_second == 10'000);  // 1000 in 100 ms
    CHECK_FALSE(sample.app_limited);
    // Its ACK comes compressed, a millisecond later: the sending took ten, and 100 ms passed.
    now += milliseconds{1};
    rate.delivered(second, kBegin + milliseconds{10}, 1000, now);
    sample = rate.sample(now, milliseconds{50});
    CHECK(sample.bytes_per_second == 2000 * 1000 / 101);
    rate.starved(0);
    const auto third = rate.sent(now, true);
    rate.delivered(third, now, 1000, now + milliseconds{100});
    CHECK(rate.sample(now + milliseconds{100}, milliseconds{50}).app_limited);
}

TEST_CASE("a pacer spaces segments by their size") {
    Pacer pacer;
    pacer.set_rate(1'000'000);
    CHECK(pacer.allows(kBegin));
    pacer.sent(1000, kBegin);
    CHECK_FALSE(pacer.allows(kBegin + microseconds{999}));
    CHECK(pacer.allows(kBegin + milliseconds{1}));
    pacer.sent(500, kBegin + seconds{1});  // no credit is saved
    CHECK(pacer.next() == kBegin + seconds{1} + microseconds{500});
}

TEST_CASE("BBR finds the bandwidth and the round trip, and keeps the queue short") {
    Pair p(1, kNarrow, with(CongestionAlgorithm::bbr));
    REQUIRE(p.open());
    p.client.stream(p.at_client, 30'000'000, false);
    p.net.run_for(seconds{5});
    const auto row = p.client.row(p.at_client);
    CHECK(row.congestion == CongestionAlgorithm::bbr);
    CHECK(row.least_rtt >= milliseconds{40});
    CHECK(row.least_rtt <= milliseconds{43});
    CHECK(row.smoothed_rtt <= milliseconds{55});   // CUBIC would stand at 80
    CHECK(row.pacing_rate >= 1'250'000 * 6 / 10);  // the phases go from 0.75 to 1.25
    CHECK(row.pacing_rate <= 1'250'000 * 13 / 10);
    const auto before = p.server.text[p.at_server].size();
    p.net.run_for(seconds{4});
    CHECK(p.server.text[p.at_server].size() - before >= 1'250'000 * 4 * 9 / 10);
}

TEST_CASE("BBR goes down to four segments every ten seconds, for 200 ms, to see the round trip (PROBE_RTT)") {
    Pair p(1, kNarrow, with(CongestionAlgorithm::bbr));
    REQUIRE(p.open());
    p.client.stream(p.at_client, 40'000'000, false);
    p.net.run_for(seconds{3});
    CHECK(p.client.row(p.at_client).congestion_window > 60'000);
    p.net.lans[0].faults.delay =
        milliseconds{30};  // the path has become longer: the old least is never seen again
    Duration low{}, longest{};
    int times = 0;
    for (int i = 0; i < 2000; ++i) {
        p.net.run_for(milliseconds{10});
        const bool is_low = p.client.row(p.at_client).congestion_window <= 4 * 1448;
        if (is_low && low == Duration{}) ++times;
        low = is_low ? low + milliseconds{10} : Duration{};
        longest = std::max(longest, low);
    }
    CHECK(times >= 1);
    CHECK(times <= 3);
    CHECK(longest >= milliseconds{190});
    CHECK(longest <= milliseconds{350});
}

TEST_CASE("BBR: a pause has measured the round trip: what is sent after it does not crawl") {
    Pair p(1, kNarrow, with(CongestionAlgorithm::bbr));
    REQUIRE(p.open());
    p.client.stream(p.at_client, 5'000'000, false);
    p.net.run_for(seconds{6});
    REQUIRE(p.server.text[p.at_server].size() == 5'000'000);
    p.net.run_for(seconds{12});
    p.client.stream(p.at_client, 2'000'000, false);
    for (int i = 0; i < 100; ++i) {
        p.net.run_for(milliseconds{10});
        REQUIRE(p.client.row(p.at_client).congestion_window > 40'000);
    }
    p.net.run_for(milliseconds{900});
    CHECK(p.server.text[p.at_server].size() >= 7'000'000 - 200'000);
}

TEST_CASE("BBR does not take random loss for congestion, CUBIC must (2 % of loss)") {
    const auto carried = [](CongestionAlgorithm algorithm) {
        Faults lossy = kNarrow;
        lossy.lose = 20'000;
        Pair p(3, lossy, with(algorithm));
        REQUIRE(p.open());
        p.client.stream(p.at_client, 30'000'000, false);
        p.net.run_for(seconds{10});
        return p.server.text[p.at_server].size();
    };
    const auto bbr = carried(CongestionAlgorithm::bbr), cubic = carried(CongestionAlgorithm::cubic);
    CHECK(bbr >= 1'250'000 * 10 * 8 / 10);
    CHECK(cubic < bbr / 2);
}

TEST_CASE("paced segments leave one by one, at the rate") {
    Pair p(1, kNarrow, with(CongestionAlgorithm::bbr));
    REQUIRE(p.open());
    p.client.stream(p.at_client, 10'000'000, false);
    p.net.run_for(seconds{3});
    p.net.keeps_frames = true;
    p.net.run_for(milliseconds{300});
    std::map<Instant, int> at_once;
    for (const auto& s : p.net.seen)
        if (s.is_tcp && s.from == 0 && s.payload > 0) ++at_once[s.at];
    CHECK(at_once.size() >= 150);  // 259 at 10 Mbit/s
    for (const auto& [at, count] : at_once) CHECK(count == 1);
}

TEST_CASE("the algorithm can be chosen for one connection, in its midst") {
    Pair p(1, kNarrow);
    REQUIRE(p.open());
    p.client.stream(p.at_client, 5'000'000, true);
    p.net.run_for(seconds{1});
    CHECK(p.client.row(p.at_client).congestion == CongestionAlgorithm::cubic);
    ConnectionOptions options;
    options.congestion = CongestionAlgorithm::bbr;
    p.client.stack.set_options(p.at_client, options, p.net.now);
    p.net.run_for(seconds{1});
    CHECK(p.client.row(p.at_client).congestion == CongestionAlgorithm::bbr);
    CHECK(p.client.row(p.at_client).pacing_rate > 0);
    options.congestion = CongestionAlgorithm::new_reno;
    p.client.stack.set_options(p.at_client, options, p.net.now);
    p.net.run_for(minutes{1});
    CHECK(p.server.text[p.at_server].size() == 5'000'000);
    CHECK(is_pattern(p.server.text[p.at_server]));
}

TEST_CASE("who takes over from BBR in the midst of a repair begins with BBR's window") {
    Congestion congestion;
    congestion.use(CongestionAlgorithm::bbr, 0);
    congestion.open(kSegment);
    congestion.set_window(50 * kSegment);
    congestion.use(CongestionAlgorithm::cubic, 0);
    congestion.repaired();
    CHECK(congestion.window() == 50 * kSegment);
    CHECK(congestion.threshold() == 50 * kSegment);
}

TEST_CASE("a reduction that is taken back does not bring back an algorithm that was replaced meanwhile") {
    Congestion congestion;
    congestion.open(kSegment);
    const auto before = congestion.before();
    congestion.use(CongestionAlgorithm::new_reno, 0);
    congestion.restore(before);
    CHECK(congestion.algorithm() == CongestionAlgorithm::new_reno);
}
