// START-TLS, byte for byte, as s3270, openssl s_client and testssl need it; and what SECURECONNECTION
// decides.
#include <doctest/doctest.h>

#include "tests/services/telnet_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

TEST_CASE("START-TLS: DO alone, FOLLOWS alone, then TLS, then Telnet from the beginning") {
    Bench bench(config_with(SecureLevel::required));
    bench.connect();
    CHECK(bench.sent() == "FF FD 2E");

    bench.client_sends("FF FB 2E FF FA 2E 01 FF F0");
    const auto* ask = bench.requested<SecureRequest>();
    REQUIRE(ask);
    CHECK(ask->label == "TELCERT");
    CHECK(ask->role == TlsRole::server);
    CHECK_FALSE(ask->now);
    CHECK(bench.sent() == "");  // not before TCPIP is ready

    bench.hear(SecureReady{Bench::kSocket});
    CHECK(bench.sent() == "FF FA 2E 01 FF F0");
    CHECK(bench.secured_behind == "FF FA 2E 01 FF F0");

    bench.hear(Secured{Bench::kSocket, "TLS1.2", "RSA_AES_128_GCM_SHA256"});
    CHECK(bench.sent() == "FF FD 28");  // TN3270E, inside TLS only
}

TEST_CASE("START-TLS: the answer may come in pieces") {
    Bench bench(config_with(SecureLevel::preferred));
    bench.connect();
    CHECK(bench.sent() == "FF FD 2E");
    for (const char* piece : {"FF", "FB", "2E", "FF FA", "2E 01 FF"}) {
        bench.client_sends(piece);
        CHECK_FALSE(bench.requested<SecureRequest>());
    }
    bench.client_sends("F0");
    CHECK(bench.requested<SecureRequest>());
}

TEST_CASE("START-TLS: the options of the clear dialogue are forgotten inside TLS") {
    Bench bench(config_with(SecureLevel::allowed));
    bench.connect();
    CHECK(bench.sent() == "FF FD 28");
    bench.client_sends("FF FB 28 FF FB 2E");  // agrees to TN3270E, then wants TLS
    CHECK(bench.sent() == "FF FA 28 08 02 FF F0 | FF FD 2E");
    bench.client_sends("FF FA 2E 01 FF F0");
    bench.hear(SecureReady{Bench::kSocket});
    bench.hear(Secured{Bench::kSocket, "TLS1.3", "AES_128_GCM_SHA256"});
    CHECK(bench.sent() == "FF FA 2E 01 FF F0 | FF FD 28");
    bench.client_sends("FF FB 28");
    CHECK(bench.sent() == "FF FA 28 08 02 FF F0");
}

TEST_CASE("a statically secured port: TLS is up, START-TLS is neither offered nor accepted") {
    Bench bench(config_with(SecureLevel::required));
    bench.connect(true);
    CHECK(bench.sent() == "FF FD 28");
    bench.client_sends("FF FB 2E");
    CHECK(bench.sent() == "FF FE 2E");
    CHECK(bench.host.recorded("TLS is up already"));
}

TEST_CASE("SECURECONNECTION: what is offered, and what becomes of a client that will not") {
    struct Row {
        SecureLevel level;
        const char* opening;  // what the server sends first
        const char* to_wont;  // its reaction to WONT START-TLS
        bool wont_closes;
        const char* to_will;  // its reaction to WILL START-TLS, FOLLOWS and no SSL server
        bool no_server_closes;
    };
    const Row rows[] = {
        {SecureLevel::never, "FF FD 28", "", false, "FF FE 2E", false},
        {SecureLevel::allowed, "FF FD 28", "", false, "FF FD 2E | FF FE 2E | FF FD 28", false},
        {SecureLevel::preferred, "FF FD 2E", "FF FD 28", false, "FF FE 2E | FF FD 28", false},
        {SecureLevel::required, "FF FD 2E", "", true, "", true},
    };
    for (const Row& row : rows) {
        CAPTURE(name_of(row.level));
        {
            Bench bench(config_with(row.level));
            bench.connect();
            CHECK(bench.sent() == row.opening);
            bench.client_sends("FF FC 2E");
            CHECK(bench.sent() == row.to_wont);
            CHECK(bench.closing() == row.wont_closes);
            if (row.wont_closes)
                CHECK(bench.host.recorded("TLS is REQUIRED and the client has not asked for it"));
        }
        {
            Bench bench(config_with(row.level));
            bench.connect();
            bench.sent();
            bench.client_sends("FF FB 2E");
            if (row.level != SecureLevel::never) {
                bench.client_sends("FF FA 2E 01 FF F0");
                REQUIRE(bench.requested<SecureRequest>());
                bench.hear(SecureRefused{Bench::kSocket, TlsStatus::no_server, "no pool member is ready"});
                CHECK(bench.host.recorded("no SSL server is available: no pool member is ready"));
            }
            CHECK(bench.sent() == row.to_will);
            CHECK(bench.closing() == row.no_server_closes);
        }
    }
}

