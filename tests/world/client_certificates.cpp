// Who asks clients for certificates, and what comes of the certificate that a client has: Telnet, FTP with
// its data connections, SMTP and a static port, whose clients are WS1's.
#include "simulator/machines/client_scripts.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr const char* kProfile = "TCPMAINT.198/PROFILE.TCPIP";
constexpr const char* kEchoPort = "7443  TCP TLSECHO  SECURE ECHOCERT";
constexpr const char* kDatabase = "VMSYS:GSKSSLDB";
constexpr const char* kList = "Database.crl";

struct Way {
    std::string name;
    unsigned handshakes;  ///< that it takes
    std::function<Conversation()> client;
};
const std::vector<Way>& ways() {
    const auto at = [](std::uint16_t port) { return Endpoint{Ipv4Address::of(9, 60, 60, 3), port}; };
    static const std::vector<Way> all = {
        {"Telnet", 1, [at] { return telnet_conversation(at(23)); }},
        {"FTP", 2,
         [at] {
             FtpVisit visit;
             visit.server = at(21);
             visit.tls = visit.private_data = true;
             visit.user = visit.password = "TCPMAINT";
             visit.jobs = {{FtpJob::Kind::list, "", ""}};
             return ftp_conversation(visit);
         }},
        {"SMTP", 1,
         [at] {
             return smtp_conversation({at(25), true, "", "", ""});
         }},
        {"a static port", 1, [] { return echo_conversation(); }},
    };
    return all;
}

/// As it was before lines were broken for the screen.
std::string unbroken(const std::string& text) {
    std::string out;
    for (const char c : text)
        if (c != '\n' && c != ' ') out += c;
        else if (!out.ends_with(' ')) out += ' ';
    return out;
}

/// All of them ask with this word.
WorldOptions asking(const std::string& word, const Level& level = Level()) {
    auto options = changed({{kProfile, "CLIENTCERTCHECK NONE", "CLIENTCERTCHECK " + word},
                            {kProfile, kEchoPort, std::string(kEchoPort) + " CLIENTCERTCHECK " + word},
                            {"SRVRFTP.CONFIG", "", "CLIENTCERTCHECK " + word + "\n"},
                            {"SMTP.CONFIG", "", "CLIENTCERTCHECK " + word + "\n"}});
    options.around.level = level;
    return options;
}

struct AskingWorld : BaselineWorld {
    explicit AskingWorld(const WorldOptions& options) : BaselineWorld(options) {}

    ConversationResult come(const Way& way, const std::string& certificate) {
        auto visit = way.client();
        visit.host = "gdlrct2.example.test";
        visit.certificate = certificate;
        return talk(std::move(visit));
    }
    /// On the consoles of all members.
    std::size_t times(std::string_view text) {
        std::size_t n = 0;
        for (unsigned i = 1; i <= 5; ++i)
            n += count(unbroken(console(*Userid::parse("SSL0000" + std::to_string(i)))), text);
        return n;
    }
    std::string typed(const std::string& line) {
        if (!world.virtual_machine("TCPMAINT")->logged_on()) {
            world.log_on_at_prompt("TCPMAINT");
            run(seconds{1});
        }
        const auto before = console("TCPMAINT").size();
        system().post(Userid("TCPMAINT"), ConsoleTyped{line});
        run(seconds{3});
        return unbroken(console("TCPMAINT").substr(before));
    }
};

struct Row {
    std::string certificate;
    int code;  ///< of a refusal; 0: it is good
};
const Row kRows[] = {
    {"client", 0}, {"client-expired", 401}, {"client-stranger", 8}, {"client-revoked", 431}, {"", 403}};

}  // namespace

