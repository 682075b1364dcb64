// Resolves editing symbols, character by character.
#include "services/tn3270/line_editing.hpp"

#include "services/tn3270/code_page.hpp"
#include "stack/base/names.hpp"

namespace vmlab::services::tn3270 {
namespace {

bool begins_with_cp(std::string_view typed, std::string_view linend) {
    if (linend.empty() || !typed.starts_with(linend)) return false;
    typed.remove_prefix(linend.size());
    return iequals(typed.substr(0, 2), "CP") && (typed.size() == 2 || typed[2] == ' ');
}

void take_back_one(std::string& line) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
    if (!line.empty()) line.pop_back();
}

}  // namespace

std::vector<std::string> edited_lines(std::string_view typed, const TerminalSettings& settings) {
    std::vector<std::string> lines(1);
    bool escaped = begins_with_cp(typed, settings.linend);  // that first symbol splits nothing
    while (!typed.empty()) {
        const std::string_view character = typed.substr(0, bytes_of_cells(typed, 1));
        typed.remove_prefix(character.size());
        const auto is = [&](const std::string& symbol) { return !escaped && character == symbol; };
        if (is(settings.escape)) {
            escaped = true;
            continue;
        }
        if (is(settings.linend)) lines.emplace_back();
        else if (is(settings.chardel)) take_back_one(lines.back());
        else if (is(settings.linedel)) lines.back().clear();
        else lines.back() += character;
        escaped = false;
    }
    return lines;
}

}  // namespace vmlab::services::tn3270
