// The first list statement of a file replaces the list in force; later ones of the same file add to it.
#include <doctest/doctest.h>

#include "profiles/profile_tcpip.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

std::string ports(const ProfileTcpip& p) {
    std::string text;
    for (const auto& entry : p.ports.entries) text += fmt::format("{} ", entry.low);
    return text;
}

ProfileTcpip obeyed(ProfileTcpip running, std::string_view text) {
    const ProfileTcpip change = read_profile_tcpip(file("MY", "OBEY", "A1", text), &running);
    CHECK(told(change.findings) == "");
    apply_obeyfile(running, change);
    return running;
}

}  // namespace

TEST_CASE("within a file, lists add up") {
    const ProfileTcpip p = read_profile_tcpip(
        profile("PORT 21 TCP FTPSERVE\nOBEY MAINT ENDOBEY\nPORT 25 TCP SMTP\nOBEY OPERATOR ENDOBEY\n"));
    CHECK(ports(p) == "21 25 ");
    CHECK(p.obey.entries.size() == 2);
    CHECK(p.ports.where.str() == "PROFILE TCPIP D1:1:1");
}

TEST_CASE("an OBEYFILE with one PORT entry takes the other services their reservations") {
    const ProfileTcpip before = read_profile_tcpip(baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1"));
    const ProfileTcpip after = obeyed(before, "PORT 8080 TCP WEBSERV\n");
    CHECK(ports(after) == "8080 ");
    CHECK(after.ports.entries[0].where.str() == "MY OBEY A1:1:6");
    CHECK(after.autolog.entries.size() == 4);
    CHECK(ports(obeyed(before, "PORT 8080 TCP WEBSERV\nPORT 8081 TCP WEBSERV\n")) == "8080 8081 ");
}

TEST_CASE("an OBEYFILE may name what is already defined, and changes only what it says") {
    const ProfileTcpip before = read_profile_tcpip(baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1"));
    const ProfileTcpip after =
        obeyed(before,
               "HOME 9.60.60.3 255.255.255.0 ETH0\nGATEWAY DEFAULTNET 9.60.60.254 ETH0 1500\nSTOP DEV@0600\n"
               "SSLLIMITS MAXSESSIONS 2\nASSORTEDPARMS FREELOWPORTS ENDASSORTEDPARMS\n"
               "INTERNALCLIENTPARMS PORT 23 SECURECONNECTION NEVER ENDINTERNALCLIENTPARMS\n");
    CHECK(after.gateway.entries[0].first_hop.str() == "9.60.60.254");
    CHECK_FALSE(after.starts.back().start);
    CHECK(after.ssl_limits.max_sessions.value == 2);
    CHECK(after.ssl_limits.max_per_server.value == 600);
    CHECK_FALSE(*after.assorted.restrict_low_ports);
    CHECK(*after.telnet->secure_connection == SecureLevel::never);
    CHECK(ports(after) == ports(before));
    CHECK(after.ssl_server->server.value == Userid("*"));
}

TEST_CASE("an OBEYFILE does not change what only a start reads, and that is said") {
    const ProfileTcpip before = read_profile_tcpip(baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1"));
    const char* const text =
        "SSLSERVERID SSLSERV\nINTERNALCLIENTPARMS\n PORT 2323\n TIMEMARK 30\nENDINTERNALCLIENTPARMS\n";
    const ProfileTcpip change = read_profile_tcpip(file("MY", "OBEY", "A1", text), &before);
    std::string said;
    for (const auto& statement : start_only_statements(change))
        said += statement.keyword + " " + statement.where.str() + "; ";
    CHECK(said == "SSLSERVERID MY OBEY A1:1:1; INTERNALCLIENTPARMS PORT MY OBEY A1:3:7; ");
    const ProfileTcpip after = obeyed(before, text);
    CHECK(after.ssl_server->server.value == Userid("*"));
    CHECK(*after.telnet->time_mark == 30);
    REQUIRE(after.telnet->ports.size() == before.telnet->ports.size());
    CHECK(*after.telnet->ports.front() == *before.telnet->ports.front());
}
