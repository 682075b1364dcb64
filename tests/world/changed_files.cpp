// Files that are edited while the system runs: nothing changes until whoever reads them starts again. And
// what tags of DTCPARMS do to the machines they are about.
#include "simulator/machines/client_scripts.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Edits a file on TCPMAINT 198, as XEDIT would.
void edit(BaselineWorld& lab, Name8 name, Name8 type, const std::string& from, const std::string& to) {
    auto& files = lab.world.storage().disks.find("TCPMAINT", "0198")->files;
    std::string text = files.find(name, type)->text();
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    files.put(CmsFile::of_text(name, type, text, lab.world.now()));
}

void restart(BaselineWorld& lab, const std::string& machine) {
    lab.type("TCPMAINT", "force " + machine);
    lab.type("TCPMAINT", "xautolog " + machine);
    lab.run(minutes{1});
}

bool greets_with(BaselineWorld& lab, const std::string& text) {
    Conversation visit;
    visit.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 21}}, ExpectText{text}};
    return lab.talk(visit).succeeded;
}

struct AtPrompt : BaselineWorld {
    explicit AtPrompt(const WorldOptions& options = baseline_options()) : BaselineWorld(options) {
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
};

bool listens(const World& world, std::uint16_t port) {
    const auto stack = world.stack("TCPIP");
    return stack && std::any_of(stack->sockets.begin(), stack->sockets.end(), [&](const auto& socket) {
               return socket.connection.state == stack::TcpState::listen &&
                      socket.connection.local.port == port;
           });
}

}  // namespace

TEST_CASE("PROFILE TCPIP is read when the stack starts, and only then") {
    AtPrompt lab;
    edit(lab, "PROFILE", "TCPIP", "  992   TCP INTCLIEN SECURE TELCERT",
         "; 992   TCP INTCLIEN SECURE TELCERT");
    lab.run(minutes{10});
    CHECK(listens(lab.world, 992));
    restart(lab, "ftpserve");
    CHECK(listens(lab.world, 992));
    restart(lab, "tcpip");
    CHECK_FALSE(listens(lab.world, 992));
    CHECK(listens(lab.world, 23));
}

TEST_CASE("SRVRFTP CONFIG is read when FTPSERVE starts, and only then; the other servers do not notice") {
    AtPrompt lab;
    edit(lab, "SRVRFTP", "CONFIG", "INACTIVE          300", "INACTIVE          60");
    lab.run(minutes{10});
    CHECK(greets_with(lab, "idle for more than 5 minutes"));
    restart(lab, "smtp");
    CHECK(greets_with(lab, "idle for more than 5 minutes"));
    lab.type("TCPMAINT", "force ftpserve");
    CHECK_FALSE(listens(lab.world, 21));
    CHECK(listens(lab.world, 25));
    lab.type("TCPMAINT", "xautolog ftpserve");
    lab.run(minutes{1});
    CHECK(greets_with(lab, "idle for more than 1 minute"));
}

TEST_CASE("DTCPARMS is read when a member of the pool starts; the other members go on as before") {
    AtPrompt lab;
    const auto stamped = [&](const Userid& member) {
        return count(lab.console(member), " DTCSSL901I") > 0;  // hh:mm:ss goes before the number
    };
    CHECK(stamped("SSL00002"));
    edit(lab, "GDLRCT2", "DTCPARMS", ":timestamp.ON", ":timestamp.OFF");
    lab.run(minutes{10});
    lab.system().close_console("SSL00001");
    lab.system().close_console("SSL00002");
    lab.type("TCPMAINT", "netstat ssl stop ssl00001");
    lab.type("TCPMAINT", "netstat ssl start ssl00001");
    lab.run(minutes{1});
    CHECK(count(lab.console("SSL00001"), "DTCSSL901I") == 1);
    CHECK_FALSE(stamped("SSL00001"));
    CHECK(count(lab.console("SSL00002"), "DTCSSL901I") == 0);
}

TEST_CASE("what only a start reads: OBEYFILE says so and changes nothing, the restart reads PROFILE TCPIP") {
    AtPrompt lab;
    lab.type("TCPMAINT",
             "netstat obey sslserverid ssl00003 internalclientparms port 2023 endinternalclientparms "
             "primaryinterface eth0");
    for (const std::string keyword : {"SSLSERVERID", "INTERNALCLIENTPARMS PORT", "PRIMARYINTERFACE"}) {
        CAPTURE(keyword);
        CHECK(count(lab.console("TCPIP"), "DTCPRS920W " + keyword + " is read only") == 1);
    }
    CHECK(lab.world.stack("TCPIP")->config.ssl.server->value == Userid("*"));
    CHECK(listens(lab.world, 23));
    CHECK_FALSE(listens(lab.world, 2023));

    edit(lab, "PROFILE", "TCPIP", "SSLSERVERID *", "SSLSERVERID SSL00003");
    edit(lab, "PROFILE", "TCPIP", "\n  PORT 23\n", "\n  PORT 2023\n");
    lab.run(minutes{1});
    CHECK(listens(lab.world, 23));
    CHECK(lab.world.stack("TCPIP")->config.ssl.server->value == Userid("*"));
    restart(lab, "tcpip");
    CHECK(lab.world.stack("TCPIP")->config.ssl.server->value == Userid("SSL00003"));
    CHECK(lab.world.ssl_server("SSL00003"));
    CHECK_FALSE(lab.world.ssl_server("SSL00001"));
    CHECK(listens(lab.world, 2023));
    CHECK_FALSE(listens(lab.world, 23));
}

