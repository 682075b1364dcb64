// The failures of TLS that a security officer meets, a row each: a client is served, something is changed,
// the same client comes again. What it sees then, what stands on which console, and a line that `why` names
// first.
//
// The change is made as people make it while the system runs: files are edited and who reads them is started
// again, commands are typed, or certificates are other ones (gskkyman has made them elsewhere) and SSLADMIN
// REFRESH is typed. Where only a start of the whole system reads a file, it is started anew. A client with a
// certificate of its own: tests/sslserv/client_certificates.cpp.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/commands/why.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/faults.hpp"
#include "tests/scenario/healthy_system.hpp"
#include "tests/scenario/key_database.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using sslserv::LabCertificate;

namespace {

enum class Visitor {
    ftp,      ///< lists a directory: AUTH TLS and private data
    web,      ///< asks port 7443 for a page
    older,    ///< the same, but knows nothing newer than TLS 1.1
    plain,    ///< speaks to port 7443 without TLS
    late,     ///< as ftp, while another client has a session
    fallen,   ///< its TLS 1.1 hello says that it fell back to that
    shown,    ///< as web, with a certificate of its own; trusts any server
    silent,   ///< sends half a ClientHello to port 7443, and nothing more
    shy,      ///< sends half a ClientHello to port 7443, and goes
    crooked,  ///< its half of a Diffie-Hellman exchange is 1
};

/// What gskkyman did to the key database before the lines were typed.
enum class Elsewhere {
    nothing,
    stranger,  ///< certificates of an authority that clients do not know
    expired,   ///< its password is no longer good
    renewed,   ///< certificates made to order: Row::renewed
    doubted,   ///< the status of ECHOCERT is "not trusted"
    torn,      ///< the stash file is damaged
};

struct Row {
    Visitor visitor = Visitor::web;
    // How the system is from the start.
    std::vector<PlantedEdit> edits{};
    std::vector<LabCertificate> certificates{};
    // The change; without one, the system from the start is compared with the shipped one.
    std::vector<PlantedEdit> changes{};
    Elsewhere elsewhere = Elsewhere::nothing;
    std::vector<LabCertificate> renewed{};
    std::vector<TypedLine> typed{};
    // Behind it.
    const char* client = "";           ///< what the visitor hears, or why it gives up
    const char* machine = "SSL00001";  ///< on whose console …
    const char* console = "";          ///< … this stands
    const char* question = "DTCSSL022E";
    const char* names = "";  ///< a part of the line that is named first
    const char* also = "";   ///< and one of the line behind it
};

constexpr std::string_view kDtcparms = "TCPMAINT.198/GDLRCT2.DTCPARMS";
constexpr std::string_view kProfile = "TCPMAINT.198/PROFILE.TCPIP";
constexpr std::string_view kParms = ":parms.KEYFILE /etc/gskadm/Database.kdb";
constexpr std::string_view kEchoPort = "7443  TCP TLSECHO  SECURE ECHOCERT     ; echo";

LabCertificate echo_certificate(LabCertificate order) {
    order.label = "ECHOCERT";
    return order;
}

/// The keeper of the key database does something; then the pool is started anew.
std::vector<TypedLine> keeper(const char* command) {
    return {{"GSKADMIN", "OPENVM MOUNT /../VMBFS:VMSYS:ROOT/ /"},
            {"GSKADMIN", "OPENVM MOUNT /../VMBFS:VMSYS:GSKSSLDB/ /etc/gskadm/"},
            {"GSKADMIN", command},
            {"TCPMAINT", "SSLADMIN STOP"},
            {"TCPMAINT", "SSLADMIN START"}};
}

const std::vector<TypedLine> kRefresh{{"TCPMAINT", "SSLADMIN REFRESH"}};
/// The pool is started again: DTCPARMS and the key database are read anew.
const std::vector<TypedLine> kPoolAgain{{"TCPMAINT", "SSLADMIN STOP"}, {"TCPMAINT", "SSLADMIN START"}};
const std::vector<TypedLine> kFtpAgain{{"OPERATOR", "FORCE FTPSERVE"}, {"OPERATOR", "XAUTOLOG FTPSERVE"}};

/// Files are edited on the disks of a running system.
void edit_files(const std::vector<PlantedEdit>& changes, World& world) {
    for (const auto& edit : changes) {
        auto files = world.files_now();
        const auto place = plant(edit, files);
        const auto name = place.file.substr(place.file.find('/') + 1);
        const auto dot = name.find('.');
        const auto changed = std::find_if(files.begin(), files.end(),
                                          [&](const auto& file) { return file.first == place.file; });
        REQUIRE(changed != files.end());
        Minidisk* disk = world.storage().disks.find("TCPMAINT", "0198");
        REQUIRE(disk != nullptr);
        disk->files.put(CmsFile::of_text(*Name8::parse(name.substr(0, dot)),
                                         *Name8::parse(name.substr(dot + 1)), changed->second, world.now()));
    }
}

/// Another key database with the same labels.
void replace_key_database(Elsewhere how, const std::vector<LabCertificate>& renewed, World& world) {
    RandomStream random(seed_from_number(14), "another authority");
    sslserv::LabPkiRequest request;
    request.now = world.now();
    request.host_names = {world.host_name()};
    request.labels = healthy().around.labels;
    request.certificates = renewed;
    const bool stranger = how == Elsewhere::stranger;
    auto pki =
        sslserv::make_lab_pki(request, stranger ? sslserv::make_lab_keys(random) : healthy().keys, random);
    if (how == Elsewhere::expired) {
        pki.database.set_password_expiry(world.now() - hours{1});
        pki.kdb = pki.database.serialize(request.password, random);
    }
    if (how == Elsewhere::doubted) {
        (void)pki.database.set_trusted("ECHOCERT", false);
        pki.kdb = pki.database.serialize(request.password, random);
    }
    if (how == Elsewhere::torn) pki.sth.resize(pki.sth.size() / 2);
    put_key_database(pki, world);
}

/// A whole ClientHello of TLS 1.`minor - 1` with these suites, in its record.
std::string hello_of(int minor, const std::vector<unsigned>& suites) {
    std::string body{3, char(minor)};
    body += std::string(32, 'r') + std::string(2, '\0') + char(2 * suites.size());
    for (const auto suite : suites) body += {char(suite >> 8), char(suite & 255)};
    body += std::string("\1\0", 2);
    const std::string message = std::string("\1\0\0", 3) + char(body.size()) + body;
    return std::string("\x16\3\1\0", 4) + char(message.size()) + message;
}

Conversation visit_of(Visitor visitor, const World& world) {
    const Endpoint secure{world.lan().home, 7443};
    Conversation visit;
    if (visitor == Visitor::ftp || visitor == Visitor::late) {
        FtpVisit ftp;
        ftp.server = {world.lan().home, 21};
        ftp.tls = ftp.private_data = true;
        ftp.user = ftp.password = "TCPMAINT";
        ftp.jobs = {{FtpJob::Kind::list, {}, {}}};
        visit = ftp_conversation(ftp);
    } else if (visitor == Visitor::shy || visitor == Visitor::silent) {
        visit.steps = {OpenConnection{secure}, SendBytes{std::string("\x16\3\1\2\0\1\0\1\xfc\3\3", 11)},
                       CloseConnection{}};
        if (visitor == Visitor::silent) visit.steps.back() = ExpectClose{};
        visit.patience = minutes{2};
    } else if (visitor == Visitor::fallen) {
        visit.steps = {OpenConnection{secure}, SendBytes{hello_of(2, {0x002f, 0x5600})},
                       ExpectBytes{"\x16\3\2"}, CloseConnection{}};
    } else if (visitor == Visitor::crooked) {
        const std::string one("\x16\3\3\0\7\x10\0\0\3\0\1\1", 12);
        visit.steps = {OpenConnection{secure}, SendBytes{hello_of(3, {0x009e})}, ExpectBytes{"\x16\3\3"},
                       SendBytes{one}, ExpectClose{}};
    } else {
        visit.steps = {OpenConnection{secure, visitor != Visitor::plain}, SendLine{"GET / HTTP/1.0"},
                       SendLine{""}, ExpectText{"HTTP/1.0 200"}, ExpectClose{}};
        if (visitor == Visitor::shown) visit.certificate = "client", visit.verify = false;
        if (visitor == Visitor::older) visit.newest = sslserv::Protocol::tlsv1_1;
    }
    visit.host = world.host_name();
    return visit;
}

ConversationResult come(Visitor visitor, World& world) {
    if (visitor == Visitor::late) {
        Conversation other;
        other.steps = {OpenConnection{{world.lan().home, 7443}, true}, ExpectText{"never"}};
        other.verify = false;
        (void)world.workstation().start(std::move(other), world.system());
        world.system().run_until(world.now() + seconds{5});
    }
    const auto number = world.workstation().start(visit_of(visitor, world), world.system());
    world.system().run_until(world.now() + minutes{visitor == Visitor::silent ? 2 : 1});
    return world.workstation().result(number);
}

/// On its console, or on one that was closed when it ended.
std::string said(World& world, const Userid& machine) {
    std::string all;
    for (const auto& line : world.system().console_of(machine)) all += line + "\n";
    for (const auto& [owner, files] : world.storage().spool.all())
        for (const auto& file : files)
            if (file.origin == machine) all += file.content();
    return all;
}

/// The text of a line of the files, "" when there is none.
std::string text_at(const ConfigurationFiles& files, const SourceLocation& where) {
    for (const auto& [path, text] : files) {
        const LineChange at{path, where.line, std::nullopt, std::nullopt};
        if (where.line == 0 || !at.is_at(where)) continue;
        std::size_t begin = 0;
        for (std::uint32_t n = 1; n < where.line; ++n) begin = text.find('\n', begin) + 1;
        return text.substr(begin, text.find('\n', begin) - begin);
    }
    return {};
}

/// Whether the shipped system serves such a visitor.
bool is_served(Visitor visitor) {
    static Outside nobody;
    static World world(healthy(), nobody);
    static const bool up = (world.ipl(), world.system().run_until(world.now() + minutes{1}), true);
    return up && come(visitor, world).succeeded;
}

void check_row(const Row& row) {
    const bool own_fault = row.visitor == Visitor::plain || row.visitor >= Visitor::silent;
    CHECK((own_fault || !row.typed.empty() || is_served(row.visitor)));

    WorldOptions changed = healthy();
    for (const auto& edit : row.edits) (void)plant(edit, changed.files);
    changed.around.certificates = row.certificates;
    Outside nobody;
    World world(changed, nobody);
    world.ipl();
    world.system().run_until(world.now() + minutes{1});
    if (!row.typed.empty()) {
        const auto before = come(row.visitor, world);
        CHECK_MESSAGE(before.succeeded, before.why);
        edit_files(row.changes, world);
        if (row.elsewhere != Elsewhere::nothing) replace_key_database(row.elsewhere, row.renewed, world);
        REQUIRE(type_lines(row.typed, world));
        world.system().run_until(world.now() + minutes{1});
    }
    const auto result = come(row.visitor, world);
    std::string client;
    for (const auto& line : result.transcript) client += line + "\n";
    CAPTURE(client);
    if (row.visitor < Visitor::silent) CHECK_FALSE(result.succeeded);
    CHECK(client.find(row.client) != std::string::npos);
    if (const auto machine = Userid::parse(row.machine)) {
        const auto console = said(world, *machine);
        CHECK_MESSAGE(console.find(row.console) != std::string::npos, console);
    }
    const auto answer = answer_why(*read_why(row.question), world.journal().kept(), "TCPIP");
    std::string report;
    for (const auto& line : report_why(
             answer, [](const auto&) { return std::nullopt; }, kSystemZone))
        report += line + "\n";
    CAPTURE(report);
    REQUIRE_FALSE(answer.rests_on.empty());
    const auto files = world.files_now();
    const auto named = text_at(files, answer.rests_on.front());
    CHECK_MESSAGE(named.find(row.names) != std::string::npos, answer.rests_on.front().str(), ": ", named);
    if (*row.also == '\0') return;
    REQUIRE(answer.rests_on.size() > 1);
    CHECK(text_at(files, answer.rests_on[1]).find(row.also) != std::string::npos);
}

}  // namespace

