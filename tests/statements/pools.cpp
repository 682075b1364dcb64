// The control block and buffer pools: they grow and say so; with a LIMIT they refuse, and the line is to
// blame.
#include "stack/server/pools.hpp"

#include "tests/statements/configured_stack.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

/// The statement stands in line 3.
ServerConfig with(std::string_view statement) {
    return configured("\nINFORM OPERATOR ENDINFORM\n" + std::string(statement));
}
bool is_the_statement(const std::vector<SourceLocation>& rests_on) {
    return !rests_on.empty() && rests_on[0].line == 3;
}

/// FTPSERVE listens on port 21, the client host has an address.
struct Pooled : Bench {
    explicit Pooled(const ServerConfig& c, bool bytes_are_tls = false) : Bench(c) {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        ssl_says(SslServerReady{});
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        ask(ListenRequest{21, {}, bytes_are_tls});
    }
    void connect(int times) {
        for (int i = 0; i < times; ++i) {
            at_client = client.connect({kServer, 21}, 0, now, client_sink).value();
            pass(seconds{1});
        }
    }
    PoolSnapshot pool(PoolId which) const { return server.snapshot().pools[std::size_t(which)]; }
    std::size_t connected() const {
        return std::size_t(std::count_if(news.begin(), news.end(),
                                         [](const News& n) { return n.kind == News::Kind::connected; }));
    }
    std::vector<std::string> low() const {
        std::vector<std::string> lines;
        for (const auto& one : said)
            if (one.text.starts_with("DTCMON401I")) lines.push_back(one.text);
        return lines;
    }
    /// A record with this text names the LIMIT.
    bool limit_blamed(std::string_view text) const {
        return std::any_of(records.begin(), records.end(), [&](const Record& r) {
            return r.text.find(text) != std::string::npos && is_the_statement(r.rests_on);
        });
    }
    void ping(std::uint8_t host) { ask(PingRequest{host, Ipv4Address::of(9, 60, 60, host)}); }
};

}  // namespace

TEST_CASE("TCBPOOLSIZE: it grows and says so; with a LIMIT there are no more connections than that") {
    Pooled grows(with("TCBPOOLSIZE 10"));
    grows.connect(12);
    CHECK(grows.connected() == 12);
    const std::string words =
        "DTCMON401I TCP/IP is low on TCBs. Of 10 blocks, 1 are free. You should monitor this.";
    CHECK(grows.low() == std::vector{words});
    CHECK(grows.informed == std::vector{"OPERATOR: " + words});
    CHECK(is_the_statement(grows.said.back().rests_on));
    CHECK(grows.pool(PoolId::tcb).blocks == 20);
    CHECK(grows.pool(PoolId::tcb).in_use == 13);  // the listener is one
    CHECK(grows.pool(PoolId::tcb).least_free == 7);
    grows.connect(5);  // again low; said only after NETSTAT RESETPOOL
    CHECK(grows.low().size() == 1);
    grows.server.reset_pools();
    grows.connect(10);
    CHECK(grows.low().size() == 2);

    Pooled limited(with("TCBPOOLSIZE 5 LIMIT 5"));
    limited.connect(6);
    CHECK(limited.connected() == 4);
    CHECK(limited.limit_blamed("no TCB is free: from 9.60.60.4"));
    CHECK(limited.low().size() == 1);
    limited.ask(ConnectRequest{1, {kClient, 7}});
    CHECK(limited.limit_blamed("connect to 9.60.60.4..7 refused: no TCB is free"));
}

TEST_CASE("CCBPOOLSIZE: with a LIMIT there are no more clients than that") {
    Pooled bench(with("CCBPOOLSIZE 1 LIMIT 1"));
    bench.server.receive_request("SMTP", ListenRequest{25, {}}, bench.now, bench);
    const auto failed = bench.heard<ListenFailed>();
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].why == "no CCB is free, the limit is 1");
    CHECK(bench.limit_blamed("SMTP may not use TCP/IP: no CCB is free"));
    bench.server.receive_gone("FTPSERVE", bench.now, bench);
    bench.server.receive_request("SMTP", ListenRequest{25, {}}, bench.now, bench);
    CHECK(bench.heard<ListenFailed>().size() == 1);
}

