// A running stack takes over another configuration: OBEYFILE and NETSTAT OBEY.
#include <doctest/doctest.h>

#include "stack/server/messages.hpp"
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

const SourceLocation kPortLine{{"MY", "OBEY", {'A', '1'}}, 1, 1};

std::string said(const Bench& bench) {
    std::string text;
    for (const auto& line : bench.said) text += line.text + "\n";
    return text;
}

std::string routes(const Bench& bench) {
    std::string text;
    for (const auto& route : bench.server.snapshot().stack.routes)
        text += route.destination.str() + " by " + route.first_hop.str() + "; ";
    return text;
}

PortReservation port(std::uint16_t number, Userid user) {
    PortReservation entry;
    entry.low = entry.high = number;
    entry.user = user;
    entry.where = kPortLine;
    return entry;
}

}  // namespace

TEST_CASE("a PORT list given again takes its ports from those that it does not name, and that is recorded") {
    ServerConfig config = Bench::config();
    config.restrict_low_ports = {true, {}};
    config.ports = {port(21, "FTPSERVE"), port(25, "SMTP")};
    Bench bench(config);
    bench.server.start(bench.now, bench);
    config.ports = {port(25, "SMTP")};
    config.ports_where = kPortLine;
    bench.server.apply(config, bench.now, bench);
    const auto lost = std::find_if(bench.records.begin(), bench.records.end(), [](const Record& record) {
        return record.text.find("port 21 is no longer reserved for FTPSERVE") != std::string::npos;
    });
    REQUIRE(lost != bench.records.end());
    CHECK(lost->rests_on == std::vector{kPortLine});
    bench.ask(ListenRequest{21, {}, false});
    CHECK(bench.heard<ListenFailed>().size() == 1);
}

TEST_CASE("what only a start reads stays: SSLSERVERID, its members, the name of the profile") {
    Bench bench;
    bench.server.start(bench.now, bench);
    ServerConfig next = Bench::config();
    next.ssl.server.reset();
    next.ssl.members = {};
    next.ssl.max_sessions = 7;
    next.level = Level(Release::v740);
    bench.server.apply(next, bench.now, bench);
    const auto now = bench.server.snapshot();
    CHECK(now.config.ssl.server->value == Userid("*"));
    CHECK(now.members.size() == 1);
    CHECK(now.config.ssl.max_sessions == 7);
    CHECK(now.config.level == Level());
}

TEST_CASE("SSLLIMITS of a running stack counts from the next session on") {
    Bench bench;
    const SocketId socket = bench.open();
    ServerConfig next = Bench::config();
    next.ssl.max_sessions = 0;
    bench.server.apply(next, bench.now, bench);
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    CHECK(bench.heard<SecureRefused>().size() == 1);
}

TEST_CASE("GATEWAY given again replaces the routes, and the way to the own network stays") {
    ServerConfig config = Bench::config();
    config.gateway = {{Ipv4Address{}, 0, Ipv4Address::of(9, 60, 60, 1), "ETH0", 0, {}}};
    Bench bench(config);
    bench.server.start(bench.now, bench);
    CHECK(routes(bench) == "9.60.60.0 by 0.0.0.0; 0.0.0.0 by 9.60.60.1; ");
    config.gateway = {{Ipv4Address{}, 0, Ipv4Address::of(9, 60, 60, 254), "ETH0", 0, {}}};
    bench.server.apply(config, bench.now, bench);
    CHECK(routes(bench) == "9.60.60.0 by 0.0.0.0; 0.0.0.0 by 9.60.60.254; ");
}

TEST_CASE("HOME given again takes the old address away and assigns the new one") {
    Bench bench;
    bench.server.start(bench.now, bench);
    ServerConfig next = Bench::config();
    next.home = {{Ipv4Address::of(9, 60, 61, 3), 24, "ETH0", {}}};
    bench.said.clear();
    bench.server.apply(next, bench.now, bench);
    const auto interface = bench.server.snapshot().stack.interfaces.at(0);
    REQUIRE(interface.addresses.size() == 1);
    CHECK(interface.addresses[0].first.str() == "9.60.61.3");
    CHECK(routes(bench) == "9.60.61.0 by 0.0.0.0; ");
    CHECK(said(bench) == "DTCOSD246I OSD device DEV: Assigned IPv4 address 9.60.61.3\n");
}

TEST_CASE("STOP makes the device deaf, START lets it hear again") {
    Bench bench;
    const SocketId socket = bench.open();
    ServerConfig next = Bench::config();
    next.devices[0].started = false;
    bench.server.apply(next, bench.now, bench);
    CHECK(bench.said.back().message == &DTCOSD082E);
    bench.client_sends("lost");
    CHECK(bench.heard<Received>().empty());
    bench.server.apply(Bench::config(), bench.now, bench);
    bench.pass(seconds{5});
    REQUIRE(bench.heard<Received>().size() == 1);
    CHECK(bench.heard<Received>()[0].socket == socket);
}

TEST_CASE("AUTOLOG given again starts who is new, and watches no more who is not in it") {
    ServerConfig config = Bench::config();
    config.ssl.server.reset();
    config.autolog = {{"FTPSERVE", {}}};
    config.ports = {port(21, "FTPSERVE")};
    Bench bench(config);
    bench.server.start(bench.now, bench);
    bench.xautologged.clear();
    config.autolog = {{"SMTP", {}}};
    bench.server.apply(config, bench.now, bench);
    CHECK(bench.xautologged == std::vector<Userid>{"SMTP"});
    bench.xautologged.clear();
    bench.pass(kServerPatience + seconds{1});
    CHECK(bench.xautologged.empty());
}

TEST_CASE("a PORT entry given to a server that listens there already does not make it a missing one") {
    ServerConfig config = Bench::config();
    config.ssl.server.reset();
    config.autolog = {{"FTPSERVE", {}}};
    Bench bench(config);
    bench.server.start(bench.now, bench);
    bench.ask(ListenRequest{2121, {}, false});
    bench.xautologged.clear();
    config.ports = {port(2121, "FTPSERVE")};
    bench.server.apply(config, bench.now, bench);
    bench.pass(kServerPatience + seconds{1});
    CHECK(bench.xautologged.empty());
}

TEST_CASE("MAXPERSSLSERVER given again is told to the members that are there") {
    Bench bench;
    bench.server.start(bench.now, bench);
    bench.ssl_says(SslServerReady{});
    ServerConfig next = Bench::config();
    next.ssl.max_per_server = 7;
    bench.server.apply(next, bench.now, bench);
    REQUIRE(bench.heard<SslSessionLimit>().size() == 1);
    CHECK(bench.heard<SslSessionLimit>()[0].most == 7);
    bench.server.apply(next, bench.now, bench);
    CHECK(bench.heard<SslSessionLimit>().size() == 1);
}
