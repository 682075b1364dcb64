#include "profiles/findings.hpp"

#include <algorithm>

#include "profiles/messages.hpp"
#include "profiles/spelling.hpp"

namespace vmlab::profiles {
namespace {

Severity severity_of(const MessageDef& message) {
    switch (message.severity()) {
        case 'I': return Severity::info;
        case 'W': return Severity::warning;
        default: return Severity::error;
    }
}

}  // namespace

const char* name_of(Severity severity) {
    switch (severity) {
        case Severity::info: return "info";
        case Severity::warning: return "warning";
        case Severity::error: return "error";
    }
    return "";
}

bool Findings::any(Severity severity) const {
    return std::any_of(items.begin(), items.end(), [&](const Finding& f) { return f.severity == severity; });
}

Said said_of(const Finding& finding) {
    Said said = finding.said;
    if (!finding.suggestion.empty()) said.text += fmt::format(" (did you mean {}?)", finding.suggestion);
    return said;
}

std::vector<Said> said_of(const Findings& findings) {
    std::vector<Said> lines;
    for (const Finding& finding : findings.items) lines.push_back(said_of(finding));
    if (findings.suppressed == 0) return lines;
    const SourceLocation file{findings.items[0].where.file};
    lines.push_back(say<DTCPRS918W>(findings.suppressed, file.file.str()).because(file));
    return lines;
}

void FindingWriter::add(LineState state, const SourceLocation& where, Said said,
                        std::string_view suggestion) {
    errors_ += severity_of(*said.message) == Severity::error ? 1 : 0;
    if (full()) {
        ++out_.suppressed;
        return;
    }
    Finding finding;
    finding.severity = severity_of(*said.message);
    finding.state = state;
    finding.where = where;
    finding.line = quoted(trimmed(source_.line(where.line)), kQuotedLine);
    finding.said = std::move(said).because(where);
    finding.suggestion = suggestion;
    out_.items.push_back(std::move(finding));
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    if (word.size() < 3 || word.size() > kLongestWord) return {};
    const Distance distance_of(word);
    std::string_view best;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        if (candidate.size() > kLongestWord || candidate.size() + least <= word.size() ||
            word.size() + least <= candidate.size())
            continue;
        const std::size_t distance = distance_of.to(candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::string quoted(std::string_view word, std::size_t most) {
    std::string text;
    for (const char c : word.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        text += byte < ' ' || byte >= 0x7f ? '.' : c;
    }
    if (word.size() > most) text += "...";
    return text;
}

}  // namespace vmlab::profiles
