#include "simulator/cms/exec.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "stack/base/names.hpp"

namespace vmlab::sim {
namespace {

constexpr int kMaxDepth = 50;                  ///< of groups and parentheses
constexpr std::size_t kLongestString = 65536;  ///< that a program may build

struct Token {
    enum class Kind : std::uint8_t { string, symbol, mark, end_of_clause } kind = Kind::mark;
    std::string text{};  ///< symbols are folded
    std::uint32_t line = 1;
    bool blank_before = false;
};
using Kind = Token::Kind;

struct Unclear {
    std::uint32_t line;
    std::string what;
};

bool is_symbol_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '!' || c == '?' || c == '@' || c == '#' || c == '$';
}

/// The clauses' words. Ends of lines end a clause unless a comma stands before; comments are blanks.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (at_ < text_.size()) step();
        add(Kind::end_of_clause, "");
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void add(Kind kind, std::string text) {
        tokens_.push_back({kind, std::move(text), line_, blank_});
        blank_ = false;
    }

    void step() {
        const char c = peek();
        if (c == '\n') return end_line();
        if (c == ' ' || c == '\t' || c == '\r') {
            blank_ = true;
            ++at_;
        } else if (c == '/' && peek(1) == '*') {
            skip_comment();
        } else if (c == ';') {
            add(Kind::end_of_clause, "");
            ++at_;
        } else if (c == '\'' || c == '"') {
            take_string(c);
        } else if (is_symbol_character(c)) {
            const auto begin = at_;
            while (is_symbol_character(peek())) ++at_;
            add(Kind::symbol, upper(text_.substr(begin, at_ - begin)));
        } else {
            take_mark();
        }
    }

    void end_line() {
        const bool continued =
            !tokens_.empty() && tokens_.back().kind == Kind::mark && tokens_.back().text == ",";
        if (continued) tokens_.pop_back();
        else add(Kind::end_of_clause, "");
        blank_ = true;
        ++line_;
        ++at_;
    }

    void skip_comment() {
        const auto first = line_;
        int depth = 0;
        do {
            if (at_ >= text_.size()) throw Unclear{first, "a comment without its end"};
            if (peek() == '/' && peek(1) == '*') ++depth, at_ += 2;
            else if (peek() == '*' && peek(1) == '/') --depth, at_ += 2;
            else if (text_[at_++] == '\n') ++line_;
        } while (depth > 0);
        blank_ = true;
    }

    void take_string(char quote) {
        std::string text;
        for (++at_;; ++at_) {
            if (at_ >= text_.size() || peek() == '\n') throw Unclear{line_, "a string without its end"};
            if (peek() == quote && peek(1) == quote) ++at_;
            else if (peek() == quote) break;
            text += peek();
        }
        ++at_;
        add(Kind::string, std::move(text));
    }

    void take_mark() {
        for (const std::string_view mark : {"\\==", "\\=", "==", "<>", "><", "<=", ">=", "||", "&&"})
            if (text_.substr(at_, mark.size()) == mark) {
                at_ += mark.size();
                return add(Kind::mark, std::string(mark));
            }
        add(Kind::mark, std::string(1, text_[at_++]));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    bool blank_ = false;
    std::vector<Token> tokens_;
};

std::optional<double> number_of(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.find_first_not_of("0123456789.+-Ee") != std::string_view::npos)
        return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

class Run {
public:
    Run(std::vector<Token> tokens, std::string_view arguments, ExecHost& host)
        : tokens_(std::move(tokens)), arguments_(arguments), host_(host) {}

    int program() {
        while (!over_ && at_ + 1 < tokens_.size()) clause(true);
        return rc_;
    }

private:
    // ── words ─────────────────────────────────────────────────────────────────
    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    bool at_end() const { return peek().kind == Kind::end_of_clause; }
    bool at_last() const { return at_ + 1 >= tokens_.size(); }
    bool is_word(std::string_view word) const { return peek().kind == Kind::symbol && peek().text == word; }
    bool is_mark(std::string_view mark) const { return peek().kind == Kind::mark && peek().text == mark; }
    bool take_word(std::string_view word) {
        if (!is_word(word)) return false;
        ++at_;
        return true;
    }
    void skip_ends() {
        while (at_end() && !at_last()) ++at_;
    }
    [[noreturn]] void unclear(std::string what) const { throw Unclear{peek().line, std::move(what)}; }
    void expect_end() const {
        if (!at_end()) unclear("\"" + peek().text + "\" is not expected here");
    }

