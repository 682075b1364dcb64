// The proof over a difference of forty lines finds exactly those that must be undone (how long it takes:
// scripts/bench).
#include "tests/scenario/forty_lines.hpp"

#include <doctest/doctest.h>

#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

Cure prove_port_21(const ConfigurationFiles& files) {
    WorldOptions bad = healthy();
    bad.files = files;
    Outside nobody;
    World world(bad, nobody);
    bring_up_and_visit(world, healthy());
    const auto journal = world.journal().kept();
    const auto question = *read_why("PORT 21");
    return prove_why(question, answer_why(question, journal, "TCPIP"), healthy(),
                     {journal, files, bad.start, "TCPIP"});
}

}  // namespace

TEST_CASE("forty changed lines, one fault: one line") {
    const auto cure = prove_port_21(forty_lines_from(healthy().files, 1));
    CAPTURE(cure.why_not);
    CHECK(cure.changes == kForty);
    REQUIRE(cure.undo.size() == 1);
    CHECK(cure.undo[0].file == kTwoFaults[0].file);
    CHECK(cure.undo[0].bad->find(kTwoFaults[0].with) != std::string::npos);
    CHECK(cure.runs < 10);
}

TEST_CASE("forty changed lines, two faults of which each is enough: exactly these two") {
    const auto cure = prove_port_21(forty_lines_from(healthy().files, 2));
    CAPTURE(cure.why_not);
    CHECK(cure.changes == kForty);
    REQUIRE(cure.undo.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(cure.undo[i].file == kTwoFaults[i].file);
        CHECK(cure.undo[i].bad->find(kTwoFaults[i].with) != std::string::npos);
    }
}
