// Whatever stands in a configuration file, reading ends, does not crash, and says a bounded number of things.
#include <doctest/doctest.h>

#include "stack/base/random.hpp"
#include "tests/profiles/every_reader.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

/// One change: a byte replaced, removed, doubled; a line removed, doubled, joined with the next, cut short.
void mutate(std::string& text, RandomStream& random) {
    if (text.empty()) return;
    const std::size_t at = random.below(text.size());
    const std::size_t begin = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at);
    const std::size_t end = std::min(text.find('\n', at + 1), text.size());
    switch (random.below(8)) {
        case 0: text[at] = static_cast<char>(random.below(256)); break;
        case 1: text.erase(at, 1); break;
        case 2: text.insert(at, 1, text[at]); break;
        case 3: text.erase(begin, end - begin); break;
        case 4: text.insert(end, text.substr(begin, end - begin)); break;
        case 5:
            if (end < text.size()) text[end] = ' ';
            break;
        case 6: text.erase(at); break;
        case 7: {
            const std::size_t from = random.below(text.size());
            text.insert(at, " " + text.substr(from, random.below(30)) + " ");
            break;
        }
    }
}

void survives(const Reader& reader) {
    const std::string original = host_text(std::string("profiles/baseline/") + reader.seed);
    REQUIRE_FALSE(original.empty());
    RandomStream random(seed_from_number(7), std::string(1, reader.letter));
    for (int round = 0; round < 400; ++round) {
        std::string text = original;
        for (std::uint64_t n = 1 + random.below(12); n > 0; --n) mutate(text, random);
        const SourceText source = file("ANY", "FILE", "A1", text);
        assert_findings(source, reader.read(source));
    }
}

}  // namespace

TEST_CASE("mutations of the baseline, by every reader") {
    for (const Reader& reader : kReaders) survives(reader);
}

TEST_CASE("hostile sizes: one line of a megabyte, a megabyte of lines") {
    const std::string word(1 << 20, 'X');
    std::string lines;
    for (int i = 0; i < 50000; ++i) lines += "UNKNOWN thing\n:x.\n";
    for (const std::string& text : {word, "PORT " + word, ":nick.A :parms." + word, lines}) {
        const SourceText source = profile(text);
        for (const Reader& reader : kReaders) assert_findings(source, reader.read(source));
    }
    CHECK(read_srvrftp_config(profile(lines)).findings.suppressed == 2 * 50000 - kMaxFindings);
}
