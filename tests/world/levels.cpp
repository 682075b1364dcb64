// The level of the system, end to end: what it is called everywhere, its defaults, and what its service
// brings.
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr const char* kProfile = "TCPMAINT.198/PROFILE.TCPIP";
constexpr const char* kEchoPort = "7443  TCP TLSECHO  SECURE ECHOCERT";

WorldOptions at(Level level, const std::vector<Edit>& edits = {}) {
    auto options = changed(edits);
    options.around.level = level;
    return options;
}

struct LevelledWorld : BaselineWorld {
    explicit LevelledWorld(const WorldOptions& options) : BaselineWorld(options) {
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
    std::string typed(const std::string& line) {
        const auto before = console("TCPMAINT").size();
        system().post(Userid("TCPMAINT"), ConsoleTyped{line});
        run(seconds{3});
        return console("TCPMAINT").substr(before);
    }
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

}  // namespace

TEST_CASE("level 740: its name in every reply, no service on it, TLS 1.2 alone") {
    LevelledWorld lab(at(Level(Release::v740)));
    CHECK(has(lab.typed("NETSTAT LEVEL"), "TCP/IP Level 740\nService: None\n"));
    CHECK(has(lab.typed("QUERY CPLEVEL"), "z/VM Version 7 Release 4.0, service level 2401"));
    CHECK(has(lab.typed("QUERY CMSLEVEL"), "CMS Level 33"));
    CHECK(lab.said("TCPIP", "DTCTCP001I z/VM TCP/IP Level 740"));
    CHECK(lab.said("SSL00001", "DTCRUN1048I SLVL service information for: SSLSERV MODULE E2"));
    CHECK_FALSE(lab.said("SSL00001", "PI99184"));
    const auto details = lab.typed("SSLADMIN QUERY STATUS DETAILS (SSL SSL00001");
    CHECK(has(details, "SSL00001 Enabled  TLSV1_2\n"));
    CHECK(has(details, "SSL00001 Disabled TLSV1_3 TLSV1_1 TLSV1_0 SSLV3 SSLV2\n"));
    Conversation greeting;
    greeting.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 21}}, ExpectReply{"220"}};
    const auto heard = lab.talk(std::move(greeting));
    std::string transcript;
    for (const auto& line : heard.transcript) transcript += line + "\n";
    CHECK(has(transcript, "IBM VM Level 740"));
}

TEST_CASE("level 710: the SLVL lines name the service that is on it") {
    LevelledWorld lab(at(Level()));
    CHECK(lab.said("SSL00001", "SSLSERV  PI99184"));
    CHECK(lab.said("SSL00001", "SSLSERV  PH18435"));
    CHECK(lab.said("FTPSERVE", "SRVRFTP  PH18435"));
    const Apar service[] = {Apar::PI99184};
    LevelledWorld fewer(at(Level(Release::v710, service)));
    CHECK(fewer.said("SSL00001", "SSLSERV  PI99184"));
    CHECK_FALSE(fewer.said("SSL00001", "PH18435"));
    LevelledWorld older(at(Level(Release::v640)));
    CHECK(older.said("SSL00001", "SSLSERV  PI72106"));
    CHECK(has(older.typed("NETSTAT LEVEL"), "TCP/IP Level 640\nService: PI72106\n"));
}

TEST_CASE("without PI99184: no elliptic curves, and lists of secured connections without the protocol") {
    const std::string parms = ":parms.KEYFILE /etc/gskadm/Database.kdb";
    const Edit curves{"GDLRCT2.DTCPARMS", parms, parms + " ENABLE ECDHE_RSA_AES_128"};
    LevelledWorld without(at(Level(Release::v710, {}), {curves}));
    CHECK(without.said("SSL00001", "DTCPRS903E ECDHE_RSA_AES_128 is not valid as cipher suite"));
    LevelledWorld with(at(Level(), {curves}));
    CHECK(with.said("SSL00001", "DTCSSL901I"));

    for (const bool protocol : {true, false}) {
        LevelledWorld lab(at(protocol ? Level() : Level(Release::v710, {})));
        Conversation held;
        held.host = "gdlrct2.example.test";
        held.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 7443}, true}, ExpectText{"never"}};
        lab.world.workstation().start(std::move(held), lab.system());
        lab.run(seconds{2});
        const auto sessions = lab.typed("SSLADMIN QUERY SESSIONS");
        const auto connections = lab.typed("NETSTAT IDENTIFY SSL");
        CHECK(has(sessions, "RSA_AES_128_GCM_SHA256"));
        CHECK(has(connections, "RSA_AES_128_GCM_SHA256"));
        CHECK(has(sessions, "TLS1.2_") == protocol);
        CHECK(has(connections, "TLS1.2_") == protocol);
    }
}

