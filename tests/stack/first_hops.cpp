// Who is the next hop, and who has an address: redirects, proxy ARP, conflicts, equal routes, path MTU.
#include <doctest/doctest.h>

#include <algorithm>

#include "stack/wire/arp.hpp"
#include "stack/wire/icmp.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

IpAddress ip(const char* dotted) { return *Ipv4Address::parse(dotted); }

StackOptions router(bool proxy_arp = false) {
    StackOptions options;
    options.forwarding = true;
    options.ignores_redirects = true;
    options.proxy_arp = proxy_arp;
    return options;
}

/// CLIENT .9, FIRST .1 and SECOND .2 on 10.1.0.0/16; SECOND leads to 10.2.0.0/16, where SERVER is.
/// CLIENT and FIRST know no better than to ask FIRST, or SECOND.
struct Triangle {
    explicit Triangle(const StackOptions& of_client = {}, const StackOptions& of_first = router())
        : client(net.add_host("CLIENT", of_client)),
          first(net.add_host("FIRST", of_first)),
          second(net.add_host("SECOND", router())),
          server(net.add_host("SERVER")) {
        net.keeps_frames = true;
        const auto near = net.add_lan(), far = net.add_lan();
        client.attach(near, "10.1.0.9", 16);
        first.attach(near, "10.1.0.1", 16);
        second.attach(near, "10.1.0.2", 16);
        second.attach(far, "10.2.0.2", 16);
        server.attach(far, "10.2.0.3", 16);
        client.route_default("10.1.0.1", 0);
        first.route_default("10.1.0.2", 0);
        server.route_default("10.2.0.2", 0);
        net.run_for(seconds{1});
    }
    /// Frames of echo requests that the host sent on.
    std::size_t carried_by(const Host& host) const {
        return std::size_t(std::count_if(net.seen.begin(), net.seen.end(), [&](const Seen& s) {
            return s.from == host.index && s.line.find("echo request") != std::string::npos;
        }));
    }
    void ping(std::uint16_t sequence) {
        client.stack.send_echo(ip("10.2.0.3"), 7, sequence, 8, net.now, client);
        net.run_for(seconds{1});
    }
    Net net;
    Host& client;
    Host& first;
    Host& second;
    Host& server;
};

std::size_t lines_with(const Net& net, std::string_view text) {
    return std::size_t(std::count_if(net.seen.begin(), net.seen.end(),
                                     [&](const Seen& s) { return s.line.find(text) != std::string::npos; }));
}

/// An ICMP redirect of an echo request to 10.2.0.3, as `source` would send it to the client.
Buffer redirect(const Triangle& t, const char* source, const char* hop) {
    std::vector<std::uint8_t> quoted(28);
    std::vector<std::uint8_t> echo(8);
    wire::emit_icmp_header(wire::kIcmpEchoRequest, 0, 0x00070001, echo);
    wire::Ipv4Header inner;
    inner.total_length = 28;
    inner.ttl = 63;
    inner.protocol = wire::kProtocolIcmp;
    inner.source = ip("10.1.0.9").v4();
    inner.destination = ip("10.2.0.3").v4();
    wire::emit_ipv4(inner, quoted);
    std::copy(echo.begin(), echo.end(), quoted.begin() + 20);
    Buffer frame = Buffer::allocate(14 + 20 + 8 + quoted.size());
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    std::copy(quoted.begin(), quoted.end(), room.begin() + 42);
    wire::emit_icmp_header(wire::kIcmpRedirect, wire::kRedirectHost, ip(hop).v4().value, room.subspan(34));
    wire::Ipv4Header outer;
    outer.total_length = std::uint16_t(frame.size() - 14);
    outer.ttl = 64;
    outer.protocol = wire::kProtocolIcmp;
    outer.source = ip(source).v4();
    outer.destination = ip("10.1.0.9").v4();
    wire::emit_ipv4(outer, room.subspan(14));
    wire::emit_ethernet({t.client.stack.snapshot().interfaces[0].config.mac,
                         t.first.stack.snapshot().interfaces[0].config.mac, wire::kEtherTypeIpv4},
                        room);
    return frame;
}

Buffer arp(const wire::ArpPacket& packet) {
    Buffer frame = Buffer::allocate(42);
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    wire::emit_ethernet({MacAddress::broadcast(), packet.sender_mac, wire::kEtherTypeArp}, room);
    wire::emit_arp(packet, room.subspan(14));
    return frame;
}

}  // namespace

