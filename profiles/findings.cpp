#include "profiles/findings.hpp"

#include <algorithm>

#include "profiles/messages.hpp"

namespace vmlab::profiles {
namespace {

Severity severity_of(const MessageDef& message) {
    switch (message.severity()) {
        case 'I': return Severity::info;
        case 'W': return Severity::warning;
        default: return Severity::error;
    }
}

constexpr std::size_t kLongestWord = 32;

char folded(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Letters to insert, remove or replace, two neighbours that changed places counting once; case does not
/// count. Neither word is longer than kLongestWord.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::size_t d[kLongestWord + 1][kLongestWord + 1];
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    const auto same = [&](std::size_t i, std::size_t j) { return folded(a[i - 1]) == folded(b[j - 1]); };
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = d[i - 1][j - 1] + (same(i, j) ? 0 : 1);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replace});
            if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j))
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
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
    std::string_view best;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        if (candidate.size() > kLongestWord || candidate.size() + least <= word.size() ||
            word.size() + least <= candidate.size())
            continue;
        const std::size_t distance = edit_distance(word, candidate);
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
