// The rows that the readers go by: all of the table.
#include "profiles/statement_table.hpp"

namespace vmlab::profiles {

std::span<const StatementRow> known_statements() { return statement_table(); }

}  // namespace vmlab::profiles
