// What closes in the middle of things: no dangling conduit, no session left behind at an SSL server.
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

TEST_CASE("a service that closes between its request for TLS and its reply") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT"});
    bench.ask(CloseRequest{socket});
    bench.pass(seconds{1});
    CHECK(bench.server.snapshot().secure_sessions == 0);
    CHECK(bench.heard<SslDrop>().empty());  // no session was opened yet
}

TEST_CASE("a peer that never sends close_notify: the SSL server's session is dropped with the connection") {
    Bench bench;
    const SocketId socket = bench.open_secured();
    CHECK(bench.server.snapshot().secure_sessions == 1);
    bench.ask(CloseRequest{socket});
    bench.pass(minutes{2});
    CHECK(bench.server.snapshot().secure_sessions == 0);
    CHECK(bench.heard<SslDrop>().size() == 1);
}

TEST_CASE(
    "what the SSL server says after our FIN reaches nobody: the peer answered close_notify with nonsense") {
    for (const bool and_closes : {false, true}) {
        CAPTURE(and_closes);
        Bench bench;
        const SocketId socket = bench.open_secured();
        bench.ask(ShutdownRequest{socket});
        if (and_closes) bench.ask(CloseRequest{socket});
        bench.pass(kCloseNotifyWait + seconds{1});  // FIN went out without the peer's close_notify
        bench.client_sends("nonsense");
        bench.ssl_says(SslToWire{socket, Buffer::copy_of("an alert")});
        bench.ssl_says(SslFailed{socket, 410, "message format"});
        bench.pass(minutes{2});
        CHECK(bench.server.snapshot().secure_sessions == 0);
        CHECK(bench.heard<Closed>().size() == 1);
    }
}

TEST_CASE("a session that breaks after the handshake is closed as broken; its handshake did not fail") {
    Bench bench;
    const SocketId socket = bench.open_secured();
    bench.ssl_says(SslFailed{socket, 410, "message format"});
    CHECK(bench.heard<SecureFailed>().empty());
    REQUIRE(bench.heard<Closed>().size() == 1);
    CHECK(bench.heard<Closed>()[0].reason == CloseReason::tls_failed);
    CHECK(bench.heard<Closed>()[0].why == "the TLS session broke, rc 410: message format");
}

TEST_CASE("a frame for an adapter that no link uses is dropped by name") {
    Bench bench;
    bench.server.start(bench.now, bench);
    Buffer frame = Buffer::copy_of("a frame of somebody's");
    bench.server.receive_frames(1, {&frame, 1}, bench.now, bench);
    CHECK(bench.server.snapshot().stack.drops[std::size_t(DropReason::interface_down)] == 1);
}

TEST_CASE("#CP EXT: everybody hears of it, the stack stays half a minute, a second one does not wait") {
    Bench bench;
    (void)bench.open();
    bench.said.clear();
    CHECK(bench.server.begin_shutdown(bench.now, bench));
    std::string console;
    for (const auto& said : bench.said) console += said.text + "\n";
    CHECK(console ==
          "DTCSHU004E\n"
          "DTCSHU009E 1 active client, with 2 connections in use.\n"
          "DTCSHU010E I will delay shutting down for 30 seconds, so that\n"
          "DTCSHU011E RSTs and shutdown notifications may be delivered.\n"
          "DTCSHU012E If you wish to shutdown immediately, without warning,\n"
          "DTCSHU013E type #CP EXT again.\n");
    bench.exchange();
    CHECK(bench.client.snapshot().connections.empty());
    REQUIRE(bench.heard<Closed>().size() == 1);
    CHECK(bench.heard<Closed>()[0].why == "TCPIP is being shut down");
    CHECK_FALSE(bench.server.shutdown_over(bench.now + seconds{29}));
    CHECK(bench.server.shutdown_over(bench.now + seconds{30}));
    CHECK(bench.server.next_deadline() <= bench.now + seconds{30});
    CHECK_FALSE(bench.server.begin_shutdown(bench.now, bench));
}

TEST_CASE("#CP EXT of a stack that nobody uses ends at once") {
    Bench bench;
    bench.server.start(bench.now, bench);
    CHECK_FALSE(bench.server.begin_shutdown(bench.now, bench));
}
