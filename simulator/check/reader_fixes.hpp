// What to change where a reader has found something: the word that was meant, the END word that is missing,
// the current format of an entry.
#pragma once

#include <optional>

#include "simulator/check/question.hpp"

namespace vmlab::sim {

/// Nothing when the finding does not tell what was meant.
[[nodiscard]] std::optional<Fix> fix_of_reader(const profiles::Finding& finding, const SystemFiles& files);

}  // namespace vmlab::sim
