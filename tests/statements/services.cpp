// SRVRFTP CONFIG and SMTP CONFIG, from the text to what clients hear.
#include "simulator/machines/client_scripts.hpp"
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr Endpoint kFtp{Ipv4Address::of(9, 60, 60, 3), 21};

using Lines = std::vector<std::pair<std::string, std::string>>;
const Lines kLogin{{"USER TCPMAINT", "331"}, {"PASS TCPMAINT", "230"}};

Lines after_tls(const Lines& lines) {
    Lines all{{"AUTH TLS", "234"}, {"(TLS)", ""}};
    all.insert(all.end(), kLogin.begin(), kLogin.end());
    all.insert(all.end(), lines.begin(), lines.end());
    return all;
}
Lines after_login(const Lines& lines) {
    Lines all = kLogin;
    all.insert(all.end(), lines.begin(), lines.end());
    return all;
}
const Lines kAnonymous{{"USER anonymous", "331"}, {"PASS me@ws1", "230"}};

}  // namespace

// ── SRVRFTP CONFIG ────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("ANONYMOUS: anonymous users are let in") {
    CHECK_FALSE(EditedWorld().speak(21, kAnonymous).succeeded);
    CHECK(EditedWorld({{kFtpConfig, "", "ANONYMOUS\n"}}).speak(21, kAnonymous).succeeded);
}

TEST_CASE("ANONYMOU is ANONYMOUS") {
    CHECK(EditedWorld({{kFtpConfig, "", "ANONYMOU\n"}}).speak(21, kAnonymous).succeeded);
}

TEST_CASE("CLIENTCERTCHECK of FTP: who has no certificate is refused") {
    CHECK_FALSE(
        EditedWorld({{kFtpConfig, "", "CLIENTCERTCHECK REQUIRED\n"}}).speak(21, after_tls({})).succeeded);
}

TEST_CASE("INACTIVE of FTP: an idle client is told so and dropped") {
    EditedWorld lab({{kFtpConfig, "INACTIVE          300", "INACTIVE 60"}});
    const auto talk = lab.speak(21, {{"", "421"}}, seconds{70});
    CHECK(talk.succeeded);
    CHECK(talk.heard("idle for more than 1 minute"));
}

TEST_CASE("LISTFORMAT UNIX: directories are listed as UNIX does") {
    EditedWorld lab({{kFtpConfig, "LISTFORMAT        VM", "LISTFORMAT UNIX"}});
    FtpVisit visit;
    visit.server = kFtp;
    visit.user = visit.password = "TCPMAINT";
    visit.jobs = {{FtpJob::Kind::put, "A.FILE", "text\n"}, {FtpJob::Kind::list, "", ""}};
    const auto result = lab.talk(ftp_conversation(visit));
    REQUIRE(result.transfers.size() == 2);
    CHECK(result.transfers[1].content.starts_with("-rw"));
}

TEST_CASE("PASSIVEPORTRANGE: where passive data connections go") {
    EditedWorld lab({{kFtpConfig, "30000 30999", "30500 30500"}});
    CHECK(lab.speak(21, after_login({{"EPSV", "229"}})).heard("(|||30500|)"));
}

TEST_CASE("PORT of FTP: FTPSERVE listens there") {
    CHECK(EditedWorld({{kFtpConfig, "PORT              21", "PORT 2121"}}).greets(2121));
}

TEST_CASE("SECURECONTROL REQUIRED: no login in clear") {
    EditedWorld lab({{kFtpConfig, "SECURECONTROL     ALLOWED", "SECURECONTROL REQUIRED"}});
    CHECK_FALSE(lab.speak(21, kLogin).succeeded);
    CHECK(lab.speak(21, after_tls({})).succeeded);
}

TEST_CASE("SECUREDATA ALLOWED: data connections may be private") {
    CHECK(EditedWorld().speak(21, after_tls({{"PBSZ 0", "200"}, {"PROT P", "200"}})).succeeded);
}

TEST_CASE("TLSLABEL of FTP: the certificate that clients see") {
    CHECK(EditedWorld().speak(21, after_tls({})).succeeded);
}

// ── SMTP CONFIG ───────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("FORWARDMAIL YES: mail for other hosts is taken") {
    EditedWorld lab({{kSmtpConfig, "FORWARDMAIL       NO", "FORWARDMAIL YES"}});
    CHECK(lab.speak(25, {{"HELO ws1", "250"}, {"MAIL FROM:<a@ws1>", "250"}, {"RCPT TO:<b@else.test>", "250"}})
              .succeeded);
}

TEST_CASE("INACTIVE of SMTP: an idle client is dropped") {
    EditedWorld lab({{kSmtpConfig, "INACTIVE          180", "INACTIVE 30"}});
    CHECK(lab.speak(25, {{"", "421"}}, seconds{40}).succeeded);
}

TEST_CASE("MAXMAILBYTES: what is larger is not taken") {
    EditedWorld lab({{kSmtpConfig, "MAXMAILBYTES      524288", "MAXMAILBYTES 1000"}});
    CHECK(lab.speak(25, {{"EHLO ws1", "250"}, {"MAIL FROM:<a@ws1> SIZE=1001", "552"}}).succeeded);
}

TEST_CASE("PORT of SMTP: it listens there") {
    CHECK(EditedWorld({{kSmtpConfig, "PORT              25", "PORT 2525"}}).greets(2525));
}

TEST_CASE("POSTMASTER: who gets the postmaster's mail") {
    EditedWorld lab({{kSmtpConfig, "POSTMASTER        TCPMAINT", "POSTMASTER MAINT"}});
    CHECK(lab.speak(25, {{"HELO ws1", "250"},
                         {"MAIL FROM:<a@ws1>", "250"},
                         {"RCPT TO:<postmaster@gdlrct2.example.test>", "250"},
                         {"DATA", "354"},
                         {"Subject: hello\r\n\r\nhello\r\n.", "250"}})
              .succeeded);
    lab.run(seconds{10});
    CHECK_FALSE(lab.world.storage().spool.reader_of("MAINT").empty());
}

TEST_CASE("SMSGAUTHLIST: its users may change SMTP while it runs") {
    EditedWorld lab({{kSmtpConfig, "TCPMAINT OPERATOR", "MAINT"}});
    CHECK(lab.typed("MAINT", "smsg smtp tls never").find("TLS set to NEVER") != std::string::npos);
}

TEST_CASE("TLS ALLOWED: STARTTLS is offered, with the certificate of TLSLABEL") {
    CHECK(EditedWorld()
              .speak(25, {{"EHLO ws1", "250"}, {"STARTTLS", "220"}, {"(TLS)", ""}, {"EHLO ws1", "250"}})
              .succeeded);
}

TEST_CASE("CLIENTCERTCHECK of SMTP: who has no certificate is refused") {
    const std::vector<std::pair<std::string, std::string>> visit{
        {"EHLO ws1", "250"}, {"STARTTLS", "220"}, {"(TLS)", ""}, {"EHLO ws1", "250"}};
    CHECK_FALSE(EditedWorld({{kSmtpConfig, "", "CLIENTCERTCHECK REQUIRED\n"}}).speak(25, visit).succeeded);
}