    struct Deeper {
        explicit Deeper(Run& run) : depth(run.depth_) {
            if (++depth > kMaxDepth) run.unclear("groups are nested too deeply");
        }
        ~Deeper() { --depth; }
        int& depth;
    };

    // ── clauses: run when `active`, else only read ────────────────────────────
    void clause(bool active) {
        const Deeper deeper(*this);
        active = active && !over_;
        const bool was_live = std::exchange(live_, active);
        run_clause(active);
        live_ = was_live;
    }

    void run_clause(bool active) {
        skip_ends();
        if (at_last()) return;
        const Token& first = peek();
        const Token& second = peek(1);
        if (first.kind != Kind::symbol) return command(active);
        if (second.kind == Kind::mark && second.text == "=") return assign(active);
        if (second.kind == Kind::mark && second.text == ":" && !second.blank_before)
            unclear("labels are not simulated");
        if (take_word("SAY")) {
            std::string text = at_end() ? "" : expression();
            expect_end();
            if (active) host_.say(std::move(text));
        } else if (take_word("EXIT") || take_word("RETURN")) {
            leave(active);
        } else if (take_word("NOP")) {
            expect_end();
        } else if (take_word("ADDRESS")) {
            if (peek().kind != Kind::symbol) unclear("ADDRESS without a name");
            ++at_;
            if (!at_end()) command(active);
        } else if (take_word("PARSE")) {
            const bool folds = take_word("UPPER");
            if (!take_word("ARG")) unclear("PARSE " + peek().text + " is not simulated");
            parse_arguments(folds, active);
        } else if (take_word("ARG")) {
            parse_arguments(true, active);
        } else if (take_word("IF")) {
            condition(active);
        } else if (take_word("SELECT")) {
            select(active);
        } else if (take_word("DO")) {
            if (!at_end()) unclear("DO with a control is not simulated");
            group(active);
        } else if (is_unsupported(first.text)) {
            unclear(first.text + " is not simulated");
        } else {
            command(active);
        }
    }

    static bool is_unsupported(std::string_view word) {
        for (const std::string_view known :
             {"CALL", "SIGNAL", "ITERATE", "LEAVE", "PROCEDURE", "PULL", "PUSH", "QUEUE", "TRACE",
              "INTERPRET", "DROP", "NUMERIC", "OPTIONS", "UPPER", "THEN", "ELSE", "WHEN", "OTHERWISE", "END"})
            if (word == known) return true;
        return false;
    }

    void command(bool active) {
        const std::string line = expression();
        expect_end();
        if (active) variables_["RC"] = std::to_string(host_.command(line));
    }

    void assign(bool active) {
        const std::string name = peek().text;
        if (name.find('.') != std::string::npos || (name[0] >= '0' && name[0] <= '9'))
            unclear("a value for " + name + " is not simulated");
        at_ += 2;
        std::string value = at_end() ? "" : expression();
        expect_end();
        if (active) variables_[name] = std::move(value);
    }

    void leave(bool active) {
        const std::string value = at_end() ? "0" : expression();
        expect_end();
        if (!active) return;
        const auto number = number_of(value);
        if (!number || *number < -99999 || *number > 99999)
            unclear("EXIT with " + value + ", which is no return code");
        rc_ = static_cast<int>(*number);
        over_ = true;
    }

    /// Names get a word each, the last all that is left; a period takes a word for nobody.
    void parse_arguments(bool folds, bool active) {
        std::vector<std::string> names;
        for (; !at_end(); ++at_) {
            if (peek().kind != Kind::symbol) unclear("templates with " + peek().text + " are not simulated");
            names.push_back(peek().text);
        }
        if (!active) return;
        const std::string text = folds ? upper(arguments_) : arguments_;
        std::string_view left = text;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::string_view value = trimmed(left);
            left = {};
            if (i + 1 < names.size()) {
                const auto blank = std::min(value.find(' '), value.size());
                left = value.substr(blank);
                value = value.substr(0, blank);
            }
            if (names[i] != ".") variables_[names[i]] = std::string(value);
        }
    }

    void condition(bool active) {
        const bool holds = truth();
        skip_ends();
        if (!take_word("THEN")) unclear("IF without THEN");
        clause(active && holds);
        const auto before = at_;
        skip_ends();
        if (take_word("ELSE")) clause(active && !holds);
        else at_ = before;
    }

