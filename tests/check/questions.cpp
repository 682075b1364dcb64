// Every question finds its fault where it was planted, and what it suggests, applied as it stands, removes
// the finding.
#include <doctest/doctest.h>

#include <fmt/ranges.h>

#include <algorithm>

#include "tests/check/given_files.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

constexpr const char* kProfile = "TCPMAINT.198/PROFILE.TCPIP";
constexpr const char* kNode = "TCPMAINT.198/GDLRCT2.DTCPARMS";
constexpr const char* kSystem = "TCPMAINT.198/SYSTEM.DTCPARMS";
constexpr const char* kIbm = "TCPMAINT.591/IBM.DTCPARMS";
constexpr const char* kFtp = "TCPMAINT.198/SRVRFTP.CONFIG";
constexpr const char* kSmtp = "TCPMAINT.198/SMTP.CONFIG";
constexpr const char* kData = "TCPMAINT.592/TCPIP.DATA";
constexpr const char* kFtpData = "TCPMAINT.592/FTP.DATA";
constexpr const char* kHosts = "TCPMAINT.592/ETC.HOSTS";
constexpr const char* kServices = "TCPMAINT.592/ETC.SERVICES";
constexpr const char* kDirect = "MAINT.2CC/USER.DIRECT";

/// `from` becomes `to` in `path`; then `id` is found at `at` ("line:column" of `where`, or of `path`), with a
/// fix or not.
struct Planted {
    std::string_view id;
    const char* path;
    const char* from;
    const char* to;
    const char* at;
    bool fixed;
    const char* where = nullptr;
};

