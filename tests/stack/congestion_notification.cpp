// ECN on the wire (RFC 3168, SHLD-8): who asks and who agrees, what may be marked, how a mark goes round.
#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

struct Marked : Pair {
    explicit Marked(EcnMode client_mode, EcnMode server_mode, const Faults& faults = {})
        : Pair(1, faults, with(client_mode)) {
        StackOptions options = with(server_mode);
        server.stack.set_options(options);
        net.keeps_frames = true;
        REQUIRE(open());
        net.run_for(milliseconds{10});
    }
    static StackOptions with(EcnMode mode) {
        StackOptions options;
        options.ecn = mode;
        options.receive_buffer = 1024 * 1024;
        return options;
    }
    const wire::TcpFlags& syn_of(std::size_t host) const {
        for (const auto& s : net.seen)
            if (s.is_tcp && s.from == host && s.tcp.flags.syn) return s.tcp.flags;
        FAIL("no SYN");
        return net.seen.front().tcp.flags;
    }
};

}  // namespace

TEST_CASE("a SYN asks by ECE and CWR, the answer agrees by ECE alone (section 6.1.1)") {
    Marked p(EcnMode::on, EcnMode::if_asked);
    CHECK((p.syn_of(0).ece && p.syn_of(0).cwr));
    CHECK((p.syn_of(1).ece && !p.syn_of(1).cwr));
    CHECK(p.client.row(p.at_client).ecn);
    CHECK(p.server.row(p.at_server).ecn);
    for (const auto& s : p.net.seen)
        if (s.is_tcp) CHECK(s.traffic_class == 0);  // neither SYN nor pure ACK may be marked
}

TEST_CASE("nobody asks, or nobody agrees: nothing is said of ECN, and no packet is marked as capable") {
    EcnMode client = EcnMode::if_asked, server = EcnMode::on;
    SUBCASE("not asked") {}
    SUBCASE("refused") {
        client = EcnMode::on;
        server = EcnMode::off;
    }
    Marked p(client, server);
    CHECK_FALSE(p.syn_of(1).ece);
    CHECK_FALSE(p.client.row(p.at_client).ecn);
    CHECK_FALSE(p.server.row(p.at_server).ecn);
    p.client.send(p.at_client, "hello");
    p.net.run_for(seconds{1});
    for (const auto& s : p.net.seen) CHECK(s.traffic_class == 0);
}

TEST_CASE("a SYN that comes again asks no more: a router may drop what asks (section 6.1.1.1)") {
    Pair p(1, {}, Marked::with(EcnMode::on));
    p.net.keeps_frames = true;
    int syns = 0;
    p.net.filter = [&](const Seen& s) {
        return !(s.is_tcp && s.tcp.flags.syn && !s.tcp.flags.ack && ++syns == 1);
    };
    REQUIRE(p.open());
    CHECK(syns == 2);
    const Seen* last = nullptr;
    for (const auto& s : p.net.seen)
        if (s.is_tcp && s.from == 0 && s.tcp.flags.syn) last = &s;
    REQUIRE(last);
    CHECK_FALSE(last->tcp.flags.ece);
    CHECK_FALSE(p.client.row(p.at_client).ecn);
}

TEST_CASE("new data is capable of marks, retransmissions are not (section 6.1.5)") {
    Marked p(EcnMode::on, EcnMode::on);
    p.net.seen.clear();
    int data = 0;
    // A frame that the filter takes is not in `seen`: only its retransmission is.
    p.net.filter = [&](const Seen& s) { return !(s.is_tcp && s.from == 0 && s.payload > 0 && ++data == 3); };
    p.client.stream(p.at_client, 8 * 1448, false);
    p.net.run_for(seconds{1});
    int capable = 0, plain = 0;
    for (const auto& s : p.net.seen) {
        if (!s.is_tcp || s.from != 0 || s.payload == 0) continue;
        CHECK((s.traffic_class == 0 || s.traffic_class == wire::kEcnCapable));
        ++(s.traffic_class == 0 ? plain : capable);
    }
    CHECK(plain == 1);
    CHECK(capable >= 7);
}

TEST_CASE(
    "a mark is echoed until the sender says that it has slowed down, once a window (section 6.1.2, 6.1.3)") {
    Marked p(EcnMode::on, EcnMode::on,
             {.delay = milliseconds{20}, .bytes_per_second = 1'250'000, .marked_above = 30'000});
    p.client.stream(p.at_client, 3'000'000, false);
    REQUIRE(p.net.run_until([&] { return p.server.text[p.at_server].size() == 3'000'000; }, minutes{1}));
    CHECK(p.net.lans[0].marked > 0);
    CHECK(p.net.lans[0].overflowed == 0);
    CHECK(p.client.row(p.at_client).retransmitted == 0);  // congestion, and nothing lost
    CHECK(p.client.row(p.at_client).slow_start_threshold < 200'000);
    int echoes = 0, reactions = 0;
    Instant last_reaction{};
    Duration closest = hours{1};
    bool echoing = false, echoed_without_cause = false;
    for (const auto& s : p.net.seen) {
        if (!s.is_tcp || s.tcp.flags.syn) continue;
        if (s.from == 1 && s.tcp.flags.ece) {
            ++echoes;
            echoing = true;
        }
        if (s.from == 0 && s.tcp.flags.cwr) {
            if (!echoing) echoed_without_cause = true;
            if (reactions > 0) closest = std::min(closest, s.at - last_reaction);
            last_reaction = s.at;
            ++reactions;
        }
    }
    CHECK(echoes > reactions);
    CHECK(reactions >= 2);
    CHECK_FALSE(echoed_without_cause);
    CHECK(closest >= milliseconds{40});  // a round trip at least
}

TEST_CASE("marks keep the queue short without a single loss, where drops would be needed") {
    const Faults narrow{
        .delay = milliseconds{20}, .bytes_per_second = 1'250'000, .queue = 60'000, .marked_above = 30'000};
    const auto lost = [&](EcnMode mode) {
        Marked p(mode, mode, narrow);
        p.net.keeps_frames = false;
        p.client.stream(p.at_client, 5'000'000, false);
        REQUIRE(p.net.run_until([&] { return p.server.text[p.at_server].size() == 5'000'000; }, minutes{1}));
        return p.net.lans[0].overflowed;
    };
    const auto with_marks = lost(EcnMode::on), without = lost(EcnMode::off);
    CHECK(with_marks < without);
}
