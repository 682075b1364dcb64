// The virtual LAN follows HOME and GATEWAY.
#include "simulator/given/lan_plan.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <set>

using namespace vmlab;
using namespace vmlab::sim;

namespace {

CheckedStack stack_of(const Userid& userid, const std::string& text) {
    return {userid, profiles::read_profile_tcpip(
                        profiles::SourceText::from_host({userid, "TCPIP", {'D', '1'}}, text))};
}

std::string profile(const std::string& home, const std::string& gateway) {
    return "DEVICE D1 OSD 0600\nLINK L1 QDIOETHERNET D1 IP\nDEVICE D2 OSD 0610\nLINK L2 QDIOETHERNET D2 IP\n"
           "DEVICE V1 VIRTUAL 0\nLINK LV VIRTUAL 0 V1\nHOME " +
           home + "\nGATEWAY " + gateway + "\nSTART D1\nSTART D2\n";
}

std::string shown(const LanPlan& plan) {
    std::string text = plan.home.str() + ":";
    for (const auto& router : plan.router) text += fmt::format(" {}/{}", router.address.str(), router.prefix);
    return text + fmt::format(" | {} {} {} by {}/{}", plan.workstation.str(), plan.second_workstation.str(),
                              plan.laptop.str(), plan.first_hop.str(), plan.prefix);
}

std::string plan_of(const std::string& home, const std::string& gateway) {
    return shown(plan_lan({stack_of("TCPIP", profile(home, gateway))}));
}

}  // namespace

TEST_CASE("a network with room has its hosts beside the stack") {
    CHECK(plan_of("10.1.2.3 255.255.255.0 L1", "DEFAULTNET 10.1.2.254 L1 0") ==
          "10.1.2.3: 10.1.2.254/24 | 10.1.2.4 10.1.2.7 10.1.2.200 by 10.1.2.254/24");
    CHECK(plan_of("172.16.40.4 255.255.0.0 L1", "DEFAULTNET 172.16.0.7 L1 0") ==
          "172.16.40.4: 172.16.0.7/16 | 172.16.0.4 172.16.0.1 172.16.0.200 by 172.16.0.7/16");
    // HOME and the first hop have the addresses that the hosts would like to have.
    CHECK(plan_of("10.1.2.4 255.255.255.0 L1", "DEFAULTNET 10.1.2.200 L1 0") ==
          "10.1.2.4: 10.1.2.200/24 | 10.1.2.1 10.1.2.7 10.1.2.3 by 10.1.2.200/24");
}

TEST_CASE("a small network has its hosts behind the router") {
    CHECK(plan_of("10.1.2.2 255.255.255.252 L1", "DEFAULTNET 10.1.2.1 L1 0") ==
          "10.1.2.2: 10.1.2.1/30 198.51.100.1/24 | 198.51.100.4 198.51.100.7 198.51.100.200 by "
          "198.51.100.1/24");
    CHECK(plan_of("10.1.2.1 255.255.255.248 L1", "DEFAULTNET 10.1.2.6 L1 0") ==
          "10.1.2.1: 10.1.2.6/29 | 10.1.2.4 10.1.2.3 10.1.2.5 by 10.1.2.6/29");
}

TEST_CASE("ROUTER is on every network; one of a route that leads nowhere has an address of its own") {
    CHECK(plan_of("10.1.2.3 255.255.255.0 L1 10.9.9.3 255.255.255.0 L2", "DEFAULTNET 10.1.2.1 L1 0") ==
          "10.1.2.3: 10.1.2.1/24 10.9.9.1/24 | 10.1.2.4 10.1.2.7 10.1.2.200 by 10.1.2.1/24");
    CHECK(plan_of("10.1.2.3 255.255.255.0 L1", "DEFAULTNET 10.1.3.1 L1 0") ==
          "10.1.2.3: 10.1.2.1/24 | 10.1.2.4 10.1.2.7 10.1.2.200 by 10.1.2.1/24");
}

