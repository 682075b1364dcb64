// Every statement can be explained, and every default says whose it is.
#include "profiles/statement_texts.hpp"

#include <doctest/doctest.h>

#include <set>

#include "profiles/defaults.hpp"

using namespace vmlab;
using namespace vmlab::profiles;

namespace {

using Name = std::pair<ConfigFile, std::string_view>;

std::set<Name> named_rows() {
    std::set<Name> rows;
    for (const auto& row : statement_table()) CHECK(rows.insert({row.file, row.statement}).second);
    return rows;
}

}  // namespace

TEST_CASE("every row of the statement table is explained, once, and nothing else is") {
    std::set<Name> explained;
    for (const auto& texts : {profile_texts(), other_texts()})
        for (const auto& text : texts) {
            CAPTURE(text.statement);
            CHECK(explained.insert({text.file, text.statement}).second);
            CHECK(text.meaning.ends_with('.'));
            CHECK_FALSE(text.syntax.empty());
        }
    CHECK(explained == named_rows());
}

TEST_CASE("every default is of a row of the table") {
    const auto rows = named_rows();
    const auto defaults = all_defaults();
    for (const auto& each : defaults) {
        CAPTURE(each.statement);
        CHECK(rows.contains({each.file, each.statement}));
        CHECK_FALSE(each.text.empty());
    }
    CHECK(defaults.size() > 70);
}
