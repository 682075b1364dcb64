// LINEND, CHARDEL, LINEDEL and ESCAPE.
#include <doctest/doctest.h>

#include "services/tn3270/line_editing.hpp"

using vmlab::TerminalSettings;
using vmlab::services::tn3270::edited_lines;
using Lines = std::vector<std::string>;

TEST_CASE("editing symbols") {
    const TerminalSettings settings;
    CHECK(edited_lines("", settings) == Lines{""});
    CHECK(edited_lines("q t", settings) == Lines{"q t"});
    CHECK(edited_lines("q t#q n##x", settings) == Lines{"q t", "q n", "", "x"});
    CHECK(edited_lines("qq@ tx@", settings) == Lines{"q t"});
    CHECK(edited_lines("@@a\u00fc@b", settings) == Lines{"ab"});
    CHECK(edited_lines("wrong\u00a2right#other", settings) == Lines{"right", "other"});
    CHECK(edited_lines("a\"#b\"@c\"\"d\"", settings) == Lines{"a#b@c\"d"});
}

TEST_CASE("#CP at the beginning is left to CP") {
    const TerminalSettings settings;
    CHECK(edited_lines("#cp q time#q names", settings) == Lines{"#cp q time", "q names"});
    CHECK(edited_lines("#CP", settings) == Lines{"#CP"});
    CHECK(edited_lines("#cpx", settings) == Lines{"", "cpx"});
}

TEST_CASE("symbols that are OFF are ordinary characters; others may be chosen") {
    TerminalSettings off;
    off.linend = off.chardel = off.linedel = off.escape = "";
    CHECK(edited_lines("a#b@c\u00a2d\"e\"", off) == Lines{"a#b@c\u00a2d\"e\""});
    TerminalSettings own;
    own.linend = "!";
    CHECK(edited_lines("a#b!c", own) == Lines{"a#b", "c"});
    CHECK(edited_lines("!cp x!y", own) == Lines{"!cp x", "y"});
}
