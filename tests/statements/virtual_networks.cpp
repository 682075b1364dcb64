// Virtual switches, guest LANs and adapters: what the CP directory and CP's commands make of them.
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr const char* kNicdef = "  NICDEF 0600 TYPE QDIO LAN SYSTEM VSW1\n";
constexpr const char* kGrant = "  COMMAND SET VSWITCH VSW1 GRANT &USERID\n";

std::string lines_of(const WhyAnswer& answer) {
    std::string text;
    for (const auto& where : answer.rests_on) text += where.str() + "\n";
    return text;
}

WhyAnswer why(const World& world, std::string_view words) {
    return answer_why(*read_why(words), world.journal().kept(), "TCPIP");
}

}  // namespace

TEST_CASE("NICDEF: an adapter on a virtual switch") {
    EditedWorld lab;
    CHECK(lab.said("TCPIP", "NIC 0600 is created; devices 0600-0602 defined"));
    CHECK(lab.said("TCPIP", "NIC 0600 is connected to VSWITCH SYSTEM VSW1"));
    CHECK(lab.greets(25));
    const auto shown = lab.typed("TCPMAINT", "query vswitch vsw1 details");
    CHECK(shown.find("VSWITCH SYSTEM VSW1       Type: QDIO    Connected: 1    Maxconn: INFINITE\n"
                     "  PERSISTENT  RESTRICTED    IP                        Accounting: OFF") !=
          std::string::npos);
    CHECK(shown.find("  Adapter Owner: TCPIP    NIC: 0600.P00 Name: UNASSIGNED Type: QDIO") !=
          std::string::npos);
    CHECK(shown.find("        9.60.60.3") != std::string::npos);
}

TEST_CASE("COMMAND: what CP does when the user logs on") {
    EditedWorld lab({{kDirectory, kGrant, ""}});
    CHECK(lab.said("TCPIP", "HCPCPL6011E You are not authorized to COUPLE to SYSTEM VSW1"));
    CHECK(lab.said("TCPIP", "DTCOSD965E Device DEV@0600: the adapter at 0600 is not connected"));
    CHECK(lab.world.stack("TCPIP")->stack.interfaces.empty());
    CHECK_FALSE(lab.greets(25));
    // The granted user is coupled when it logs on again.
    CHECK(lab.typed("TCPMAINT", "set vswitch vsw1 grant tcpip").find("Command complete") !=
          std::string::npos);
    lab.type("TCPMAINT", "force tcpip");
    lab.run(seconds{1});
    lab.type("TCPMAINT", "xautolog tcpip");
    lab.run(seconds{60});
    CHECK(lab.greets(25));
    CHECK(EditedWorld().greets(25));
}

TEST_CASE("why names NICDEF and the switch to an address whose adapter is not granted it") {
    EditedWorld lab({{kDirectory, kGrant, ""}});
    const auto answer = why(lab.world, "9.60.60.3");
    const auto lines = lines_of(answer);
    CAPTURE(lines);
    REQUIRE(answer.rests_on.size() >= 2);
    CHECK(answer.rests_on[0].str() == "USER DIRECT C1:177:3");
    CHECK(answer.rests_on[1].str() == "USER DIRECT C1:125:3");
}

TEST_CASE("SPECIAL: an adapter without NICDEF") {
    EditedWorld lab({{kDirectory, kNicdef, "  SPECIAL 0600 QDIO 3 SYSTEM VSW1\n"}});
    CHECK(lab.said("TCPIP", "NIC 0600 is connected to VSWITCH SYSTEM VSW1"));
    CHECK(lab.greets(25));
}

TEST_CASE("REVOKE takes an adapter off its switch while the stack runs; COUPLE puts it back once granted") {
    EditedWorld lab;
    CHECK(lab.greets(25));
    (void)lab.typed("TCPMAINT", "set vswitch vsw1 revoke tcpip");
    CHECK_FALSE(lab.greets(25));
    const auto answer = why(lab.world, "9.60.60.3");
    REQUIRE_FALSE(answer.chain.empty());
    CHECK(answer.chain[0].text ==
          "9.60.60.3 is not reached: the adapter at 0600 is not connected to a network: TCPIP was revoked "
          "VSWITCH SYSTEM VSW1");
    CHECK(lab.typed("TCPMAINT", "netstat cp couple 0600 to system vsw1").find("HCPCPL6011E") !=
          std::string::npos);
    (void)lab.typed("TCPMAINT", "set vswitch vsw1 grant tcpip");
    CHECK_FALSE(lab.greets(25));
    CHECK(lab.typed("TCPMAINT", "netstat cp couple 0600 to system vsw1")
              .find("NIC 0600 is connected to VSWITCH SYSTEM VSW1") != std::string::npos);
    CHECK(lab.greets(25));
}

