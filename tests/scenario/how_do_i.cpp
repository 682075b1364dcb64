// The slides' questions that begin with "How do I": the commands of their answers, typed in the running
// system, and what a client and SSLADMIN QUERY STATUS DETAILS show before and behind them.
#include <doctest/doctest.h>

#include <cstdio>

#include "simulator/scenario/keyboard.hpp"
#include "simulator/world.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct Site {
    explicit Site(const WorldOptions& options = healthy()) : world(options, nobody) {
        world.ipl();
        run(minutes{1});
    }
    void run(Duration how_long) { world.system().run_until(world.now() + how_long); }
    /// What TCPMAINT reads behind a line.
    std::string type(const std::string& line) {
        (void)world.system().close_console("TCPMAINT");
        REQUIRE(type_lines({{"TCPMAINT", line}}, world));
        std::string text;
        for (const auto& shown : world.system().console_of("TCPMAINT")) text += shown + "\n";
        return text;
    }
    /// An operand of the pool: into DTCPARMS, and the pool stopped and started, since it reads them at its
    /// start.
    void add_operand(const std::string& operand) {
        const auto said = type("CHANGE GDLRCT2 DTCPARMS D /Database.kdb/Database.kdb " + operand + "/");
        CHECK_MESSAGE(said.find("Ready;") != std::string::npos, said);
        (void)type("SSLADMIN STOP");
        (void)type("SSLADMIN START");
        run(minutes{1});
    }
    std::string details() { return type("SSLADMIN QUERY STATUS DETAILS (SSL SSL00001"); }
    /// A browser at port 7443.
    ConversationResult visit(sslserv::Protocol newest = sslserv::Protocol::tlsv1_2) {
        Conversation c;
        c.host = world.host_name();
        c.newest = newest;
        c.steps = {OpenConnection{{world.lan().home, 7443}, true}, SendLine{"GET / HTTP/1.0"}, SendLine{""},
                   ExpectText{"HTTP/1.0 200"}, ExpectClose{}};
        const auto number = world.workstation().start(std::move(c), world.system());
        run(minutes{1});
        return world.workstation().result(number);
    }

    Outside nobody;
    World world;
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

/// The lines of SSLADMIN's answer with this word in it.
std::string lines_with(const std::string& text, std::string_view word) {
    std::string some;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        if (has(line, word)) some += line + "\n";
        at = end + 1;
    }
    return some;
}

}  // namespace

TEST_CASE("How do I turn off an algorithm? EXEMPT it by name") {
    Site site;
    const auto before = site.visit();
    REQUIRE(before.succeeded);
    REQUIRE_FALSE(before.cipher.empty());
    CHECK(has(lines_with(site.details(), before.cipher), "Included"));
    site.add_operand("EXEMPT " + before.cipher);
    CHECK(has(lines_with(site.details(), before.cipher), "Exempt"));
    const auto after = site.visit();
    CHECK(after.succeeded);
    CHECK(after.cipher != before.cipher);
}

TEST_CASE("How do I force users to use a particular version of TLS? PROTOCOL") {
    Site site;
    CHECK(site.visit(sslserv::Protocol::tlsv1_1).succeeded);
    CHECK(has(site.details(), "Enabled  TLSV1_2 TLSV1_1\n"));
    site.add_operand("PROTOCOL +TLSV1_2 PROTOCOL -TLSV1_1");
    CHECK(has(site.details(), "Enabled  TLSV1_2\n"));
    const auto older = site.visit(sslserv::Protocol::tlsv1_1);
    CHECK_FALSE(older.succeeded);
    CHECK(has(older.why, "alert 70 protocol_version"));
    const auto newer = site.visit();
    CHECK(newer.succeeded);
    CHECK(newer.protocol == "TLS1.2");
}

TEST_CASE("How do I meet my company's policies on key sizes? MODE NIST-800-131A") {
    WorldOptions options = healthy();
    options.around.certificates = {{.label = "ECHOCERT", .bits = 1024}};
    Site site(options);
    CHECK(site.visit().succeeded);
    CHECK(has(site.details(), "SSL00001 Enabled  <*None*>\n"));
    site.add_operand("MODE NIST-800-131A");
    CHECK(has(site.details(), "SSL00001 Enabled  NIST-800-131A\n"));
    CHECK_FALSE(site.visit().succeeded);
    Site strong;
    strong.add_operand("MODE NIST-800-131A");
    CHECK(strong.visit().succeeded);
    CHECK_FALSE(strong.visit(sslserv::Protocol::tlsv1_1).succeeded);
}

TEST_CASE("How do I use elliptic curves with the TLS server? ENABLE their suites") {
    Site site;
    const auto before = site.visit();
    CHECK(before.succeeded);
    CHECK_FALSE(has(before.cipher, "ECDHE"));
    site.add_operand("EXEMPT HIGH EXEMPT MEDIUM ENABLE ECDHE_RSA_AES_128_GCM_SHA256");
    const auto after = site.visit();
    CHECK(after.succeeded);
    CHECK(after.cipher == "ECDHE_RSA_AES_128_GCM_SHA256");
    CHECK(has(lines_with(site.details(), "ECDHE_RSA_AES_128_GCM_SHA256"), "Included"));
}

TEST_CASE("How do I use the Crypto Express features with my TLS server?") {
    const auto site_with = [](std::string_view profile) {
        WorldOptions options = healthy();
        options.around.crypto.emplace();
        options.around.crypto->cards.push_back(CryptoCard::parse("CEX6A").value());
        constexpr std::string_view kShipped = "PROFILE TCPSSLU\n  CRYPTO APVIRTUAL\n";
        for (auto& [path, text] : options.files)
            if (path.ends_with("USER.DIRECT")) text.replace(text.find(kShipped), kShipped.size(), profile);
        return options;
    };
    Site before(site_with("PROFILE TCPSSLU\n")), after(site_with("PROFILE TCPSSLU\n  CRYPTO APVIRTUAL\n"));
    CHECK(has(before.details(), "SSL00001 Enabled  CPACF\nSSL00001 Disabled APVIRTUAL\n"));
    CHECK(has(after.details(), "SSL00001 Enabled  CPACF APVIRTUAL\nSSL00001 Disabled <*None*>\n"));
    CHECK(before.visit().succeeded);
    CHECK(after.visit().succeeded);  // what it saves: tests/world/crypto_hardware.cpp
}

TEST_CASE("the questions whose answers are not simulated are named, as long as they are not") {
    Site site;
    CHECK(has(site.type("GSKKYMAN"), "Unknown CP/CMS command"));
    std::printf("waits: How do I make a certificate of the right key length: gskkyman is not simulated\n");
}
