// Changing a running system: NETSTAT OBEY and OBEYFILE, typed at a console.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/machines/client_scripts.hpp"
#include "simulator/system/why.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

void log_on(BaselineWorld& lab, const Userid& user) {
    lab.world.log_on_at_prompt(user);
    lab.run(seconds{1});
}

/// A file on TCPMAINT's disk 191.
void put(BaselineWorld& lab, Name8 name, Name8 type, std::string_view text) {
    lab.world.storage()
        .disks.find("TCPMAINT", "0191")
        ->files.put(CmsFile::of_text(name, type, text, lab.world.now()));
}

bool reserved(const World& world, std::uint16_t port) {
    const auto stack = world.stack("TCPIP");
    return std::any_of(stack->config.ports.begin(), stack->config.ports.end(),
                       [&](const auto& entry) { return entry.low == port; });
}

const JournalEntry* said_last(World& world, std::string_view text) {
    static JournalEntry found;
    for (const auto& entry : world.system().journal().kept())
        if (entry.text.find(text) != std::string::npos) found = entry;
    return found.text.empty() ? nullptr : &found;
}

}  // namespace

TEST_CASE("OBEYFILE with one PORT entry: the others lose theirs, and a restart of the server shows it") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    put(lab, "FIX", "TCPIP", "PORT 8080 TCP WEBSERV\n");
    lab.type("TCPMAINT", "obeyfile fix tcpip a");
    CHECK(lab.console("TCPMAINT").find("OBEYFILE return code = 0") != std::string::npos);
    CHECK(lab.console("TCPIP").find("TCPMAINT changes the running configuration by FIX TCPIP A1") !=
          std::string::npos);
    CHECK(reserved(lab.world, 8080));
    CHECK_FALSE(reserved(lab.world, 21));
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);  // 7443 is SECURE no more
    lab.type("TCPMAINT", "force ftpserve");
    lab.type("TCPMAINT", "xautolog ftpserve");
    const auto* refused = said_last(lab.world, "FTPSERVE may not listen");
    REQUIRE(refused != nullptr);
    CHECK(refused->text.find("port 21 is below 1024 and not reserved") != std::string::npos);
}

TEST_CASE("OBEYFILE with STOP and START of a device: between them nobody reaches the host, and why says it") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    put(lab, "DOWN", "TCPIP", "STOP DEV@0600\n");
    put(lab, "UP", "TCPIP", "START DEV@0600\n");
    const auto initialized = [&] { return count(lab.console("TCPIP"), "DTCOSD080I"); };
    const auto asked = [&] {
        return answer_why(*read_why("9.60.60.3"), lab.world.journal().kept(), "TCPIP");
    };
    CHECK(initialized() == 1);
    CHECK(asked().chain.front().text == "9.60.60.3 is the address of link ETH0");
    lab.type("TCPMAINT", "obeyfile down tcpip a");
    CHECK(count(lab.console("TCPIP"), "DTCOSD082E") == 1);
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);
    CHECK(asked().rests_on.front().str() == "DOWN TCPIP A1:1:6");
    lab.type("TCPMAINT", "obeyfile up tcpip a");
    CHECK(initialized() == 2);
    CHECK(lab.talk(echo_conversation()).succeeded);
    CHECK(asked().chain.front().text == "9.60.60.3 is the address of link ETH0");

    lab.type("TCPMAINT", "obeyfile down tcpip a");
    lab.type("TCPMAINT", "force tcpip");
    lab.type("TCPMAINT", "xautolog tcpip");
    lab.run(minutes{1});
    CHECK(lab.talk(echo_conversation()).succeeded);
}

TEST_CASE("what was obeyed is lost when the stack starts again") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    lab.type("TCPMAINT", "netstat obey port 8080 tcp webserv");
    CHECK_FALSE(reserved(lab.world, 21));
    lab.type("TCPMAINT", "force tcpip");
    lab.type("TCPMAINT", "xautolog tcpip");
    lab.run(minutes{1});
    CHECK(reserved(lab.world, 21));
    CHECK_FALSE(reserved(lab.world, 8080));
}

TEST_CASE("NETSTAT OBEY: a statement that only a start reads changes nothing, and TCPIP says so") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    lab.type("TCPMAINT", "netstat obey sslserverid sslserv");
    CHECK(lab.console("TCPIP").find("DTCPRS920W SSLSERVERID is read only when the stack starts") !=
          std::string::npos);
    CHECK(lab.world.stack("TCPIP")->config.ssl.server->value == Userid("*"));
    CHECK(lab.talk(echo_conversation()).succeeded);
}

TEST_CASE("NETSTAT OBEY: what is not understood is said, the rest takes effect") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    lab.type("TCPMAINT", "netstat obey assortedparms freelowports endassortedparms ssllimits maxsessions x");
    CHECK(lab.console("TCPMAINT").find("OBEY return code = 8") != std::string::npos);
    CHECK_FALSE(*lab.world.stack("TCPIP")->config.restrict_low_ports);
}

TEST_CASE("NETSTAT OBEY changes what Telnet does with the next client") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    auto by_start_tls = telnet_conversation({Ipv4Address::of(9, 60, 60, 3), 23});
    by_start_tls.host = "gdlrct2.example.test";
    CHECK(lab.talk(by_start_tls).succeeded);
    lab.type("TCPMAINT", "netstat obey internalclientparms secureconnection never endinternalclientparms");
    CHECK_FALSE(lab.talk(by_start_tls).succeeded);
}

TEST_CASE("who is not in the OBEY list is refused, and the refusal rests on the OBEY statement") {
    BaselineWorld lab;
    log_on(lab, "GSKADMIN");
    lab.type("GSKADMIN", "netstat obey port 8080 tcp webserv");
    CHECK(lab.console("GSKADMIN").find("DTCNET903E") != std::string::npos);
    CHECK(reserved(lab.world, 21));
    const auto* refused = said_last(lab.world, "DTCNET903E");
    REQUIRE(refused != nullptr);
    REQUIRE_FALSE(refused->rests_on.empty());
    CHECK(refused->rests_on[0].str() == "PROFILE TCPIP D1:5:1");
}

TEST_CASE("NETSTAT BLOCK keeps an address out until UNBLOCK") {
    BaselineWorld lab;
    log_on(lab, "TCPMAINT");
    lab.world.set_blocked("TCPMAINT", "TCPIP", Ipv4Address::of(9, 60, 60, 4), true);
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);
    lab.world.set_blocked("TCPMAINT", "TCPIP", Ipv4Address::of(9, 60, 60, 4), false);
    CHECK(lab.talk(echo_conversation()).succeeded);
}
