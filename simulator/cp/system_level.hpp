// What the system says of itself: names and levels that many replies print.
#pragma once

#include <string>

#include "stack/base/level.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

struct SystemLevel {
    std::string node = "GDLRCT2";
    Level product{};
    Instant generated{};
    Instant ipl{};
};

}  // namespace vmlab::sim
