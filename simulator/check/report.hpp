// What vmlab check found, for a person (the style of compilers), for programs (JSON), and for tools that show
// findings beside the source (SARIF 2.1.0, OASIS).
#pragma once

#include <string>

#include "simulator/check/check.hpp"

namespace vmlab::sim {

/// With `verbose`: every file and what it is, what vmlab does not simulate, and the answer to every question.
[[nodiscard]] std::string report_check(const CheckResult& result, const SystemFiles& files, bool verbose);
/// {"files": […], "findings": [{…, "fix": {"description", "edits": [{"path", "line", "column", "length",
/// "text", "offset", "bytes", "replacement"}]}}], "answers": […]}; `offset` and `bytes` count bytes of the
/// file, `replacement` is Base64 of what takes their place.
[[nodiscard]] std::string report_check_json(const CheckResult& result, const SystemFiles& files);
[[nodiscard]] std::string report_check_sarif(const CheckResult& result, const SystemFiles& files,
                                             const std::string& version);
/// Every question with its explanation, and every message of the readers.
[[nodiscard]] std::string report_questions();

}  // namespace vmlab::sim
