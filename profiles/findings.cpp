#include "profiles/findings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

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

/// How far other words are from one: letters to insert, remove or replace, two neighbours that changed places
/// counting once; case does not count. A column of the usual table is two words of bits, what goes up and
/// what goes down from row to row (H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau
/// edit distances, 2003).
class Distance {
public:
    /// `word` is not longer than kLongestWord.
    explicit Distance(std::string_view word) : length_(word.size()) {
        for (std::size_t i = 0; i < word.size(); ++i) rows_[byte_of(word[i])] |= std::uint64_t{1} << i;
    }
    std::size_t to(std::string_view other) const {
        const std::uint64_t last = std::uint64_t{1} << (length_ - 1);
        std::uint64_t up = ~std::uint64_t{0}, down = 0, diagonal = 0, before = 0;
        std::size_t distance = length_;
        for (const char c : other) {
            const std::uint64_t same = rows_[byte_of(c)];
            const std::uint64_t swapped = ((~diagonal & same) << 1) & before;
            diagonal = (((same & up) + up) ^ up) | same | down | swapped;
            const std::uint64_t right = down | ~(diagonal | up), left = diagonal & up;
            distance += (right & last) != 0;
            distance -= (left & last) != 0;
            up = left << 1 | ~(diagonal | right << 1 | 1);
            down = (right << 1 | 1) & diagonal;
            before = same;
        }
        return distance;
    }

private:
    static std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(folded(c)); }

    std::size_t length_;
    std::array<std::uint64_t, 256> rows_{};  ///< where each letter stands in the word
};

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
