// The proof of a lab, headless and in virtual time: the healthy system is green, the broken one shows the
// symptom and is red, and the reference solution, typed at TCPMAINT's console and nothing else, cures it.
#pragma once

#include <string>
#include <vector>

#include "simulator/scenario/checks.hpp"
#include "simulator/scenario/lab.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

/// One check in one phase of a proof.
struct ProvedCheck {
    std::string id, title;
    bool expected = true;
    CheckOutcome outcome{};

    [[nodiscard]] bool as_expected() const { return outcome.passed == expected; }
};

struct ProofPhase {
    enum class Kind { healthy, broken, cured } kind = Kind::healthy;
    std::vector<ProvedCheck> checks{};
    bool passed = false;
    std::string why{};  ///< when it did not pass and no check says so
    Duration took{};    ///< of the world's time
};
[[nodiscard]] const char* name_of(ProofPhase::Kind kind);

struct Proof {
    std::string id, title;
    std::vector<LabError> errors{};  ///< the patch does not fit the baseline: no phase was run
    std::vector<ProofPhase> phases{};
    std::vector<TypedLine> typed{};     ///< what cured it
    std::vector<std::string> screen{};  ///< TCPMAINT's console meanwhile
    bool proved = false;
};

/// `base`: the healthy system (files, keys, seed, start). `typed`: other lines than the lab's solution, a
/// keystroke transcript. The phases stop at the first that does not pass.
[[nodiscard]] Proof prove(const Lab& lab, const WorldOptions& base,
                          const std::vector<TypedLine>* typed = nullptr);

/// The options of the world that the lab is about, without its fault.
[[nodiscard]] WorldOptions healthy_options(const Lab& lab, WorldOptions base);
/// The same with the lab's fault.
[[nodiscard]] WorldOptions broken_options(const Lab& lab, WorldOptions base, std::vector<LabError>& errors);

/// How long a system may take to come up before it is looked at as it stands.
inline constexpr Duration kComingUp = seconds{60};

}  // namespace vmlab::sim
