// What keeps an FTP server alive: idle sessions, garbage, endless lines, clients that do not read, too many
// of them.
#include "tests/services/ftp_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

struct Open : FtpBench {
    static FtpConfig config_of() {
        FtpConfig config;
        config.max_sessions = 3;
        config.inactive = {seconds{300}, in_file("SRVRFTP", "CONFIG", 2)};
        return config;
    }
    Open() : FtpBench(config_of()) {}
};

}  // namespace

TEST_CASE_FIXTURE(Open, "INACTIVE: every command starts the time anew") {
    play.play(R"(
        wait 299
        > NOOP
        < 200 OK
        wait 299
        wait 1
        < 421 Connection closed: idle for more than 300 seconds
        - close 1
    )");
    CHECK(play.records.back().rests_on.at(0).line == 2);
    CHECK(server.session_count() == 0);
    CHECK_FALSE(server.next_deadline());
}

TEST_CASE_FIXTURE(Open, "one megabyte without a line end") {
    for (int i = 0; i < 16; ++i) play.client_sends(std::string(1 << 16, 'A'));
    play.play(R"(
        < 500 Command line too long; connection closed
        - shutdown 1
        > QUIT # still on its way: heard by nobody, and no reset that takes the reply with it
        + peer-closed 1
        - close 1
    )");
    CHECK(play.recorded(RecordKind::refusal, "no line end within 2048 bytes"));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Open, "garbage is answered without being repeated") {
    play.client_sends(std::string("\x16\x03\x01\x00\xa5\x01\x00\x00\n", 9));
    play.client_sends(std::string("\0\r\n", 3));
    play.client_sends("\x1b[2J\x1b[H evil\r\n\r\n");
    play.play(
        "< 500 Unrecognized command: ????????\n< 500 Unrecognized command: ?\n"
        "< 500 Unrecognized command: ?[2J?[H\n< 500 Unrecognized command: (none)");
}

TEST_CASE_FIXTURE(Open, "more sessions than the bound") {
    arrive(2);
    arrive(3);
    play.client = 4;
    play.play(R"(
        + accepted 4 from 9.60.60.100..40004 to 9.60.60.3..21
        < 421 Too many sessions; try again later
        - close 4
    )");
    CHECK(play.recorded(RecordKind::refusal, "3 sessions are open"));
    CHECK(server.session_count() == 3);
}

TEST_CASE_FIXTURE(Open, "ten thousand bad clients leave nothing behind") {
    for (SocketId socket = 10; socket < 10010; ++socket) {
        arrive(socket);
        switch (socket % 4) {
            case 0: play.client_sends("USER \xff\xfd\x01\r\nPASS\r\nPORT 1\r\nQUIT\r\n"); break;
            case 1:
                play.client_sends(std::string(5000, 'x'));
                play.notice(PeerClosed{socket});
                break;
            case 2: play.notice(Closed{socket, CloseReason::reset, ""}); break;
            case 3:
                play.client_sends("AUTH TLS\r\nABOR\r\n");
                play.notice(PeerClosed{socket});
                break;
        }
        play.done.clear();
        play.records.clear();
        REQUIRE(server.session_count() == 1);
    }
}

TEST_CASE_FIXTURE(Open, "a client that sends commands and never reads the replies") {
    // No credit comes back: what TCPIP does not take waits, and that has a bound.
    FtpServer deaf_server(config_of(), system_facts("FTPSERVE"));
    Dialogue deaf(deaf_server);
    deaf.client = 99;
    deaf.collect = true;
    deaf.notice(Listening{21});
    deaf.notice(Accepted{1, 21, {kServer, 21}, {kClient, 40000}});
    std::string helps;
    for (int i = 0; i < 100; ++i) helps += "HELP\r\n";
    for (int i = 0; i < 100 && deaf_server.session_count() == 1; ++i)
        deaf.notice(Received{1, Buffer::copy_of(helps)});
    CHECK(deaf_server.session_count() == 0);
    CHECK(deaf.collected.size() <= kSendCredit);
    CHECK(deaf.recorded(RecordKind::close, "does not read its replies"));
    CHECK(deaf.done.back() == "- abort 1");
}

TEST_CASE_FIXTURE(Open, "a flood of commands during a transfer") {
    play.client_sends("USER tcpmaint\r\nPASS secret\r\nPASV\r\n");
    play.notice(Listening{49152});
    play.client_sends("STOR a.file\r\n");
    play.done.clear();
    std::string flood;
    for (int i = 0; i < 100; ++i) flood += "NOOP\r\n";
    play.client_sends(flood);
    play.play("- abort 1\n- unlisten 49152");
    CHECK(play.recorded(RecordKind::close, "more than 64 commands"));
}