TEST_CASE("SSLLIMITS of a running stack reaches the members that run") {
    AtPrompt lab;
    CHECK(lab.world.ssl_server("SSL00001")->max_sessions == 600);
    lab.type("TCPMAINT", "netstat obey ssllimits maxsessions 3000 maxpersslserver 1000");
    CHECK(lab.world.ssl_server("SSL00001")->max_sessions == 1000);
    CHECK(lab.world.stack("TCPIP")->config.ssl.max_per_server == 1000);
}

TEST_CASE(":owner.: its reader gets the console of the server") {
    AtPrompt lab(changed({{"SYSTEM.DTCPARMS", ":class.ftp", ":class.ftp :owner.MAINT"}}));
    CHECK(count(lab.console("FTPSERVE"), "DTCRUN922I Console log will be sent to owner ID: MAINT") == 1);
    lab.type("TCPMAINT", "force ftpserve");
    lab.type("TCPMAINT", "force smtp");
    const auto consoles_of = [&](const Userid& reader) {
        std::string senders;
        for (const auto& file : lab.world.storage().spool.reader_of(reader))
            senders += file.origin.str() + " ";
        return senders;
    };
    CHECK(consoles_of("MAINT") == "FTPSERVE ");
    CHECK(consoles_of("TCPMAINT") == "SMTP ");
}

TEST_CASE(":timestamp. and :timezone.: the stamps of the console of an SSL server") {
    const auto first_stamp = [](BaselineWorld& lab) {
        const auto console = lab.console("SSL00001");
        const auto at = console.find("DTCSSL901I");
        REQUIRE(at != std::string::npos);
        const auto begin = console.rfind('\n', at) + 1;
        return console.substr(begin, at - begin);
    };
    BaselineWorld usual;  // the world begins at 16:00 UTC, noon in EDT
    CHECK(first_stamp(usual).starts_with("12:0"));
    BaselineWorld central(
        changed({{"GDLRCT2.DTCPARMS", ":timestamp.ON", ":timestamp.ON :timezone.CET-1CEST"}}));
    CHECK(first_stamp(central).starts_with("18:0"));
    BaselineWorld none(changed({{"GDLRCT2.DTCPARMS", ":timestamp.ON", ":timestamp.OFF"}}));
    CHECK(first_stamp(none) == "");
    BaselineWorld unreadable(
        changed({{"GDLRCT2.DTCPARMS", ":timestamp.ON", ":timestamp.ON :timezone.LOCAL"}}));
    CHECK(first_stamp(unreadable).starts_with("12:0"));
    CHECK(count(unreadable.console("SSL00001"), "DTCPRS903E LOCAL is not valid as time zone of :timezone.") ==
          1);
}

TEST_CASE("a pool whose :vmlink. names a space that was never enrolled does not start") {
    BaselineWorld good(changed(
        {{"GDLRCT2.DTCPARMS", ":timestamp.ON", ":vmlink..DIR VMSYS:TCPMAINT.SSLPOOL_SSL. <. A RW>"}}));
    CHECK(good.talk(echo_conversation()).succeeded);
    BaselineWorld bad(changed(
        {{"GDLRCT2.DTCPARMS", ":timestamp.ON", ":vmlink..DIR VMSYS:TCPMAINT.SSLPOOL_STS. <. A RW>"}}));
    CHECK(bad.said("SSL00001", "DTCRUN1099E"));
    CHECK_FALSE(bad.talk(echo_conversation()).succeeded);
}

TEST_CASE("PORT with an address: the server listens there only") {
    BaselineWorld here(changed({{"198/PROFILE.TCPIP", "21    TCP FTPSERVE", "9.60.60.3 21 TCP FTPSERVE"}}));
    CHECK(greets_with(here, "220"));
    CHECK(here.types("netstat config port").find("  21           TCP   FTPSERVE  at 9.60.60.3\n") !=
          std::string::npos);
    BaselineWorld elsewhere(
        changed({{"198/PROFILE.TCPIP", "21    TCP FTPSERVE", "9.60.60.77 21 TCP FTPSERVE"}}));
    CHECK_FALSE(listens(elsewhere.world, 21));
    CHECK(elsewhere.said("FTPSERVE",
                         "DTCFTS904E Port 21 cannot be opened: port 21 is reserved at\n"
                         "9.60.60.77, which is no home address"));
}
