// SendCredit: the application's bytes that the peer's TCP has acknowledged, whatever was added around them.
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

std::size_t credit_of(const Bench& bench) {
    std::size_t all = 0;
    for (const auto& credit : bench.heard<SendCredit>()) all += credit.bytes;
    return all;
}

Buffer bytes(std::size_t count) { return Buffer::copy_of(std::string(count, 'x')); }

}  // namespace

TEST_CASE("under TLS acknowledged ciphertext is credited as the plaintext that it completes") {
    Bench bench;
    const SocketId socket = bench.open_secured();
    bench.ask(SendRequest{socket, bytes(300), false});
    bench.ssl_says(SslToWire{socket, bytes(51), 0});  // a session ticket
    bench.pass(seconds{1});
    CHECK(credit_of(bench) == 0);
    bench.ssl_says(SslToWire{socket, bytes(129), 100});
    bench.pass(seconds{1});
    CHECK(credit_of(bench) == 100);
    bench.ssl_says(SslToWire{socket, bytes(500), 0});  // the first part of a record
    bench.pass(seconds{1});
    CHECK(credit_of(bench) == 100);
    bench.ssl_says(SslToWire{socket, bytes(29), 200});
    bench.pass(seconds{1});
    CHECK(credit_of(bench) == 300);
}

TEST_CASE("in clear every acknowledged byte is credited; the reply before TLS comes first") {
    Bench bench;
    const SocketId socket = bench.open();
    bench.ask(SendRequest{socket, bytes(20), false});
    bench.ask(SecureRequest{socket, TlsRole::server, "FTPCERT"});
    bench.ask(SendRequest{socket, bytes(5), true});
    bench.ssl_says(SslToWire{socket, bytes(1000), 0});
    bench.ssl_says(SslEstablished{socket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
    bench.ask(SendRequest{socket, bytes(70), false});
    bench.ssl_says(SslToWire{socket, bytes(99), 70});
    bench.pass(seconds{2});
    CHECK(credit_of(bench) == 95);
}
