// Two stacks with a pool each, and one key database for both.
#include <fmt/format.h>

#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// TCPIP10 gets the pool STS00001, STS00002, with a TCPIP DATA, a segment and a cache owner of its own; the
/// key database is that of SSL00001 and its like.
WorldOptions second_pool(const std::string& parms = "") {
    auto options = changed(
        {{"TCPIP10.TCPIP", "PORT\n  23    TCP INTCLIEN",
          "SSLSERVERID * TIMEOUT 30\nSSLLIMITS MAXSESSIONS 20 MAXPERSSLSERVER 10\n\n"
          "PORT\n  23    TCP INTCLIEN\n  992   TCP INTCLIEN SECURE TELCERT"},
         {"TCPIP10.TCPIP", "INTERNALCLIENTPARMS\n  PORT 23", "INTERNALCLIENTPARMS\n  PORT 23\n  PORT 992"},
         {"GDLRCT2.DTCPARMS", ":attach.0610-0612",
          ":attach.0610-0612\n                :DCSS_Parms.<DEFAULT>"},
         {"GDLRCT2.DTCPARMS", "",
          ":nick.STS*      :type.server   :class.ssl\n                :stack.TCPIP10\n"
          "                :mount./../VMBFS:VMSYS:ROOT/ /\n"
          "                       /../VMBFS:VMSYS:GSKSSLDB/ /etc/gskadm/\n"
          "                :mixedcaseparms.YES\n"
          "                :parms.KEYFILE /etc/gskadm/Database.kdb " +
              parms +
              "\n:nick.STSDCSSM  :type.server   :class.ssl_dcss_agent\n                :stack.TCPIP10\n"},
         {"USER.DIRECT", "* The pool SSL00001 to SSL00005",
          "PROFILE TCPSTSU\n  IPL CMS PARM FILEPOOL\n  IUCV ALLOW\n  NAMESAVE TCPIP10\n"
          "  POSIXINFO UID 7 GNAME security\n  LINK MAINT 0190 0190 RR\n  LINK TCPMAINT 0591 0591 RR\n"
          "  LINK TCPIP10 0592 0592 RR\n  LINK TCPMAINT 0198 0198 RR\n\n"
          "USER STS AUTOONLY 128M 256M G\n  POOL LOW 1 HIGH 2 PROFILE TCPSTSU\n\n"
          "USER STSDCSSM AUTOONLY 32M 128M G\n  INCLUDE TCPSTSU\n\n* The pool SSL00001 to SSL00005"},
         {"USER.DIRECT", "MDISK 0191 3390 0771 0005 M01RES MR READ WRITE MULTI",
          "MDISK 0191 3390 0771 0005 M01RES MR READ WRITE MULTI\n"
          "  MDISK 0592 3390 1771 0005 M01RES MR ALL WRITE MULTI"}});
    std::string data;
    for (const auto& [name, text] : options.files)
        if (name == "TCPMAINT.592/TCPIP.DATA") data = text;
    const std::string old = "TCPIPUSERID    TCPIP";
    REQUIRE(data.find(old) != data.npos);
    data.replace(data.find(old), old.size(), "TCPIPUSERID    TCPIP10");
    options.files.emplace_back("TCPIP10.592/TCPIP.DATA", data);
    std::sort(options.files.begin(), options.files.end());
    return options;
}

struct TwoStacks : BaselineWorld {
    explicit TwoStacks(const WorldOptions& options = second_pool()) : BaselineWorld(options) {
        system().run_until(options.start + seconds{60}, [this] { return world.settled("TCPIP10"); });
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
    std::size_t ready(const Userid& stack) const {
        std::size_t n = 0;
        const auto snapshot = world.stack(stack);
        for (const auto& member : snapshot->members) n += member.state == stack::MemberState::ready;
        return n;
    }
    /// A TLS client of Telnet, on its own port; at which stack.
    ConversationResult telnet(std::uint8_t host) {
        Conversation c;
        c.host = "gdlrct2.example.test";
        c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, host), 992}, true}, Pause{seconds{1}},
                   CloseConnection{}};
        return talk(std::move(c));
    }
    std::string typed(const std::string& line) {
        const auto before = console("TCPMAINT").size();
        type("TCPMAINT", line);
        return console("TCPMAINT").substr(before);
    }
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

}  // namespace

TEST_CASE("each stack has the pool that names it, and both serve from one key database") {
    TwoStacks lab;
    CHECK(lab.ready("TCPIP") == 5);
    CHECK(lab.ready("TCPIP10") == 2);
    CHECK(lab.said("STS00001", "/etc/gskadm/Database.kdb holds 6 certificates"));
    CHECK(lab.telnet(3).cipher == "RSA_AES_128_GCM_SHA256");
    CHECK(lab.telnet(10).cipher == "RSA_AES_128_GCM_SHA256");
    CHECK(lab.said("SSL00001", "label TELCERT"));
    CHECK(lab.said("STS00001", "label TELCERT"));
    CHECK(lab.world.stack("TCPIP")->members[0].total == 1);
    CHECK(lab.world.stack("TCPIP10")->members[0].total == 1);
    const auto status = lab.typed("SSLADMIN QUERY STATUS (TCPSERVER TCPIP10");
    CHECK(has(status, "STS00001 Active"));
    CHECK_FALSE(has(status, "SSL0000"));
    CHECK_FALSE(has(lab.typed("SSLADMIN QUERY STATUS"), "STS0000"));
}

TEST_CASE("their segments and session caches are two") {
    TwoStacks lab;
    CHECK(lab.world.segments().find("TCPIP")->users.size() == 6);
    CHECK(lab.world.segments().find("TCPIP10")->users.size() == 3);
    CHECK(lab.telnet(10).succeeded);
    CHECK(has(lab.typed("SSLADMIN QUERY CACHE (TCPSERVER TCPIP10"), "STS00002 Active     1"));
    CHECK(has(lab.typed("SSLADMIN QUERY CACHE"), "SSL00002 Active     0"));
    lab.world.log_on_at_prompt("OPERATOR");
    lab.type("OPERATOR", "FORCE STSDCSSM");
    CHECK(has(lab.typed("SSLADMIN QUERY CACHE (TCPSERVER TCPIP10"), "STS00002 No answer"));
    CHECK(has(lab.typed("SSLADMIN QUERY CACHE"), "SSL00002 Active"));
}

TEST_CASE("REFRESH, a policy, and an end of one pool are not the other's") {
    TwoStacks lab(second_pool("PROTOCOL -TLSV1_2"));
    CHECK(lab.telnet(10).protocol == "TLS1.1");
    CHECK(lab.telnet(3).protocol == "TLS1.2");
    CHECK(has(lab.typed("SSLADMIN REFRESH (TCPSERVER TCPIP10"), "Sending command to server(s): TCPIP10"));
    CHECK(lab.said("STS00002", "DTCSSL905I"));
    CHECK_FALSE(lab.said("SSL00001", "DTCSSL905I"));
    lab.world.log_on_at_prompt("OPERATOR");
    lab.type("OPERATOR", "FORCE STS00001");
    lab.type("OPERATOR", "FORCE STS00002");
    CHECK(lab.ready("TCPIP10") == 0);
    CHECK(lab.ready("TCPIP") == 5);
    CHECK_FALSE(lab.telnet(10).succeeded);
    CHECK(lab.telnet(3).succeeded);
}
