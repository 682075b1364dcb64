#include "simulator/scenario/cure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

namespace vmlab::sim {
namespace {

/// Beyond this many pairs of lines a difference is not aligned but taken as it is, line for line.
constexpr std::size_t kMostPairs = 4'000'000;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Pairs of equal lines, in order: a longest common subsequence.
std::vector<std::pair<std::size_t, std::size_t>> common(std::span<const std::string_view> a,
                                                        std::span<const std::string_view> b) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    if (a.empty() || b.empty() || a.size() > kMostPairs / b.size()) return pairs;
    const std::size_t width = b.size() + 1;
    std::vector<std::uint32_t> length((a.size() + 1) * width);
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            length[i * width + j] = a[i] == b[j]
                                        ? length[(i + 1) * width + j + 1] + 1
                                        : std::max(length[(i + 1) * width + j], length[i * width + j + 1]);
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i] == b[j]) pairs.emplace_back(i++, j++);
        else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) ++i;
        else ++j;
    }
    return pairs;
}

/// "TCPMAINT.198/PROFILE.TCPIP" names the file PROFILE TCPIP.
bool names(std::string_view path, const FileId& id) {
    const auto slash = path.rfind('/');
    return path.substr(slash == path.npos ? 0 : slash + 1) == id.name.str() + "." + id.type.str();
}

class Minimizer {
public:
    Minimizer(const FileComparison& comparison, const RunInput& bad,
              const std::function<bool(const RunInput&)>& shows)
        : comparison_(comparison), typed_(bad.typed), shows_(shows) {}

    /// `undone`: changes of lines by their number, behind them typed lines. In order.
    bool cured_by(std::span<const std::size_t> undone) {
        ++runs_;
        const auto files = comparison_.changes().size();
        const auto first_typed = std::lower_bound(undone.begin(), undone.end(), files);
        RunInput input{comparison_.with_undone({undone.begin(), first_typed}), {}};
        for (std::size_t i = 0; i < typed_.size(); ++i)
            if (!std::binary_search(first_typed, undone.end(), files + i)) input.typed.push_back(typed_[i]);
        return !shows_(input);
    }

    /// ddmin: `all` cures; what comes back cures and has no part that could be left out.
    std::vector<std::size_t> minimal(std::vector<std::size_t> all) {
        std::size_t parts = 2;
        while (all.size() >= 2) {
            parts = std::min(parts, all.size());
            const auto smaller = reduce(all, parts);
            if (smaller) {
                parts = smaller->size() * 2 <= all.size() ? 2 : std::max<std::size_t>(parts - 1, 2);
                all = *smaller;
            } else if (parts < all.size()) {
                parts *= 2;
            } else {
                break;
            }
        }
        return all;
    }

    unsigned runs() const { return runs_; }

private:
    /// One of the parts, or all but one of them, if that still cures.
    std::optional<std::vector<std::size_t>> reduce(const std::vector<std::size_t>& all, std::size_t parts) {
        const auto edge = [&](std::size_t part) { return std::ptrdiff_t(all.size() * part / parts); };
        for (const bool complement : {false, true}) {
            if (complement && parts == 2) break;
            for (std::size_t part = 0; part < parts; ++part) {
                std::vector<std::size_t> some(all.begin() + edge(part), all.begin() + edge(part + 1));
                if (complement) {
                    some.assign(all.begin(), all.begin() + edge(part));
                    some.insert(some.end(), all.begin() + edge(part + 1), all.end());
                }
                if (cured_by(some)) return some;
            }
        }
        return std::nullopt;
    }

    const FileComparison& comparison_;
    const std::vector<TypedInput>& typed_;
    const std::function<bool(const RunInput&)>& shows_;
    unsigned runs_ = 0;
};

}  // namespace

bool LineChange::is_at(const SourceLocation& where) const {
    return names(file, where.file) && (line == 0 || where.line == 0 || where.line == line);
}

FileComparison::FileComparison(const ConfigurationFiles& good, const ConfigurationFiles& bad) {
    std::map<std::string, std::pair<const std::string*, const std::string*>> both;
    for (const auto& [path, text] : good) both[path].first = &text;
    for (const auto& [path, text] : bad) both[path].second = &text;
    for (const auto& [path, texts] : both) {
        File& file = files_.emplace_back();
        file.path = path;
        if (texts.first && texts.second) {
            compare(file, *texts.first, *texts.second);
            continue;
        }
        file.whole = changes_.size();
        LineChange whole{path, 0, std::nullopt, std::nullopt};
        (texts.first ? whole.good : whole.bad) = texts.first ? *texts.first : *texts.second;
        changes_.push_back(std::move(whole));
    }
}

void FileComparison::add_change(File& file, LineChange change) {
    file.pieces.push_back({{}, changes_.size()});
    changes_.push_back(std::move(change));
}

