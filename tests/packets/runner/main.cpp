// Plays scripts: a line per case, a count at the end.
//
//     packets [--OPTION=VALUE...] [-D NAME=VALUE...] FILES|FOLDERS...
//
// Options are those of a script's first lines, and prevail over them. With --ip_version=ipv6 scripts are
// played in that family, but for those that name another one, or its addresses.
//
// A case passes, fails, is not ours (it asserts what only another kernel does, or what this stack says it
// does not have: the reason follows), or could not be read (file:line:column). Exit 1 if any failed or could
// not be read.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "tests/packets/runner/play.hpp"

namespace {

using namespace vmlab::packets;
namespace fs = std::filesystem;

struct Count {
    int passed = 0, failed = 0, not_ours = 0, unread = 0;
    std::map<std::string, int> reasons{};
};

std::vector<fs::path> scripts_of(const fs::path& path) {
    std::vector<fs::path> found;
    if (!fs::is_directory(path)) return {path};
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file() && entry.path().extension() == ".pkt") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

void print_words(const std::vector<std::string>& words, const char* begin, const char* end,
                 const char* none) {
    if (words.empty()) return fmt::print("{}", none);
    fmt::print("{}", begin);
    for (const auto& word : words) fmt::print(" {}", word);
    fmt::print("{}", end);
}

void report(const fs::path& file, const Script& script, const Outcome& outcome, Count& count) {
    const std::string name = file.string() + (script.title.empty() ? "" : ": " + script.title);
    switch (outcome.kind) {
        case Outcome::Kind::passed:
            ++count.passed;
            fmt::print("ok        {}", name);
            return print_words(outcome.not_compared, " (not compared:", ")\n", "\n");
        case Outcome::Kind::not_ours:
            ++count.not_ours;
            ++count.reasons[outcome.what];
            return fmt::print("not ours  {}: {}\n", name, outcome.what);
        case Outcome::Kind::failed: break;
    }
    ++count.failed;
    fmt::print("FAILED    {}\n  {}:{}: {}\n", name, file.string(), outcome.at.line, outcome.what);
    for (const auto& line : outcome.road) fmt::print("  | {}\n", line);
    print_words(outcome.skipped, "  without effect here:", "\n", "");
    print_words(outcome.not_compared, "  not compared:", "\n", "");
}

void play_file(const fs::path& file, const std::vector<Setting>& given, Count& count) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        ++count.unread;
        return fmt::print("NOT READ  {}: no such file\n", file.string());
    }
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    try {
        for (const auto& script : parse_scripts(text, given))
            report(file, script, play(script, given), count);
    } catch (const ScriptError& error) {
        ++count.unread;
        fmt::print("NOT READ  {}:{}:{}: {}\n", file.string(), error.at.line, error.at.column, error.what());
    } catch (const NotOurs& reason) {
        ++count.not_ours;
        ++count.reasons[reason.what()];
        fmt::print("not ours  {}: {}\n", file.string(), reason.what());
    }
}

/// Takes an option off the arguments; false when what stands there is a file.
bool take_option(int& i, int argc, char** argv, std::vector<Setting>& given) {
    const std::string word = argv[i];
    if (word == "-D" && i + 1 < argc) {
        given.push_back({"define", argv[++i]});
        return true;
    }
    if (!word.starts_with("--")) return false;
    const auto equals = std::min(word.find('='), word.size());
    given.push_back({word.substr(2, equals - 2), word.substr(std::min(equals + 1, word.size()))});
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Count count;
    std::vector<Setting> given;
    std::vector<fs::path> files;
    for (int i = 1; i < argc; ++i)
        if (!take_option(i, argc, argv, given))
            for (auto& file : scripts_of(argv[i])) files.push_back(std::move(file));
    for (const auto& file : files) play_file(file, given, count);
    for (const auto& [reason, times] : count.reasons) fmt::print("{:5} not ours: {}\n", times, reason);
    fmt::print("{} passed, {} failed, {} not ours, {} not read\n", count.passed, count.failed, count.not_ours,
               count.unread);
    return count.failed + count.unread > 0 || count.passed == 0 ? 1 : 0;
}
