#include "simulator/scenario/runner.hpp"

#include <algorithm>
#include <iterator>

#include "simulator/scenario/keyboard.hpp"

namespace vmlab::sim {
namespace {

/// IPL, and TCPMAINT at the system console; until the system stands, or will not.
void bring_up(World& world) {
    world.ipl();
    world.log_on_at_prompt("TCPMAINT");
    (void)run_world(world, kComingUp, [&] { return world.settled(world.main_stack()); });
}

void decide(const Check& check, bool expected, Duration at_most, World& world, ProofPhase& phase) {
    phase.checks.push_back({check.id, name_of(check), expected, decide_check(check, world, at_most)});
}

bool all_as_expected(const ProofPhase& phase) {
    for (const auto& check : phase.checks)
        if (!check.as_expected()) return false;
    return true;
}

/// Goals and what must be kept hold, in a system that is (again) healthy.
void look_at_health(const Lab& lab, World& world, ProofPhase& phase) {
    for (const auto& check : lab.checks)
        if (check.phase != CheckPhase::symptom) decide(check, true, Duration::max(), world, phase);
    phase.passed = all_as_expected(phase);
}

ProofPhase prove_healthy(const Lab& lab, const WorldOptions& base) {
    ProofPhase phase;
    Outside nobody;
    World world(base, nobody);
    bring_up(world);
    look_at_health(lab, world, phase);
    for (const auto& check : lab.checks)
        if (check.phase == CheckPhase::symptom) decide(check, false, Duration{}, world, phase);
    phase.passed = all_as_expected(phase);
    phase.took = world.now() - base.start;
    return phase;
}

/// The symptoms show, what must be kept holds, and not all goals hold.
ProofPhase prove_broken(const Lab& lab, World& world) {
    ProofPhase phase;
    phase.kind = ProofPhase::Kind::broken;
    const Instant began = world.now();
    bring_up(world);
    if (!type_lines(lab.before, world)) phase.why = "the lines of 'before' could not be typed";
    for (const auto& check : lab.checks)
        if (check.phase == CheckPhase::symptom) decide(check, true, Duration::max(), world, phase);
    for (const auto& check : lab.checks)
        if (check.phase == CheckPhase::kept) decide(check, true, Duration{}, world, phase);
    phase.passed = all_as_expected(phase) && phase.why.empty();
    bool red = false;
    for (const auto& check : lab.checks) {
        if (check.phase != CheckPhase::goal) continue;
        auto outcome = decide_check(check, world, Duration{});
        red = red || !outcome.passed;
        // Which of the goals the fault breaks is the lab's affair; that one is broken, is the proof's.
        phase.checks.push_back({check.id, name_of(check), outcome.passed, std::move(outcome)});
    }
    if (!red && phase.passed) phase.why = "every goal holds although the system is broken";
    phase.passed = phase.passed && red;
    phase.took = world.now() - began;
    return phase;
}

ProofPhase prove_cured(const Lab& lab, const std::vector<TypedLine>& lines, World& world) {
    ProofPhase phase;
    phase.kind = ProofPhase::Kind::cured;
    const Instant began = world.now();
    const bool typed = type_lines(lines, world);
    look_at_health(lab, world, phase);
    if (!typed) {
        phase.why = "the lines of the solution could not be typed: a console never became ready";
        phase.passed = false;
    }
    auto inert = world.network().inert_faults();
    std::ranges::move(world.idle_attackers(), std::back_inserter(inert));
    for (auto& sentence : inert) {
        phase.why = std::move(sentence);
        phase.passed = false;
    }
    phase.took = world.now() - began;
    return phase;
}

}  // namespace

const char* name_of(ProofPhase::Kind kind) {
    switch (kind) {
        case ProofPhase::Kind::healthy: return "healthy";
        case ProofPhase::Kind::broken: return "broken";
        case ProofPhase::Kind::cured: return "cured";
    }
    return "";
}

namespace {

/// What is so in the healthy system, too.
WorldOptions system_options(const Lab& lab, WorldOptions base, std::vector<LabError>& errors) {
    base.around.level = lab.system.level;
    base.around.certificates = lab.system.certificates;
    base.around.clients = lab.system.clients;
    base.around.list_dates = lab.system.list_dates;
    base.around.fips_database = lab.system.fips_database;
    base.around.crypto = lab.system.crypto;
    base.wires = lab.system.wires;
    base.files = apply_patch(lab, lab.system.patch, std::move(base.files), errors);
    return base;
}

}  // namespace

WorldOptions healthy_options(const Lab& lab, WorldOptions base) {
    std::vector<LabError> said_of_the_broken;
    return system_options(lab, std::move(base), said_of_the_broken);
}

WorldOptions broken_options(const Lab& lab, WorldOptions base, std::vector<LabError>& errors) {
    base = system_options(lab, std::move(base), errors);
    base.files = apply_patch(lab, lab.patch, std::move(base.files), errors);
    base.wires.insert(base.wires.end(), lab.wires.begin(), lab.wires.end());
    base.attackers.insert(base.attackers.end(), lab.attackers.begin(), lab.attackers.end());
    return base;
}

Proof prove(const Lab& lab, const WorldOptions& base, const std::vector<TypedLine>* typed) {
    Proof proof;
    proof.id = lab.id;
    proof.title = lab.title;
    proof.typed = typed ? *typed : lab.solution;
    const WorldOptions broken = broken_options(lab, base, proof.errors);
    if (!proof.errors.empty()) return proof;
    proof.phases.push_back(prove_healthy(lab, healthy_options(lab, base)));
    if (!proof.phases.back().passed) return proof;
    Outside nobody;
    World world(broken, nobody);
    proof.phases.push_back(prove_broken(lab, world));
    if (!proof.phases.back().passed) return proof;
    const auto& screen = world.system().console_of("TCPMAINT");
    const auto before = std::ptrdiff_t(screen.size());
    proof.phases.push_back(prove_cured(lab, proof.typed, world));
    proof.screen.assign(screen.begin() + std::min(before, std::ptrdiff_t(screen.size())), screen.end());
    proof.proved = proof.phases.back().passed;
    return proof;
}

}  // namespace vmlab::sim
