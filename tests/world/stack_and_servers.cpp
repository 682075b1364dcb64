// What TCPIP does to its servers and to itself: restarts of servers that do not listen, #CP EXT.
#include <doctest/doctest.h>

#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

WorldOptions changed(const std::string& file, const std::string& from, const std::string& to) {
    return sim::changed({{file, from, to}});
}

}  // namespace

TEST_CASE("PORT 20 without NOAUTOLOG: the operator sees FTPSERVE forced and started, again and again") {
    BaselineWorld lab(changed("198/PROFILE.TCPIP", "20    TCP FTPSERVE NOAUTOLOG", "20    TCP FTPSERVE"));
    lab.run(minutes{16});
    const auto console = lab.console("TCPIP");
    CHECK(count(console, "FTPSERVE does not listen on port 20;") == 3);
    CHECK(count(lab.console("OPERATOR"), "LOGOFF AS  FTPSERVE") == 3);
    CHECK(count(lab.console("OPERATOR"), "FORCED BY TCPIP") == 3);
    CHECK(count(lab.console("OPERATOR"), "AUTO LOGON  ***       FTPSERVE") == 4);
    CHECK(count(console, "SMTP does not listen") == 0);
}

TEST_CASE("the baseline's servers are left alone") {
    BaselineWorld lab;
    lab.run(minutes{30});
    CHECK(count(lab.console("OPERATOR"), "FORCED BY TCPIP") == 0);
}

TEST_CASE("SEND CP TCPIP EXT: the stack says goodbye, half a minute later it is gone") {
    BaselineWorld lab;
    lab.world.type_at("TCPIP", "#CP EXT");
    lab.run(seconds{20});
    CHECK(count(lab.console("TCPIP"), "DTCSHU013E type #CP EXT again.") == 1);
    CHECK(count(lab.console("TCPIP"), "DTCSTM119I Server Telnet closed down. Bye.") == 1);
    CHECK(lab.world.stack("TCPIP"));
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);
    lab.run(seconds{20});
    CHECK_FALSE(lab.world.stack("TCPIP"));
    CHECK(count(lab.console("OPERATOR"), "LOGOFF AS  TCPIP ") == 1);
}

TEST_CASE("a second #CP EXT does not wait") {
    BaselineWorld lab;
    lab.world.type_at("TCPIP", "#CP EXT");
    lab.run(seconds{1});
    lab.world.type_at("TCPIP", "#cp external");
    lab.run(seconds{1});
    CHECK_FALSE(lab.world.stack("TCPIP"));
}

TEST_CASE(":attach. at other addresses: no interface, and the device says why") {
    BaselineWorld lab(changed({{"USER.DIRECT", "  NICDEF 0600 TYPE QDIO LAN SYSTEM VSW1\n", ""},
                               {"GDLRCT2.DTCPARMS", "<DEFAULT>", "<DEFAULT>\n :attach.0700-0702"}}));
    CHECK(count(lab.console("TCPIP"), "DTCOSD045E OSD device DEV@0600: Error getting XA subchan id") == 1);
    CHECK(lab.world.stack("TCPIP")->stack.interfaces.empty());
}

TEST_CASE("FILE: the trace goes to a file on the disk of the stack") {
    const std::string trace = "TRACE TCPUP SSL PARSE\n";
    BaselineWorld screen(changed("198/PROFILE.TCPIP", "TIMESTAMP PREFIX", trace + "SCREEN"));
    (void)screen.talk(echo_conversation());
    CHECK(count(screen.console("TCPIP"), " TCPUP in: ") > 3);
    CHECK(count(screen.console("TCPIP"), " SSL to SSL00001: session ") > 3);
    CHECK(count(screen.console("TCPIP"), " PARSE PROFILE TCPIP D1:") > 10);

    BaselineWorld file(changed("198/PROFILE.TCPIP", "TIMESTAMP PREFIX", trace + "FILE STACK LOG A"));
    (void)file.talk(echo_conversation());
    CHECK(count(file.console("TCPIP"), " TCPUP in: ") == 0);
    file.world.signal_shutdown("TCPMAINT", "TCPIP");
    file.run(seconds{1});
    const auto* written = file.world.storage().disks.find_file("TCPIP", "0191", "STACK", "LOG");
    REQUIRE(written != nullptr);
    CHECK(written->records() > 6);
}
