// RACF: the database as its commands make it, and what it answers. Commands are the seed's where it has them.
#include "simulator/cp/racf.hpp"

#include <doctest/doctest.h>

#include "simulator/cp/directory.hpp"
#include "stack/base/random.hpp"

namespace vmlab::sim {
namespace {

using Answer = RacfDecision::Answer;

Racf racf_of(std::string_view commands) {
    Racf racf;
    const auto complaints =
        racf.load(profiles::SourceText::from_host({"RACF", "COMMANDS", {'A', '1'}}, commands));
    for (const auto& said : complaints) INFO(said.text);
    REQUIRE(complaints.empty());
    racf.set_running(true);
    return racf;
}

constexpr std::string_view kSeed = R"(* from the seed's appendix
RAC SETROPTS CLASSACT(VMSEGMT VMMDISK)
RAC RDEFINE VMSEGMT DCSS.TCPIP UACC(NONE)
RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00001) ACCESS(UPDATE)
RAC RDEFINE VMMDISK TCPMAINT.198 UACC(NONE)
RAC PERMIT TCPMAINT.198 CLASS (VMMDISK) ID (SSL00001) ACCESS (READ)
)";

TEST_CASE("RACF permits what the access list says, else what UACC says, and names the line") {
    const Racf racf = racf_of(kSeed);
    auto decision = racf.check("VMSEGMT", "DCSS.TCPIP", "SSL00001", RacfAccess::update);
    CHECK(decision.answer == Answer::permitted);
    CHECK(decision.where.str() == "RACF COMMANDS A1:4:1");
    decision = racf.check("VMSEGMT", "DCSS.TCPIP", "SSL00002", RacfAccess::update);
    CHECK(decision.refused());
    CHECK(decision.allowed == RacfAccess::none);
    CHECK(decision.where.str() == "RACF COMMANDS A1:3:1");
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "SSL00001", RacfAccess::read).answer == Answer::permitted);
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "SSL00001", RacfAccess::update).refused());
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "TCPMAINT", RacfAccess::alter).answer == Answer::permitted);
}

TEST_CASE("without a profile, an active class or RACFVM itself, CP decides") {
    Racf racf = racf_of(kSeed);
    CHECK(racf.check("VMMDISK", "TCPMAINT.591", "SSL00001", RacfAccess::read).answer == Answer::undefined);
    CHECK(racf.check("VMRDR", "TCPMAINT", "SSL00001", RacfAccess::update).answer == Answer::undefined);
    CHECK(racf.execute("SETROPTS NOCLASSACT(VMSEGMT)", "SSL00001").rc == 8);  // nobody has SPECIAL
    racf.set_running(false);
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "SSL00002", RacfAccess::read).answer == Answer::undefined);
}

TEST_CASE("generic profiles cover names, the longest first, and WARNING refuses nobody") {
    const Racf racf = racf_of(R"(SETROPTS CLASSACT(VMMDISK)
RDEFINE VMMDISK ** UACC(NONE)
RDEFINE VMMDISK TCPMAINT.* UACC(READ)
RDEFINE VMMDISK TCPMAINT.59% UACC(NONE)
RDEFINE VMMDISK MAINT.* UACC(NONE) WARNING
)");
    const auto answer = [&](const char* disk) {
        return racf.check("VMMDISK", disk, "FTPSERVE", RacfAccess::read).answer;
    };
    CHECK(answer("TCPMAINT.198") == Answer::permitted);
    CHECK(answer("TCPMAINT.592") == Answer::refused);
    CHECK(answer("MAINT.190") == Answer::permitted);
    CHECK(answer("OTHER.191") == Answer::refused);
}

TEST_CASE("RAC commands are for SPECIAL users and owners of profiles, and their errors are named") {
    Racf racf = racf_of("ADDUSER TCPMAINT PASSWORD(SECRET) SPECIAL\nADDUSER ANNA PASSWORD(ANNA)\n");
    const auto first = [&](const char* command, const Userid& by) {
        const auto reply = racf.execute(command, by);
        return reply.lines.empty() ? std::string() : reply.lines.front();
    };
    CHECK(first("RDEFINE VMMDISK TCPMAINT.198 UACC(NONE) OWNER(ANNA)", "TCPMAINT").empty());
    CHECK(first("RDEFINE VMMDISK TCPMAINT.198", "TCPMAINT") ==
          "ICH10102I TCPMAINT.198 ALREADY DEFINED TO CLASS VMMDISK.");
    CHECK(first("PERMIT TCPMAINT.198 CLASS(VMMDISK) ID(FTPSERVE) ACCESS(READ)", "ANNA").empty());
    CHECK(first("PERMIT TCPMAINT.198 CLASS(VMMDISK) ID(FTPSERVE)", "BERT") ==
          "ICH903E BERT is not authorized to issue PERMIT");
    CHECK(first("PERMIT TCPMAINT.592 CLASS(VMMDISK) ID(FTPSERVE)", "TCPMAINT") ==
          "ICH06004I TCPMAINT.592 NOT DEFINED TO RACF");
    CHECK(first("RALTER VMMDISK TCPMAINT.592 UACC(READ)", "TCPMAINT") == "ICH12102I TCPMAINT.592 NOT FOUND");
    CHECK(first("RDEFINE VMDISK X UACC(READ)", "TCPMAINT") == "ICH904E VMDISK is not a class of resources");
    CHECK(first("RDEFINE VMMDISK A.1 UACC(ALL)", "TCPMAINT") == "ICH905E ALL is not an access authority");
    CHECK(first("PERMIT (", "TCPMAINT").starts_with("ICH902E"));
    CHECK(first("RLIST VMMDISK TCPMAINT.198", "BERT") == "ICH13002I NOT AUTHORIZED TO LIST TCPMAINT.198");
    const auto list = racf.execute("RLIST VMMDISK TCPMAINT.198 AUTHUSER", "ANNA").lines;
    REQUIRE(list.size() == 11);
    CHECK(list[6] == " 00    ANNA               NONE             NONE    NO");
    CHECK(list.back() == "FTPSERVE  READ");
    CHECK(first("SETROPTS CLASSACT(VMMDISK)", "TCPMAINT").empty());
    CHECK(first("SETROPTS RACLIST(VMMDISK) REFRESH", "TCPMAINT") == "ICH14063I SETROPTS command complete.");
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "FTPSERVE", RacfAccess::read).answer == Answer::permitted);
    CHECK(first("PERMIT TCPMAINT.198 CLASS(VMMDISK) ID(FTPSERVE) DELETE", "TCPMAINT").empty());
    CHECK(racf.check("VMMDISK", "TCPMAINT.198", "FTPSERVE", RacfAccess::read).refused());
}

