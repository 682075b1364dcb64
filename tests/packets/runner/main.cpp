// Plays scripts: a line per case, a count at the end.
//
//     packets FILES|FOLDERS...
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

void report(const fs::path& file, const Script& script, const Outcome& outcome, Count& count) {
    const std::string name = file.string() + (script.title.empty() ? "" : ": " + script.title);
    switch (outcome.kind) {
        case Outcome::Kind::passed: ++count.passed; return fmt::print("ok        {}\n", name);
        case Outcome::Kind::not_ours:
            ++count.not_ours;
            ++count.reasons[outcome.what];
            return fmt::print("not ours  {}: {}\n", name, outcome.what);
        case Outcome::Kind::failed: break;
    }
    ++count.failed;
    fmt::print("FAILED    {}\n  {}:{}: {}\n", name, file.string(), outcome.at.line, outcome.what);
    for (const auto& line : outcome.road) fmt::print("  | {}\n", line);
    if (outcome.skipped.empty()) return;
    fmt::print("  without effect here:");
    for (const auto& word : outcome.skipped) fmt::print(" {}", word);
    fmt::print("\n");
}

void play_file(const fs::path& file, Count& count) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        ++count.unread;
        return fmt::print("NOT READ  {}: no such file\n", file.string());
    }
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    try {
        for (const auto& script : parse_scripts(text)) report(file, script, play(script), count);
    } catch (const ScriptError& error) {
        ++count.unread;
        fmt::print("NOT READ  {}:{}:{}: {}\n", file.string(), error.at.line, error.at.column, error.what());
    } catch (const NotOurs& reason) {
        ++count.not_ours;
        ++count.reasons[reason.what()];
        fmt::print("not ours  {}: {}\n", file.string(), reason.what());
    }
}

}  // namespace

int main(int argc, char** argv) {
    Count count;
    for (int i = 1; i < argc; ++i)
        for (const auto& file : scripts_of(argv[i])) play_file(file, count);
    for (const auto& [reason, times] : count.reasons) fmt::print("{:5} not ours: {}\n", times, reason);
    fmt::print("{} passed, {} failed, {} not ours, {} not read\n", count.passed, count.failed, count.not_ours,
               count.unread);
    return count.failed + count.unread > 0 || count.passed == 0 ? 1 : 0;
}
