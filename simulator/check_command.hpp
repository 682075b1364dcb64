// vmlab check: an administrator's own files, read and asked, without a system that runs.
#pragma once

#include "simulator/given_system.hpp"

namespace vmlab::sim {

struct CheckOptions {
    GivenOptions given{};
    bool json = false, sarif = false, verbose = false, list = false;
};

/// 0 nothing found, 1 something found, 2 usage, 3 unreadable.
[[nodiscard]] int check_files(const CheckOptions& options);

}  // namespace vmlab::sim
