// The operands of NETSTAT that change a stack. Each takes the call and the stack's snapshot; that the user
// may do so was asked before.
#pragma once

#include "simulator/commands/commands.hpp"

namespace vmlab::sim {

Outcome netstat_block(Call& call, const stack::ServerSnapshot& of);  ///< BLOCK, UNBLOCK
Outcome netstat_cp(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_delarp(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_drop(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_obey(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_resetdos(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_resetpool(Call& call, const stack::ServerSnapshot& of);
Outcome netstat_ssl(Call& call, const stack::ServerSnapshot& of);  ///< SSL START, STOP

}  // namespace vmlab::sim