TEST_CASE("CLIENTCERTCHECK REQUIRED: one line with the code for each client that has no good certificate") {
    for (const auto release : {Release::v710, Release::v740}) {
        AskingWorld lab(asking("REQUIRED", Level(release)));
        for (const auto& way : ways())
            for (const auto& row : kRows) {
                CAPTURE(way.name);
                CAPTURE(row.certificate);
                const auto refused = lab.times("DTCSSL022E"), warned = lab.times("DTCSSL907W");
                const auto result = lab.come(way, row.certificate);
                CHECK_MESSAGE(result.succeeded == (row.code == 0), result.why);
                CHECK(lab.times("DTCSSL022E") - refused == (row.code == 0 ? 0 : 1));
                CHECK(lab.times("DTCSSL907W") == warned);
                if (row.code == 0) continue;
                CHECK(lab.times("rc: " + std::to_string(row.code) + " ") > 0);
                const auto why = lab.typed("WHY LAST");
                CHECK_MESSAGE(why.find("CLIENTCERTCHECK REQUIRED") != why.npos, why);
            }
        CHECK(lab.times("DTCSSL022E Handshake failed rc: 403") == ways().size());
        CHECK(lab.times("DTCSSL022E Handshake failed rc: 431") == ways().size());
    }
}

TEST_CASE("CLIENTCERTCHECK PREFERRED: everybody is served; a certificate that is not good is reported") {
    AskingWorld lab(asking("PREFERRED"));
    for (const auto& way : ways())
        for (const auto& row : kRows) {
            CAPTURE(way.name);
            CAPTURE(row.certificate);
            const auto warned = lab.times("DTCSSL907W");
            const auto result = lab.come(way, row.certificate);
            CHECK_MESSAGE(result.succeeded, result.why);
            const bool bad = row.code != 0 && !row.certificate.empty();
            CHECK(lab.times("DTCSSL907W") - warned == (bad ? way.handshakes : 0));
            if (!bad) continue;
            const auto why = lab.typed("WHY DTCSSL907W");
            CHECK_MESSAGE(why.find("CLIENTCERTCHECK PREFERRED") != why.npos, why);
        }
    CHECK(lab.times("DTCSSL022E") == 0);
}

TEST_CASE("CLIENTCERTCHECK NONE: nobody is asked") {
    AskingWorld lab(asking("NONE"));
    for (const auto& way : ways()) CHECK(lab.come(way, "client-stranger").succeeded);
    CHECK(lab.times("DTCSSL907W") == 0);
}

TEST_CASE("level 710 without PH18435: Telnet alone asks, with the words NONE and FULL") {
    const Level bare(Release::v710, {});
    AskingWorld lab(asking("FULL", bare));
    for (const auto& row : kRows) {
        CAPTURE(row.certificate);
        CHECK(lab.come(ways()[0], row.certificate).succeeded == (row.code == 0));
        for (std::size_t i = 1; i < ways().size(); ++i) CHECK(lab.come(ways()[i], row.certificate).succeeded);
    }
    CHECK(lab.times("DTCSSL022E") == 4);
    CHECK(lab.said("SMTP", "DTCRUN923W CLIENTCERTCHECK of SMTP CONFIG is not used: level 710"));
    CHECK(lab.said("FTPSERVE", "DTCRUN923W CLIENTCERTCHECK of SRVRFTP CONFIG is not used: level 710"));
    CHECK_FALSE(lab.said("TCPIP", "DTCRUN924W"));
    CHECK(lab.typed("NETSTAT CONFIG INTERNALCLIENT").find("FULL") != std::string::npos);

    for (const std::string word : {"REQUIRED", "PREFERRED"}) {
        AskingWorld unknown(asking(word, bare));
        CHECK(unknown.said("TCPIP", "DTCRUN924W CLIENTCERTCHECK " + word + " of INTERNALCLIENTPARMS is not"));
        CHECK(unknown.come(ways()[0], "").succeeded);
        CHECK(unknown.times("DTCSSL907W") == 0);
    }
}

TEST_CASE("OBEYFILE says what the level does not know, once") {
    AskingWorld lab(asking("NONE", Level(Release::v710, {})));
    lab.world.log_on_at_prompt("TCPMAINT");
    lab.run(seconds{1});
    const auto said =
        lab.typed("NETSTAT OBEY INTERNALCLIENTPARMS CLIENTCERTCHECK PREFERRED ENDINTERNALCLIENTPARMS");
    CHECK_MESSAGE((said + lab.console("TCPIP")).find("DTCRUN924W") != std::string::npos, said);
}

