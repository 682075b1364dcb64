// The whole way through: files → start-up → stack → SSL server → service → a client's encrypted session.
#include <doctest/doctest.h>

#include "tests/world/baseline_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("the baseline comes up without a complaint, every server listens") {
    BaselineWorld lab;
    CHECK(lab.world.complaints().empty());
    CHECK(lab.world.settled("TCPIP"));
    const auto stack = lab.world.stack("TCPIP");
    REQUIRE(stack);
    CHECK(stack->members.size() == 5);
    for (const auto& member : stack->members) CHECK(member.state == stack::MemberState::ready);
    CHECK(lab.console("TCPIP").find("DTCRUN1043I Initiating XAUTOLOG of server SSLDCSSM") !=
          std::string::npos);
    CHECK(lab.world.segments().find("TCPIP")->users.size() == 6);
    CHECK(lab.world.stack("TCPIP10")->up);
}

TEST_CASE("a static SECURE port: TLS first, then TLSECHO answers") {
    BaselineWorld lab;
    const auto result = lab.talk(echo_conversation());
    INFO(joined(result.transcript) << result.why);
    CHECK(result.succeeded);
    CHECK(result.verified);
    CHECK(result.protocol == "TLS1.2");
    lab.run(seconds{1});
    CHECK(lab.world.stack("TCPIP")->secure_sessions == 0);
}

TEST_CASE("FTP with AUTH TLS: what was put is what is got, and the pool is empty again") {
    BaselineWorld lab;
    RandomStream random(seed_from_number(5), "content");
    std::string content(3'000'000, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
    const auto result = lab.talk(ftp_conversation(content));
    INFO(joined(result.transcript) << result.why);
    CHECK(result.succeeded);
    REQUIRE(result.transfers.size() == 2);
    CHECK(result.transfers[1].sha256 == sha256_text(content));
    lab.run(minutes{2});
    CHECK(lab.world.stack("TCPIP")->secure_sessions == 0);
}

TEST_CASE("the SSL servers stopped: AUTH TLS is answered 421, the static port is reset") {
    BaselineWorld lab;
    for (const Userid member :
         {Userid("SSL00001"), Userid("SSL00002"), Userid("SSL00003"), Userid("SSL00004"), Userid("SSL00005")})
        lab.world.ssl_admin("TCPMAINT", member, SslAction::stop);
    lab.run(seconds{1});
    const auto ftp = lab.talk(ftp_conversation("x"));
    CHECK_FALSE(ftp.succeeded);
    CHECK(ftp.heard("421 Temporarily unable to process security"));
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);

    lab.world.ssl_admin("TCPMAINT", "SSL00003", SslAction::start);
    lab.run(seconds{1});
    CHECK(lab.talk(ftp_conversation("x")).succeeded);
}

TEST_CASE("a member that is forced off loses its sessions and no others") {
    BaselineWorld lab;
    auto hold = ftp_conversation("x");
    hold.steps.insert(hold.steps.begin() + 5, Pause{seconds{20}});
    const auto first = lab.world.workstation().start(hold, lab.system());
    const auto second = lab.world.workstation().start(hold, lab.system());
    lab.run(seconds{5});
    lab.world.force("MAINT", "SSL00001");
    lab.run(minutes{3});
    const bool a = lab.world.workstation().result(first).succeeded,
               b = lab.world.workstation().result(second).succeeded;
    CHECK(a != b);
    CHECK(lab.talk(ftp_conversation("x")).succeeded);
}

TEST_CASE("stopping TCPIP ends every connection; starting it again brings the servers back") {
    BaselineWorld lab;
    auto hold = ftp_conversation("x");
    hold.steps.insert(hold.steps.begin() + 5, Pause{minutes{2}});
    const auto number = lab.world.workstation().start(hold, lab.system());
    lab.run(seconds{5});
    lab.system().post(Name8("TCPIP"), ShutdownRequested{"TCPMAINT", "EXT"});
    lab.run(minutes{3});
    CHECK_FALSE(lab.world.workstation().result(number).succeeded);
    CHECK_FALSE(lab.world.stack("TCPIP"));
    lab.world.xautolog("MAINT", "TCPIP", {});
    lab.run(minutes{1});
    CHECK(lab.world.settled("TCPIP"));
    CHECK(lab.talk(ftp_conversation("again")).succeeded);
}

TEST_CASE("the consoles of the stack and of the servers say which word was probably meant") {
    WorldOptions options = baseline_options();
    for (auto& [path, text] : options.files) {
        const auto replace = [&text = text](std::string_view from, std::string_view to) {
            text.replace(text.find(from), from.size(), to);
        };
        if (path == "TCPMAINT.198/PROFILE.TCPIP") replace("SSLLIMITS", "SSLIMITS");
        if (path == "TCPMAINT.198/SRVRFTP.CONFIG") replace("LISTFORMAT", "LISTFORMT");
        if (path == "TCPMAINT.198/SMTP.CONFIG") replace("MAXMAILBYTES", "MAXMAILBYTE");
    }
    BaselineWorld lab(options);
    const auto says = [&](const Userid& machine, const char* text) {
        return lab.console(machine).find(text) != std::string::npos;
    };
    CHECK(says("TCPIP", "SSLLIMITS?)"));
    CHECK(says("FTPSERVE", "Unknown statement LISTFORMT ignored (did you mean LISTFORMAT?)"));
    CHECK(says("SMTP", "Unknown statement MAXMAILBYTE ignored (did you mean MAXMAILBYTES?)"));
}
