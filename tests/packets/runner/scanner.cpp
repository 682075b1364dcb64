#include "tests/packets/runner/scanner.hpp"

namespace vmlab::packets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

void Scanner::advance() {
    if (text_[at_++] != '\n') return;
    ++line_;
    line_begin_ = at_;
}

Place Scanner::place() const { return {line_, int(at_ - line_begin_) + 1}; }

void Scanner::skip() {
    while (!at_end()) {
        if (is_blank(peek())) {
            advance();
        } else if (looking_at("//")) {
            while (!at_end() && peek() != '\n') advance();
        } else if (looking_at("/*")) {
            const Place begin = place();
            while (!at_end() && !looking_at("*/")) advance();
            if (at_end()) throw ScriptError(begin, "this comment has no end");
            advance();
            advance();
        } else {
            return;
        }
    }
}

bool Scanner::take(std::string_view what) {
    skip();
    if (!looking_at(what)) return false;
    for (std::size_t i = 0; i < what.size(); ++i) advance();
    return true;
}

void Scanner::expect(std::string_view what) {
    if (!take(what)) fail("'" + std::string(what) + "' expected");
}

std::string_view Scanner::peek_word() {
    skip();
    std::size_t n = 0;
    while (is_word(peek(n))) ++n;
    return text_.substr(at_ < text_.size() ? at_ : text_.size(), n);
}

std::string Scanner::word() {
    const std::string_view found = peek_word();
    at_ += found.size();
    return std::string(found);
}

bool Scanner::looking_at_number() {
    skip();
    return is_digit(peek());
}

std::uint64_t Scanner::number(std::uint64_t most) {
    skip();
    if (!is_digit(peek())) fail("a number expected");
    const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && hex_digit(peek(2)) >= 0;
    if (hex) at_ += 2;
    const std::uint64_t base = hex ? 16 : 10;
    std::uint64_t value = 0;
    while (hex ? hex_digit(peek()) >= 0 : is_digit(peek())) {
        value = value * base + std::uint64_t(hex_digit(peek()));
        if (value > most) fail("this number is larger than " + std::to_string(most));
        ++at_;
    }
    return value;
}

bool Scanner::looking_at_time() {
    skip();
    return is_digit(peek()) || (peek() == '.' && is_digit(peek(1)));
}

Duration Scanner::time() {
    skip();
    if (!looking_at_time()) fail("a time in seconds expected");
    std::int64_t whole = 0;
    while (is_digit(peek())) {
        whole = whole * 10 + (peek() - '0');
        if (whole > 10'000'000) fail("this time is too long");
        ++at_;
    }
    std::int64_t nanoseconds_of = 0, unit = 100'000'000;
    if (peek() == '.' && is_digit(peek(1))) {
        ++at_;
        for (; is_digit(peek()); ++at_, unit /= 10) nanoseconds_of += (peek() - '0') * unit;
    }
    return seconds{whole} + nanoseconds{nanoseconds_of};
}

std::string Scanner::until(std::string_view close) {
    const Place begin = place();
    const std::size_t from = at_;
    for (; !at_end() && !looking_at(close); advance())
        if (peek() == '\\' && peek(1) == close[0]) advance();
    if (at_end()) throw ScriptError(begin, "'" + std::string(close) + "' is missing");
    std::string inside(text_.substr(from, at_ - from));
    for (std::size_t i = 0; i < close.size(); ++i) advance();
    return inside;
}

std::string Scanner::quoted() {
    const Place begin = place();
    expect("\"");
    std::string out;
    while (!at_end() && peek() != '"') {
        if (peek() != '\\') {
            out += peek();
            advance();
            continue;
        }
        advance();
        const char c = peek();
        if (c == 'x' && hex_digit(peek(1)) >= 0 && hex_digit(peek(2)) >= 0) {
            out += char(hex_digit(peek(1)) * 16 + hex_digit(peek(2)));
            at_ += 3;
            continue;
        }
        out += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == '0' ? '\0' : c;
        if (!at_end()) advance();
    }
    if (at_end()) throw ScriptError(begin, "this string has no end");
    advance();
    return out;
}

std::string Scanner::rest_of_line() {
    const std::size_t from = at_;
    while (!at_end() && peek() != '\n') advance();
    std::string line(text_.substr(from, at_ - from));
    while (!line.empty() && is_blank(line.back())) line.pop_back();
    line.erase(0, line.find_first_not_of(" \t"));
    return line;
}

IpAddress Scanner::address() {
    skip();
    std::size_t n = 0;
    while (hex_digit(peek(n)) >= 0 || peek(n) == '.' || peek(n) == ':') ++n;
    const auto parsed = IpAddress::parse(text_.substr(at_ < text_.size() ? at_ : text_.size(), n));
    if (!parsed) fail("an address expected");
    at_ += n;
    return *parsed;
}

}  // namespace vmlab::packets
