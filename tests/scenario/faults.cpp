// The misconfigurations of the catalogue: planted among harmless edits, found by `why` from what the system
// shows, proved by undoing them.
#include "tests/scenario/faults.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "simulator/commands/why.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Edits that break nothing; they move lines and differ from the baseline as the fault does.
const std::vector<PlantedEdit> kDecoys = {
    {"TCPMAINT.198/PROFILE.TCPIP", "; PROFILE TCPIP: configuration of the stack TCPIP on node GDLRCT2",
     "; PROFILE TCPIP: configuration of the stack TCPIP on node GDLRCT2\n; changed last week"},
    {"TCPMAINT.198/PROFILE.TCPIP", "INTERVAL 120", "INTERVAL 125"},
    {"TCPMAINT.198/SRVRFTP.CONFIG", "INACTIVE          300", "INACTIVE          360"},
    {"TCPMAINT.198/GDLRCT2.DTCPARMS", ":timestamp.ON", ":timestamp.OFF"},
    {"TCPMAINT.198/SMTP.CONFIG", "POSTMASTER        TCPMAINT", "POSTMASTER        TCPMAINT MAINT"},
};

std::uint32_t line_of(const ConfigurationFiles& files, const std::string& path, std::string_view wanted) {
    for (const auto& [name, text] : files) {
        if (name != path) continue;
        std::uint32_t number = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            ++number;
            if (trimmed(std::string_view(text).substr(at, end - at)) == wanted) return number;
            at = end + 1;
        }
    }
    return 0;
}

const PlantedFault& fault_of(int row) {
    for (const auto& fault : planted_faults())
        if (fault.row == row) return fault;
    FAIL("no such row");
    return planted_faults().front();
}

std::string report_of(const WhyAnswer& answer) {
    std::string text;
    for (const auto& line : report_why(
             answer, [](const auto&) { return std::nullopt; }, kSystemZone))
        text += line + "\n";
    return text;
}

}  // namespace

Things vmlab::sim::things_of(const World& world) {
    Things things;
    for (const auto& session : world.sessions().all()) things.machines.insert(session.userid.str());
    if (const auto stack = world.stack("TCPIP"); stack && stack->up)
        for (const auto& socket : stack->sockets)
            if (socket.connection.state == stack::TcpState::listen)
                things.ports.insert("PORT " + std::to_string(socket.connection.local.port));
    return things;
}

AskedFault vmlab::sim::ask_about(const PlantedFault& fault, const WorldOptions& good,
                                 const ConfigurationFiles& files) {
    WorldOptions bad = good;
    bad.files = files;
    Outside nobody;
    World world(bad, nobody);
    bring_up_and_visit(world, good, {}, fault.visitors);
    std::vector<TypedLine> typed;
    for (const auto& line : fault.typed) typed.push_back({"TCPMAINT", line});
    REQUIRE(type_lines(typed, world));
    world.system().run_until(world.now() + kAfterTyping + minutes{fault.minutes});
    const auto question = read_why(fault.question);
    REQUIRE(question.has_value());
    AskedFault asked{*question, world.journal().kept(), {}, things_of(world)};
    asked.answer = answer_why(asked.question, asked.journal, "TCPIP");
    return asked;
}

