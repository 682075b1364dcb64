// DTCPARMS and :parms. of a TLS/SSL server, from the text to what servers do.
#include "tests/sslserv/wire.hpp"
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const std::string kParms = ":parms.KEYFILE /etc/gskadm/Database.kdb";

Edit parms(const std::string& operands) { return {kDtcparms, kParms, kParms + " " + operands}; }
/// The cipher suite of a connection to the echo port; empty when there is none.
std::string cipher_with(const std::string& operands) {
    return EditedWorld({parms(operands)}).talk(echo_conversation()).cipher;
}

/// A member that runs with these operands.
sslserv::Policy policy_of(std::string_view operands) {
    const auto source = profiles::SourceText::from_host({"SYSTEM", "DTCPARMS", {'D', '1'}}, operands);
    return configure_policy(profiles::read_vmssl_parms(profiles::scan_all(source, 0), source, {}), Level());
}
/// A client with this session comes back so much later: is it resumed?
bool resumed_after(std::string_view operands, Duration later) {
    using namespace sslserv::test;
    const auto cache = std::make_shared<sslserv::SessionCache>();
    Line line(policy_of(operands), lab_pki().database, cache);
    Client first(client_settings());
    line.connect(first);
    line.id = 2;
    line.now += later;
    sslserv::TlsSessionOptions again;
    again.resume = first.session->resumable();
    Client second(client_settings(), again);
    line.connect(second);
    return second.up && second.up->resumed;
}

}  // namespace

// ── tags ──────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE(":nick., :type., :class. and :command.: what a server runs") {
    CHECK(EditedWorld().said("FTPSERVE", "DTCRUN1011I Running server command: SRVRFTP"));
}

TEST_CASE(":stack.: the pool that a stack starts is the one that names it") {
    CHECK(EditedWorld().world.stack("TCPIP")->members.size() == 5);
}

TEST_CASE(":mount.: the key database is found in the byte file system") {
    CHECK(EditedWorld().members_ready() == 5);
}

TEST_CASE(":mixedcaseparms.YES: the path of KEYFILE is not folded") {
    CHECK_FALSE(EditedWorld().said("SSL00001", "DTCSSL904E"));
}

TEST_CASE(":parms. and KEYFILE: another key database") {
    EditedWorld lab({{kDtcparms, "Database.kdb", "Other.kdb"}});
    CHECK(lab.said("SSL00001", "DTCSSL904E"));
    CHECK(lab.members_ready() == 0);
}

TEST_CASE(":attach.: the stack has the device that it starts") {
    CHECK(EditedWorld().world.stack("TCPIP10")->stack.interfaces.size() == 1);
}

TEST_CASE(":DCSS_Parms.: the stack starts the owner of the session cache") {
    EditedWorld lab;
    CHECK(lab.said("TCPIP", "DTCRUN1043I Initiating XAUTOLOG of server SSLDCSSM"));
    CHECK(lab.world.sessions().find("SSLDCSSM") != nullptr);
}

TEST_CASE(":admin_id_list.: its users may use SSLADMIN, and nobody else") {
    const Edit maint{kDtcparms, ":admin_id_list.TCPMAINT GSKADMIN", ":admin_id_list.MAINT"};
    CHECK(EditedWorld({maint}).typed("MAINT", "ssladmin query status").find("DTCSSL951E") ==
          std::string::npos);
    CHECK(EditedWorld({maint}).typed("TCPMAINT", "ssladmin query status").find("DTCSSL951E") !=
          std::string::npos);
}

TEST_CASE(":anonymous.YES: FTPSERVE lets anonymous users in") {
    EditedWorld lab({{kSystemDtcparms, ":anonymous.NO", ":anonymous.YES"}});
    CHECK(lab.speak(21, {{"USER anonymous", "331"}, {"PASS me@ws1", "230"}}).succeeded);
}

TEST_CASE(":owner.: who gets the console of a server") {
    EditedWorld lab({{kSystemDtcparms, ":anonymous.NO", ":anonymous.NO\n                :owner.MAINT"}});
    CHECK(lab.said("FTPSERVE", "DTCRUN922I Console log will be sent to owner ID: MAINT"));
    lab.world.force("OPERATOR", "FTPSERVE");
    lab.run(seconds{1});
    CHECK_FALSE(lab.world.storage().spool.reader_of("MAINT").empty());
}

TEST_CASE(":timestamp.OFF: a server's lines come without the time") {
    EditedWorld lab({{kDtcparms, ":timestamp.ON", ":timestamp.OFF"}});
    const auto console = lab.console("SSL00001");
    const auto at = console.find("DTCSSL");
    REQUIRE(at != std::string::npos);
    CHECK((at == 0 || console[at - 1] == '\n'));
}

TEST_CASE(":timezone.: the clock of a server") {
    EditedWorld lab({{kDtcparms, ":timestamp.ON", ":timestamp.ON :timezone.PST8PDT"}});
    CHECK(lab.said("SSL00001", "\n09:00:"));
}

