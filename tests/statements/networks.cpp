// Several stacks on several networks: HiperSockets, a CTC, and stacks that forward between them.
#include "simulator/machines/external_host.hpp"
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr Ipv4Address kMiddle = Ipv4Address::of(10, 1, 1, 2), kFar = Ipv4Address::of(10, 1, 2, 2);

/// ROUTER ── LAN0 ── TCPIP ── HIPERS (10.1.1.0/24) ── TCPIP10 ── CTC (10.1.2.0/24) ── TCPIP11
WorldOptions three_stacks() {
    auto options =
        changed({{kProfile, "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 IP",
                  "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 IP\nDEVICE HIP1 HIPERS 0700\nLINK HIPL QDIOIP "
                  "HIP1 MTU 8192"},
                 {kProfile, "9.60.60.3 255.255.255.0 ETH0",
                  "9.60.60.3 255.255.255.0 ETH0\n  10.1.1.1 255.255.255.0 HIPL"},
                 {kProfile, "DEFAULTNET                  9.60.60.1   ETH0  1500",
                  "DEFAULTNET                  9.60.60.1   ETH0  1500\n  10.1.2.0  255.255.255.0  10.1.1.2  "
                  "HIPL  8192"},
                 {kProfile, "START DEV@0600", "START DEV@0600\nSTART HIP1"},
                 {kDtcparms, "<DEFAULT>", "<DEFAULT> :attach.0700-0702"},
                 {"TCPIP10.TCPIP",
                  "DEVICE DEV@0610  OSD 0610  NONROUTER\nLINK ETH0 QDIOETHERNET DEV@0610  MTU 1500 IP",
                  "DEVICE HIP1 HIPERS 0700\nLINK HIPL QDIOIP HIP1 MTU 8192\n"
                  "DEVICE CTC1 CTC 0720\nLINK CTCL CTC 0 CTC1 MTU 1500"},
                 {"TCPIP10.TCPIP", "9.60.60.10 255.255.255.0 ETH0",
                  "10.1.1.2 255.255.255.0 HIPL\n  10.1.2.1 255.255.255.0 CTCL"},
                 {"TCPIP10.TCPIP", "DEFAULTNET                  9.60.60.1   ETH0  1500",
                  "DEFAULTNET  10.1.1.1  HIPL  8192"},
                 {"TCPIP10.TCPIP", "START DEV@0610", "START HIP1\nSTART CTC1"},
                 {kDtcparms, ":attach.0610-0612", ":attach.0700-0702 0720-0721"},
                 {"TCPMAINT.198/TCPIP11.TCPIP", "",
                  "PORT\n  23    TCP INTCLIEN\nINTERNALCLIENTPARMS\n  PORT 23\n  SECURECONNECTION "
                  "NEVER\nENDINTERNALCLIENTPARMS\n"
                  "DEVICE CTC1 CTC 0730\nLINK CTCL CTC 0 CTC1 MTU 1500\nHOME\n  10.1.2.2 255.255.255.0 CTCL\n"
                  "GATEWAY\n  DEFAULTNET  10.1.2.1  CTCL  1500\nSTART CTC1\n"},
                 {kDtcparms, "",
                  "\n:nick.TCPIP11   :type.server   :class.stack\n                :attach.0730-0731\n"},
                 {kDirectory, "USER TCPIP10 AUTOONLY 128M 256M ABG",
                  "USER TCPIP11 AUTOONLY 128M 256M ABG\n  INCLUDE TCPCMSU\n  AUTOLOG AUTOLOG1 OPERATOR MAINT "
                  "TCPMAINT\n"
                  "  IUCV ANY PRIORITY\n  IUCV *CCS PRIORITY MSGLIMIT 255\n  MDISK 0191 3390 1766 0005 "
                  "M01RES MR READ\n\n"
                  "USER TCPIP10 AUTOONLY 128M 256M ABG"}});
    options.around.stacks.push_back("TCPIP11");
    return options;
}

