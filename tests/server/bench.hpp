// TCPIP with one service, one SSL server and one client host: what the tests of the server play on.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <vector>

#include "stack/news.hpp"
#include "stack/server/tcpip_server.hpp"

namespace vmlab::stack::test {

inline constexpr Ipv4Address kServer = Ipv4Address::of(9, 60, 60, 3), kClient = Ipv4Address::of(9, 60, 60, 4);

/// TCPIP and one client host on a wire without delay; what TCPIP says is kept.
struct Bench : ServerSink {
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
        c.home = {{kServer, 24, "ETH0", {}}};
        c.restrict_low_ports.value = false;
        c.ssl.server = {"*", {}};
        c.ssl.members = {"SSL00001"};
        return c;
    }

    Instant now{seconds{1000}};
    std::deque<Buffer> to_client, to_server;
    std::vector<SocketNotice> notices;
    std::vector<SslRequest> ssl_requests;
    std::vector<News> news;
    std::vector<Userid> xautologged;
    std::vector<Said> said;
    std::vector<Record> records;
    std::vector<std::string> informed, traced;
    ConnectionId at_client = 0;
    ClientSink client_sink{news, to_server};
    TcpipServer server;
    Stack client{StackOptions{}, RandomStream(seed_from_number(1), "client")};

    explicit Bench(ServerConfig c = config())
        : server(std::move(c), RandomStream(seed_from_number(1), "server")) {}

    CauseId record(Record what) override {
        records.push_back(std::move(what));
        return {};
    }
    void send_frame(InterfaceId, Buffer frame) override { to_client.push_back(std::move(frame)); }
    void notify(const Userid&, SocketNotice notice) override { notices.push_back(std::move(notice)); }
    void ssl(const Userid&, SslRequest request) override { ssl_requests.push_back(std::move(request)); }
    void xautolog(const Userid& userid, const SourceLocation&) override { xautologged.push_back(userid); }
    void console(Said what) override { said.push_back(std::move(what)); }
    void trace(std::string line) override { traced.push_back(std::move(line)); }
    void inform(const Userid& user, const Said& what) override {
        informed.push_back(user.str() + ": " + what.text);
    }
    void listening(const Endpoint&, bool) override {}

    void exchange() {
        while (!to_client.empty() || !to_server.empty()) {
            for (auto frames = std::exchange(to_server, {}); auto& frame : frames)
                server.receive_frames(0, {&frame, 1}, now, *this);
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
    void ssl_says(SslNotice what) {
        server.receive_ssl("SSL00001", std::move(what), now, *this);
        exchange();
    }
    void client_sends(std::string_view text) {
        client.send(at_client, Buffer::copy_of(text), now, client_sink);
        pass(milliseconds{100});
    }
    /// An accepted connection to FTPSERVE; the pool is ready.
    SocketId open(bool bytes_are_tls = false) {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        ssl_says(SslServerReady{});
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        ask(ListenRequest{21, {}, bytes_are_tls});
        at_client = client.connect({kServer, 21}, 0, now, client_sink).value();
        pass(seconds{1});
        for (const auto& notice : notices)
            if (const auto* accepted = std::get_if<Accepted>(&notice)) return accepted->socket;
        FAIL("the connection was not accepted");
        return 0;
    }
    /// As open(), and secured by SSL00001.
    SocketId open_secured() {
        const SocketId socket = open();
        ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
        ssl_says(SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
        return socket;
    }
    /// Requests of this kind to the SSL server, or notices of this kind to FTPSERVE.
    template <typename T>
    std::vector<T> heard() const {
        std::vector<T> found;
        const auto look = [&](const auto& all) {
            for (const auto& one : all)
                if (const auto* it = std::get_if<T>(&one)) found.push_back(*it);
        };
        if constexpr (std::is_constructible_v<SslRequest, T>) look(ssl_requests);
        else look(notices);
        return found;
    }
};

}  // namespace vmlab::stack::test
