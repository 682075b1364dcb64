// The statement table: each statement that is in force names a test, and when the readers forget the
// statement, that test turns red. README's table is made from it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "profiles/statement_table.hpp"

using namespace vmlab;
using namespace vmlab::profiles;

namespace {

namespace fs = std::filesystem;

// ── test programs ─────────────────────────────────────────────────────────────────────────────────────────

std::string quoted_for_shell(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// A command whose output is read when somebody asks for it, so that two run side by side.
class Child {
public:
    explicit Child(const std::string& command) : pipe_(popen((command + " 2>&1").c_str(), "r")) {}
    ~Child() {
        if (pipe_) pclose(pipe_);
    }
    Child(Child&& other) noexcept : pipe_(std::exchange(other.pipe_, nullptr)) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;
    std::string output() {
        std::string text;
        std::array<char, 4096> part{};
        while (const auto n = std::fread(part.data(), 1, part.size(), pipe_)) text.append(part.data(), n);
        return text;
    }

private:
    FILE* pipe_;
};

/// Title of a test → the programs that have it, of all that stand beside this one.
using Titles = std::map<std::string, std::vector<fs::path>>;

Titles titles_of_all_programs() {
    Titles titles;
    for (const auto& entry : fs::directory_iterator(fs::read_symlink("/proc/self/exe").parent_path())) {
        const auto name = entry.path().filename().string();
        if (!entry.is_regular_file() || !name.starts_with("test_") || entry.path().has_extension()) continue;
        std::istringstream list(
            Child(quoted_for_shell(entry.path().string()) + " --list-test-cases --no-intro --no-colors")
                .output());
        for (std::string line; std::getline(list, line);) titles[line].push_back(entry.path());
    }
    return titles;
}

// ── statements ────────────────────────────────────────────────────────────────────────────────────────────

std::string name_of(const StatementRow& row) {
    return std::string(profiles::name_of(row.file)) + ": " + std::string(row.statement);
}

/// What is wrong with the test that the row names; empty: nothing, so far.
std::string wrong_name(const StatementRow& row, const Titles& titles) {
    const auto known = titles.find(std::string(row.test));
    if (row.test.empty())
        return "is in force and names no test: write one that shows its effect, and put its title into "
               "profiles/statement_table.cpp";
    if (known == titles.end()) return "names a test that no program here has: " + std::string(row.test);
    if (known->second.size() > 1) return "names a test that two programs have: " + std::string(row.test);
    return {};
}

/// The named test alone, in a system that has forgotten the statement.
Child start_without(const StatementRow& row, const fs::path& program) {
    std::string title(row.test);
    for (char& c : title)
        if (c == ',') c = '?';  // divides filters
    return Child("VMLAB_WITHOUT=" + quoted_for_shell(name_of(row)) + " " +
                 quoted_for_shell(program.string()) +
                 " --no-intro --no-colors --test-case=" + quoted_for_shell(title));
}

/// Why this is not the output of a test that turned red; empty: it is.
std::string not_red(const std::string& output, const StatementRow& row) {
    for (const char* broken : {"CRASHED", "AddressSanitizer", "runtime error:"})
        if (output.find(broken) != std::string::npos) return "breaks the program: " + output;
    if (output.find("1 failed |") != std::string::npos &&
        output.find("Status: FAILURE!") != std::string::npos)
        return {};
    return "is not missed by its test: " + std::string(row.test) + "\n" + output;
}

// ── README ────────────────────────────────────────────────────────────────────────────────────────────────

constexpr std::string_view kBegin = "<!-- statements: VMLAB_UPDATE=1 test_statements makes this table -->\n";
constexpr std::string_view kEnd = "<!-- end of statements -->\n";

/// One line for each statement in force; the others of a file by their state.
std::string table_of(ConfigFile file) {
    std::string text =
        fmt::format("\n### {}\n\n| statement | state | test |\n|---|---|---|\n", profiles::name_of(file));
    std::map<LineState, std::string> others;
    for (const auto& row : statement_table()) {
        if (row.file != file) continue;
        if (row.state == LineState::in_force)
            text +=
                fmt::format("| `{}` | {} | {} |\n", row.statement, profiles::name_of(row.state), row.test);
        else others[row.state] += fmt::format("{}`{}`", others[row.state].empty() ? "" : ", ", row.statement);
    }
    for (const auto& [state, statements] : others)
        text += fmt::format("| {} | {} | |\n", statements, profiles::name_of(state));
    return text;
}

std::string tables() {
    std::string text;
    std::set<ConfigFile> seen;
    for (const auto& row : statement_table())
        if (seen.insert(row.file).second) text += table_of(row.file);
    return text + "\n";
}

}  // namespace

TEST_CASE("every statement in force is missed by its test when the readers forget it") {
    const Titles titles = titles_of_all_programs();
    std::vector<const StatementRow*> rows;
    for (const auto& row : statement_table()) {
        if (row.state != LineState::in_force) {
            CHECK_MESSAGE(row.test.empty(), name_of(row), " is not in force, so no test can miss it");
            continue;
        }
        const auto wrong = wrong_name(row, titles);
        CHECK_MESSAGE(wrong.empty(), name_of(row), " ", wrong);
        if (wrong.empty()) rows.push_back(&row);
    }
    REQUIRE(rows.size() > 50);
    std::deque<std::pair<const StatementRow*, Child>> running;
    const auto finish = [&] {
        const auto why = not_red(running.front().second.output(), *running.front().first);
        CHECK_MESSAGE(why.empty(), name_of(*running.front().first), " ", why);
        running.pop_front();
    };
    for (const auto* row : rows) {
        if (running.size() == 2) finish();
        running.emplace_back(row, start_without(*row, titles.at(std::string(row->test))[0]));
    }
    while (!running.empty()) finish();
}

TEST_CASE("README's table of statements is the one that the readers go by") {
    const fs::path path = VMLAB_SOURCE_DIR "/README.md";
    std::ostringstream read;
    read << std::ifstream(path, std::ios::binary).rdbuf();
    std::string text = read.str();
    const auto begin = text.find(kBegin), end = text.find(kEnd);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    const auto first = begin + kBegin.size();
    if (std::getenv("VMLAB_UPDATE")) {
        text.replace(first, end - first, tables());
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    CHECK_MESSAGE(text.substr(first, end - first) == tables(),
                  "README.md is stale: run test_statements with VMLAB_UPDATE=1");
}
