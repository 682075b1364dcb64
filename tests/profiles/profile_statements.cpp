// PROFILE TCPIP, statement by statement: what a good one becomes, and what is said, with line and column, of
// a bad one.
#include <doctest/doctest.h>

#include "profiles/profile_tcpip.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

ProfileTcpip read(std::string_view text) { return read_profile_tcpip(profile(text)); }
std::string findings_of(std::string_view text) { return told(read(text).findings); }

/// DEVICE, LINK and HOME that routes and addresses can stand on; three lines.
const std::string kInterface =
    "DEVICE D1 OSD 600\n"
    "LINK L1 QDIOETHERNET D1\n"
    "HOME 9.60.60.3 255.255.255.0 L1\n";

std::string routes(const ProfileTcpip& p) {
    std::string text;
    for (const auto& r : p.gateway.entries)
        text += fmt::format("{}/{} {} {} {}\n", r.destination.str(), r.mask.str(), r.first_hop.str(), *r.link,
                            r.mtu);
    return text;
}

}  // namespace

TEST_CASE("the seed's SSLIMITS is no statement; the nearest one is named, and reading goes on") {
    const ProfileTcpip p =
        read("SSLSERVERID *\nSSLIMITS MAXSESSIONS 10 MAXPERSSLSERVER 5\nOBEY MAINT ENDOBEY\n");
    CHECK(told(p.findings) == "2:1 error DTCPRS901E Unknown statement SSLIMITS ignored [SSLLIMITS]\n");
    CHECK(p.ssl_limits.max_sessions.value == 3000);
    CHECK(p.obey.entries.size() == 1);
    REQUIRE(p.findings.items.size() == 1);
    CHECK(p.findings.items[0].line == "SSLIMITS MAXSESSIONS 10 MAXPERSSLSERVER 5");
    CHECK(p.findings.items[0].state == LineState::unknown);
}

TEST_CASE("keywords fold, comments end lines, statements need no lines of their own") {
    const ProfileTcpip p =
        read("Autolog ftpserve 0 ; not this: SMTP 0\n  smtp 0 EndAutolog ssllimits maxsessions 7\n");
    CHECK(told(p.findings) == "");
    REQUIRE(p.autolog.entries.size() == 2);
    CHECK(p.autolog.entries[1].userid.value == Userid("SMTP"));
    CHECK(p.autolog.entries[1].userid.where.str() == "PROFILE TCPIP D1:2:3");
    CHECK(p.ssl_limits.max_sessions.value == 7);
    // A semicolon inside a word is part of it.
    CHECK(findings_of("OBEY MAINT;X ENDOBEY") == "");
}

TEST_CASE("AUTOLOG without the constants pairs the list wrongly: every second server is skipped") {
    const ProfileTcpip p = read("AUTOLOG\n FTPSERVE\n SMTP\n TLSECHO\nENDAUTOLOG\n");
    REQUIRE(p.autolog.entries.size() == 2);
    CHECK(p.autolog.entries[0].userid.value == Userid("FTPSERVE"));
    CHECK(p.autolog.entries[0].constant == "SMTP");
    CHECK(p.autolog.entries[1].userid.value == Userid("TLSECHO"));
    CHECK(told(p.findings) ==
          "4:2 error DTCPRS904E AUTOLOG ends before its constant after the last userid\n");
}

TEST_CASE("lists of userids") {
    CHECK(findings_of("AUTOLOG FTPSERVE 0\nPORT 21 TCP FTPSERVE\n") ==
          "1:1 warning DTCPRS905W AUTOLOG is not ended by ENDAUTOLOG\n");
    CHECK(findings_of("OBEY MAINT TOOLONGNAME ENDOBEY\n") ==
          "1:12 error DTCPRS903E TOOLONGNAME is not valid as userid of OBEY\n");
    CHECK(findings_of("OBEY MAINT\nENDOBY\nPORT 23 TCP INTCLIEN\n") ==
          "2:1 warning DTCPRS911W ENDOBY may be a misspelt ENDOBEY; it is taken as a userid [ENDOBEY]\n"
          "1:1 warning DTCPRS905W OBEY is not ended by ENDOBEY\n");
    CHECK(findings_of("RESTRICT GUEST* ENDRESTRICT PERMIT SSL* ENDPERMIT INFORM MAINT ENDINFORM") == "");
    CHECK(findings_of("OBEY SSL* ENDOBEY") == "1:6 error DTCPRS903E SSL* is not valid as userid of OBEY\n");
    CHECK(findings_of("ENDOBEY\nTIMESTAMP PREFIX\n") == "1:1 error DTCPRS910E ENDOBEY without OBEY\n");
}

