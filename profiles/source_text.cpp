#include "profiles/source_text.hpp"

namespace vmlab::profiles {

SourceText SourceText::from_host(const FileId& file, std::string_view text) {
    SourceText source{file, {}};
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        source.lines.emplace_back(line);
    }
    return source;
}

std::string_view SourceText::line(std::uint32_t number) const {
    return number == 0 || number > lines.size() ? std::string_view() : std::string_view(lines[number - 1]);
}

}  // namespace vmlab::profiles
