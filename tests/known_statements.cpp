// In place of profiles/known_statements.cpp: with VMLAB_WITHOUT="PROFILE TCPIP: AUTOLOG" the readers of this
// program have never heard of that statement. Only test programs link this.
#include <cstdlib>
#include <string>
#include <vector>

#include "profiles/statement_table.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::profiles {

std::span<const StatementRow> known_statements() {
    static const std::vector<StatementRow> rows = [] {
        const auto all = statement_table();
        std::vector<StatementRow> kept(all.begin(), all.end());
        if (const char* without = std::getenv("VMLAB_WITHOUT")) {
            const auto gone = std::erase_if(kept, [&](const StatementRow& row) {
                return std::string(name_of(row.file)) + ": " + std::string(row.statement) == without;
            });
            vm_assert(gone == 1);
        }
        return kept;
    }();
    return rows;
}

}  // namespace vmlab::profiles
