// CP's own lines, column by column.
#include <doctest/doctest.h>

#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/segments.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const Zone kEastern{"EDT", hours(-4)};
const Instant kNow = instant_of({2020, 4, 13, 1, 14, 19, 32, 0});

}  // namespace

TEST_CASE("a logon, a message and a logoff") {
    SystemLevel level;
    level.generated = instant_of({2019, 10, 2, 3, 18, 13, 0, 0});
    CHECK(report_logon(level, kEastern, 9, kNow) ==
          std::vector<std::string>{"z/VM Version 7 Release 1.0, Service Level 1901 (64-bit),",
                                   "built on IBM Virtualization Technology", "There is no logmsg data",
                                   "FILES: 0009 RDR,   NO PRT,   NO PUN",
                                   "LOGON AT 10:19:32 EDT MONDAY 04/13/20"});
    CHECK(report_logon(level, kEastern, 0, kNow)[3] == "FILES:   NO RDR,   NO PRT,   NO PUN");
    CHECK(report_cms_ipl(level, kEastern) == "z/VM V7.1.0    2019-10-02 14:13");
    CHECK(report_reconnect(level, kEastern, kNow).back() == "RECONNECTED AT 10:19:32 EDT MONDAY 04/13/20");
    CHECK(report_logoff(kEastern, kNow - seconds(95), 7, kNow) ==
          std::vector<std::string>{"CONNECT= 00:01:35 VIRTCPU= 000:00.07 TOTCPU= 000:00.10",
                                   "LOGOFF AT 10:19:32 EDT MONDAY 04/13/20"});
    CHECK(report_disconnect(kEastern, kNow) == "DISCONNECT AT 10:19:32 EDT MONDAY 04/13/20");
    CHECK(report_msg(kNow, kEastern, "ZOS", "HELLO", false) == "10:19:32  * MSG FROM ZOS     : HELLO");
}

TEST_CASE("what the operator sees of sessions") {
    CHECK(report_auto_logon("VMSERVS", 6, "AUTOLOG1") ==
          "AUTO LOGON  ***       VMSERVS  USERS = 6     BY AUTOLOG1");
    CHECK(report_auto_logon("LINUX2", 32, {}) == "AUTO LOGON  ***       LINUX2   USERS = 32");
    CpSession session{"LINUX2", CpSession::How::disconnected, 0, kNow, ""};
    CHECK(report_user_logoff(session, 31, "MAINT") ==
          "USER DSC   LOGOFF AS  LINUX2   USERS = 31    FORCED BY MAINT");
    session.how = CpSession::How::terminal;
    session.device = 4;
    CHECK(report_user_logoff(session, 9, {}) == "GRAF L0004 LOGOFF AS  LINUX2   USERS = 9");
}

TEST_CASE("QUERY NAMES: four to a line, the latest first; logical devices without a blank") {
    CpSessions sessions;
    for (const auto* name : {"OPERATOR", "TCPIP", "SSL00001", "SSLDCSSM", "TCPMAINT"})
        REQUIRE(sessions.log_on({*Name8::parse(name), CpSession::How::disconnected, 0, kNow, ""}));
    CHECK_FALSE(sessions.log_on({"TCPIP", CpSession::How::disconnected, 0, kNow, ""}));
    CHECK(sessions.reconnect("TCPMAINT", 3, "9.60.60.4"));
    CHECK(report_names(sessions) ==
          std::vector<std::string>{"TCPMAINT -L0003, SSLDCSSM - DSC , SSL00001 - DSC , TCPIP    - DSC ,",
                                   "OPERATOR - DSC"});
    CHECK(sessions.disconnect("TCPMAINT"));
    CHECK(report_name(*sessions.find("TCPMAINT")) == "TCPMAINT - DSC");
    CHECK(sessions.log_off("TCPIP"));
    CHECK_FALSE(sessions.log_off("TCPIP"));
    CHECK(report_names(CpSessions{}).empty());
}

TEST_CASE("QUERY NSS as the document shows it") {
    SavedSegments segments;
    segments.define({.name = "TCPIP"});
    for (const auto* user : {"SSLDCSSM", "SSL00001", "SSL00003", "SSL00002", "SSL00004", "SSL00005"})
        CHECK(segments.load("TCPIP", *Name8::parse(user)));
    CHECK_FALSE(segments.load("NOTHERE", "SSL00001"));
    CHECK(report_nss_map(*segments.find("TCPIP")) ==
          std::vector<std::string>{
              "FILE FILENAME FILETYPE MINSIZE  BEGPAG ENDPAG TYPE CL #USERS PARMREGS VMGROUP",
              "9539 TCPIP    DCSS      N/A     10000  100FF   SN  R  00006   N/A      N/A"});
    CHECK(report_nss_users(*segments.find("TCPIP")) ==
          std::vector<std::string>{"FILE FILENAME FILETYPE CLASS", "9539 TCPIP    DCSS       R",
                                   "SSL00005 SSL00004 SSL00002 SSL00003 SSL00001 SSLDCSSM"});
    segments.release_all("SSL00003");
    CHECK(segments.find("TCPIP")->users.size() == 5);
}