TEST_CASE("PORT") {
    const ProfileTcpip p = read(
        "PORT\n"
        "  20 TCP FTPSERVE NOAUTOLOG\n"
        "  23 TCP INTCLIEN 25 TCP SMTP\n"
        "  9.60.60.3 53 UDP NAMESRV\n"
        "  992 TCP INTCLIEN SECURE telcert CLIENTCERTCHECK FULL\n"
        "  5000 RANGE 5010 TCP FTPSERVE NOAUTOLOG\n"
        "  RANGE 6000 6010 TCP *\n");
    // The reservation holds for every address here: that is said.
    CHECK(told(p.findings) == "");
    REQUIRE(p.ports.entries.size() == 7);
    CHECK_FALSE(p.ports.entries[0].autolog);
    CHECK(p.ports.entries[2].low == 25);
    CHECK(p.ports.entries[3].udp);
    CHECK(p.ports.entries[3].address->str() == "9.60.60.3");
    CHECK(p.ports.entries[4].secure->value == "TELCERT");
    CHECK(p.ports.entries[4].client_cert_check.value == ClientCertCheck::required);
    CHECK(p.ports.entries[5].high == 5010);
    CHECK(p.ports.entries[6].user.value == Userid("*"));
}

TEST_CASE("PORT, mistaken") {
    CHECK(findings_of("PORT 70000 TCP SMTP") ==
          "1:6 error DTCPRS903E 70000 is not valid as port number of PORT\n");
    CHECK(findings_of("PORT 25 SMTP") == "1:9 error DTCPRS903E SMTP is not valid as protocol of PORT\n");
    CHECK(findings_of("PORT 25 TCP") == "1:9 error DTCPRS904E PORT ends before its userid\n");
    CHECK(findings_of("PORT 25 TCP SMTP NOAUTOLOGG\n 26 TCP SMTP") ==
          "1:18 error DTCPRS902E NOAUTOLOGG is not an operand of PORT [NOAUTOLOG]\n");
    CHECK(findings_of("PORT 5010 RANGE 5000 TCP SMTP") ==
          "1:17 error DTCPRS903E 5000 is not valid as end of the port range of PORT\n");
    CHECK(findings_of("PORT\n 25 TCP SMTP\n 25 TCP SMTP\n") ==
          "3:2 warning DTCPRS908W PORT repeats what line 2 says\n");
    CHECK(findings_of("PORT\n 25 TCP SMTP\nTCP 26 SMTP\n") ==
          "3:1 error DTCPRS901E Unknown statement TCP ignored\n");
    // A label that can match nothing is kept: the port must not become a clear one.
    const ProfileTcpip p = read("PORT 992 TCP INTCLIEN SECURE TOOLONGLABEL");
    CHECK(told(p.findings) == "1:30 error DTCPRS912E TOOLONGLABEL is not a valid TLS label\n");
    CHECK(p.ports.entries[0].secure->value == "TOOLONGLABEL");
}

TEST_CASE("an operand that the end of the file cut off is missing, at the word before it") {
    CHECK(findings_of("PORT 992 TCP INTCLIEN CLIENTCERTCHECK") ==
          "1:23 error DTCPRS904E PORT ends before its CLIENTCERTCHECK\n");
    CHECK(findings_of("INTERNALCLIENTPARMS LDEVRANGE 0001") ==
          "1:31 error DTCPRS904E INTERNALCLIENTPARMS ends before its LDEVRANGE\n"
          "1:1 warning DTCPRS905W INTERNALCLIENTPARMS is not ended by ENDINTERNALCLIENTPARMS\n");
    CHECK(findings_of("KEEPALIVEOPTIONS SENDGARBAGE") ==
          "1:18 error DTCPRS904E KEEPALIVEOPTIONS ends before its SENDGARBAGE\n"
          "1:1 warning DTCPRS905W KEEPALIVEOPTIONS is not ended by ENDKEEPALIVEOPTIONS\n");
    CHECK(findings_of(kInterface + "GATEWAY 10.0.0.0") ==
          "4:9 error DTCPRS904E GATEWAY ends before its subnet mask\n");
}

