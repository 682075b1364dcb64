// Attacks, and hosts that claim an address of ours: what the operator and INFORM users hear.
#include <algorithm>
#include <span>

#include "stack/wire/arp.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

constexpr MacAddress kStranger{{2, 0, 0, 0, 9, 9}};

ServerConfig informing() {
    ServerConfig c = Bench::config();
    c.inform = {{"OPERATOR", {}}, {"TCPMAINT", {}}};
    c.home[0].where = {{"PROFILE", "TCPIP", {'D', '1'}}, 31, 3};
    return c;
}

struct Attacked : Bench {
    Attacked() : Bench(informing()) { open(); }
    void land() {
        wire::TcpHeader syn;
        syn.source_port = syn.destination_port = 21;
        syn.flags.syn = true;
        std::vector<std::uint8_t> segment(syn.size());
        wire::emit_tcp_header(syn, kServer, kServer, segment);
        Buffer frame = Buffer::with_header(34, Buffer::copy_of(segment));
        const std::span<std::uint8_t> room(frame.writable(), frame.size());
        wire::Ipv4Header ip;
        ip.total_length = std::uint16_t(20 + segment.size());
        ip.ttl = 64;
        ip.protocol = wire::kProtocolTcp;
        ip.source = ip.destination = kServer;
        wire::emit_ipv4(ip, room.subspan(14));
        wire::emit_ethernet(
            {server.snapshot().stack.interfaces[0].config.mac, kStranger, wire::kEtherTypeIpv4}, room);
        server.receive_frames(0, {&frame, 1}, now, *this);
    }
    void claim(Ipv4Address address) {
        Buffer frame = Buffer::allocate(42);
        const std::span<std::uint8_t> room(frame.writable(), frame.size());
        wire::emit_ethernet({MacAddress::broadcast(), kStranger, wire::kEtherTypeArp}, room);
        wire::emit_arp({wire::ArpOperation::request, kStranger, address, {}, address}, room.subspan(14));
        server.receive_frames(0, {&frame, 1}, now, *this);
    }
    std::size_t on_console(std::string_view text) const {
        return std::size_t(
            std::count_if(said.begin(), said.end(), [&](const Said& s) { return s.text == text; }));
    }
};

}  // namespace

TEST_CASE("an attack is told to the console and to INFORM users, once a minute, and service goes on") {
    Attacked bench;
    for (int i = 0; i < 1000; ++i) bench.land();
    CHECK(bench.on_console("DTCUTI001E Serious problem encountered: Land attack from 9.60.60.3") == 1);
    CHECK(bench.on_console("DTCUTI002E A denial-of-service attack has been detected") == 1);
    REQUIRE(bench.informed.size() == 4);
    CHECK(bench.informed[1] ==
          "TCPMAINT: DTCUTI001E Serious problem encountered: Land attack from 9.60.60.3");
    const auto rows = bench.server.snapshot().stack.attacks;
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].count == 1000);
    bench.client_sends("x");
    CHECK(bench.heard<Received>().size() == 1);
    bench.pass(minutes{2});
    bench.land();
    CHECK(bench.on_console("DTCUTI002E A denial-of-service attack has been detected") == 2);
    bench.server.reset_attacks();
    CHECK(bench.server.snapshot().stack.attacks.empty());
}

TEST_CASE("DTCOSD964E: somebody else claims an address of HOME") {
    Attacked bench;
    bench.claim(kServer);
    bench.claim(kClient);
    CHECK(bench.on_console("DTCOSD964E Link ETH0: address 9.60.60.3 is also claimed by " + kStranger.str()) ==
          1);
    REQUIRE(bench.informed.size() == 2);
    const auto message = std::find_if(bench.said.begin(), bench.said.end(),
                                      [](const Said& s) { return s.text.starts_with("DTCOSD964E"); });
    REQUIRE(message != bench.said.end());
    REQUIRE(message->rests_on.size() == 1);
    CHECK(message->rests_on[0].line == 31);
}
