#include "tests/packets/runner/preprocess.hpp"

#include <algorithm>
#include <vector>

namespace vmlab::packets {
namespace {

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// The word at `at`, and what follows it up to blanks: "#ifdef" and "Linux".
std::string_view word_at(std::string_view line, std::size_t& at) {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
    const std::size_t begin = at;
    while (at < line.size() && line[at] != ' ' && line[at] != '\t' && line[at] != '\r') ++at;
    return line.substr(begin, at - begin);
}

struct Quotation {
    std::string_view open, close;
};
constexpr Quotation kQuotations[] = {
    {"//", "\n"}, {"/*", "*/"}, {"\"", "\""}, {"`", "`"}, {"%{", "}%"},
};

/// The end of the string, comment, command or code that begins here; `at` when none does.
std::size_t end_of_quotation(std::string_view text, std::size_t at) {
    for (const auto& [open, close] : kQuotations) {
        if (!text.substr(at).starts_with(open)) continue;
        std::size_t end = at + open.size();
        while (end < text.size() && !text.substr(end).starts_with(close)) end += text[end] == '\\' ? 2 : 1;
        return std::min(end + close.size(), text.size());
    }
    return at;
}

}  // namespace

void define(std::string_view text, Definitions& to) {
    const auto equals = std::min(text.find('='), text.size());
    to[std::string(text.substr(0, equals))] = std::string(text.substr(std::min(equals + 1, text.size())));
}

std::string without_other_systems(std::string_view text, const Definitions& definitions) {
    std::string out;
    std::vector<bool> counts{true};  // of each #ifdef that is open: does what stands here count?
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        std::size_t at = 0;
        const auto word = word_at(line, at);
        const bool directive = word == "#ifdef" || word == "#ifndef" || word == "#else" || word == "#endif";
        if (word == "#ifdef" || word == "#ifndef")
            counts.push_back(definitions.contains(word_at(line, at)) == (word == "#ifdef"));
        else if (word == "#else" && counts.size() > 1) counts.back() = !counts.back();
        else if (word == "#endif" && counts.size() > 1) counts.pop_back();
        const bool kept = !directive && std::find(counts.begin(), counts.end(), false) == counts.end();
        if (kept) out += line;
        if (end < text.size()) out += '\n';
        begin = end + 1;
    }
    return out;
}

std::string with_definitions(std::string_view text, const Definitions& definitions) {
    if (definitions.empty()) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = end_of_quotation(text, at);
        if (end == at && is_word(text[at])) {
            while (end < text.size() && is_word(text[end])) ++end;
            const auto found = definitions.find(text.substr(at, end - at));
            out += found == definitions.end() ? std::string(text.substr(at, end - at)) : found->second;
        } else {
            end = std::max(end, at + 1);
            out += text.substr(at, end - at);
        }
        at = end;
    }
    return out;
}

}  // namespace vmlab::packets
