// vmlab why: the question of WHY, asked of a recorded run or of a system that is brought up for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/given_system.hpp"
#include "simulator/scenario/lab.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

struct WhyOptions {
    std::vector<std::string> words{};  ///< the question
    std::string journal;   ///< of a recorded run; empty: a system is brought up, and clients visit it
    GivenOptions given{};  ///< its configuration; without paths: the baseline
    std::string lab;       ///< or the baseline with this lab's fault
    std::string good;      ///< what --prove compares with; empty: the baseline
    std::string stack;     ///< empty: the one that clients reach
    bool prove = false, json = false;
    std::optional<std::uint64_t> seed{};
};

/// kOk when there is an answer (and, with `prove`, a proof), kCheckFailed when there is none.
int ask_why(const WhyOptions& options);

/// vmlab explain: messages by number, statements of configuration files by name; none: all messages.
int explain(const std::vector<std::string>& names, bool json);

/// What was supplied to a system, on stderr.
void say_supplied(const SuppliedSystem& system);

/// What WHY … (PROVE does in a running world: its files of now against those it would have without a fault.
[[nodiscard]] World::Prover prover_against(WorldOptions good, ConfigurationFiles first_files);

}  // namespace vmlab::sim
