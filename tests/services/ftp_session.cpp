// An FTP session from the greeting to QUIT, in clear: logging in, places, files, listings.
#include "tests/services/ftp_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::test;

namespace {

struct Clear : FtpBench {
    Clear() {
        play.disk.places["TCPMAINT.191"] = {
            {"PROFILE.EXEC", {"/* */\nEXIT\n", 0, play.now}},
            {"TESTCERT.P12", {std::string("\x30\x82\x00\x01", 4), 80, play.now}}};
    }
};

}  // namespace

TEST_CASE_FIXTURE(Clear, "logging in, walking about, leaving") {
    log_in();
    play.play(R"(
        > PWD
        < 257 "TCPMAINT.191" is working directory
        > CWD TCPMAINT 198
        < 250 Working directory is TCPMAINT 198 (ReadOnly)
        > CWD VMSYS:TCPMAINT.
        < 250 Working directory is VMSYS:TCPMAINT.
        > cwd ../../VMBFS:VMSYS:GSKSSLDB/
        < 250 Working directory is /../VMBFS:VMSYS:GSKSSLDB/
        > CWD MAINT.CF1
        < 550 MAINT.CF1: not authorized
        > CWD NOBODY.191
        < 550 NOBODY.191: no such disk or directory
        > SYST
        < 215-z/VM Version 7 Release 1.0, service level 1901 (64-bit)
        <     VM/CMS Level 30, Service Level 901
        < 215 VM is the operating system of this server.
        > NOOP
        < 200 OK
        > QUIT
        < 221 Quit command received. Goodbye.
        - close 1
    )");
    CHECK(server.session_count() == 0);
}

TEST_CASE_FIXTURE(Clear, "who is not logged in gets nothing") {
    play.play(R"(
        > LIST
        < 530 Not logged in
        > PASS secret
        < 503 Bad sequence of commands
        > USER tcpmaint
        < 331 Send password please.
        > PASS wrong
        < 530 Login attempt by TCPMAINT rejected
        > PASV
        < 530 Not logged in
        > USER nosuch
        < 331 Send password please.
        > PASS secret
        < 530 Login attempt by NOSUCH rejected
        > USER anonymous
        < 331 Send password please.
        > PASS me@here
        < 530 Login attempt by ANONYMOU rejected
    )");
    CHECK(play.recorded(RecordKind::refusal, "anonymous users are not admitted"));
    for (const auto& record : play.records) CHECK(record.text.find("wrong") == std::string::npos);
}

TEST_CASE_FIXTURE(Clear, "after five failed logins the connection ends") {
    for (int i = 0; i < 4; ++i)
        play.play("> USER x\n< 331 Send password please.\n> PASS y\n< 530 Login attempt by X rejected");
    play.play(R"(
        > USER x
        < 331 Send password please.
        > PASS y
        < 421 Too many failed logins; connection closed
        - close 1
    )");
    CHECK(play.recorded(RecordKind::refusal, "5 failed logins"));
}

TEST_CASE_FIXTURE(Clear, "a listing over a passive connection, VM format and UNIX format") {
    log_in();
    play.play(R"(
        > PASV
        - listen 49152
        + listening 49152
        < 227 Entering Passive Mode (9,60,60,3,192,0)
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..49152
        - unlisten 49152
        > LIST
        < 125 List started OK
        - send 7 PROFILE  EXEC     V         72          2          1 2019-10-15 10:11:12 TCM191\r\nTESTCERT P12      F         80          0          1 2019-10-15 10:11:12 TCM191\r\n
        - shutdown 7
        + peer-closed 7 # only now the client has it all
        - close 7
        < 250 List completed successfully.
        > SITE LISTFORMAT UNIX
        < 200 Listing format is UNIX
        > EPSV
        - listen 49153
        + listening 49153
        < 229 Entering Extended Passive Mode (|||49153|)
        > LIST *.exec
        < 150 List started OK
        + accepted 8 from 9.60.60.100..40002 to 9.60.60.3..49153
        - unlisten 49153
        - send 8 -rw-r-----   1 TCM191   -                11 Oct 15 10:11 PROFILE.EXEC\r\n
        - shutdown 8
        + peer-closed 8
        - close 8
        < 250 List completed successfully.
        > NLST nothing.here
        < 425 Cannot open data connection: PASV or PORT first
    )");
}

TEST_CASE_FIXTURE(Clear, "retrieving and storing, text and binary") {
    log_in();
    play.play(R"(
        > PASV
        - listen 49152
        + listening 49152
        < 227 Entering Passive Mode (9,60,60,3,192,0)
        + accepted 7 from 9.60.60.100..40001 to 9.60.60.3..49152
        - unlisten 49152
        > RETR profile.exec
        < 125 Sending file 'profile.exec'
        - send 7 /* */\r\nEXIT\r\n
        - shutdown 7
        + peer-closed 7
        - close 7
        < 250 Transfer completed successfully.
        > TYPE I
        < 200 Representation type is Image
        > PASV
        - listen 49153
        + listening 49153
        < 227 Entering Passive Mode (9,60,60,3,192,1)
        + accepted 8 from 9.60.60.100..40002 to 9.60.60.3..49153
        - unlisten 49153
        > STOR new.file
        < 125 Storing file 'new.file'
        + received 8 one\r\ntwo
        + received 8 three
        + peer-closed 8
        - close 8
        < 250 Transfer completed successfully.
        > SIZE new.file
        < 213 13
        > MDTM new.file
        < 213 20191015141112
    )");
    CHECK(play.disk.places["TCPMAINT.191"]["NEW.FILE"].bytes == "one\r\ntwothree");
    play.play(R"(
        > TYPE A
        < 200 Representation type is ASCII NonPrint
        > PASV
        - listen 49154
        + listening 49154
        < 227 Entering Passive Mode (9,60,60,3,192,2)
        > STOR text.file
        < 150 Storing file 'text.file'
        + accepted 9 from 9.60.60.100..40003 to 9.60.60.3..49154
        - unlisten 49154
        + received 9 one\r\ntwo\r\n
        + peer-closed 9
        - close 9
        < 250 Transfer completed successfully.
        > SIZE text.file
        < 213 10
    )");
    CHECK(play.disk.places["TCPMAINT.191"]["TEXT.FILE"].bytes == "one\ntwo\n");
}
