// Below TCP: ARP, fragments, ICMP, forwarding, UDP.
#include <doctest/doctest.h>

#include <algorithm>

#include "stack/base/bytes.hpp"
#include "stack/wire/arp.hpp"
#include "stack/wire/icmp.hpp"
#include "tests/stack/forger.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

IpAddress ip(const char* dotted) { return *Ipv4Address::parse(dotted); }

/// CLIENT 10.1.0.9 ── ROUTER 10.1.0.1 | 10.2.0.1 ── SERVER 10.2.0.3
struct Chain {
    explicit Chain(std::uint16_t far_mtu = 1500, const Faults& faults = {})
        : client(net.add_host("CLIENT")),
          server(net.add_host("SERVER")),
          router(net.add_host("ROUTER", router_options())) {
        const auto near = net.add_lan(faults), far = net.add_lan(faults);
        client.attach(near, "10.1.0.9", 16);
        router.attach(near, "10.1.0.1", 16);
        router.attach(far, "10.2.0.1", 16, far_mtu);
        server.attach(far, "10.2.0.3", 16, 1500);
        client.route_default("10.1.0.1", 0);
        server.route_default("10.2.0.1", 0);
        listener = *server.stack.listen(21, {});
    }
    static StackOptions router_options() {
        StackOptions options;
        options.forwarding = true;
        return options;
    }
    Net net;
    Host& client;
    Host& server;
    Host& router;
    ConnectionId listener = 0;
};

/// From the client to the server; all that are not whole belong to one datagram.
void inject_fragment(Pair& p, std::uint8_t protocol, std::uint16_t offset, bool more,
                     std::span<const std::uint8_t> payload) {
    wire::Ipv4Header h;
    h.identification = 77;
    h.fragment_offset = offset;
    h.more_fragments = more;
    h.ttl = 9;
    h.protocol = protocol;
    h.source = ip(kClientAddress).v4();
    h.destination = ip(kServerAddress).v4();
    p.net.inject(1, 0, forged_packet(p.client, p.server, h, payload));
}

}  // namespace

