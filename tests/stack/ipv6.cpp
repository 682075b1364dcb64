// IPv6 on the wire: addresses proved and made, neighbours and routers found, transfers, fragments, narrow
// paths.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstring>

#include "stack/wire/checksum.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/mld.hpp"
#include "stack/wire/summary.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

/// Two hosts on a LAN that speak IPv6, with an address each of 2001:db8:1::/64.
struct Pair6 {
    explicit Pair6(const Faults& faults = {}, std::uint64_t seed = 1)
        : net(seed), client(net.add_host("CLIENT")), server(net.add_host("SERVER")) {
        const auto lan = net.add_lan(faults);
        client.attach(lan, "9.60.60.9", 24);
        server.attach(lan, "9.60.60.3", 24);
        client.stack.add_address(0, ip("2001:db8:1::9"), 64, {}, net.now, client);
        server.stack.add_address(0, ip("2001:db8:1::3"), 64, {}, net.now, server);
        listener = *server.stack.listen(21, {});
    }
    Net net;
    Host &client, &server;
    ConnectionId listener;
};

const Ipv6Own* own(const Host& host, const char* address, std::size_t interface = 0) {
    static StackSnapshot kept;
    kept = host.stack.snapshot();
    for (const auto& one : kept.interfaces[interface].ipv6)
        if (one.address == ip(address)) return &one;
    return nullptr;
}

bool mentions(const Host& host, const char* what) {
    for (const auto& line : host.records)
        if (line.find(what) != line.npos) return true;
    return false;
}

/// An ICMPv6 message as a frame, with any hop limit.
Buffer forged_icmpv6(const MacAddress& to, const MacAddress& from, const char* source,
                     const char* destination, std::uint8_t type, const wire::NeighbourBody& body,
                     std::uint8_t hops, std::uint8_t code = 0) {
    const std::size_t size = wire::kIcmpHeader + body.bytes.size();
    Buffer frame = Buffer::allocate(wire::kEthernetHeader + wire::kIpv6Header + size);
    const std::span room(frame.writable(), frame.size());
    wire::emit_ethernet({to, from, wire::kEtherTypeIpv6}, room);
    wire::Ipv6Header header{0,    0,          std::uint16_t(size), wire::kProtocolIcmpv6,
                            hops, ip(source), ip(destination)};
    wire::emit_ipv6(header, room.subspan(wire::kEthernetHeader));
    const auto message = room.subspan(wire::kEthernetHeader + wire::kIpv6Header);
    std::copy(body.bytes.begin(), body.bytes.end(), message.begin() + wire::kIcmpHeader);
    wire::emit_icmpv6_header(type, code, body.flags, header.source, header.destination, message);
    return frame;
}

}  // namespace

TEST_CASE("an IPv6 address is ours after a second in which nobody else claimed it (RFC 4862 section 5.4)") {
    Pair6 p;
    REQUIRE(own(p.client, "2001:db8:1::9"));
    CHECK(own(p.client, "2001:db8:1::9")->state == Ipv6Own::State::tentative);
    CHECK_FALSE(p.client.stack.is_local(ip("2001:db8:1::9")));
    p.net.run_for(milliseconds{999});
    CHECK_FALSE(p.client.stack.is_local(ip("2001:db8:1::9")));
    p.net.run_for(milliseconds{2});
    CHECK(p.client.stack.is_local(ip("2001:db8:1::9")));
    CHECK(own(p.client, "fe80::ff:fe00:100")->state ==
          Ipv6Own::State::preferred);  // of its MAC 02-00-00-00-01-00

    SUBCASE("a third host that wants the same address does not get it") {
        Host& third = p.net.add_host("THIRD");
        third.attach(0, "9.60.60.10", 24);
        third.stack.add_address(0, ip("2001:db8:1::9"), 64, {}, p.net.now, third);
        p.net.run_for(seconds{2});
        CHECK(own(third, "2001:db8:1::9")->state == Ipv6Own::State::duplicate);
        CHECK_FALSE(third.stack.is_local(ip("2001:db8:1::9")));
        CHECK(mentions(third, "is not used: 020000000100 has it already"));
        CHECK(p.client.stack.is_local(ip("2001:db8:1::9")));
    }
}

