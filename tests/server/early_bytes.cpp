// Bytes that come before TLS is up: whose are they? (RFC 4217 section 10, RFC 3207 section 6.)
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

TEST_CASE("a port for TLS: what comes before SecureRequest waits for the SSL server, nobody else hears it") {
    Bench bench;
    const SocketId socket = bench.open(true);
    bench.client_sends("client");
    bench.client_sends("hello");
    CHECK(bench.heard<Received>().empty());
    CHECK(bench.ssl_requests.empty());
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    bench.client_sends(", and more");
    std::string order;
    for (const auto& request : bench.ssl_requests) {
        if (std::holds_alternative<SslOpen>(request)) order += "open ";
        if (const auto* wire = std::get_if<SslFromWire>(&request))
            for (const auto& part : wire->data) order += part.view();
    }
    CHECK(order == "open clienthello, and more");
    CHECK(bench.heard<Received>().empty());
    const auto queued = [&] {
        std::size_t bytes = 0;
        for (const auto& row : bench.server.snapshot().stack.connections) bytes += row.receive_queue;
        return bytes;
    };
    CHECK(queued() == order.size() - std::string_view("open ").size());  // another member may yet need them
    bench.ssl_says(SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
    CHECK(queued() == 0);
}

TEST_CASE("a port for TLS: what waits holds the window, so that a peer cannot fill memory") {
    Bench bench;
    (void)bench.open(true);
    bench.client_sends(std::string(1'000'000, 'x'));
    bench.pass(seconds{2});
    std::size_t waiting = 0;
    for (const auto& row : bench.server.snapshot().stack.connections) waiting += row.receive_queue;
    CHECK(waiting > 63 * 1024);
    CHECK(waiting <= 64 * 1024);
    CHECK(bench.heard<Received>().empty());
}

TEST_CASE(
    "an active connection for TLS: the peer's hello may come before SecureRequest, and belongs to TLS") {
    Bench bench;
    (void)bench.open();
    const auto listener = bench.client.listen(2000, {}).value();
    bench.news.clear();
    bench.ask(ConnectRequest{7, {kClient, 2000}, 0, true});
    bench.pass(milliseconds{100});
    for (const auto& news : bench.news)
        if (news.kind == News::Kind::accepted && news.listener == listener) bench.at_client = news.id;
    bench.client_sends("hello");
    CHECK(bench.heard<Received>().empty());
    REQUIRE(bench.heard<Connected>().size() == 1);
    const SocketId socket = bench.heard<Connected>()[0].socket;
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    CHECK(bench.heard<Received>().empty());
    REQUIRE(bench.heard<SslFromWire>().size() == 1);
    CHECK(bench.heard<SslFromWire>()[0].data.at(0).view() == "hello");
}

TEST_CASE("a FIN before the handshake is told to the SSL server when it gets the session") {
    Bench bench;
    const SocketId socket = bench.open(true);
    bench.client_sends("hello");
    bench.client.shutdown(bench.at_client, bench.now, bench.client_sink);
    bench.pass(milliseconds{100});
    CHECK(bench.heard<PeerClosed>().empty());
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    REQUIRE(bench.ssl_requests.size() == 3);
    CHECK(std::holds_alternative<SslOpen>(bench.ssl_requests[0]));
    CHECK(std::holds_alternative<SslFromWire>(bench.ssl_requests[1]));
    CHECK(std::get<SslWireClosed>(bench.ssl_requests[2]).orderly);
}

TEST_CASE("a FIN between the request for TLS and our reply is told to the SSL server too") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT"});
    bench.client.shutdown(bench.at_client, bench.now, bench.client_sink);
    bench.pass(milliseconds{100});
    CHECK(bench.heard<PeerClosed>().size() == 1);
    bench.ask(SendRequest{socket, Buffer::copy_of("234 go on"), true});
    bench.pass(milliseconds{100});
    CHECK(bench.heard<SslOpen>().size() == 1);
    CHECK(bench.heard<SslWireClosed>().size() == 1);
}

TEST_CASE("bytes in clear between the request for TLS and our reply are injection: RST") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT"});
    bench.client_sends("NOOP");
    CHECK(bench.heard<Received>().empty());
    REQUIRE(bench.heard<Closed>().size() == 1);
    CHECK(bench.heard<Closed>()[0].reason == CloseReason::refused);
    CHECK(bench.client.snapshot().connections.empty());
    CHECK(bench.server.snapshot().secure_sessions == 0);
}
