// A run in virtual time: no ports, no terminal, no host clock. The same seed and files give the same bytes.
#pragma once

#include "simulator/run_options.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

/// Where a virtual run's clock begins: an arbitrary Wednesday at noon UTC, the same for everybody.
[[nodiscard]] Instant virtual_start();
/// The files of --files, or the shipped ones, and what stands around them; what was supplied is said. False,
/// and a sentence, when they cannot be read.
[[nodiscard]] bool read_configuration(const RunOptions& options, WorldOptions& setup, std::string& error);
/// The consoles of all machines, one behind the other.
[[nodiscard]] std::string report_consoles(const System& system);
[[nodiscard]] int run_virtually(const RunOptions& options);

}  // namespace vmlab::sim
