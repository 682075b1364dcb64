// How far a word is from another one: what somebody who mistyped may have meant.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace vmlab::profiles {

inline constexpr std::size_t kLongestWord = 32;

/// How far other words are from one: letters to insert, remove or replace, two neighbours that changed places
/// counting once; case does not count. A column of the usual table is two words of bits, what goes up and
/// what goes down from row to row (H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau
/// edit distances, 2003).
class Distance {
public:
    /// `word` has a letter at least and is not longer than kLongestWord.
    explicit Distance(std::string_view word) : length_(word.size()) {
        for (std::size_t i = 0; i < word.size(); ++i) rows_[byte_of(word[i])] |= std::uint64_t{1} << i;
    }
    std::size_t to(std::string_view other) const {
        const std::uint64_t last = std::uint64_t{1} << (length_ - 1);
        std::uint64_t up = ~std::uint64_t{0}, down = 0, diagonal = 0, before = 0;
        std::size_t distance = length_;
        for (const char c : other) {
            const std::uint64_t same = rows_[byte_of(c)];
            const std::uint64_t swapped = ((~diagonal & same) << 1) & before;
            diagonal = (((same & up) + up) ^ up) | same | down | swapped;
            const std::uint64_t right = down | ~(diagonal | up), left = diagonal & up;
            distance += (right & last) != 0;
            distance -= (left & last) != 0;
            up = left << 1 | ~(diagonal | right << 1 | 1);
            down = (right << 1 | 1) & diagonal;
            before = same;
        }
        return distance;
    }

private:
    static std::uint8_t byte_of(char c) {
        return static_cast<std::uint8_t>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }

    std::size_t length_;
    std::array<std::uint64_t, 256> rows_{};  ///< where each letter stands in the word
};

/// The same of two words of any length; one longer than kLongestWord is as far as it is long.
inline std::size_t letters_between(std::string_view a, std::string_view b) {
    if (a.empty() || a.size() > kLongestWord) return std::max(a.size(), b.size());
    return Distance(a).to(b);
}

}  // namespace vmlab::profiles
