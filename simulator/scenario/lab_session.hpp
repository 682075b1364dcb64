// A trainee at a lab: the story, the check of the goals, and hints, while the world goes on in real time.
//
//   LabSession session(lab);
//   world.ipl(); …                          // WorldOptions from broken_options()
//   advance(world) until begun() is true    // types the lab's 'before' lines; in virtual time at bring-up
//   typed(line, world)                      // a line at the prompt: true = it was story, check or hint
//   advance(world), now and then            // the loop's quiet moments
//   take_text()                             // what is to be shown
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/checks.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/report.hpp"

namespace vmlab::sim {

class LabSession {
public:
    explicit LabSession(Lab lab);
    LabSession(const LabSession&) = delete;
    LabSession& operator=(const LabSession&) = delete;

    const Lab& lab() const { return lab_; }
    /// The fault is in place: 'before' has been typed.
    bool begun() const { return begun_; }
    /// All goals held at the last check.
    bool solved() const { return solved_; }
    unsigned hints_cost() const { return cost_; }

    /// STORY, CHECK or HINT, in any case.
    static bool is_for(std::string_view line);
    /// Such a line; what comes of it is in take_text(), at once or after advance(). False for another one.
    bool typed(std::string_view line, World& world);
    /// Goes on with what is under way: the lines before the start, a check, the look at the state for a hint.
    void advance(World& world);
    bool busy() const { return !runs_.empty() || !begun_; }
    /// Lines to be shown since the last call; each ends in "\n".
    std::string take_text() { return std::exchange(text_, {}); }

private:
    enum class Asked { nothing, check, hint };

    void ask(Asked what, World& world);
    void answer();
    void say_hint();
    const ProvedCheck* result_of(std::string_view id) const;

    Lab lab_;
    Keyboard before_;
    Instant woken_at_{};
    bool begun_ = false;
    bool solved_ = false;
    Asked asked_ = Asked::nothing;
    std::vector<CheckRun> runs_{};  ///< all under way at once
    std::vector<bool> decided_{};
    std::vector<ProvedCheck> results_{};
    std::set<std::size_t> hints_said_{};
    unsigned cost_ = 0;
    std::string text_;
};

}  // namespace vmlab::sim