TEST_CASE(":timezone. of a stack: the clock of its console, and of what it says later") {
    EditedWorld lab({{kDtcparms, "<DEFAULT>", "<DEFAULT> :timezone.PST8PDT"}});
    CHECK(lab.said("TCPIP", "DTCRUN1011I Server started at 09:00:"));
    CHECK(lab.said("TCPIP", "\n09:00:00 DTCIPI008I"));
    CHECK(lab.said("TCPIP", "\n09:00:00 DTCIPI907I"));
}

// ── operands of VMSSL ─────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("EXEMPT: a suite is not negotiated any more") {
    const std::string usual = cipher_with("");
    CHECK(usual == "RSA_AES_128_GCM_SHA256");
    const std::string other = cipher_with("EXEMPT RSA_AES_128_GCM_SHA256");
    CHECK(other != "");
    CHECK(other != usual);
}

TEST_CASE("ENABLE: a suite that was exempt is negotiated again") {
    CHECK(cipher_with("EXEMPT RSA_AES_128_GCM_SHA256 ENABLE RSA_AES_128_GCM_SHA256") ==
          "RSA_AES_128_GCM_SHA256");
}

TEST_CASE("PROTOCOL: a version that is taken away is not negotiated") {
    using namespace sslserv::test;
    Line line(policy_of("PROTOCOL -TLSV1_2"));
    Client client(client_settings());
    line.connect(client);
    REQUIRE(client.up.has_value());
    CHECK(client.up->version == sslserv::Protocol::tlsv1_1);
}

/// A system with RACF, whose database these commands make.
std::vector<Edit> with_racf(const std::string& commands, std::vector<Edit> more = {}) {
    more.push_back(
        {kDirectory, "", "USER RACFVM AUTOONLY 32M 128M G\n  IPL CMS\n  MDISK 0191 3390 0900 0005 M01RES\n"});
    more.push_back({"RACFVM.191/RACF.COMMANDS", "", commands});
    return more;
}
const Edit kEsmEnabled{kSystemDtcparms, ":ESM_Enable.NO", ":ESM_Enable.YES"};
ConversationResult log_in(EditedWorld& lab, const std::string& password) {
    return lab.speak(21, {{"USER TCPMAINT", "331"}, {"PASS " + password, "230"}});
}

TEST_CASE(":ESM_Enable.YES: RACF checks the passwords of FTP users") {
    const std::string user = "ADDUSER TCPMAINT PASSWORD(SECRET)\n";
    EditedWorld lab(with_racf(user, {kEsmEnabled}));
    CHECK(log_in(lab, "SECRET").succeeded);
    CHECK_FALSE(log_in(lab, "TCPMAINT").succeeded);  // that is the directory's
    CHECK(lab.typed("TCPMAINT", "WHY LAST").find("RACF COMMANDS A1:1:1         ADDUSER TCPMAINT") !=
          std::string::npos);
    EditedWorld without(with_racf(user));
    CHECK(log_in(without, "TCPMAINT").succeeded);
    CHECK_FALSE(log_in(without, "SECRET").succeeded);
}

TEST_CASE(":ESM_Enable.YES without an external security manager: nobody is let in, and why says so") {
    EditedWorld lab({kEsmEnabled});
    CHECK_FALSE(log_in(lab, "TCPMAINT").succeeded);
    CHECK(lab.typed("TCPMAINT", "WHY LAST").find("there is no external security manager") !=
          std::string::npos);
    CHECK(lab.console("TCPMAINT").find("SYSTEM DTCPARMS D1:") != std::string::npos);
}

TEST_CASE("RACF: the older word for :ESM_Enable.YES") {
    EditedWorld lab({{kFtpConfig, "", "RACF\n"}});
    CHECK_FALSE(log_in(lab, "TCPMAINT").succeeded);
}

TEST_CASE("VMMDISK: without READ the disk is not there, nor its files") {
    EditedWorld lab(
        with_racf("SETROPTS CLASSACT(VMMDISK)\nRDEFINE VMMDISK TCPMAINT.198 UACC(READ)\n"
                  "PERMIT TCPMAINT.198 CLASS(VMMDISK) ID(FTPSERVE) ACCESS(NONE)\n"));
    CHECK(lab.said("FTPSERVE",
                   "RPIMGR032E YOU ARE NOT AUTHORIZED TO LINK TO TCPMAINT.198\n"
                   "HCPLNM298E TCPMAINT 0198 not linked; request denied\n"));
    CHECK_FALSE(lab.said("FTPSERVE", "DMSACP723I D (198) R/O"));
    CHECK_FALSE(lab.said("FTPSERVE", "SYSTEM DTCPARMS D1"));
    CHECK(lab.said("FTPSERVE", "IBM DTCPARMS E1"));
    CHECK(lab.greets(25));
}

