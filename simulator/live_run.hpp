// A run in real time: loopback ports for real clients, a prompt for a person, until LOGOFF, end of input or a
// signal.
#pragma once

#include "simulator/run_options.hpp"

namespace vmlab::sim {

[[nodiscard]] int run_live(const RunOptions& options);

}  // namespace vmlab::sim
