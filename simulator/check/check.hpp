// vmlab check: what the readers and the questions say about a system's files, in one list.
#pragma once

#include <string>
#include <vector>

#include "simulator/check/question.hpp"

namespace vmlab::sim {

struct CheckAnswer {
    std::string id, question, answer;
    std::size_t found = 0;
};

struct CheckResult {
    std::vector<CheckFinding> findings{};  ///< in order of file and line
    std::vector<CheckAnswer> answers{};    ///< of every question, in order of the table

    std::size_t suppressed = 0;  ///< findings beyond the number kept for each file and question

    /// Errors and warnings: what an exit code of 1 is about. What vmlab does not simulate is no fault of a
    /// file.
    std::size_t count(profiles::Severity severity) const;
    bool any() const;
};

[[nodiscard]] CheckResult check_system(const SystemFiles& files);

}  // namespace vmlab::sim