constexpr Planted kPlanted[] = {
    {"autolog-without-port", kProfile, "7443  TCP TLSECHO", "7443  TCP INTCLIEN", "22:3", false},
    {"port-owner-not-autologged", kProfile, "  TLSECHO  0\n", "", "31:13", true},
    {"port-owner-not-autologged", kProfile, "21    TCP FTPSERVE ", "21    TCP FTPSERV  ", "28:13", true},
    {"autolog-constant", kProfile, "FTPSERVE 0", "FTPSERVE", "20:3", true},
    {"autolog-ssl-server", kProfile, "  SMTP     0\n", "  SMTP     0\n  SSL00001 0\n", "22:3", false},
    {"restart-loop", kProfile, "20    TCP FTPSERVE NOAUTOLOG", "20    TCP FTPSERVE", "27:3", true},
    {"server-port-not-reserved", kFtp, "PORT              21", "PORT              2121", "2:19", true},
    {"server-port-not-reserved", kSmtp, "PORT              25", "PORT              26", "2:19", true},
    {"telnet-port-not-reserved", kProfile, "  992   TCP INTCLIEN SECURE TELCERT      ;", ";", "38:8", true},
    {"passive-ports-not-reserved", kFtp, "30000 30999", "40000 40999", "6:1", true},
    {"unknown-userid", kProfile, "OPERATOR TCPMAINT MAINT", "OPERATOR TCPMAIN MAINT", "6:12", true},
    {"unknown-userid", kNode, ":admin_id_list.TCPMAINT GSKADMIN", ":admin_id_list.TCPMAINT GSKADMN", "15:41",
     true},
    {"unused-server", kProfile, "  SMTP     0\n", "", "211:6", false, kDirect},
    {"permit-forgets-server", kProfile, "  RESTRICTLOWPORTS\n", "  RESTRICTLOWPORTS PERMITTEDUSERSONLY\n",
     "47:20", true},
    {"clear-telnet", kProfile, "SECURECONNECTION REQUIRED", "SECURECONNECTION ALLOWED", "39:20", true},
    {"clear-ftp", kFtp, "SECURECONTROL     ALLOWED", "SECURECONTROL     NEVER", "7:19", true},
    {"clear-mail", kSmtp, "TLS               ALLOWED", "TLS               NEVER", "9:19", true},
    {"secure-data-without-control", kFtp, "SECUREDATA        ALLOWED", "SECUREDATA        REQUIRED", "8:19",
     true},
    {"anonymous-ftp", kFtp, "INACTIVE          300", "ANONYMOUS", "3:1", true},
    {"anonymous-ftp", kSystem, ":anonymous.NO", ":anonymous.YES", "6:28", true},
    {"forward-mail", kSmtp, "FORWARDMAIL       NO", "FORWARDMAIL       YES", "6:19", true},
    {"free-low-ports", kProfile, "RESTRICTLOWPORTS", "FREELOWPORTS", "47:3", true},
    {"restrict-low-ports-not-stated", kProfile, "  RESTRICTLOWPORTS\n", "", "1:1", true},
    {"restrict-low-ports-not-stated", kProfile, "ASSORTEDPARMS\n  RESTRICTLOWPORTS\nENDASSORTEDPARMS\n", "",
     "1:1", true},
    {"time-mark", kProfile, "TIMEMARK 600", "TIMEMARK 0", "42:12", true},
    {"label-not-in-database", kProfile, "SECURE ECHOCERT", "SECURE ECHOCRT", "32:29", true},
    {"label-form", kSmtp, "TLSLABEL          SMTPCERT", "TLSLABEL          smtpcert", "10:19", true},
    {"label-form", kProfile, "SECURE ECHOCERT", "SECURE ECHOCERTIFICATE", "32:29", false},
    {"label-missing", kSmtp, "TLSLABEL          SMTPCERT\n", "", "9:19", false},
    {"no-ssl-server", kProfile, "SSLSERVERID * TIMEOUT 30\n", "", "30:29", true},
    {"ssl-pool", kProfile, "SSLSERVERID *", "SSLSERVERID SSLSERV", "15:13", true},
    {"ssl-pool", kProfile, "MAXSESSIONS 3000", "MAXSESSIONS 9000", "16:23", true},
    {"old-protocols", kNode, "Database.kdb", "Database.kdb PROTOCOL +TLSV1_0", "18:66", true},
    {"weak-ciphers", kNode, "Database.kdb", "Database.kdb ENABLE RC4_128_MD5", "18:64", false},
    {"device-not-started", kProfile, "START DEV@0600", "", "59:8", true},
    {"device-without-link", kProfile, "START DEV@0600", "DEVICE D2 OSD 0601\nSTART D2\nSTART DEV@0600",
     "69:8", false},
    {"link-without-home", kProfile, "START DEV@0600", "LINK L2 QDIOETHERNET DEV@0600\nSTART DEV@0600", "69:6",
     false},
    {"no-default-route", kProfile, "  DEFAULTNET                  9.60.60.1   ETH0  1500\n", "", "65:1",
     false},
    {"no-default-route-ipv6", kProfile, "  9.60.60.3 255.255.255.0 ETH0\n",
     "  9.60.60.3 255.255.255.0 ETH0\n  2001:db8:60::3/64 ETH0\n", "66:1", false},
    {"ipv6-address-twice", kProfile, "  9.60.60.3 255.255.255.0 ETH0\n",
     "  9.60.60.3 255.255.255.0 ETH0\n  2001:db8:60::3/64 ETH0\n  2001:db8:60::3/64 ETH0\n", "65:3", false},
    {"ipv6-name-server", kData, "9.60.60.2", "2001:db8:60::2", "5:16", false},
    {"device-not-attached", kDirect, "  NICDEF 0600 TYPE QDIO LAN SYSTEM VSW1\n", "", "59:8", true, kProfile},
    {"device-not-attached", kNode, ":attach.0610-0612", ":attach.0700-0702", "14:8", true,
     "TCPMAINT.198/TCPIP10.TCPIP"},
    {"reserved-device-address", kProfile, "OSD 0600", "OSD 0401", "59:8", true},
    {"dedicate-beside-attach", kDirect, "  MDISK 0191 3390 0771 ",
     "  DEDICATE 0610 0610\n  MDISK 0191 3390 0771 ", "190:3", true},
    {"dedicate-beside-attach", kDirect, "  MDISK 0191 3390 0771 ",
     "  NICDEF 0610 TYPE QDIO LAN SYSTEM VSW1\n  MDISK 0191 3390 0771 ", "190:3", false},
    {"stack-mismatch", kNode, ":stack.TCPIP\n                :mount",
     ":stack.TCPIP11\n                :mount", "12:24", true},
    {"stack-mismatch", kData, "TCPIPUSERID    TCPIP", "TCPIPUSERID    TCPIP10", "12:24", true, kNode},
    {"stack-tag-missing", kNode, "                :stack.TCPIP\n", "", "11:7", true},
    {"server-not-defined", kSystem, ":nick.TLSECHO ", ":nick.TLSECHX ", "22:3", false, kProfile},
    {"class-not-defined", kSystem, ":class.tlsecho", ":class.tlsechoo", "11:39", true},
    {"unused-nick", kNode, ":nick.SSL* ", ":nick.SLL* ", "11:7", true},
    {"unused-nick", kSystem, ":nick.FTPSERVE", ":nick.FTPSERV ", "5:7", true},
    {"unused-class", kSystem, "", "\n:nick.spare :type.class :command.SPARE\n", "24:7", false},
    {"hidden-entry", kSystem, "", "\n:nick.TCPIP :type.server :class.stack\n", "24:7", false},
    {"hidden-profile", "TCPMAINT.198/GDLRCT2.TCPIP", "", "OBEY OPERATOR ENDOBEY\n", "1:1", false, kProfile},
    {"ibm-dtcparms-edited", kIbm, ":class.ftp\n", ":class.ftp :anonymous.NO\n", "11:7", false},
    {"ibm-dtcparms-edited", kIbm, ":class.stack\n", ":class.stack :attach.0700-0702\n", "8:45", true},
    {"mixed-case-parms", kNode, ":mixedcaseparms.YES", ":mixedcaseparms.NO", "18:32", true},
    {"key-file-not-mounted", kNode, "KEYFILE /etc/gskadm/", "KEYFILE /etc/gskadl/", "18:32", true},
    {"no-session-cache", kNode, "                :DCSS_Parms.<DEFAULT>\n", "", "7:7", true},
    {"pool-differs", kNode, "\n:nick.TCPIP10",
     "\n:nick.SSL00003 :type.server :class.ssl :stack.TCPIP :parms.KEYFILE /etc/gskadm/Database.kdb "
     "FIPS\n\n:nick.TCPIP10",
     "24:53", false},
    {"hidden-entry", kNode, ":nick.TCPIP10 ", ":nick.FTPSERVE :type.server\n\n:nick.TCPIP10 ", "5:7", true,
     kSystem},
    {"file-space-unknown", kNode, "VMSYS:GSKSSLDB/", "VMSYS:GSKSSLDX/", "14:24", true},
    {"few-sessions", kProfile, "MAXSESSIONS 3000 MAXPERSSLSERVER 600", "MAXSESSIONS 1 MAXPERSSLSERVER 1",
     "16:23", true},
    {"secure-and-negotiated", kProfile, "23    TCP INTCLIEN    ", "23    TCP INTCLIEN SECURE TELCERT   ",
     "29:29", true},
    {"label-not-in-database", kFtp, "          FTPCERT", "          NOTTHERE", "9:19", true},
    {"obey-forgets-tcpmaint", kProfile, "OPERATOR TCPMAINT MAINT", "OPERATOR MAINT", "5:1", true},
    {"obeyfile-replaces-list", "TCPMAINT.198/FIX.TCPIP", "", "PORT 8080 TCP WEBSERV\n", "1:1", true},
    {"obeyfile-replaces-list", "TCPMAINT.198/FIX.TCPIP", "", "; later\nAUTOLOG FTPSERVE 0 ENDAUTOLOG\n",
     "2:1", true},
    {"DTCPRS905W", kProfile, "ENDAUTOLOG\n", "", "19:1", true},
    {"DTCPRS905W", kProfile, "ENDKEEPALIVEOPTIONS\n", "", "50:1", true},
    {"DTCPRS007E", kProfile, "DEFAULTNET                  9.60.60.1   ETH0  1500",
     "DEFAULTNET  9.60.60.1  ETH0  1500  0 ; old", "67:3", true},
    {"DTCPRS901E", kFtpData, "", "; FTP client\n  SECURECONTROLL ALLOWED\n", "2:3", true},
    {"DTCPRS903E", kHosts, "", "9.60.60 nowhere\n", "6:1", false},
    {"DTCPRS903E", kServices, "", "echo7 7/tpc\n", "20:7", false},
    {"DTCPRS901E", kProfile, "SSLLIMITS", "SSLIMITS", "16:1", true},
    {"DTCPRS902E", kProfile, "  RESTRICTLOWPORTS", "  RESTRICTLOWPORT", "47:3", true},
    {"DTCPRS902E", kSystem, ":anonymous.NO", ":anonimous.NO", "6:17", true},
    {"DTCPRS901E", kFtp, "TLSLABEL  ", "TLSLABLE  ", "9:1", true},
    {"DTCPRS903E", kNode, "Database.kdb", "Database.kdb PROTOCOL -TLSV1_O", "18:66", true},
};