TEST_CASE("ARP: asked once, answered, remembered, and forgotten when nobody speaks any more") {
    Pair p;
    p.net.run_for(seconds{1});  // the announcements have passed
    p.net.keeps_frames = true;
    p.client.stack.send_echo(ip("9.60.60.3"), 7, 1, 8, p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(p.client.echo_sequences == std::vector<std::uint16_t>{1});
    std::string lines;
    for (const auto& s : p.net.seen) lines += s.line + '\n';
    CHECK(lines ==
          "ARP who has 9.60.60.3, tell 9.60.60.9\n"
          "ARP 9.60.60.3 is at 020000000200\n"
          "9.60.60.9 > 9.60.60.3 ICMP echo request id 7 seq 1 len 8\n"
          "9.60.60.3 > 9.60.60.9 ICMP echo reply id 7 seq 1 len 8\n");
    CHECK(p.client.stack.snapshot().neighbours.size() == 1);
    p.net.run_for(minutes{11});
    CHECK(p.client.stack.snapshot().neighbours.empty());
    CHECK_FALSE(p.client.stack.next_deadline());
}

TEST_CASE("ARP: an entry in use is renewed, without a pause in the traffic") {
    Pair p;
    REQUIRE(p.open());
    for (int i = 0; i < 20; ++i) {
        p.client.send(p.at_client, "tick");
        p.net.run_for(minutes{1});
    }
    CHECK(p.client.row(p.at_client).retransmitted == 0);
    CHECK(p.server.text[p.at_server].size() == 80);
}

TEST_CASE("ARP: a neighbour whose card changed announces itself, and is found again") {
    Pair p;
    REQUIRE(p.open());
    wire::ArpPacket announcement{
        wire::ArpOperation::request, {{2, 9, 9, 9, 9, 9}}, ip("9.60.60.3").v4(), {}, ip("9.60.60.3").v4()};
    Buffer frame = Buffer::allocate(42);
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    wire::emit_ethernet({MacAddress::broadcast(), announcement.sender_mac, wire::kEtherTypeArp}, room);
    wire::emit_arp(announcement, room.subspan(14));
    p.net.inject(0, 0, frame);
    CHECK(p.client.stack.snapshot().neighbours.at(0).mac == announcement.sender_mac);
    // Who claims our own address changes nothing, but is written down.
    const auto before = p.server.records.size();
    p.net.inject(1, 0, frame);
    REQUIRE(p.server.records.size() == before + 1);
    CHECK(p.server.records.back().find("also claimed by 020909090909") != std::string::npos);
}

TEST_CASE("ARP: strangers' talk is not remembered") {
    Pair p;
    for (std::uint8_t i = 1; i < 200; ++i) {
        wire::ArpPacket talk{wire::ArpOperation::request,
                             {{2, 8, 8, 8, 8, i}},
                             Ipv4Address::of(9, 60, 60, i),
                             {},
                             ip("9.60.60.250").v4()};
        Buffer frame = Buffer::allocate(42);
        const std::span<std::uint8_t> room(frame.writable(), frame.size());
        wire::emit_ethernet({MacAddress::broadcast(), talk.sender_mac, wire::kEtherTypeArp}, room);
        wire::emit_arp(talk, room.subspan(14));
        p.net.inject(1, 0, frame);
    }
    CHECK(p.server.stack.snapshot().neighbours.empty());
}

TEST_CASE("fragments: a large echo goes there and back in pieces") {
    Pair p(1, {.duplicate = 200'000, .reorder = 300'000});
    p.client.stack.send_echo(ip("9.60.60.3"), 7, 1, 60'000, p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(p.client.echo_sequences.size() >= 1);
    CHECK(p.net.frames >= 2 * 41);
}

TEST_CASE(
    "fragments: a lost one is waited for thirty seconds, then everything goes, and the sender hears of it") {
    Pair p;
    std::size_t n = 0;
    p.net.filter = [&](const Seen& s) { return s.from != 0 || ++n != 3; };  // ARP, first, second
    p.client.stack.bind_udp(1024);
    p.server.stack.bind_udp(69);
    p.client.stack.send_datagram(1024, {ip("9.60.60.3"), 69}, Buffer::copy_of(std::string(4000, 'x')),
                                 p.net.now, p.client);
    p.net.run_for(seconds{29});
    CHECK(p.server.drops(DropReason::reassembly_timeout) == 0);
    p.net.run_for(seconds{2});
    CHECK(p.server.drops(DropReason::reassembly_timeout) == 1);
    CHECK(p.server.datagrams.empty());
    CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{11, 1}});
}

TEST_CASE("fragments that overlap are refused; repeated ones are not") {
    Pair p;
    p.server.stack.bind_udp(69);
    const auto fragment = [&](std::uint16_t offset, std::size_t size, bool more) {
        std::vector<std::uint8_t> payload(size);
        if (offset == 0) {
            payload[1] = 9;
            payload[3] = 69;
            payload[5] = 48;  // UDP length
        }
        inject_fragment(p, wire::kProtocolUdp, offset, more, payload);
    };
    fragment(0, 24, true);
    fragment(0, 24, true);
    fragment(16, 24, false);
    CHECK(p.server.drops(DropReason::reassembly_overlap) == 1);
    CHECK(p.server.datagrams.empty());
    fragment(24, 24, false);
    fragment(24, 24, false);
    fragment(0, 24, true);
    CHECK(p.server.datagrams.size() == 1);
}

TEST_CASE("a fragment that comes again as the last one, before others that are held, is refused") {
    Pair p;
    p.server.stack.bind_udp(69);
    const std::vector<std::uint8_t> bytes(2048);
    const auto small = std::span(bytes).first(24);
    inject_fragment(p, wire::kProtocolUdp, 0, true, small);
    inject_fragment(p, wire::kProtocolUdp, 24, true, small);
    inject_fragment(p, wire::kProtocolUdp, 48, true, bytes);
    inject_fragment(p, wire::kProtocolUdp, 24, false, small);
    CHECK(p.server.drops(DropReason::reassembly_overlap) == 1);
    CHECK(p.server.drops(DropReason::udp_malformed) == 0);
}