TEST_CASE("an adapter that is coupled after the stack began comes up with the next START") {
    EditedWorld lab({{kDirectory, kGrant, ""}});
    (void)lab.typed("TCPMAINT", "set vswitch vsw1 grant tcpip");
    (void)lab.typed("TCPMAINT", "netstat cp couple 0600 to system vsw1");
    CHECK_FALSE(lab.greets(25));
    (void)lab.typed("TCPMAINT", "netstat obey start dev@0600");
    lab.run(seconds{5});
    CHECK(lab.said("TCPIP", "DTCOSD246I OSD device DEV@0600: Assigned IPv4 address 9.60.60.3"));
    CHECK(lab.greets(25));
}

TEST_CASE("UNCOUPLE, and QUERY NIC with what is left") {
    EditedWorld lab;
    (void)lab.typed("TCPMAINT", "netstat cp uncouple 0600");
    CHECK_FALSE(lab.greets(25));
    const auto shown = lab.typed("TCPMAINT", "netstat cp query nic");
    CHECK(shown.find("Adapter 0600.P00 Type: QDIO      Name: UNASSIGNED   Devices: 3\n  MAC: ") !=
          std::string::npos);
    CHECK(shown.find("LAN: * None") != std::string::npos);
    CHECK(lab.typed("TCPMAINT", "query nic user tcpip").find("LAN: * None") != std::string::npos);
}

TEST_CASE("DISCONNECT of a switch: its guests are among themselves") {
    const Edit second{kDirectory, "  MDISK 0191 3390 0771",
                      "  COMMAND SET VSWITCH VSW1 GRANT &USERID\n  NICDEF 0610 TYPE QDIO LAN SYSTEM VSW1\n"
                      "  MDISK 0191 3390 0771"};
    EditedWorld lab({second, {kDtcparms, "                :attach.0610-0612", ""}});
    CHECK(lab.greets(25));
    (void)lab.typed("TCPMAINT", "set vswitch vsw1 disconnect");
    CHECK_FALSE(lab.greets(25));
    CHECK(lab.typed("TCPMAINT", "query vswitch").find("  State: Disconnected") != std::string::npos);
    lab.type("TCPMAINT", "ping 9.60.60.10 (count 1");
    lab.run(seconds{5});
    CHECK(lab.said("TCPMAINT", "Ping #1 response took"));
    (void)lab.typed("TCPMAINT", "set vswitch vsw1 connect");
    CHECK(lab.greets(25));
}

TEST_CASE("a guest LAN of type HIPERS takes adapters of that type only") {
    EditedWorld lab;
    (void)lab.typed("MAINT", "define lan glan1 ownerid system type hipers");
    (void)lab.typed("MAINT", "define nic 0700 type qdio");
    CHECK(lab.typed("MAINT", "couple 0700 to system glan1").find("HCPCPL906E") != std::string::npos);
    (void)lab.typed("MAINT", "define nic 0710 type hipers");
    CHECK(
        lab.typed("MAINT", "couple 0710 to system glan1").find("NIC 0710 is connected to LAN SYSTEM GLAN1") !=
        std::string::npos);
    CHECK(lab.typed("MAINT", "query lan")
              .find("LAN SYSTEM GLAN1        Type: HIPERS  Connected: 1    Maxconn: INFINITE\n"
                    "  PERSISTENT  UNRESTRICTED  IP                        Accounting: OFF") !=
          std::string::npos);
    CHECK(lab.typed("MAINT", "detach nic 0710").find("NIC 0710 is destroyed; devices 0710-0712 detached") !=
          std::string::npos);
    CHECK(lab.typed("MAINT", "query nic 0710").find("HCPQVD040E Device 0710 does not exist") !=
          std::string::npos);
}
