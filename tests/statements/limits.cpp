// PROFILE TCPIP: limits, BLOCK, SOMAXCONN, ARPAGE, NOFWD, SECURELOCAL and tracing, from the text to what
// TCPIP does.
#include "tests/statements/configured_stack.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

/// The pool is ready and FTPSERVE listens on port 21; the client host has an address.
struct Limited : Bench {
    explicit Limited(const ServerConfig& c) : Bench(c) {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        ssl_says(SslServerReady{});
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        ask(ListenRequest{21, {}});
    }
    ConnectionId connect() { return client.connect({kServer, 21}, 0, now, client_sink).value(); }
    /// What became of the client's connections.
    std::size_t count(News::Kind kind) const {
        return std::size_t(
            std::count_if(news.begin(), news.end(), [&](const News& n) { return n.kind == kind; }));
    }
    std::size_t on_console(std::string_view begin) const {
        return std::size_t(std::count_if(said.begin(), said.end(),
                                         [&](const Said& s) { return s.text.starts_with(begin); }));
    }
    bool rests_on(std::string_view text, std::uint32_t line) const {
        for (const auto& record : records)
            if (record.text.find(text) != std::string::npos)
                for (const auto& place : record.rests_on)
                    if (place.line == line) return true;
        return false;
    }
    /// What is known of an attack, of all who took part in it.
    AttackRow attack(Attack which) const {
        AttackRow all;
        for (auto row : server.snapshot().stack.attacks) {
            if (row.attack != which) continue;
            row.count += all.count;
            all = row;
        }
        return all;
    }
};

}  // namespace

TEST_CASE(
    "FOREIGNIPCONLIMIT: one address gets as many connections as it says; INFORM users hear of the attack") {
    Limited bench(configured("; two\nFOREIGNIPCONLIMIT 2\nINFORM OPERATOR TCPMAINT ENDINFORM"));
    for (int i = 0; i < 4; ++i) (void)bench.connect();
    bench.pass(seconds{1});
    CHECK(bench.count(News::Kind::connected) == 2);
    CHECK(bench.count(News::Kind::connect_failed) == 2);
    CHECK(bench.attack(Attack::stress).count == 2);
    CHECK(bench.attack(Attack::stress).from == IpAddress(kClient));
    CHECK(bench.on_console("DTCUTI001E Serious problem encountered: SSTRESS attack from 9.60.60.4") == 1);
    CHECK(bench.on_console("DTCUTI002E A denial-of-service attack has been detected") == 1);
    REQUIRE(bench.informed.size() == 4);
    CHECK(bench.informed[0] ==
          "OPERATOR: DTCUTI001E Serious problem encountered: SSTRESS attack from 9.60.60.4");
    CHECK(bench.rests_on("FOREIGNIPCONLIMIT is 2", 2));
    // A connection that ends makes room.
    bench.client.abort(bench.news[0].id, bench.now, bench.client_sink);
    bench.pass(seconds{1});
    (void)bench.connect();
    bench.pass(seconds{1});
    CHECK(bench.count(News::Kind::connected) == 3);
}

TEST_CASE("PENDINGCONNECTIONLIMIT: of too many half-open connections one by chance is dropped") {
    Limited bench(configured("\nPENDINGCONNECTIONLIMIT 3"));
    for (int i = 0; i < 10; ++i) (void)bench.connect();
    // The SYNs arrive, the answers get lost.
    for (auto frames = std::exchange(bench.to_server, {}); auto& frame : frames)
        bench.server.receive_frames(0, {&frame, 1}, bench.now, bench);
    bench.exchange();  // ARP
    const auto half_open = [&] {
        std::size_t n = 0;
        for (const auto& row : bench.server.snapshot().stack.connections)
            n += row.state == TcpState::syn_received;
        return n;
    };
    CHECK(bench.attack(Attack::syn_flood).count > 0);
    CHECK(half_open() <= 3);
    CHECK(bench.on_console("DTCUTI001E Serious problem encountered: SynFlood attack from 9.60.60.4") == 1);
    CHECK(bench.rests_on("PENDINGCONNECTIONLIMIT is 3", 2));
}

TEST_CASE("PERSISTCONNECTIONLIMIT: of too many connections with a shut window the oldest is dropped") {
    Limited bench(configured("\nPERSISTCONNECTIONLIMIT 1"));
    for (int i = 0; i < 2; ++i) {
        (void)bench.connect();
        bench.pass(seconds{1});
    }
    const auto accepted = bench.heard<Accepted>();
    REQUIRE(accepted.size() == 2);
    for (const auto& one : accepted) {  // the client takes nothing
        bench.ask(SendRequest{one.socket, Buffer::copy_of(std::string(kSendCredit + 1000, 'x')), false});
        bench.pass(seconds{20});
    }
    CHECK(bench.attack(Attack::zero_window).count == 1);
    REQUIRE(bench.heard<Closed>().size() == 1);
    CHECK(bench.heard<Closed>()[0].socket == accepted[0].socket);
    CHECK(bench.heard<Closed>()[0].reason == CloseReason::dropped);
    CHECK(bench.on_console("DTCUTI001E Serious problem encountered: ZeroWin attack from 9.60.60.4") == 1);
    CHECK(bench.rests_on("PERSISTCONNECTIONLIMIT is 1", 2));
}

