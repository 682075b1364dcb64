// Console transcripts: tests/consoles/*.txt. "> " begins a line that is typed, "= " a request that reached
// the world, anything else is what the console printed. The first line says who is logged on. VMLAB_UPDATE=1
// in the environment rewrites the files: read the difference before it is kept.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/commands/fake_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string contents_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Types every "> " line of a transcript and writes the transcript as it came out.
std::string replayed(const std::string& transcript) {
    std::istringstream in(transcript);
    std::ostringstream out;
    std::string line;
    std::getline(in, line);
    out << line << '\n';
    FakeWorld world;
    const auto user = Name8::parse(line.substr(line.rfind(' ') + 1));
    REQUIRE(user);
    Interpreter interpreter(*user, world);
    std::vector<ConsoleLine> lines = interpreter.start(world);
    const auto print = [&] {
        for (const auto& printed : lines) out << printed.text << '\n';
        lines.clear();
        for (const auto& note : world.take_notes()) out << "= " << note << '\n';
    };
    print();
    while (std::getline(in, line)) {
        if (!line.starts_with("> ") && line != ">") continue;
        out << line << '\n';
        interpreter.receive(line.size() > 2 ? line.substr(2) : "", world, lines);
        world.settle(interpreter, lines);
        CHECK_FALSE(interpreter.busy());
        print();
    }
    return out.str();
}

}  // namespace

TEST_CASE("console transcripts") {
    const std::filesystem::path folder = std::filesystem::path(VMLAB_SOURCE_DIR) / "tests/consoles";
    const bool update = std::getenv("VMLAB_UPDATE") != nullptr;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".txt" && contents_of(entry.path()).starts_with("# logged on: "))
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const std::string wanted = contents_of(file), got = replayed(wanted);
        if (update && wanted != got) std::ofstream(file, std::ios::binary) << got;
        CHECK(got == (update ? got : wanted));
    }
}