TEST_CASE("fragments that would make a datagram of more than 65535 bytes are an attack: no ping of death") {
    for (const std::size_t last : {std::size_t{1515}, std::size_t{1516}, std::size_t{1535}}) {
        CAPTURE(last);
        Pair p;
        p.client.stack.send_echo(ip("9.60.60.3"), 0, 1, 8, p.net.now, p.client);  // its replies are welcome
        p.net.run_for(seconds{1});
        std::vector<std::uint8_t> echo(1000);
        echo[0] = wire::kIcmpEchoRequest;
        echo[2] = 0xf7;
        echo[3] = 0xff;
        inject_fragment(p, wire::kProtocolIcmp, 0, true, echo);
        const std::vector<std::uint8_t> zeros(1000);
        for (std::uint16_t offset = 1000; offset < 64'000; offset = std::uint16_t(offset + 1000))
            inject_fragment(p, wire::kProtocolIcmp, offset, true, zeros);
        inject_fragment(p, wire::kProtocolIcmp, 64'000, false, std::vector<std::uint8_t>(last));
        p.net.run_for(seconds{1});
        const bool fits = 20 + 64'000 + last <= 65'535;
        CHECK(p.client.echo_sequences.size() == (fits ? 2 : 1));
        CHECK(p.server.drops(DropReason::ip_too_long) == (fits ? 0 : 1));
    }
}

TEST_CASE(
    "a datagram that came in pieces for a port that nobody holds is answered too, quoting its beginning") {
    Pair p;
    p.client.stack.bind_udp(1024);
    p.client.stack.send_datagram(1024, {ip("9.60.60.3"), 69}, Buffer::copy_of(std::string(4000, 'x')),
                                 p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{3, 3}});
    CHECK(p.server.records.back().starts_with("drop no UDP socket: 9.60.60.9 > 9.60.60.3 fragment of "));
}

TEST_CASE("a datagram to ourselves for a port that nobody holds is answered as from anybody") {
    for (const char* own : {"9.60.60.9", "127.0.0.1", "::1"}) {
        CAPTURE(own);
        Pair p;
        p.client.stack.bind_udp(1024);
        p.client.stack.send_datagram(1024, {*IpAddress::parse(own), 69}, Buffer::copy_of("?"), p.net.now,
                                     p.client);
        p.net.run_for(seconds{1});
        CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{3, 3}});
    }
}

TEST_CASE("a route's MTU too small to carry anything is taken as the least there is") {
    Pair p;
    p.client.stack.add_route({ip("9.60.60.0").v4(), mask_of_prefix(24), {}, 0, 40, {}});
    REQUIRE(p.open());
    p.client.stream(p.at_client, 2000, true);
    p.net.run_for(seconds{10});
    CHECK(p.server.text[p.at_server].size() == 2000);
}

TEST_CASE("UDP: there and back; a port that nobody holds answers unreachable") {
    Pair p;
    REQUIRE(p.client.stack.bind_udp(1024));
    CHECK_FALSE(p.client.stack.bind_udp(1024));
    REQUIRE(p.server.stack.bind_udp(53));
    p.client.stack.send_datagram(1024, {ip("9.60.60.3"), 53}, Buffer::copy_of("query"), p.net.now, p.client);
    p.client.stack.send_datagram(1024, {ip("9.60.60.3"), 54}, Buffer::copy_of("query"), p.net.now, p.client);
    p.client.stack.send_datagram(1024, {ip("9.60.60.255"), 53}, Buffer::copy_of("all"), p.net.now, p.client);
    p.net.run_for(seconds{1});
    CHECK(p.server.datagrams == std::vector<std::string>{"all", "query"});
    CHECK(p.client.icmp_errors == std::vector<std::pair<int, int>>{{3, 3}});
    CHECK(p.server.drops(DropReason::udp_no_socket) == 1);
}

TEST_CASE("ICMP errors are rationed") {
    Pair p;
    p.client.stack.bind_udp(1024);
    p.client.stack.send_echo(ip("9.60.60.3"), 1, 1, 1, p.net.now, p.client);
    p.net.run_for(milliseconds{100});
    for (int i = 0; i < 500; ++i)
        p.client.stack.send_datagram(1024, {ip("9.60.60.3"), 54}, Buffer::copy_of("x"), p.net.now, p.client);
    p.net.run_for(milliseconds{500});
    CHECK(p.client.icmp_errors.size() == 100);
    CHECK(p.server.drops(DropReason::udp_no_socket) == 500);
}

