// TCP Fast Open (RFC 7413) between two stacks, and what each side keeps. What is on the wire segment by
// segment: tests/packets/fast_open.
#include <doctest/doctest.h>

#include "stack/tcp/fast_open.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

using Verdict = FastOpenKeys::Verdict;

const IpAddress kClient{Ipv4Address::of(9, 60, 60, 9)}, kServer{Ipv4Address::of(9, 60, 60, 3)};

struct FastPair {
    Net net{1};
    Host& client = net.add_host("CLIENT", {});
    Host& server = net.add_host("SERVER", {});
    ConnectionId listener = 0;

    FastPair() {
        Faults slow;
        slow.delay = milliseconds{50};
        const auto lan = net.add_lan(slow);
        client.attach(lan, "9.60.60.9", 24);
        server.attach(lan, "9.60.60.3", 24);
        ListenOptions options;
        options.fast_open = 4;
        listener = *server.stack.listen(21, options);
    }
    ConnectionId open(std::string_view first) {
        OpenOptions how;
        how.fast_open = true;
        how.data = Buffer::copy_of(first);
        return *client.stack.connect({kServer, 21}, how, net.now, client);
    }
    /// How long the server's user waits for the text, from the client's call on.
    Duration wait_for(std::string_view text) {
        const auto count = server.accepted_ids.size();
        const Instant begin = net.now;
        open(text);
        const bool came = net.run_until(
            [&] {
                return server.accepted_ids.size() > count && server.text[server.accepted_ids.back()] == text;
            },
            seconds{10});
        CHECK(came);
        const Duration took = net.now - begin;
        net.run_for(seconds{1});
        return took;
    }
};

}  // namespace

TEST_CASE("Fast Open: the second connection's data is there a whole round trip earlier") {
    FastPair p;
    const Duration first = p.wait_for("USER tcpmaint");
    const Duration second = p.wait_for("USER maint");
    CHECK(first >= milliseconds{150});
    CHECK(second <= milliseconds{60});
    CHECK(p.server.row(p.server.accepted_ids.back()).fast_open);
    CHECK(p.server.row(p.server.accepted_ids.back()).state == TcpState::established);
    CHECK_FALSE(p.server.row(p.server.accepted_ids.front()).fast_open);
}

TEST_CASE("Fast Open: without it nothing of it is on the wire") {
    Pair p;
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    for (const auto& one : p.net.seen) CHECK_FALSE(one.tcp.options.fast_open.has_value());
}

TEST_CASE("Fast Open: after the server's key has turned its old cookies are good for one turn more") {
    FastPair p;
    p.wait_for("one");
    p.server.stack.turn_fast_open_key();
    CHECK(p.wait_for("two") <= milliseconds{60});  // the old cookie; a new one comes with the answer
    p.server.stack.turn_fast_open_key();
    CHECK(p.wait_for("three") <= milliseconds{60});
    p.server.stack.turn_fast_open_key();
    p.server.stack.turn_fast_open_key();
    CHECK(p.wait_for("four") >= milliseconds{150});  // refused, and given again
    CHECK(p.wait_for("five") <= milliseconds{60});
}

TEST_CASE("Fast Open: keys turn by themselves, and a fixed one never") {
    FastOpenKeys keys({1, 2});
    Instant now = kStart;
    const auto cookie = keys.cookie(kClient, kServer, now);
    CHECK(cookie.size == 8);
    CHECK(keys.judge(cookie, kClient, kServer, now) == Verdict::good);
    CHECK(keys.judge(cookie, kServer, kServer, now) == Verdict::bad);
    CHECK(keys.judge(cookie, kClient, kClient, now) == Verdict::bad);
    CHECK(keys.judge({}, kClient, kServer, now) == Verdict::bad);
    now += hours{7};
    CHECK(keys.judge(cookie, kClient, kServer, now) == Verdict::old);
    now += hours{7};
    CHECK(keys.judge(cookie, kClient, kServer, now) == Verdict::bad);
    keys.set({3, 4});
    const auto fixed = keys.cookie(kClient, kServer, now);
    now += hours{100};
    CHECK(keys.judge(fixed, kClient, kServer, now) == Verdict::good);
}

TEST_CASE("Fast Open: a client remembers so many servers, and forgets the one that it used least lately") {
    FastOpenServers servers;
    FastOpenNews news;
    news.cookie = make_cookie({1, 2}, kClient, kServer);
    news.segment = 1460;
    const auto address = [](std::size_t i) { return IpAddress(Ipv4Address{0x0a000000u + std::uint32_t(i)}); };
    Instant now = kStart;
    for (std::size_t i = 0; i < FastOpenServers::kMost + 10; ++i, now += seconds{1}) {
        servers.learn(address(i), news, now);
        CHECK(servers.find(address(0), now)->cookie == *news.cookie);  // in use all the time
    }
    CHECK(servers.size() == FastOpenServers::kMost);
    CHECK(servers.find(address(1), now)->cookie.size == 0);
    CHECK(servers.find(address(20), now)->cookie == *news.cookie);
    CHECK(servers.find(address(20), now)->segment == 1460);
}

TEST_CASE("Fast Open: a SYN that is lost with its data, or a hundred of them, changes nothing that arrives") {
    FastPair p;
    p.wait_for("first");
    int lost = 0;
    p.net.filter = [&](const Seen& one) {
        const bool drop = one.is_tcp && one.tcp.flags.syn && one.payload > 0;
        lost += drop;
        return !drop;
    };
    const std::string text(5000, 'x');
    p.wait_for(text);
    CHECK(lost == 1);
    CHECK(p.server.text[p.server.accepted_ids.back()] == text);
    p.wait_for("again");  // by the ordinary way
    CHECK(lost == 1);
}

TEST_CASE("Fast Open: a listener that goes away leaves what it has accepted") {
    FastPair p;
    p.wait_for("first");
    p.open("second");
    p.net.run_for(milliseconds{60});
    REQUIRE(p.server.accepted_ids.size() == 2);
    CHECK(p.server.state(p.server.accepted_ids[1]) == TcpState::syn_received);
    p.server.stack.unlisten(p.listener);
    p.net.run_for(seconds{1});
    CHECK(p.server.state(p.server.accepted_ids[1]) == TcpState::established);
    CHECK(p.server.text[p.server.accepted_ids[1]] == "second");
    CHECK(p.server.stack.inconsistency().empty());
}