TEST_CASE("a virtual address is not on a wire, PRIMARYINTERFACE is the one that clients reach") {
    CHECK(plan_of("192.0.2.1 255.255.255.255 LV 10.1.2.3 255.255.255.0 L1", "DEFAULTNET 10.1.2.1 L1 0") ==
          "10.1.2.3: 10.1.2.1/24 | 10.1.2.4 10.1.2.7 10.1.2.200 by 10.1.2.1/24");
    const auto plan = plan_lan({stack_of(
        "TCPIP", profile("10.1.2.3 255.255.255.0 L1 10.9.9.3 255.255.255.0 L2", "DEFAULTNET 10.1.2.1 L1 0") +
                     "PRIMARYINTERFACE L2\n")});
    CHECK(plan.home == Ipv4Address::of(10, 9, 9, 3));
    CHECK(plan.first_hop == Ipv4Address::of(10, 9, 9, 1));
}

TEST_CASE("NS1 has the address of NSINTERADDR where that is on the network") {
    const auto stack = stack_of("TCPIP", profile("10.1.2.3 255.255.255.0 L1", "DEFAULTNET 10.1.2.1 L1 0"));
    CHECK(plan_lan({stack}, Ipv4Address::of(10, 1, 2, 53)).name_server == Ipv4Address::of(10, 1, 2, 53));
    CHECK(plan_lan({stack}, Ipv4Address::of(192, 0, 2, 53)).name_server == Ipv4Address::of(10, 1, 2, 2));
    // One that the stack has itself is not taken twice.
    CHECK(plan_lan({stack}, Ipv4Address::of(10, 1, 2, 3)).name_server == Ipv4Address::of(10, 1, 2, 2));
}

TEST_CASE("no address of the plan is taken twice, and without HOME it is the shipped one") {
    CHECK(plan_lan({}) == LanPlan());
    CHECK(plan_lan({stack_of("TCPIP", "OBEY TCPMAINT ENDOBEY\n")}) == LanPlan());
    const auto plan =
        plan_lan({stack_of("TCPIP", profile("10.0.0.2 255.255.255.240 L1", "DEFAULTNET 10.0.0.1 L1 0")),
                  stack_of("TCPIP2", profile("10.0.0.4 255.255.255.240 L1 10.0.0.7 255.255.255.240 L2",
                                             "DEFAULTNET 10.0.0.14 L1 0"))});
    std::set<Ipv4Address> taken{plan.home, Ipv4Address::of(10, 0, 0, 4), Ipv4Address::of(10, 0, 0, 7)};
    for (const auto& router : plan.router) CHECK(taken.insert(router.address).second);
    for (const auto address : {plan.name_server, plan.workstation, plan.second_workstation, plan.laptop})
        CHECK(taken.insert(address).second);
    CHECK(plan.router.size() == 2);
}

TEST_CASE("the hosts speak IPv6 on the network of HOME; ROUTER has the first hops of GATEWAY") {
    const auto plan = [](const std::string& home, const std::string& gateway,
                         std::optional<IpAddress> name_server = {}) {
        const auto p = plan_ipv6({stack_of("TCPIP", profile(home, gateway))}, name_server);
        std::string text;
        for (const auto& router : p.router)
            text += fmt::format("{}/{} ", router.address.str(), router.prefix);
        return text + fmt::format("| {} {} {} {} by {}/{}", p.name_server.str(), p.workstation.str(),
                                  p.second_workstation.str(), p.laptop.str(), p.first_hop.str(), p.prefix);
    };
    const std::string shipped = "2001:db8:60::1/64 fe80::1/64 ";
    const std::string hosts =
        "| 2001:db8:60::2 2001:db8:60::4 2001:db8:60::7 2001:db8:60::200 by 2001:db8:60::1/64";
    CHECK(plan("10.1.2.3 255.255.255.0 L1", "DEFAULTNET 10.1.2.1 L1") == shipped + hosts);
    CHECK(plan("10.1.2.3 255.255.255.0 L1 fd00:7::4/48 L1", "DEFAULTNET fd00:7::9 L1") ==
          shipped + "fd00:7::9/48 | fd00:7::2 fd00:7::5 fd00:7::7 fd00:7::200 by fd00:7::9/48");
    CHECK(plan("fd00:7::3/64 L1", "DEFAULTNET fe80::9 L1", IpAddress::parse("fd00:7::53")) ==
          shipped + "fe80::9/64 fd00:7::1/64 | fd00:7::53 fd00:7::4 fd00:7::7 fd00:7::200 by fd00:7::1/64");
    CHECK(plan("fd00:7::3/127 L1", "DEFAULTNET fd00:7::2 L1") == shipped + "fd00:7::2/127 " + hosts);
    CHECK(plan("fd00:7::3/64 LV", "") == shipped + hosts);  // on no LAN
}
