// SYN cookies (RFC 4987): a full backlog keeps nobody out who means it.
#include "stack/tcp/syn_cookies.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

const Endpoint kLocal{*Ipv4Address::parse("9.60.60.3"), 21}, kPeer{*Ipv4Address::parse("9.60.60.9"), 1025};

/// A server whose backlog somebody fills with SYNs of addresses that do not answer.
struct Flooded : Pair {
    explicit Flooded(const StackOptions& options = {}, std::size_t backlog = 4) : Pair(1, {}, options) {
        net.keeps_frames = true;
        server.stack.unlisten(listener);
        ListenOptions listen;
        listen.backlog = backlog;
        listener = *server.stack.listen(21, listen);
        net.run_for(seconds{1});
    }
    void flood(int syns) {
        for (int i = 0; i < syns; ++i) {
            wire::TcpHeader h;
            h.source_port = std::uint16_t(2000 + i);
            h.destination_port = 21;
            h.sequence = std::uint32_t(i) * 7919;
            h.flags.syn = true;
            h.window = 1000;
            h.options.mss = 1460;
            net.inject(1, 0, forged(client, server, "9.60.60.99", "9.60.60.3", h));
        }
    }
    CookieSnapshot cookies() const { return server.stack.snapshot().cookies; }
    /// What the server answered first.
    const wire::TcpHeader& answer() const {
        for (const auto& s : net.seen)
            if (s.is_tcp && s.from == 1) return s.tcp;
        FAIL("no answer");
        return net.seen.front().tcp;
    }
};

}  // namespace

