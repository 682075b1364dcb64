// Mail comes in: greetings, recipients, relaying, delivery to readers, bounds.
#include "services/smtp/server.hpp"
#include "tests/services/dialogue.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

struct Mailer {
    SmtpServer server;
    Dialogue play;

    static SmtpConfig small() {
        SmtpConfig config;
        config.max_mail_bytes = {200, in_file("SMTP", "CONFIG", 4)};
        config.forward_mail = {ForwardMail::no, in_file("SMTP", "CONFIG", 9)};
        return config;
    }
    explicit Mailer(SmtpConfig config = small())
        : server(std::move(config), system_facts("SMTP")), play(server) {
        play.play(R"(
            - listen 25
            + listening 25
            console DTCSMT901I SMTP listens on port 25
            + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..25
            < 220 gdlvm7.example.com running IBM VM SMTP Level 710 on Tue, 15 Oct 2019 10:11:12 -0400
        )");
    }
    void greet() {
        play.play(R"(
            > EHLO pc.example.org
            < 250-gdlvm7.example.com is my domain name.
            < 250-EXPN
            < 250-HELP
            < 250-8BITMIME
            < 250 SIZE 200
        )");
    }
    void address() {
        greet();
        play.play(R"(
            > MAIL FROM:<anna@example.org> SIZE=100 BODY=8BITMIME
            < 250 OK
            > RCPT TO:<tcpmaint@gdlvm7.example.com>
            < 250 OK
            > DATA
            < 354 Enter mail, end with CRLF.CRLF
        )");
    }
};

struct Relay : Mailer {
    static SmtpConfig open() {
        SmtpConfig config = small();
        config.forward_mail.value = ForwardMail::yes;
        return config;
    }
    Relay() : Mailer(open()) {}
};

}  // namespace

TEST_CASE_FIXTURE(Mailer, "a note arrives in the reader, with its trace lines") {
    greet();
    play.play(R"(
        > mail from:<anna@example.org>
        < 250 OK
        > rcpt to:<tcpmaint@gdlvm7.example.com>
        < 250 OK
        > RCPT TO:<@relay.example.net:MAINT@GDLVM7>
        < 250 OK
        > RCPT TO:<postmaster>
        < 250 OK
        > DATA
        < 354 Enter mail, end with CRLF.CRLF
        > Subject: hello
        >
        > ..a dot
        > bye
        > .
        < 250 Mail accepted as note 00000001
        > QUIT
        < 221 gdlvm7.example.com running IBM VM SMTP Level 710 closing connection
        - close 1
    )");
    REQUIRE(play.disk.mail.size() == 3);
    CHECK(play.disk.mail[0].to == Userid("TCPMAINT"));
    CHECK(play.disk.mail[1].to == Userid("MAINT"));
    CHECK(play.disk.mail[2].to == Userid("TCPMAINT"));
    CHECK(play.disk.mail[0].name == "ANNA");
    CHECK(play.disk.mail[0].type == "MAIL");
    CHECK(play.disk.mail[0].from == "SMTP");
    CHECK(play.disk.mail[0].text ==
          "Return-Path: <anna@example.org>\n"
          "Received: from pc.example.org ([9.60.60.100])\n"
          "    by gdlvm7.example.com (IBM VM SMTP Level 710) via TCP with ESMTP ;\n"
          "    Tue, 15 Oct 2019 10:11:12 -0400\n"
          "Subject: hello\n\n.a dot\nbye\n");
    CHECK(play.recorded(RecordKind::state,
                        "note 00000001 from <anna@example.org> delivered to MAINT as spool file 0002"));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Mailer, "the trace line of a client that came by IPv6 (RFC 5321 section 4.1.3)") {
    play.notice(
        Accepted{2, 25, {*IpAddress::parse("2001:db8::3"), 25}, {*IpAddress::parse("2001:db8::64"), 40000}});
    play.client = 2;
    play.client_sends(
        "EHLO pc.example.org\r\nMAIL FROM:<anna@example.org>\r\nRCPT TO:<postmaster>\r\nDATA\r\nhi\r\n.\r\n");
    REQUIRE(play.disk.mail.size() == 1);
    CHECK(play.disk.mail[0].text.find("Received: from pc.example.org ([IPv6:2001:db8::64])\n") !=
          std::string::npos);
    play.done.clear();
}

