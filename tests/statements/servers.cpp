// PROFILE TCPIP: who may listen where, who is started, who may change the stack.
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const std::string kLowPorts = "ASSORTEDPARMS\n  RESTRICTLOWPORTS\nENDASSORTEDPARMS";
const std::string kMailPort = "  25    TCP SMTP                         ; mail\n";
const std::string kEchoPort = "7443  TCP TLSECHO  SECURE ECHOCERT     ; echo";
const std::string kFtpDataPort = "20    TCP FTPSERVE NOAUTOLOG           ; FTP data";

/// ASSORTEDPARMS with these words.
Edit assorted(const std::string& words) {
    return {kProfile, kLowPorts, "ASSORTEDPARMS " + words + " ENDASSORTEDPARMS"};
}

}  // namespace

TEST_CASE("DEVICE, LINK, HOME and START: the host answers") { CHECK(EditedWorld().greets(25)); }

TEST_CASE("STOP: a device that was started does not come up") {
    CHECK_FALSE(EditedWorld({{kProfile, "", "STOP DEV@0600\n"}}).greets(25));
}

TEST_CASE("LINK MTU: no segment of the link is larger") {
    EditedWorld lab({{kProfile, "MTU 1500 IP", "MTU 576 IP"}, {kProfile, "", "TRACE TCPDOWN\n"}});
    (void)lab.echoes();
    CHECK(lab.said("TCPIP", "TCPDOWN out: "));
    REQUIRE(lab.world.stack("TCPIP")->stack.interfaces.size() == 1);
    CHECK(lab.world.stack("TCPIP")->stack.interfaces[0].config.mtu == 576);
    CHECK(lab.types("netstat gate").find("<direct>         UT   576   <none> ETH0\n") != std::string::npos);
}

TEST_CASE("GATEWAY: what is not of this network goes to the router") {
    EditedWorld lab;
    const auto before = lab.world.stack("TCPIP")->stack.interfaces[0].frames_out;
    (void)lab.typed("TCPMAINT", "ping 10.1.1.1 (timeout 1");
    CHECK(lab.world.stack("TCPIP")->stack.interfaces[0].frames_out > before);
}

TEST_CASE("AUTOLOG: its servers are started") {
    EditedWorld lab;
    CHECK(lab.said("OPERATOR", "AUTO LOGON  ***       FTPSERVE"));
    CHECK(lab.greets(21));
}

TEST_CASE("MAXRESTART: a server that never listens is restarted as often and no more") {
    EditedWorld lab({{kProfile, kFtpDataPort, "20 TCP FTPSERVE"}, {kProfile, "", "MAXRESTART 1\n"}});
    lab.run(minutes{16});
    CHECK(lab.times_said("OPERATOR", "LOGOFF AS  FTPSERVE") == 1);
}

TEST_CASE("PORT: a low port is for the user who has it reserved") { CHECK(EditedWorld().greets(21)); }

TEST_CASE("PORT RANGE: every port from low to high is reserved") {
    EditedWorld lab({{kProfile, kFtpDataPort, "20 RANGE 21 TCP FTPSERVE NOAUTOLOG"},
                     {kProfile, "21    TCP FTPSERVE                     ; FTP control", ""}});
    CHECK(lab.greets(21));
}

TEST_CASE("PORT CLIENTCERTCHECK REQUIRED: who has no certificate is refused") {
    EditedWorld lab({{kProfile, kEchoPort, "7443 TCP TLSECHO SECURE ECHOCERT CLIENTCERTCHECK REQUIRED"}});
    CHECK_FALSE(lab.echoes());
}

TEST_CASE("FREELOWPORTS: a low port needs no reservation") {
    CHECK(EditedWorld({{kProfile, kMailPort, ""}, assorted("FREELOWPORTS")}).greets(25));
}

TEST_CASE("RESTRICTLOWPORTS: a low port needs one") {
    CHECK_FALSE(
        EditedWorld({{kProfile, kMailPort, ""}, assorted("FREELOWPORTS RESTRICTLOWPORTS")}).greets(25));
}

TEST_CASE("PERMITTEDUSERSONLY: nobody may use the stack who is not permitted") {
    CHECK_FALSE(EditedWorld({assorted("PERMITTEDUSERSONLY")}).greets(21));
}

TEST_CASE("PERMIT: its users may, where only permitted users may") {
    EditedWorld lab({assorted("PERMITTEDUSERSONLY"), {kProfile, "", "PERMIT FTPSERVE SSL00001 ENDPERMIT\n"}});
    CHECK(lab.greets(21));
    CHECK_FALSE(lab.greets(25));
}

TEST_CASE("RESTRICT: its users may not use the stack") {
    EditedWorld lab({{kProfile, "", "RESTRICT FTPSERVE ENDRESTRICT\n"}});
    CHECK_FALSE(lab.greets(21));
    CHECK(lab.greets(25));
}

TEST_CASE("OBEY: its users may change the running stack") {
    const auto text = EditedWorld().typed("TCPMAINT", "netstat obey port 8080 tcp webserv");
    CHECK(text.find("OBEY return code = 0") != std::string::npos);
}

TEST_CASE("SSLSERVERID: a server of the pool secures a connection") { CHECK(EditedWorld().echoes()); }

TEST_CASE("SSLSERVERID TIMEOUT: so long do the servers of AUTOLOG wait for a pool that does not come") {
    EditedWorld lab({{kProfile, "SSLSERVERID * TIMEOUT 30", "SSLSERVERID * TIMEOUT 5"},
                     {kDtcparms, "VMSYS:GSKSSLDB/", "VMSYS:GSKSSLDX/"}});
    CHECK(lab.said("TCPIP", "DTCIPI904W No SSL server is ready after 5 seconds"));
}

TEST_CASE("SSLLIMITS MAXSESSIONS: as many servers as so many sessions need") {
    CHECK(EditedWorld({{kProfile, "MAXSESSIONS 3000", "MAXSESSIONS 600"}}).members_ready() == 1);
}

TEST_CASE("SSLLIMITS MAXPERSSLSERVER: as many servers as so many sessions each need") {
    CHECK(EditedWorld({{kProfile, "MAXPERSSLSERVER 600", "MAXPERSSLSERVER 1500"}}).members_ready() == 2);
}

TEST_CASE("SCREEN: the trace comes back to the console") {
    EditedWorld lab({{kProfile, "", "TRACE TCPUP\nFILE STACK LOG A\nSCREEN\n"}});
    (void)lab.greets(25);
    CHECK(lab.said("TCPIP", " TCPUP in: "));
}

TEST_CASE("TCPIPUSERID: the stack that servers speak to, and that :stack. must name") {
    EditedWorld lab({{kTcpipData, "TCPIPUSERID    TCPIP", "TCPIPUSERID TCPIP10"}});
    CHECK(lab.said("SSL00001", "DTCRUN1028E"));
    CHECK(lab.world.default_stack("TCPMAINT") == Userid("TCPIP10"));
}

TEST_CASE("TCPIUSERID is taken for TCPIPUSERID") {
    EditedWorld lab({{kTcpipData, "TCPIPUSERID    TCPIP", "TCPIUSERID TCPIP10"}});
    CHECK(lab.said("SSL00001", "DTCRUN1028E"));
}

TEST_CASE("HOSTNAME and DOMAINORIGIN: what servers call their host") {
    EditedWorld lab({{kTcpipData, "GDLRCT2", "THERE"}, {kTcpipData, "EXAMPLE.TEST", "EXAMPLE.ORG"}});
    CHECK(lab.speak(21, {}).heard("THERE.EXAMPLE.ORG"));
}
