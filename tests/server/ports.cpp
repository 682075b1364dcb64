// Who may have which port: PORT reservations, RESTRICTLOWPORTS, PERMIT and RESTRICT.
#include "stack/server/port_table.hpp"

#include <doctest/doctest.h>

using namespace vmlab;
using namespace vmlab::stack;

namespace {

SourceLocation line(std::uint32_t number) { return {{"PROFILE", "TCPIP", {'D', '1'}}, number, 3}; }

ServerConfig sample() {
    ServerConfig config;
    config.ports = {{21, 21, false, "FTPSERVE", true, {}, {}, line(10)},
                    {992, 992, false, "INTCLIEN", true, {{"TELCERT", line(11)}}, {}, line(11)},
                    {30000, 30999, false, "FTPSERVE", false, {}, {}, line(12)},
                    {8080, 8080, false, "*", true, {}, {}, line(13)},
                    {8080, 8080, true, "DNS", true, {}, {}, line(14)}};
    config.obey = {{"TCPMAINT", {}}};
    return config;
}

}  // namespace

TEST_CASE("a reserved port is for its user, and the refusal rests on the statement") {
    const auto config = sample();
    CHECK(decide_listen(config, "FTPSERVE", 21).allowed);
    const auto refused = decide_listen(config, "FTPSERV", 21);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.why == "port 21 is reserved for FTPSERVE");
    CHECK(refused.where == line(10));
    CHECK(decide_listen(config, "FTPSERVE", 30500).allowed);
    CHECK_FALSE(decide_listen(config, "SMTP", 30999).allowed);
    CHECK(decide_listen(config, "ANYBODY", 8080).allowed);
}

TEST_CASE("RESTRICTLOWPORTS: below 1024 only reserved ports, or users in the OBEY list") {
    auto config = sample();
    CHECK_FALSE(decide_listen(config, "SMTP", 25).allowed);
    CHECK(decide_listen(config, "TCPMAINT", 25).allowed);
    CHECK(decide_listen(config, "SMTP", 1024).allowed);
    config.restrict_low_ports.value = false;
    CHECK(decide_listen(config, "SMTP", 25).allowed);
}

TEST_CASE("the secure label of a port, TCP only") {
    const auto config = sample();
    CHECK(reservation_of(config, 992)->secure->value == "TELCERT");
    CHECK_FALSE(reservation_of(config, 21)->secure);
    CHECK(reservation_of(config, 8080)->user == Userid("*"));
    CHECK(reservation_of(config, 53) == nullptr);
}

TEST_CASE("PERMITTEDUSERSONLY and RESTRICT, wildcards included") {
    auto config = sample();
    CHECK(decide_client(config, "SMTP").allowed);
    config.permitted_users_only = {true, line(19)};
    config.permit = {{"FTP*", line(20)}};
    CHECK(decide_client(config, "FTPSERVE").allowed);
    CHECK(decide_client(config, "TCPMAINT").allowed);  // OBEY users
    CHECK_FALSE(decide_client(config, "SMTP").allowed);
    CHECK(decide_client(config, "SMTP").where == line(19));
    CHECK(decide_client(config, kInternalClient).allowed);
    config.restricted = {{"FTP*", line(21)}};
    const auto refused = decide_client(config, "FTPSERVE");
    CHECK_FALSE(refused.allowed);
    CHECK(refused.where == line(21));
}

TEST_CASE(
    "PORT with an address: its secure label counts there only, and the address must be a home address") {
    auto config = sample();
    PortReservation here{443, 443, false, "WEBSERV", true, {{"WEBCERT", line(15)}}, {}, line(15)};
    here.address = Ipv4Address::of(9, 60, 60, 3);
    config.ports.push_back(here);
    CHECK(decide_listen(config, "WEBSERV", 443).why ==
          "port 443 is reserved at 9.60.60.3, which is no home address");
    config.home = {{Ipv4Address::of(9, 60, 60, 3), {}, "ETH0", {}}};
    CHECK(decide_listen(config, "WEBSERV", 443).allowed);
    CHECK(decide_listen(config, "WEBSERV", 443).address == here.address);
    CHECK_FALSE(decide_listen(config, "SMTP", 443).allowed);
    CHECK(reservation_of(config, 443, here.address) != nullptr);
    CHECK(reservation_of(config, 443, Ipv4Address::of(9, 60, 60, 4)) == nullptr);
}
