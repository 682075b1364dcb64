// Lines that people typed belong to the run: the proof types them again, and leaves them out where no file is
// to blame.
#include "simulator/scenario/recorded_input.hpp"

#include <doctest/doctest.h>

#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "simulator/scenario/runner.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// A run in which lines were typed, and what it is asked.
struct Typing {
    Typing(const Typing&) = delete;
    explicit Typing(const std::vector<TypedLine>& lines, const WorldOptions& options = healthy())
        : began(options.start), world(options, nobody), first_files(world.files_now()) {
        bring_up_and_visit(world, healthy(), lines);
        world.system().run_until(world.now() + minutes{1});
        journal = world.journal().kept();
    }
    Cure prove(std::string_view words) {
        const auto question = read_why(words);
        REQUIRE(question.has_value());
        return prove_why(*question, answer_why(*question, journal, "TCPIP"), healthy(),
                         {journal, world.files_now(), began, "TCPIP", first_files});
    }

    Instant began;
    Outside nobody;
    World world;
    ConfigurationFiles first_files;
    std::vector<JournalEntry> journal;
};

std::string report_of(const Cure& cure) {
    std::string text;
    for (const auto& line : report_cure(cure)) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("a line that was typed is the cause, and the proof leaves it out") {
    Typing run({{"TCPMAINT", "NETSTAT CONFIG SSL"}, {"OPERATOR", "FORCE FTPSERVE"}, {"TCPMAINT", "Q TIME"}});
    const auto cure = run.prove("PORT 21");
    CAPTURE(report_of(cure));
    CHECK(cure.undo.empty());
    REQUIRE(cure.not_typed.size() == 1);
    CHECK(cure.not_typed[0].what.as == Userid("OPERATOR"));
    CHECK(cure.not_typed[0].what.line == "FORCE FTPSERVE");
    CHECK(cure.typed == 3);
}

TEST_CASE("a file that was changed at a console is to blame, not the line that changed it") {
    Typing run({{"TCPMAINT", "CHANGE SRVRFTP CONFIG D /FTPCERT/NOTTHERE/"},
                {"TCPMAINT", "FORCE FTPSERVE"},
                {"TCPMAINT", "XAUTOLOG FTPSERVE"}});
    const auto cure = run.prove("DTCFTS8467E");
    CAPTURE(report_of(cure));
    CHECK(cure.not_typed.empty());
    REQUIRE(cure.undo.size() == 1);
    CHECK(cure.undo[0].file == "TCPMAINT.198/SRVRFTP.CONFIG");
    CHECK(cure.undo[0].bad == "TLSLABEL          NOTTHERE");
}

TEST_CASE("fault 16: DTCPARMS is changed while the pool runs, and one member is restarted") {
    Typing run({{"TCPMAINT", "CHANGE GDLRCT2 DTCPARMS D /Database.kdb/Database.kdb CACHELIFE 1H/"},
                {"TCPMAINT", "SSLADMIN RESTART (SSL SSL00002"}});
    const auto answer = answer_why(*read_why("DTCSSL919E"), run.journal, "TCPIP");
    REQUIRE_FALSE(answer.rests_on.empty());
    CHECK(answer.rests_on.front().file.str() == "GDLRCT2 DTCPARMS D1");
    CHECK(answer.chain.front().machine == Userid("SSL00002"));
    // A run from the files as they are now has one set of parameters for all: the proof begins with the
    // first.
    const auto cure = run.prove("DTCSSL919E");
    CAPTURE(report_of(cure));
    CHECK(cure.undo.empty());
    REQUIRE(cure.not_typed.size() == 1);
    CHECK(cure.not_typed[0].what.line.starts_with("CHANGE GDLRCT2 DTCPARMS"));
}

TEST_CASE("a file on a user's own disk takes part") {
    Typing run({{"TCPMAINT", "COPYFILE PROFILE TCPIP D FIX TCPIP A"},
                {"TCPMAINT", "CHANGE FIX TCPIP A /21    TCP FTPSERVE/21    TCP NOBODY/"},
                {"TCPMAINT", "OBEYFILE FIX TCPIP A"},
                {"TCPMAINT", "FORCE FTPSERVE"},
                {"TCPMAINT", "XAUTOLOG FTPSERVE"}});
    const auto cure = run.prove("PORT 21");
    CAPTURE(report_of(cure));
    REQUIRE(cure.undo.size() == 1);
    CHECK(cure.undo[0].file == "TCPMAINT.191/FIX.TCPIP");
}

TEST_CASE("a journal that was written down makes the same run again") {
    Typing run(std::vector<TypedLine>{{"OPERATOR", "FORCE SMTP"}});
    const auto before = report_of(run.prove("SMTP"));
    for (auto& entry : run.journal) {
        const std::string line = entry.line();
        CAPTURE(line);
        const auto read = JournalEntry::read_line(line);
        REQUIRE(read.has_value());
        entry = *read;
    }
    CHECK(report_of(run.prove("SMTP")) == before);
    CHECK(before.find("typed at OPERATOR: FORCE SMTP") != before.npos);
    CHECK(run.journal.front().seed() == healthy().seed);
}

TEST_CASE("what a lab types before the trainee comes is typed again") {
    std::vector<LabError> errors;
    const auto lab = find_lab("ssl-stopped", VMLAB_SOURCE_DIR "/simulator/labs", errors);
    REQUIRE(lab.has_value());
    Typing run(lab->before, broken_options(*lab, healthy(), errors));
    REQUIRE(errors.empty());
    const auto cure = run.prove("LAST");
    CAPTURE(report_of(cure));
    REQUIRE(cure.not_typed.size() == 1);
    CHECK(cure.not_typed[0].what.line == "SSLADMIN STOP");
}

TEST_CASE("long waits are shortened, short ones are as they were") {
    std::vector<TypedInput> typed{{minutes{1}, {}}, {minutes{1} + hours{9}, {}}, {minutes{2} + hours{9}, {}}};
    Duration last = hours{20};
    shorten_waits(typed, last);
    CHECK(typed[0].after == minutes{1});
    CHECK(typed[1].after == minutes{1} + kLongestWait);
    CHECK(typed[2].after == minutes{2} + kLongestWait);
    CHECK(last == minutes{2} + 2 * kLongestWait);
}
