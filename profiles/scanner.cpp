#include "profiles/scanner.hpp"

namespace vmlab::profiles {

std::vector<Word> scan_line(const SourceText& source, std::uint32_t number, char comment) {
    constexpr std::string_view blanks = " \t\r\v\f";
    const std::string_view line = source.line(number);
    std::vector<Word> words;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(blanks, at)) != std::string_view::npos) {
        if (comment != 0 && line[at] == comment) break;
        std::size_t end = line.find_first_of(blanks, at);
        if (end == std::string_view::npos) end = line.size();
        words.push_back(
            {std::string(line.substr(at, end - at)), source.at(number, static_cast<std::uint32_t>(at + 1))});
        at = end;
    }
    return words;
}

std::vector<Word> scan_all(const SourceText& source, char comment) {
    std::vector<Word> words;
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n)
        for (Word& word : scan_line(source, n, comment)) words.push_back(std::move(word));
    return words;
}

std::string joined(const std::vector<Word>& words, std::size_t first) {
    std::string text;
    for (std::size_t i = first; i < words.size(); ++i) {
        if (i != first) text += ' ';
        text += words[i].text;
    }
    return text;
}

const Word& WordCursor::peek(std::size_t ahead) const {
    return next_ + ahead < words_.size() ? words_[next_ + ahead] : nothing_;
}

const Word& WordCursor::take() {
    if (at_end()) return nothing_;
    characters_ += words_[next_].text.size() + 1;
    return words_[next_++];
}

}  // namespace vmlab::profiles
