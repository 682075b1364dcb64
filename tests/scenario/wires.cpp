// Labs about wires: a fault that hits is a lab, one that never fires is none; WIRE heals what it finds.
#include <doctest/doctest.h>

#include "simulator/scenario/lab_reader.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/runner.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// TLSECHO's port cannot be reached, until the wire is healed. `more`: another fault of the wire.
Lab cut_lab(const std::string& more) {
    auto reading = read_lab("cut.yaml", R"(vmlab: 1
id: cut
title: Cut
story: s
symptom: s
wires:
  - wire: LAN0
    delay: 1ms
    faults:
      - {name: cut, to: TCPIP, protocol: tcp, destination_port: 7443, loss: 100}
)" + more + R"(checks:
  - {id: dead, phase: symptom, none: [{probe: {port: 7443, tcp: }}]}
  - {id: open, wait: 10s, probe: {port: 7443, tcp: }}
  - {id: other, phase: kept, probe: {port: 21, tcp: }}
solution: [WIRE LAN0, WIRE LAN0 HEAL]
)");
    REQUIRE_MESSAGE(reading.lab, report_errors(reading.errors));
    return std::move(*reading.lab);
}

}  // namespace

TEST_CASE("a lab whose fault is on a wire is proved, and WIRE shows the fault that fired") {
    const Proof proof = prove(cut_lab(""), healthy());
    CHECK_MESSAGE(proof.proved, report_proofs({proof}));
    bool shown = false;
    for (const auto& line : proof.screen) shown = shown || line.starts_with("  fault 'cut': ");
    CHECK(shown);
}

TEST_CASE("a fault that never fires makes a lab unproved, and is named") {
    const Proof proof =
        prove(cut_lab("      - {name: idle, protocol: tcp, destination_port: 9, loss: 100}\n"), healthy());
    CHECK_FALSE(proof.proved);
    REQUIRE(proof.phases.size() == 3);
    CHECK(proof.phases[2].why == "fault 'idle' of wire LAN0 never fired: no frame matched");
}
