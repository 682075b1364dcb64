// TLS for FTP: AUTH, PBSZ, PROT and the policy of SECURECONTROL and SECUREDATA; what fails, and what is an
// attack.
#include "tests/services/ftp_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

FtpConfig config_of(SecureLevel control, SecureLevel data) {
    FtpConfig config;
    config.tls_label = {"FTPCERT", in_file("SRVRFTP", "CONFIG", 7)};
    config.secure_control = {control, in_file("SRVRFTP", "CONFIG", 5)};
    config.secure_data = {data, in_file("SRVRFTP", "CONFIG", 6)};
    config.passive_ports = {{50100, 50101}, in_file("SRVRFTP", "CONFIG", 8)};
    return config;
}

struct Secured : FtpBench {
    Secured(SecureLevel control, SecureLevel data) : FtpBench(config_of(control, data)) {
        play.disk.places["TCPMAINT.191"]["A.FILE"] = {"secret\n", 0, play.now};
    }
    void secure_control() {
        play.play(R"(
            > AUTH TLS
            - secure 1 server FTPCERT
            + secure-ready 1
            < 234 Security environment established - ready for negotiation [then TLS]
            + secured 1
        )");
    }
    void protect() {
        play.play(R"(
            > PBSZ 0
            < 200 Protection buffer size accepted
            > PROT P
            < 200 Data connection protection set to private
        )");
    }
};

struct Required : Secured {
    Required() : Secured(SecureLevel::required, SecureLevel::required) {}
};
struct Allowed : Secured {
    Allowed() : Secured(SecureLevel::allowed, SecureLevel::allowed) {}
};
struct Never : Secured {
    Never() : Secured(SecureLevel::never, SecureLevel::never) {}
};

}  // namespace

TEST_CASE("a TLS label that nobody knows ends the server at start") {
    FtpConfig config = config_of(SecureLevel::allowed, SecureLevel::allowed);
    config.tls_label.value = "NOTTHERE";
    FtpServer server(config, system_facts("FTPSERVE"));
    Dialogue play(server);
    play.play(R"(
        - ask for label NOTTHERE
        wait 2
        + label NOTTHERE unknown
        console 10:11:14 DTCFTS8467E Error verifying TLS label NOTTHERE: Label is not recognized
        end 8
        + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..21 # nothing is heard any more
    )");
}

TEST_CASE("no SSL server at start: the protected server ends as well") {
    FtpServer server(config_of(SecureLevel::allowed, SecureLevel::allowed), system_facts("FTPSERVE"));
    Dialogue play(server);
    play.play(R"(
        - ask for label FTPCERT
        + label FTPCERT none
        console 10:11:12 DTCFTS902E Error verifying TLS label FTPCERT: no SSL server is available
        end 8
    )");
}

TEST_CASE("security is wanted but no label is configured: the console says so, AUTH is refused") {
    FtpConfig config;
    config.secure_control = {SecureLevel::required, in_file("SRVRFTP", "CONFIG", 5)};
    config.timestamp.value = false;
    FtpServer server(config, system_facts("FTPSERVE"));
    Dialogue play(server);
    play.play(R"(
        console DTCFTS903W SECURECONTROL is REQUIRED, but there is no TLSLABEL statement: TLS is not available
        - listen 21
        + listening 21
        console DTCFTS901I FTPSERVE listens on port 21
        + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..21
        < 220-FTPSERVE IBM VM Level 710 at GDLVM7.EXAMPLE.COM, 10:11:12 EDT TUESDAY 2019-10-15
        < 220 Connection will close if idle for more than 5 minutes.
        > AUTH TLS
        < 421 Temporarily unable to process security
        - close 1
    )");
    CHECK(play.recorded(RecordKind::refusal, "there is no TLSLABEL statement"));
}

TEST_CASE("the port belongs to somebody else") {
    FtpConfig config;
    FtpServer server(config, system_facts("FTPSERVE"));
    Dialogue play(server);
    play.play(R"(
        - listen 21
        + listen-failed 21 reserved for FTPSERV
        console 10:11:12 DTCFTS904E Port 21 cannot be opened: reserved for FTPSERV
        end 8
    )");
}