TEST_CASE("a certificate is revoked while the system runs: SSLADMIN REFRESH reads the list") {
    auto options = asking("REQUIRED");
    options.around.clients = {{.name = "client"}};
    AskingWorld lab(options);
    const Way& echo = ways().back();
    auto& bfs = lab.world.storage().bfs;
    CHECK(bfs.find(kDatabase, kList) == nullptr);
    CHECK(lab.come(echo, "client").succeeded);

    sslserv::RevocationList list;
    list.this_update = lab.world.now() - hours{1};
    list.revoked = {{sslserv::read_certificate(lab.world.clients()[0].der)->serial, lab.world.now()}};
    const auto authority = sslserv::from_pem(lab.world.authority_pem(), "CERTIFICATE").front();
    RandomStream random(seed_from_number(3), "list");
    const auto put = [&](const std::string& text) {
        BfsNode node = *bfs.find(kDatabase, "Database.kdb");
        node.bytes = std::make_shared<std::string>(text);
        bfs.put(kDatabase, kList, std::move(node));
        (void)lab.typed("SSLADMIN REFRESH");
    };
    const auto der = sslserv::make_revocation_list(list, authority, test_keys().authority, random);
    put(std::string(der.begin(), der.end()));
    CHECK_FALSE(lab.come(echo, "client").succeeded);
    CHECK(lab.times("DTCSSL022E Handshake failed rc: 431 reason: Certificate is revoked") == 1);
    const auto why = lab.typed("WHY LAST");
    CHECK_MESSAGE(why.find("revoked on 2019-10-09, says the list of CN=vmlab Lab CA") != why.npos, why);

    put("torn");
    CHECK_FALSE(lab.come(echo, "client").succeeded);
    CHECK(lab.times("DTCSSL022E Handshake failed rc: 436") == 1);
    CHECK(lab.times("DTCSSL923W Revocation list /etc/gskadm/Database.crl cannot be used: it is no list") ==
          5);
}

TEST_CASE("a client compares the server's certificate with the name or address that it was given") {
    AskingWorld lab(asking("NONE"));
    for (const auto& way : ways()) {
        CAPTURE(way.name);
        for (const std::string host : {"gdlrct2.example.test", "GDLRCT2.EXAMPLE.TEST", "9.60.60.3", ""}) {
            auto visit = way.client();
            visit.host = host;
            const auto result = lab.talk(std::move(visit));
            CHECK_MESSAGE(result.succeeded, result.why);
        }
        for (const std::string host : {"example.test", "tcpip10.example.test", "9.60.60.4"}) {
            auto visit = way.client();
            visit.host = host;
            const auto result = lab.talk(std::move(visit));
            CHECK_FALSE(result.succeeded);
            CHECK_MESSAGE(result.why.find("the certificate is not for " + host) != std::string::npos,
                          result.why);
        }
    }
}

TEST_CASE("How do I ask Telnet clients for certificates? before, change, after") {
    for (const auto& level : {Level(), Level(Release::v710, {}), Level(Release::v740)}) {
        AskingWorld lab(asking("NONE", level));
        const Way& telnet = ways().front();
        CHECK(lab.typed("NETSTAT CONFIG INTERNALCLIENT").find("CLIENTCERTCHECK NONE") != std::string::npos);
        CHECK(lab.come(telnet, "").succeeded);

        const std::string word = level.has(Apar::PH18435) ? "REQUIRED" : "FULL";
        const auto& telnet_parms =
            "NETSTAT OBEY INTERNALCLIENTPARMS SECURECONNECTION REQUIRED TLSLABEL TELCERT CLIENTCERTCHECK " +
            word + " ENDINTERNALCLIENTPARMS";
        const auto said = lab.typed(telnet_parms);
        const auto shown = lab.typed("NETSTAT CONFIG INTERNALCLIENT");
        CAPTURE(said);
        CHECK_MESSAGE(shown.find("CLIENTCERTCHECK " + word) != std::string::npos, shown);
        CHECK(lab.come(telnet, "client").succeeded);
        CHECK_FALSE(lab.come(telnet, "").succeeded);
        CHECK(lab.times("DTCSSL022E Handshake failed rc: 403 reason: No certificate received from partner") ==
              1);
        CHECK_FALSE(lab.come(telnet, "client-stranger").succeeded);
        CHECK(lab.times("DTCSSL022E Handshake failed rc: 8 reason: Certificate validation error") == 1);
    }
}
