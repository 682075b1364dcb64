// What time does to a connection: retransmission, delayed acknowledgment, Nagle, keep-alive, giving up.
#include <doctest/doctest.h>

#include <algorithm>

#include "stack/tcp/sender.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

/// Seconds since the first, of every segment with data from the client.
std::vector<double> data_times(const Net& net) {
    std::vector<double> times;
    Instant first{};
    for (const auto& s : net.seen) {
        if (!s.is_tcp || s.from != 0 || s.payload == 0) continue;
        if (times.empty()) first = s.at;
        times.push_back(double((s.at - first) / milliseconds{1}) / 1000);
    }
    return times;
}

}  // namespace

TEST_CASE("retransmissions double their distance (RFC 6298), and R2 ends the connection") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    std::vector<double> times;
    Instant first{};
    p.net.filter = [&](const Seen& s) {
        if (s.is_tcp && s.from == 0 && s.payload > 0) {
            if (times.empty()) first = s.at;
            times.push_back(double((s.at - first) / milliseconds{1}) / 1000);
        }
        return !s.is_tcp;
    };
    const Instant begin = p.net.now;
    p.client.send(p.at_client, "hello");
    REQUIRE(p.net.run_until([&] { return p.client.closed_ids.count(p.at_client) > 0; }, minutes{10}));
    CHECK(p.client.closed_ids[p.at_client] == CloseReason::timed_out);
    CHECK(p.net.now - begin == minutes{3});
    // The tail probe goes where the timer would have (RFC 8985 section 7.2), and the timer begins anew.
    const std::vector<double> expected{0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4};
    CHECK(times == expected);
    CHECK(p.client.connection_count() == 0);
}

TEST_CASE("without timestamps the doubled timeout stays until something sent once was acknowledged (Karn)") {
    Instant now = kStart;
    Sender sender(Seq{1});
    sender.set_segment(1000);
    sender.open_congestion_window();
    sender.set_window(65535, now);
    const auto send = [&] {
        while (Chunk* chunk = sender.next(true, true, now)) sender.transmitted(*chunk, now);
        sender.settle(now);
    };
    // A round trip of three seconds: the timer of one second runs out twice before the first ACK.
    sender.queue(Buffer::copy_of("first"));
    send();
    const Instant sent = now;
    for (const int after : {1, 3}) {
        now = sent + seconds{after};
        CHECK(sender.deadline() == now);
        sender.expire(now);
        send();
    }
    (void)sender.acknowledged(Seq{6}, {}, false, std::nullopt, now);
    CHECK(sender.round_trip().timeout() == seconds{4});
    sender.queue(Buffer::copy_of("second"));
    send();
    now += seconds{3};
    (void)sender.acknowledged(Seq{12}, {}, false, std::nullopt, now);
    CHECK(sender.retransmitted() == 2);
    CHECK(sender.round_trip().timeout() == seconds{9});
}

TEST_CASE("the user can shorten R2 (MUST-21)") {
    Pair p;
    REQUIRE(p.open());
    p.net.filter = [](const Seen& s) { return !s.is_tcp; };
    ConnectionOptions options;
    options.give_up_after = seconds{10};
    p.client.stack.set_options(p.at_client, options, p.net.now);
    const Instant begin = p.net.now;
    p.client.send(p.at_client, "hello");
    REQUIRE(p.net.run_until([&] { return p.client.closed_ids.count(p.at_client) > 0; }, minutes{1}));
    CHECK(p.net.now - begin == seconds{10});
}

TEST_CASE("after a partition of two seconds the transfer goes on") {
    Pair p;
    REQUIRE(p.open());
    bool cut = false;
    p.net.filter = [&](const Seen&) { return !cut; };
    p.client.stream(p.at_client, 3'000'000, true);
    p.net.run_for(milliseconds{5});
    cut = true;
    p.net.run_for(seconds{2});
    CHECK(p.server.text[p.at_server].size() < 3'000'000);
    cut = false;
    p.net.run_for(seconds{4});
    CHECK(p.server.text[p.at_server].size() == 3'000'000);
    CHECK(is_pattern(p.server.text[p.at_server]));
}