TEST_CASE("SSLSERVERID and SSLLIMITS") {
    const ProfileTcpip p =
        read("SSLSERVERID SSLSERV TIMEOUT 60\nSSLLIMITS MAXPERSSLSERVER 100 MAXSESSIONS 500\n");
    CHECK(told(p.findings) == "");
    CHECK(p.ssl_server->server.value == Userid("SSLSERV"));
    CHECK(p.ssl_server->timeout.value == 60);
    CHECK(p.ssl_limits.max_per_server.value == 100);
    CHECK(p.ssl_limits.max_sessions.where.str() == "PROFILE TCPIP D1:2:43");
    CHECK(findings_of("SSLSERVERID\n") == "1:1 error DTCPRS904E SSLSERVERID ends before its userid\n");
    CHECK(findings_of("SSLSERVERID SSL*\n") ==
          "1:13 error DTCPRS903E SSL* is not valid as userid of SSLSERVERID\n");
    CHECK(findings_of("SSLSERVERID * WAIT 30\n") ==
          "1:15 error DTCPRS902E WAIT is not an operand of SSLSERVERID\n");
    CHECK(findings_of("SSLSERVERID *\nSSLSERVERID SSLSERV\n") ==
          "2:1 warning DTCPRS913W SSLSERVERID is given twice; SSLSERV replaces *\n");
    CHECK(findings_of("SSLLIMITS MAXSESSION 10\n") ==
          "1:11 error DTCPRS902E MAXSESSION is not an operand of SSLLIMITS [MAXSESSIONS]\n");
    CHECK(findings_of("SSLLIMITS MAXSESSIONS 0\n") ==
          "1:23 error DTCPRS903E 0 is not valid as MAXSESSIONS of SSLLIMITS\n");
}

TEST_CASE("INTERNALCLIENTPARMS: PORT is an operand inside the block, a statement outside") {
    const ProfileTcpip p = read(
        "INTERNALCLIENTPARMS\n"
        "  PORT 23 PORT 992\n"
        "  SECURECONNECTION ALLOWED TLSLABEL telcert\n"
        "  CLIENTCERTCHECK PREFERRED TIMEMARK 300 INACTIVE 900 SCANINTERVAL 30\n"
        "  LDEVRANGE 0001 0FFF NOTN3270E\n"
        "ENDINTERNALCLIENTPARMS\n"
        "PORT 23 TCP INTCLIEN\n");
    CHECK(told(p.findings) == "");
    REQUIRE(p.telnet);
    REQUIRE(p.telnet->ports.size() == 2);
    CHECK(*p.telnet->ports[1] == 992);
    CHECK(*p.telnet->secure_connection == SecureLevel::allowed);
    CHECK(p.telnet->tls_label->value == "TELCERT");
    CHECK(*p.telnet->client_cert_check == ClientCertCheck::preferred);
    CHECK(*p.telnet->time_mark == 300);
    CHECK(*p.telnet->inactive == 900);
    CHECK(*p.telnet->ldev_high == 0xfff);
    CHECK_FALSE(*p.telnet->tn3270e);
    CHECK(p.ports.entries.size() == 1);
}

TEST_CASE("INTERNALCLIENTPARMS, mistaken") {
    CHECK(findings_of("INTERNALCLIENTPARMS SECURECONNECTION REQUIERED ENDINTERNALCLIENTPARMS") ==
          "1:38 error DTCPRS903E REQUIERED is not valid as SECURECONNECTION of INTERNALCLIENTPARMS\n");
    CHECK(
        findings_of("INTERNALCLIENTPARMS\n SECURECONECTION REQUIRED\nENDINTERNALCLIENTPARMS") ==
        "2:2 error DTCPRS902E SECURECONECTION is not an operand of INTERNALCLIENTPARMS [SECURECONNECTION]\n");
    CHECK(findings_of("INTERNALCLIENTPARMS CONNECTEXIT MYEXIT TRANSFORM ENDINTERNALCLIENTPARMS") ==
          "1:21 info DTCPRS906I INTERNALCLIENTPARMS CONNECTEXIT is read but not simulated\n"
          "1:40 info DTCPRS906I INTERNALCLIENTPARMS TRANSFORM is read but not simulated\n");
    // Without its END the block swallows a PORT statement that follows.
    CHECK(findings_of("INTERNALCLIENTPARMS\n PORT 23\nPORT 21 TCP FTPSERVE\nHOME\n") ==
          "3:9 error DTCPRS902E TCP is not an operand of INTERNALCLIENTPARMS\n"
          "1:1 warning DTCPRS905W INTERNALCLIENTPARMS is not ended by ENDINTERNALCLIENTPARMS\n");
    std::string many = "INTERNALCLIENTPARMS\n";
    for (int i = 0; i < 60; ++i) many += " PORT 1" + std::to_string(100 + i) + "\n";
    const ProfileTcpip p = read(many + "ENDINTERNALCLIENTPARMS\nOBEY MAINT ENDOBEY");
    CHECK(told(p.findings) == "52:2 error DTCPRS909E INTERNALCLIENTPARMS has more than 500 characters\n");
    CHECK(p.obey.entries.size() == 1);
}

