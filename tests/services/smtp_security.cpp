// STARTTLS and the operator's commands of the SMTP server.
#include "services/smtp/server.hpp"
#include "tests/services/dialogue.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

struct Secure {
    SmtpServer server;
    Dialogue play;

    static SmtpConfig config_of(SecureLevel level) {
        SmtpConfig config;
        config.tls = {level, in_file("SMTP", "CONFIG", 11)};
        config.tls_label = {"SMTPCERT", in_file("SMTP", "CONFIG", 12)};
        return config;
    }
    explicit Secure(SecureLevel level) : server(config_of(level), system_facts("SMTP")), play(server) {
        play.play(R"(
            - ask for label SMTPCERT
            + label SMTPCERT ready
            - listen 25
            + listening 25
            console DTCSMT901I SMTP listens on port 25
            + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..25
            < 220 gdlvm7.example.com running IBM VM SMTP Level 710 on Tue, 15 Oct 2019 10:11:12 -0400
        )");
    }
};
struct Required : Secure {
    Required() : Secure(SecureLevel::required) {}
};
struct Allowed : Secure {
    Allowed() : Secure(SecureLevel::allowed) {}
};

}  // namespace

TEST_CASE_FIXTURE(Required, "REQUIRED: nothing but STARTTLS first, and everything said before is forgotten") {
    play.play(R"(
        > MAIL FROM:<a@b>
        < 530 Must issue a STARTTLS command first
        > EHLO pc
        < 250-gdlvm7.example.com is my domain name.
        < 250-EXPN
        < 250-HELP
        < 250-8BITMIME
        < 250-STARTTLS
        < 250 SIZE 524288
        > VRFY maint
        < 530 Must issue a STARTTLS command first
        > STARTTLS now
        < 501 STARTTLS takes no operand
        > STARTTLS
        - secure 1 server SMTPCERT
        + secure-ready 1
        < 220 Ready to start TLS [then TLS]
        + secured 1
        > MAIL FROM:<a@b>
        < 503 EHLO or HELO first
        > EHLO pc
        < 250-gdlvm7.example.com is my domain name.
        < 250-EXPN
        < 250-HELP
        < 250-8BITMIME
        < 250 SIZE 524288
        > STARTTLS
        < 503 The connection is secure already
        > MAIL FROM:<a@b>
        < 250 OK
        > RCPT TO:<maint>
        < 250 OK
        > DATA
        < 354 Enter mail, end with CRLF.CRLF
        > x
        > .
        < 250 Mail accepted as note 00000001
    )");
    REQUIRE(play.disk.mail.size() == 1);
    CHECK(play.disk.mail[0].text.find("via TCP with ESMTPS ;") != std::string::npos);
}

TEST_CASE_FIXTURE(Allowed, "no SSL server when STARTTLS comes: 454, and the connection stays") {
    play.play(R"(
        > STARTTLS
        - secure 1 server SMTPCERT
        + secure-refused 1 none no member is ready
        < 454 TLS not available due to temporary reason
        > EHLO pc
        < 250-gdlvm7.example.com is my domain name.
        < 250-EXPN
        < 250-HELP
        < 250-8BITMIME
        < 250-STARTTLS
        < 250 SIZE 524288
        > MAIL FROM:<a@b>
        < 250 OK
    )");
    CHECK(play.recorded(RecordKind::refusal, "no member is ready"));
}

TEST_CASE_FIXTURE(Allowed, "command injection behind STARTTLS, in one segment and in two") {
    SUBCASE("in one") {
        play.client_sends("STARTTLS\r\nEHLO evil\r\n");
        play.play("- abort 1");
    }
    SUBCASE("in two") {
        play.play(R"(
            > STARTTLS
            - secure 1 server SMTPCERT
            > EHLO evil
            - abort 1
        )");
    }
    SUBCASE("after the reply") {
        play.play(R"(
            > STARTTLS
            - secure 1 server SMTPCERT
            + secure-ready 1
            < 220 Ready to start TLS [then TLS]
            > EHLO evil
            - abort 1
        )");
    }
    CHECK(play.recorded(RecordKind::close, "command injection"));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Allowed, "a failed handshake ends the connection") {
    play.play(R"(
        > STARTTLS
        - secure 1 server SMTPCERT
        + secure-ready 1
        < 220 Ready to start TLS [then TLS]
        + secure-failed 1 bad certificate # TCPIP sends the alert and closes
    )");
    CHECK(play.recorded(RecordKind::close, "return code 402: bad certificate"));
}

