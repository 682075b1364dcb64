#include "simulator/scenario/lab_session.hpp"

#include <fmt/format.h>

#include "simulator/scenario/runner.hpp"

namespace vmlab::sim {
namespace {

/// A trainee does not want to look at nothing for as long as a proof may.
constexpr Duration kMostWait = seconds{5};

}  // namespace

LabSession::LabSession(Lab lab) : lab_(std::move(lab)), before_(lab_.before), begun_(lab_.before.empty()) {}

bool LabSession::is_for(std::string_view line) {
    const auto word = upper(trimmed(line));
    return word == "STORY" || word == "CHECK" || word == "HINT";
}

bool LabSession::typed(std::string_view line, World& world) {
    const auto word = upper(trimmed(line));
    if (word == "STORY") {
        text_ += report_story(lab_);
    } else if (word == "CHECK") {
        ask(Asked::check, world);
    } else if (word == "HINT") {
        ask(Asked::hint, world);
    } else {
        return false;
    }
    return true;
}

void LabSession::ask(Asked what, World& world) {
    for (auto& run : runs_) run.give_up(world);
    runs_.clear();
    results_.clear();
    asked_ = what;
    if (!begun_) {
        text_ += "The lab is still being prepared: one moment.\n";
        return;
    }
    for (const auto& check : lab_.checks)
        if (check.phase != CheckPhase::symptom || what == Asked::hint)
            runs_.emplace_back(check, what == Asked::hint ? Duration{} : kMostWait);
    decided_.assign(runs_.size(), false);
    advance(world);
    if (!runs_.empty() && what == Asked::check) text_ += "Checking: a few seconds.\n";
}

void LabSession::advance(World& world) {
    if (!begun_) {
        const bool stands = world.now() - world.level().ipl >= kComingUp || world.settled(world.main_stack());
        begun_ = stands && before_.advance(world);
        wake_soon(world, woken_at_);
    }
    bool all = true;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (!decided_[i]) decided_[i] = runs_[i].advance(world);
        all = all && decided_[i];
    }
    if (all && !runs_.empty()) answer();
}

void LabSession::answer() {
    for (const auto& run : runs_)
        results_.push_back({run.check().id, name_of(run.check()), true, run.outcome()});
    runs_.clear();
    if (asked_ == Asked::check) {
        text_ += report_checks(results_);
        solved_ = true;
        for (const auto& result : results_) solved_ = solved_ && result.outcome.passed;
        if (solved_ && !lab_.debrief.empty()) text_ += "\n" + std::string(trimmed(lab_.debrief)) + "\n";
    } else if (asked_ == Asked::hint) {
        say_hint();
    }
    asked_ = Asked::nothing;
}

const ProvedCheck* LabSession::result_of(std::string_view id) const {
    for (const auto& result : results_)
        if (result.id == id) return &result;
    return nullptr;
}

/// The first hint that was not said yet and fits the state of the moment.
void LabSession::say_hint() {
    for (std::size_t i = 0; i < lab_.hints.size(); ++i) {
        const Hint& hint = lab_.hints[i];
        const auto* done = result_of(hint.unless);
        const auto* seen = result_of(hint.once);
        if (hints_said_.contains(i) || (done && done->outcome.passed) || (seen && !seen->outcome.passed))
            continue;
        hints_said_.insert(i);
        cost_ += hint.cost;
        text_ += fmt::format("Hint (cost {}, {} so far): {}\n", hint.cost, cost_, trimmed(hint.say));
        return;
    }
    text_ += "No further hint fits the state of the system. The hints so far:\n";
    for (const auto i : hints_said_) text_ += fmt::format("  {}\n", trimmed(lab_.hints[i].say));
}

}  // namespace vmlab::sim