TEST_CASE("who stopped in the middle of a handshake is counted by SSLADMIN") {
    Outside nobody;
    World world(healthy(), nobody);
    world.ipl();
    world.system().run_until(world.now() + minutes{1});
    const auto has_line = [&](const std::string& start) {
        (void)world.system().close_console("TCPMAINT");
        REQUIRE(type_lines({{"TCPMAINT", "SSLADMIN QUERY STATUS SUMMARY"}}, world));
        const auto& lines = world.system().console_of("TCPMAINT");
        return std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.starts_with(start); });
    };
    //             Server   Status     Sessions  Maximum  High     Total      Failed
    CHECK(has_line("SSL00001 Active     0         600      0        0          0 "));
    (void)come(Visitor::silent, world);
    CHECK(has_line("SSL00001 Active     0         600      1        1          1 "));
    CHECK(world.stack("TCPIP")->secure_sessions == 0);
}

// A row is a test case of its own.
#define FAILURE(title, ...) \
    TEST_CASE("failure matrix: " title) { check_row({__VA_ARGS__}); }

FAILURE("the label is not in the key database", .visitor = Visitor::ftp,
        .changes = {{"TCPMAINT.198/SRVRFTP.CONFIG", "TLSLABEL          FTPCERT",
                     "TLSLABEL          NOTTHERE"}},
        .typed = kFtpAgain, .client = "refused: the peer answered the SYN with RST", .machine = "FTPSERVE",
        .console = "DTCFTS8467E", .question = "DTCFTS8467E", .names = "TLSLABEL          NOTTHERE")

