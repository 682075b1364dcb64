// What WHY prints: the chain of records from the symptom back, and the lines of files that it rests on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulator/system/why.hpp"

namespace vmlab::sim {

/// The text of a line of a file; nothing when the file is not at hand.
using LineText = std::function<std::optional<std::string>(const SourceLocation&)>;

/// `zone`: of the times.
[[nodiscard]] std::vector<std::string> report_why(const WhyAnswer& answer, const LineText& line_text,
                                                  const Zone& zone);
[[nodiscard]] std::string report_why_json(const WhyAnswer& answer, const LineText& line_text);

}  // namespace vmlab::sim
