// How connections end: in order, half, both at once, by force, and what lingers in TIME-WAIT.
#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

TEST_CASE("the client closes, the server follows") {
    Pair p;
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    p.net.run_for(milliseconds{10});
    const std::size_t opened = p.net.seen.size();
    p.client.stack.close(p.at_client, p.net.now, p.client);
    CHECK(p.client.state(p.at_client) == TcpState::fin_wait_1);
    p.net.run_for(milliseconds{10});
    CHECK(p.client.state(p.at_client) == TcpState::fin_wait_2);
    CHECK(p.server.state(p.at_server) == TcpState::close_wait);
    CHECK(p.server.peer_closed_ids.size() == 1);
    p.server.stack.close(p.at_server, p.net.now, p.server);
    CHECK(p.server.state(p.at_server) == TcpState::last_ack);
    p.net.run_for(milliseconds{10});
    CHECK(p.client.state(p.at_client) == TcpState::time_wait);
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::finished);
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::finished);
    CHECK(p.server.connection_count() == 0);
    p.net.run_for(seconds{59});
    CHECK(p.client.connection_count() == 1);
    p.net.run_for(seconds{2});
    CHECK(p.client.connection_count() == 0);
    CHECK(timeline(p.net, opened) ==
          "0.000 CLIENT FA 1:1 ack 1\n"
          "0.001 SERVER A 1:1 ack 2\n"
          "0.010 SERVER FA 1:1 ack 2\n"
          "0.011 CLIENT A 2:2 ack 2\n");
}

TEST_CASE("a half-closed connection still carries data the other way") {
    Pair p;
    REQUIRE(p.open());
    p.client.stack.shutdown(p.at_client, p.net.now, p.client);
    p.net.run_for(minutes{10});  // no timer ends a half-closed connection
    CHECK(p.client.state(p.at_client) == TcpState::fin_wait_2);
    p.server.stream(p.at_server, 500'000, true);
    p.net.run_for(seconds{10});
    CHECK(p.client.text[p.at_client].size() == 500'000);
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::finished);
}

TEST_CASE("both close at once: FINs cross, both wait") {
    Pair p;
    REQUIRE(p.open());
    p.net.run_for(milliseconds{10});
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.server.stack.close(p.at_server, p.net.now, p.server);
    p.net.run_until([&] { return p.client.state(p.at_client) == TcpState::closing; }, seconds{1});
    CHECK(p.client.state(p.at_client) == TcpState::closing);
    p.net.run_for(milliseconds{10});
    CHECK(p.client.state(p.at_client) == TcpState::time_wait);
    CHECK(p.server.state(p.at_server) == TcpState::time_wait);
    p.net.run_for(minutes{2});
    CHECK(p.client.connection_count() + p.server.connection_count() == 0);
}

TEST_CASE("lost FINs are sent again") {
    Pair p;
    REQUIRE(p.open());
    int fins = 0;
    p.net.filter = [&](const Seen& s) { return !(s.is_tcp && s.tcp.flags.fin && ++fins <= 3); };
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(seconds{10});
    p.server.stack.close(p.at_server, p.net.now, p.server);
    p.net.run_for(seconds{10});
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::finished);
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::finished);
}

TEST_CASE("the last ACK is lost: the FIN comes again and is acknowledged from TIME-WAIT, which starts anew") {
    Pair p;
    REQUIRE(p.open());
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(milliseconds{10});
    bool lost = false;
    p.net.filter = [&](const Seen& s) { return !(s.is_tcp && s.from == 0 && !std::exchange(lost, true)); };
    p.server.stack.close(p.at_server, p.net.now, p.server);
    p.net.run_for(milliseconds{50});
    CHECK(p.server.state(p.at_server) == TcpState::last_ack);
    p.net.run_for(milliseconds{500});
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::finished);
    CHECK(p.client.state(p.at_client) == TcpState::time_wait);
}