Folder known_labels() {
    Folder folder = Folder::baseline();
    folder.options.labels = {"TELCERT", "FTPCERT", "SMTPCERT", "ECHOCERT", "SMAPCERT", "OldCert"};
    folder.options.labels_from = "Database.kdb";
    return folder;
}

std::vector<CheckFinding> of_question(std::vector<CheckFinding> all, std::string_view id) {
    std::erase_if(all, [&](const CheckFinding& f) { return f.id != id; });
    return all;
}

/// One suggestion after the other, as long as the question has some.
void apply_all(Folder& folder, const Folder& good, std::string_view id) {
    for (int round = 0; round < 12; ++round) {
        const auto left = of_question(new_findings(folder, good), id);
        if (left.empty() || !left[0].fix || !folder.apply(*left[0].fix)) return;
    }
}

}  // namespace

TEST_CASE("each question finds its fault at its place; the suggestion, applied, removes the finding") {
    const Folder good = known_labels();
    for (const Planted& planted : kPlanted) {
        CAPTURE(std::string(planted.id));
        CAPTURE(std::string(planted.to));
        Folder folder = good;
        REQUIRE(folder.change(planted.path, planted.from, planted.to));
        const auto found = of_question(new_findings(folder, good), planted.id);
        REQUIRE_MESSAGE(!found.empty(), fmt::format("{}", fmt::join(told(folder), "\n")));
        const std::string where = planted.where ? planted.where : planted.path;
        const std::string text = told(found[0], folder.system());
        CHECK(text.substr(0, text.find(' ', planted.id.size() + 1)) ==
              fmt::format("{} {}:{}", planted.id, where, planted.at));
        CHECK_FALSE(found[0].meaning.empty());
        CHECK(found[0].fix.has_value() == planted.fixed);
        if (!planted.fixed) continue;
        const Folder before = folder;
        apply_all(folder, good, planted.id);
        CHECK(of_question(new_findings(folder, good), planted.id).empty());
        for (const auto& f : new_findings(folder, before)) CHECK(told(f, folder.system()) == "");
    }
}