TEST_CASE("a router forwards, counts hops, and says when it cannot") {
    Chain c;
    const auto id = c.client.connect("10.2.0.3", 21);
    c.net.run_for(seconds{1});
    REQUIRE(c.server.accepted_ids.size() == 1);
    c.client.stream(id, 500'000, true);
    c.net.run_for(seconds{10});
    CHECK(c.server.text[c.server.accepted_ids[0]].size() == 500'000);

    // Nobody at the last hop: the router says host unreachable, and the connection keeps trying (MUST-56).
    const auto lost = c.client.connect("10.2.0.77", 21);
    c.net.run_for(seconds{20});
    CHECK(c.client.state(lost) == TcpState::syn_sent);
    c.net.run_for(minutes{4});
    CHECK(c.client.failed_ids.at(lost) == CloseReason::unreachable);

    // No route at all.
    c.client.stack.send_echo(ip("10.9.9.9"), 5, 1, 8, c.net.now, c.client);
    c.net.run_for(seconds{1});
    CHECK(c.client.icmp_errors.back() == std::pair(3, 0));
    CHECK(c.router.drops(DropReason::ip_no_route) == 1);
}

TEST_CASE("a TTL that runs out is reported by the router") {
    Net net;
    StackOptions one_hop;
    one_hop.ttl = 1;
    Host& client = net.add_host("CLIENT", one_hop);
    Host& router = net.add_host("ROUTER", Chain::router_options());
    const auto near = net.add_lan(), far = net.add_lan();
    client.attach(near, "10.1.0.9", 16);
    router.attach(near, "10.1.0.1", 16);
    router.attach(far, "10.2.0.1", 16);
    client.route_default("10.1.0.1", 0);
    client.stack.send_echo(ip("10.2.0.3"), 5, 1, 8, net.now, client);
    net.run_for(seconds{1});
    CHECK(client.icmp_errors == std::vector<std::pair<int, int>>{{11, 0}});
    CHECK(router.drops(DropReason::ip_ttl_expired) == 1);
}

TEST_CASE("a host does not forward") {
    Pair p;
    Host& other = p.net.add_host("OTHER");
    other.attach(0, "9.60.60.50", 24);
    other.route_default("9.60.60.3", 0);
    other.stack.send_echo(ip("10.9.9.9"), 5, 1, 8, p.net.now, other);
    p.net.run_for(seconds{1});
    CHECK(p.server.drops(DropReason::ip_not_forwarding) == 1);
}

TEST_CASE("a path that narrows is found out, and segments shrink to fit it (RFC 1191)") {
    Chain c(600, {.lose = 10'000});
    const auto id = c.client.connect("10.2.0.3", 21);
    c.net.run_for(seconds{10});
    REQUIRE(c.server.accepted_ids.size() == 1);
    c.client.stream(id, 300'000, true);
    c.net.run_for(minutes{5});
    CHECK(c.server.text[c.server.accepted_ids[0]].size() == 300'000);
    CHECK(is_pattern(c.server.text[c.server.accepted_ids[0]]));
    CHECK(c.router.drops(DropReason::ip_too_big) > 0);
}

TEST_CASE("a path that swallows long packets without a word is found out, and tried again (RFC 4821)") {
    for (const bool v4 : {true, false}) {
        CAPTURE(v4);
        Pair p;
        constexpr std::size_t kCarries = 1404;  // bytes of a packet
        const std::size_t headers = v4 ? 52 : 72;
        auto id = p.at_client, at_server = p.at_server;
        if (v4) {
            REQUIRE(p.open());
            id = p.at_client;
            at_server = p.at_server;
        } else {
            p.client.stack.add_address(0, *IpAddress::parse("2001:db8:1::9"), 64, {}, p.net.now, p.client);
            p.server.stack.add_address(0, *IpAddress::parse("2001:db8:1::3"), 64, {}, p.net.now, p.server);
            p.net.run_for(seconds{3});
            id = p.client.connect("2001:db8:1::3", 21);
            p.net.run_for(seconds{1});
            REQUIRE(p.server.accepted_ids.size() == 1);
            at_server = p.server.accepted_ids[0];
        }
        bool narrow = true;
        p.net.filter = [&](const Seen& s) { return !narrow || s.bytes <= wire::kEthernetHeader + kCarries; };
        std::size_t sent = 0;
        const auto send = [&](std::size_t bytes) {
            p.client.streams[id] = {bytes, sent, false};
            sent += bytes;
            p.client.pump();
        };
        send(1'000'000);
        p.net.run_for(seconds{3});
        CHECK(p.client.row(id).segment >= 1280 - headers);
        p.net.run_for(seconds{60});
        CHECK(p.server.text[at_server].size() == 1'000'000);
        CHECK(p.client.row(id).segment > kCarries - 17 - headers);
        CHECK(p.client.row(id).segment <= kCarries - headers);
        const auto said = [&](const char* what) {
            return std::count_if(p.client.records.begin(), p.client.records.end(),
                                 [&](const auto& line) { return line.find(what) != line.npos; });
        };
        CHECK(said("full segments are not answered") == 1);
        CHECK(said("swallows packets of 1500 bytes without a word, and carries 1280") == 1);
        // Whoever connects next knows it.
        const auto next = p.client.connect(v4 ? "9.60.60.3" : "2001:db8:1::3", 21);
        p.net.run_for(seconds{1});
        CHECK(p.client.row(next).segment == p.client.row(id).segment);
        // Ten minutes later the whole is tried, and found to be too long again.
        p.net.run_for(minutes{10});
        send(1'000'000);
        p.net.run_for(seconds{10});
        CHECK(p.server.text[at_server].size() == 2'000'000);
        CHECK(p.client.row(id).segment <= kCarries - headers);
        // The path is mended: so it is used, another ten minutes later.
        narrow = false;
        p.net.run_for(minutes{10});
        send(300'000);
        p.net.run_for(seconds{10});
        CHECK(p.server.text[at_server].size() == 2'300'000);
        CHECK(is_pattern(p.server.text[at_server]));
        CHECK(p.client.row(id).segment == 1500 - headers);
        CHECK(said("carries 1500 bytes after all") == 1);
        p.client.stream(next, 300'000, false);
        p.net.run_for(seconds{10});
        CHECK(p.client.row(next).segment == 1500 - headers);
    }
}

TEST_CASE("a path that was down for a while is not taken for a narrow one") {
    Pair p;
    REQUIRE(p.open());
    bool down = true;
    p.net.filter = [&](const Seen&) { return !down; };
    p.client.stream(p.at_client, 500'000, false);
    p.net.run_for(seconds{20});
    CHECK(p.client.row(p.at_client).segment == 512 - 12);
    down = false;
    p.net.run_for(seconds{60});
    CHECK(p.server.text[p.at_server].size() == 500'000);
    CHECK(p.client.row(p.at_client).segment == 1448);
    const auto next = p.client.connect("9.60.60.3", 21);
    p.net.run_for(seconds{1});
    CHECK(p.client.row(next).segment == 1448);
}

TEST_CASE("where routers may cut, a silent path is no reason for short segments") {
    StackOptions options;
    options.path_mtu_discovery = false;
    Pair p(1, {}, options);
    REQUIRE(p.open());
    p.net.filter = [](const Seen& s) { return s.payload < 1400; };
    p.client.stream(p.at_client, 100'000, false);
    p.net.run_for(seconds{20});
    CHECK(p.client.row(p.at_client).segment == 1448);
}

TEST_CASE("without don't-fragment the router cuts") {
    Chain c(600);
    c.client.stack.send_echo(ip("10.2.0.3"), 5, 1, 5000, c.net.now, c.client);
    c.net.run_for(seconds{5});
    CHECK(c.client.echo_sequences.size() == 1);
}

TEST_CASE("ICMP and TCP: hard errors end a connection, forged ones do not (MUST-54, SHLD-26)") {
    Pair p;
    p.net.keeps_frames = true;
    REQUIRE(p.open());
    p.net.run_for(seconds{1});
    const auto row = p.client.row(p.at_client);
    const auto error = [&](std::uint8_t code, std::uint32_t sequence) {
        Buffer frame = Buffer::allocate(14 + 20 + 8 + 28);
        const std::span<std::uint8_t> room(frame.writable(), frame.size());
        std::fill(room.begin(), room.end(), std::uint8_t{0});
        wire::Ipv4Header quoted;
        quoted.total_length = 40;
        quoted.ttl = 1;
        quoted.protocol = wire::kProtocolTcp;
        quoted.source = row.local.address.v4();
        quoted.destination = row.peer.address.v4();
        wire::emit_ipv4(quoted, room.subspan(42));
        ByteWriter ports(room.subspan(62));
        ports.u16(row.local.port);
        ports.u16(row.peer.port);
        ports.u32(sequence);
        wire::emit_icmp_header(wire::kIcmpUnreachable, code, 0, room.subspan(34));
        wire::Ipv4Header outer;
        outer.total_length = std::uint16_t(frame.size() - 14);
        outer.ttl = 9;
        outer.protocol = wire::kProtocolIcmp;
        outer.source = ip("9.60.60.1").v4();
        outer.destination = row.local.address.v4();
        wire::emit_ipv4(outer, room.subspan(14));
        wire::emit_ethernet({{{2, 0, 0, 0, 1, 0}}, {{2, 0, 0, 0, 2, 0}}, wire::kEtherTypeIpv4}, room);
        p.net.inject(0, 0, frame);
    };
    p.net.filter = [](const Seen& s) { return !(s.is_tcp && s.from == 1); };
    p.client.send(p.at_client, "in flight");
    std::uint32_t sequence = 0;
    for (const auto& s : p.net.seen)
        if (s.from == 0 && s.payload) sequence = s.tcp.sequence;
    error(wire::kUnreachablePort, sequence + 5000);  // outside what is in flight
    CHECK(p.client.state(p.at_client) == TcpState::established);
    error(wire::kUnreachableHost, sequence);  // soft
    CHECK(p.client.state(p.at_client) == TcpState::established);
    error(wire::kUnreachablePort, sequence);
    CHECK(p.client.closed_ids.at(p.at_client) == CloseReason::unreachable);
}

TEST_CASE("an interface that is down neither takes nor sends") {
    Pair p;
    REQUIRE(p.open());
    p.server.stack.set_up(0, false);
    p.client.send(p.at_client, "hello");
    p.net.run_for(seconds{1});
    CHECK(p.server.drops(DropReason::interface_down) > 0);
    p.server.stack.set_up(0, true);
    p.net.run_for(seconds{5});
    CHECK(p.server.text[p.at_server] == "hello");
}

TEST_CASE("impossible sources and broadcast TCP are dropped by name (MUST-57, MUST-63)") {
    Pair p;
    wire::TcpHeader syn;
    syn.source_port = 1;
    syn.destination_port = 21;
    syn.flags.syn = true;
    for (const char* source :
         {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "9.60.60.255", "9.60.60.3"})
        p.net.inject(1, 0, forged(p.client, p.server, source, "9.60.60.3", syn));
    CHECK(p.server.drops(DropReason::ip_bad_source) == 6);
    p.net.inject(1, 0, forged(p.client, p.server, "9.60.60.9", "9.60.60.255", syn));
    CHECK(p.server.drops(DropReason::tcp_to_broadcast) == 1);
    CHECK(p.server.connection_count() == 0);
}

TEST_CASE("the snapshot shows interfaces, routes longest first, connections by number") {
    Pair p;
    REQUIRE(p.open());
    p.client.route_default("9.60.60.1", 0);
    const auto s = p.client.stack.snapshot();
    REQUIRE(s.routes.size() == 2);
    CHECK(s.routes[0].mask.str() == "255.255.255.0");
    CHECK(s.routes[1].first_hop.str() == "9.60.60.1");
    CHECK(s.interfaces[0].addresses[0].first.str() == "9.60.60.9");
    CHECK(s.interfaces[0].frames_out > 0);
    CHECK(s.connections[0].id == 1000);
    CHECK(std::string(name_of(s.connections[0].state)) == "Established");
    const auto t = p.server.stack.snapshot();
    REQUIRE(t.connections.size() == 2);
    CHECK(t.connections[0].state == TcpState::listen);
    CHECK(t.connections[0].local.str() == "*..21");
}