TEST_CASE("a flood of short connections does not fill memory with TIME-WAIT") {
    StackOptions options;
    CHECK(options.most_time_waits == 16384);
    options.most_time_waits = 256;
    Pair p(1, {}, options);
    for (int i = 0; i < 400; ++i) {
        p.client.connected_ids.clear();
        p.server.accepted_ids.clear();
        REQUIRE(p.open());
        p.client.stack.close(p.at_client, p.net.now, p.client);
        p.net.run_for(milliseconds{10});
        p.server.stack.close(p.at_server, p.net.now, p.server);
        p.net.run_for(milliseconds{10});
    }
    CHECK(p.client.connection_count() == 256);
    p.net.run_for(minutes{2});
    CHECK(p.client.connection_count() == 0);
}

TEST_CASE("a port in TIME-WAIT serves again where eight in a row are taken") {
    for (const unsigned row : {7u, 8u}) {
        Pair p;
        REQUIRE(p.open());
        const auto port_of = [&](ConnectionId id) -> unsigned {
            for (const auto& one : p.client.stack.snapshot().connections)
                if (one.id == id) return one.local.port;
            return 0;
        };
        const unsigned first = port_of(p.at_client);
        const auto after = [&](unsigned i) { return 49152 + (first - 49152 + i) % 16384; };
        const Endpoint server{*IpAddress::parse("9.60.60.3"), 21};
        for (unsigned i = 1; i <= row; ++i) {
            p.server.accepted_ids.clear();
            const auto id = p.client.stack.connect(server, std::uint16_t(after(i)), p.net.now, p.client);
            REQUIRE(id.has_value());
            p.net.run_for(milliseconds{20});
            p.client.stack.close(*id, p.net.now, p.client);
            p.net.run_for(milliseconds{20});
            for (const auto one : p.server.accepted_ids) p.server.stack.close(one, p.net.now, p.server);
            p.net.run_for(milliseconds{20});
            REQUIRE(p.client.state(*id) == TcpState::time_wait);
        }
        const auto next = p.client.stack.connect(server, 0, p.net.now, p.client);
        REQUIRE(next.has_value());
        CHECK(port_of(*next) == after(row == 8 ? 1 : 8));
        p.net.run_for(milliseconds{20});
        CHECK(p.client.state(*next) == TcpState::established);
    }
}

TEST_CASE("of too many in TIME-WAIT the one that stood there longest leaves, not the oldest connection") {
    StackOptions options;
    options.most_time_waits = 2;
    Pair p(1, {}, options);
    std::vector<std::pair<ConnectionId, ConnectionId>> pairs;
    for (int i = 0; i < 3; ++i) {
        REQUIRE(p.open());
        pairs.emplace_back(p.at_client, p.at_server);
        p.client.connected_ids.clear();
        p.server.accepted_ids.clear();
    }
    for (const std::size_t i : {1, 0, 2}) {
        p.client.stack.close(pairs[i].first, p.net.now, p.client);
        p.net.run_for(milliseconds{10});
        p.server.stack.close(pairs[i].second, p.net.now, p.server);
        p.net.run_for(milliseconds{10});
    }
    CHECK(p.client.connection_count() == 2);
    CHECK(p.client.state(pairs[0].first) == TcpState::time_wait);
    CHECK(p.client.state(pairs[2].first) == TcpState::time_wait);
}

TEST_CASE("TIME-WAIT makes room for a newer SYN from the same port (MAY-2)") {
    Pair p;
    const auto first = p.client.connect("9.60.60.3", 21, 5000);
    p.net.run_for(milliseconds{10});
    REQUIRE(p.server.accepted_ids.size() == 1);
    p.server.stack.close(p.server.accepted_ids[0], p.net.now, p.server);  // the server waits
    p.net.run_for(milliseconds{10});
    p.client.stack.close(first, p.net.now, p.client);
    p.net.run_for(milliseconds{10});
    REQUIRE(p.server.state(p.server.accepted_ids[0]) == TcpState::time_wait);
    const auto second = p.client.connect("9.60.60.3", 21, 5000);
    REQUIRE(second != 0);
    CHECK(second != first);
    p.net.run_for(milliseconds{10});
    CHECK(p.server.accepted_ids.size() == 2);
    p.client.send(second, "again");
    p.net.run_for(milliseconds{100});
    CHECK(p.server.text[p.server.accepted_ids.back()] == "again");
}

