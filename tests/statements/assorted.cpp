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
        join();
    }
    void join() {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        client.add_address(interface, kRouter, mask_of_prefix(24), now, client_sink);
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        exchange();
        sent.clear();
    }
    /// Its devices and addresses are the text's.
    struct Whole {
        std::string_view text;
    };
    explicit Watched(const Whole& whole) : Bench(with(whole)) { join(); }
    static ServerConfig with(const Whole& whole) {
        const FileId file{"PROFILE", "TCPIP", {'D', '1'}};
        ServerConfig c =
            sim::configure_stack(
                profiles::read_profile_tcpip(profiles::SourceText::from_host(file, std::string(whole.text))),
                {}, {})
                .server;
        for (auto& device : c.devices) device.attached = true;
        return c;
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
        ever += sent.back() + "\n";
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
    std::string ever;  // what was sent since it was made
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

namespace {

/// Two virtual addresses of each family, and a link behind the first of them.
std::string with_vipa(std::string_view words) {
    return "DEVICE DEV OSD 0600\nLINK ETH0 QDIOETHERNET DEV MTU 1500 IP\n"
           "DEVICE VDEV1 VIRTUAL 0\nLINK VIPA1 VIRTUAL 0 VDEV1\n"
           "DEVICE VDEV2 VIRTUAL 0\nLINK VIPA2 VIRTUAL 0 VDEV2\n"
           "HOME\n  9.70.1.1 255.255.255.0 VIPA1\n  9.60.60.3 255.255.255.0 ETH0\n"
           "  9.70.1.2 255.255.255.0 VIPA2\n"
           "  2001:db8:70::1/64 VIPA1\n  2001:db8:60::3/64 ETH0\n  2001:db8:70::2/64 VIPA2\n"
           "GATEWAY DEFAULTNET 9.60.60.1 ETH0 1500\n  DEFAULTNET fe80::1 ETH0 1500\nSTART DEV\n"
           "ASSORTEDPARMS FREELOWPORTS " +
           std::string(words) + " ENDASSORTEDPARMS";
}

}  // namespace

TEST_CASE("DEVICE VIRTUAL and LINK VIRTUAL: an address that no adapter has is served") {
    Watched bench{Watched::Whole{with_vipa("")}};
    bench.client.add_route({Ipv4Address::of(9, 70, 1, 0), mask_of_prefix(24), kServer, 0, 0, {}});
    bench.ask(ListenRequest{21, {}, false});
    const auto id = bench.client.connect({Ipv4Address::of(9, 70, 1, 1), 21}, 0, bench.now, bench.client_sink);
    REQUIRE(id.has_value());
    bench.pass(seconds{1});
    CHECK(bench.heard<Accepted>().size() == 1);
    // Nobody is asked whether he has it, it says nothing on a wire, and no route leads through it.
    CHECK(bench.ever.find("9.70.1.2") == std::string::npos);
    CHECK(bench.ever.find("2001:db8:70::") == std::string::npos);
    for (const auto& route : bench.server.snapshot().stack.routes)
        CHECK(route.destination != Ipv4Address::of(9, 70, 1, 0));
    for (const auto& said : bench.said) CHECK(said.text.find("VDEV") == std::string::npos);
    bench.sent.clear();
    bench.ping(kRouter, 1);
    CHECK(bench.count("9.60.60.3 > 9.60.60.1") == 1);
}

TEST_CASE("SOURCEVIPA: what leaves comes from the virtual address before the link in HOME") {
    Watched bench{Watched::Whole{with_vipa("SOURCEVIPA")}};
    bench.ping(kRouter, 1);
    CHECK(bench.count("9.70.1.1 > 9.60.60.1") == 1);
    CHECK(bench.count("9.60.60.3 > 9.60.60.1") == 0);
    CHECK(std::any_of(bench.records.begin(), bench.records.end(), [](const Record& record) {
        return record.text == "what leaves by link ETH0 comes from 9.70.1.1" && record.rests_on.size() == 3 &&
               record.rests_on[0].line == 17;
    }));
    // A TCP connection as well; ARP speaks for the link itself.
    bench.sent.clear();
    bench.ask(ConnectRequest{2, {kRouter, 21}, 0, false});
    CHECK(bench.count("9.70.1.1") >= 1);
    CHECK(bench.count("tell 9.70.1.1") == 0);
    // Taken back while it runs.
    ServerConfig without = Watched::with(Watched::Whole{with_vipa("")});
    bench.server.apply(without, bench.now, bench);
    bench.sent.clear();
    bench.ping(kRouter, 3);
    CHECK(bench.count("9.60.60.3 > 9.60.60.1") == 1);
}

TEST_CASE("SOURCEIPV6VIPA: what leaves by IPv6 comes from the virtual address before the link in HOME") {
    for (const bool wanted : {true, false}) {
        CAPTURE(wanted);
        Watched bench{Watched::Whole{with_vipa(wanted ? "SOURCEIPV6VIPA" : "SOURCEVIPA")}};
        bench.client.add_address(0, *IpAddress::parse("2001:db8:60::1"), 64, {}, bench.now,
                                 bench.client_sink);
        bench.pass(seconds{3});
        bench.sent.clear();
        bench.ask(PingRequest{1, *IpAddress::parse("2001:db8:60::1"), 8, seconds{10}});
        bench.pass(seconds{1});
        CHECK((bench.count("2001:db8:70::1 > 2001:db8:60::1") > 0) == wanted);
        CHECK((bench.count("2001:db8:60::3 > 2001:db8:60::1") > 0) == !wanted);
    }
}
