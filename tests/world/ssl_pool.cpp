// The SSL servers of a stack, seen from outside: members that are not as the others, or wait for their
// session cache; what SSLADMIN shows, traces and starts. With many sessions at once: many_sessions.cpp.
#include "tests/world/pool.hpp"

using namespace vmlab;
using namespace vmlab::sim;

TEST_CASE("SSLADMIN by its words: what is set, traced and run in a server") {
    Pool lab;
    CHECK(lab.typed("SSLADMIN QUERY CACHE").find("SSL00005 Active     0") != std::string::npos);
    CHECK(lab.typed("SSLADMIN SET SSL SSL00003").find("SSLserver Yes  SSL00003") != std::string::npos);
    CHECK(lab.typed("SSLADMIN TRACE CONN DATA 9.60.60.4 30").find("server(s): SSL00003") !=
          std::string::npos);
    CHECK(lab.typed("SSLADMIN QUERY TRACE (SSL ALL").find("SSL00003 CONNECTIONS  DATA   30      9.60.60.4") !=
          std::string::npos);
    CHECK(lab.said("SSL00003", "DTCSSL914I Trace is CONNECTIONS DATA 9.60.60.4 30"));
    CHECK(lab.typed("SSLADMIN SYSTEM CP QUERY USERID").find("SSL00003 AT GDLRCT2") != std::string::npos);
    (void)lab.typed("SSLADMIN CLEAR");
    CHECK(lab.typed("SSLADMIN RESTART").find("DTCSSL954I SSL00005 is active") != std::string::npos);
    CHECK(lab.ready() == 5);
    lab.system().post(Name8("TCPMAINT"), ConsoleTyped{"SSLADMIN QUERY STATUS (MONITOR 5"});
    lab.system().close_console("TCPMAINT");
    lab.run(seconds{11});
    CHECK(count(lab.console("TCPMAINT"), "Status summary information") == 3);
    lab.system().post(Name8("TCPMAINT"), AttentionPressed{});
    lab.run(minutes{1});
    CHECK(count(lab.console("TCPMAINT"), "Status summary information") == 3);
}

TEST_CASE("TRACE CONNECTIONS DATA shows what passes inside a secure connection") {
    Pool lab;
    (void)lab.typed("SSLADMIN TRACE CONNECTIONS DATA ALL 16");
    CHECK(lab.talk(echo_conversation()).succeeded);
    CHECK(lab.said("SSL00001", "   0000  47455420 2F204854 54502F31 2E300D0A  GET / HTTP/1.0.."));
}

TEST_CASE("DTCPARMS changed while the pool runs: who restarts is not taken, until all have been stopped") {
    Pool lab;
    (void)lab.typed("CHANGE GDLRCT2 DTCPARMS D /Database.kdb/Database.kdb CACHELIFE 1H/");
    CHECK(lab.typed("SSLADMIN RESTART (SSL SSL00002").find("DTCSSL955E") != std::string::npos);
    CHECK(lab.said("SSL00002", "DTCSSL919E TCP/IP server TCPIP does not take this server"));
    CHECK(lab.ready() == 4);
    CHECK(lab.talk(echo_conversation()).succeeded);
    (void)lab.typed("SSLADMIN STOP");
    (void)lab.typed("SSLADMIN START");
    CHECK(lab.ready() == 5);
}

TEST_CASE("an SSL server that may not use the stack, or finds none, says so and ends") {
    Pool lab(changed({{"PROFILE.TCPIP", "RESTRICTLOWPORTS", "RESTRICTLOWPORTS\n  PERMITTEDUSERSONLY"}}));
    CHECK(lab.said("SSL00001", "DTCSSL919E TCP/IP server TCPIP does not take this server"));
    CHECK(lab.ready() == 0);
    CHECK_FALSE(lab.world.sessions().find("SSL00001"));

    Pool good;
    good.world.force("MAINT", "TCPIP");
    good.run(seconds{5});
    CHECK_FALSE(good.world.sessions().find("SSL00001"));
    good.world.xautolog("MAINT", "SSL00001", {});
    good.run(seconds{5});
    CHECK(good.said("SSL00001", "DTCSSL920E Cannot connect to TCP/IP server TCPIP: it is not running"));
    CHECK_FALSE(good.world.sessions().find("SSL00001"));
}

TEST_CASE("without SSLDCSSM first connections work, and a client that comes back is not answered") {
    Pool lab;
    const auto visit = [&] {
        auto ftp = ftp_conversation("x");
        ftp.patience = seconds{20};
        ftp.resume_data = true;
        return lab.talk(std::move(ftp));
    };
    CHECK(visit().succeeded);
    CHECK(lab.world.segments().find("TCPIP")->users.size() == 6);
    lab.world.force("MAINT", "SSLDCSSM");
    lab.run(seconds{1});
    CHECK(lab.world.segments().find("TCPIP")->users.size() == 5);
    CHECK(lab.talk(echo_conversation()).succeeded);
    CHECK_FALSE(visit().succeeded);
    std::size_t silent = 0;
    for (const Userid member : {Userid("SSL00001"), Userid("SSL00002")})
        silent += lab.world.ssl_server(member)->waiting;
    CHECK(silent == 1);
    const auto answer = lab.typed("SSLADMIN QUERY STATUS");
    CHECK(count(answer, "Communication error: Connection timed out") == 1);
    CHECK(count(answer, " Active ") == 4);
    // Its owner comes back to the segment that the members still have: everything goes on.
    lab.world.xautolog("MAINT", "SSLDCSSM", {});
    lab.run(seconds{5});
    CHECK(count(lab.typed("SSLADMIN QUERY STATUS"), " Active ") == 5);
    CHECK(visit().succeeded);
}

