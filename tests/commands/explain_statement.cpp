// EXPLAIN of a statement: how it is written, what it is for, what vmlab does with it, whose its defaults are.
#include "simulator/commands/explain_statement.hpp"

#include <doctest/doctest.h>

#include "profiles/profile_tcpip.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string told(std::string_view name) {
    std::string text;
    for (const auto* statement : find_statements(name))
        for (const auto& line : report_statement(*statement)) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("EXPLAIN SSLSERVERID: syntax, meaning, state, and the default of its operand with its origin") {
    const auto text = told("sslserverid");
    CHECK(text.find("PROFILE TCPIP: SSLSERVERID\n") != text.npos);
    CHECK(text.find("Written:   SSLSERVERID userid|* [TIMEOUT seconds]") != text.npos);
    CHECK(text.find("Here:      in force: the system follows it") != text.npos);
    CHECK(text.find("Default:   TIMEOUT 30 seconds (remembered only: ") != text.npos);
}

TEST_CASE("EXPLAIN of an operand, of a tag with and without its colon, of a word that several files have") {
    CHECK(told("timemark").find("INTERNALCLIENTPARMS TIMEMARK") != std::string::npos);
    CHECK(told(":stack.") == told("STACK"));
    CHECK(find_statements("TLSLABEL").size() == 3);
    CHECK(told("KEYFILE").find("/etc/gskadm/Database.kdb (as a public source has it)") != std::string::npos);
    CHECK(told("TCPIPUSERID").find("TCPIP (as the document has it") != std::string::npos);
    CHECK(find_statements("SSLIMITS").empty());
    CHECK(nearest_statement("SSLIMITS") == "SSLLIMITS");
}

TEST_CASE("EXPLAIN tells the value that the reader begins with") {
    const auto timeout = std::to_string(*profiles::SslServerId{}.timeout);
    CHECK(told("SSLSERVERID").find("TIMEOUT " + timeout + " seconds") != std::string::npos);
    const auto blocks = std::to_string(*profiles::PoolSizes()[profiles::Pool::acb].blocks);
    CHECK(told("ACBPOOLSIZE").find("Default:   " + blocks + " blocks") != std::string::npos);
    CHECK(report_statement_json(*find_statements("SOMAXCONN")[0]).find("\"origin\": \"remembered\"") !=
          std::string::npos);
}
