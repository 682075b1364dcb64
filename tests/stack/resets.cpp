// What strangers and ghosts can do to a connection: nothing (RFC 5961, RFC 7323).
#include <doctest/doctest.h>

#include "tests/stack/forger.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

struct Stranger : Forger {
    std::size_t answers() const {
        std::size_t n = 0;
        for (const auto& s : net.seen) n += s.is_tcp && s.from == 1 && s.tcp.flags.ack && !s.tcp.flags.rst;
        return n;
    }
};

}  // namespace

TEST_CASE("RST: exactly the next number ends the connection") {
    Stranger f;
    f.last.flags.rst = true;
    f.forge(f.last);
    CHECK(f.server.closed_ids.at(f.at_server) == CloseReason::reset);
    CHECK(f.server.connection_count() == 0);
}

TEST_CASE("RST elsewhere in the window is challenged, outside it is dropped") {
    Stranger f;
    const auto before = f.server.drops(DropReason::tcp_out_of_window);
    f.last.flags.rst = true;
    f.last.sequence += 100;
    f.forge(f.last);
    CHECK(f.server.closed_ids.empty());
    CHECK(f.answers() == 1);
    f.last.sequence += 1'000'000;
    f.forge(f.last);
    CHECK(f.server.closed_ids.empty());
    CHECK(f.answers() == 1);
    CHECK(f.server.drops(DropReason::tcp_out_of_window) == before + 2);
}

TEST_CASE("SYN on a standing connection is challenged; the challenges are bounded") {
    Stranger f;
    f.last.flags.syn = true;
    for (int i = 0; i < 100; ++i) f.forge(f.last);
    CHECK(f.server.closed_ids.empty());
    CHECK(f.answers() == 10);
    f.net.run_for(seconds{6});
    f.net.seen.clear();
    f.forge(f.last);
    CHECK(f.answers() == 1);
}

TEST_CASE("a host that has restarted is told, and resets the old connection") {
    Pair p;
    REQUIRE(p.open());
    const auto port = p.client.row(p.at_client).local.port;
    p.client.stack.stop(true, p.net.now, p.client);
    p.net.run_for(seconds{1});
    const auto again = p.client.connect("9.60.60.3", 21, port);
    p.net.run_for(seconds{10});
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::reset);
    CHECK(p.client.state(again) == TcpState::established);
}

TEST_CASE("an ACK of what was never sent, and one from the distant past, are challenged") {
    Stranger f;
    f.last.flags.ack = true;
    const auto good = f.last.acknowledgment;
    f.last.acknowledgment = good + 100'000;
    f.forge(f.last, "evil");
    f.last.acknowledgment = good - 10'000'000;
    f.forge(f.last, "evil");
    CHECK(f.answers() == 2);
    CHECK(f.server.drops(DropReason::tcp_bad_ack) == 2);
    CHECK(f.server.text[f.at_server] == "x");
    f.last.acknowledgment = good;
    f.forge(f.last, "good");
    CHECK(f.server.text[f.at_server] == "xgood");
}

TEST_CASE("PAWS: an old timestamp is an old duplicate, however well it fits otherwise") {
    Stranger f;
    f.last.flags.ack = true;
    f.last.options.timestamps->value -= 5000;
    f.forge(f.last, "ghost");
    CHECK(f.server.text[f.at_server] == "x");
    CHECK(f.answers() == 1);
    f.last.options.timestamps.reset();  // negotiated, so it may not be missing
    f.forge(f.last, "ghost");
    CHECK(f.server.text[f.at_server] == "x");
}

TEST_CASE("a segment without ACK, and a SYN with FIN, do no harm") {
    Stranger f;
    f.forge(f.last, "no ack");
    f.last.flags.syn = f.last.flags.fin = true;
    f.forge(f.last);
    CHECK(f.server.text[f.at_server] == "x");
    CHECK(f.server.state(f.at_server) == TcpState::established);
}

TEST_CASE("an urgent pointer is tolerated: urgent bytes are bytes of the stream") {
    Stranger f;
    f.last.flags.ack = f.last.flags.urg = true;
    f.last.urgent = 2;
    f.forge(f.last, "urgent");
    CHECK(f.server.text[f.at_server] == "xurgent");
}

TEST_CASE("to a closed port: RST with the numbers that RFC 9293 section 3.10.7.1 says") {
    Pair p;
    p.net.keeps_frames = true;
    wire::TcpHeader h;
    h.source_port = 1234;
    h.destination_port = 99;
    h.sequence = 1000;
    h.acknowledgment = 777;
    h.flags.ack = true;
    p.client.stack.send_echo(*Ipv4Address::parse("9.60.60.3"), 1, 1, 8, p.net.now, p.client);
    p.net.run_for(seconds{1});
    p.net.seen.clear();
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", h));
    REQUIRE(p.net.seen.size() == 1);
    CHECK(p.net.seen[0].tcp.flags == wire::TcpFlags{.rst = true});
    CHECK(p.net.seen[0].tcp.sequence == 777);
    h.flags = {.syn = true};
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", h, "abc"));
    REQUIRE(p.net.seen.size() == 2);
    CHECK(p.net.seen[1].tcp.flags == wire::TcpFlags{.rst = true, .ack = true});
    CHECK(p.net.seen[1].tcp.sequence == 0);
    CHECK(p.net.seen[1].tcp.acknowledgment == 1004);
    h.flags = {.rst = true};
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", h));
    CHECK(p.net.seen.size() == 2);  // never RST for RST
}

TEST_CASE("initial sequence numbers: the clock moves them, the endpoints scatter them") {
    const auto isn = [](std::uint64_t seed, std::uint16_t port, Duration later) {
        Pair p(seed);
        p.net.keeps_frames = true;
        p.net.now += later;
        p.client.connect("9.60.60.3", 21, port);
        p.net.run_for(milliseconds{3});
        for (const auto& s : p.net.seen)
            if (s.is_tcp) return s.tcp.sequence;
        return 0u;
    };
    const auto base = isn(1, 5000, {});
    CHECK(isn(1, 5000, {}) == base);
    CHECK(isn(1, 5000, milliseconds{4}) == base + 1000);
    const auto other = isn(1, 5001, {});
    CHECK(std::abs(std::int32_t(other - base)) > 1000);
}