TEST_CASE_FIXTURE(Required, "REQUIRED: no USER before AUTH; everything over TLS afterwards") {
    play.play(R"(
        > USER tcpmaint
        < 534 Server requires authentication before USER command
        > FEAT
        < 211-Extensions supported:
        <  AUTH TLS;TLS-C;TLS-P;SSL;
        <  EPRT
        <  EPSV
        <  MDTM
        <  PBSZ
        <  PROT C;P;
        <  REST STREAM
        <  SIZE
        < 211 End of extensions
    )");
    CHECK(rests_on("534 Server requires authentication", 5));
    secure_control();
    log_in();
    play.play(R"(
        > PASV
        - listen 50100
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        > LIST
        < 521 Data connection cannot be opened with this PROT setting
        - unlisten 50100
    )");
    CHECK(rests_on("521 Data connection cannot be opened", 6));
    protect();
    play.play(R"(
        > PROT C
        < 534 Protection level C is refused by this server's policy
        > EPSV
        - listen 50101 for TLS
        + listening 50101
        < 229 Entering Extended Passive Mode (|||50101|)
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50101
        - unlisten 50101
        - secure 7 server FTPCERT now
        > RETR a.file
        < 125 Sending file 'a.file'
        + secured 7 # not one byte of the file before this
        - send 7 secret\r\n
        - shutdown 7
        + credit 7 8
        wait 5
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
        > AUTH TLS
        < 503 The connection is secure already
        > CCC
        < 533 The control connection stays secure
        > REIN
        < 502 REIN under TLS is not simulated
    )");
}

TEST_CASE_FIXTURE(Required, "PROT P: the reply comes first when the client connects late") {
    secure_control();
    log_in();
    protect();
    play.play(R"(
        > PASV
        - listen 50100 for TLS
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        > STOR new.file
        < 150 Storing file 'new.file'
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
        - unlisten 50100
        - secure 7 server FTPCERT now
        + secured 7
        + received 7 x\r\n
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
    CHECK(play.disk.places["TCPMAINT.191"]["NEW.FILE"].bytes == "x\n");
}

TEST_CASE_FIXTURE(Required, "PROT P in active mode: what the client sends first belongs to TLS") {
    secure_control();
    log_in();
    protect();
    play.play(R"(
        > PORT 9,60,60,100,19,137
        < 200 Port request OK.
        > STOR new.file
        < 150 Storing file 'new.file'
        - connect 1 to 9.60.60.100..5001 from 20 for TLS
        + connected 7 1
        - secure 7 server FTPCERT now
        + secured 7
        + received 7 x\r\n
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
    )");
}

TEST_CASE_FIXTURE(Allowed, "ALLOWED: in clear or over TLS, as the client likes; PBSZ before PROT") {
    play.play(R"(
        > PBSZ 0
        < 503 Bad sequence of commands: AUTH first
        > PROT P
        < 503 Bad sequence of commands
        > AUTH KERBEROS
        < 504 KERBEROS is not a security mechanism of this server
        > AUTH
        < 501 AUTH: the operand is missing or not valid
        > CCC
        < 503 Bad sequence of commands: the connection is not secure
    )");
    log_in();
    secure_control();
    play.play(R"(
        > PWD # the login in clear is forgotten
        < 530 Not logged in
        > PROT P
        < 503 Bad sequence of commands
        > PBSZ ten
        < 501 PBSZ: the operand is missing or not valid
        > PBSZ 4096
        < 200 PBSZ=0
        > PROT E
        < 536 Protection level E is not supported
        > PROT X
        < 504 X: not supported
        > PROT P
        < 200 Data connection protection set to private
        > PROT C
        < 200 Data connection protection set to clear
    )");
}

TEST_CASE_FIXTURE(Allowed, "AUTH SSL implies a private data connection, AUTH TLS does not") {
    play.play(R"(
        > AUTH SSL
        - secure 1 server FTPCERT
        + secure-ready 1
        < 234 Security environment established - ready for negotiation [then TLS]
        + secured 1
    )");
    log_in();
    play.play(R"(
        > PASV
        - listen 50100 for TLS
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
        - unlisten 50100
        - secure 7 server FTPCERT now
    )");
}

TEST_CASE_FIXTURE(Never, "NEVER: AUTH is refused and the session goes on in clear") {
    play.play(R"(
        > AUTH TLS
        < 534 This server does not use security
    )");
    CHECK(rests_on("534 This server does not use security", 5));
    log_in();
}

TEST_CASE_FIXTURE(Allowed, "no SSL server when AUTH comes: 421, and the connection closes") {
    play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT
        + secure-refused 1 none SSLLIMITS reached
        < 421 Temporarily unable to process security
        - close 1
    )");
    CHECK(play.recorded(RecordKind::refusal, "no SSL server is available: SSLLIMITS reached"));
    CHECK(rests_on("421", 7));
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Allowed, "the handshake fails: nothing more is said in clear") {
    play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT
        + secure-ready 1
        < 234 Security environment established - ready for negotiation [then TLS]
        + secure-failed 1 no common cipher # TCPIP sends the alert and closes
    )");
    CHECK(play.recorded(RecordKind::close, "return code 402: no common cipher"));
}