TEST_CASE("ASSORTEDPARMS") {
    const ProfileTcpip p =
        read("ASSORTEDPARMS FREELOWPORTS PERMITTEDUSERSONLY SECURELOCAL NOFWD ENDASSORTEDPARMS");
    CHECK(told(p.findings) == "");
    CHECK_FALSE(*p.assorted.restrict_low_ports);
    CHECK(p.assorted.restrict_low_ports.where.str() == "PROFILE TCPIP D1:1:15");
    CHECK(*p.assorted.permitted_users_only);
    CHECK(*p.assorted.secure_local);
    CHECK_FALSE(*p.assorted.forwarding);
    CHECK(findings_of("ASSORTEDPARMS RESTRICTLOWPORT OVERRIDEPRECEDENCE CHECKCONSISTENCY ENDASSORTEDPARMS") ==
          "1:15 error DTCPRS902E RESTRICTLOWPORT is not an operand of ASSORTEDPARMS [RESTRICTLOWPORTS]\n"
          "1:31 info DTCPRS906I ASSORTEDPARMS OVERRIDEPRECEDENCE is read but not simulated\n");
}

TEST_CASE("DEVICE, LINK, START") {
    const ProfileTcpip p = read(
        "DEVICE dev@0800 OSD 800 PORTNAME OSA1 NONROUTER AUTORESTART\n"
        "LINK eth0 QDIOETHERNET DEV@0800 MTU 1800 IP\n"
        "DEVICE V OSD 0700\n"
        "LINK ETH1 QDIOETHERNET V ETHERNET\n"
        "START DEV@0800\nSTOP DEV@0800\nSTART V\n");
    CHECK(told(p.findings) == "");
    CHECK(*p.devices[0].name == "DEV@0800");
    CHECK(p.devices[0].vdev == "0800");
    CHECK(p.devices[0].says_restart());
    CHECK_FALSE(p.devices[1].says_restart());
    CHECK(*p.links[0].mtu == 1800);
    CHECK(*p.links[1].layer2);
    const ProfileTcpip lines =
        read("DEVICE D OSD 600\nLINK L QDIOETHERNET D\n  ETHERNET\n  MTU 1400\nSTART D\n");
    CHECK(told(lines.findings) == "");
    CHECK(*lines.links[0].layer2);
    CHECK(*lines.links[0].mtu == 1400);
    REQUIRE(p.starts.size() == 3);
    CHECK_FALSE(p.starts[1].start);
}

TEST_CASE("an undefined device takes its link, its address and its route with it") {
    CHECK(findings_of("DEVICE DEV@0600 OSD 0600\n"
                      "LINK ETH0 QDIOETHERNET DEV@0601\n"
                      "HOME 9.60.60.3 255.255.255.0 ETH0\n"
                      "GATEWAY DEFAULTNET 9.60.60.1 ETH0 1500\n"
                      "START DEV0600\n") ==
          "2:24 error DTCPRS907E Device DEV@0601 named by LINK is not defined\n"
          "3:30 error DTCPRS907E Link ETH0 named by HOME is not defined\n"
          "4:30 error DTCPRS907E Link ETH0 named by GATEWAY is not defined\n"
          "5:7 error DTCPRS907E Device DEV0600 named by START is not defined\n");
}

