// What each statement of the statement table is written like and what it is for, in a line each: for EXPLAIN.
#pragma once

#include <span>
#include <string_view>

#include "profiles/statement_table.hpp"

namespace vmlab::profiles {

struct StatementText {
    ConfigFile file{};
    std::string_view statement;  ///< as in the statement table
    std::string_view syntax;     ///< in brief; `[]` may be left out, `|` one of these
    std::string_view meaning;    ///< on the real system; what of it is simulated is the row's state
};

/// Those of PROFILE TCPIP, and those of all other files; each row of the statement table has one.
[[nodiscard]] std::span<const StatementText> profile_texts();
[[nodiscard]] std::span<const StatementText> other_texts();

}  // namespace vmlab::profiles
