// Names on the whole system: commands ask the name server over the stack and the wire, by what TCPIP DATA
// says.
#include <doctest/doctest.h>

#include "simulator/commands/why.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr const char* kData = "TCPMAINT.592/TCPIP.DATA";
constexpr const char* kProfile = "TCPMAINT.198/PROFILE.TCPIP";

WorldOptions changed_line(const char* file, const char* line, const char* other) {
    return changed({{file, line, other}});
}

/// The baseline, or a changed one.
struct Prompt : BaselineWorld {
    using BaselineWorld::BaselineWorld;

    std::string first_why(std::string_view question) {
        const auto answer = answer_why(*read_why(question), world.system().journal().kept(), "TCPIP");
        return answer.rests_on.empty() ? "nothing" : answer.rests_on.front().str();
    }
};

}  // namespace

TEST_CASE("PING finds a host by its name: a datagram to the name server, seen on the wire") {
    Capture capture;
    auto options = baseline_options();
    options.capture = &capture;
    Prompt p(options);
    (void)capture.take();
    CHECK(p.types("ping ws3") ==
          "Ping Level 710: Pinging host 9.60.61.4.\n               Enter #CP EXT to interrupt.\n"
          "PING: Ping #1 response took 0.000 seconds. Successes so far 1.\n");
    const std::string wire = capture.take();
    CHECK(wire.find("\x03ws3\x07"
                    "EXAMPLE\x04"
                    "TEST") != wire.npos);
    CHECK(p.types("ping nobody") == "DTCPIN901E Unknown host: nobody\n");
}

TEST_CASE("NSLOOKUP: addresses, names, aliases, mail, and what is not there") {
    Prompt p;
    const std::string server = "Server:  ns1.example.test\nAddress:  9.60.60.2\n\n";
    CHECK(p.types("nslookup gdlrct2") == server + "Name:    gdlrct2.EXAMPLE.TEST\nAddress:  9.60.60.3\n");
    CHECK(p.types("nslookup 9.60.61.4") == server + "Name:    ws3.example.test\nAddress:  9.60.61.4\n");
    CHECK(p.types("nslookup mail.example.test") ==
          server + "Name:    gdlrct2.example.test\nAddress:  9.60.60.3\nAliases:  mail.example.test\n");
    CHECK(p.types("nslookup -type=mx example.test") ==
          server +
              "example.test  preference = 10, mail exchanger = gdlrct2.example.test\n"
              "example.test  preference = 20, mail exchanger = tcpip10.example.test\n"
              "gdlrct2.example.test  internet address = 9.60.60.3\n"
              "tcpip10.example.test  internet address = 9.60.60.10\n");
    CHECK(p.types("nslookup nobody") ==
          server + "*** ns1.example.test can't find nobody: Non-existent domain\n");
    CHECK(p.types("nslookup -type=mx ws1") ==
          server + "*** ns1.example.test can't find ws1: No records of that type\n");
    CHECK(p.types("nslookup gdlrct2 router") ==
          "*** Can't find server name for address 9.60.60.1: No response from server\n"
          "DTCPIN904E Name server 9.60.60.1 is not available: nothing answers at 9.60.60.1 port 53\n");
    CHECK(p.types("nslookup") == "DTCPIN902E Invalid operand or option: \n");
}

TEST_CASE("a name with more addresses than a datagram holds is asked for again by TCP") {
    Prompt p;
    const auto text = p.types("nslookup many.example.test");
    CHECK(text.find("9.60.61.100, 9.60.61.101") != text.npos);
    CHECK(text.find("9.60.61.139\n") != text.npos);
}

TEST_CASE("DOMAINSEARCH: another domain for short names") {
    Prompt p(changed_line(kData, "EXAMPLE.TEST", "LAB.TEST\nDOMAINSEARCH EXAMPLE.TEST"));
    CHECK(p.types("ping ws1").starts_with("Ping Level 710: Pinging host 9.60.60.4."));
}

TEST_CASE("ETC SERVICES: NETSTAT calls ports by its names, however the protocol is written") {
    Prompt lab(changed_line("TCPMAINT.592/ETC.SERVICES", "telnet      23/tcp",
                            "terminal    23/TCP  ; its name of old"));
    CHECK(lab.types("netstat conn").find("TERMINAL") != std::string::npos);
}

