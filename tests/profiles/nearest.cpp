// The word that was probably meant: how far two words are from each other.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "profiles/findings.hpp"
#include "stack/base/random.hpp"

using namespace vmlab;

namespace {

/// The usual table: letters inserted, removed, replaced, and neighbours that changed places.
std::size_t steps_between(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min(
                {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

std::string word_of(RandomStream& random, std::size_t longest) {
    std::string word(3 + random.below(longest - 2), 'A');
    const auto letters = 2 + random.below(4);
    for (char& c : word) c = char('A' + random.below(letters));
    return word;
}

}  // namespace

TEST_CASE("nearest: a third of the letters may differ, and no more") {
    RandomStream random(seed_from_number(1), "words");
    for (unsigned n = 0; n < 20'000; ++n) {
        const std::size_t longest = n % 10 == 0 ? 32 : 9;
        const std::string word = word_of(random, longest), other = word_of(random, longest);
        CAPTURE(word);
        CAPTURE(other);
        const std::string_view known = other;
        const bool near = steps_between(word, other) <= std::max<std::size_t>(1, word.size() / 3);
        REQUIRE((profiles::nearest(word, {&known, 1}) == other) == near);
    }
}
