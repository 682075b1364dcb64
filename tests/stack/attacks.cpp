// Attacks: known by their packets, dropped, counted by address, never answered; the service goes on.
#include "stack/attacks.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "stack/wire/icmp.hpp"
#include "stack/wire/udp.hpp"
#include "tests/stack/forger.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

const char* const kNobody = "9.60.60.77";  ///< an address that an attacker invents

/// A client in the middle of its work, and somebody on the same wire who can send what he likes.
struct Siege : Forger {
    using Forger::Forger;

    void packet(std::uint8_t protocol, const char* source, const char* destination,
                std::span<const std::uint8_t> payload, std::uint16_t offset = 0, bool more = false,
                std::uint8_t traffic_class = 0) {
        wire::Ipv4Header ip;
        ip.identification = 7;
        ip.fragment_offset = offset;
        ip.more_fragments = more;
        ip.ttl = 64;
        ip.protocol = protocol;
        ip.traffic_class = traffic_class;
        ip.source = *Ipv4Address::parse(source);
        ip.destination = *Ipv4Address::parse(destination);
        net.inject(1, 0, forged_packet(client, server, ip, payload));
    }
    void echo(std::uint8_t type, const char* source, const char* destination) {
        std::vector<std::uint8_t> bytes(16);
        wire::emit_icmp_header(type, 0, 0x00070001, bytes);
        packet(wire::kProtocolIcmp, source, destination, bytes);
    }
    void datagram(const char* destination, std::uint16_t port) {
        std::vector<std::uint8_t> bytes(12);
        wire::emit_udp_header(7, port, *Ipv4Address::parse(kNobody), *Ipv4Address::parse(destination), bytes);
        packet(wire::kProtocolUdp, kNobody, destination, bytes);
    }
    wire::TcpHeader syn(std::uint16_t from) const {
        wire::TcpHeader h;
        h.source_port = from;
        h.destination_port = 21;
        h.sequence = 1000;
        h.flags.syn = true;
        h.window = 1000;
        return h;
    }
    std::uint64_t count(Attack attack, const char* from) const {
        for (const auto& row : server.stack.snapshot().attacks)
            if (row.attack == attack && row.from == IpAddress(*Ipv4Address::parse(from))) return row.count;
        return 0;
    }
    /// Frames that the server sent since the siege began.
    std::size_t answers() const {
        return std::size_t(
            std::count_if(net.seen.begin(), net.seen.end(), [](const Seen& s) { return s.from == 1; }));
    }
    /// The connection that was there still carries what it is given, and a new one opens.
    void check_service() {
        const std::size_t before = server.text[at_server].size();
        client.send(at_client, "still here");
        const auto accepted = server.accepted_ids.size();
        client.connect(kServerAddress, 21);
        net.run_for(seconds{10});
        CHECK(server.text[at_server].size() == before + 10);
        CHECK(server.accepted_ids.size() == accepted + 1);
        CHECK(server.closed_ids.empty());
    }
};

}  // namespace

TEST_CASE("Land: a SYN from the socket that it goes to") {
    Siege s;
    for (int i = 0; i < 50; ++i) s.forge(s.syn(21), {}, kServerAddress);
    CHECK(s.count(Attack::land, kServerAddress) == 50);
    CHECK(s.server.drops(DropReason::ip_bad_source) == 50);
    CHECK(s.server.attacks.size() == 50);
    CHECK(s.answers() == 0);
    s.check_service();
}

TEST_CASE("Blat: Land with URG, also under another address") {
    Siege s;
    wire::TcpHeader h = s.syn(21);
    h.flags.urg = true;
    h.urgent = 1;
    s.forge(h, {}, kServerAddress);
    s.forge(h, {}, kNobody);
    CHECK(s.count(Attack::blat, kServerAddress) == 1);
    CHECK(s.count(Attack::blat, kNobody) == 1);
    CHECK(s.answers() == 0);
    CHECK(s.server.connection_count() == 1);
    s.check_service();
}

TEST_CASE("Stream: segments without any flag") {
    Siege s;
    wire::TcpHeader h = s.syn(4711);
    h.flags = {};
    for (int i = 0; i < 50; ++i) s.forge(h, {}, kNobody);
    s.forge(s.last);
    CHECK(s.count(Attack::stream, kNobody) == 50 - kFew);
    CHECK(s.count(Attack::stream, kClientAddress) == 1);
    CHECK(s.answers() <= std::size_t(kFew));
    s.check_service();
}