TEST_CASE("NSPORTADDR: at another port nobody answers") {
    Prompt p(changed_line(kData, "SMTPSERVERID", "NSPORTADDR 5353\nSMTPSERVERID"));
    CHECK(p.types("ping ws1") == "DTCPIN901E Unknown host: ws1\n");
    const auto answer = answer_why(*read_why("DTCPIN901E"), p.system().journal().kept(), "TCPIP");
    CHECK(std::any_of(answer.rests_on.begin(), answer.rests_on.end(),
                      [](const auto& where) { return where.str() == "TCPIP DATA F1:6:12"; }));
}

TEST_CASE("RESOLVERTIMEOUT and RESOLVERUDPRETRIES: how long a silent server is waited for") {
    Prompt p(changed_line(kData, "SMTPSERVERID", "RESOLVERTIMEOUT 2\nRESOLVERUDPRETRIES 2\nSMTPSERVERID"));
    (void)p.types("ping ws1");  // the server's address is known from now on
    p.world.network().partition(0, p.system().now(), p.system().now() + hours{1});
    const auto began = p.system().now();
    CHECK(p.types("ping ws2") == "DTCPIN901E Unknown host: ws2\n");
    CHECK(p.system().now() - began == seconds{6});
    CHECK(p.first_why("LAST") == "TCPIP DATA F1:5:16");
}

TEST_CASE("RESOLVEVIA TCP and TRACE RESOLVER: the whole story at the console") {
    Prompt p(changed_line(kData, "SMTPSERVERID", "TRACE RESOLVER\nRESOLVEVIA TCP\nSMTPSERVERID"));
    CHECK(p.types("ping ws1") ==
          "Resolver: A of ws1\n"
          "Resolver: query A of ws1.EXAMPLE.TEST to 9.60.60.2..53 by TCP\n"
          "Resolver: 9.60.60.2..53: ws1.EXAMPLE.TEST 9.60.60.4\n"
          "Ping Level 710: Pinging host 9.60.60.4.\n               Enter #CP EXT to interrupt.\n"
          "PING: Ping #1 response took 0.000 seconds. Successes so far 1.\n");
}

TEST_CASE("DOMAINLOOKUP FILE: the name server is not asked") {
    Prompt p(changed_line(kData, "SMTPSERVERID", "DOMAINLOOKUP FILE\nSMTPSERVERID"));
    CHECK(p.types("ping router").starts_with("Ping Level 710: Pinging host 9.60.60.1."));
    CHECK(p.types("ping ws1") == "DTCPIN901E Unknown host: ws1\n");
    CHECK(p.first_why("DTCPIN901E") == "ETC HOSTS F1");
}

TEST_CASE("a name that does not resolve leads why to the line of the name server") {
    SUBCASE("nobody has the address") {
        Prompt p(changed_line(kData, "9.60.60.2", "9.60.60.99"));
        CHECK(p.types("ping ws1") == "DTCPIN901E Unknown host: ws1\n");
        CHECK(p.first_why("DTCPIN901E") == "TCPIP DATA F1:5:16");
        const auto answer = answer_why(*read_why("is not resolved"), p.system().journal().kept(), "TCPIP");
        CHECK(answer.chain.front().text == "ws1 is not resolved: nothing answers at 9.60.60.99 port 53");
    }
    SUBCASE("the host has no name server") {
        Prompt p(changed_line(kData, "9.60.60.2", "9.60.60.1"));
        CHECK(p.types("ping ws1") == "DTCPIN901E Unknown host: ws1\n");
        CHECK(p.first_why("LAST") == "TCPIP DATA F1:5:16");
    }
    SUBCASE("there is no way to it") {
        auto options = changed_line(kData, "9.60.60.2", "9.60.61.9");
        for (auto& [path, text] : options.files)
            if (path == kProfile) text.replace(text.find("DEFAULTNET"), 1, ";");
        Prompt p(options);
        CHECK(p.types("ping ws1") == "DTCPIN901E Unknown host: ws1\n");
        CHECK(p.first_why("DTCPIN901E").starts_with("PROFILE TCPIP D1:"));
    }
}

TEST_CASE("HOMETEST: the host name leads to a HOME address, or not") {
    Prompt p;
    CHECK(p.types("hometest") ==
          "TCP Host Name is: GDLRCT2\n"
          "Using Name Server to Resolve GDLRCT2\n"
          "The following IP addresses correspond to TCP Host Name: GDLRCT2\n"
          "9.60.60.3\n"
          "The following IP addresses are the HOME IP addresses defined in PROFILE TCPIP:\n"
          "9.60.60.3\n"
          "127.0.0.1\n"
          "All IP addresses for GDLRCT2 are in the HOME list!\n"
          "Hometest was successful - all Tests Passed!\n");
    Prompt other(changed_line(kData, "GDLRCT2", "WS2"));
    CHECK(
        other.types("hometest").ends_with("DTCHMT902W Not in the HOME list: 9.60.60.7, of host name WS2\n"));
    Prompt unknown(changed_line(kData, "GDLRCT2", "NOBODY"));
    CHECK(unknown.types("hometest")
              .ends_with(
                  "DTCHMT901E Host name NOBODY is not resolved: 9.60.60.2 port 53 knows no such name\n"));
}