TEST_CASE("SCBPOOLSIZE: with a LIMIT there are no more sockets than that") {
    Pooled bench(with("SCBPOOLSIZE 2 LIMIT 2"));
    bench.connect(2);
    CHECK(bench.heard<Accepted>().size() == 1);
    CHECK(bench.limit_blamed("9.60.60.4.."));
    bench.ask(ConnectRequest{1, {kClient, 7}});
    CHECK(bench.heard<ConnectFailed>().at(0).why == "no SCB is free, the limit is 2");
    bench.ask(ListenRequest{22, {}});
    CHECK(bench.limit_blamed("FTPSERVE may not listen: no SCB is free"));
}

TEST_CASE("DATABUFFERPOOLSIZE: with a LIMIT what finds no buffer has to come again") {
    Pooled bench(with("DATABUFFERPOOLSIZE 1 LIMIT 1"), true);
    bench.connect(1);
    const SocketId socket = bench.heard<Accepted>().at(0).socket;
    // The port keeps what comes for TLS: nobody takes it off the stack.
    bench.client_sends(std::string(20'000, 'x'));
    bench.pass(seconds{5});
    CHECK(bench.limit_blamed("no data buffer is free"));
    CHECK(bench.pool(PoolId::data_buffer).in_use >= 1);
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    bench.ssl_says(SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
    bench.pass(seconds{60});
    std::size_t bytes = 0;
    for (const auto& part : bench.heard<SslFromWire>()) bytes += size_of(part.data);
    CHECK(bytes == 20'000);
    CHECK(bench.pool(PoolId::data_buffer).in_use == 0);
}

TEST_CASE("DATABUFFERLIMITS: the window offered is as many data buffers as it says") {
    Pooled bench(with("DATABUFFERLIMITS 5 2"));
    bench.connect(1);
    for (const auto& row : bench.client.snapshot().connections) CHECK(row.send_window == 16'384);
    Pooled usual(with(""));
    usual.connect(1);
    for (const auto& row : usual.client.snapshot().connections) CHECK(row.send_window > 16'384);
}

TEST_CASE("ENVELOPEPOOLSIZE: with a LIMIT no more packets wait for ARP than that") {
    Pooled bench(with("ENVELOPEPOOLSIZE 2 LIMIT 2"));
    for (std::uint8_t host = 200; host < 205; ++host) bench.ping(host);
    CHECK(bench.pool(PoolId::envelope).in_use == 2);
    CHECK(bench.limit_blamed("no envelope is free"));
}

TEST_CASE("ADDRESSTRANSLATIONPOOLSIZE: with a LIMIT the oldest neighbour makes room") {
    Pooled bench(with("ADDRESSTRANSLATIONPOOLSIZE 2 LIMIT 2"));
    for (std::uint8_t host = 200; host < 205; ++host) bench.ping(host);
    CHECK(bench.pool(PoolId::address_translation).in_use == 2);
    CHECK(bench.low().size() == 1);
}

TEST_CASE("IPROUTEPOOLSIZE: with a LIMIT a route too many is refused") {
    ServerConfig c = with("IPROUTEPOOLSIZE 2 LIMIT 2");
    c.gateway = {{Ipv4Address::of(10, 0, 0, 0), 8, kClient, "ETH0", 0, {}},
                 {Ipv4Address::of(11, 0, 0, 0), 8, kClient, "ETH0", 0, {}}};
    Pooled bench(c);
    CHECK(bench.server.snapshot().stack.routes.size() == 2);  // one came with HOME
    CHECK(bench.limit_blamed("route to 11.0.0.0 refused: no IP route is free"));
}

TEST_CASE("RCBPOOLSIZE: with a LIMIT no more PINGs wait than that") {
    Pooled bench(with("RCBPOOLSIZE 2 LIMIT 2"));
    for (std::uint8_t host = 200; host < 203; ++host) bench.ping(host);
    const auto answers = bench.heard<PingAnswer>();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].why == "no RCB is free, the limit is 2");
    CHECK(bench.limit_blamed("PING of FTPSERVE refused"));
}
