// How connections begin: handshakes, refusals, silence, both at once, floods.
#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

TEST_CASE("three segments, and both users know") {
    Pair p;
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    CHECK(timeline(p.net) ==
          "0.000 CLIENT S 0:0\n"
          "0.001 SERVER SA 0:0 ack 1\n"
          "0.002 CLIENT A 1:1 ack 1\n");
    CHECK(p.client.state(p.at_client) == TcpState::established);
    CHECK(p.server.state(p.at_server) == TcpState::established);
    for (const auto& one : p.net.seen) {
        if (!one.tcp.flags.syn) continue;
        CHECK(one.tcp.options.mss == 1460);
        CHECK(one.tcp.options.window_shift == 3);
        CHECK(one.tcp.options.sack_permitted);
        CHECK(one.tcp.options.timestamps.has_value());
    }
}

TEST_CASE("what the server is sent with the third segment is delivered after the acceptance") {
    Pair p;
    p.at_client = p.client.connect("9.60.60.3", 21);
    p.client.send(p.at_client, "USER tcpmaint");  // queued until the connection stands
    CHECK(p.client.stack.unsent(p.at_client) == 13);
    p.net.run_for(seconds{1});
    REQUIRE(p.server.accepted_ids.size() == 1);
    CHECK(p.server.text[p.server.accepted_ids[0]] == "USER tcpmaint");
    CHECK(p.client.stack.unacknowledged(p.at_client) == 0);
}