TEST_CASE("TIME-WAIT is not given up for an old duplicate: a SYN whose timestamp is older (RFC 6191)") {
    Pair p;
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    p.server.stack.close(p.at_server, p.net.now, p.server);  // the server waits
    p.net.run_for(milliseconds{10});
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(milliseconds{10});
    REQUIRE(p.server.state(p.at_server) == TcpState::time_wait);
    wire::TcpHeader syn;
    for (const auto& s : p.net.seen)
        if (s.from == 0 && s.is_tcp && s.tcp.flags.syn) syn = s.tcp;
    syn.sequence += 1'000'000;
    syn.options.timestamps->value -= 1000;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", syn));
    CHECK(p.server.state(p.at_server) == TcpState::time_wait);
    syn.options.timestamps->value += 5000;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", syn));
    CHECK(p.server.row(p.at_server).id == 0);
    CHECK(p.server.connection_count() == 1);
}

TEST_CASE("data that comes after close is answered with RST (SHLD-3)") {
    Pair p;
    REQUIRE(p.open());
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(milliseconds{10});
    p.server.send(p.at_server, "too late");
    p.net.run_for(milliseconds{10});
    CHECK(p.client.text.count(p.at_client) == 0);
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::reset);
    CHECK(p.client.connection_count() + p.server.connection_count() == 0);
}

TEST_CASE("a closed user does not wait for ever for a peer that never closes") {
    Pair p;
    REQUIRE(p.open());
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(seconds{61});
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::timed_out);
    CHECK(p.client.connection_count() == 0);
    p.server.send(p.at_server, "anybody?");
    p.net.run_for(seconds{1});
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::reset);
}

TEST_CASE("abort: RST at once, no last word to the one who asked") {
    Pair p;
    REQUIRE(p.open());
    p.client.send(p.at_client, std::string(100'000, 'x'));
    p.client.stack.abort(p.at_client, p.net.now, p.client);
    CHECK(p.client.connection_count() == 0);
    p.net.run_for(seconds{1});
    CHECK(p.client.closed_ids.empty());
    CHECK(p.server.closed_ids.at(p.at_server) == CloseReason::reset);
    CHECK(p.server.connection_count() == 0);
}

TEST_CASE("queued data goes out before the FIN") {
    Pair p;
    REQUIRE(p.open());
    p.client.send(p.at_client, std::string(200'000, 'x'));
    p.client.stack.close(p.at_client, p.net.now, p.client);
    p.net.run_for(seconds{5});
    CHECK(p.server.text[p.at_server].size() == 200'000);
    CHECK(p.server.peer_closed_ids.size() == 1);
}

TEST_CASE("a stack that stops resets its connections; one that vanishes says nothing") {
    for (const bool silent : {false, true}) {
        CAPTURE(silent);
        Pair p;
        REQUIRE(p.open());
        p.net.run_for(seconds{1});
        p.server.stack.stop(silent, p.net.now, p.server);
        CHECK(p.server.connection_count() == 0);
        p.net.run_for(seconds{1});
        CHECK(p.client.closed_ids.count(p.at_client) == (silent ? 0u : 1u));
        if (!silent) continue;
        p.client.send(p.at_client, "hello?");  // the next segment finds nobody
        p.net.run_for(seconds{1});
        CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::reset);
    }
}

TEST_CASE("closing before the connection stands") {
    Pair p;
    const auto id = p.client.connect("9.60.60.3", 21);
    p.client.stack.close(id, p.net.now, p.client);
    CHECK(p.client.failed_ids.count(id) == 1);
    CHECK(p.client.connection_count() == 0);
    p.net.run_for(minutes{5});
    CHECK(p.server.connection_count() == 0);

    const auto other = p.client.connect("9.60.60.3", 21);
    p.client.send(other, "short");
    p.client.stack.shutdown(other, p.net.now, p.client);
    p.net.run_for(seconds{1});
    REQUIRE_FALSE(p.server.accepted_ids.empty());
    CHECK(p.server.text[p.server.accepted_ids.back()] == "short");
    CHECK(p.client.state(other) == TcpState::fin_wait_2);
}
