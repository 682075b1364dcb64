// The small servers on static ports: silent TLSECHO, and the responder in the place of SMAPI.
#include "services/echo/smapi_responder.hpp"
#include "services/echo/tls_echo.hpp"
#include "tests/services/dialogue.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

template <typename Server>
struct OnPort {
    Server server;
    Dialogue play;
    explicit OnPort(const Userid& userid)
        : server(SmallConfig{{9443, in_file("PROFILE", "TCPIP", 3)}}, system_facts(userid)), play(server) {
        play.client = 99;  // requests are shown whole
        play.play(R"(
            - listen 9443
            + listening 9443
        )"
                  "console DTCECH901I " +
                  userid.str() + R"( listens on port 9443
            + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..9443 secured
        )");
    }
};
struct Echo : OnPort<TlsEchoServer> {
    Echo() : OnPort("TLSECHO") {}
};
struct Smapi : OnPort<SmapiResponder> {
    Smapi() : OnPort("VSMREQIN") {}
    void request(std::string bytes) { play.notice(Received{1, Buffer::copy_of(bytes)}); }
};

constexpr char kQuery[] = "\0\0\0\x14\0\0\0\x0cImage_Query_\0\0\0\0";

}  // namespace

TEST_CASE_FIXTURE(Echo, "bytes come back, and the client's close ends it after the last of them") {
    play.play(R"(
        + received 1 hello
        - send 1 hello
        + received 1 GET / is data now
        - send 1 GET / is data now
        + peer-closed 1
        - close 1
    )");
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Echo, "a request of HTTP is answered with a page, in however many pieces it comes") {
    play.collect = true;
    play.play(R"(
        + received 1 G
        + received 1 ET /x HTTP/1.1\r\nHost: a\r\n
    )");
    CHECK(play.collected.empty());
    play.play(R"(
        + received 1 \r\n
        - close 1
    )");
    CHECK(play.collected ==
          "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Length: 98\r\n"
          "Connection: close\r\n\r\nTLSECHO at gdlvm7.example.com\nclient 9.60.60.100..40000\n"
          "connection secure\nrequest GET /x HTTP/1.1\n");
}

TEST_CASE_FIXTURE(Echo, "what only began like HTTP is echoed at the client's close") {
    play.play(R"(
        + received 1 GE
        + peer-closed 1
        - send 1 GE
        - close 1
    )");
}

TEST_CASE_FIXTURE(Echo, "credit bounds what is under way; a client that never reads is aborted") {
    play.collect = true;
    const Buffer block = Buffer::copy_of(std::string(100000, 'z'));
    for (int i = 0; i < 5; ++i) play.notice(Received{1, block});
    CHECK(play.collected.size() == kSendCredit);
    play.notice(SendCredit{1, kSendCredit});
    CHECK(play.collected.size() == 500000);
    for (int i = 0; i < 50; ++i) play.notice(Received{1, block});
    play.play("- abort 1");
    CHECK(play.recorded(RecordKind::close, "does not read what is echoed"));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Echo, "an idle connection and an endless request end") {
    play.notice(Received{1, Buffer::copy_of("GET /" + std::string(70000, 'a'))});
    play.play("- abort 1");
    CHECK(play.recorded(RecordKind::close, "an HTTP request without end"));
    play.play(R"(
        + accepted 2 from 9.60.60.100..40001 to 9.60.60.3..9443 secured
        wait 300
        - abort 2
    )");
}

TEST_CASE_FIXTURE(Smapi, "every function is answered: not here") {
    play.collect = true;
    const std::string query(kQuery, sizeof kQuery - 1);
    request(query.substr(0, 7));
    CHECK(play.collected.empty());
    request(query.substr(7) + query);
    const std::string first("\0\0\1\1\0\0\0\x0c\0\0\1\1\0\0\3\x84\0\0\0\0", 20);
    const std::string second("\0\0\1\2\0\0\0\x0c\0\0\1\2\0\0\3\x84\0\0\0\0", 20);
    CHECK(play.collected == first + second);
    CHECK(play.recorded(RecordKind::refusal, "Image_Query_ is not simulated"));
}

TEST_CASE_FIXTURE(Smapi, "garbage is not waited for") {
    request(std::string("\x16\x03\x01\x02", 4));
    play.play("- abort 1");
    CHECK(play.recorded(RecordKind::close, "beyond every bound"));
    play.play("+ accepted 2 from 9.60.60.100..40001 to 9.60.60.3..9443 secured");
    play.notice(Received{2, Buffer::copy_of(std::string("\0\0\0\x04\0\0\0\x09", 8))});
    play.play("- abort 2");
    CHECK(play.recorded(RecordKind::close, "does not begin with a function name"));
}
