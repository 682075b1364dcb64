// The course of FTP transfers: active and passive, large, broken, slow, refused; and that nothing is cut off.
#include "tests/services/ftp_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

struct LoggedIn : FtpBench {
    static FtpConfig config_of() {
        FtpConfig config;
        config.passive_ports = {{50100, 50102}, in_file("SRVRFTP", "CONFIG", 8)};
        config.max_file_bytes = 1000;
        return config;
    }
    explicit LoggedIn(FtpConfig config = config_of(), SystemFacts system = system_facts("FTPSERVE"))
        : FtpBench(std::move(config), std::move(system)) {
        play.disk.places["TCPMAINT.191"]["A.FILE"] = {"0123456789", 0, play.now};
        use_binary();
    }
    void use_binary() {
        play.client_sends("USER tcpmaint\r\nPASS secret\r\nTYPE I\r\n");
        CHECK(play.done.back() == "< 200 Representation type is Image");
        play.done.clear();
    }
    void another(SocketId socket) {
        arrive(socket);
        use_binary();
    }
    void passive() {
        play.play(R"(
            > PASV
            - listen 50100
            + listening 50100
            < 227 Entering Passive Mode (9,60,60,3,195,180)
            + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
            - unlisten 50100
        )");
    }
    std::string& file(const std::string& name) { return play.disk.places["TCPMAINT.191"][name].bytes; }
    bool has(const std::string& name) { return play.disk.places["TCPMAINT.191"].contains(name); }
};

struct Large : LoggedIn {
    static FtpConfig config_of() {
        FtpConfig config = LoggedIn::config_of();
        config.max_file_bytes = 100u << 20;
        return config;
    }
    Large() : LoggedIn(config_of()) {}
};

SystemFacts translated() {
    SystemFacts system = system_facts("FTPSERVE");
    system.masquerades = {{kClient, Ipv4Address::of(127, 0, 0, 1)}};
    return system;
}