TEST_CASE("REQUIRED without TLSLABEL: said at the start, and every client is refused") {
    Bench bench(config_with(SecureLevel::required, ""));
    REQUIRE(bench.host.lines.size() == 1);
    CHECK(bench.host.lines[0] ==
          "DTCSTM903W SECURECONNECTION is REQUIRED, but there is no TLSLABEL: TLS is not available");
    bench.connect();
    bench.client_sends("FF FB 2E FF FA 2E 01 FF F0");
    CHECK_FALSE(bench.requested<SecureRequest>());
    CHECK(bench.closing());
    CHECK(bench.host.lines.back() ==
          "DTCSTM904W Connection 1004 from 9.60.60.4..1031 ended: TLS is REQUIRED, but the TLS label is not "
          "recognized");
}

TEST_CASE("implicit TLS on a negotiated port is the client's mistake, and is named") {
    for (const auto level : {SecureLevel::never, SecureLevel::allowed, SecureLevel::required}) {
        Bench bench(config_with(level));
        bench.connect();
        bench.sent();
        bench.client_sends("16 03 01 02 00 01 00 01 FC 03 03");
        CHECK(bench.sent() == "");
        CHECK(bench.closing());
        CHECK(bench.host.recorded("implicit-tls"));
    }
}

TEST_CASE("clear bytes behind FOLLOWS are injected: in the same segment, or before the handshake") {
    SUBCASE("same segment") {
        Bench bench(config_with(SecureLevel::required));
        bench.connect();
        bench.client_sends("FF FB 2E FF FA 2E 01 FF F0 FF FB 28");
        CHECK(bench.closing());
        CHECK(bench.host.recorded("command-injection"));
    }
    SUBCASE("a segment later") {
        Bench bench(config_with(SecureLevel::required));
        bench.connect();
        bench.client_sends("FF FB 2E FF FA 2E 01 FF F0");
        bench.client_sends("FF FB 28");
        CHECK(bench.closing());
        CHECK(bench.host.recorded("command-injection"));
    }
    SUBCASE("text between WILL and FOLLOWS") {
        Bench bench(config_with(SecureLevel::preferred));
        bench.connect();
        bench.client_sends("FF FB 2E 6C 6F 67 6F 6E");
        CHECK(bench.closing());
    }
}

TEST_CASE("FOLLOWS without WILL, and a malformed one, end the connection") {
    for (const char* bytes : {"FF FA 2E 01 FF F0", "FF FB 2E FF FA 2E 02 FF F0", "FF FB 2E FF FA 2E FF F0"}) {
        Bench bench(config_with(SecureLevel::required));
        bench.connect();
        bench.client_sends(bytes);
        CHECK(bench.closing());
        CHECK_FALSE(bench.requested<SecureRequest>());
        CHECK(bench.host.recorded("START-TLS subnegotiation is out of order or malformed"));
    }
}

TEST_CASE("a client that talks before it is secured is refused under REQUIRED") {
    Bench bench(config_with(SecureLevel::required));
    bench.connect();
    bench.client_types("logon tcpmaint\r\n");
    CHECK(bench.closing());
    CHECK(bench.host.recorded("TLS is REQUIRED and the client has not asked for it"));
    CHECK(bench.host.inputs.empty());
}

TEST_CASE("a failed handshake is recorded with its return code") {
    Bench bench(config_with(SecureLevel::required));
    bench.connect();
    bench.client_sends("FF FB 2E FF FA 2E 01 FF F0");
    bench.hear(SecureReady{Bench::kSocket});
    bench.hear(SecureFailed{Bench::kSocket, 402, "no cipher in common"});
    CHECK(bench.host.recorded("the TLS handshake failed: rc 402 no cipher in common"));
    CHECK(bench.closing());
}
