#include "stack/base/message.hpp"

namespace vmlab {

std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::vector<std::string> lines;
    std::string lead;
    while (lead.size() + text.size() > width) {
        const std::size_t room = width - lead.size();
        std::size_t cut = text.rfind(' ', room);
        if (cut == std::string_view::npos || cut == 0) cut = text.find(' ', room);
        if (cut == std::string_view::npos) break;
        lines.push_back(lead + std::string(text.substr(0, cut)));
        text.remove_prefix(cut + 1);
        lead.assign(indent, ' ');
    }
    lines.push_back(lead + std::string(text));
    return lines;
}

}  // namespace vmlab
