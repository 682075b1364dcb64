#include "stack/base/terminal_api.hpp"

#include <fmt/core.h>

namespace vmlab {

std::string ldev_name(LogicalDevice number) { return fmt::format("L{:04X}", number); }

}  // namespace vmlab