TEST_CASE(
    "initial numbers: a clock of 4 microseconds and a secret of the endpoints (MUST-8, MUST-9, SHLD-1)") {
    const auto numbers = [](const char* name, std::initializer_list<std::uint16_t> ports) {
        Net net(1);
        Host& client = net.add_host(name, {});  // each name has its own secret
        Host& server = net.add_host("SERVER", {});
        const auto lan = net.add_lan({});
        client.attach(lan, "9.60.60.9", 24);
        server.attach(lan, "9.60.60.3", 24);
        net.keeps_frames = true;
        std::vector<std::uint32_t> found;
        for (const auto port : ports) {
            const Instant before = net.now;
            const auto id = client.connect("9.60.60.3", 21, port);
            net.run_for(milliseconds{100});
            client.stack.abort(id, net.now, client);
            net.run_for(before + seconds{1} - net.now);
        }
        for (const auto& one : net.seen)
            if (one.is_tcp && one.from == 0 && one.tcp.flags.syn) found.push_back(one.tcp.sequence);
        return found;
    };
    const auto same = numbers("CLIENT", {5000, 5000, 5000});
    REQUIRE(same.size() == 3);
    CHECK(same[1] - same[0] == 250'000);
    CHECK(same[2] - same[1] == 250'000);
    const auto other = numbers("CLIENT", {5000, 5001});
    REQUIRE(other.size() == 2);
    CHECK(other[0] == same[0]);
    CHECK(other[1] - other[0] != 250'000);                // another pair of endpoints, another offset
    CHECK(numbers("STRANGER", {5000}).at(0) != same[0]);  // another secret
}

TEST_CASE("nobody listens: RST, refused, with a record that says so") {
    Pair p;
    const auto id = p.client.connect("9.60.60.3", 992);
    p.net.run_for(seconds{1});
    CHECK(p.client.failed_ids.at(id) == CloseReason::refused);
    CHECK(p.client.connection_count() == 0);
    CHECK(p.server.drops(DropReason::tcp_no_connection) == 1);
    bool said = false;
    for (const auto& r : p.server.records)
        said = said || r.find("nothing listens on port 992") != std::string::npos;
    CHECK(said);
}

TEST_CASE("nobody answers: SYNs at 1, 2, 4, … seconds, and the end after three minutes (MUST-23)") {
    Pair p;
    p.net.keeps_frames = true;
    p.net.filter = [](const Seen& s) { return !s.is_tcp || s.from != 1; };
    REQUIRE(p.client.connect("9.60.60.3", 21) != 0);
    p.net.filter = [](const Seen& s) { return !(s.is_tcp && s.from == 1); };
    const Instant begin = p.net.now;
    REQUIRE(p.net.run_until([&] { return !p.client.failed_ids.empty(); }, minutes{10}));
    CHECK(p.client.failed_ids.begin()->second == CloseReason::timed_out);
    CHECK(p.net.now - begin == minutes{3});
    std::vector<double> at;
    Instant first{};
    for (const auto& s : p.net.seen)
        if (s.is_tcp && s.tcp.flags.syn && s.from == 0) {
            if (at.empty()) first = s.at;
            at.push_back(double((s.at - first) / milliseconds{1}) / 1000);
        }
    REQUIRE(at.size() == 8);
    for (std::size_t i = 1; i < 8; ++i) CHECK(at[i] == doctest::Approx(double((1 << i) - 1)).epsilon(0.01));
}

TEST_CASE("no host answers ARP: unreachable, in the end") {
    Pair p;
    REQUIRE(p.client.connect("9.60.60.77", 21) != 0);
    REQUIRE(p.net.run_until([&] { return !p.client.failed_ids.empty(); }, minutes{10}));
    CHECK(p.client.failed_ids.begin()->second == CloseReason::unreachable);
    CHECK(p.client.drops(DropReason::arp_no_answer) > 0);
    CHECK(p.client.connection_count() == 0);
    CHECK_FALSE(p.client.stack.next_deadline().has_value());
}

TEST_CASE("addresses that nobody can connect to are refused at once (MUST-46)") {
    Pair p;
    for (const char* address : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "9.60.60.255", "10.1.1.1"}) {
        CAPTURE(address);
        CHECK(p.client.connect(address, 21) == 0);
    }
    CHECK(p.client.connect("9.60.60.3", 0) == 0);
}

TEST_CASE("simultaneous open: both sides connect to each other, and one connection stands (MUST-10)") {
    Pair p;
    p.net.run_for(seconds{1});
    // ARP first, so that the SYNs cross on the wire.
    p.client.stack.send_echo(*Ipv4Address::parse("9.60.60.3"), 1, 1, 8, p.net.now, p.client);
    p.net.run_for(seconds{1});
    p.net.keeps_frames = true;
    const auto a = p.client.connect("9.60.60.3", 4000, 4001);
    const auto b = p.server.connect("9.60.60.9", 4001, 4000);
    p.net.run_for(seconds{1});
    CHECK(p.client.state(a) == TcpState::established);
    CHECK(p.server.state(b) == TcpState::established);
    CHECK(p.client.connected_ids.size() == 1);
    CHECK(p.server.connected_ids.size() == 1);
    CHECK(timeline(p.net) ==
          "0.000 CLIENT S 0:0\n"
          "0.000 SERVER S 0:0\n"
          "0.001 SERVER SA 0:0 ack 1\n"
          "0.001 CLIENT SA 0:0 ack 1\n"
          "0.002 CLIENT A 1:1 ack 1\n"
          "0.002 SERVER A 1:1 ack 1\n");
    p.client.send(a, "hello");
    p.server.send(b, "hello");
    p.net.run_for(seconds{1});
    CHECK(p.client.text[a] == "hello");
    CHECK(p.server.text[b] == "hello");
}

TEST_CASE("a lost SYN,ACK and a lost third segment are made good") {
    Pair p;
    int syn_acks = 0, acks = 0;
    p.net.filter = [&](const Seen& s) {
        if (!s.is_tcp) return true;
        if (s.tcp.flags.syn && s.tcp.flags.ack) return ++syn_acks > 1;
        if (s.from == 0 && s.tcp.flags.ack) return ++acks > 1;
        return true;
    };
    REQUIRE(p.open());
    CHECK(syn_acks >= 2);
    CHECK(p.server.accepted_ids.size() == 1);
}

TEST_CASE("a flood of SYNs fills the backlog, no more, and drains") {
    Pair p;
    REQUIRE(p.server.stack.listen(992, {.address = {}, .backlog = 16, .where = {}}));
    p.net.run_for(seconds{1});
    for (std::uint16_t i = 0; i < 1000; ++i) {
        wire::TcpHeader syn;
        syn.source_port = std::uint16_t(2000 + i);
        syn.destination_port = 992;
        syn.flags.syn = true;
        syn.window = 1000;
        // The source does not exist: nobody will answer the SYN,ACKs.
        p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.99", "9.60.60.3", syn));
    }
    CHECK(p.server.connection_count() == 16);
    CHECK(p.server.drops(DropReason::tcp_backlog_full) == 984);
    CHECK(p.server.records.size() < 20);  // the journal does not grow with the flood
    p.net.run_for(minutes{5});
    CHECK(p.server.connection_count() == 0);
    CHECK(p.server.accepted_ids.empty());
    CHECK_FALSE(p.server.stack.next_deadline().has_value());
}

TEST_CASE("a half-open connection that gets RST vanishes without a word to the user") {
    Pair p;
    wire::TcpHeader syn;
    syn.source_port = 2000;
    syn.destination_port = 21;
    syn.sequence = 5000;
    syn.flags.syn = true;
    syn.window = 1000;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", syn));
    CHECK(p.server.connection_count() == 1);
    syn.flags = {};
    syn.flags.rst = true;
    syn.sequence = 5001;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", syn));
    CHECK(p.server.connection_count() == 0);
    CHECK(p.server.closed_ids.empty());
}

TEST_CASE("a SYN without options gets a connection with 536-byte segments (MUST-15)") {
    Pair p;
    p.net.keeps_frames = true;
    wire::TcpHeader h;
    h.source_port = 2000;
    h.destination_port = 21;
    h.sequence = 5000;
    h.flags.syn = true;
    h.window = 4000;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", h));
    p.net.filter = [](const Seen& s) {
        return !(s.is_tcp && s.from == 0);
    };  // the client's stack stays out of it
    const auto server_isn = [&] {
        for (const auto& s : p.net.seen)
            if (s.is_tcp && s.from == 1 && s.tcp.flags.syn) return s.tcp.sequence;
        return 0u;
    };
    p.net.run_for(milliseconds{10});
    h.flags = {};
    h.flags.ack = true;
    h.sequence = 5001;
    h.acknowledgment = server_isn() + 1;
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.3", h));
    REQUIRE(p.server.accepted_ids.size() == 1);
    p.server.send(p.server.accepted_ids[0], std::string(2000, 'x'));
    std::size_t largest = 0;
    for (const auto& s : p.net.seen) largest = std::max(largest, s.payload);
    CHECK(largest == 536);
}

TEST_CASE("a listener that goes while a connection is half-open leaves nobody waiting") {
    Pair p;
    int acks = 0;
    p.net.filter = [&](const Seen& s) {
        return !(s.is_tcp && s.from == 0 && !s.tcp.flags.syn && ++acks == 1);
    };
    const auto id = p.client.connect("9.60.60.3", 21);
    p.net.run_for(milliseconds{10});
    CHECK(p.server.connection_count() == 1);
    p.server.stack.unlisten(p.listener);
    p.client.send(id, "hello");
    p.net.run_for(minutes{5});
    CHECK(p.server.connection_count() == 0);
    CHECK(p.server.accepted_ids.empty());
    CHECK(p.client.closed_ids.at(id) == CloseReason::reset);
}

TEST_CASE("a port has one listener, an address of it another") {
    Pair p;
    CHECK_FALSE(p.server.stack.listen(21, {}));
    CHECK_FALSE(
        p.server.stack.listen(21, {.address = *Ipv4Address::parse("9.60.60.3"), .backlog = 1, .where = {}}));
    CHECK(
        p.server.stack.listen(23, {.address = *Ipv4Address::parse("9.60.60.3"), .backlog = 1, .where = {}}));
    CHECK(
        p.server.stack.listen(23, {.address = *Ipv4Address::parse("9.60.60.4"), .backlog = 1, .where = {}}));
}

TEST_CASE("to ourselves: the loopback and the home address") {
    Pair p;
    for (const char* address : {"127.0.0.1", "9.60.60.3"}) {
        CAPTURE(address);
        p.server.accepted_ids.clear();
        p.server.connected_ids.clear();
        const auto id = p.server.connect(address, 21);
        REQUIRE(id != 0);
        CHECK(p.server.connected_ids.empty());  // never inside the call
        p.net.run_for(seconds{1});
        REQUIRE(p.server.connected_ids.size() == 1);
        REQUIRE(p.server.accepted_ids.size() == 1);
        p.server.stream(id, 1'000'000, true);
        p.net.run_for(seconds{10});
        CHECK(p.server.text[p.server.accepted_ids[0]].size() == 1'000'000);
    }
    CHECK(p.net.lans[0].ports.size() == 2);
}