TEST_CASE(
    "redirects: a router that sends a packet back to its link says who is nearer; the host goes there") {
    Triangle t;
    t.ping(1);
    CHECK(t.client.echo_sequences.size() == 1);
    CHECK(t.carried_by(t.first) == 1);
    CHECK(lines_with(t.net, "type 5 code 1") == 1);
    t.ping(2);
    CHECK(t.client.echo_sequences.size() == 2);
    CHECK(t.carried_by(t.first) == 1);  // it went to SECOND at once
    t.net.run_for(minutes{11});         // what was said is forgotten
    t.ping(3);
    CHECK(t.carried_by(t.first) == 2);
    // A new table of routes begins with none.
    t.ping(4);
    CHECK(t.carried_by(t.first) == 2);
    t.client.stack.clear_routes();
    t.client.route_default("10.1.0.1", 0);
    t.ping(5);
    CHECK(t.carried_by(t.first) == 3);
}

TEST_CASE("redirects: not honoured where they are to be ignored, and never a router's business") {
    StackOptions options;
    options.ignores_redirects = true;
    Triangle t(options);
    for (std::uint16_t i = 1; i <= 3; ++i) t.ping(i);
    CHECK(t.client.echo_sequences.size() == 3);
    CHECK(t.carried_by(t.first) == 3);
    CHECK(t.client.drops(DropReason::redirect_refused) == 3);
}

TEST_CASE("redirects: believed of the first hop in use only, and to a neighbour only") {
    Triangle t;
    const auto tell = [&](const char* source, const char* hop) {
        const auto before = t.client.drops(DropReason::redirect_refused);
        t.net.inject(t.client.index, 0, redirect(t, source, hop));
        return t.client.drops(DropReason::redirect_refused) == before;
    };
    CHECK_FALSE(tell("10.1.0.2", "10.1.0.77"));  // not the first hop
    CHECK_FALSE(tell("10.1.0.1", "10.9.0.1"));   // not a neighbour
    CHECK_FALSE(tell("10.1.0.1", "10.1.0.9"));   // ourselves
    CHECK_FALSE(tell("10.1.0.1", "10.1.255.255"));
    CHECK(tell("10.1.0.1", "10.1.0.77"));
    // Nobody is there: the route counts again.
    t.ping(1);
    t.net.run_for(seconds{5});
    CHECK(t.client.echo_sequences.empty());
    t.ping(2);
    CHECK(t.client.echo_sequences.size() == 1);
}

TEST_CASE("redirects: at most ten a second are said") {
    Triangle t({.ignores_redirects = true});
    t.ping(1);
    t.net.seen.clear();
    for (std::uint16_t i = 0; i < 100; ++i)
        t.client.stack.send_echo(ip("10.2.0.3"), 7, i, 8, t.net.now, t.client);
    t.net.run_for(milliseconds{500});
    CHECK(lines_with(t.net, "type 5 code 1") <= 10);
    CHECK(t.client.echo_sequences.size() == 101);
}

TEST_CASE("proxy ARP: a router answers for whoever is attached to its other side, if it is told to") {
    for (const bool proxy : {false, true}) {
        CAPTURE(proxy);
        Net net;
        Host& host = net.add_host("HOST");
        Host& between = net.add_host("ROUTER", router(proxy));
        Host& far_host = net.add_host("FAR");
        const auto near = net.add_lan(), far = net.add_lan();
        net.keeps_frames = true;
        host.attach(near, "10.1.0.9", 8);  // believes all of net 10 to be on its wire
        between.attach(near, "10.1.0.1", 16);
        between.attach(far, "10.2.0.1", 16);
        far_host.attach(far, "10.2.0.3", 16);
        far_host.route_default("10.2.0.1", 0);
        net.run_for(seconds{1});
        host.stack.send_echo(ip("10.2.0.3"), 7, 1, 8, net.now, host);
        host.stack.send_echo(ip("10.1.0.77"), 7, 2, 8, net.now,
                             host);  // on its wire: not the router's business
        host.stack.send_echo(ip("10.3.0.1"), 7, 3, 8, net.now, host);  // nowhere
        net.run_for(seconds{10});
        CHECK(host.echo_sequences == (proxy ? std::vector<std::uint16_t>{1} : std::vector<std::uint16_t>{}));
        const auto known = host.stack.snapshot().neighbours;
        const bool by_proxy = std::any_of(known.begin(), known.end(), [&](const auto& neighbour) {
            return neighbour.address == ip("10.2.0.3") &&
                   neighbour.mac == between.stack.snapshot().interfaces[0].config.mac;
        });
        CHECK(by_proxy == proxy);
    }
}

