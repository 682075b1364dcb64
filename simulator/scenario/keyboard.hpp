// Hands at consoles: types lines as users would, one after the other, each when the one before is answered.
#pragma once

#include <cstddef>
#include <vector>

#include "simulator/scenario/lab.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

/// Between two lines: what a quick person needs to look at the answer.
inline constexpr Duration kThinkingTime = seconds{2};

class Keyboard {
public:
    explicit Keyboard(std::vector<TypedLine> lines) : lines_(std::move(lines)) {}

    /// Looks where things stand and types what is due; true when every line has been typed and answered. A
    /// user who is not logged on is logged on at the system console first.
    bool advance(World& world);

private:
    bool ready(World& world) const;

    std::vector<TypedLine> lines_;
    std::size_t next_ = 0;
    Instant not_before_{};
};

/// Types them all, and waits for the last answer; false when a console never became ready.
bool type_lines(const std::vector<TypedLine>& lines, World& world);

/// The user's session takes a line now: logged on, no command running.
[[nodiscard]] bool console_waits(const World& world, const Userid& user);

}  // namespace vmlab::sim
