// Words of a configuration file, each with its place. Blanks separate; a comment runs from its sign to the
// end of the line, where the sign starts a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profiles/source_text.hpp"

namespace vmlab::profiles {

struct Word {
    std::string text;  ///< as typed
    SourceLocation where{};

    bool is(std::string_view keyword) const { return iequals(text, keyword); }
};

/// The words of line `number`. `comment` 0 = the file has no comments of this kind.
[[nodiscard]] std::vector<Word> scan_line(const SourceText& source, std::uint32_t number, char comment);
/// The words of all lines: PROFILE TCPIP is free-form.
[[nodiscard]] std::vector<Word> scan_all(const SourceText& source, char comment);
/// The words with one blank between.
[[nodiscard]] std::string joined(const std::vector<Word>& words, std::size_t first = 0);

/// A place in a list of words. Reading past the end gives an empty word at the last place.
class WordCursor {
public:
    explicit WordCursor(std::vector<Word> words) : words_(std::move(words)) {}

    bool at_end() const { return next_ >= words_.size(); }
    const Word& peek(std::size_t ahead = 0) const;
    const Word& take();
    /// The word taken last; empty before the first.
    const Word& last() const { return next_ == 0 ? nothing_ : words_[next_ - 1]; }
    /// Characters of the words taken so far, one blank behind each.
    std::size_t characters_taken() const { return characters_; }
    /// The next word stands on the line of the word taken last.
    bool on_same_line() const { return !at_end() && next_ > 0 && peek().where.line == last().where.line; }

private:
    std::vector<Word> words_;
    std::size_t next_ = 0;
    std::size_t characters_ = 0;
    Word nothing_{};
};

}  // namespace vmlab::profiles
