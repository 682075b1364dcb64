// The SSL servers of a stack, seen from outside: members that end, restart, are not as the others, or wait
// for their session cache; certificates that are changed while sessions run. VMLAB_SESSIONS in the
// environment: how many of these there are (20).
#include <fmt/format.h>

#include <cstdlib>

#include "simulator/machines/client_scripts.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct Pool : BaselineWorld {
    explicit Pool(const WorldOptions& options = baseline_options()) : BaselineWorld(options) {
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
    /// What TCPMAINT reads after typing a line.
    std::string typed(const std::string& line) {
        system().close_console("TCPMAINT");
        type("TCPMAINT", line);
        return console("TCPMAINT");
    }
    std::size_t ready() const {
        std::size_t n = 0;
        const auto stack = world.stack("TCPIP");
        for (const auto& member : stack->members) n += member.state == stack::MemberState::ready;
        return n;
    }
    std::size_t sessions() const { return world.stack("TCPIP")->secure_sessions; }
};

std::size_t wanted_sessions() {
    const char* wanted = std::getenv("VMLAB_SESSIONS");
    return wanted ? std::size_t(std::strtoul(wanted, nullptr, 10)) : 20;
}

/// More sessions than the shipped limits allow, when so many are wanted.
WorldOptions roomy() {
    return changed({{"PROFILE.TCPIP", "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
                     "SSLLIMITS MAXSESSIONS 20000 MAXPERSSLSERVER 4000"}});
}

/// Transfers over a slow wire, so that there is a middle to be in.
struct Transfers {
    explicit Transfers(Pool& pool) : lab(pool) {
        lab.world.network().impairments(0).bits_per_second = 200'000'000;
        RandomStream random(seed_from_number(5), "content");
        content.resize(200'000);
        random.fill({reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
        const std::size_t wanted = wanted_sessions();
        for (std::size_t i = 0; i < wanted; ++i) {
            auto visit = ftp_conversation(content);
            for (auto& step : visit.steps)
                if (auto* line = std::get_if<SendLine>(&step))
                    for (const char* verb : {"STOR", "RETR"})
                        if (line->line.starts_with(verb)) line->line = fmt::format("{} T{}.BIN", verb, i);
            numbers.push_back(lab.world.workstation().start(std::move(visit), lab.system()));
        }
        REQUIRE(lab.system().run_until(lab.system().now() + minutes{5},
                                       [&] { return lab.sessions() >= wanted * 3 / 2; }));
    }
    /// Lets them end; how many brought back what they had put.
    std::size_t whole() {
        const auto& ws = lab.world.workstation();
        REQUIRE(lab.system().run_until(lab.system().now() + hours{1}, [&] {
            return std::all_of(numbers.begin(), numbers.end(), [&](auto n) { return ws.result(n).ended; });
        }));
        std::size_t good = 0;
        for (const auto number : numbers) {
            const auto result = ws.result(number);
            good += result.succeeded && result.transfers.size() == 2 &&
                    result.transfers[1].sha256 == sha256_text(content);
        }
        return good;
    }
    Pool& lab;
    std::string content;
    std::vector<std::uint32_t> numbers{};
};

/// Key databases made anew: the same labels and authority, other certificates.
void renew_certificates(Pool& lab) {
    sslserv::LabPkiRequest request;
    request.now = lab.world.now();
    request.host_names = {"gdlrct2.example.test", "localhost"};
    request.addresses = {Ipv4Address::of(9, 60, 60, 3)};
    request.labels = Surroundings().labels;
    RandomStream random(seed_from_number(77), "renewed");
    const auto pki = sslserv::make_lab_pki(request, test_keys(), random);
    for (const auto& [type, bytes] : {std::pair{".kdb", pki.kdb}, {".sth", pki.sth}}) {
        BfsNode node;
        node.owner = "gskadmin";
        node.group = "security";
        node.mode = 0640;
        node.changed = lab.world.now();
        node.bytes = std::make_shared<std::string>(bytes.begin(), bytes.end());
        lab.world.storage().bfs.put("VMSYS:GSKSSLDB", std::string("Database") + type, std::move(node));
    }
}

/// The serial of the certificate that the member presented last (TRACE CONNECTIONS).
std::string last_serial(Pool& lab, const Userid& member) {
    const std::string text = lab.console(member);
    const auto at = text.rfind("; serial ");
    return at == std::string::npos ? "" : text.substr(at + 9, text.find(';', at + 9) - at - 9);
}

}  // namespace

TEST_CASE("REFRESH while sessions are in mid-transfer: new certificates at every member, nothing disturbed") {
    Pool lab(roomy());
    (void)lab.typed("SSLADMIN TRACE CONNECTIONS");
    Transfers transfers(lab);
    std::map<Userid, std::string> before;
    const auto stack = lab.world.stack("TCPIP");
    for (const auto& member : stack->members) before[member.userid] = last_serial(lab, member.userid);
    renew_certificates(lab);
    lab.system().post(Name8("TCPMAINT"), ConsoleTyped{"SSLADMIN REFRESH"});
    lab.run(milliseconds{1});
    std::vector<std::uint32_t> visitors;
    for (int i = 0; i < 10; ++i)
        visitors.push_back(lab.world.workstation().start(echo_conversation(), lab.system()));
    CHECK(transfers.whole() == transfers.numbers.size());
    for (const auto number : visitors) CHECK(lab.world.workstation().result(number).succeeded);
    for (const auto& entry : before) {
        const Userid member = entry.first;
        const auto& serial = entry.second;
        CAPTURE(member.str());
        CHECK_FALSE(serial.empty());
        CHECK(last_serial(lab, member) != serial);
    }
    lab.run(minutes{2});
    CHECK(lab.sessions() == 0);
}

TEST_CASE("RESTART of one member and a crash of another in mid-transfer: lost is what the crashed one had") {
    Pool lab(roomy());
    Transfers transfers(lab);
    lab.system().post(Name8("TCPMAINT"), ConsoleTyped{"SSLADMIN RESTART (SSL SSL00001"});
    lab.run(microseconds{100});
    CHECK(lab.console("TCPMAINT").find("DTCSSL964I SSL00001 is quiescing") != std::string::npos);
    std::size_t lost = 0;
    const auto stack = lab.world.stack("TCPIP");
    for (const auto& socket : stack->sockets) lost += socket.ssl_server == Userid("SSL00002");
    CHECK(lost > 0);
    lab.world.force("MAINT", "SSL00002");
    lab.run(microseconds{100});
    CHECK(lab.said("TCPIP", fmt::format("SSL server SSL00002 has ended; {} secure", lost)));
    const std::size_t whole = transfers.whole();
    // A visit has two connections: each of the lost ones ends one visit at most, and no other visit ends.
    CHECK(whole + lost >= transfers.numbers.size());
    CHECK(whole < transfers.numbers.size());
    CHECK(whole > 0);
    lab.run(minutes{2});
    CHECK(lab.sessions() == 0);
    CHECK(lab.said("SSL00001", "DTCSSL921I"));
    CHECK(lab.ready() == 4);
    CHECK(lab.world.ssl_server("SSL00001")->total_sessions == 0);
}

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