TEST_CASE("SYN cookie: what it says can be read, for two minutes, by whom it was made for only") {
    RandomStream random(seed_from_number(5), "cookies");
    const SequenceSecret secret(random);
    for (const std::uint16_t mss : {40, 536, 1000, 1460, 1459, 9000}) {
        CAPTURE(mss);
        const Seq cookie = make_cookie(secret, kLocal, kPeer, Seq{77}, mss, kStart);
        CHECK(read_cookie(secret, kLocal, kPeer, Seq{77}, cookie, kStart) == cookie_segment(mss));
        CHECK(read_cookie(secret, kLocal, kPeer, Seq{77}, cookie, kStart + seconds{59}) ==
              cookie_segment(mss));
        CHECK_FALSE(read_cookie(secret, kLocal, kPeer, Seq{77}, cookie, kStart + minutes{2}));
        CHECK_FALSE(read_cookie(secret, kLocal, kPeer, Seq{77}, cookie, kStart - minutes{1}));
        CHECK_FALSE(read_cookie(secret, kLocal, kPeer, Seq{78}, cookie, kStart));
        CHECK_FALSE(read_cookie(secret, kLocal, {kPeer.address, 1026}, Seq{77}, cookie, kStart));
        CHECK_FALSE(read_cookie(secret, {kLocal.address, 22}, kPeer, Seq{77}, cookie, kStart));
    }
    CHECK(cookie_segment(1459) == 1440);
    CHECK(cookie_segment(20) == 88);
    int taken = 0;  // guessing does not get far
    for (std::uint32_t i = 0; i < 100'000; ++i)
        taken += read_cookie(secret, kLocal, kPeer, Seq{77}, Seq{i * 40503}, kStart).has_value();
    CHECK(taken <= 2);
}

TEST_CASE("SYN cookie: the time stamp holds the options of the SYN, and never runs ahead") {
    for (const std::uint32_t value : {0u, 63u, 64u, 1'000'001u, 0xffffffffu})
        for (const int shift : {-1, 0, 7, 14})
            for (const bool sack : {false, true}) {
                wire::TcpHeader syn, back;
                if (shift >= 0) syn.options.window_shift = std::uint8_t(shift);
                syn.options.sack_permitted = sack;
                syn.flags.ece = syn.flags.cwr = sack != (shift > 3);
                const std::uint32_t noted = options_in_time_stamp(value, syn);
                CHECK(std::int32_t(value - noted) >= 0);
                CHECK(value - noted < 64);
                read_options_of_time_stamp(noted, back);
                CHECK(back.options.window_shift == syn.options.window_shift);
                CHECK(back.options.sack_permitted == sack);
                CHECK(back.flags == syn.flags);
            }
}

TEST_CASE("SYN cookie: with a full backlog an honest peer still opens, with all its options") {
    Flooded f;
    f.flood(500);
    CHECK(f.server.connection_count() == 4);
    CHECK(f.cookies().sent == 496);
    f.net.seen.clear();
    REQUIRE(f.open(seconds{1}));  // at once: no SYN was lost
    CHECK(f.cookies().taken == 1);
    const auto answer = f.answer();
    CHECK(answer.options.timestamps);
    CHECK(answer.options.window_shift);
    CHECK(answer.options.sack_permitted);
    // Scaled windows both ways, and selective ACKs where a segment is lost.
    f.client.stream(f.at_client, 3'000'000, false);
    f.server.stream(f.at_server, 3'000'000, false);
    std::size_t n = 0;
    f.net.filter = [&](const Seen& s) { return s.payload < 1000 || ++n % 200 != 0; };
    f.net.run_for(minutes{1});
    CHECK(f.server.text[f.at_server].size() == 3'000'000);
    CHECK(f.client.text[f.at_client].size() == 3'000'000);
    CHECK(is_pattern(f.server.text[f.at_server]));
    CHECK(f.server.row(f.at_server).send_window > 65535);
    const bool sacked = std::any_of(f.net.seen.begin(), f.net.seen.end(), [](const Seen& s) {
        return s.is_tcp && s.from == 0 && s.tcp.options.sack_count > 0;
    });
    CHECK(sacked);
    const auto attacks = f.server.stack.snapshot().attacks;
    REQUIRE_FALSE(attacks.empty());
    CHECK(attacks[0].attack == Attack::syn_flood);
    CHECK(attacks[0].from == IpAddress(*Ipv4Address::parse("9.60.60.99")));
}

TEST_CASE("SYN cookie: without time stamps there are segments of the right size, and no more") {
    StackOptions options;
    options.timestamps = false;
    Flooded f(options);
    f.flood(10);
    f.net.seen.clear();
    REQUIRE(f.open(seconds{1}));
    const auto answer = f.answer();
    CHECK_FALSE(answer.options.window_shift);
    CHECK_FALSE(answer.options.sack_permitted);
    CHECK(answer.options.mss == 1460);
    f.server.stream(f.at_server, 300'000, false);
    f.net.run_for(minutes{1});
    CHECK(f.client.text[f.at_client].size() == 300'000);
    CHECK(f.server.row(f.at_server).segment == 1460);
}

TEST_CASE("SYN cookie: a wrong one, an old one, and one where none was sent are refused by RST") {
    Flooded f;
    wire::TcpHeader ack;  // gets lost
    f.net.filter = [&](const Seen& s) {
        if (s.from == 1 || !s.is_tcp || s.tcp.flags.syn) return true;
        if (!s.tcp.flags.rst) ack = s.tcp;
        return false;
    };
    f.flood(10);
    f.net.seen.clear();
    f.at_client = f.client.connect("9.60.60.3", 21);
    f.net.run_for(milliseconds{100});
    CHECK(ack.acknowledgment == f.answer().sequence + 1);
    const auto send = [&](std::uint32_t by) {
        wire::TcpHeader h = ack;
        h.acknowledgment += by;
        const auto before = f.net.seen.size();
        f.net.inject(1, 0, forged(f.client, f.server, "9.60.60.9", "9.60.60.3", h));
        return f.net.seen.size() > before && f.net.seen.back().tcp.flags.rst;
    };
    CHECK(send(1 << 20));
    CHECK(f.cookies().refused == 1);
    CHECK(f.server.drops(DropReason::tcp_bad_cookie) == 1);
    CHECK(f.server.accepted_ids.empty());
    SUBCASE("in time") {
        CHECK_FALSE(send(0));
        CHECK(f.server.accepted_ids.size() == 1);
        CHECK(f.cookies().taken == 1);
    }
    SUBCASE("too late") {
        f.client.stack.abort(f.at_client, f.net.now, f.client);
        f.net.run_for(minutes{2});
        f.flood(10);  // there are cookies again, but not these
        CHECK(send(0));
        CHECK(f.cookies().taken == 0);
        CHECK(f.server.accepted_ids.empty());
    }
    SUBCASE("nobody was sent one for long") {
        f.client.stack.abort(f.at_client, f.net.now, f.client);
        f.net.run_for(minutes{5});
        const auto refused = f.cookies().refused;
        CHECK(send(0));
        CHECK(f.cookies().refused == refused);
    }
}

TEST_CASE("PENDINGCONNECTIONLIMIT: whom chance drops comes back by its ACK") {
    StackOptions options;
    options.limits.pending = {4, {}};
    Flooded f(options, 1000);
    f.flood(4);
    // The honest SYN arrives, and before its ACK does, so many others that it is dropped.
    bool flooding = false;
    f.net.filter = [&](const Seen& s) {
        if (s.is_tcp && s.from == 0 && s.tcp.flags.ack && !flooding) {
            flooding = true;
            f.flood(200);
        }
        return true;
    };
    REQUIRE(f.open(seconds{1}));
    CHECK(f.cookies().taken == 1);
    CHECK(f.server.row(f.at_server).send_window > 65535);
    f.server.stream(f.at_server, 1'000'000, false);
    f.net.run_for(minutes{1});
    CHECK(f.client.text[f.at_client].size() == 1'000'000);
}
