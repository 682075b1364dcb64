// Every shipped lab, proved in virtual time by its reference solution, and solved by its keystrokes.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/lab_session.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/runner.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const std::string kLabs = VMLAB_SOURCE_DIR "/simulator/labs";
constexpr const char* kIds[] = {
    "ftp-label-unknown",   "ssl-bad-mount",      "ssl-not-permitted",       "ssl-stopped",
    "ssl-stack-mismatch",  "ssl-wrong-answer",   "ssl-client-certificates", "ipv6-taken-address",
    "vswitch-not-granted", "attacker-on-the-lan"};

Lab lab_of(const std::string& id) {
    std::vector<LabError> errors;
    auto lab = find_lab(id, kLabs, errors);
    REQUIRE_MESSAGE(lab, report_errors(errors));
    return std::move(*lab);
}

}  // namespace

TEST_CASE("the folder of labs holds these labs, and each can be read") {
    const auto library = read_labs(kLabs);
    CHECK(report_errors(library.errors) == "");
    std::vector<std::string> ids, expected(std::begin(kIds), std::end(kIds));
    for (const auto& lab : library.labs) ids.push_back(lab.id);
    std::sort(ids.begin(), ids.end());
    std::sort(expected.begin(), expected.end());
    CHECK(ids == expected);
}

TEST_CASE("each lab is proved: green, broken with its symptom, cured by its solution") {
    for (const std::string id : kIds) {
        CAPTURE(id);
        const Proof proof = prove(lab_of(id), healthy());
        CHECK_MESSAGE(proof.proved, report_proofs({proof}));
        CHECK(proof.phases.size() == 3);
    }
}

TEST_CASE("each lab is solved by its keystrokes") {
    for (const std::string id : kIds) {
        CAPTURE(id);
        const auto keys = read_keys(kLabs + "/" + id + ".keys");
        REQUIRE(keys.size() >= 3);
        const Proof proof = prove(lab_of(id), healthy(), &keys);
        CHECK_MESSAGE(proof.proved, report_proofs({proof}));
        for (const auto& line : proof.screen) {
            CAPTURE(line);
            CHECK(line.find("Unknown CP/CMS command") == std::string::npos);
            CHECK(line.find("ot simulated") == std::string::npos);
            CHECK_FALSE(line.starts_with("DMSXLC546E"));  // CHANGE that found nothing
        }
        CHECK(std::count_if(proof.screen.begin(), proof.screen.end(), [](const auto& line) {
                  return line.starts_with("Ready");
              }) >= std::ptrdiff_t(keys.size()));
    }
}

TEST_CASE("a lab whose solution does not cure is not proved, and the report says which check") {
    Lab lab = lab_of("ssl-stopped");
    lab.solution = {{"TCPMAINT", "QUERY NAMES"}};
    for (auto& check : lab.checks) check.wait = seconds{1};
    const Proof proof = prove(lab, healthy());
    CHECK_FALSE(proof.proved);
    const auto report = report_proofs({proof});
    CHECK(report.find("FAILED ssl-stopped") != std::string::npos);
    CHECK(report.find("pool should hold: SSL servers of TCPIP that are ready: 0") != std::string::npos);
    CHECK(report.find("| < 421 Temporarily unable to process security") != std::string::npos);
    CHECK(report.find("0 of 1 labs proved") != std::string::npos);
}

TEST_CASE("a lab without a fault is not proved") {
    Lab lab = lab_of("ssl-stopped");
    lab.before = {{"TCPMAINT", "QUERY NAMES"}};
    for (auto& check : lab.checks) check.wait = {};
    const Proof proof = prove(lab, healthy());
    CHECK_FALSE(proof.proved);
    CHECK(proof.phases.size() == 2);
}

TEST_CASE("the same seed twice gives the same report, byte by byte") {
    const Lab lab = lab_of("ssl-stopped");
    const auto first = report_proofs_json({prove(lab, healthy())});
    const auto second = report_proofs_json({prove(lab, healthy())});
    CHECK(first == second);
    CHECK(first.find("\"proved\": true") != std::string::npos);
}

TEST_CASE("a trainee reads the story, asks for hints, cures the system and is told so") {
    const Lab lab = lab_of("ssl-stopped");
    Outside nobody;
    std::vector<LabError> errors;
    World world(broken_options(lab, healthy(), errors), nobody);
    REQUIRE(errors.empty());
    LabSession session(lab);
    world.ipl();
    world.log_on_at_prompt("TCPMAINT");
    REQUIRE(run_world(world, minutes{5}, [&] { return session.advance(world), session.begun(); }));
    const auto ask = [&](std::string_view line) {
        REQUIRE(session.typed(line, world));
        REQUIRE(run_world(world, minutes{5}, [&] { return session.advance(world), !session.busy(); }));
        return session.take_text();
    };
    CHECK(ask("story").find("The night shift had maintenance to do") != std::string::npos);
    CHECK(ask("check").find("[ ] The pool is ready") != std::string::npos);
    CHECK_FALSE(session.solved());
    CHECK(ask("hint").find("Hint (cost 1, 1 so far): A reply 421") == 0);
    CHECK(ask("HINT").find("Hint (cost 1, 2 so far): NETSTAT") == 0);
    CHECK_FALSE(session.typed("SSLADMIN START", world));
    Keyboard keyboard(lab.solution);
    REQUIRE(run_world(world, minutes{5}, [&] { return keyboard.advance(world); }));
    CHECK(ask("hint").find("No further hint fits") == 0);
    const auto told = ask(" Check ");
    CHECK(told.find("[x] The pool is ready") != std::string::npos);
    CHECK(told.find("All checks pass: the lab is solved.") != std::string::npos);
    CHECK(told.find("The services keep running while the pool is down") != std::string::npos);
    CHECK(session.solved());
    CHECK(session.hints_cost() == 2);
}
