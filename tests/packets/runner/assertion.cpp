#include "tests/packets/runner/assertion.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "tests/packets/runner/script.hpp"

namespace vmlab::packets {
namespace {

constexpr int kDeepest = 60;

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Evaluator {
public:
    Evaluator(std::string_view text, const Lookup& lookup, const Variables& variables)
        : text_(text), lookup_(lookup), variables_(variables) {}

    /// The whole text but for a message behind a comma.
    double value() {
        const double value = any_of();
        skip();
        if (at_ < text_.size() && text_[at_] != ',') unknown();
        return value;
    }
    const std::string& values() const { return values_; }

private:
    [[noreturn]] void unknown() const { throw NotOurs(std::string(text_)); }
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' ||
                                      text_[at_] == '\\' || text_[at_] == '\r'))
            ++at_;
    }
    bool take(std::string_view sign) {
        skip();
        if (!text_.substr(at_).starts_with(sign)) return false;
        const char next = at_ + sign.size() < text_.size() ? text_[at_ + sign.size()] : ' ';
        if (is_name(sign[0]) && is_name(next)) return false;
        at_ += sign.size();
        return true;
    }
    double any_of() {
        if (++depth_ > kDeepest) unknown();
        double value = all_of();
        while (take("or")) {
            const double right = all_of();
            value = value != 0 || right != 0;
        }
        --depth_;
        return value;
    }
    double all_of() {
        double value = negated();
        while (take("and")) {
            const double right = negated();
            value = value != 0 && right != 0;
        }
        return value;
    }
    double negated() {
        bool turned = false;
        while (take("not")) turned = !turned;
        const double value = comparison();
        return turned ? double(value == 0) : value;
    }
    double comparison() {
        double left = bits();
        bool holds_so_far = true, compared = false;
        while (true) {
            int sign = 0;
            if (take("==")) sign = 1;
            else if (take("!=")) sign = 2;
            else if (take("<=")) sign = 3;
            else if (take(">=")) sign = 4;
            else if (take("<")) sign = 5;
            else if (take(">")) sign = 6;
            else return compared ? double(holds_so_far) : left;
            const double right = bits();
            const bool now = sign == 1   ? left == right
                             : sign == 2 ? left != right
                             : sign == 3 ? left <= right
                             : sign == 4 ? left >= right
                             : sign == 5 ? left < right
                                         : left > right;
            holds_so_far = holds_so_far && now;
            compared = true;
            left = right;
        }
    }
    double bits() {
        double value = sum();
        while (true) {
            if (take("&")) value = double(std::int64_t(value) & std::int64_t(sum()));
            else if (take("|")) value = double(std::int64_t(value) | std::int64_t(sum()));
            else return value;
        }
    }
    double sum() {
        double value = product();
        while (true) {
            if (take("+")) value += product();
            else if (take("-")) value -= product();
            else return value;
        }
    }
    double product() {
        double value = single();
        while (true) {
            if (take("*")) value *= single();
            else if (take("//")) value = std::floor(value / single());
            else if (take("/")) value /= single();
            else if (take("%")) value = std::fmod(value, single());
            else return value;
        }
    }
    double single() {
        if (take("-")) {
            if (++depth_ > kDeepest) unknown();
            return -single();
        }
        if (take("(")) {
            const double value = any_of();
            if (!take(")")) unknown();
            return value;
        }
        skip();
        std::size_t end = at_;
        while (end < text_.size() && (is_name(text_[end]) || text_[end] == '.')) ++end;
        const std::string_view word = text_.substr(at_, end - at_);
        at_ = end;
        if (word.empty()) unknown();
        if ((word == "abs" || word == "min" || word == "max") && take("(")) return function(word);
        if (word[0] < '0' || word[0] > '9') return named(word);
        double value = 0;
        const bool hex = word.starts_with("0x");
        std::uint64_t bits = 0;
        const auto read = hex ? std::from_chars(word.data() + 2, word.data() + word.size(), bits, 16)
                              : std::from_chars(word.data(), word.data() + word.size(), value);
        if (read.ec != std::errc{} || read.ptr != word.data() + word.size()) unknown();
        return hex ? double(bits) : value;
    }
    double function(std::string_view name) {
        double value = any_of();
        if (name == "abs") value = std::fabs(value);
        while (take(",")) {
            const double other = any_of();
            if (name == "abs") unknown();
            value = name == "min" ? std::fmin(value, other) : std::fmax(value, other);
        }
        if (!take(")")) unknown();
        return value;
    }
    double named(std::string_view name) {
        if (name == "True") return 1;
        if (name == "False") return 0;
        if (const auto own = variables_.find(name); own != variables_.end()) return own->second;
        const auto value = lookup_(name);
        if (!value) throw NotOurs(std::string(name));
        values_ += fmt::format("{}{} = {}", values_.empty() ? "" : ", ", name, *value);
        return *value;
    }

    std::string_view text_;
    const Lookup& lookup_;
    const Variables& variables_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::string values_;
};

/// Lines, and what ; parts; a line that ends with \ or within parentheses goes on.
std::vector<std::string> statements_of(std::string_view code) {
    std::vector<std::string> statements(1);
    int open = 0;
    bool comment = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '#') comment = true;
        if (c == '(') ++open;
        if (c == ')') --open;
        const bool goes_on = open > 0 || (i > 0 && code[i - 1] == '\\');
        if (c == '\n') comment = false;
        if ((c == '\n' || c == ';') && !goes_on) statements.emplace_back();
        else if (!comment) statements.back() += c;
    }
    return statements;
}

}  // namespace

namespace {

/// The name in front of a single =; empty when that is not what stands there.
std::string assigned_in(std::string_view statement) {
    std::size_t n = 0;
    while (n < statement.size() && is_name(statement[n])) ++n;
    std::size_t equals = n;
    while (equals < statement.size() && statement[equals] == ' ') ++equals;
    const bool single =
        equals + 1 < statement.size() && statement[equals] == '=' && statement[equals + 1] != '=';
    return single ? std::string(statement.substr(0, n)) : std::string();
}

}  // namespace

Checked check_assertions(std::string_view code, const Lookup& lookup, Variables& variables) {
    constexpr std::string_view kAssert = "assert";
    Checked checked;
    for (std::string statement : statements_of(code)) {
        statement.erase(0, std::min(statement.find_first_not_of(" \t\r"), statement.size()));
        if (statement.empty() || statement.starts_with("print") || statement.starts_with("import")) continue;
        const bool asserts = statement.starts_with(kAssert);
        const std::string assigned = asserts ? "" : assigned_in(statement);
        const std::size_t from = asserts ? kAssert.size() : statement.find('=') + 1;
        try {
            if (!asserts && assigned.empty()) throw NotOurs(statement);
            Evaluator evaluator(std::string_view(statement).substr(from), lookup, variables);
            const double value = evaluator.value();
            if (!asserts) variables[assigned] = value;
            else if (value == 0) checked.wrong = statement + " (" + evaluator.values() + ")";
        } catch (const NotOurs& unknown) {
            checked.skipped.emplace_back(unknown.what());
        }
        if (!checked.wrong.empty()) return checked;
    }
    return checked;
}

}  // namespace vmlab::packets
