// What the system says of itself: names and levels that many replies print.
#pragma once

#include <string>

#include "stack/base/time.hpp"

namespace vmlab::sim {

struct SystemLevel {
    std::string node = "GDLRCT2";
    std::string release = "Version 7 Release 1.0";
    std::string short_release = "V7.1.0";
    std::string service_level = "1901";
    std::string cms_level = "CMS Level 30, Service Level 901";
    Instant generated{};
    Instant ipl{};
};

}  // namespace vmlab::sim
