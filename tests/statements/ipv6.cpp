// IPv6 in PROFILE TCPIP and TCPIP DATA: addresses, routes, and the twins of what IPv4 has.
#include <algorithm>

#include "tests/statements/configured_stack.hpp"
#include "tests/statements/edited_world.hpp"
#include "tests/world/dual_stack.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::vector<Edit> assorted(const char* word) {
    return {{kProfile, "  RESTRICTLOWPORTS", std::string("  RESTRICTLOWPORTS ") + word}};
}

/// Routes to one host that a redirect brought.
std::size_t redirected(DualStackWorld& lab) {
    const auto of = *lab.world.stack("TCPIP");
    return std::size_t(std::count_if(
        of.stack.routes6.begin(), of.stack.routes6.end(),
        [](const stack::Ipv6Route& route) { return route.length == 128 && route.until != Instant::max(); }));
}

}  // namespace

TEST_CASE("HOME with an IPv6 address: clients of the network are served over IPv6") {
    DualStackWorld lab(dual_stack("2001:db8:60::3/64 ETH0", "; no route"));
    CHECK(lab.said("TCPIP", "DTCOSD962I OSD device DEV@0600: Assigned IPv6 address 2001:db8:60::3"));
    CHECK(lab.greets());
    Conversation ftp = ftp_conversation(std::string(40'000, 'x'));
    std::get<OpenConnection>(ftp.steps[0]).to.address = kHome6;
    for (auto& step : ftp.steps)
        if (auto* data = std::get_if<OpenData>(&step)) data->extended = true;
    const auto result = lab.talk(ftp);  // dynamic TLS, and data connections by EPSV
    CHECK_MESSAGE(result.succeeded, result.why);
    Conversation echo = echo_conversation();
    std::get<OpenConnection>(echo.steps[0]).to.address = kHome6;
    CHECK(lab.talk(echo).succeeded);  // a static secure port
    Conversation telnet;
    telnet.steps = {OpenConnection{{kHome6, 23}}, ExpectBytes{"\xff\xfd\x2e"}};  // IAC DO START-TLS
    CHECK(lab.talk(telnet).succeeded);
}

TEST_CASE("GATEWAY with an IPv6 address: a client behind the router is served") {
    DualStackWorld lab(dual_stack("2001:db8:60::3/64 ETH0", "2001:db8:61::/64 2001:db8:60::1 ETH0 1500"));
    CHECK(lab.greets(lab.world.remote_workstation()));
    DualStackWorld by_default;  // DEFAULTNET, by the router's link-local address
    CHECK(by_default.greets(by_default.world.remote_workstation()));
    DualStackWorld without(dual_stack("2001:db8:60::3/64 ETH0", "; no route"));
    CHECK_FALSE(without.greets(without.world.remote_workstation()));
    CHECK(without.drops(stack::DropReason::ip_no_route) > 0);
}

TEST_CASE("BLOCK with an IPv6 address: nothing is taken from that network") {
    DualStackWorld lab(dual_stack(
        "2001:db8:60::3/64 ETH0", "DEFAULTNET fe80::1 ETH0",
        {{kProfile, "TIMESTAMP PREFIX", "TIMESTAMP PREFIX\nBLOCK\n  2001:db8:61::/64\nENDBLOCK"}}));
    CHECK(lab.greets());
    CHECK_FALSE(lab.greets(lab.world.remote_workstation()));
    CHECK(lab.drops(stack::DropReason::ip_blocked) > 0);
}

TEST_CASE("PORT with an IPv6 address: the server listens there only") {
    DualStackWorld lab(dual_stack("2001:db8:60::3/64 ETH0", "; no route",
                                  {{kProfile, "25    TCP SMTP", "2001:db8:60::3 25 TCP SMTP"}}));
    CHECK(lab.greets());
    Conversation v4;
    v4.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 25}}, ExpectReply{"220"}};
    CHECK_FALSE(lab.talk(v4).succeeded);
}

TEST_CASE("NOFWDIPV6: IPv6 packets for another host are dropped") {
    for (const bool forwards : {true, false}) {
        CAPTURE(forwards);
        DualStackWorld lab(dual_stack("2001:db8:60::3/64 ETH0", "DEFAULTNET 2001:db8:60::1 ETH0",
                                      assorted(forwards ? "" : "NOFWDIPV6")));
        lab.world.workstation().add_route(kFarWorkstation6, 128, kHome6, 0);
        CHECK(lab.echoes(lab.world.workstation(), kFarWorkstation6) == forwards);
        CHECK((lab.drops(stack::DropReason::ip_not_forwarding) > 0) == !forwards);
    }
}

TEST_CASE("IGNOREIPV6REDIRECT: a router that knows a better way is not believed") {
    for (const bool believes : {true, false}) {
        CAPTURE(believes);
        // With a prefix of 128 bits nobody is on the link, and the router sees packets that it sends back.
        DualStackWorld lab(dual_stack("2001:db8:60::3/128 ETH0", "DEFAULTNET fe80::1 ETH0",
                                      assorted(believes ? "" : "IGNOREIPV6REDIRECT")));
        CHECK(lab.types("ping 2001:db8:60::4").find("Successes so far 1") != std::string::npos);
        CHECK(redirected(lab) == (believes ? 1 : 0));
        if (!believes) continue;
        lab.run(minutes{11});  // a redirect is not for ever
        CHECK(redirected(lab) == 0);
    }
}

TEST_CASE("SECUREIPV6LOCAL: a local IPv6 connection to a secure port is secured, too") {
    using namespace vmlab::stack::test;
    for (const bool secure_local : {false, true}) {
        CAPTURE(secure_local);
        Bench bench(
            configured(std::string("PORT 21 TCP FTPSERVE SECURE FTPCERT\nASSORTEDPARMS SECURELOCAL ") +
                       (secure_local ? "SECUREIPV6LOCAL" : "") + " ENDASSORTEDPARMS"));
        bench.server.start(bench.now, bench);
        bench.ssl_says(SslServerReady{});
        bench.ask(ListenRequest{21, {}});
        bench.ask(ConnectRequest{1, {*IpAddress::parse("::1"), 21}});
        bench.pass(seconds{1});
        CHECK(bench.heard<Connected>().size() == 1);
        CHECK(bench.heard<SslOpen>().size() == (secure_local ? 1 : 0));
        CHECK(bench.heard<Accepted>().size() == (secure_local ? 0 : 1));
    }
}

TEST_CASE("NSINTERADDR with an IPv6 address: the name server is asked over IPv6") {
    DualStackWorld lab(dual_stack("2001:db8:60::3/64 ETH0", "DEFAULTNET fe80::1 ETH0",
                                  {{kTcpipData, "9.60.60.2", "2001:db8:60::2"}}));
    CHECK(lab.types("nslookup ws3") ==
          "Server:  ns1.example.test\nAddress:  2001:db8:60::2\n\nName:    ws3.EXAMPLE.TEST\nAddress:  "
          "9.60.61.4\n");
}