TEST_CASE("two hosts that want one address at the same time both go without") {
    Net net;
    Host &a = net.add_host("A"), &b = net.add_host("B");
    const auto lan = net.add_lan();
    a.attach(lan, "9.60.60.1", 24);
    b.attach(lan, "9.60.60.2", 24);
    a.stack.add_address(0, ip("2001:db8::7"), 64, {}, net.now, a);
    b.stack.add_address(0, ip("2001:db8::7"), 64, {}, net.now, b);
    net.run_for(seconds{3});
    CHECK(own(a, "2001:db8::7")->state == Ipv6Own::State::duplicate);
    CHECK(own(b, "2001:db8::7")->state == Ipv6Own::State::duplicate);
}

TEST_CASE("a listener takes connections of both families") {
    Pair6 p;
    p.net.run_for(seconds{2});
    const auto six = p.client.connect("2001:db8:1::3", 21), four = p.client.connect("9.60.60.3", 21);
    p.net.run_for(seconds{1});
    REQUIRE(p.client.connected_ids.size() == 2);
    CHECK(p.client.row(six).local.address == ip("2001:db8:1::9"));
    CHECK(p.client.row(six).peer.str() == "2001:db8:1::3..21");
    CHECK(p.client.row(four).local.address == ip("9.60.60.9"));
    // The link's own addresses serve as well.
    CHECK(p.client.connect("fe80::ff:fe00:200", 21) != 0);
    p.net.run_for(seconds{1});
    CHECK(p.client.connected_ids.size() == 3);
}

TEST_CASE("a transfer over IPv6 survives loss, duplication, reordering and corruption") {
    Faults bad;
    Pair6 p(bad, 7);
    p.net.run_for(seconds{2});
    p.net.lans[0].faults.lose = 20'000;
    p.net.lans[0].faults.duplicate = 10'000;
    p.net.lans[0].faults.reorder = 50'000;
    p.net.lans[0].faults.corrupt = 10'000;
    const auto id = p.client.connect("2001:db8:1::3", 21);
    REQUIRE(p.net.run_until([&] { return !p.client.connected_ids.empty(); }, minutes{1}));
    p.client.stream(id, 1'000'000, true);
    REQUIRE(p.net.run_until([&] { return !p.server.peer_closed_ids.empty(); }, minutes{10}));
    const auto& text = p.server.text.begin()->second;
    CHECK(text.size() == 1'000'000);
    CHECK(is_pattern(text));
    CHECK(p.server.drops(DropReason::tcp_bad_checksum) + p.server.drops(DropReason::ip_malformed) > 0);
}

TEST_CASE("echo and datagrams of IPv6; a long one goes in fragments, a closed port is told") {
    Pair6 p;
    p.net.run_for(seconds{2});
    p.client.stack.send_echo(ip("2001:db8:1::3"), 7, 42, 4000, p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(p.client.echo_sequences == std::vector<std::uint16_t>{42});

    REQUIRE(p.server.stack.bind_udp(69));
    REQUIRE(p.client.stack.bind_udp(1024));
    const std::string long_one(5000, 'd');
    p.client.stack.send_datagram(1024, {ip("2001:db8:1::3"), 69}, Buffer::copy_of(long_one), p.net.now,
                                 p.client);
    p.client.stack.send_datagram(1024, {ip("2001:db8:1::3"), 70}, Buffer::copy_of("nobody"), p.net.now,
                                 p.client);
    p.net.run_for(seconds{1});
    CHECK(p.server.datagrams == std::vector<std::string>{long_one});
    // In the words of IPv4: unreachable, port.
    CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{3, 3}});
}

TEST_CASE("nobody answers for an address: the sender hears after three solicitations") {
    Pair6 p;
    p.net.run_for(seconds{2});
    REQUIRE(p.client.stack.bind_udp(1024));
    p.client.stack.send_datagram(1024, {ip("2001:db8:1::77"), 69}, Buffer::copy_of("hello"), p.net.now,
                                 p.client);
    p.net.run_for(milliseconds{2900});
    CHECK(p.client.icmp_errors.empty());
    p.net.run_for(milliseconds{200});
    CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{3, 1}});
    CHECK(p.client.drops(DropReason::arp_no_answer) == 1);
}