TEST_CASE("RFC 5227: a new address is asked for, announced, and defended, once in ten seconds") {
    Pair p;
    p.net.keeps_frames = true;
    p.net.run_for(seconds{1});
    p.client.stack.add_address(0, ip("9.60.60.20").v4(), mask_of_prefix(24), p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(lines_with(p.net, "ARP who has 9.60.60.20, tell 0.0.0.0") == 1);
    CHECK(lines_with(p.net, "ARP who has 9.60.60.20, tell 9.60.60.20") == 1);
    p.net.seen.clear();
    const MacAddress thief{{2, 9, 9, 9, 9, 9}};
    const auto claim =
        arp({wire::ArpOperation::request, thief, ip("9.60.60.20").v4(), {}, ip("9.60.60.20").v4()});
    for (int i = 0; i < 5; ++i) p.net.inject(0, 0, claim);
    CHECK(p.client.conflicts == std::vector<std::string>{"9.60.60.20 020909090909"});
    CHECK(lines_with(p.net, "ARP who has 9.60.60.20, tell 9.60.60.20") == 1);
    p.net.run_for(seconds{10});
    p.net.inject(0, 0, claim);
    CHECK(p.client.conflicts.size() == 2);
    CHECK(lines_with(p.net, "ARP who has 9.60.60.20, tell 9.60.60.20") == 2);
    CHECK(p.client.stack.is_local(ip("9.60.60.20")));  // it stays ours
}

TEST_CASE("RFC 5227: who takes an address that is in use hears of it at once, from its owner") {
    Pair p;
    p.net.run_for(seconds{1});
    p.client.stack.add_address(0, ip("9.60.60.3").v4(), mask_of_prefix(24), p.net.now, p.client);
    p.net.run_for(seconds{1});
    const auto mac = p.server.stack.snapshot().interfaces[0].config.mac.str();
    CHECK(p.client.conflicts == std::vector<std::string>{"9.60.60.3 " + mac});
    REQUIRE(p.server.conflicts.size() == 1);  // by the announcement
}

TEST_CASE("equal routes: destinations take turns, if they are told to") {
    for (const bool multipath : {false, true}) {
        CAPTURE(multipath);
        StackOptions options;
        options.multipath = multipath;
        Net net;
        Host& host = net.add_host("HOST", options);
        Host& first = net.add_host("FIRST", router());
        Host& second = net.add_host("SECOND", router());
        const auto lan = net.add_lan();
        host.attach(lan, "10.1.0.9", 16);
        first.attach(lan, "10.1.0.1", 16);
        second.attach(lan, "10.1.0.2", 16);
        host.route_default("10.1.0.1", 0);
        host.route_default("10.1.0.2", 0);
        net.run_for(seconds{1});
        for (std::uint8_t i = 1; i <= 10; ++i)
            host.stack.send_echo(IpAddress(Ipv4Address::of(10, 7, 0, i)), 7, 1, 8, net.now, host);
        net.run_for(seconds{1});
        CHECK(first.drops(DropReason::ip_no_route) == (multipath ? 5 : 10));
        CHECK(second.drops(DropReason::ip_no_route) == (multipath ? 5 : 0));
    }
}

TEST_CASE("path MTU discovery: without it routers may cut what TCP sends, and nobody's word shortens it") {
    for (const bool discovers : {true, false}) {
        CAPTURE(discovers);
        StackOptions options;
        options.path_mtu_discovery = discovers;
        Net net;
        Host& client = net.add_host("CLIENT", options);
        Host& server = net.add_host("SERVER", options);
        Host& between = net.add_host("ROUTER", router());
        const auto near = net.add_lan(), far = net.add_lan();
        client.attach(near, "10.1.0.9", 16);
        between.attach(near, "10.1.0.1", 16);
        between.attach(far, "10.2.0.1", 16, 900);
        server.attach(far, "10.2.0.3", 16);
        client.route_default("10.1.0.1", 0);
        server.route_default("10.2.0.1", 0);
        (void)server.stack.listen(21, {});
        const auto id = client.connect("10.2.0.3", 21);
        REQUIRE(net.run_until([&] { return !server.accepted_ids.empty(); }, seconds{10}));
        client.stream(id, 500'000, false);
        net.run_for(minutes{1});
        CHECK(server.text[server.accepted_ids[0]].size() == 500'000);
        CHECK(client.row(id).segment == (discovers ? 900 - 52 : 1500 - 52));
        CHECK((between.drops(DropReason::ip_too_big) > 0) == discovers);
        // Ten minutes later the whole is tried again (RFC 1191 section 6.3): the router still says no.
        const auto too_big = between.drops(DropReason::ip_too_big);
        net.run_for(minutes{10});
        client.stream(id, 500'000, false);
        net.run_for(minutes{1});
        CHECK(between.drops(DropReason::ip_too_big) == too_big + (discovers ? 1 : 0));
        CHECK(client.row(id).segment == (discovers ? 900 - 52 : 1500 - 52));
    }
}