TEST_CASE_FIXTURE(Mailer, "commands out of order, and what cannot be read") {
    play.play(R"(
        > MAIL FROM:<a@b>
        < 503 EHLO or HELO first
        > HELO
        < 501 HELO wants a name
        > HELO pc
        < 250 gdlvm7.example.com is my domain name.
        > RCPT TO:<maint>
        < 503 MAIL first
        > DATA
        < 503 MAIL first
        > MAIL FROM:anna
        < 501 MAIL wants FROM:<address>
        > MAIL FROM:<>
        < 250 OK
        > MAIL FROM:<a@b>
        < 503 A sender was given already
        > RCPT TO:<>
        < 501 RCPT wants TO:<address>
        > RCPT TO:<maint> NOTIFY=NEVER
        < 501 RCPT wants TO:<address>
        > RCPT TO:<nobody>
        < 550 nobody: no such user here
        > DATA
        < 554 No valid recipients
        > RSET
        < 250 Reset
        > RCPT TO:<maint>
        < 503 MAIL first
        > FROB
        < 500 Unknown command, 'FROB'
        > STARTTLS
        < 502 STARTTLS is not available here
        > VRFY maint
        < 250 <MAINT@gdlvm7.example.com>
        > EXPN nobody
        < 550 nobody: no such user here
        > NOOP
        < 250 OK
        > MAIL FROM:<a@b> SIZE=201
        < 552 The note is larger than 200 bytes
        > MAIL FROM:<a@b> X=1
        < 555 X=1: not supported
    )");
}

TEST_CASE_FIXTURE(Mailer, "FORWARDMAIL NO: nothing for other hosts") {
    greet();
    play.play(R"(
        > MAIL FROM:<anna@example.org>
        < 250 OK
        > RCPT TO:<bob@elsewhere.example.net>
        < 550 bob@elsewhere.example.net: relay refused
        > RCPT TO:<bob%elsewhere@gdlvm7.example.com>
        < 550 bob%elsewhere@gdlvm7.example.com: no such user here
        > RCPT TO:<maint@[9.60.60.3]>
        < 250 OK
    )");
    bool caused = false;
    for (const auto& record : play.records)
        if (record.text.find("FORWARDMAIL NO") != std::string::npos) caused = record.rests_on.at(0).line == 9;
    CHECK(caused);
}

TEST_CASE_FIXTURE(Relay,
                  "FORWARDMAIL YES: taken into the queue, and the console says that it goes no further") {
    greet();
    play.play(R"(
        > MAIL FROM:<anna@example.org>
        < 250 OK
        > RCPT TO:<bob@elsewhere.example.net>
        < 250 OK
        > DATA
        < 354 Enter mail, end with CRLF.CRLF
        > x
        > .
        console DTCSMT909I Note 00000001 to bob@elsewhere.example.net stays in the queue: delivery to other hosts is not simulated
        < 250 Mail accepted as note 00000001
        say MAINT QUEUES
        answer MAINT 1 note for other hosts
        answer MAINT 00000001 <anna@example.org> to <bob@elsewhere.example.net> 187 bytes
    )");
    CHECK(play.disk.mail.empty());
}

TEST_CASE_FIXTURE(Mailer, "MAXMAILBYTES holds while the note comes in, and the session goes on") {
    address();
    for (int i = 0; i < 100; ++i) play.client_sends("0123456789\r\n");
    play.play(R"(
        > .
        < 552 The note is larger than 200 bytes
        > MAIL FROM:<a@b>
        < 250 OK
    )");
    CHECK(play.disk.mail.empty());
    CHECK(play.recorded(RecordKind::refusal, "beyond MAXMAILBYTES"));
}