TEST_CASE("one lost segment among many comes again by SACK, long before the timer") {
    Pair p;
    REQUIRE(p.open());
    int data = 0;
    p.net.filter = [&](const Seen& s) { return !(s.is_tcp && s.from == 0 && s.payload > 0 && ++data == 3); };
    const Instant begin = p.net.now;
    p.client.stream(p.at_client, 20'000, false);
    REQUIRE(p.net.run_until([&] { return p.server.text[p.at_server].size() == 20'000; }, seconds{5}));
    CHECK(p.net.now - begin < milliseconds{20});
    CHECK(p.client.row(p.at_client).retransmitted == 1);
}

TEST_CASE("a lone segment is acknowledged after 40 ms, the second of two at once (SHLD-18, SHLD-19)") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    const auto ack_after = [&](std::size_t bytes) {
        p.net.seen.clear();
        const Instant begin = p.net.now;
        p.client.send(p.at_client, std::string(bytes, 'x'));
        REQUIRE(p.net.run_until([&] { return p.client.stack.unacknowledged(p.at_client) == 0; }, seconds{1}));
        return (p.net.now - begin) / milliseconds{1};
    };
    CHECK(ack_after(100) == 42);
    CHECK(ack_after(2 * 1448) == 2);
    CHECK(ack_after(3 * 1448) == 42);
}

TEST_CASE("what arrives in one row is acknowledged once; a hole in it is told at once") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    p.net.keeps_raw = 100;
    p.net.lans[0].faults.lose = 1'000'000;  // frames are handed over by hand
    p.client.send(p.at_client, std::string(6 * 1448, 'x'));
    auto row = std::exchange(p.net.raw, {});
    REQUIRE(row.size() == 6);
    const auto acks_after = [&](std::vector<Buffer> frames) {
        p.net.seen.clear();
        p.server.stack.receive_frames(0, frames, p.net.now, p.server);
        return p.net.seen.size();
    };
    SUBCASE("all six") {
        CHECK(acks_after(row) == 1);
        CHECK(p.server.text[p.at_server].size() == 6 * 1448);
    }
    SUBCASE("one by one") {
        std::size_t acks = 0;
        for (const auto& frame : row) acks += acks_after({frame});
        CHECK(acks == 3);
    }
    SUBCASE("the third is missing") {
        row.erase(row.begin() + 2);
        CHECK(acks_after(row) == 3);  // each segment behind the hole says so
        for (const auto& s : p.net.seen) CHECK(s.tcp.options.sack_count == 1);
    }
    SUBCASE("the last is damaged") {
        row.back() = Buffer::copy_of(row.back().span());
        row.back().writable()[200] ^= 1;
        CHECK(acks_after(row) == 1);  // it ends the row
        p.net.run_for(milliseconds{41});
        CHECK(std::count_if(p.net.seen.begin(), p.net.seen.end(),
                            [](const Seen& s) { return s.from == 1; }) == 1);
        CHECK(p.server.text[p.at_server].size() == 5 * 1448);
    }
}

TEST_CASE("an answer carries the acknowledgment with it") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    p.client.send(p.at_client, "question");
    p.net.run_for(milliseconds{5});
    p.server.send(p.at_server, "answer");
    p.net.run_for(milliseconds{20});
    std::size_t from_server = 0;
    for (const auto& s : p.net.seen) from_server += s.is_tcp && s.from == 1;
    CHECK(from_server == 1);
    CHECK(p.client.stack.unacknowledged(p.at_client) == 0);
}

TEST_CASE("Nagle holds small segments back while one is out; no_delay does not (MUST-17)") {
    for (const bool no_delay : {true, false}) {
        CAPTURE(no_delay);
        Pair p;
        REQUIRE(p.open());
        p.net.run_for(seconds{1});
        p.net.keeps_frames = true;
        ConnectionOptions options;
        options.no_delay = no_delay;
        p.client.stack.set_options(p.at_client, options, p.net.now);
        for (int i = 0; i < 5; ++i) p.client.send(p.at_client, "line");
        p.net.run_for(seconds{1});
        CHECK(data_times(p.net).size() == (no_delay ? 5 : 2));
        CHECK(p.server.text[p.at_server] == "linelinelinelineline");
    }
}

TEST_CASE("keep-alive: off by default; on, probes tell the dead from the silent (MUST-24 to 29)") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(hours{24});
    CHECK(p.client.state(p.at_client) == TcpState::established);
    CHECK(p.net.frames < 20);

    ConnectionOptions options;
    options.keep_alive = true;
    options.keep_alive_idle = minutes{10};
    p.client.stack.set_options(p.at_client, options, p.net.now);
    p.net.run_for(hours{2});
    CHECK(p.client.state(p.at_client) == TcpState::established);  // alive: it answers

    p.net.filter = [](const Seen& s) { return !s.is_tcp; };
    const Instant begin = p.net.now;
    REQUIRE(p.net.run_until([&] { return p.client.closed_ids.count(p.at_client) > 0; }, hours{2}));
    CHECK(p.client.closed_ids[p.at_client] == CloseReason::silent);
    CHECK(p.net.now - begin >= seconds{9 * 75});
    CHECK(p.net.now - begin <= minutes{10} + seconds{10 * 75});
}

TEST_CASE("the round trip is measured, and the timeout follows it") {
    Pair p(1, {.delay = milliseconds{150}});
    REQUIRE(p.open());
    p.client.stream(p.at_client, 500'000, false);
    p.net.run_for(seconds{20});
    const auto row = p.client.row(p.at_client);
    CHECK(row.smoothed_rtt >= milliseconds{300});
    CHECK(row.smoothed_rtt <= milliseconds{350});
    CHECK(row.rto >= milliseconds{300});
    CHECK(row.rto < seconds{1});
    CHECK(row.retransmitted == 0);
}