FAILURE("the server's certificate has expired", .elsewhere = Elsewhere::renewed,
        .renewed = {echo_certificate({.label = {}, .dates = LabCertificate::Dates::expired})},
        .typed = kRefresh, .client = "during the handshake", .console = "DTCSSL022E Handshake failed rc: 401",
        .names = "SECURE ECHOCERT")

FAILURE("the certificate has no private key", .elsewhere = Elsewhere::renewed,
        .renewed = {echo_certificate({.label = {}, .with_key = false})}, .typed = kRefresh,
        .client = "during the handshake", .console = "DTCSSL022E Handshake failed rc: 428",
        .names = "SECURE ECHOCERT")

FAILURE("the client does not know the authority", .elsewhere = Elsewhere::stranger, .typed = kRefresh,
        .client = "TLS: 8 ", .console = "DTCSSL022E Handshake failed rc: 435", .names = "SECURE ECHOCERT")

FAILURE("no common cipher",
        .changes = {{kDtcparms, kParms, ":parms.KEYFILE /etc/gskadm/Database.kdb EXEMPT HIGH EXEMPT MEDIUM"}},
        .typed = kPoolAgain, .client = "alert 40 handshake_failure",
        .console = "DTCSSL022E Handshake failed rc: 402", .names = "EXEMPT HIGH")