TEST_CASE("TRACERTE: the routers on the way, silence, and no way at all") {
    Prompt p;
    CHECK(p.types("tracerte ws3") ==
          "Trace route to WS3.EXAMPLE.TEST (9.60.61.4)\n 1 (9.60.60.1) 0 ms 0 ms 0 ms\n"
          " 2 (9.60.61.4) 0 ms 0 ms 0 ms\n");
    CHECK(p.types("tracerte 9.60.60.4 (try 1") ==
          "Trace route to 9.60.60.4 (9.60.60.4)\n 1 (9.60.60.4) 0 ms\n");
    CHECK(p.types("tracerte 9.9.9.9 (try 2") ==
          "Trace route to 9.9.9.9 (9.9.9.9)\n 1 (9.60.60.1) 0 ms 0 ms\n 2 (9.60.60.1) 0 ms !N 0 ms !N\n");
    p.world.network().partition(1, p.system().now(), p.system().now() + hours{1});
    CHECK(p.types("tracerte 9.60.61.5 (try 1 max 3 wait 1") ==
          "Trace route to 9.60.61.5 (9.60.61.5)\n 1 (9.60.60.1) 0 ms\n 2 *\n 3 *\n");
    CHECK(p.types("tracerte ws3 (max 0") == "DTCPIN902E Invalid operand or option: MAX\n");
    CHECK(p.types("tracerte") == "DTCPIN902E Invalid operand or option: \n");
}

TEST_CASE("IPWIZARD verifies: interface, gateway, name server") {
    Prompt p;
    CHECK(p.types("ipwizard") ==
          "Successfully PINGed Interface (9.60.60.3)\n"
          "Successfully PINGed Gateway (9.60.60.1)\n"
          "Successfully PINGed DNS (9.60.60.2)\n"
          "DTCIPW2519I Configuration complete; connectivity has been verified\n"
          "IUGIPW8392I IPWIZARD EXEC ENDED SUCCESSFULLY\n");
    Prompt bad(changed_line(kProfile, "9.60.60.1   ETH0", "9.60.60.99  ETH0"));
    CHECK(bad.types("ipwizard") ==
          "Successfully PINGed Interface (9.60.60.3)\n"
          "DTCIPW901E Gateway (9.60.60.99) does not answer a PING\n"
          "Successfully PINGed DNS (9.60.60.2)\n"
          "DTCIPW902E Connectivity could not be verified\n");
    CHECK(bad.first_why("DTCIPW901E").starts_with("PROFILE TCPIP D1:"));
}

TEST_CASE("why says that there is no route, and which line should have one") {
    Prompt p(changed_line(kProfile, "  DEFAULTNET                  9.60.60.1   ETH0  1500\n", ""));
    CHECK(p.types("ping 9.60.61.4 (timeout 1").ends_with("PING: Ping #1 timed out\n"));
    const auto answer = answer_why(*read_why("9.60.61.4"), p.system().journal().kept(), "TCPIP");
    REQUIRE_FALSE(answer.chain.empty());
    CHECK(answer.chain.front().text == "echo request to 9.60.61.4 not sent: no route");
    CHECK(p.first_why("9.60.61.4").starts_with("PROFILE TCPIP D1:6"));
    CHECK(p.types("tracerte 9.60.61.4 (try 1") == "Trace route to 9.60.61.4 (9.60.61.4)\n 1 0 ms !N\n");
}

TEST_CASE("a first hop that nobody has is named when clients behind the router get no answer") {
    Prompt p(changed_line(kProfile, "9.60.60.1   ETH0", "9.60.60.99  ETH0"));
    Conversation visit;
    visit.patience = seconds{15};
    visit.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 21}}};
    const auto number = p.world.remote_workstation().start(visit, p.system());
    p.run(seconds{20});
    CHECK_FALSE(p.world.remote_workstation().result(number).succeeded);
    CHECK(p.first_why("LAST").starts_with("PROFILE TCPIP D1:67"));
    CHECK(p.talk(visit).succeeded);  // local clients are served
}