TEST_CASE("BLOCK: nothing is taken from the network that it names") {
    Limited bench(configured("\nBLOCK\n  9.60.60.0/24\nENDBLOCK"));
    (void)bench.connect();
    bench.pass(seconds{5});
    CHECK(bench.count(News::Kind::connected) == 0);
    CHECK(bench.server.snapshot().stack.drops[std::size_t(DropReason::ip_blocked)] > 0);
    CHECK(bench.rests_on("source address blocked", 3));
}

TEST_CASE("SOMAXCONN: so many half-open connections at a listener, the rest waits") {
    Limited bench(configured("\nSOMAXCONN 1"));
    for (int i = 0; i < 3; ++i) (void)bench.connect();
    bench.exchange();
    CHECK(bench.server.snapshot().stack.drops[std::size_t(DropReason::tcp_backlog_full)] == 2);
    CHECK(bench.rests_on("backlog full", 2));
    bench.pass(seconds{5});
    CHECK(bench.count(News::Kind::connected) == 3);
}

TEST_CASE("ARPAGE: a neighbour is asked for again when its entry is that old") {
    const auto known = [](std::string_view text) {
        Limited bench(configured(text));
        (void)bench.connect();
        bench.pass(minutes{4});
        return bench.server.snapshot().stack.neighbours.size();
    };
    CHECK(known("") == 1);
    CHECK(known("ARPAGE 1") == 0);
}

TEST_CASE("SECURELOCAL: a local connection to a secure port is secured too, otherwise it stays in clear") {
    for (const bool secure_local : {false, true}) {
        CAPTURE(secure_local);
        Limited bench(configured(std::string("PORT 21 TCP FTPSERVE SECURE FTPCERT\n") +
                                 (secure_local ? "ASSORTEDPARMS SECURELOCAL ENDASSORTEDPARMS" : "")));
        bench.ask(ConnectRequest{1, {kServer, 21}});
        bench.pass(seconds{1});
        CHECK(bench.heard<Connected>().size() == 1);
        CHECK(bench.heard<SslOpen>().size() == (secure_local ? 1 : 0));
        CHECK(bench.heard<Accepted>().size() == (secure_local ? 0 : 1));
    }
}

TEST_CASE("NOFWD: what is for another host is dropped, not sent on") {
    for (const bool forwards : {true, false}) {
        CAPTURE(forwards);
        Limited bench(configured(forwards ? "" : "ASSORTEDPARMS NOFWD ENDASSORTEDPARMS"));
        bench.client.add_route({Ipv4Address(), Ipv4Address(), kServer, 0, 0, {}});
        (void)bench.client.connect({Ipv4Address::of(10, 1, 1, 1), 21}, 0, bench.now, bench.client_sink);
        bench.pass(seconds{1});
        const auto dropped = bench.server.snapshot().stack.drops[std::size_t(DropReason::ip_not_forwarding)];
        CHECK((dropped > 0) == !forwards);
    }
}

namespace {

/// How many lines of the trace begin so, after one connection.
std::size_t traced(std::string_view text, std::string_view begin) {
    Limited bench(configured(text));
    (void)bench.connect();
    bench.pass(seconds{1});
    return std::size_t(std::count_if(bench.traced.begin(), bench.traced.end(),
                                     [&](const std::string& line) { return line.starts_with(begin); }));
}

}  // namespace

TEST_CASE("TRACE: the frames of its areas") {
    CHECK(traced("TRACE TCPUP", "TCPUP in: ") > 0);
    CHECK(traced("TRACE TCPUP", "TCPDOWN") == 0);
    CHECK(traced("TRACE TCPUP", "   0000  ") == 0);
}

TEST_CASE("MORETRACE: their first bytes, too") { CHECK(traced("MORETRACE TCPUP", "   0000  ") > 0); }

TEST_CASE("LESSTRACE: without the bytes again") {
    CHECK(traced("MORETRACE TCPUP\nLESSTRACE TCPUP", "   0000  ") == 0);
    CHECK(traced("MORETRACE TCPUP\nLESSTRACE TCPUP", "TCPUP in: ") > 0);
}

TEST_CASE("NOTRACE: nothing more of its areas; alone: nothing") {
    CHECK(traced("TRACE TCPUP ARP\nNOTRACE TCPUP", "TCPUP") == 0);
    CHECK(traced("TRACE TCPUP ARP\nNOTRACE TCPUP", "ARP") > 0);
    CHECK(traced("TRACE TCPUP ARP\nNOTRACE", "ARP") == 0);
}
