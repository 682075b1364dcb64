// Random changes of single lines of the baseline: whatever a console or a client sees differently, undoing
// lines finds the changed one among others that change nothing.
#include <doctest/doctest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/cure.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "stack/base/random.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr int kDecoys = 12;

/// All that can be seen of a system that comes up from these files and is visited: its consoles, and what
/// became of the clients.
std::string sight_of(const ConfigurationFiles& files) {
    WorldOptions options = healthy();
    options.files = files;
    Outside nobody;
    World world(options, nobody);
    const auto visits = bring_up_and_visit(world, healthy());
    std::string sight;
    for (const auto& machine : world.system().machines())
        for (const auto& line : world.system().console_of(machine->name())) sight += line + "\n";
    for (const auto visit : visits)
        for (const auto& line : world.workstation().result(visit).transcript) sight += line + "\n";
    for (const auto& [user, spooled] : world.storage().spool.all())
        for (const auto& file : spooled) sight += file.content();
    return sight;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool is_comment(std::string_view line) {
    line = trimmed(line);
    return line.empty() || line.starts_with(';') || line.starts_with(".*") || line.starts_with('*');
}

struct Mutation {
    std::string file;
    std::uint32_t line = 0;  ///< 0: taken away
    std::string what;
    ConfigurationFiles files;
};

/// One line of one file loses a word, a letter or itself, or has a letter or a digit changed.
Mutation mutate(RandomStream& random) {
    static const std::vector<std::string> kFiles = {
        "TCPMAINT.198/PROFILE.TCPIP",  "TCPMAINT.198/GDLRCT2.DTCPARMS", "TCPMAINT.198/SYSTEM.DTCPARMS",
        "TCPMAINT.198/SRVRFTP.CONFIG", "TCPMAINT.198/SMTP.CONFIG",      "TCPMAINT.592/TCPIP.DATA"};
    Mutation m;
    m.files = healthy().files;
    m.file = kFiles[random.below(kFiles.size())];
    for (auto& [path, text] : m.files) {
        if (path != m.file) continue;
        auto lines = lines_of(text);
        std::size_t at = random.below(lines.size());
        while (is_comment(lines[at])) at = (at + 1) % lines.size();
        std::string& line = lines[at];
        const auto first = line.find_first_not_of(' ');
        const std::size_t letter = first + random.below(line.find_last_not_of(' ') - first + 1);
        m.line = std::uint32_t(at + 1);
        m.what = line + " -> ";
        switch (random.below(4)) {
            case 0:
                lines.erase(lines.begin() + std::ptrdiff_t(at));
                m.line = 0;
                m.what += "(gone)";
                break;
            case 1: m.what += line.erase(letter, 1); break;
            case 2:
                line[letter] = line[letter] >= '0' && line[letter] <= '9' ? char('0' + random.below(10))
                                                                          : char('A' + random.below(26));
                m.what += line;
                break;
            default: m.what += line.erase(line.rfind(' ') == line.npos ? letter : line.rfind(' ')); break;
        }
        text.clear();
        for (const auto& l : lines) text += l + "\n";
    }
    return m;
}

/// Comments at the ends of files: lines that differ and change nothing.
void add_decoys(ConfigurationFiles& files) {
    for (auto& [path, text] : files) {
        const bool semicolon =
            path.ends_with(".TCPIP") || path.ends_with(".CONFIG") || path.ends_with(".DATA");
        for (int i = 0; semicolon && i < kDecoys / 4; ++i) text += "; changed " + std::to_string(i) + "\n";
    }
}

}  // namespace

TEST_CASE("undoing lines finds the one that changed what can be seen") {
    // VMLAB_MUTATIONS=200 for the whole catalogue; a run of all tests takes a sample of it.
    const char* wanted = std::getenv("VMLAB_MUTATIONS");
    int rounds = 12;
    if (wanted) std::from_chars(wanted, wanted + std::strlen(wanted), rounds);
    const std::string healthy_sight = sight_of(healthy().files);
    RandomStream random(seed_from_number(20), "mutations");
    int visible = 0, named = 0;
    unsigned runs = 0;
    for (int round = 0; round < rounds; ++round) {
        Mutation m = mutate(random);
        if (m.files == healthy().files) continue;
        CAPTURE(m.file);
        CAPTURE(m.what);
        if (sight_of(m.files) == healthy_sight) continue;
        ++visible;
        add_decoys(m.files);
        const Cure cure = find_cure(healthy().files, {m.files, {}}, {}, [&](const RunInput& input) {
            return sight_of(input.files) != healthy_sight;
        });
        runs += cure.runs;
        CAPTURE(cure.why_not);
        CHECK(cure.undo.size() == 1);
        if (cure.undo.size() != 1) continue;
        ++named;
        CHECK(cure.undo[0].file == m.file);
        if (m.line) CHECK(cure.undo[0].line == m.line);
        CHECK(cure.changes > 1);
    }
    MESSAGE(rounds, " mutations, ", visible, " change what can be seen, ", named, " are named, ", runs,
            " runs");
    CHECK(visible * 4 > rounds);
}