TEST_CASE_FIXTURE(Allowed, "bytes behind AUTH in the same segment are command injection") {
    play.client_sends("AUTH TLS\r\nUSER root\r\n");
    play.play("- abort 1");
    CHECK(play.recorded(RecordKind::close, "command injection"));
}

TEST_CASE_FIXTURE(Allowed, "bytes between AUTH and its reply are command injection") {
    play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT
        > USER root
        - abort 1
        + secure-ready 1 # too late: nobody is there
    )");
    CHECK(play.recorded(RecordKind::close, "command injection"));
}

TEST_CASE_FIXTURE(Allowed, "bytes in clear while the handshake runs end the connection") {
    play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT
        + secure-ready 1
        < 234 Security environment established - ready for negotiation [then TLS]
        > USER root
        - abort 1
    )");
}

TEST_CASE_FIXTURE(Allowed,
                  "a handshake that never ends is given up after INACTIVE, without a word in clear") {
    play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT
        + secure-ready 1
        < 234 Security environment established - ready for negotiation [then TLS]
        wait 300
        - abort 1
    )");
    CHECK(play.recorded(RecordKind::close, "the TLS handshake did not end in time"));
}

TEST_CASE_FIXTURE(
    Required, "the data connection cannot be secured: 425 without a server, 522 when the handshake fails") {
    secure_control();
    log_in();
    protect();
    play.play(R"(
        > PASV
        - listen 50100 for TLS
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
        - unlisten 50100
        - secure 7 server FTPCERT now
        + secure-refused 7 none SSLLIMITS reached
        - abort 7
        > LIST # told when the transfer is asked for
        < 425 Cannot open data connection: temporarily unable to process security
        > PASV
        - listen 50101 for TLS
        + listening 50101
        < 227 Entering Passive Mode (9,60,60,3,195,181)
        + accepted 8 from 9.60.60.100..40002 to 9.60.60.3..50101
        - unlisten 50101
        - secure 8 server FTPCERT now
        > LIST
        < 125 List started OK
        + secure-failed 8 certificate refused
        < 522 Data connection could not be secured
        > PASV
        - listen 50100 for TLS
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        + accepted 9 from 9.60.60.100..40003 to 9.60.60.3..50100
        - unlisten 50100
        - secure 9 server FTPCERT now
        > LIST
        < 125 List started OK
        + received 9 in clear
        - abort 9
        < 522 Data connection could not be secured
    )");
    CHECK(play.recorded(RecordKind::refusal, "SSLLIMITS reached"));
}

TEST_CASE_FIXTURE(Required, "a static SECURE port: TLS stands when the session begins") {
    play.client = 2;
    play.play(R"(
        + accepted 2 from 9.60.60.100..40009 to 9.60.60.3..21 secured
        < 220-FTPSERVE IBM VM Level 710 at GDLVM7.EXAMPLE.COM, 10:11:12 EDT TUESDAY 2019-10-15
        < 220 Connection will close if idle for more than 5 minutes.
    )");
    log_in();
    protect();
}

TEST_CASE("CLIENTCERTCHECK goes with the request for TLS") {
    FtpConfig config = config_of(SecureLevel::allowed, SecureLevel::allowed);
    config.client_cert_check.value = ClientCertCheck::required;
    FtpBench at(config);
    at.play.play(R"(
        > AUTH TLS
        - secure 1 server FTPCERT client-certificate
    )");
}

TEST_CASE("a handshake has a bound where INACTIVE 0 sets none") {
    FtpConfig config = config_of(SecureLevel::allowed, SecureLevel::allowed);
    config.inactive.value = Duration{};
    FtpServer server(config, system_facts("FTPSERVE"));
    Dialogue play(server);
    play.notice(TlsAnswer{"FTPCERT", TlsStatus::ready});
    play.notice(Accepted{1, 21, {kServer, 21}, {kClient, 40000}});
    play.done.clear();
    play.play(R"(
        wait 10000
        > AUTH TLS
        - secure 1 server FTPCERT
        + secure-ready 1
        < 234 Security environment established - ready for negotiation [then TLS]
        wait 59
        wait 1
        - abort 1
    )");
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Required, "a FIN in clear before TLS is up is not the end of an upload") {
    secure_control();
    log_in();
    protect();
    play.play(R"(
        > PASV
        - listen 50100 for TLS
        + listening 50100
        < 227 Entering Passive Mode (9,60,60,3,195,180)
        > STOR a.file
        < 150 Storing file 'a.file'
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..50100
        - unlisten 50100
        - secure 7 server FTPCERT now
        + peer-closed 7 # it crossed the request for TLS
        - abort 7
        < 522 Data connection could not be secured
        + secure-ready 7
        > NOOP
        < 200 OK
    )");
    CHECK(play.disk.places["TCPMAINT.191"]["A.FILE"].bytes == "secret\n");
}
