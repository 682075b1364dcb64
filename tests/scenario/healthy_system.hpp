// The shipped system without a fault, for tests that need a whole world.
#pragma once

#include "simulator/scenario/checks.hpp"
#include "simulator/scenario/lab.hpp"
#include "tests/world/baseline_world.hpp"

namespace vmlab::sim {

inline ConfigurationFiles baseline() { return baseline_files(); }

/// The healthy system.
inline const WorldOptions& healthy() {
    static const WorldOptions options = baseline_options();
    return options;
}

}  // namespace vmlab::sim
