// IPv6 on the whole system: what commands show of it, names, and what is wrong when it does not work.
#include <doctest/doctest.h>

#include "simulator/commands/why.hpp"
#include "tests/world/dual_stack.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

std::string first_why(DualStackWorld& lab, std::string_view question) {
    const auto asked = read_why(question);
    REQUIRE(asked);
    const auto answer = answer_why(*asked, lab.system().journal().kept(), "TCPIP");
    return answer.rests_on.empty() ? "nothing" : answer.rests_on.front().str();
}

}  // namespace

TEST_CASE("NETSTAT and IFCONFIG show addresses, routes, neighbours and connections of IPv6") {
    DualStackWorld lab;
    const auto home = lab.types("netstat home");
    CHECK(has(home, "\n9.60.60.3       255.255.255.0     ETH0             <none>\n"));
    CHECK(has(home, "\n2001:db8:60::3/64                           ETH0             preferred\n"));
    CHECK(has(home, "\nfe80::9ff:fe3c:3c03/64                      ETH0             preferred\n"));
    const auto gate = lab.types("netstat gate");
    CHECK(has(gate,
              "\nDefault                                     UGS  1500  <none> ETH0\n  FirstHop: fe80::1\n"));
    CHECK(
        has(gate,
            "\n2001:db8:60::/64                            UT   1500  <none> ETH0\n  FirstHop: <direct>\n"));
    CHECK(has(lab.types("netstat devlinks"), "IPv6: Enabled"));
    CHECK(has(lab.types("ifconfig eth0"), "inet6 addr: 2001:db8:60::3/64\n"));
    CHECK(has(lab.types("netstat neighbor"), "No neighbor cache entries found"));

    Conversation c;
    c.steps = {OpenConnection{{kHome6, 25}}, ExpectReply{"220"}, Pause{minutes{2}}};
    const auto talk = lab.world.workstation().start(std::move(c), lab.system());
    lab.run(seconds{1});
    const auto conn = lab.types("netstat conn");
    CHECK(has(conn, "Active IPv6 Transmission Blocks:\n\nUser Id  Conn     State\n"));
    CHECK(has(conn, "Local Socket:   2001:db8:60::3..SMTP\n         Foreign Socket: 2001:db8:60::4.."));
    CHECK(has(lab.types("netstat conn (ipaddr 2001:db8:60::4"), "Established"));
    CHECK_FALSE(has(lab.types("netstat conn (ipaddr 2001:db8:60::7"), "Established"));
    CHECK(has(lab.types("netstat neighbor"), "Link ETH0             Address 2001:db8:60::4"));
    CHECK_FALSE(has(lab.types("netstat arp all"), "2001:db8"));
    const auto json = lab.types("netstat (json");
    CHECK(has(json, R"("home_ipv6":[{"address":"fe80::9ff:fe3c:3c03","prefix":64)"));
    CHECK(has(json, R"("routes_ipv6":[)"));
    lab.world.workstation().forget(talk, lab.system());
}

TEST_CASE("a shipped system without IPv6 says so in the same reports") {
    DualStackWorld lab(baseline_options());
    CHECK(has(lab.types("netstat home"), "IPv6 Home address entries: None"));
    CHECK(has(lab.types("netstat gate"), "Known IPv6 gateways: None"));
    CHECK(has(lab.types("netstat devlinks"), "IPv6: Disabled"));
    CHECK(lab.types("ping 2001:db8:60::4 (timeout 1") ==
          "Ping Level 710: Pinging host 2001:db8:60::4.\n               Enter #CP EXT to interrupt.\n"
          "PING: Ping #1 timed out\n");
    CHECK(first_why(lab, "echo request to 2001:db8:60::4 not sent").starts_with("PROFILE TCPIP D1:"));
}

