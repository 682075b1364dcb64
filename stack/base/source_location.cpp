#include "stack/base/source_location.hpp"

#include <fmt/core.h>

namespace vmlab {

std::string SourceLocation::str() const {
    if (!known()) return "(built in)";
    if (line == 0) return file.str();
    return column == 0 ? fmt::format("{}:{}", file.str(), line)
                       : fmt::format("{}:{}:{}", file.str(), line, column);
}

}  // namespace vmlab