FAILURE("the client's protocol is too old", .visitor = Visitor::older,
        .changes = {{kDtcparms, kParms, ":parms.KEYFILE /etc/gskadm/Database.kdb PROTOCOL -TLSV1_1"}},
        .typed = kPoolAgain, .client = "alert 70 protocol_version",
        .console = "DTCSSL022E Handshake failed rc: 412", .names = "PROTOCOL -TLSV1_1")

FAILURE("a certificate is required and the client has none",
        .edits = {{kProfile, kEchoPort, "7443  TCP TLSECHO  SECURE ECHOCERT CLIENTCERTCHECK REQUIRED"}},
        .client = "alert 40 handshake_failure", .console = "DTCSSL022E Handshake failed rc: 403",
        .names = "CLIENTCERTCHECK REQUIRED")

FAILURE("a plain client on a static port", .visitor = Visitor::plain,
        .client = "the peer closed the connection", .console = "DTCSSL022E Handshake failed rc: 410",
        .names = "SECURE ECHOCERT")

FAILURE("the client closes in the middle of the handshake", .visitor = Visitor::shy, .client = "",
        .console = "DTCSSL022E Handshake failed rc: 420", .names = "SECURE ECHOCERT")

FAILURE("the client stops in the middle of the handshake", .visitor = Visitor::silent, .client = "",
        .console = "DTCSSL022E Handshake failed rc: 406", .names = "SECURE ECHOCERT")