    void select(bool active) {
        expect_end();
        bool done = false;
        for (skip_ends(); take_word("WHEN"); skip_ends()) {
            const bool holds = truth();
            skip_ends();
            if (!take_word("THEN")) unclear("WHEN without THEN");
            clause(active && !done && holds);
            done = done || holds;
        }
        if (take_word("OTHERWISE")) return group(active && !done);
        if (!take_word("END")) unclear("SELECT without END");
        expect_end();
        if (active && !done && !over_) unclear("no WHEN holds, and there is no OTHERWISE");
    }

    void group(bool active) {
        for (skip_ends(); !take_word("END"); skip_ends()) {
            if (at_last()) unclear("END is missing");
            clause(active);
        }
        expect_end();
    }

    // ── expressions ───────────────────────────────────────────────────────────
    bool truth() { return is_true(expression()); }

    bool is_true(const std::string& value) const {
        if (live_ && value != "0" && value != "1") unclear("\"" + value + "\" is neither true nor false");
        return value == "1";
    }

    static std::string of(bool value) { return value ? "1" : "0"; }

    std::string expression() {
        const Deeper deeper(*this);
        std::string left = conjunction();
        while (is_mark("|")) {
            ++at_;
            const std::string right = conjunction();
            left = of(left == "1" || right == "1");
        }
        return left;
    }

    std::string conjunction() {
        std::string left = comparison();
        while (is_mark("&")) {
            ++at_;
            const std::string right = comparison();
            left = of(left == "1" && right == "1");
        }
        return left;
    }

    std::string comparison() {
        std::string left = concatenation();
        while (peek().kind == Kind::mark) {
            const std::string mark = peek().text;
            const bool strict = mark == "==" || mark == "\\==";
            const bool negated = mark == "\\=" || mark == "\\==" || mark == "<>" || mark == "><";
            const bool ordered = mark == "<" || mark == ">" || mark == "<=" || mark == ">=";
            if (!strict && !negated && !ordered && mark != "=") break;
            ++at_;
            const std::string right = concatenation();
            left = ordered ? of(in_order(left, mark, right)) : of(same(left, right, strict) != negated);
        }
        return left;
    }

    static bool same(const std::string& a, const std::string& b, bool strict) {
        if (strict) return a == b;
        const auto x = number_of(a), y = number_of(b);
        return x && y ? *x == *y : trimmed(a) == trimmed(b);
    }

    static bool in_order(const std::string& a, std::string_view mark, const std::string& b) {
        const auto x = number_of(a), y = number_of(b);
        const auto order = x && y ? (*x < *y ? -1 : *x > *y ? 1 : 0) : trimmed(a).compare(trimmed(b));
        if (order == 0) return mark.ends_with('=');
        return (order < 0) == mark.starts_with('<');
    }

    bool begins_term() const {
        if (peek().kind == Kind::string) return true;
        if (peek().kind == Kind::symbol) return peek().text != "THEN";
        return is_mark("(") || is_mark("\\");
    }

    std::string concatenation() {
        std::string text = term();
        while (begins_term() || is_mark("||")) {
            const bool abutted = is_mark("||");
            if (abutted) ++at_;
            else if (peek().blank_before) text += ' ';
            text += term();
            if (text.size() > kLongestString) unclear("a string grows too long");
        }
        return text;
    }

    std::string term() {
        const Deeper deeper(*this);
        if (is_mark("\\")) {
            ++at_;
            return of(!is_true(term()));
        }
        if (is_mark("(")) {
            ++at_;
            std::string value = expression();
            if (!is_mark(")")) unclear("a parenthesis is not closed");
            ++at_;
            return value;
        }
        const Token token = peek();
        if (token.kind != Kind::string && token.kind != Kind::symbol)
            unclear(token.text.empty() ? "an expression is missing"
                                       : "\"" + token.text + "\" is not simulated");
        ++at_;
        if (is_mark("(") && !peek().blank_before) unclear("functions are not simulated: " + token.text);
        if (token.kind == Kind::string) return token.text;
        const auto known = variables_.find(token.text);
        return known == variables_.end() ? token.text : known->second;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::string arguments_;
    ExecHost& host_;
    std::map<std::string, std::string> variables_;
    int rc_ = 0;
    bool over_ = false;
    bool live_ = true;  ///< what is read now is run, too
};

}  // namespace

ExecEnd run_exec(std::string_view program, std::string_view arguments, ExecHost& host) {
    try {
        return {Run(Tokenizer(program).run(), arguments, host).program()};
    } catch (const Unclear& unclear) {
        return {0, unclear.line, unclear.what};
    }
}

}  // namespace vmlab::sim