TEST_CASE_FIXTURE(Open, "SMSG: only authorized users; settings, sessions, the end") {
    play.play(R"(
        > USER tcpmaint
        < 331 Send password please.
        > PASS secret
        < 230 TCPMAINT logged in; working directory = TCPMAINT 191
        say MAINT QUERY SECURE
        console 10:11:12 DTCFTS906W SMSG command from MAINT refused: not authorized
        answer MAINT You are not authorized to issue this command
        say TCPMAINT QUERY SECURE
        answer TCPMAINT SECURECONTROL is NEVER  SECUREDATA is NEVER  TLSLABEL is not set
        say TCPMAINT SECURE CONTROL REQUIRED
        console 10:11:12 DTCFTS905I SECURECONTROL set to REQUIRED by TCPMAINT
        answer TCPMAINT SECURECONTROL set to REQUIRED
        console 10:11:12 DTCFTS903W SECURECONTROL is REQUIRED, but there is no TLSLABEL statement: TLS is not available
        > PWD # the session that stands goes on
        < 257 "TCPMAINT.191" is working directory
        > USER maint
        < 534 Server requires authentication before USER command
        say TCPMAINT TLSLABEL ftpcert
        - ask for label FTPCERT
        + label FTPCERT ready
        console 10:11:12 DTCFTS905I TLSLABEL set to FTPCERT by TCPMAINT
        answer TCPMAINT TLSLABEL set to FTPCERT
        say TCPMAINT TLSLABEL NOTTHERE
        - ask for label NOTTHERE
        + label NOTTHERE unknown
        console 10:11:12 DTCFTS8467E Error verifying TLS label NOTTHERE: Label is not recognized
        answer TCPMAINT TLSLABEL is unchanged: the TLS label is not recognized
        say TCPMAINT query secure
        answer TCPMAINT SECURECONTROL is REQUIRED  SECUREDATA is NEVER  TLSLABEL is FTPCERT
        say TCPMAINT SECURE DATA SOMETIMES
        answer TCPMAINT SECURE wants CONTROL or DATA, and REQUIRED, ALLOWED or NEVER
        say TCPMAINT QUERY
        answer TCPMAINT 1 session
        answer TCPMAINT     1 TCPMAINT 9.60.60.100..40000     CLEAR  TCPMAINT.191
        say TCPMAINT TRACE ALL
        answer TCPMAINT TRACE is not simulated
        say TCPMAINT DANCE
        answer TCPMAINT Unknown command: DANCE; HELP lists the commands
        say TCPMAINT DROP TCPMAINT
        < 421 Connection closed by the operator
        - close 1
        answer TCPMAINT 1 session closed
        say TCPMAINT SHUTDOWN
        console 10:11:12 DTCFTS907I FTPSERVE ends at the request of TCPMAINT
        - unlisten 21
        end 0
        say TCPMAINT QUERY # nobody hears it
    )");
}

TEST_CASE_FIXTURE(Open, "a flood of ABOR while a port is being opened") {
    play.client_sends("USER tcpmaint\r\nPASS secret\r\nPASV\r\n");
    play.done.clear();
    std::string flood;
    for (int i = 0; i < 100; ++i) flood += "ABOR\r\n";
    play.client_sends(flood);
    play.play("- abort 1\n- unlisten 49152");
    CHECK(play.recorded(RecordKind::close, "more than 64 commands"));
}

TEST_CASE_FIXTURE(Open, "Telnet commands in a line vanish, a doubled IAC is one byte") {
    play.client_sends("NO\xff\xfd\x01OP\r\n");
    play.client_sends("X\xff\xffY\r\n");
    play.play("< 200 OK\n< 500 Unrecognized command: X?Y");
}

TEST_CASE_FIXTURE(Open, "SMSG: two operators ask for labels at once, and each hears of his own") {
    play.play(R"(
        say TCPMAINT TLSLABEL FIRST
        - ask for label FIRST
        say OPERATOR TLSLABEL SECOND
        - ask for label SECOND
        + label FIRST ready
        console 10:11:12 DTCFTS905I TLSLABEL set to FIRST by TCPMAINT
        answer TCPMAINT TLSLABEL set to FIRST
        + label SECOND unknown
        console 10:11:12 DTCFTS8467E Error verifying TLS label SECOND: Label is not recognized
        answer OPERATOR TLSLABEL is unchanged: the TLS label is not recognized
    )");
}

TEST_CASE_FIXTURE(Open, "SMSG: DROP names whom it drops; CLOSECON alone is everybody") {
    play.play(R"(
        say TCPMAINT DROP
        answer TCPMAINT DROP wants a userid or a connection
        > NOOP
        < 200 OK
        say TCPMAINT CLOSECON
        < 421 Connection closed by the operator
        - close 1
        answer TCPMAINT 1 session closed
    )");
}