TEST_CASE("R4P3D: a flood of ACKs without a connection is answered for a while, then no more") {
    Siege s;
    wire::TcpHeader h = s.syn(4711);
    h.flags = {};
    h.flags.ack = true;
    for (int i = 0; i < 1000; ++i) {
        h.source_port = std::uint16_t(5000 + i);
        s.forge(h);
    }
    CHECK(s.answers() == std::size_t(kFewStrayAcks));
    CHECK(s.count(Attack::r4p3d, kClientAddress) == 1000 - kFewStrayAcks);
    s.check_service();
}

TEST_CASE("Smurf: echo requests to everybody, in and out, and replies that nobody asked for") {
    Siege s;
    s.echo(wire::kIcmpEchoRequest, kNobody, "9.60.60.255");
    s.echo(wire::kIcmpEchoRequest, kNobody, "224.0.0.1");
    CHECK(s.count(Attack::smurf_in, kNobody) == 2);
    s.echo(wire::kIcmpEchoReply, kNobody, kServerAddress);
    CHECK(s.count(Attack::smurf_reply, kNobody) == 1);
    CHECK(s.server.echo_sequences.empty());
    s.server.stack.send_echo(*Ipv4Address::parse("9.60.60.255"), 7, 1, 8, s.net.now, s.server);
    CHECK(s.count(Attack::smurf_out, kServerAddress) == 1);
    CHECK(s.answers() == 0);
    // Whom we asked may answer, for a minute; another may not.
    s.server.stack.send_echo(*Ipv4Address::parse(kClientAddress), 7, 1, 8, s.net.now, s.server);
    s.net.run_for(seconds{1});
    CHECK(s.server.echo_sequences.size() == 1);
    s.echo(wire::kIcmpEchoReply, kNobody, kServerAddress);
    s.net.run_for(minutes{2});
    s.echo(wire::kIcmpEchoReply, kClientAddress, kServerAddress);
    CHECK(s.server.echo_sequences.size() == 1);
    CHECK(s.count(Attack::smurf_reply, kNobody) == 2);
    CHECK(s.count(Attack::smurf_reply, kClientAddress) == 1);
    s.check_service();
}

TEST_CASE("Fraggle: datagrams to everybody's echo and chargen; other broadcasts are none") {
    Siege s;
    for (const std::uint16_t port : {7, 13, 17, 19, 137}) s.datagram("9.60.60.255", port);
    s.datagram(kServerAddress, 7);  // to us alone: a port that nobody has
    CHECK(s.count(Attack::fraggle, kNobody) == 4);
    CHECK(s.server.drops(DropReason::udp_no_socket) == 2);
    s.check_service();
}