TEST_CASE("devices and links, mistaken or not simulated") {
    CHECK(findings_of("DEVICE D OSE 0600") ==
          "1:10 error DTCPRS903E OSE is not valid as device type of DEVICE [OSD]\n");
    CHECK(findings_of("DEVICE D OSD 06XY") ==
          "1:14 error DTCPRS903E 06XY is not valid as device address of DEVICE\n");
    CHECK(findings_of("DEVICE D OSD\nSTART D") ==
          "1:10 error DTCPRS904E DEVICE ends before its device address\n"
          "2:7 error DTCPRS907E Device D named by START is not defined\n");
    CHECK(findings_of("DEVICE D LCS 0E24\nLINK L ETHERNET 0 D\nSTART D") ==
          "1:10 info DTCPRS906I DEVICE LCS is read but not simulated\n"
          "2:8 info DTCPRS906I LINK ETHERNET is read but not simulated\n");
    CHECK(findings_of("DEVICE D OSD 600\nDEVICE D OSD 700") ==
          "2:1 warning DTCPRS908W DEVICE D repeats what line 1 says\n");
    CHECK(findings_of("DEVICE D OSD 600\nLINK L QDIOETHERNET D MTU 12") ==
          "2:27 error DTCPRS903E 12 is not valid as MTU of LINK\n");
    CHECK(findings_of("DEVICE D OSD 600 FAST") == "1:18 error DTCPRS902E FAST is not an operand of DEVICE\n");
}

TEST_CASE("HOME: mask, prefix, or the mask of the address's class") {
    const ProfileTcpip p = read(
        "DEVICE D OSD 600 LINK L QDIOETHERNET D\n"
        "HOME\n 9.60.60.3 255.255.255.0 L\n 9.60.61.3/22 L\n 172.16.1.1 L\n 192.168.5.1 L\n");
    CHECK(told(p.findings) == "");
    REQUIRE(p.home.entries.size() == 4);
    CHECK(p.home.entries[1].mask.str() == "255.255.252.0");
    CHECK(p.home.entries[2].mask.str() == "255.255.0.0");
    CHECK(p.home.entries[3].mask.str() == "255.255.255.0");
    const ProfileTcpip lines =
        read("DEVICE D OSD 600 LINK L QDIOETHERNET D\nHOME 9.60.60.3\n 255.255.255.0\n L\n 9.60.61.3 L");
    CHECK(told(lines.findings) == "");
    REQUIRE(lines.home.entries.size() == 2);
    CHECK(lines.home.entries[0].mask.str() == "255.255.255.0");
    CHECK(findings_of("DEVICE D OSD 600 LINK L QDIOETHERNET D\nHOME 9.60.60.3 255.0.255.0 L\n") ==
          "2:16 error DTCPRS903E 255.0.255.0 is not valid as subnet mask of HOME\n");
    const ProfileTcpip both =
        read("DEVICE D OSD 600 LINK L QDIOETHERNET D\nHOME 9.60.60.300 L\n 2001:db8::1/64 L\n fe80::5 L\n");
    CHECK(told(both.findings) == "2:6 error DTCPRS903E 9.60.60.300 is not valid as address of HOME\n");
    REQUIRE(both.home_v6.entries.size() == 2);
    CHECK(both.home_v6.entries[0].prefix == 64);
    CHECK(both.home_v6.entries[1].address.str() == "fe80::5");
}

TEST_CASE("an IPv6 address that no host of a link can have is not valid, with its place") {
    for (const char* bad : {"::1/64", "::/64", "ff02::1/64", "2001:db8::1/129", "2001:db8:::1/64",
                            "::ffff:9.60.60.3/64", "2001:db8::g/64"}) {
        CAPTURE(bad);
        const auto said = findings_of(std::string("DEVICE D OSD 600 LINK L QDIOETHERNET D\nHOME ") + bad +
                                      " L\n fe80::5/64 M\n");
        CHECK(said.starts_with(std::string("2:6 error DTCPRS903E ") + bad +
                               " is not valid as address of HOME"));
        CHECK(said.find("\n3:13 ") != std::string::npos);  // no such link
    }
}

