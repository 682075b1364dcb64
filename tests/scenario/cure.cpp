// The smallest set of lines to undo: comparison of files, and delta debugging over them.
#include "simulator/scenario/cure.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "stack/base/random.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string text_of(const ConfigurationFiles& files, const std::string& path) {
    for (const auto& [name, text] : files)
        if (name == path) return text;
    return "(none)";
}

std::vector<std::size_t> all_of(const FileComparison& comparison) {
    std::vector<std::size_t> all(comparison.changes().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

bool has(const ConfigurationFiles& files, std::string_view part) {
    for (const auto& [path, text] : files)
        if (text.find(part) != text.npos) return true;
    return false;
}

}  // namespace

TEST_CASE("undoing nothing gives the bad files, undoing everything the good ones, whatever they are") {
    RandomStream random(seed_from_number(7), "texts");
    for (int round = 0; round < 300; ++round) {
        const auto text = [&] {
            std::string s;
            for (std::uint64_t n = random.below(12); n > 0; --n)
                s += std::string(1, char('a' + random.below(5))) + "\n";
            return s;
        };
        const ConfigurationFiles good = {{"D.1/A.B", text()}, {"D.1/C.D", text()}},
                                 bad = {{"D.1/A.B", text()}, {"D.1/C.D", text()}};
        const FileComparison comparison(good, bad);
        CHECK(comparison.with_undone({}) == bad);
        CHECK(comparison.with_undone(all_of(comparison)) == good);
        for (const auto& change : comparison.changes()) CHECK(change.good != change.bad);
    }
}

TEST_CASE("changed lines are named by their place in the bad file") {
    const FileComparison comparison(
        {{"TCPMAINT.198/PROFILE.TCPIP", "a\nb\nc\nd\n"}, {"X.1/GONE.FILE", "x\n"}},
        {{"TCPMAINT.198/PROFILE.TCPIP", "; new\na\nB\nc\n"}});
    const auto& changes = comparison.changes();
    REQUIRE(changes.size() == 4);
    CHECK((changes[0].line == 1 && changes[0].bad == "; new" && !changes[0].good));
    CHECK((changes[1].line == 3 && changes[1].bad == "B" && changes[1].good == "b"));
    CHECK((changes[2].line == 5 && !changes[2].bad && changes[2].good == "d"));
    CHECK((changes[3].line == 0 && changes[3].file == "X.1/GONE.FILE"));
    CHECK(changes[1].is_at({{"PROFILE", "TCPIP", {'D', '1'}}, 3, 1}));
    CHECK_FALSE(changes[1].is_at({{"PROFILE", "TCPIP", {'D', '1'}}, 2, 1}));
}

TEST_CASE("a changed line among added ones is one change") {
    const FileComparison comparison({{"D.1/A.B", "PORT 25\nTLSLABEL  SMTPCERT\n"}},
                                    {{"D.1/A.B", "PORT 25\n; one\nTLSLABEL  \n; two\n; three\n"}});
    const auto& changes = comparison.changes();
    REQUIRE(changes.size() == 4);
    CHECK(
        (changes[1].line == 3 && changes[1].bad == "TLSLABEL  " && changes[1].good == "TLSLABEL  SMTPCERT"));
    for (const std::size_t added : {0, 2, 3}) CHECK_FALSE(changes[added].good.has_value());
}

TEST_CASE("the smallest set that cures: one line, several that must go together, and what cannot be cured") {
    std::string good, bad;
    for (int i = 0; i < 40; ++i) {
        good += "line " + std::to_string(i) + "\n";
        bad += "other " + std::to_string(i) + ".\n";
    }
    const ConfigurationFiles good_files = {{"D.1/A.B", good}}, bad_files = {{"D.1/A.B", bad}};
    SUBCASE("one") {
        const auto cure = find_cure(good_files, {bad_files, {}}, {},
                                    [](const RunInput& input) { return has(input.files, "other 23."); });
        REQUIRE(cure.undo.size() == 1);
        CHECK(cure.undo[0].line == 24);
        CHECK(cure.changes == 40);
        CHECK(cure.runs < 30);
    }
    SUBCASE("a suspect is tried first") {
        const SourceLocation suspect{{"A", "B", {'D', '1'}}, 24, 1};
        const auto cure = find_cure(good_files, {bad_files, {}}, {&suspect, 1},
                                    [](const RunInput& input) { return has(input.files, "other 23."); });
        CHECK(cure.undo.size() == 1);
        CHECK(cure.runs == 2);
    }
    SUBCASE("either of two shows the symptom: both must go") {
        const auto cure = find_cure(good_files, {bad_files, {}}, {}, [](const RunInput& input) {
            return has(input.files, "other 3.") || has(input.files, "other 33.");
        });
        REQUIRE(cure.undo.size() == 2);
        CHECK(cure.undo[0].line == 4);
        CHECK(cure.undo[1].line == 34);
    }
    SUBCASE("no symptom") {
        const auto cure = find_cure(good_files, {bad_files, {}}, {}, [](const auto&) { return false; });
        CHECK(cure.undo.empty());
        CHECK(cure.why_not == "the symptom does not appear when the system is started from these files");
    }
    SUBCASE("a symptom of the good system") {
        const auto cure = find_cure(good_files, {bad_files, {}}, {}, [](const auto&) { return true; });
        CHECK(cure.undo.empty());
        CHECK(cure.why_not == "the good system shows the symptom, too");
    }
    SUBCASE("typed lines count where the files are not to blame") {
        RunInput typing{bad_files, {}};
        for (int i = 0; i < 8; ++i)
            typing.typed.push_back({seconds{i}, {"TCPMAINT", "line " + std::to_string(i)}});
        const auto typed = [](const RunInput& input, std::string_view line) {
            return std::any_of(input.typed.begin(), input.typed.end(),
                               [&](const TypedInput& t) { return t.what.line == line; });
        };
        const auto by_line =
            find_cure(good_files, typing, {}, [&](const RunInput& input) { return typed(input, "line 5"); });
        CHECK(by_line.undo.empty());
        REQUIRE(by_line.not_typed.size() == 1);
        CHECK(by_line.not_typed[0].what.line == "line 5");
        CHECK(report_cure(by_line).back() == "  typed at TCPMAINT: line 5");
        const auto by_either = find_cure(good_files, typing, {}, [&](const RunInput& input) {
            return typed(input, "line 5") && has(input.files, "other 7.");
        });
        CHECK(by_either.not_typed.empty());
        REQUIRE(by_either.undo.size() == 1);
        CHECK(by_either.undo[0].line == 8);
        const auto by_both = find_cure(good_files, typing, {}, [&](const RunInput& input) {
            return typed(input, "line 5") || has(input.files, "other 7.");
        });
        CHECK(by_both.not_typed.size() == 1);
        CHECK(by_both.undo.size() == 1);
        CHECK(report_cure(by_both).front().starts_with(
            "Proved: with 1 of 40 changed lines undone and without 1 of 8 typed lines, the symptom is gone"));
    }
    CHECK(text_of(good_files, "D.1/A.B") == good);
}