TEST_CASE("a host makes addresses of a router's prefixes, and reaches beyond it (RFC 4861, RFC 4862)") {
    Net net;
    Host& host = net.add_host("HOST");
    StackOptions forwards;
    forwards.forwarding = true;
    Host& router = net.add_host("ROUTER", forwards);
    Host& far = net.add_host("FAR");
    const auto near_lan = net.add_lan(), far_lan = net.add_lan();
    host.attach(near_lan, "9.60.60.9", 24);
    router.attach(near_lan, "9.60.60.1", 24);
    router.attach(far_lan, "9.61.0.1", 24);
    far.attach(far_lan, "9.61.0.3", 24);
    host.stack.set_autoconfiguration(0, true);
    router.stack.add_address(0, ip("2001:db8:1::1"), 64, {}, net.now, router);
    router.stack.add_address(1, ip("2001:db8:2::1"), 64, {}, net.now, router);
    far.stack.add_address(0, ip("2001:db8:2::3"), 64, {}, net.now, far);
    far.stack.add_route(Ipv6Route{{}, 0, ip("2001:db8:2::1"), 0, 0, Instant::max(), {}});
    wire::RouterMessage message;
    message.hop_limit = 64;
    message.lifetime = minutes{30};
    message.prefixes = {{ip("2001:db8:1::"), 64, true, true, hours{1}, minutes{20}}};
    router.stack.advertise(0, message, net.now);
    host.stack.enable_ipv6(0, net.now, host);
    net.run_for(seconds{10});
    const char* const made = "2001:db8:1:0:0:ff:fe00:100";
    REQUIRE(own(host, made));
    CHECK(own(host, made)->state == Ipv6Own::State::preferred);

    REQUIRE(far.stack.listen(21, {}));
    const auto id = host.connect("2001:db8:2::3", 21);
    net.run_for(seconds{1});
    REQUIRE(host.connected_ids.size() == 1);
    CHECK(host.row(id).local.address == ip(made));

    SUBCASE("a packet that is too large for the second link is told, and what follows fits (RFC 8201)") {
        router.stack.add_route(Ipv6Route{ip("2001:db8:2::3"), 128, {}, 1, 1300, Instant::max(), {}});
        host.stream(id, 200'000, true);
        REQUIRE(net.run_until([&] { return !far.peer_closed_ids.empty(); }, minutes{2}));
        CHECK(is_pattern(far.text.begin()->second));
        CHECK(far.text.begin()->second.size() == 200'000);
        CHECK(router.drops(DropReason::ip_too_big) > 0);
        // The next connection knows.
        net.keeps_frames = true;
        const auto next = host.connect("2001:db8:2::3", 21);
        net.run_for(seconds{1});
        const auto dropped = router.drops(DropReason::ip_too_big);
        host.stream(next, 50'000, true);
        net.run_for(seconds{5});
        CHECK(router.drops(DropReason::ip_too_big) == dropped);
    }
    SUBCASE("datagrams are cut to the path once it is known") {
        router.stack.add_route(Ipv6Route{ip("2001:db8:2::3"), 128, {}, 1, 1280, Instant::max(), {}});
        REQUIRE(host.stack.bind_udp(1024));
        REQUIRE(far.stack.bind_udp(69));
        const std::string text(1400, 'd');
        host.stack.send_datagram(1024, {ip("2001:db8:2::3"), 69}, Buffer::copy_of(text), net.now, host);
        net.run_for(seconds{1});
        CHECK(far.datagrams.empty());
        host.stack.send_datagram(1024, {ip("2001:db8:2::3"), 69}, Buffer::copy_of(text), net.now, host);
        net.run_for(seconds{1});
        CHECK(far.datagrams == std::vector<std::string>{text});
    }
    SUBCASE("a hop limit that ends on the way is told") {
        REQUIRE(host.stack.bind_udp(1024));
        host.stack.send_datagram(1024, {ip("2001:db8:2::3"), 69}, Buffer::copy_of("x"), net.now, host, 1);
        net.run_for(seconds{1});
        CHECK(host.icmp_errors == std::vector<std::pair<int, int>>{{11, 0}});
    }
    SUBCASE("without the router the address ages, and with its time it goes") {
        router.stack.set_up(0, false);
        net.run_for(minutes{25});
        CHECK(own(host, made)->state == Ipv6Own::State::deprecated);
        net.run_for(minutes{40});
        CHECK_FALSE(own(host, made));
        CHECK(host.connect("2001:db8:2::3", 21) == 0);  // no route, no address
    }
}

TEST_CASE("neighbour discovery from behind a router is not believed (RFC 4861 section 7.1)") {
    Pair6 p;
    p.net.run_for(seconds{2});
    const auto to = p.client.stack.snapshot().interfaces[0].config.mac;
    const MacAddress liar{{2, 0, 0, 0, 9, 9}};
    const auto neighbours = [&] { return p.client.stack.snapshot().neighbours.size(); };
    const auto before = neighbours();
    const auto body =
        wire::make_neighbour(wire::kNeighbourSolicitation, {ip("2001:db8:1::9"), liar, false, false, false});
    p.net.inject(
        0, 0,
        forged_icmpv6(to, liar, "2001:db8:1::66", "2001:db8:1::9", wire::kNeighbourSolicitation, body, 254));
    p.net.run_for(milliseconds{10});
    CHECK(neighbours() == before);
    CHECK(p.client.drops(DropReason::discovery_malformed) == 1);
    p.net.inject(
        0, 0,
        forged_icmpv6(to, liar, "2001:db8:1::66", "2001:db8:1::9", wire::kNeighbourSolicitation, body, 255));
    p.net.run_for(milliseconds{10});
    CHECK(neighbours() == before + 1);
    const auto group = wire::make_neighbour(
        wire::kNeighbourSolicitation,
        {ip("2001:db8:1::9"), MacAddress{{0x33, 0x33, 0, 0, 0, 1}}, false, false, false});
    p.net.inject(
        0, 0,
        forged_icmpv6(to, liar, "2001:db8:1::67", "2001:db8:1::9", wire::kNeighbourSolicitation, group, 255));
    p.net.run_for(milliseconds{10});
    CHECK(neighbours() == before + 1);  // what goes to a neighbour would go to all
    // A router's word counts only where it was asked for.
    wire::RouterMessage evil;
    evil.lifetime = minutes{30};
    p.net.inject(0, 0,
                 forged_icmpv6(to, liar, "fe80::66", "ff02::1", wire::kRouterAdvertisement,
                               wire::make_router(evil), 255));
    p.net.run_for(milliseconds{10});
    for (const auto& route : p.client.stack.snapshot().routes6) CHECK(route.length != 0);
}

TEST_CASE("redirects: of the router that has the packets, and for what it may name (RFC 4861 section 8.1)") {
    Pair6 p;
    const MacAddress router{{2, 0, 0, 0, 9, 1}}, better{{2, 0, 0, 0, 9, 2}};
    p.client.stack.add_route(Ipv6Route{{}, 0, ip("fe80::1"), 0, 0, Instant::max(), {}});
    p.net.run_for(seconds{2});
    const auto to = p.client.stack.snapshot().interfaces[0].config.mac;
    const auto say = [&](const char* source, const char* target, const char* destination,
                         std::uint8_t hops = 255) {
        p.net.inject(0, 0,
                     forged_icmpv6(to, router, source, "2001:db8:1::9", wire::kIcmpv6Redirect,
                                   wire::make_redirect({ip(target), ip(destination), better}, {}), hops));
        p.net.run_for(milliseconds{10});
        for (const auto& route : p.client.stack.snapshot().routes6)
            if (route.length == 128) return route.first_hop.str();
        return std::string("none");
    };
    CHECK(say("fe80::66", "fe80::2", "2001:db8:9::5") == "none");       // a stranger
    CHECK(say("fe80::1", "2001:db8:1::2", "2001:db8:9::5") == "none");  // no router's address
    CHECK(say("fe80::1", "fe80::2", "ff02::5") == "none");
    CHECK(say("fe80::1", "fe80::2", "2001:db8:9::5", 254) == "none");
    CHECK(say("fe80::1", "fe80::2", "2001:db8:1::3") == "none");  // on the link: no router has these packets
    CHECK(say("fe80::1", "fe80::ff:fe00:100", "2001:db8:9::5") == "none");  // ourselves
    CHECK(p.client.drops(DropReason::discovery_malformed) == 6);
    CHECK(say("fe80::1", "fe80::2", "2001:db8:9::5") == "fe80::2");
    p.net.run_for(minutes{11});
    for (const auto& route : p.client.stack.snapshot().routes6) CHECK(route.length != 128);
    for (unsigned i = 0; i < 200; ++i) {
        auto destination = ip("2001:db8:9::").bytes();
        destination[15] = std::uint8_t(i);
        (void)say("fe80::1", "fe80::2", IpAddress(destination).str().c_str());
    }
    CHECK(p.client.stack.snapshot().routes6.size() <= 40);
}

TEST_CASE(
    "groups are reported when an address begins, when it is proved, and when a router asks (RFC 3810)") {
    Net net;
    net.keeps_raw = 100;
    Host& host = net.add_host("HOST");
    const auto lan = net.add_lan();
    host.attach(lan, "9.60.60.9", 24);
    net.add_host("OTHER").attach(lan, "9.60.60.3", 24);
    /// "source: groups", with the kind of the first record.
    const auto reports = [&](Duration time) {
        net.run_for(time);
        std::vector<std::string> all;
        for (const auto& frame : net.raw) {
            const auto packet = frame.span().subspan(wire::kEthernetHeader);
            const auto ip6 = packet[0] >> 4 == 6 ? wire::parse_ipv6(packet) : wire::ParsedIpv6{};
            if (ip6.header.destination != wire::kMldRouters) continue;
            CHECK(ip6.header.hop_limit == 1);
            CHECK(packet[wire::kIpv6Header + 2] == 5);  // router alert
            const auto [fault, message] =
                wire::parse_icmpv6(packet.subspan(ip6.payload_at), ip6.header.source, ip6.header.destination);
            REQUIRE(fault == wire::IcmpFault::none);
            CHECK(message.type == wire::kMldReport);
            CHECK(message.payload.size() == message.rest * 20);
            all.push_back(fmt::format("{} {} {}", ip6.header.source.str(), message.payload[0], message.rest));
        }
        net.raw.clear();
        return all;
    };
    using Lines = std::vector<std::string>;
    const std::string own_link = "fe80::ff:fe00:100";
    host.stack.add_address(0, ip("2001:db8:1::9"), 64, {}, net.now, host);
    CHECK(reports(milliseconds{900}) == Lines{":: 4 1", ":: 4 2"});
    CHECK(reports(seconds{1}) == Lines{own_link + " 4 2"});
    const auto to = host.stack.snapshot().interfaces[0].config.mac;
    const auto query = [&](const char* group, std::uint8_t hops) {
        wire::NeighbourBody body;
        body.flags = 2000u << 16;  // within two seconds
        const auto address = ip(group).bytes();
        body.bytes.assign(address.begin(), address.end());
        body.bytes.resize(20);
        net.inject(
            0, 0,
            forged_icmpv6(to, {{2, 0, 0, 0, 9, 9}}, "fe80::66", "ff02::1", wire::kMldQuery, body, hops));
        return reports(seconds{3});
    };
    CHECK(query("::", 255).empty());  // from behind a router, or a liar
    CHECK(query("::", 1) == Lines{own_link + " 2 2"});
    CHECK(query("ff02::1:ff00:9", 1) == Lines{own_link + " 2 2"});
    CHECK(query("ff02::1:ff00:77", 1).empty());  // nobody listens there
    CHECK(query("2001:db8::1", 1).empty());      // no group
    // What is left is said, unless another address needs the group.
    host.stack.add_address(0, ip("2001:db8:2::9"), 64, {}, net.now, host);
    reports(seconds{3});
    host.stack.remove_address(0, ip("2001:db8:1::9"), net.now, host);
    CHECK(reports(seconds{1}).empty());
    host.stack.remove_address(0, ip("2001:db8:2::9"), net.now, host);
    CHECK(reports(seconds{1}) == Lines{own_link + " 3 1"});
    CHECK(query("ff02::1:ff00:9", 1).empty());
    CHECK(host.drops(DropReason::discovery_malformed) == 2);
}

TEST_CASE("a router that invents prefixes and routers does not fill the tables") {
    Pair6 p;
    p.client.stack.set_autoconfiguration(0, true);
    p.net.run_for(seconds{2});
    const auto to = p.client.stack.snapshot().interfaces[0].config.mac;
    const auto before = p.client.stack.snapshot().routes6.size();
    for (unsigned i = 0; i < 500; ++i) {
        wire::RouterMessage message;
        message.lifetime = minutes{30};
        auto prefix = ip("2001:db8::").bytes();
        prefix[6] = std::uint8_t(i >> 8);
        prefix[7] = std::uint8_t(i);
        message.prefixes = {{IpAddress(prefix), 64, true, true, hours{1}, hours{1}}};
        auto router = ip("fe80::").bytes();
        router[14] = prefix[6];
        router[15] = prefix[7];
        p.net.inject(0, 0,
                     forged_icmpv6(to, {{2, 0, 0, 0, 9, 9}}, IpAddress(router).str().c_str(), "ff02::1",
                                   wire::kRouterAdvertisement, wire::make_router(message), 255));
        p.net.run_for(milliseconds{1});
    }
    const auto after = p.client.stack.snapshot();
    CHECK(after.routes6.size() > before);
    CHECK(after.routes6.size() <= 32);
    CHECK(after.interfaces[0].ipv6.size() <= 18);
}

TEST_CASE("a packet too big that quotes what was never sent narrows no path") {
    Pair6 p;
    p.net.run_for(seconds{2});
    const auto id = p.client.connect("2001:db8:1::3", 21);
    p.net.run_for(seconds{1});
    REQUIRE(p.client.connected_ids.size() == 1);
    wire::NeighbourBody lie;
    lie.flags = 1280;
    lie.bytes.resize(wire::kIpv6Header + 20);
    wire::emit_ipv6({0, 0, 20, wire::kProtocolTcp, 64, ip("2001:db8:1::9"), ip("2001:db8:1::3")}, lie.bytes);
    const auto port = p.client.row(id).local.port;
    lie.bytes[40] = std::uint8_t(port >> 8);
    lie.bytes[41] = std::uint8_t(port);
    lie.bytes[43] = 21;
    const auto to = p.client.stack.snapshot().interfaces[0].config.mac;
    p.net.inject(0, 0,
                 forged_icmpv6(to, {{2, 0, 0, 0, 9, 9}}, "2001:db8:1::66", "2001:db8:1::9",
                               wire::kIcmpv6TooBig, lie, 64));
    p.net.keeps_frames = true;
    p.client.stream(id, 10'000, false);
    p.net.run_for(seconds{1});
    const auto next = p.client.connect("2001:db8:1::3", 21);
    p.net.run_for(seconds{1});
    CHECK(next != 0);
    CHECK(p.server.text.begin()->second.size() == 10'000);
    CHECK(p.client.row(id).retransmitted == 0);
}

TEST_CASE("extension headers: skipped, discarded or answered as their bits say (RFC 8200 section 4)") {
    const auto packet_with = [](std::uint8_t first, std::vector<std::uint8_t> extension) {
        std::vector<std::uint8_t> packet(wire::kIpv6Header);
        packet.insert(packet.end(), extension.begin(), extension.end());
        wire::emit_ipv6(
            {0, 0, std::uint16_t(extension.size()), first, 64, ip("2001:db8::1"), ip("2001:db8::2")}, packet);
        return packet;
    };
    using Bytes = std::vector<std::uint8_t>;
    SUBCASE("padding, and an option that may be skipped") {
        const auto p = wire::parse_ipv6(packet_with(0, Bytes{58, 0, 1, 0, 0x1e, 2, 7, 7}));
        CHECK(p.fault == wire::Ipv6Fault::none);
        CHECK(p.protocol == wire::kProtocolIcmpv6);
        CHECK(p.payload_at == 48);
    }
    SUBCASE("one that may not") {
        CHECK(wire::parse_ipv6(packet_with(0, Bytes{58, 0, 0x40, 4, 0, 0, 0, 0})).fault ==
              wire::Ipv6Fault::discarded);
        const auto p = wire::parse_ipv6(packet_with(60, Bytes{58, 0, 0, 0x80, 3, 0, 0, 0}));
        CHECK(p.fault == wire::Ipv6Fault::problem);
        CHECK(p.problem_code == 2);
        CHECK(p.problem_at == 43);
        CHECK(p.problem_though_group);
        CHECK_FALSE(
            wire::parse_ipv6(packet_with(60, Bytes{58, 0, 0, 0xc0, 3, 0, 0, 0})).problem_though_group);
    }
    SUBCASE("an option that reaches over its header") {
        CHECK(wire::parse_ipv6(packet_with(60, Bytes{58, 0, 5, 9, 0, 0, 0, 0})).fault ==
              wire::Ipv6Fault::malformed);
    }
    SUBCASE("hop-by-hop anywhere but first, and a route that wants to be followed") {
        CHECK(
            wire::parse_ipv6(packet_with(60, Bytes{0, 0, 1, 4, 0, 0, 0, 0, 58, 0, 1, 4, 0, 0, 0, 0})).fault ==
            wire::Ipv6Fault::problem);
        CHECK(wire::parse_ipv6(packet_with(43, Bytes{58, 0, 0, 1, 0, 0, 0, 0})).fault ==
              wire::Ipv6Fault::problem);
        CHECK(wire::parse_ipv6(packet_with(43, Bytes{58, 0, 0, 0, 0, 0, 0, 0})).protocol == 58);
    }
    SUBCASE("headers without end") {
        Bytes many;
        for (int i = 0; i < 12; ++i) many.insert(many.end(), {60, 0, 1, 4, 0, 0, 0, 0});
        CHECK(wire::parse_ipv6(packet_with(60, many)).fault == wire::Ipv6Fault::malformed);
    }
    SUBCASE("an option that is answered, end to end") {
        Pair6 p;
        p.net.run_for(seconds{2});
        auto packet = packet_with(60, Bytes{58, 0, 0, 0x80, 3, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0});
        wire::emit_ipv6({0, 0, 16, 60, 64, ip("2001:db8:1::9"), ip("2001:db8:1::3")}, packet);
        Buffer frame = Buffer::allocate(wire::kEthernetHeader + packet.size());
        wire::emit_ethernet(
            {p.server.stack.snapshot().interfaces[0].config.mac, {{2, 0, 0, 0, 1, 0}}, wire::kEtherTypeIpv6},
            std::span(frame.writable(), frame.size()));
        std::memcpy(frame.writable() + wire::kEthernetHeader, packet.data(), packet.size());
        p.net.inject(1, 0, std::move(frame));
        p.net.run_for(seconds{1});
        CHECK(p.server.drops(DropReason::ip_unknown_option) == 1);
        CHECK(p.client.icmp_errors.empty());  // it quotes nothing that is known here, but it came
        CHECK(p.client.drops(DropReason::icmp_malformed) == 0);
    }
}

TEST_CASE("the checksum of the pseudo-header is the same by either way") {
    const Ipv4Address a = Ipv4Address::of(9, 60, 60, 3), b = Ipv4Address::of(255, 255, 0, 1);
    const std::vector<std::uint8_t> payload{1, 2, 3, 4, 5, 6, 7};
    CHECK(
        wire::fold_checksum(wire::sum_pseudo_header(wire::sum_pair(a, b), 6, 7) + wire::sum_words(payload)) ==
        wire::fold_checksum(wire::sum_pseudo_header(IpAddress(a), IpAddress(b), 6, 7) +
                            wire::sum_words(payload)));
}

TEST_CASE("an IPv6 address that was taken away carries no connection any longer") {
    Pair6 p;
    p.net.run_for(seconds{2});
    const auto id = p.client.connect("2001:db8:1::3", 21);
    p.net.run_for(seconds{1});
    REQUIRE(p.client.connected_ids.size() == 1);
    p.server.stack.remove_address(0, ip("2001:db8:1::3"), p.net.now, p.server);
    p.client.send(id, "hello");
    p.net.run_for(seconds{1});
    CHECK(p.server.text.empty());
    CHECK(p.client.row(id).send_queue == 5);
}