/// Bytes that tell where they are.
std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = char(i * 2654435761u >> 13);
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(LoggedIn, "active mode: from port 20 to the client's port") {
    play.play(R"(
        > PORT 9,60,60,100,19,137
        < 200 Port request OK.
        > RETR a.file
        < 150 Sending file 'a.file'
        - connect 1 to 9.60.60.100..5001 from 20
        + connected 7 1
        - send 7 0123456789
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
        > EPRT |1|9.60.60.100|5002|
        < 200 Port request OK.
        > RETR a.file
        < 150 Sending file 'a.file'
        - connect 2 to 9.60.60.100..5002 from 20
        + connect-failed 2 refused
        < 425 Cannot open data connection: refused
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "no bounce: data connections go to the client alone, and to no low port") {
    play.play(R"(
        > PORT 9,60,60,99,19,137
        < 504 The address: not supported
        > PORT 9,60,60,100,0,25
        < 504 The port: not supported
        > EPRT |1|9.60.60.99|5001|
        < 504 The address: not supported
        > EPRT |2|::1|5001|
        < 522 Network protocol not supported, use (1)
        > EPRT nonsense
        < 501 EPRT: the operand is missing or not valid
        > PORT 1,2,3
        < 501 PORT: the operand is missing or not valid
        > PORT 256,1,1,1,1,1
        < 501 PORT: the operand is missing or not valid
        > EPSV 2
        < 522 Network protocol not supported, use (1)
        > EPSV ALL
        < 200 EPSV ALL accepted
        > PORT 9,60,60,100,19,137
        < 503 Bad sequence of commands: EPSV ALL was given
        > PASV
        < 503 Bad sequence of commands: EPSV ALL was given
    )");
    CHECK(play.recorded(RecordKind::refusal, "not to 9.60.60.99..5001"));
    CHECK(play.recorded(RecordKind::refusal, "no port below 1024"));
}

TEST_CASE("a client that came by IPv6 has data connections of IPv6: EPSV and EPRT, not PASV (RFC 2428)") {
    FtpServer server(LoggedIn::config_of(), system_facts("FTPSERVE"));
    Dialogue play(server);
    play.disk.places["TCPMAINT.191"]["A.FILE"].bytes = "0123456789";
    play.notice(
        Accepted{1, 21, {*IpAddress::parse("2001:db8::3"), 21}, {*IpAddress::parse("2001:db8::64"), 40000}});
    play.client_sends("USER tcpmaint\r\nPASS secret\r\nTYPE I\r\n");
    play.done.clear();
    play.play(R"(
        > PASV
        < 425 Cannot open data connection: use EPSV
        > EPSV 1
        < 522 Network protocol not supported, use (2)
        > EPRT |1|9.60.60.100|5001|
        < 522 Network protocol not supported, use (2)
        > EPRT |2|9.60.60.100|5001|
        < 501 EPRT: the operand is missing or not valid
        > EPRT |2|2001:db8::99|5001|
        < 504 The address: not supported
        > EPSV 2
        - listen 50100
        + listening 50100
        < 229 Entering Extended Passive Mode (|||50100|)
        > EPRT |2|2001:db8::64|5001|
        - unlisten 50100
        < 200 Port request OK.
        > RETR a.file
        < 150 Sending file 'a.file'
        - connect 1 to 2001:db8::64..5001 from 20
        + connected 7 1
        - send 7 0123456789
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "a stranger on the passive port is refused, and the port goes on waiting") {
    play.play(R"(
        > PASV
        - listen 50100
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        + accepted 8 from 9.60.60.66..1111 to 9.60.60.3..50100
        - abort 8
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
        - unlisten 50100
        + accepted 9 from 9.60.60.100..40002 to 9.60.60.3..50100 # one connection only
        - abort 9
    )");
    CHECK(play.recorded(
        RecordKind::refusal,
        "connection from 9.60.60.66..1111 refused, the session's client is 9.60.60.100..40000"));
    CHECK(play.recorded(RecordKind::refusal, "no session waits there"));
}

TEST_CASE("a client behind an address translator hears the address that it can reach") {
    LoggedIn at(LoggedIn::config_of(), translated());
    at.play.play(R"(
        > PASV
        - listen 50100
        + listening 50100
        < 227 Entering Passive Mode (127,0,0,1,195,180)
        > EPSV
        - unlisten 50100
        - listen 50101
        + listening 50101
        < 229 Entering Extended Passive Mode (|||50101|)
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "passive ports go round in their range; one that TCPIP refuses is passed over") {
    play.play(R"(
        > PASV
        - listen 50100
        + listen-failed 50100 in use
        - listen 50101
        + listening 50101
        < 227 Entering Passive Mode (9,60,60,3,195,181)
        > PASV
        - unlisten 50101
        - listen 50102
        + listening 50102
        < 227 Entering Passive Mode (9,60,60,3,195,182)
    )");
    another(2);
    play.play("> PASV\n- listen 50100\n+ listening 50100\n< 227 Entering Passive Mode (9,60,60,3,195,180)");
    another(3);
    play.play("> PASV\n- listen 50101\n+ listening 50101\n< 227 Entering Passive Mode (9,60,60,3,195,181)");
    another(4);
    play.play("> PASV\n< 425 No port is free for a data connection");
    const auto& last = play.records.back();
    CHECK(last.rests_on.at(0).line == 8);
}

TEST_CASE_FIXTURE(Large, "64 MiB out: within the credit, whole, and 250 only after the client has it all") {
    file("BIG.FILE") = pattern(64u << 20);
    passive();
    play.collect = true;
    play.client_sends("RETR big.file\r\n");
    CHECK(play.done.back() == "< 125 Sending file 'big.file'");
    CHECK(play.collected.size() == kSendCredit);
    std::size_t credited = 0;
    while (credited < (64u << 20)) {
        const std::size_t step = std::min<std::size_t>(1460 * 11, play.collected.size() - credited);
        REQUIRE(step > 0);
        credited += step;
        play.notice(SendCredit{7, step});
        REQUIRE(play.collected.size() <= credited + kSendCredit);
    }
    CHECK(play.collected == file("BIG.FILE"));
    CHECK(play.sends.size() < 6000);  // no dribble of small sends
    play.collect = false;
    play.done.pop_front();
    play.play(R"(
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
}

TEST_CASE_FIXTURE(Large, "64 MiB in: the same bytes") {
    const std::string bytes = pattern(64u << 20);
    passive();
    play.play("> STOR big.file\n< 125 Storing file 'big.file'");
    const Buffer all = Buffer::copy_of(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += 14600)
        play.notice(Received{7, all.slice(at, std::min<std::size_t>(14600, bytes.size() - at))});
    CHECK_FALSE(has("BIG.FILE"));
    play.play(R"(
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
    CHECK(file("BIG.FILE") == bytes);
}

TEST_CASE_FIXTURE(LoggedIn, "an upload that is cut off leaves no file behind") {
    file("OLD.FILE") = "as it was";
    passive();
    play.play("> STOR old.file\n< 125 Storing file 'old.file'\n+ received 7 new by");
    SUBCASE("by a FIN without close_notify") {
        play.play("+ closed 7 truncated\n< 426 Transfer aborted: truncated");
    }
    SUBCASE("by a reset") { play.play("+ closed 7 reset\n< 426 Transfer aborted: reset by peer"); }
    SUBCASE("by the loss of the control connection") { play.play("+ peer-closed 1\n- close 1\n- abort 7"); }
    SUBCASE("by ABOR") {
        play.play(
            "> \xff\xf4\xff\xf2"
            "ABOR\n- abort 7\n< 426 Transfer aborted: ABOR\n< 226 ABOR command processed");
    }
    SUBCASE("by silence") {
        play.play("wait 299\nwait 1\n- abort 7\n< 426 Transfer aborted: no progress on the data connection");
    }
    SUBCASE("by its size") {
        play.notice(Received{7, Buffer::copy_of(std::string(1000, 'x'))});
        play.play("- abort 7\n< 552 old.file: more than this server takes");
    }
    CHECK(file("OLD.FILE") == "as it was");
}

TEST_CASE_FIXTURE(LoggedIn, "a download that does not arrive is not called complete") {
    passive();
    play.play(R"(
        > RETR a.file
        < 125 Sending file 'a.file'
        - send 7 0123456789
        - shutdown 7
    )");
    SUBCASE("reset before everything was acknowledged") {
        play.play("+ credit 7 4\n+ closed 7 reset\n< 426 Transfer aborted: reset by peer");
    }
    SUBCASE("nothing is acknowledged any more") {
        play.play("wait 300\n- abort 7\n< 426 Transfer aborted: no progress on the data connection");
    }
    SUBCASE("everything was acknowledged, then a reset: nothing was lost") {
        play.play("+ credit 7 10\n+ closed 7 reset\n< 250 Transfer completed successfully.");
        CHECK(play.recorded(RecordKind::close, "nothing was lost"));
    }
    SUBCASE("everything was acknowledged, and the client never closes: ten seconds are enough") {
        play.play("+ credit 7 10\nwait 9\nwait 1\n- close 7\n< 250 Transfer completed successfully.");
        CHECK(play.recorded(RecordKind::decision, "did not close its side in time"));
    }
    SUBCASE("the client closes its half early: that alone is not the end") {
        play.play("+ peer-closed 7\n- close 7\n< 250 Transfer completed successfully.");
    }
}

TEST_CASE_FIXTURE(Large, "a client that closes its half before the end is still sent everything") {
    file("BIG.FILE") = pattern(300000);
    passive();
    play.collect = true;
    play.client_sends("RETR big.file\r\n");
    play.done.clear();
    play.notice(PeerClosed{7});
    CHECK(play.done.empty());
    play.notice(SendCredit{7, kSendCredit});
    CHECK(play.collected.size() == 300000);
    play.notice(SendCredit{7, 300000 - kSendCredit});
    play.collect = false;
    play.play("- shutdown 7\n- close 7\n< 250 Transfer completed successfully.");
}

TEST_CASE_FIXTURE(LoggedIn,
                  "a client that is faster than its commands: data before STOR, and the close as well") {
    passive();
    play.play(R"(
        + received 7 early
        + peer-closed 7
        > STOR new.file
        < 125 Storing file 'new.file'
        - close 7
        < 250 Transfer completed successfully.
    )");
    CHECK(file("NEW.FILE") == "early");
}

TEST_CASE_FIXTURE(LoggedIn, "the data connection never comes") {
    play.play(R"(
        > PASV
        - listen 50100
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        > RETR a.file
        < 150 Sending file 'a.file'
        wait 60
        - unlisten 50100
        < 425 Cannot open data connection: the data connection was not opened in time
        > NOOP
        < 200 OK
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "the data connection breaks before the command: told when the command comes") {
    passive();
    play.play(R"(
        + closed 7 reset
        > RETR a.file
        < 425 Cannot open data connection: reset by peer
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "restarting and appending") {
    file("PART.FILE") = "01234";
    passive();
    play.play(R"(
        > REST 4
        < 350 Restarting at 4
        > RETR a.file
        < 125 Sending file 'a.file'
        - send 7 456789
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
        > PASV
        - listen 50101
        + listening 50101
        < 227 Entering Passive Mode (9,60,60,3,195,181)
        + accepted 8 from 9.60.60.100..40002 to 9.60.60.3..50101
        - unlisten 50101
        > REST 99
        < 350 Restarting at 99
        > RETR a.file
        < 504 The restart point: not supported
        > APPE part.file
        < 125 Storing file 'part.file'
        + received 8 56789
        + peer-closed 8
        - close 8
        < 250 Transfer completed successfully.
        > PASV
        - listen 50102
        + listening 50102
        < 227 Entering Passive Mode (9,60,60,3,195,182)
        + accepted 9 from 9.60.60.100..40003 to 9.60.60.3..50102
        - unlisten 50102
        > REST 2
        < 350 Restarting at 2
        > STOR part.file
        < 125 Storing file 'part.file'
        + received 9 xy
        + peer-closed 9
        - close 9
        < 250 Transfer completed successfully.
        > TYPE A
        < 200 Representation type is ASCII NonPrint
        > REST 1
        < 504 REST under TYPE A: not supported
    )");
    CHECK(file("PART.FILE") == "01xy");
}

TEST_CASE_FIXTURE(LoggedIn, "what the disk refuses is told with its reason") {
    passive();
    play.play(R"(
        > RETR no.file
        < 550 no.file: not found
        > CWD TCPMAINT.198
        < 250 Working directory is TCPMAINT 198 (ReadOnly)
        > STOR new.file
        < 550 new.file: read-only
        > CWD TCPMAINT.191
        < 250 Working directory is TCPMAINT 191
    )");
    SUBCASE("full") {
        play.disk.write_error = FileError::disk_full;
        play.play(R"(
            > STOR new.file
            < 125 Storing file 'new.file'
            + received 7 x
            + peer-closed 7
            - close 7
            < 552 new.file: no space left
            > NOOP
            < 200 OK
        )");
    }
    SUBCASE("name") {
        play.play(R"(
            > STOR notype
            < 125 Storing file 'notype'
            + peer-closed 7
            - close 7
            < 553 notype: not a valid name
        )");
    }
}

TEST_CASE_FIXTURE(LoggedIn, "commands that come during a transfer wait; STAT does not") {
    passive();
    play.play(R"(
        > STOR new.file
        < 125 Storing file 'new.file'
        > NOOP
        > STAT
        < 211-FTPSERVE IBM VM Level 710
        <  Connected from 9.60.60.100..40000
        <  Logged in as TCPMAINT
        <  Control connection: clear; data connections: clear
        <  TYPE Image; STRUcture File; MODE Stream
        <  A transfer is in progress
        < 211 End of status
        > QUIT
        + received 7 x
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
        < 200 OK
        < 221 Quit command received. Goodbye.
        - close 1
    )");
    CHECK(file("NEW.FILE") == "x");
}

TEST_CASE_FIXTURE(LoggedIn, "files and directories: rename, erase, make, remove, status") {
    play.play(R"(
        > RNTO b.file
        < 503 Bad sequence of commands: RNFR first
        > RNFR a.file
        < 350 The new name, please
        > RNTO b.file
        < 250 a.file renamed to b.file
        > RNFR a.file
        < 550 a.file: not found
        > DELE b.file
        < 250 b.file erased
        > DELE b.file
        < 550 b.file: not found
        > MKD sub
        < 553 sub: not a valid name
        > CWD VMSYS:TCPMAINT.
        < 250 Working directory is VMSYS:TCPMAINT.
        > MKD sub
        < 257 "sub" created
        > RMD sub
        < 250 sub removed
        > XPWD
        < 257 "VMSYS:TCPMAINT." is working directory
        > CDUP
        < 250 Working directory is VMSYS:TCPMAINT.
        > SIZE none.file
        < 550 none.file: not found
        > SITE QDISK
        < 200 VMSYS:TCPMAINT.: 0 files, 0 blocks of 4096 in use
        > SITE FIXRECFM 80
        < 200 Files are stored with fixed records of 80
        > SITE FIXRECFM 0
        < 501 SITE FIXRECFM: the operand is missing or not valid
        > SITE CHMOD 777 x
        < 502 SITE CHMOD is not simulated
        > TYPE E
        < 504 TYPE E: not supported
        > STRU R
        < 504 STRU R: not supported
        > MODE S
        < 200 Data transfer mode is Stream
        > ALLO 100
        < 202 ALLO is not needed here
        > OPTS UTF8 ON
        < 501 OPTS: the operand is missing or not valid
        > HELP RETR
        < 214 Syntax: RETR file
        > STOU
        < 425 Cannot open data connection: PASV or PORT first
    )");
}

TEST_CASE("a connection to the port that was given up does not stand for the one being opened") {
    FtpConfig config = LoggedIn::config_of();
    config.passive_ports.value = {50100, 50100};
    LoggedIn at(config);
    at.play.play(R"(
        > PASV
        - listen 50100
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        > PASV
        - unlisten 50100
        - listen 50100
        + accepted 6 from 9.60.60.100..40001 to 9.60.60.3..50100 # it crossed the second PASV
        - abort 6
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        + accepted 7 from 9.60.60.100..40002 to 9.60.60.3..50100
        - unlisten 50100
    )");
    CHECK(at.play.recorded(RecordKind::refusal, "the port is not open yet"));
}

TEST_CASE_FIXTURE(LoggedIn, "RNFR and REST hold for the next command only, known or not") {
    passive();
    play.play(R"(
        > RNFR a.file
        < 350 The new name, please
        > FROB
        < 500 Unrecognized command: FROB
        > RNTO b.file
        < 503 Bad sequence of commands: RNFR first
        > REST 4
        < 350 Restarting at 4
        > FROB
        < 500 Unrecognized command: FROB
        > RETR a.file
        < 125 Sending file 'a.file'
        - send 7 0123456789
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
}

TEST_CASE_FIXTURE(LoggedIn, "a rename stays in its directory, however the names are given") {
    play.disk.places["/../VMBFS:VMSYS:GSKSSLDB/"]["KEY.P12"] = {"x", 0, play.now};
    play.play(R"(
        > RNFR /../VMBFS:VMSYS:GSKSSLDB//key.p12
        < 350 The new name, please
        > RNTO other.p12 # in TCPMAINT.191
        < 553 other.p12: not a valid name
    )");
    CHECK(play.disk.places["/../VMBFS:VMSYS:GSKSSLDB/"].contains("KEY.P12"));
}

TEST_CASE_FIXTURE(LoggedIn, "STOU says why it cannot look for a name") {
    passive();
    play.disk.info_error = FileError::not_authorized;
    play.play(R"(
        > STOU
        < 550 STOU: not authorized
    )");
}