struct ThreeStacks : BaselineWorld {
    ThreeStacks() : BaselineWorld(three_stacks()) {
        system().run_until(system().now() + seconds{60},
                           [this] { return world.settled("TCPIP10") && world.settled("TCPIP11"); });
        auto& router = dynamic_cast<ExternalHost&>(*system().find("ROUTER"));
        router.add_route(Ipv4Address::of(10, 1, 0, 0), 16, Ipv4Address::of(9, 60, 60, 3), 0);
    }
    /// WS1 opens Telnet there, and hears from it.
    bool telnet(Ipv4Address host) {
        Conversation c;
        c.steps = {OpenConnection{{host, 23}}, Pause{seconds{1}}, CloseConnection{}};
        return talk(std::move(c)).succeeded;
    }
    std::uint64_t frames_on(std::string_view wire) const {
        const auto& network = const_cast<ThreeStacks*>(this)->world.network();
        return network.counters(network.find(wire)).frames;
    }
};

}  // namespace

TEST_CASE("DEVICE HIPERS and LINK QDIOIP: two stacks meet on HiperSockets") {
    ThreeStacks lab;
    CHECK(lab.telnet(kMiddle));
    CHECK(lab.frames_on("HIPERS") > 4);
    CHECK(lab.said("TCPIP", "DTCOSD960I HIPERS initializing:"));
}

TEST_CASE("DEVICE CTC and LINK CTC: a stack behind another one is reached over a CTC") {
    ThreeStacks lab;
    CHECK(lab.telnet(kFar));  // WS1, ROUTER, TCPIP, TCPIP10, TCPIP11: three of them forward
    CHECK(lab.frames_on("CTC") > 4);
    lab.world.network().partition(lab.world.network().find("CTC"), lab.world.now(),
                                  lab.world.now() + hours{1});
    CHECK(lab.telnet(kMiddle));
    CHECK_FALSE(lab.telnet(kFar));
}

TEST_CASE("LINK layer 2: on a network of layer 3 it does not come up") {
    EditedWorld lab({{kProfile, "MTU 1500 IP", "MTU 1500 ETHERNET"}});
    CHECK_FALSE(lab.greets(25));
    CHECK(lab.said("TCPIP", "DTCOSD961E Device DEV@0600: link ETH0 is of layer 2"));
    EditedWorld other({{kProfile, "MTU 1500 IP", "MTU 1500 ETHERNET"},
                       {kDirectory, "VSW1 RDEV 0A00 IP", "VSW1 RDEV 0A00 ETHERNET"}});
    CHECK_FALSE(other.said("TCPIP", "DTCOSD961E"));
    REQUIRE(other.world.stack("TCPIP")->stack.interfaces.size() == 1);
    CHECK(other.greets(25));
}

TEST_CASE("a virtual address is reached through the adapter, and what TCPIP sends comes from it") {
    EditedWorld lab(
        {{kProfile, "DEVICE DEV@0600  OSD 0600  NONROUTER",
          "DEVICE VDEV VIRTUAL 0\nLINK VIPA VIRTUAL 0 VDEV\nDEVICE DEV@0600  OSD 0600  NONROUTER"},
         {kProfile, "9.60.60.3 255.255.255.0 ETH0",
          "9.70.1.1 255.255.255.0 VIPA\n  9.60.60.3 255.255.255.0 ETH0"},
         {kProfile, "  RESTRICTLOWPORTS", "  RESTRICTLOWPORTS SOURCEVIPA"}});
    auto& router = dynamic_cast<ExternalHost&>(*lab.system().find("ROUTER"));
    router.add_route(Ipv4Address::of(9, 70, 1, 1), 32, Ipv4Address::of(9, 60, 60, 3), 0);
    Conversation c;
    c.steps = {OpenConnection{{Ipv4Address::of(9, 70, 1, 1), 25}}, ExpectReply{"220"}};
    CHECK(lab.talk(std::move(c)).succeeded);
    CHECK(lab.greets(25));
}
