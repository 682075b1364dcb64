// Checks: questions about a world, asked until they hold or their time is up.
//
// The world goes on between two calls of advance(): a probe is a client on WS1 that needs the network's time.
// A check that does not hold is asked again every second, as a whole, until `wait` has passed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/scenario/lab.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

struct CheckOutcome {
    bool passed = false;
    std::string seen;                       ///< what was found, in a sentence
    std::vector<std::string> transcript{};  ///< of a probe's client
};

class CheckRun {
public:
    /// `check` must outlive the run. `at_most` bounds the check's own wait.
    explicit CheckRun(const Check& check, Duration at_most = Duration::max());
    ~CheckRun();
    CheckRun(CheckRun&&) noexcept;

    /// True when it is decided. Call it again after the world has gone on; while it is undecided it has
    /// itself woken within 100 ms.
    bool advance(World& world);
    /// Requires advance() to have said true.
    const CheckOutcome& outcome() const { return outcome_; }
    const Check& check() const { return *check_; }
    /// Ends a run that is not decided: its clients hang up.
    void give_up(World& world);

private:
    class Attempt;

    const Check* check_;
    Duration wait_;
    std::optional<Instant> until_{};
    Instant again_at_{};
    Instant woken_at_{};
    std::unique_ptr<Attempt> attempt_;
    CheckOutcome outcome_{};
};

/// Makes sure that something happens within 100 ms, so that whoever looks at the world after events looks
/// again. `woken_at` is the caller's memory.
void wake_soon(World& world, Instant& woken_at);

/// Runs the world in steps of 100 ms until `done` says so or `limit` has passed. True when done.
bool run_world(World& world, Duration limit, const std::function<bool()>& done);

/// Decides the check by running the world (virtual time).
[[nodiscard]] CheckOutcome decide_check(const Check& check, World& world, Duration at_most = Duration::max());

/// What a check is called: its title, else what it looks at.
[[nodiscard]] std::string name_of(const Check& check);

/// One blank for every run of blanks and line ends, none at either end.
[[nodiscard]] std::string squeezed(std::string_view text);

}  // namespace vmlab::sim
