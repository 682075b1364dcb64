// PROFILE TCPIP, ASSORTEDPARMS: what its words do to the network side of TCPIP.
#include <algorithm>

#include "stack/wire/arp.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/summary.hpp"
#include "tests/statements/configured_stack.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

constexpr Ipv4Address kRouter = Ipv4Address::of(9, 60, 60, 1);

std::string assorted(std::string_view words, std::string_view gateway = "DEFAULTNET 9.60.60.1 ETH0 1500") {
    return "DEVICE DEV OSD 0600\nLINK ETH0 QDIOETHERNET DEV MTU 1500 IP\n"
           "HOME 9.60.60.3 255.255.255.0 ETH0\nGATEWAY\n  " +
           std::string(gateway) + "\nASSORTEDPARMS " + std::string(words) + " ENDASSORTEDPARMS";
}

/// TCPIP, on whose wire there is a host that is a router, too; what TCPIP sends is kept in words.
struct Watched : Bench {
    explicit Watched(std::string_view text, bool second_link = false) : Bench(with(text, second_link)) {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        client.add_address(interface, kRouter, mask_of_prefix(24), now, client_sink);
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        exchange();
        sent.clear();
    }
    static ServerConfig with(std::string_view text, bool second_link) {
        ServerConfig c = configured(text);
        if (!second_link) return c;
        c.devices.push_back({"DEV2", "OSD", "0700", true, {}});
        c.links.push_back({"ETH1", "QDIOETHERNET", "DEV2", 1500, {}});
        c.home.push_back({Ipv4Address::of(10, 2, 0, 1), 16, "ETH1", {}});
        return c;
    }
    void send_frame(InterfaceId interface, Buffer frame) override {
        sent.push_back(wire::summary_of_frame(frame.span()));
        if (frame.size() > 20 && frame[12] == 8 && frame[13] == 0) forbids_cutting = (frame[20] & 0x40) != 0;
        if (interface == 0) Bench::send_frame(interface, std::move(frame));
    }
    std::size_t count(std::string_view text) const {
        return std::size_t(std::count_if(sent.begin(), sent.end(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        }));
    }
    void ping(Ipv4Address to, std::uint32_t tag) {
        ask(PingRequest{tag, to, 8, seconds{10}});
        pass(milliseconds{100});
    }
    std::uint64_t drops(DropReason reason) const {
        return server.snapshot().stack.drops[std::size_t(reason)];
    }
    std::vector<std::string> sent;
    bool forbids_cutting = false;
};

/// How many of fifty datagrams that come together reach their user.
std::size_t datagrams_taken(std::string_view words) {
    Watched bench(assorted(words));
    bench.client.bind_udp(53);
    bench.ask(DatagramRequest{1, {kClient, 53}, Buffer::copy_of(std::string_view("?")), {}});
    bench.pass(milliseconds{100});
    const auto port = bench.server.snapshot().stack.udp_ports.at(0);
    for (int turn = 0; turn < 2; ++turn) {
        for (int i = 0; i < 50; ++i)
            bench.client.send_datagram(53, {kServer, port}, Buffer::copy_of(std::string_view("!")), bench.now,
                                       bench.client_sink);
        std::vector<Buffer> row(bench.to_server.begin(), bench.to_server.end());
        bench.to_server.clear();
        bench.server.receive_frames(0, row, bench.now, bench);
    }
    CHECK(bench.drops(DropReason::udp_queue_full) == 100 - bench.heard<DatagramArrived>().size());
    return bench.heard<DatagramArrived>().size() / 2;  // in the second turn as many as in the first
}

}  // namespace

TEST_CASE("UDPQUEUELIMIT: of datagrams that come together a user gets as many as its queue holds") {
    CHECK(datagrams_taken("NOUDPQUEUELIMIT UDPQUEUELIMIT") == 20);
    CHECK(datagrams_taken("") == 20);
}

TEST_CASE("NOUDPQUEUELIMIT: a user gets all datagrams that come together") {
    CHECK(datagrams_taken("NOUDPQUEUELIMIT") == 50);
}

TEST_CASE("IGNOREREDIRECT: what a router says of a nearer one is not followed") {
    for (const bool ignores : {false, true}) {
        CAPTURE(ignores);
        Watched bench(assorted(ignores ? "IGNOREREDIRECT" : ""));
        bench.client.set_options({.forwarding = true});
        bench.client.add_route(Route{{}, {}, Ipv4Address::of(9, 60, 60, 77), 0, 0, {}});
        bench.ping(Ipv4Address::of(10, 7, 0, 1), 1);
        bench.ping(Ipv4Address::of(10, 7, 0, 1), 2);
        CHECK(bench.drops(DropReason::redirect_refused) == (ignores ? 2 : 0));
        CHECK((bench.count("ARP who has 9.60.60.77") > 0) == !ignores);
    }
}

TEST_CASE("PROXYARP: the stack answers for hosts of its other link") {
    for (const bool proxy : {false, true}) {
        CAPTURE(proxy);
        Watched bench(assorted(proxy ? "PROXYARP" : ""), true);
        Buffer frame = Buffer::allocate(42);
        const std::span<std::uint8_t> room(frame.writable(), frame.size());
        const MacAddress mac{{2, 0, 0, 0, 0, 4}};
        wire::emit_ethernet({MacAddress::broadcast(), mac, wire::kEtherTypeArp}, room);
        wire::emit_arp({wire::ArpOperation::request, mac, kClient, {}, Ipv4Address::of(10, 2, 0, 3)},
                       room.subspan(14));
        bench.server.receive_frames(0, {&frame, 1}, bench.now, bench);
        CHECK(bench.count("ARP 10.2.0.3 is at") == (proxy ? 1 : 0));
    }
}

TEST_CASE("PATHMTUDISCOVERY: what TCP sends may not be cut, otherwise it may") {
    for (const bool discovers : {false, true}) {
        CAPTURE(discovers);
        Watched bench(assorted(discovers ? "PATHMTUDISCOVERY" : ""));
        bench.ask(ConnectRequest{1, {kClient, 7}});
        bench.pass(milliseconds{100});

        CHECK(bench.forbids_cutting == discovers);
    }
}

TEST_CASE("EQUALCOSTMULTIPATH: destinations take turns on routes that are equally good") {
    for (const bool multipath : {false, true}) {
        CAPTURE(multipath);
        Watched bench(assorted(multipath ? "EQUALCOSTMULTIPATH" : "",
                               "DEFAULTNET 9.60.60.1 ETH0 1500\n  DEFAULTNET 9.60.60.77 ETH0 1500"));
        for (std::uint8_t i = 1; i <= 4; ++i) bench.ping(Ipv4Address::of(10, 7, 0, i), i);
        CHECK((bench.count("ARP who has 9.60.60.77") > 0) == multipath);
        CHECK(bench.count("echo request") == (multipath ? 2 : 4));
    }
}