TEST_CASE_FIXTURE(Mailer, "only CR LF . CR LF ends a note: no second note is smuggled behind it") {
    address();
    play.client_sends("one\n.\nMAIL FROM:<evil@x>\n.\r\nstill\r\n.\nthe note\r\n.\r\n");
    play.play("< 250 Mail accepted as note 00000001");
    REQUIRE(play.disk.mail.size() == 1);
    CHECK(play.disk.mail[0].text.find("one\n.\nMAIL FROM:<evil@x>\n.\nstill\n\nthe note\n") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Mailer, "a note that went round a hundred times goes no further") {
    play.client_sends("EHLO a\r\n");
    play.done.clear();
    SmtpConfig config;
    play.client_sends("MAIL FROM:<a@b>\r\nRCPT TO:<maint>\r\nDATA\r\n");
    play.done.clear();
    for (int i = 0; i < 101; ++i) play.client_sends("Received:\r\n");
    play.play("> .\n< 554 Too many hops");
}

TEST_CASE_FIXTURE(Mailer, "one megabyte without a line end: refused, closed, forgotten") {
    play.client_sends(std::string(1 << 20, 'x'));
    play.play(R"(
        < 500 Line too long; connection closed
        - shutdown 1
        + peer-closed 1
        - close 1
    )");
    CHECK(play.recorded(RecordKind::refusal, "no line end where a command was expected"));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Mailer, "one megabyte without a line end inside a note") {
    address();
    play.client_sends(std::string(1 << 20, 'x'));
    play.play(R"(
        < 500 Line too long; connection closed
        - shutdown 1
        wait 9
        > x
        wait 1
        - abort 1
    )");
    CHECK(server.session_count() == 0);
    CHECK(play.recorded(RecordKind::refusal, "a line of the note is beyond every bound"));
}

TEST_CASE_FIXTURE(Mailer, "twenty refused commands are enough") {
    for (int i = 0; i < 19; ++i) play.play("> \x01\x02\n< 500 Unknown command, '\x3f\x3f'");
    play.play(R"(
        > garbage
        < 500 Unknown command, 'GARBAGE'
        < 421 gdlvm7.example.com closing connection: too many errors
        - close 1
    )");
    CHECK(play.recorded(RecordKind::close, "20 refused commands"));
}

TEST_CASE_FIXTURE(Mailer, "INACTIVE closes an idle connection") {
    play.play(R"(
        wait 100
        > NOOP
        < 250 OK
        wait 179
        wait 1
        < 421 gdlvm7.example.com closing connection: idle for more than 180 seconds
        - close 1
    )");
}

TEST_CASE_FIXTURE(Mailer, "pipelined commands are answered in order") {
    greet();
    play.client_sends("MAIL FROM:<a@b>\r\nRCPT TO:<maint>\r\nDATA\r\n");
    play.play("< 250 OK\n< 250 OK\n< 354 Enter mail, end with CRLF.CRLF");
}

TEST_CASE_FIXTURE(Mailer, "SIZE is a number, and one that no counter holds is too large as well") {
    greet();
    play.play(R"(
        > MAIL FROM:<a@b> SIZE=99999999999999999999999
        < 552 The note is larger than 200 bytes
        > MAIL FROM:<a@b> SIZE=
        < 555 SIZE=: not supported
        > MAIL FROM:<a@b> SIZE=-1
        < 555 SIZE=-1: not supported
        > MAIL FROM:<a@b> SIZE=200
        < 250 OK
    )");
}

TEST_CASE("the queue for other hosts has a bound that many recipients do not pass") {
    SmtpConfig config = Relay::open();
    config.max_queued = 3;
    Mailer at(config);
    at.greet();
    at.play.client_sends("MAIL FROM:<a@b>\r\n");
    for (int i = 0; i < 4; ++i) at.play.client_sends("RCPT TO:<x@elsewhere.example.net>\r\n");
    at.play.client_sends("DATA\r\nx\r\n");
    at.play.done.clear();
    at.play.play(R"(
        > .
        < 452 The queue is full
        say MAINT QUEUES
        answer MAINT 0 notes for other hosts
    )");
}