TEST_CASE("GATEWAY with IPv6: networks, first hops on the link, and those that are not") {
    const std::string interface = kInterface + " 2001:db8::3/64 L1\n";
    const ProfileTcpip p = read(interface +
                                "GATEWAY\n"
                                " 2001:db8:1::/48 fe80::1 L1 1500\n"
                                " 2001:db8:2::/48 = L1\n"
                                " DEFAULTNET 9.60.60.1 L1\n"
                                " DEFAULTNET 2001:db8::1 L1 0\n");
    CHECK(told(p.findings) == "");
    REQUIRE(p.gateway_v6.entries.size() == 3);
    CHECK(p.gateway.entries.size() == 1);
    CHECK(p.gateway_v6.entries[0].prefix == 48);
    CHECK(p.gateway_v6.entries[0].mtu == 1500);
    CHECK(p.gateway_v6.entries[1].first_hop.is_unspecified());
    CHECK(p.gateway_v6.entries[2].prefix == 0);
    CHECK(findings_of(interface + "GATEWAY\n DEFAULTNET 2001:db8:9::1 L1\n 2001:db8:1::/48 ff02::1 L1\n") ==
          "7:18 error DTCPRS903E ff02::1 is not valid as first hop of GATEWAY\n"
          "6:2 warning DTCPRS916W First hop 2001:db8:9::1 is not on the network of link L1\n");
    // A link without an IPv6 address does not speak it.
    CHECK(findings_of(kInterface + "GATEWAY\n DEFAULTNET fe80::1 L1\n") ==
          "5:2 warning DTCPRS916W First hop fe80::1 is not on the network of link L1\n");
}

TEST_CASE("BLOCK and PORT take IPv6 addresses") {
    const ProfileTcpip p =
        read(kInterface +
             "BLOCK 2001:db8:9::/48 fe80::66 ENDBLOCK\nPORT 2001:db8::3 25 TCP SMTP\n fe80::3 25 TCP "
             "SMTP\n");
    CHECK(told(p.findings) == "");
    REQUIRE(p.blocked.entries.size() == 2);
    CHECK(p.blocked.entries[0].prefix == 48);
    CHECK(p.blocked.entries[1].prefix == 128);
    REQUIRE(p.ports.entries.size() == 2);
    CHECK(p.ports.entries[1].address->str() == "fe80::3");
}

TEST_CASE("GATEWAY in the current format") {
    const ProfileTcpip p = read(kInterface +
                                "GATEWAY\n"
                                " 10.0.0.0 255.0.0.0 9.60.60.1 L1 1400\n"
                                " 10.1.0.0/16 9.60.60.2 L1\n"
                                " 10.2.3.4 HOST 9.60.60.2 L1 0\n"
                                " 9.60.60.0 255.255.255.0 = L1 1500\n"
                                " DEFAULTNET 9.60.60.1 L1 1500\n");
    CHECK(told(p.findings) == "");
    CHECK(routes(p) ==
          "10.0.0.0/255.0.0.0 9.60.60.1 L1 1400\n"
          "10.1.0.0/255.255.0.0 9.60.60.2 L1 0\n"
          "10.2.3.4/255.255.255.255 9.60.60.2 L1 0\n"
          "9.60.60.0/255.255.255.0 0.0.0.0 L1 1500\n"
          "0.0.0.0/0.0.0.0 9.60.60.1 L1 1500\n");
}

TEST_CASE("GATEWAY in the old format is honoured, and said to be old") {
    const ProfileTcpip p = read(kInterface +
                                "GATEWAY\n"
                                " 9 = L1 1500 0.255.255.0 0.60.60.0\n"
                                " 10 9.60.60.1 L1 1500 0\n"
                                " 10.2.3.4 9.60.60.1 L1 1500 HOST\n"
                                " DEFAULTNET 9.60.60.1 L1 1500 0\n");
    CHECK(routes(p) ==
          "9.60.60.0/255.255.255.0 0.0.0.0 L1 1500\n"
          "10.0.0.0/255.0.0.0 9.60.60.1 L1 1500\n"
          "10.2.3.4/255.255.255.255 9.60.60.1 L1 1500\n"
          "0.0.0.0/0.0.0.0 9.60.60.1 L1 1500\n");
    CHECK(p.gateway.entries[0].old_format);
    CHECK(told(p.findings) ==
          "5:2 error DTCPRS007E GATEWAY entry is not in the current format\n"
          "5:2 info DTCPRS058I The entry should be written as: 9.60.60.0 255.255.255.0 = L1 1500\n"
          "6:2 error DTCPRS007E GATEWAY entry is not in the current format\n"
          "6:2 info DTCPRS058I The entry should be written as: 10.0.0.0 255.0.0.0 9.60.60.1 L1 1500\n"
          "7:2 error DTCPRS007E GATEWAY entry is not in the current format\n"
          "7:2 info DTCPRS058I The entry should be written as: 10.2.3.4 HOST 9.60.60.1 L1 1500\n"
          "8:2 error DTCPRS007E GATEWAY entry is not in the current format\n"
          "8:2 info DTCPRS058I The entry should be written as: DEFAULTNET 9.60.60.1 L1 1500\n");
}

