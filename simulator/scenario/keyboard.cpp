#include "simulator/scenario/keyboard.hpp"

#include "simulator/scenario/checks.hpp"
#include "simulator/user_program.hpp"

namespace vmlab::sim {
namespace {

constexpr Duration kMostTyping = minutes{30};

}  // namespace

bool console_waits(const World& world, const Userid& user) {
    const VirtualMachine* vm = world.virtual_machine(user);
    const auto* program = vm ? dynamic_cast<const UserProgram*>(vm->program()) : nullptr;
    return program && !program->interpreter().busy();
}

bool Keyboard::ready(World& world) const {
    if (world.now() < not_before_) return false;
    return next_ == 0 || console_waits(world, lines_[next_ - 1].as) ||
           !world.sessions().find(lines_[next_ - 1].as);
}

bool Keyboard::advance(World& world) {
    if (!ready(world)) return false;
    if (next_ == lines_.size()) return true;
    const auto& [user, line] = lines_[next_];
    not_before_ = world.now() + kThinkingTime;
    if (!world.sessions().find(user)) {
        world.log_on_at_prompt(user);
    } else if (console_waits(world, user)) {
        world.system().post(user, ConsoleTyped{line});
        ++next_;
    }
    return false;
}

bool type_lines(const std::vector<TypedLine>& lines, World& world) {
    Keyboard keyboard(lines);
    return run_world(world, kMostTyping, [&] { return keyboard.advance(world); });
}

}  // namespace vmlab::sim
