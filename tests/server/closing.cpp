// What closes in the middle of things: no dangling conduit, no session left behind at an SSL server.
#include <doctest/doctest.h>

#include <deque>

#include "stack/news.hpp"
#include "stack/server/tcpip_server.hpp"

using namespace vmlab;
using namespace vmlab::stack;

namespace {

constexpr Ipv4Address kServer = Ipv4Address::of(9, 60, 60, 3), kClient = Ipv4Address::of(9, 60, 60, 4);

/// TCPIP and one client host on a wire without delay; what TCPIP says is kept.
struct Bench final : ServerSink {
    struct ClientSink final : NewsSink {
        ClientSink(std::vector<News>& news, std::deque<Buffer>& frames) : NewsSink(news), to_server(frames) {}
        CauseId record(Record) override { return {}; }
        void send_frame(InterfaceId, Buffer frame) override { to_server.push_back(std::move(frame)); }
        std::deque<Buffer>& to_server;
    };

    static ServerConfig config() {
        ServerConfig c;
        c.devices = {{"DEV", "OSD", "0600", true, {}}};
        c.links = {{"ETH0", "QDIOETHERNET", "DEV", 1500, {}}};
        c.home = {{kServer, mask_of_prefix(24), "ETH0", {}}};
        c.restrict_low_ports = false;
        c.ssl.server = {"*", {}};
        c.ssl.members = {"SSL00001"};
        return c;
    }

    Instant now{seconds{1000}};
    std::deque<Buffer> to_client, to_server;
    std::vector<SocketNotice> notices;
    std::vector<SslRequest> ssl_requests;
    std::vector<News> news;
    ClientSink client_sink{news, to_server};
    TcpipServer server{config(), RandomStream(seed_from_number(1), "server")};
    Stack client{StackOptions{}, RandomStream(seed_from_number(1), "client")};

    CauseId record(Record) override { return {}; }
    void send_frame(InterfaceId, Buffer frame) override { to_client.push_back(std::move(frame)); }
    void notify(const Userid&, SocketNotice notice) override { notices.push_back(std::move(notice)); }
    void ssl(const Userid&, SslRequest request) override { ssl_requests.push_back(std::move(request)); }
    void xautolog(const Userid&) override {}
    void console(Said) override {}
    void listening(const Endpoint&, bool) override {}

    void exchange() {
        while (!to_client.empty() || !to_server.empty()) {
            for (auto frames = std::exchange(to_server, {}); auto& frame : frames)
                server.receive_frame(0, std::move(frame), now, *this);
            for (auto frames = std::exchange(to_client, {}); auto& frame : frames)
                client.receive_frame(0, std::move(frame), now, client_sink);
        }
    }
    void pass(Duration time) {
        for (const Instant end = now + time; now < end; now += milliseconds{50}) {
            server.tick(now, *this);
            client.tick(now, client_sink);
            exchange();
        }
    }
    void ask(SocketRequest what) {
        server.receive_request("FTPSERVE", std::move(what), now, *this);
        exchange();
    }
    /// An accepted connection to FTPSERVE; the pool is ready.
    SocketId open() {
        server.start(now, *this);
        server.receive_ssl("SSL00001", SslServerReady{}, now, *this);
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        ask(ListenRequest{21, {}});
        REQUIRE(client.connect({kServer, 21}, 0, now, client_sink));
        pass(seconds{1});
        for (const auto& notice : notices)
            if (const auto* accepted = std::get_if<Accepted>(&notice)) return accepted->socket;
        FAIL("the connection was not accepted");
        return 0;
    }
    bool dropped_session() const {
        for (const auto& request : ssl_requests)
            if (std::holds_alternative<SslDrop>(request)) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("a service that closes between its request for TLS and its reply") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT"});
    bench.ask(CloseRequest{socket});
    bench.pass(seconds{1});
    CHECK(bench.server.snapshot().secure_sessions == 0);
    CHECK_FALSE(bench.dropped_session());  // no session was opened yet
}

TEST_CASE("a peer that never sends close_notify: the SSL server's session is dropped with the connection") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    bench.server.receive_ssl("SSL00001", SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"},
                             bench.now, bench);
    CHECK(bench.server.snapshot().secure_sessions == 1);
    bench.ask(CloseRequest{socket});
    bench.pass(minutes{2});
    CHECK(bench.server.snapshot().secure_sessions == 0);
    CHECK(bench.dropped_session());
}