namespace {

/// Of the healthy system, once it has been visited.
const Things& healthy_things() {
    static const Things things = [] {
        Outside nobody;
        World world(healthy(), nobody);
        bring_up_and_visit(world, healthy());
        return things_of(world);
    }();
    return things;
}

/// Whatever else is asked about: what the fault took away leads to the fault, and what is there to no decoy.
void check_other_questions(const AskedFault& asked, const LineChange& planted,
                           const ConfigurationFiles& files) {
    const auto ask = [&](const std::string& words, bool is_there) {
        const auto answer = answer_why(*read_why(words), asked.journal, "TCPIP");
        const bool right = !answer.rests_on.empty() && planted.is_at(answer.rests_on.front());
        CHECK_MESSAGE((is_there || right), "why ", words, ":\n", report_of(answer));
        if (!is_there || answer.rests_on.empty()) return;
        const auto& first = answer.rests_on.front();
        for (const auto& decoy : kDecoys) {
            const auto line = line_of(files, std::string(decoy.file), decoy.with);
            const LineChange at{std::string(decoy.file), line, std::nullopt, std::nullopt};
            CHECK_MESSAGE((line == 0 || first.line == 0 || !at.is_at(first)), "why ", words, ":\n",
                          report_of(answer));
        }
    };
    for (const auto& machine : healthy_things().machines)
        ask(machine, asked.things.machines.contains(machine));
    for (const auto& port : healthy_things().ports) ask(port, asked.things.ports.contains(port));
}

void check_fault(int row) {
    const PlantedFault& fault = fault_of(row);
    CAPTURE(fault.title);
    WorldOptions good = healthy();
    good.wires = {{"LAN0", fault.lan, {}}};
    for (const auto& edit : fault.usual) (void)plant(edit, good.files);
    ConfigurationFiles files = good.files;
    for (const auto& decoy : kDecoys) (void)plant(decoy, files);
    for (std::size_t i = 1; i < fault.edits.size(); ++i) (void)plant(fault.edits[i], files);
    const Place planted = plant(fault.edits[0], files);
    const std::uint32_t expected = fault.answer == Answer::planted ? planted.line
                                   : fault.answer == Answer::added ? 1
                                   : fault.answer == Answer::line  ? line_of(files, planted.file, fault.names)
                                                                   : 0;
    REQUIRE((expected != 0 || fault.answer == Answer::file));

    const AskedFault asked = ask_about(fault, good, files);
    const WhyAnswer& answer = asked.answer;
    CAPTURE(report_of(answer));
    REQUIRE_FALSE(answer.rests_on.empty());
    const LineChange at{planted.file, expected, std::nullopt, std::nullopt};
    CHECK_MESSAGE(at.is_at(answer.rests_on.front()), "first named: ", answer.rests_on.front().str());
    CHECK(answer.rests_on.front().line == expected);

    check_other_questions(asked, at, files);

    const Cure cure = prove_why(asked.question, answer, good, {asked.journal, files, good.start, "TCPIP"});
    CAPTURE(cure.why_not);
    CHECK(cure.not_typed.empty());
    REQUIRE(cure.undo.size() == 1);
    CHECK(cure.undo[0].file == planted.file);
    CHECK(cure.undo[0].bad.value_or("") != cure.undo[0].good.value_or(""));
    if (planted.line) CHECK(cure.undo[0].line == planted.line);
}

}  // namespace

#define FAULT(row) \
    TEST_CASE("fault " #row) { check_fault(row); }
FAULT(1)
FAULT(2)
FAULT(3)
FAULT(5)
FAULT(6)
FAULT(7)
FAULT(8)
FAULT(9)
FAULT(10)
FAULT(11)
FAULT(12)
FAULT(14)
FAULT(15)
FAULT(17)
FAULT(18)
FAULT(19)
FAULT(21)
FAULT(22)
FAULT(23)
FAULT(24)
FAULT(25)
FAULT(26)
FAULT(27)
FAULT(28)
FAULT(29)
FAULT(30)
FAULT(32)
FAULT(33)
FAULT(34)
FAULT(35)
FAULT(36)
FAULT(37)
FAULT(39)
FAULT(40)
FAULT(41)
FAULT(42)
FAULT(43)
FAULT(44)
FAULT(45)
FAULT(46)
FAULT(47)
FAULT(50)
FAULT(53)
FAULT(54)
FAULT(55)
#undef FAULT

TEST_CASE("why says nothing of a fault to a healthy system, and proves nothing") {
    Outside nobody;
    World world(healthy(), nobody);
    bring_up_and_visit(world, healthy());
    const auto answer = answer_why(*read_why("LAST"), world.system().journal().kept(), "TCPIP");
    CAPTURE(report_of(answer));
    CHECK(answer.chain.empty());
    const auto cure = find_cure(healthy().files, {healthy().files, {}}, {}, [](const auto&) { return true; });
    CHECK_FALSE(cure.found());
    CHECK(cure.why_not == "the files are those of the good system, and nothing was typed");
}

TEST_CASE("every row of the catalogue is planted, or named with what it waits for") {
    std::set<int> rows;
    for (const auto& fault : planted_faults()) CHECK(rows.insert(fault.row).second);
    for (const auto& row : untested_rows()) {
        CHECK(rows.insert(row.row).second);
        CHECK_FALSE(row.why.empty());
        std::printf("waits: fault %d: %s\n", row.row, std::string(row.why).c_str());
    }
    for (const int row : {13, 16, 52})
        CHECK(rows.insert(row).second);  // faults_without_lines.cpp, recorded_input.cpp
    for (int row = 1; row <= 52; ++row) CHECK_MESSAGE(rows.contains(row), "row ", row);
}