FAILURE("a key below 2048 bits with MODE NIST-800-131A",
        .certificates = {echo_certificate({.label = {}, .bits = 1024})},
        .changes = {{kDtcparms, kParms, ":parms.KEYFILE /etc/gskadm/Database.kdb MODE NIST-800-131A"}},
        .typed = kPoolAgain, .client = "during the handshake", .console = "DTCSSL022E Handshake failed rc: 8",
        .names = "SECURE ECHOCERT", .also = "MODE NIST-800-131A")

FAILURE("the key database cannot be read", .visitor = Visitor::ftp,
        .typed = keeper("OPENVM PERMIT /etc/gskadm/Database.kdb rw- --- --- (REPLACE"),
        .client = "421 Temporarily unable to process security", .console = "rc: 202",
        .question = "DTCSSL904E", .names = ":parms.KEYFILE")

FAILURE("the stash file is missing", .visitor = Visitor::ftp,
        .typed = keeper("OPENVM ERASE /etc/gskadm/Database.sth"),
        .client = "421 Temporarily unable to process security", .console = "rc: 201",
        .question = "DTCSSL904E", .names = ":parms.KEYFILE")

FAILURE("the password of the key database is expired", .visitor = Visitor::ftp,
        .elsewhere = Elsewhere::expired, .typed = kPoolAgain,
        .client = "421 Temporarily unable to process security", .console = "rc: 204",
        .question = "DTCSSL904E", .names = ":parms.KEYFILE")

FAILURE("MODE FIPS-140-2 with a database that is not of FIPS mode", .visitor = Visitor::ftp,
        .changes = {{kDtcparms, kParms, ":parms.KEYFILE /etc/gskadm/Database.kdb MODE FIPS-140-2"}},
        .typed = kPoolAgain, .client = "421 Temporarily unable to process security", .console = "rc: 444",
        .question = "DTCSSL904E", .names = "MODE FIPS-140-2")

FAILURE("the certificate is marked as not trusted", .elsewhere = Elsewhere::doubted, .typed = kRefresh,
        .client = "during the handshake", .console = "DTCSSL022E Handshake failed rc: 407",
        .names = "SECURE ECHOCERT")

FAILURE("a client that fell back although it need not", .visitor = Visitor::fallen,
        .edits = {{kDtcparms, kParms, ":parms.KEYFILE /etc/gskadm/Database.kdb PROTOCOL -TLSV1_2"}},
        .changes = {{kDtcparms, ":parms.KEYFILE /etc/gskadm/Database.kdb PROTOCOL -TLSV1_2", kParms}},
        .typed = kPoolAgain, .client = "", .console = "DTCSSL022E Handshake failed rc: 415",
        .names = "SECURE ECHOCERT")

FAILURE("a client whose part of the key exchange is no good", .visitor = Visitor::crooked, .client = "",
        .console = "DTCSSL022E Handshake failed rc: 9", .names = "SECURE ECHOCERT")

FAILURE("the stash file is damaged", .visitor = Visitor::ftp, .elsewhere = Elsewhere::torn,
        .typed = kPoolAgain, .client = "421 Temporarily unable to process security", .console = "rc: 408",
        .question = "DTCSSL904E", .names = ":parms.KEYFILE")

FAILURE("the key database does not have the authority of a client's certificate", .visitor = Visitor::shown,
        .edits = {{kProfile, kEchoPort, "7443  TCP TLSECHO  SECURE ECHOCERT CLIENTCERTCHECK REQUIRED"}},
        .elsewhere = Elsewhere::stranger, .typed = kRefresh, .client = "alert",
        .console = "DTCSSL022E Handshake failed rc: 8", .names = "CLIENTCERTCHECK REQUIRED")

FAILURE("MAXSESSIONS is hit", .visitor = Visitor::late,
        .edits = {{kProfile, "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
                   "SSLLIMITS MAXSESSIONS 1 MAXPERSSLSERVER 1"}},
        .client = "421 Temporarily unable to process security", .machine = "", .question = "MAXSESSIONS",
        .names = "SSLLIMITS MAXSESSIONS 1")

FAILURE("MAXSESSIONS is hit by the data connection", .visitor = Visitor::ftp,
        .edits = {{kProfile, "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
                   "SSLLIMITS MAXSESSIONS 1 MAXPERSSLSERVER 1"}},
        .client = "425 Cannot open data connection", .machine = "", .question = "425",
        .names = "SSLLIMITS MAXSESSIONS 1")
#undef FAILURE
