// :exit. and TCPRUNXT: the EXECs that TCPRUN calls on its way.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/ipl/fixture.hpp"

namespace vmlab::sim::testing {
namespace {

Node node_with(const char* name, std::string_view exec) {
    Node node;
    node.change("SYSTEM", "DTCPARMS", ":anonymous.NO", ":anonymous.NO :exit.FTPEXIT");
    node.files.put(profiles::SourceText::from_host({*Name8::parse(name), "EXEC", {'D', '1'}}, exec));
    return node;
}

constexpr const char* kTellsCalls = R"(/* says what it is called for */
parse arg call server class .
say 'called:' call server class
'CP SPOOL CONSOLE START TO' server
)";

TEST_CASE("the exit of a server is called with SETUP and BEGIN, and its commands run") {
    Node node = node_with("FTPEXIT", kTellsCalls);
    const auto result = node.run("FTPSERVE");
    const std::string console = printed(result);
    CHECK(result.launch.has_value());
    const auto setup = console.find("called: SETUP FTPSERVE FTP\n");
    const auto begin = console.find("called: BEGIN FTPSERVE FTP\n");
    REQUIRE(setup != std::string::npos);
    REQUIRE(begin != std::string::npos);
    CHECK(setup < console.find("DTCRUN1096I"));
    CHECK(begin > console.find("Running server command: SRVRFTP"));
    CHECK(node.exits.commands == std::vector<std::string>(2, "CP SPOOL CONSOLE START TO FTPSERVE"));
}

TEST_CASE("a code other than 0 keeps the server from starting, and the exit hears of it") {
    Node node = node_with("FTPEXIT", R"(arg call .
Select
  When call = 'SETUP' Then Do
    Say 'no'
    Exit 12
  End
  Otherwise Say 'called for' call
End
)");
    const auto result = node.run("FTPSERVE");
    const std::string console = printed(result);
    CAPTURE(console);
    CHECK_FALSE(result.launch.has_value());
    CHECK(console.ends_with(
        "no\nDTCRUN1001E \"EXEC FTPEXIT SETUP\" failed with return code 12\ncalled for ERROR\n"
        "DTCRUN1099E Server not started - correct problem and retry\n"));
    REQUIRE(result.refusal.rests_on.size() == 2);
    CHECK(result.refusal.rests_on[0].file.str() == "SYSTEM DTCPARMS D1");
    CHECK(result.refusal.rests_on[1].file.str() == "FTPEXIT EXEC D1");
}

TEST_CASE("the global exit is called for every server, before its own") {
    Node node = node_with("TCPRUNXT", "parse arg call server .\nsay 'global' call server\n");
    node.files.put(profiles::SourceText::from_host({"FTPEXIT", "EXEC", {'D', '1'}}, kTellsCalls));
    const std::string ftp = printed(node.run("FTPSERVE"));
    CHECK(ftp.find("global SETUP FTPSERVE\ncalled: SETUP FTPSERVE FTP\n") != std::string::npos);
    CHECK(printed(node.run("SMTP")).find("global BEGIN SMTP\n") != std::string::npos);
}

TEST_CASE("a clause that is not simulated is named with its line, and the server does not start") {
    Node node = node_with("FTPEXIT", "/* */\nsay 'one'\ndo forever\nend\n");
    const auto result = node.run("FTPSERVE");
    const std::string console = printed(result);
    CHECK(console.find(
              "one\nDTCRUN925E Line 3 of FTPEXIT EXEC D1 is not simulated: DO with a control is not") !=
          std::string::npos);
    CHECK(console.find("\"EXEC FTPEXIT SETUP\" failed with return code 20") != std::string::npos);
    REQUIRE(result.refusal.rests_on.size() == 2);
    CHECK(result.refusal.rests_on[1].str() == "FTPEXIT EXEC D1:3:1");
}

}  // namespace
}  // namespace vmlab::sim::testing
