// The one table that decides about TLS for FTP, SMTP and Telnet, printed whole: level × client ×
// availability.
#include "services/secure_upgrade.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace vmlab;
using namespace vmlab::services;

TEST_CASE("the table of secure upgrades") {
    std::string table;
    for (const auto level :
         {SecureLevel::never, SecureLevel::allowed, SecureLevel::preferred, SecureLevel::required})
        for (const auto wish : {ClientWish::asks, ClientWish::does_not}) {
            table += std::string(name_of(level)) + (wish == ClientWish::asks ? " asks:" : " does not:");
            for (const auto status : {TlsStatus::ready, TlsStatus::label_unknown, TlsStatus::no_server})
                table += std::string(" ") + name_of(decide(level, wish, status).decision) + ";";
            table += "\n";
        }
    CHECK(table ==
          "NEVER asks: refuse TLS; refuse TLS; refuse TLS;\n"
          "NEVER does not: clear; clear; clear;\n"
          "ALLOWED asks: secure; unavailable; unavailable;\n"
          "ALLOWED does not: clear; clear; clear;\n"
          "PREFERRED asks: secure; unavailable; unavailable;\n"
          "PREFERRED does not: clear; clear; clear;\n"
          "REQUIRED asks: secure; no service; no service;\n"
          "REQUIRED does not: demand TLS; demand TLS; demand TLS;\n");
}

TEST_CASE("every verdict has its own reason, and TLS is never dropped silently where it is required") {
    for (const auto status : {TlsStatus::ready, TlsStatus::label_unknown, TlsStatus::no_server})
        for (const auto wish : {ClientWish::asks, ClientWish::does_not}) {
            const auto verdict = decide(SecureLevel::required, wish, status);
            CHECK(verdict.decision != SecureDecision::clear);
            CHECK(verdict.decision != SecureDecision::unavailable);
            CHECK(verdict.reason.find("REQUIRED") != std::string_view::npos);
        }
    CHECK(decide(SecureLevel::allowed, ClientWish::asks, TlsStatus::label_unknown).reason !=
          decide(SecureLevel::allowed, ClientWish::asks, TlsStatus::no_server).reason);
}

TEST_CASE("an operator's word for a level") {
    CHECK(read_secure_level("required", false) == SecureLevel::required);
    CHECK(read_secure_level("NEVER", false) == SecureLevel::never);
    CHECK(read_secure_level("Allowed", false) == SecureLevel::allowed);
    CHECK(read_secure_level("preferred", true) == SecureLevel::preferred);
    CHECK_FALSE(read_secure_level("preferred", false));
    CHECK_FALSE(read_secure_level("REQ", false));
}

TEST_CASE("the server asks first where TLS is wanted") {
    CHECK_FALSE(server_asks_first(SecureLevel::never));
    CHECK_FALSE(server_asks_first(SecureLevel::allowed));
    CHECK(server_asks_first(SecureLevel::preferred));
    CHECK(server_asks_first(SecureLevel::required));
}