TEST_CASE("without NAMESAVE a member comes up, says so, and leaves who comes back unanswered") {
    Pool lab(changed({{"USER.DIRECT", "  NAMESAVE TCPIP\n  OPTION ACCT", "  OPTION ACCT"}}));
    CHECK(lab.ready() == 5);
    CHECK(lab.said("SSL00001", "DTCSSL922W Segment TCPIP cannot be loaded: SSL00001"));
    CHECK(lab.world.segments().find("TCPIP")->users == std::vector<Userid>{"SSLDCSSM"});
    auto ftp = ftp_conversation("x");
    ftp.patience = seconds{20};
    ftp.resume_data = true;
    CHECK_FALSE(lab.talk(std::move(ftp)).succeeded);
}

TEST_CASE("SSLSERV by itself: one server, its own cache, no segment") {
    Pool lab(changed({{"PROFILE.TCPIP", "SSLSERVERID *", "SSLSERVERID SSLSERV"},
                      {"GDLRCT2.DTCPARMS", ":nick.SSL* ", ":nick.SSLSERV "},
                      {"USER.DIRECT", "USER SSL AUTOONLY 128M 256M G\n  POOL LOW 1 HIGH 5 PROFILE TCPSSLU",
                       "USER SSLSERV AUTOONLY 128M 256M G\n  INCLUDE TCPSSLU"}}));
    CHECK(lab.ready() == 1);
    CHECK(lab.world.segments().find("TCPIP")->users == std::vector<Userid>{"SSLDCSSM"});
    auto ftp = ftp_conversation("x");
    ftp.resume_data = true;
    const auto result = lab.talk(std::move(ftp));
    CHECK(result.succeeded);
    REQUIRE_FALSE(result.transfers.empty());
    CHECK(result.transfers[0].resumed);
}

TEST_CASE("SSLPOOL: a pool with a prefix of its own, planned, enrolled, and at work") {
    Pool lab(
        changed({{"GDLRCT2.DTCPARMS", ":nick.SSL* ", ":nick.STS* "},
                 {"GDLRCT2.DTCPARMS", ":timestamp.ON", ":vmlink..DIR VMSYS:TCPMAINT.SSLPOOL_STS. <. A RW>"},
                 {"USER.DIRECT", "USER SSL AUTOONLY 128M 256M G\n  POOL LOW 1 HIGH 5",
                  "USER STS AUTOONLY 128M 256M G\n  POOL LOW 1 HIGH 3"}}));
    CHECK(lab.ready() == 0);
    CHECK(lab.said("STS00001", "DTCRUN1001E"));
    CHECK(lab.typed("SSLPOOL PLAN VMSYS TCPMAINT STS TCPIP 3").find("Ready;") != std::string::npos);
    CHECK(lab.typed("TYPE SSLPOOL PLANINFO A").find("POOL LOW 1 HIGH 3 PROFILE TCPSTSU") !=
          std::string::npos);
    CHECK(lab.typed("SSLPOOL ENROLL VMSYS TCPMAINT STS TCPIP 3").find("DTCSSL968I STS00001 to STS00003") !=
          std::string::npos);
    CHECK(lab.typed("SSLPOOL ENROLL VMSYS TCPMAINT STSX TCPIP 3").find("DTCSSL966E SSLPOOL: STSX") !=
          std::string::npos);
    const auto refused = [&](const std::string& operands, const std::string& why) {
        return lab.typed("SSLPOOL " + operands).find("DTCSSL966E SSLPOOL: " + why) != std::string::npos;
    };
    CHECK(refused("PLAN VMSYS TCPMAINT STS TCPIP 3 MORE", "MORE\n"));
    CHECK(refused("ENROLL VMSYS TCPMAINT STS TCPIP", "an operand is missing\n"));
    CHECK(refused("ENROLL VMSYS TCPMAINT STS TCPIP 0", "0 is not a number of members from 1 to 1000\n"));
    CHECK(
        refused("ENROLL VMSYS TCPMAINT STS TCPIP 1001", "1001 is not a number of members from 1 to 1000\n"));
    CHECK(refused("ENROLL VMSYS TCPMAINT STS TCPIP 99999", "99999 is not a number of members"));
    (void)lab.typed("SSLADMIN START");
    CHECK(lab.ready() == 3);
    CHECK(lab.talk(echo_conversation()).succeeded);
}