TEST_CASE("without PH18435: a static port cannot ask for a certificate, and says so") {
    const Edit asks{kProfile, kEchoPort, std::string(kEchoPort) + " CLIENTCERTCHECK REQUIRED"};
    LevelledWorld with(at(Level(), {asks}));
    CHECK_FALSE(with.talk(echo_conversation()).succeeded);
    LevelledWorld without(at(Level(Release::v710, {}), {asks}));
    CHECK(without.talk(echo_conversation()).succeeded);
    CHECK(without.said("TCPIP", "DTCRUN923W CLIENTCERTCHECK of PORT is not used: level 710"));
    LevelledWorld ftp(at(Level(Release::v710, {}), {{"SRVRFTP.CONFIG", "", "CLIENTCERTCHECK REQUIRED\n"}}));
    CHECK(ftp.said("FTPSERVE", "DTCRUN923W CLIENTCERTCHECK of SRVRFTP CONFIG is not used: level 710"));
}

TEST_CASE("certificates made to order: what is not fit for use is refused with its code") {
    using sslserv::LabCertificate;
    const auto refused = [](LabCertificate order, std::string_view said) {
        auto options = at(Level());
        order.label = "ECHOCERT";
        options.around.certificates = {order};
        LevelledWorld lab(options);
        CHECK_FALSE(lab.talk(echo_conversation()).succeeded);
        CHECK_MESSAGE(lab.said("SSL00001", said), lab.console("SSL00001"));
    };
    refused({.label = {}, .dates = LabCertificate::Dates::expired}, "DTCSSL022E Handshake failed rc: 401");
    refused({.label = {}, .dates = LabCertificate::Dates::not_yet}, "DTCSSL022E Handshake failed rc: 401");
    refused({.label = {}, .with_key = false}, "DTCSSL022E Handshake failed rc: 428");
    // A suite for such a key is not enabled.
    refused({.label = {}, .kind = sslserv::KeyKind::ec, .bits = 256}, "DTCSSL022E Handshake failed rc: 402");
}

TEST_CASE("MODE FIPS-140-2 with a database of that mode serves; a byte changed in it keeps the pool down") {
    const std::string parms = ":parms.KEYFILE /etc/gskadm/Database.kdb";
    auto options = at(Level(), {{"GDLRCT2.DTCPARMS", parms, parms + " MODE FIPS-140-2"}});
    options.around.fips_database = true;
    LevelledWorld lab(options);
    CHECK(lab.said("SSL00001", "DTCSSL930I Cryptographic module: integrity is proved"));
    CHECK(lab.talk(echo_conversation()).succeeded);
    CHECK(has(lab.typed("SSLADMIN QUERY STATUS DETAILS (SSL SSL00001"), "SSL00001 Enabled  FIPS-140-2\n"));

    auto& bfs = lab.world.storage().bfs;
    const auto* found = bfs.find("VMSYS:GSKSSLDB", "Database.kdb");
    REQUIRE(found != nullptr);
    auto node = *found;
    auto bytes = *node.bytes;
    bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
    node.bytes = std::make_shared<std::string>(std::move(bytes));
    bfs.put("VMSYS:GSKSSLDB", "Database.kdb", std::move(node));
    (void)lab.typed("SSLADMIN STOP");
    (void)lab.typed("SSLADMIN START");
    lab.run(seconds{30});
    CHECK(lab.said("SSL00001", "rc: 102"));
    CHECK_FALSE(lab.talk(echo_conversation()).succeeded);
}
