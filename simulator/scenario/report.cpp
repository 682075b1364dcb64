#include "simulator/scenario/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vmlab::sim {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t ms(Duration d) { return duration_cast<milliseconds>(d).count(); }

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json json_of(const ProvedCheck& check) {
    return {{"id", check.id},
            {"title", check.title},
            {"expected", check.expected},
            {"passed", check.outcome.passed},
            {"seen", check.outcome.seen},
            {"transcript", check.outcome.transcript}};
}

Json json_of(const Proof& proof) {
    Json phases = Json::array();
    for (const auto& phase : proof.phases) {
        Json checks = Json::array();
        for (const auto& check : phase.checks) checks.push_back(json_of(check));
        phases.push_back({{"phase", name_of(phase.kind)},
                          {"passed", phase.passed},
                          {"why", phase.why},
                          {"world_ms", ms(phase.took)},
                          {"checks", checks}});
    }
    Json typed = Json::array();
    for (const auto& line : proof.typed) typed.push_back({{"as", line.as.str()}, {"line", line.line}});
    Json errors = Json::array();
    for (const auto& error : proof.errors) errors.push_back(error.str());
    return {{"id", proof.id},   {"title", proof.title}, {"proved", proof.proved},
            {"errors", errors}, {"phases", phases},     {"typed", typed}};
}

void report_phase(const ProofPhase& phase, std::string& out) {
    constexpr const char* kMeaning[] = {"the healthy system passes every goal",
                                        "the fault shows its symptom and breaks a goal",
                                        "the solution passes every goal"};
    out += fmt::format("  {:<8} {:<7} {} ({:.1f} s of the world's time)\n", name_of(phase.kind),
                       phase.passed ? "ok" : "FAILED", kMeaning[std::size_t(phase.kind)],
                       double(ms(phase.took)) / 1000.0);
    if (phase.passed) return;
    if (!phase.why.empty()) out += "    " + phase.why + "\n";
    for (const auto& check : phase.checks) {
        if (check.as_expected()) continue;
        out += fmt::format("    {} should {}: {}\n", check.id, check.expected ? "hold" : "not hold",
                           check.outcome.seen);
        for (const auto& line : check.outcome.transcript) out += "      | " + line + "\n";
    }
}

}  // namespace

std::string report_labs(const std::vector<Lab>& labs) {
    std::size_t width = 2;
    for (const auto& lab : labs) width = std::max(width, lab.id.size());
    std::string out = fmt::format("{:<{}}  LEVEL  TIME  TITLE\n", "ID", width);
    for (const auto& lab : labs)
        out += fmt::format("{:<{}}  {:>5}  {:>3}m  {}\n", lab.id, width, lab.level,
                           duration_cast<minutes>(lab.time).count(), lab.title);
    return out;
}

std::string report_labs_json(const std::vector<Lab>& labs) {
    Json all = Json::array();
    for (const auto& lab : labs)
        all.push_back({{"id", lab.id},
                       {"title", lab.title},
                       {"level", lab.level},
                       {"minutes", duration_cast<minutes>(lab.time).count()},
                       {"tags", lab.tags},
                       {"file", lab.file}});
    return dump(all);
}

std::string report_story(const Lab& lab) {
    std::string out = fmt::format("{}\n", lab.title);
    out += fmt::format("Level {} of 5", lab.level);
    if (lab.time > Duration{})
        out += fmt::format(", about {} minutes", duration_cast<minutes>(lab.time).count());
    out += fmt::format("\n\n{}\n\nSymptom: {}\n", trimmed(lab.story), trimmed(lab.symptom));
    return out;
}

std::string report_proofs(const std::vector<Proof>& proofs) {
    std::string out;
    std::size_t proved = 0;
    for (const auto& proof : proofs) {
        proved += proof.proved;
        out += fmt::format("{} {}: {}\n", proof.proved ? "proved" : "FAILED", proof.id, proof.title);
        out += report_errors(proof.errors);
        for (const auto& phase : proof.phases) report_phase(phase, out);
    }
    return out + fmt::format("{} of {} labs proved\n", proved, proofs.size());
}

std::string report_proofs_json(const std::vector<Proof>& proofs) {
    Json all = Json::array();
    bool every = true;
    for (const auto& proof : proofs) {
        all.push_back(json_of(proof));
        every = every && proof.proved;
    }
    return dump({{"proved", every}, {"labs", all}});
}

std::string report_checks(const std::vector<ProvedCheck>& checks) {
    std::string out;
    std::size_t passed = 0;
    for (const auto& check : checks) {
        passed += check.outcome.passed;
        out += fmt::format("{} {}\n", check.outcome.passed ? "[x]" : "[ ]", check.title);
        if (!check.outcome.passed) out += fmt::format("      {}\n", check.outcome.seen);
    }
    if (passed == checks.size()) out += "All checks pass: the lab is solved.\n";
    else out += fmt::format("{} of {} checks pass.\n", passed, checks.size());
    return out;
}

std::string report_errors(const std::vector<LabError>& errors) {
    std::string out;
    for (const auto& error : errors) out += error.str() + "\n";
    return out;
}

}  // namespace vmlab::sim
