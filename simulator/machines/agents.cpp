#include "simulator/machines/agents.hpp"

namespace vmlab::sim {

void FilePoolProgram::start(VirtualMachine& vm, System& world) {
    pools_.set_server_up(vm.name(), true);
    for (const auto& [name, pool] : pools_.all())
        if (pool.server == vm.name()) world.console_line(vm.name(), "File pool " + name + " is available");
}

void FilePoolProgram::stop(VirtualMachine& vm, System&, bool) { pools_.set_server_up(vm.name(), false); }

void RacfProgram::start(VirtualMachine& vm, System& world) {
    racf_.set_running(true);
    world.console_line(vm.name(), "RACF answers");
}

void WaitingProgram::start(VirtualMachine& vm, System& world) {
    if (!line_.empty()) world.console_line(vm.name(), line_);
}

void AutologProgram::start(VirtualMachine& vm, System& world) {
    Duration after = milliseconds{5};
    for (const auto& user : users_) {
        world.console_line(vm.name(), "XAUTOLOG " + user.str());
        world.post(user, LogonStarted{vm.name()}, after);
        after += milliseconds{5};
    }
    vm.end();
}

}  // namespace vmlab::sim
