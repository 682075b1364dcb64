// Characters of a script with their places: what the parsers of packets and calls stand on.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/packets/runner/script.hpp"

namespace vmlab::packets {

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    /// Blanks and comments, to the next sign that means something.
    void skip();
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[nodiscard]] bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    /// Takes `what` if it stands here (behind blanks).
    bool take(std::string_view what);
    void expect(std::string_view what);
    /// A word of letters, digits and underscores; empty when none stands here.
    [[nodiscard]] std::string word();
    [[nodiscard]] std::string_view peek_word();
    [[nodiscard]] std::uint64_t number(std::uint64_t most);
    [[nodiscard]] bool looking_at_number();
    /// Seconds, whole or with a fraction.
    [[nodiscard]] Duration time();
    [[nodiscard]] bool looking_at_time();
    /// What stands between `open`, which has been taken, and `close`; `close` is taken, too. A backslash
    /// takes the next character for itself.
    [[nodiscard]] std::string until(std::string_view close);
    /// A string in quotes, its escapes resolved.
    [[nodiscard]] std::string quoted();
    [[nodiscard]] std::string rest_of_line();
    /// Of either family.
    [[nodiscard]] IpAddress address();

    [[nodiscard]] Place place() const;
    [[nodiscard]] std::size_t offset() const { return at_; }
    [[nodiscard]] std::string_view since(std::size_t begin) const { return text_.substr(begin, at_ - begin); }
    [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
    [[noreturn]] void fail(const std::string& what) const { throw ScriptError(place(), what); }

private:
    void advance();

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    std::size_t line_begin_ = 0;
};

}  // namespace vmlab::packets