TEST_CASE("POD: a fragment beyond the end of the longest datagram") {
    Siege s;
    const std::vector<std::uint8_t> bytes(1000);
    s.packet(wire::kProtocolIcmp, kNobody, kServerAddress, bytes, 0, true);
    s.packet(wire::kProtocolIcmp, kNobody, kServerAddress, bytes, 65'000, false);
    CHECK(s.count(Attack::ping_of_death, kNobody) == 1);
    CHECK(s.server.drops(DropReason::ip_too_long) == 1);
    s.check_service();
}

TEST_CASE("KOD and KOX: IGMP in fragments takes no room for fragments") {
    Siege s;
    const std::vector<std::uint8_t> bytes(1000);
    for (int i = 0; i < 200; ++i) s.packet(wire::kProtocolIgmp, kNobody, kServerAddress, bytes, 0, true);
    s.packet(wire::kProtocolIgmp, "127.0.0.1", kServerAddress, bytes, 0, true);
    CHECK(s.count(Attack::kiss_of_death, kNobody) == 200);
    CHECK(s.count(Attack::kox, "127.0.0.1") == 1);
    CHECK(s.server.drops(DropReason::reassembly_full) == 0);
    s.check_service();
}

TEST_CASE("Teardrop: fragments that overlap") {
    Siege s;
    const std::vector<std::uint8_t> bytes(40);
    s.packet(wire::kProtocolUdp, kNobody, kServerAddress, bytes, 0, true);
    s.packet(wire::kProtocolUdp, kNobody, kServerAddress, std::span(bytes).first(4), 24, false);
    CHECK(s.count(Attack::teardrop, kNobody) == 1);
    CHECK(s.server.drops(DropReason::reassembly_overlap) == 1);
    s.check_service();
}

TEST_CASE("Inject: RST, SYN and data of somebody who guesses; a few are no attack") {
    Siege s;
    const auto guess = [&](bool rst, bool syn, std::string_view data) {
        wire::TcpHeader h = s.last;
        h.flags = {};
        h.flags.rst = rst;
        h.flags.syn = syn;
        h.flags.ack = !rst && !syn;
        h.sequence += 5000;
        if (!data.empty()) h.acknowledgment += 1'000'000;
        s.forge(h, data);
    };
    for (int i = 0; i < kFew / 2; ++i) guess(true, false, {});
    CHECK(s.count(Attack::injection, kClientAddress) == 0);
    for (int i = 0; i < 100; ++i) guess(true, false, {});
    for (int i = 0; i < 100; ++i) guess(false, true, {});
    for (int i = 0; i < 100; ++i) guess(false, false, "malice");
    CHECK(s.count(Attack::injection, kClientAddress) == 300 - kFew / 2);
    CHECK(s.answers() <= 10);  // RFC 5961 section 7
    s.check_service();
}

TEST_CASE("OptAck: ACKs of what was never sent move nothing") {
    Siege s;
    s.server.stream(s.at_server, 2'000'000, false);
    s.net.run_for(milliseconds{5});
    const auto window = s.server.row(s.at_server).congestion_window;
    for (int i = 0; i < 100; ++i) {
        wire::TcpHeader h = s.last;
        h.flags.ack = true;
        h.acknowledgment += 20'000'000;
        h.options.timestamps->value += 1010;  // about now
        s.forge(h);
    }
    CHECK(s.server.row(s.at_server).congestion_window == window);
    CHECK(s.count(Attack::optimistic_ack, kClientAddress) == 100 - kFew);
    s.net.run_for(minutes{1});
    CHECK(s.client.text[s.at_client].size() == 2'000'000);
    s.check_service();
}

TEST_CASE("AckSplit: a segment acknowledged in a hundred pieces lets the window grow by one segment") {
    Siege s;
    s.net.filter = [](const Seen& one) { return one.from == 1; };          // the client's own ACKs get lost
    s.server.send(s.at_server, std::string(std::size_t{10} * 1448, 'y'));  // as much as the window lets
    const auto before = s.server.row(s.at_server).congestion_window;
    for (std::uint32_t i = 1; i <= 100; ++i) {
        wire::TcpHeader h = s.last;
        h.flags = {};
        h.flags.ack = true;
        h.acknowledgment += 14 * i;
        if (h.options.timestamps) h.options.timestamps->value += i;
        s.forge(h);
    }
    CHECK(s.server.row(s.at_server).congestion_window > before);
    CHECK(s.server.row(s.at_server).congestion_window <= before + 1448);
    CHECK(s.count(Attack::ack_split, kClientAddress) == 100 - kFew);
    s.net.filter = {};
    s.check_service();
}

TEST_CASE("ZeroWin: a window of some bytes is as good as shut: its connections wait, and count") {
    StackOptions options;
    options.limits.persist = {1, {}};
    Siege s(options);
    std::vector<wire::TcpHeader> peers{s.last};
    s.client.send(s.client.connect(kServerAddress, 21), "x");
    s.net.run_for(seconds{1});
    for (const auto& one : s.net.seen)
        if (one.is_tcp && one.from == 0 && one.payload > 0) peers.push_back(one.tcp);
    REQUIRE(peers.size() == 2);
    ++peers[1].sequence;
    const auto stuck = s.server.accepted_ids;
    s.net.filter = [](const Seen& one) { return one.from == 1; };  // the client hears, and is not heard
    std::size_t segments = 0;
    for (int step = 0; step < 300; ++step) {
        for (std::size_t i = 0; i < 2; ++i) {  // whatever comes is acknowledged, and another byte allowed
            wire::TcpHeader& h = peers[i];
            h.flags = {};
            h.flags.ack = true;
            h.window = 1;
            s.forge(h);
            if (step == 0) s.server.send(stuck[i], std::string(3000, 'z'));
        }
        s.net.seen.clear();
        s.net.run_for(milliseconds{100});
        for (const auto& one : s.net.seen)
            for (auto& h : peers)
                if (one.is_tcp && one.payload > 0 && one.tcp.destination_port == h.source_port) {
                    ++segments;
                    h.acknowledgment =
                        std::max(h.acknowledgment, one.tcp.sequence + std::uint32_t(one.payload));
                }
    }
    CHECK(segments > 2);
    CHECK(segments < 250);  // by the persist timer, not one at each chance
    CHECK(s.count(Attack::zero_window, kClientAddress) == 1);
    CHECK(s.server.closed_ids.size() == 1);
}

TEST_CASE("the account of attacks is bounded, however many addresses are invented") {
    AttackLog log;
    for (std::uint32_t i = 0; i < 5000; ++i)
        log.note(Attack::stream, Ipv4Address{0x0a000000 + i}, kStart + seconds{i});
    CHECK(log.rows().size() == 256);
    CHECK(log.rows().back().from == IpAddress(Ipv4Address{0x0a000000 + 4999}));
    log.note(Attack::stream, Ipv4Address{0x0a000000 + 4999}, kStart + hours{2});
    CHECK(log.rows().size() == 256);
    CHECK(log.rows().back().count == 2);
    CHECK(log.rows().back().first_at == kStart + seconds{4999});
    log.forget();
    CHECK(log.rows().empty());
}

TEST_CASE(
    "fragments: a mark of congestion on one is a mark on all; beside one that may not be marked, none "
    "counts") {
    for (const std::uint8_t second : {0b10, 0b11, 0b00}) {
        CAPTURE(second);
        Siege s;
        s.net.keeps_raw = 1;
        s.client.send(s.at_client, std::string(1400, 'e'));
        const Buffer whole = s.net.raw.back();
        const auto segment = whole.span().subspan(34);
        const auto before = s.server.text[s.at_server].size();
        s.packet(wire::kProtocolTcp, kClientAddress, kServerAddress, segment.first(800), 0, true, 0b11);
        s.packet(wire::kProtocolTcp, kClientAddress, kServerAddress, segment.subspan(800), 800, false,
                 second);
        const bool taken = second != 0;
        CHECK(s.server.text[s.at_server].size() - before == (taken ? 1400 : 0));
        CHECK(s.server.drops(DropReason::reassembly_marks) == (taken ? 0 : 1));
        if (taken) CHECK(wire::is_marked(s.server.row(s.at_server).traffic_class));
    }
    Siege s;  // the mark may be on a later one
    s.net.keeps_raw = 1;
    s.client.send(s.at_client, std::string(1400, 'e'));
    const Buffer whole = s.net.raw.back();
    const auto segment = whole.span().subspan(34);
    s.packet(wire::kProtocolTcp, kClientAddress, kServerAddress, segment.first(800), 0, true, 0b10);
    s.packet(wire::kProtocolTcp, kClientAddress, kServerAddress, segment.subspan(800), 800, false, 0b11);
    CHECK(wire::is_marked(s.server.row(s.at_server).traffic_class));
}

TEST_CASE("a bad wire is no attack: what is lost, doubled, late or damaged has no name there") {
    Pair p(7, {.lose = 20'000, .duplicate = 20'000, .reorder = 50'000, .corrupt = 10'000});
    REQUIRE(p.open());
    p.client.stream(p.at_client, 2'000'000, true);
    p.server.stream(p.at_server, 2'000'000, true);
    for (std::uint16_t i = 0; i < 100; ++i)
        p.client.stack.send_echo(*Ipv4Address::parse(kServerAddress), 7, i, 4000, p.net.now, p.client);
    p.net.run_for(minutes{10});
    CHECK(p.server.text[p.at_server].size() == 2'000'000);
    CHECK(p.client.text[p.at_client].size() == 2'000'000);
    CHECK(p.client.echo_sequences.size() > 20);
    CHECK(p.client.stack.snapshot().attacks.empty());
    CHECK(p.server.stack.snapshot().attacks.empty());
}