void FileComparison::compare(File& file, const std::string& good_text, const std::string& bad_text) {
    const auto good = lines_of(good_text), bad = lines_of(bad_text);
    std::size_t before = 0, behind = 0;
    const std::size_t shorter = std::min(good.size(), bad.size());
    while (before < shorter && good[before] == bad[before]) ++before;
    while (behind < shorter - before && good[good.size() - 1 - behind] == bad[bad.size() - 1 - behind])
        ++behind;
    auto pairs = common(std::span(good).subspan(before, good.size() - before - behind),
                        std::span(bad).subspan(before, bad.size() - before - behind));
    pairs.emplace_back(good.size() - before - behind, bad.size() - before - behind);
    for (std::size_t i = 0; i < before; ++i) file.pieces.push_back({std::string(good[i]), {}});
    std::size_t g = before, b = before;
    for (const auto& [next_g, next_b] : pairs) {
        const bool paired = next_g + before - g == next_b + before - b;
        while (g < next_g + before || b < next_b + before) {
            LineChange change{file.path, std::uint32_t(b + 1), std::nullopt, std::nullopt};
            const bool has_bad = b < next_b + before;
            if (g < next_g + before && (paired || !has_bad)) change.good = good[g++];
            if (has_bad) change.bad = bad[b++];
            add_change(file, std::move(change));
        }
        if (g < good.size() - behind) {
            file.pieces.push_back({std::string(good[g++]), {}});
            ++b;
        }
    }
    for (std::size_t i = good.size() - behind; i < good.size(); ++i)
        file.pieces.push_back({std::string(good[i]), {}});
}

ConfigurationFiles FileComparison::with_undone(std::span<const std::size_t> undone) const {
    const auto text_of = [&](std::size_t change) -> const std::optional<std::string>& {
        const bool back = std::find(undone.begin(), undone.end(), change) != undone.end();
        return back ? changes_[change].good : changes_[change].bad;
    };
    ConfigurationFiles files;
    for (const auto& file : files_) {
        if (file.whole) {
            if (const auto& text = text_of(*file.whole)) files.emplace_back(file.path, *text);
            continue;
        }
        std::string text;
        for (const auto& piece : file.pieces)
            if (!piece.change) text += piece.text + "\n";
            else if (const auto& line = text_of(*piece.change)) text += *line + "\n";
        files.emplace_back(file.path, std::move(text));
    }
    return files;
}

Cure find_cure(const ConfigurationFiles& good, const RunInput& bad, std::span<const SourceLocation> suspects,
               const std::function<bool(const RunInput&)>& shows) {
    Cure cure;
    const FileComparison comparison(good, bad.files);
    const auto& changes = comparison.changes();
    cure.changes = unsigned(changes.size());
    cure.typed = unsigned(bad.typed.size());
    Minimizer minimizer(comparison, bad, shows);
    std::vector<std::size_t> all(changes.size() + bad.typed.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::span every(all);
    const auto lines = every.first(changes.size()), typed = every.subspan(changes.size());
    const auto chosen = [&]() -> std::vector<std::size_t> {
        if (all.empty()) {
            cure.why_not = "the files are those of the good system, and nothing was typed";
            return {};
        }
        if (minimizer.cured_by({})) {
            cure.why_not = "the symptom does not appear when the system is started from these files";
            if (!typed.empty()) cure.why_not += " and the same lines are typed";
            return {};
        }
        for (const auto& where : suspects)
            for (const auto change : lines)
                if (changes[change].is_at(where) && minimizer.cured_by({&change, 1})) return {change};
        std::vector<std::span<std::size_t>> candidates;
        if (!lines.empty()) candidates.push_back(lines);
        if (!typed.empty()) candidates.push_back(typed);
        if (candidates.size() == 2) candidates.push_back(every);
        for (const auto& some : candidates)
            if (minimizer.cured_by(some)) return minimizer.minimal({some.begin(), some.end()});
        cure.why_not = "the good system shows the symptom, too";
        return {};
    }();
    for (const auto i : chosen)
        if (i < changes.size()) cure.undo.push_back(changes[i]);
        else cure.not_typed.push_back(bad.typed[i - changes.size()]);
    cure.runs = minimizer.runs();
    return cure;
}

std::vector<std::string> report_cure(const Cure& cure) {
    if (!cure.found()) return {fmt::format("No proof: {} ({} runs).", cure.why_not, cure.runs)};
    std::string what;
    if (!cure.undo.empty())
        what = fmt::format("with {} of {} changed lines undone", cure.undo.size(), cure.changes);
    if (!cure.not_typed.empty())
        what += fmt::format("{}without {} of {} typed lines", what.empty() ? "" : " and ",
                            cure.not_typed.size(), cure.typed);
    std::vector<std::string> lines{
        fmt::format("Proved: {}, the symptom is gone ({} runs).", what, cure.runs)};
    for (const auto& change : cure.undo) {
        if (change.line == 0) {
            lines.push_back(fmt::format("  {}: the file is {}", change.file,
                                        change.bad ? "not there in the good system" : "missing"));
            continue;
        }
        lines.push_back(fmt::format("  {}:{}", change.file, change.line));
        if (change.bad) lines.push_back("    - " + *change.bad);
        if (change.good) lines.push_back("    + " + *change.good);
    }
    for (const auto& input : cure.not_typed)
        lines.push_back(fmt::format("  typed at {}: {}", input.what.as.view(), input.what.line));
    return lines;
}

}  // namespace vmlab::sim
