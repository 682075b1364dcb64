// What the system says of itself: names and levels that many replies print.
#pragma once

#include <optional>
#include <string>

#include "simulator/cp/machine_crypto.hpp"
#include "stack/base/level.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

struct SystemLevel {
    std::string node = "GDLRCT2";
    Level product{};
    Instant generated{};
    Instant ipl{};
    /// Nothing: nobody said what machine it is, and cryptography costs no time.
    std::optional<MachineCrypto> crypto{};
};

}  // namespace vmlab::sim