TEST_CASE("every question has a fault in this test, but for those that are only answered") {
    for (const Question& question : all_questions()) {
        const bool tried = std::any_of(std::begin(kPlanted), std::end(kPlanted),
                                       [&](const Planted& p) { return question.id == p.id; });
        CHECK_MESSAGE((tried || question.meaning.empty() || question.id == "no-attack-limit"), question.id);
    }
}

TEST_CASE("the baseline: what an auditor would truly find, and nothing else") {
    CHECK(told(known_labels()) ==
          std::vector<std::string>{
              "no-attack-limit TCPMAINT.198/PROFILE.TCPIP:1:1 The stack TCPIP lets one address have any "
              "number of "
              "connections",
              "restrict-low-ports-not-stated TCPMAINT.198/TCPIP10.TCPIP:1:1 The profile of TCPIP10 does not "
              "say "
              "RESTRICTLOWPORTS",
              "no-attack-limit TCPMAINT.198/TCPIP10.TCPIP:1:1 The stack TCPIP10 lets one address have any "
              "number of "
              "connections",
              "clear-telnet TCPMAINT.198/TCPIP10.TCPIP:11:20 Telnet of TCPIP10 takes clear sessions on port "
              "23"});
}

TEST_CASE("a limit of connections is asked for, and 0 is none") {
    const auto of_profile = [](const Folder& folder) {
        for (const auto& line : told(folder))
            if (line.starts_with("no-attack-limit TCPMAINT.198/PROFILE.TCPIP")) return line;
        return std::string();
    };
    Folder folder = Folder::baseline();
    REQUIRE(folder.change(kProfile, "TIMESTAMP PREFIX", "FOREIGNIPCONLIMIT 0"));
    CHECK(of_profile(folder).starts_with("no-attack-limit TCPMAINT.198/PROFILE.TCPIP:55:19 "));
    REQUIRE(folder.change(kProfile, "FOREIGNIPCONLIMIT 0", "FOREIGNIPCONLIMIT 50"));
    CHECK(of_profile(folder) == "");
}

TEST_CASE("a label of the database that is not in upper case can never match") {
    Folder folder = known_labels();
    REQUIRE(folder.change(kProfile, "SECURE ECHOCERT", "SECURE OLDCERT"));
    CHECK(told(folder)[1] ==
          "label-not-in-database TCPMAINT.198/PROFILE.TCPIP:32:29 The key database has no label OLDCERT; its "
          "OldCert is "
          "not in upper case and can never match");
}

TEST_CASE("every question is answered, whatever is given") {
    for (const std::string& left_out : kBaselineFiles) {
        Folder some = Folder::baseline(), one;
        some.bytes.erase(left_out);
        one.bytes[left_out] = bytes_of(left_out);
        for (const Folder* folder : {&some, &one})
            for (const CheckAnswer& answer : folder->check().answers) {
                CAPTURE(left_out);
                CHECK_MESSAGE(answer.answer.size() > 5, answer.id);
            }
    }
    const CheckResult nothing = Folder().check();
    CHECK_FALSE(nothing.any());
    for (const CheckAnswer& answer : nothing.answers) CHECK_MESSAGE(answer.answer.size() > 5, answer.id);
}

TEST_CASE("an administrator's files without those of IBM and the directory") {
    Folder folder = Folder::baseline();
    folder.bytes.erase(kIbm);
    folder.bytes.erase(kDirect);
    for (const auto& line : told(folder)) CHECK(line.find("unknown") == std::string::npos);
}
