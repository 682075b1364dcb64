// Members of the pool that are not as the others, or cannot begin: what the stack does with them.
#include "stack/server/ssl_pool.hpp"
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

ServerConfig two_members() {
    auto config = Bench::config();
    config.ssl.members = {"SSL00001", "SSL00002"};
    return config;
}

void says(Bench& bench, Userid member, SslNotice what) {
    bench.server.receive_ssl(member, std::move(what), bench.now, bench);
    bench.exchange();
}

bool said(const Bench& bench, std::string_view text) {
    for (const auto& line : bench.said)
        if (line.text.find(text) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("a member with other parameters is not taken while one with the first ones is there") {
    SslPool pool(two_members().ssl);
    CHECK_FALSE(pool.take("SSL00001", "KEYFILE /a"));
    CHECK(pool.take("SSL00002", "KEYFILE /b") == Userid("SSL00001"));
    CHECK(pool.state_of("SSL00002") == MemberState::down);
    pool.set_state("SSL00001", MemberState::quiescing);
    CHECK(pool.take("SSL00002", "KEYFILE /b") == Userid("SSL00001"));
    pool.set_state("SSL00001", MemberState::down);
    CHECK_FALSE(pool.take("SSL00002", "KEYFILE /b"));
    CHECK(pool.take("SSL00001", "KEYFILE /a") == Userid("SSL00002"));
}

TEST_CASE("it hears why, and the stack says so") {
    Bench bench(two_members());
    bench.server.start(bench.now, bench);
    const SourceLocation parms{{"GDLRCT2", "DTCPARMS", {'D', '1'}}, 21, 17};
    says(bench, "SSL00001", SslServerReady{"KEYFILE /a", {}});
    says(bench, "SSL00002", SslServerReady{"KEYFILE /b", parms});
    CHECK(
        said(bench, "DTCIPI912E SSL server SSL00002 is not taken: its parameters are not those of SSL00001"));
    const auto rejected = bench.heard<SslRejected>();
    REQUIRE(rejected.size() == 1);
    CHECK(rejected[0].rests_on == std::vector{parms});
}

TEST_CASE("a server that may not use the stack is no server of it") {
    auto config = two_members();
    config.restricted = {{"SSL00002", {}}};
    Bench bench(config);
    bench.server.start(bench.now, bench);
    says(bench, "SSL00002", SslServerReady{});
    CHECK(bench.heard<SslRejected>().size() == 1);
    CHECK(said(bench, "SSL00002 is in the RESTRICT list"));
}

TEST_CASE("a member that is quiescing keeps its sessions and gets no new ones") {
    SslPool pool(two_members().ssl);
    (void)pool.take("SSL00001", "");
    (void)pool.take("SSL00002", "");
    CHECK(pool.choose().member == Userid("SSL00001"));
    pool.set_state("SSL00001", MemberState::quiescing);
    for (int i = 0; i < 3; ++i) CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.sessions() == 4);
}

TEST_CASE("a member that cannot begin: the next one gets the session, with all that came from the wire") {
    Bench bench(two_members());
    const SocketId socket = bench.open(true);
    says(bench, "SSL00002", SslServerReady{});
    bench.client_sends("hello, ");
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    bench.client_sends("server");
    bench.ssl_requests.clear();
    says(bench, "SSL00001", SslFailed{socket, 4, "Insufficient storage", true});
    REQUIRE(bench.heard<SslOpen>().size() == 1);
    std::string bytes;
    for (const auto& wire : bench.heard<SslFromWire>())
        for (const auto& part : wire.data) bytes += part.view();
    CHECK(bytes == "hello, server");
    CHECK(bench.heard<SecureFailed>().empty());
    // Once it is at work, no other one is asked.
    says(bench, "SSL00002", SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
    CHECK(bench.heard<Secured>().size() == 1);
    CHECK(bench.server.snapshot().sockets.back().ssl_server == Userid("SSL00002"));
}

TEST_CASE("when none can begin, the handshake has failed") {
    Bench bench(two_members());
    const SocketId socket = bench.open();
    says(bench, "SSL00002", SslServerReady{});
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT", ClientCertCheck::none, true});
    says(bench, "SSL00001", SslFailed{socket, 5, "Handle state is not valid", true});
    says(bench, "SSL00002", SslFailed{socket, 5, "Handle state is not valid", true});
    CHECK(bench.heard<SslOpen>().size() == 2);
    CHECK(bench.heard<SecureFailed>().size() == 1);
    CHECK(bench.server.snapshot().secure_sessions == 0);
}