TEST_CASE("PING, TRACERTE and NSLOOKUP by IPv6: addresses, and names with ADDRTYPE IPV6") {
    DualStackWorld lab;
    CHECK(has(lab.types("ping 2001:db8:60::4"), "Successes so far 1"));
    CHECK(has(lab.types("ping ws3"), "Pinging host 9.60.61.4."));
    CHECK(has(lab.types("ping ws3 (addrtype ipv6"), "Pinging host 2001:db8:61::4."));
    CHECK(lab.types("ping ws3 (addrtype ipx") == "DTCPIN902E Invalid operand or option: ADDRTYPE\n");
    const auto trace = lab.types("tracerte ws3 (addrtype ipv6");
    CHECK(has(trace, "Trace route to WS3.EXAMPLE.TEST (2001:db8:61::4)"));
    CHECK(has(trace, " 1 (2001:db8:60::1)"));
    CHECK(has(trace, " 2 (2001:db8:61::4)"));
    for (const std::string own : {"::1", "2001:db8:60::3", "9.60.60.3"})
        CHECK(has(lab.types("tracerte " + own + " (max 2 wait 1"), "\n 1 (" + own + ") 0 ms 0 ms 0 ms\n"));
    CHECK(has(lab.types("nslookup -type=aaaa gdlrct2"),
              "gdlrct2.example.test  AAAA IPv6 address = 2001:db8:60::3\n"));
    CHECK(has(lab.types("nslookup 2001:db8:61::4"), "Name:    ws3.example.test\nAddress:  2001:db8:61::4\n"));
    const auto test = lab.types("hometest");
    CHECK(has(test, "\n9.60.60.3\n2001:db8:60::3\nThe following IP addresses are the HOME"));
    CHECK(has(test, "all Tests Passed!"));
}

TEST_CASE("ETC HOSTS with IPv6 addresses: a name that has no other is reached by IPv6") {
    DualStackWorld lab(
        dual_stack("2001:db8:60::3/64 ETH0", "; no route",
                   {{"TCPMAINT.592/ETC.HOSTS", "",
                     "2001:db8:60::4  six.example.test six\n9.60.60.4 both\n2001:db8:60::4 both\n"},
                    {"TCPMAINT.592/TCPIP.DATA", "", "DOMAINLOOKUP FILE\n"}}));
    CHECK(has(lab.types("ping six"), "Pinging host 2001:db8:60::4."));
    CHECK(has(lab.types("ping both"), "Pinging host 9.60.60.4."));
    CHECK(has(lab.types("ping both (addrtype ipv6"), "Pinging host 2001:db8:60::4."));
    CHECK(lab.types("ping six (addrtype ipv4") == "DTCPIN901E Unknown host: six\n");
    CHECK(lab.types("ping nobody") == "DTCPIN901E Unknown host: nobody\n");
}

TEST_CASE("NETSTAT BLOCK, UNBLOCK and DELARP take IPv6 addresses") {
    DualStackWorld lab;
    CHECK(lab.greets());
    CHECK(has(lab.types("netstat block 2001:db8:60::4"), "Address 2001:db8:60::4 is blocked"));
    CHECK_FALSE(lab.greets());
    CHECK(has(lab.types("netstat unblock 2001:db8:60::4"), "no longer blocked"));
    CHECK(lab.greets());
    CHECK(has(lab.types("netstat delarp 2001:db8:60::4"), "2001:db8:60::4"));
}

TEST_CASE("an IPv6 address that another host has is not used: the console says so, and why leads to HOME") {
    DualStackWorld lab(dual_stack("2001:db8:60::4/64 ETH0"));
    CHECK(lab.said("TCPIP", "DTCOSD963E OSD device DEV@0600: IPv6 address 2001:db8:60::4"));
    CHECK(has(lab.types("netstat home"),
              "\n2001:db8:60::4/64                           ETH0             duplicate\n"));
    const auto line = first_why(lab, "DTCOSD963E");
    CHECK(line.starts_with("PROFILE TCPIP D1:"));
    CHECK(first_why(lab, "2001:db8:60::4") == line);
}

TEST_CASE("OBEYFILE gives and takes IPv6 addresses and routes") {
    DualStackWorld lab(baseline_options());
    CHECK_FALSE(lab.greets());
    CHECK(has(lab.types("netstat obey HOME 9.60.60.3 255.255.255.0 ETH0 2001:db8:60::3/64 ETH0"), "OK"));
    lab.run(seconds{2});
    CHECK(lab.greets());
    CHECK_FALSE(lab.greets(lab.world.remote_workstation()));
    CHECK(has(lab.types("netstat obey GATEWAY DEFAULTNET 9.60.60.1 ETH0 1500 DEFAULTNET fe80::1 ETH0 1500"),
              "OK"));
    CHECK(lab.greets(lab.world.remote_workstation()));
    CHECK(has(lab.types("netstat obey HOME 9.60.60.3 255.255.255.0 ETH0"), "OK"));
    CHECK_FALSE(lab.greets());
    CHECK(first_why(lab, "2001:db8:60::3") != "nothing");
}

TEST_CASE("the same dual-stack system twice gives the same frames") {
    const auto frames = [] {
        DualStackWorld lab;
        (void)lab.greets();
        return lab.world.network().counters(0).frames;
    };
    CHECK(frames() == frames());
}
