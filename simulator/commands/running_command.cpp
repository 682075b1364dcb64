#include "simulator/commands/running_command.hpp"

namespace vmlab::sim {

void RunningCommand::receive(const SocketNotice&, Operations&, std::vector<ConsoleLine>&) {}
void RunningCommand::receive(const AdminAnswered&, Operations&, std::vector<ConsoleLine>&) {}
void RunningCommand::give_up(Operations&) {}

}  // namespace vmlab::sim