TEST_CASE("VMRDR: without UPDATE the console of a server is not received") {
    EditedWorld lab(
        with_racf("SETROPTS CLASSACT(VMRDR)\nRDEFINE VMRDR TCPMAINT UACC(UPDATE)\n"
                  "PERMIT TCPMAINT CLASS(VMRDR) ID(SMTP) ACCESS(NONE)\n"));
    for (const char* server : {"SMTP", "FTPSERVE"}) lab.typed("TCPMAINT", std::string("FORCE ") + server);
    lab.run(seconds{1});
    const auto& reader = lab.world.storage().spool.reader_of("TCPMAINT");
    REQUIRE(reader.size() == 1);
    CHECK(reader.front().origin == Userid("FTPSERVE"));
    CHECK(lab.said("RACFVM", "ICH408I USER(SMTP    ) TCPMAINT CL(VMRDR)"));
}

TEST_CASE("ICHCONN: a server that may not use it goes on without audit records") {
    EditedWorld lab(
        with_racf("SETROPTS CLASSACT(FACILITY)\nRDEFINE FACILITY ICHCONN UACC(NONE)\n"
                  "PERMIT ICHCONN CLASS(FACILITY) ID(SSL00002) ACCESS(UPDATE)\n"));
    CHECK(lab.said("SSL00001", "DTCSSL924W"));
    CHECK_FALSE(lab.said("SSL00002", "DTCSSL924W"));
    CHECK(lab.echoes());
}

TEST_CASE(":exit.: an EXEC that keeps the server from starting") {
    const Edit exit{kSystemDtcparms, ":ESM_Enable.NO", ":ESM_Enable.NO :exit.FTPEXIT"};
    EditedWorld lab({exit, {"TCPMAINT.198/FTPEXIT.EXEC", "", "arg call .\nif call = 'SETUP' then exit 8\n"}});
    CHECK(lab.said("FTPSERVE", "DTCRUN1001E \"EXEC FTPEXIT SETUP\" failed with return code 8"));
    CHECK_FALSE(lab.greets(21));
}

TEST_CASE(":exit.: its commands run in the server's machine, at the end, too") {
    const Edit exit{kSystemDtcparms, ":ESM_Enable.NO", ":ESM_Enable.NO :exit.FTPEXIT"};
    EditedWorld lab(
        {exit, {"TCPMAINT.198/FTPEXIT.EXEC", "", "arg call .\n'CP MSG OPERATOR FTP exit:' call\n"}});
    CHECK(lab.greets(21));
    CHECK(lab.said("OPERATOR", "FTP exit: SETUP"));
    CHECK(lab.said("OPERATOR", "FTP exit: BEGIN"));
    lab.typed("TCPMAINT", "SMSG FTPSERVE SHUTDOWN");
    lab.run(seconds{1});
    CHECK(lab.said("OPERATOR", "FTP exit: END"));
}

TEST_CASE("MODE FIPS-140-2: a key database that is not of that mode cannot be used") {
    CHECK(sslserv::test::Line(policy_of("MODE FIPS-140-2")).ear.said("DTCSSL904E"));
}

TEST_CASE("FIPS is MODE FIPS-140-2") { CHECK(sslserv::test::Line(policy_of("FIPS")).ear.said("DTCSSL904E")); }

TEST_CASE("GSKTRACE: the calls of System SSL, on the console") {
    sslserv::test::Line line(policy_of("GSKTRACE 4"));
    line.open("NOTTHERE");
    CHECK(line.ear.said("DTCSSL932I GSKTRACE ERROR gsk_secure_socket_init"));
}

TEST_CASE("TLSFALLBACKSCSV OFF: a client that fell back is served") {
    using namespace sslserv::test;
    Line line(policy_of("TLSFALLBACKSCSV OFF"));
    line.open();
    // A ClientHello of TLS 1.1 with RSA_AES_128 and the signal of RFC 7507.
    line.to_member(std::string("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x02", 11) + std::string(32, 'r') +
                   std::string("\x00\x00\x04\x00\x2f\x56\x00\x01\x00", 9));
    CHECK(line.ear.count<SslToWire>() > 0);
    CHECK(line.last<SslFailed>() == nullptr);
}

TEST_CASE("TRACE CONNECTIONS: a line for every connection") {
    EditedWorld lab({parms("TRACE CONNECTIONS ALL")});
    (void)lab.echoes();
    CHECK(lab.said("SSL00001", "DTCSSL912I"));
}

TEST_CASE("NOTRACE: not even the failures") {
    sslserv::test::Line line(policy_of("NOTRACE"));
    line.open("NOTTHERE");
    CHECK(line.last<SslFailed>() != nullptr);
    CHECK_FALSE(line.ear.said("DTCSSL022E"));
}

TEST_CASE("CACHELIFE: so long may a client come back to its session") {
    CHECK(resumed_after("CACHELIFE 10M", minutes{9}));
    CHECK_FALSE(resumed_after("CACHELIFE 10M", minutes{11}));
}

TEST_CASE("CACHECLEANUP: after so many connections old sessions leave the cache") {
    using namespace sslserv::test;
    const auto cache = std::make_shared<sslserv::SessionCache>();
    cache->put("old", {1}, kNow - hours(1), seconds(1));
    Line line(policy_of("CACHECLEANUP 10"), lab_pki().database, cache);
    for (line.id = 1; line.id < 10; ++line.id) line.open();
    CHECK(cache->counts().entries == 1);
    line.open();
    CHECK(cache->counts().entries == 0);
}
