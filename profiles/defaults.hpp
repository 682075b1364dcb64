// What holds where a statement is not given, and whose default it is, for EXPLAIN: the values themselves are
// those that the readers begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profiles/statement_table.hpp"

namespace vmlab::profiles {

/// Where a default is known from. No lab grades on one that is remembered (scripts/tidy).
enum class Origin : std::uint8_t {
    seed,        ///< the document that the product models
    source,      ///< another public source
    remembered,  ///< neither: what vmlab's authors believe
};

struct Default {
    ConfigFile file{};
    std::string_view statement;  ///< as in the statement table
    std::string text;            ///< "30 seconds"
    Origin origin = Origin::remembered;
};
[[nodiscard]] std::vector<Default> all_defaults();

}  // namespace vmlab::profiles