TEST_CASE("GATEWAY, mistaken") {
    CHECK(findings_of(kInterface + "GATEWAY 10 =\n") ==
          "4:12 error DTCPRS904E GATEWAY ends before its link name\n");
    CHECK(findings_of(kInterface + "GATEWAY DEFAULTNET 9.60.61.1 L1 1500\n") ==
          "4:9 warning DTCPRS916W First hop 9.60.61.1 is not on the network of link L1\n");
    CHECK(findings_of(kInterface + "GATEWAY DEFAULTNET ROUTER L1 1500\n") ==
          "4:20 error DTCPRS903E ROUTER is not valid as first hop of GATEWAY\n");
    CHECK(findings_of(kInterface + "GATEWAY 10.0.0.0 255.0.255.0 9.60.60.1 L1\n") ==
          "4:18 error DTCPRS903E 255.0.255.0 is not valid as subnet mask of GATEWAY\n");
}

TEST_CASE("known statements that vmlab does not act on say so, with their END words; others have no effect") {
    CHECK(findings_of("PACKETTRACESIZE 5\nROUTERADV ETH0\nVSWITCH CONTROLLER OFF\nOBEY MAINT ENDOBEY") ==
          "1:1 info DTCPRS906I PACKETTRACESIZE is read but not simulated\n"
          "2:1 info DTCPRS906I ROUTERADV is read but not simulated\n"
          "3:1 info DTCPRS906I VSWITCH is read but not simulated\n");
    CHECK(findings_of("ASSORTEDPARMS VARSUBNETTING ENDASSORTEDPARMS\nSCREEN\n") == "");
    CHECK(read("MAXRESTART 5").max_restart.value == 5);
    CHECK(findings_of("PACKETTRACESIZE soon") ==
          "1:1 info DTCPRS906I PACKETTRACESIZE is read but not simulated\n"
          "1:17 error DTCPRS903E soon is not valid as number of PACKETTRACESIZE\n");
    CHECK(findings_of("TIMESTAMP 30") ==
          "1:11 info DTCPRS906I TIMESTAMP with a number is read but not simulated\n");
}

TEST_CASE("a SYSCONTACT without its END swallows the profile, keywords too") {
    const ProfileTcpip p = read("SYSCONTACT\n Port authority\nPORT 23 TCP INTCLIEN\n");
    CHECK(p.ports.entries.empty());
    CHECK(told(p.findings) ==
          "1:1 info DTCPRS906I SYSCONTACT is read but not simulated\n"
          "1:1 warning DTCPRS905W SYSCONTACT is not ended by ENDSYSCONTACT\n"
          "3:1 warning DTCPRS917W PORT belongs to SYSCONTACT of line 1: it has no effect\n");
    CHECK(read("SYSCONTACT\n Port authority\nENDSYSCONTACT PORT 23 TCP INTCLIEN\n").ports.entries.size() ==
          1);
}

TEST_CASE("every statement that was recognized is listed with its state") {
    const ProfileTcpip p = read("SCREEN\nOBEY MAINT ENDOBEY\nPACKETTRACESIZE 5\n");
    REQUIRE(p.statements.size() == 3);
    CHECK(p.statements[0].state == LineState::in_force);
    CHECK(p.statements[1].keyword == "OBEY");
    CHECK(p.statements[1].state == LineState::in_force);
    CHECK(p.statements[2].state == LineState::not_simulated);
}

TEST_CASE("of two unknown statements both are said; what is written further right belongs to the first") {
    CHECK(findings_of(
              "SSLIMITS MAXSESSIONS 10\n  MAXPERSSLSERVER 5\nOBAY\n  MAINT\nENDOBAY\nOBEY MAINT ENDOBEY\n") ==
          "1:1 error DTCPRS901E Unknown statement SSLIMITS ignored [SSLLIMITS]\n"
          "3:1 error DTCPRS901E Unknown statement OBAY ignored [OBEY]\n"
          "5:1 error DTCPRS901E Unknown statement ENDOBAY ignored\n");
}
