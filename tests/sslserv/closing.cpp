// How sessions end: each half by itself, cut short, broken.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

struct Open {
    Line line;
    Client client{client_settings()};
    Open() {
        line.connect(client);
        REQUIRE(client.up.has_value());
    }
    void member_sends(std::string_view text) {
        line.member.receive(SslFromApplication{1, Buffer::copy_of(text)}, kNow, line.ear);
        line.pump(client);
    }
    void client_sends(std::string_view text) {
        client.session->write(Buffer::copy_of(text), kNow, client);
        line.pump(client);
    }
    void member_shuts() {
        line.member.receive(SslShutdown{1}, kNow, line.ear);
        line.pump(client);
    }
    void client_shuts() {
        client.session->shutdown(kNow, client);
        line.pump(client);
    }
    void wire_closes(bool orderly = true) { line.member.receive(SslWireClosed{1, orderly}, kNow, line.ear); }
};

}  // namespace

TEST_CASE("the client closes first; the application may still send, then the session is done") {
    Open s;
    s.client_shuts();
    CHECK(s.line.last<SslPeerClosed>() != nullptr);
    CHECK(s.line.last<SslDone>() == nullptr);
    s.member_sends("226 bytes behind the close");
    CHECK(s.client.received == "226 bytes behind the close");
    s.member_shuts();
    CHECK(s.client.closed_by_peer);
    REQUIRE(s.line.last<SslDone>() != nullptr);
    CHECK_FALSE(s.line.last<SslDone>()->truncated);
    CHECK(s.line.member.snapshot().sessions.empty());
}

TEST_CASE("an orderly FIN behind the client's close_notify leaves the application's half open") {
    Open s;
    s.client_shuts();
    s.wire_closes();
    CHECK(s.line.last<SslDone>() == nullptr);
    s.member_sends("still here");
    CHECK(s.client.received == "still here");
    s.member_shuts();
    CHECK(s.line.last<SslDone>() != nullptr);
}

TEST_CASE("the application closes first; what the client still sends is delivered") {
    Open s;
    s.member_shuts();
    CHECK(s.client.closed_by_peer);
    CHECK(s.line.last<SslDone>() == nullptr);
    s.client_sends("late words");
    CHECK(s.line.application == "late words");
    s.client_shuts();
    REQUIRE(s.line.last<SslDone>() != nullptr);
    CHECK_FALSE(s.line.last<SslDone>()->truncated);
}

TEST_CASE("FIN without close_notify is a truncation; behind our own close_notify it is not") {
    Open cut;
    cut.client_sends("half a fi");
    cut.wire_closes();
    REQUIRE(cut.line.last<SslDone>() != nullptr);
    CHECK(cut.line.last<SslDone>()->truncated);
    CHECK(cut.line.application == "half a fi");

    Open answered;
    answered.member_shuts();
    answered.wire_closes();
    REQUIRE(answered.line.last<SslDone>() != nullptr);
    CHECK_FALSE(answered.line.last<SslDone>()->truncated);
}

TEST_CASE("a reset behind the client's close_notify ends the session at once") {
    Open s;
    s.client_shuts();
    s.wire_closes(false);
    REQUIRE(s.line.last<SslDone>() != nullptr);
    CHECK_FALSE(s.line.last<SslDone>()->truncated);
}

TEST_CASE("a record that was changed on the way breaks the session: 411, alert bad_record_mac") {
    Open s;
    s.client.session->write(Buffer::copy_of(std::string_view("precious")), kNow, s.client);
    std::string record(s.client.to_wire.at(0).view());
    record.back() = char(record.back() ^ 1);
    s.client.to_wire.clear();
    s.line.to_member(record);
    s.line.pump(s.client);
    REQUIRE(s.line.last<SslFailed>() != nullptr);
    CHECK(s.line.last<SslFailed>()->code == 411);
    CHECK(s.line.ear.said("DTCSSL909E Session 1 failed rc: 411"));
    CHECK(s.line.member.snapshot().failed_handshakes == 0);
    CHECK(s.line.application.empty());
    REQUIRE(s.client.broken.has_value());
    CHECK(s.client.broken->alert_received == 20);
}

TEST_CASE("bytes behind the client's close_notify are dropped by name") {
    Open s;
    s.client_shuts();
    s.line.to_member("more");
    CHECK(s.line.ear.recorded("after close_notify: 4 bytes"));
}

TEST_CASE("a shutdown during the handshake waits for it") {
    Line line;
    Client client(client_settings());
    line.open();
    line.member.receive(SslFromApplication{1, Buffer::copy_of(std::string_view("early"))}, kNow, line.ear);
    line.member.receive(SslShutdown{1}, kNow, line.ear);
    client.session->start(kNow, client);
    line.pump(client);
    CHECK(client.received == "early");
    CHECK(client.closed_by_peer);
}

TEST_CASE("renegotiation asked for by hand ends the session with an answer") {
    Open s;
    // A plaintext ClientHello inside an encrypted session is not even a record that decrypts.
    s.line.to_member(std::string("\x16\x03\x03\x00\x04\x01\x00\x00\x00", 9));
    REQUIRE(s.line.last<SslFailed>() != nullptr);
    CHECK(s.line.member.snapshot().sessions.empty());
}