TEST_CASE("a line of RACF COMMANDS that is not understood is named, and the others count") {
    Racf racf;
    const auto complaints = racf.load(profiles::SourceText::from_host(
        {"RACF", "COMMANDS", {'A', '1'}}, "RDEFINE VMMDISK\n\nADDUSER ANNA PASSWORD(SECRET)\nFROB\n"));
    REQUIRE(complaints.size() == 2);
    CHECK(complaints[0].rests_on.front().str() == "RACF COMMANDS A1:1:1");
    CHECK(complaints[1].rests_on.front().str() == "RACF COMMANDS A1:4:1");
    racf.set_running(true);
    CHECK(racf.check_password("ANNA", "secret")->valid);
    CHECK_FALSE(racf.check_password("ANNA", "")->valid);
    CHECK_FALSE(racf.check_password("BERT", "secret").has_value());
}

TEST_CASE("no command harms: fifty thousand made of words, parentheses and noise") {
    Racf racf = racf_of("ADDUSER TCPMAINT SPECIAL\nSETROPTS CLASSACT(VMMDISK)\n");
    const char* const words[] = {"RDEFINE ", "RALTER ",   "RDELETE ", "PERMIT ", "RLIST ", "SETROPTS ",
                                 "VMMDISK ", "ADDUSER ",  "A.1 ",     "A.* ",    "**",     "%",
                                 "(",        ")",         "UACC",     "CLASS",   "ID",     "ACCESS",
                                 "READ",     "ALTER ",    "DELETE ",  "ALL ",    " ",      ",",
                                 "*",        "TCPMAINT ", "\x01",     "SPECIAL "};
    RandomStream random(seed_from_number(1), "rac");
    std::size_t done = 0;
    for (int n = 0; n < 50000; ++n) {
        std::string command;
        for (auto left = random.below(12); left > 0; --left) command += words[random.below(std::size(words))];
        done += racf.execute(command, "TCPMAINT").rc == 0;
        (void)racf.check("VMMDISK", "A.1", "TCPMAINT", RacfAccess::read);
    }
    CHECK(done > 100);
}

TEST_CASE("CP asks RACF first: links, logons and passwords") {
    Directory directory;
    DirectoryEntry owner, server;
    owner.userid = "TCPMAINT";
    owner.password = "OLD";
    owner.disks.push_back({"0198", 1, "MR", "", "", "", {}});
    server.userid = "FTPSERVE";
    server.password = "AUTOONLY";
    server.links.push_back({"TCPMAINT", "0198", "0198", "RR", {}});
    directory.add(owner);
    directory.add(server);
    Storage storage;
    directory.define_minidisks(storage);
    std::vector<Said> refused;
    REQUIRE(directory.devices_of("FTPSERVE", storage.disks, refused).linked("0198") != nullptr);

    Racf racf = racf_of(R"(SETROPTS CLASSACT(VMMDISK)
RDEFINE VMMDISK TCPMAINT.198 UACC(NONE)
ADDUSER TCPMAINT PASSWORD(NEW) SPECIAL
)");
    directory.ask_first(&racf);
    CHECK(directory.devices_of("FTPSERVE", storage.disks, refused).linked("0198") == nullptr);
    REQUIRE(refused.size() == 2);
    CHECK(refused[0].text == "RPIMGR032E YOU ARE NOT AUTHORIZED TO LINK TO TCPMAINT.198");
    CHECK(refused[1].text == "HCPLNM298E TCPMAINT 0198 not linked; request denied");
    CHECK(refused[1].rests_on.front().str() == "RACF COMMANDS A1:2:1");
    CHECK(directory.link_right("FTPSERVE", "TCPMAINT", "0198") == LinkRight::none);
    REQUIRE(racf.execute("PERMIT TCPMAINT.198 CLASS(VMMDISK) ID(FTPSERVE) ACCESS(UPDATE)", "TCPMAINT").rc ==
            0);
    CHECK(directory.link_right("FTPSERVE", "TCPMAINT", "0198") == LinkRight::write);
    CHECK(directory.decide_logon("TCPMAINT", {}, "NEW") == LogonVerdict::accepted);
    CHECK(directory.decide_logon("TCPMAINT", {}, "OLD") == LogonVerdict::wrong_password);
    const auto valid = [&](const char* password, services::PasswordKeeper keeper) {
        return directory.check_password("TCPMAINT", password, keeper).valid;
    };
    CHECK(valid("NEW", services::PasswordKeeper::security_manager));
    CHECK_FALSE(valid("OLD", services::PasswordKeeper::security_manager));
    CHECK(valid("OLD", services::PasswordKeeper::directory));
    racf.set_running(false);
    CHECK_FALSE(valid("NEW", services::PasswordKeeper::security_manager));
}

}  // namespace
}  // namespace vmlab::sim
