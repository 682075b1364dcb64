// A run in virtual time: no ports, no terminal, no host clock. The same seed and files give the same bytes.
#pragma once

#include "simulator/run_options.hpp"

namespace vmlab::sim {

/// Where a virtual run's clock begins: an arbitrary Wednesday at noon UTC, the same for everybody.
[[nodiscard]] Instant virtual_start();
[[nodiscard]] int run_virtually(const RunOptions& options);

}  // namespace vmlab::sim