TEST_CASE("a label that nobody knows, no SSL server, no label, no port") {
    SmtpConfig config = Secure::config_of(SecureLevel::allowed);
    SUBCASE("label unknown") {
        SmtpServer server(config, system_facts("SMTP"));
        Dialogue play(server);
        play.play(R"(
            - ask for label SMTPCERT
            + label SMTPCERT unknown
            console DTCSMT902E Error verifying TLS label SMTPCERT: Label is not recognized
            end 8
        )");
    }
    SUBCASE("no server") {
        SmtpServer server(config, system_facts("SMTP"));
        Dialogue play(server);
        play.play(R"(
            - ask for label SMTPCERT
            + label SMTPCERT none
            console DTCSMT903E Error verifying TLS label SMTPCERT: no SSL server is available
            end 8
        )");
    }
    SUBCASE("no label") {
        config.tls_label.value.clear();
        SmtpServer server(config, system_facts("SMTP"));
        Dialogue play(server);
        play.play(R"(
            console DTCSMT904W TLS is ALLOWED, but there is no TLSLABEL statement: TLS is not available
            - listen 25
            + listen-failed 25 in use
            console DTCSMT905E Port 25 cannot be opened: in use
            end 8
        )");
    }
}

TEST_CASE_FIXTURE(Allowed, "SMSG: everybody may ask, only SMSGAUTHLIST may change") {
    play.play(R"(
        say MAINT TLS NEVER
        console DTCSMT907W SMSG command from MAINT refused: not authorized
        answer MAINT You are not authorized to issue this command
        say MAINT stats
        answer MAINT Notes received 0, delivered 0, refused 0; 0 bytes
        answer MAINT TLS is ALLOWED, FORWARDMAIL is NO
        answer MAINT 1 connection
        answer MAINT     1 9.60.60.100..40000     CLEAR  -
        say TCPMAINT TLS never
        console DTCSMT906I TLS set to NEVER by TCPMAINT
        answer TCPMAINT TLS set to NEVER
        > STARTTLS
        < 502 STARTTLS is not available here
        say TCPMAINT TLS SOMETIMES
        answer TCPMAINT TLS wants REQUIRED, ALLOWED or NEVER
        say TCPMAINT FORWARDMAIL YES
        console DTCSMT906I FORWARDMAIL set to YES by TCPMAINT
        answer TCPMAINT FORWARDMAIL set to YES
        say TCPMAINT TLSLABEL other
        - ask for label OTHER
        + label OTHER unknown
        console DTCSMT902E Error verifying TLS label OTHER: Label is not recognized
        answer TCPMAINT TLSLABEL is unchanged: the TLS label is not recognized
        say TCPMAINT TLSLABEL NEWCERT
        - ask for label NEWCERT
        + label NEWCERT ready
        console DTCSMT906I TLSLABEL set to NEWCERT by TCPMAINT
        answer TCPMAINT TLSLABEL set to NEWCERT
        say TCPMAINT TRACE
        answer TCPMAINT TRACE is not simulated
        say TCPMAINT DANCE
        answer TCPMAINT Unknown command: DANCE; HELP lists the commands
        say TCPMAINT CLOSECON
        < 421 gdlvm7.example.com closing connection
        - close 1
        answer TCPMAINT 1 connection closed
        say TCPMAINT SHUTDOWN
        console DTCSMT908I SMTP ends at the request of TCPMAINT
        - unlisten 25
        end 0
    )");
}
