#include "simulator/commands/running_command.hpp"

namespace vmlab::sim {

void RunningCommand::receive(const PingAnswer&, Operations&, std::vector<ConsoleLine>&) {}

}  // namespace vmlab::sim
