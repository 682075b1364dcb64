#include "stack/base/names.hpp"

namespace vmlab {
namespace {

char upper_char(char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; }

}  // namespace

std::optional<Name8> Name8::parse_keeping_case(std::string_view text) {
    if (text.empty() || text.size() > 8) return std::nullopt;
    Name8 name;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f)
            return std::nullopt;
        name.text_[name.size_++] = c;
    }
    return name;
}

std::optional<Name8> Name8::parse(std::string_view text) { return parse_keeping_case(upper(text)); }

std::string FileId::str() const {
    std::string s = name.str() + ' ' + type.str();
    if (mode[0] != ' ') {
        s += ' ';
        s += mode[0];
        if (mode[1] != ' ') s += mode[1];
    }
    return s;
}

std::string upper(std::string_view text) {
    std::string s(text);
    for (char& c : s) c = upper_char(c);
    return s;
}

bool iequals(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (upper_char(a[i]) != upper_char(b[i])) return false;
    return true;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool abbreviates(std::string_view word, std::string_view full) {
    std::size_t least = 0;
    while (least < full.size() && !(full[least] >= 'a' && full[least] <= 'z')) ++least;
    return word.size() >= least && word.size() <= full.size() && iequals(word, full.substr(0, word.size()));
}

}  // namespace vmlab
