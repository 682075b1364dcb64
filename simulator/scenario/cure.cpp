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

using Lines = std::span<const std::string_view>;

/// Pairs of lines, in order, whose weights come to the most; lines without weight are no pair.
template <typename Weight>
std::vector<std::pair<std::size_t, std::size_t>> align(Lines a, Lines b, const Weight& weight) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    if (a.empty() || b.empty() || a.size() > kMostPairs / b.size()) return pairs;
    const std::size_t width = b.size() + 1;
    std::vector<std::uint32_t> best((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return best[i * width + j]; };
    const auto paired = [&](std::size_t i, std::size_t j) {
        const std::uint32_t w = weight(a[i], b[j]);
        return w == 0 ? 0 : w + at(i + 1, j + 1);
    };
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            at(i, j) = std::max({paired(i, j), at(i + 1, j), at(i, j + 1)});
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (const auto w = paired(i, j); w != 0 && w == at(i, j)) pairs.emplace_back(i++, j++);
        else if (at(i + 1, j) >= at(i, j + 1)) ++i;
        else ++j;
    }
    return pairs;
}

std::uint32_t equality(std::string_view a, std::string_view b) { return a == b ? 1 : 0; }

/// How many characters both have at their ends; 0 when that is not half of the longer line.
std::uint32_t likeness(std::string_view a, std::string_view b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t front = 0, back = 0;
    while (front < shorter && a[front] == b[front]) ++front;
    while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
    return 2 * (front + back) < std::max(a.size(), b.size()) ? 0 : std::uint32_t(front + back);
}

/// Which of the lines that differ is which: as many as there were are taken in their order, else by likeness.
std::vector<std::pair<std::size_t, std::size_t>> replaced(Lines good, Lines bad) {
    if (good.size() != bad.size()) return align(good, bad, likeness);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < good.size(); ++i) pairs.emplace_back(i, i);
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
        : comparison_(comparison), bad_(bad), shows_(shows) {}

    /// `undone`: changes of lines by their number, behind them typed lines, then circumstances. In order.
    bool cured_by(std::span<const std::size_t> undone) {
        ++runs_;
        const auto files = comparison_.changes().size();
        const auto first_typed = std::lower_bound(undone.begin(), undone.end(), files);
        RunInput input{comparison_.with_undone({undone.begin(), first_typed}), {}, bad_.files_are, {}};
        const auto stays = [&](std::size_t n) { return !std::binary_search(first_typed, undone.end(), n); };
        for (std::size_t i = 0; i < bad_.typed.size(); ++i)
            if (stays(files + i)) input.typed.push_back(bad_.typed[i]);
        for (std::size_t i = 0; i < bad_.around.size(); ++i)
            if (stays(files + bad_.typed.size() + i)) input.around.push_back(bad_.around[i]);
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
    const RunInput& bad_;
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

/// Lines of which none is in both, `line` the number of the first bad one.
void FileComparison::add_block(File& file, std::span<const std::string_view> good,
                               std::span<const std::string_view> bad, std::uint32_t line) {
    auto pairs = replaced(good, bad);
    pairs.emplace_back(good.size(), bad.size());
    std::size_t g = 0, b = 0;
    const auto add = [&](bool has_good, bool has_bad) {
        LineChange change{file.path, line + std::uint32_t(b), std::nullopt, std::nullopt};
        if (has_good) change.good = good[g++];
        if (has_bad) change.bad = bad[b++];
        add_change(file, std::move(change));
    };
    for (const auto& [next_good, next_bad] : pairs) {
        while (b < next_bad) add(false, true);
        while (g < next_good) add(true, false);
        if (g < good.size()) add(true, true);
    }
}

void FileComparison::compare(File& file, const std::string& good_text, const std::string& bad_text) {
    const auto good = lines_of(good_text), bad = lines_of(bad_text);
    std::size_t before = 0, behind = 0;
    const std::size_t shorter = std::min(good.size(), bad.size());
    while (before < shorter && good[before] == bad[before]) ++before;
    while (behind < shorter - before && good[good.size() - 1 - behind] == bad[bad.size() - 1 - behind])
        ++behind;
    const Lines middle_good = Lines(good).subspan(before, good.size() - before - behind);
    const Lines middle_bad = Lines(bad).subspan(before, bad.size() - before - behind);
    auto pairs = align(middle_good, middle_bad, equality);
    pairs.emplace_back(middle_good.size(), middle_bad.size());
    const auto add_same = [&](std::string_view line) { file.pieces.push_back({std::string(line), {}}); };
    for (std::size_t i = 0; i < before; ++i) add_same(good[i]);
    std::size_t g = 0, b = 0;
    for (const auto& [next_good, next_bad] : pairs) {
        add_block(file, middle_good.subspan(g, next_good - g), middle_bad.subspan(b, next_bad - b),
                  std::uint32_t(before + b + 1));
        if (next_good < middle_good.size()) add_same(middle_good[next_good]);
        g = next_good + 1;
        b = next_bad + 1;
    }
    for (std::size_t i = good.size() - behind; i < good.size(); ++i) add_same(good[i]);
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

std::vector<Circumstance> circumstances_of(std::span<const WirePlan> wires,
                                           std::span<const AttackerPlan> attackers) {
    std::vector<Circumstance> around;
    for (const auto& plan : wires) {
        if (!plan.words.empty()) {
            std::string words;
            for (const auto& word : plan.words) words += fmt::format(" {} {}", word.key, word.value);
            around.push_back(
                {fmt::format("wire {}:{}", plan.wire, words), WirePlan{plan.wire, plan.words, {}}});
        }
        for (std::size_t i = 0; i < plan.faults.size(); ++i) {
            const std::string& name = plan.faults[i].name;
            around.push_back({fmt::format("wire {}: fault {}", plan.wire,
                                          name.empty() ? std::to_string(i + 1) : "'" + name + "'"),
                              WirePlan{plan.wire, {}, {plan.faults[i]}}});
        }
    }
    for (const auto& attacker : attackers)
        around.push_back(
            {fmt::format("attacks of {} ({})", attacker.name.view(), attacker.address.str()), attacker});
    return around;
}

Cure find_cure(const ConfigurationFiles& good, const RunInput& bad, std::span<const SourceLocation> suspects,
               const std::function<bool(const RunInput&)>& shows) {
    Cure cure;
    const FileComparison comparison(good, bad.files);
    const auto& changes = comparison.changes();
    cure.changes = unsigned(changes.size());
    cure.typed = unsigned(bad.typed.size());
    Minimizer minimizer(comparison, bad, shows);
    cure.around = unsigned(bad.around.size());
    std::vector<std::size_t> all(changes.size() + bad.typed.size() + bad.around.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::span every(all);
    const auto lines = every.first(changes.size()), typed = every.subspan(changes.size(), bad.typed.size()),
               around = every.last(bad.around.size());
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
        if (candidates.size() == 2) candidates.push_back(every.first(changes.size() + bad.typed.size()));
        if (!around.empty()) candidates.push_back(around);
        if (candidates.size() > 1 && !around.empty()) candidates.push_back(every);
        for (const auto& some : candidates)
            if (minimizer.cured_by(some)) return minimizer.minimal({some.begin(), some.end()});
        cure.why_not = "the good system shows the symptom, too";
        return {};
    }();
    for (const auto i : chosen)
        if (i < changes.size()) cure.undo.push_back(changes[i]);
        else if (const auto n = i - changes.size(); n < bad.typed.size())
            cure.not_typed.push_back(bad.typed[n]);
        else cure.without.push_back(bad.around[n - bad.typed.size()]);
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
    if (!cure.without.empty())
        what += fmt::format("{}without {} of {} things that happen around the system",
                            what.empty() ? "" : " and ", cure.without.size(), cure.around);
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
    for (const auto& circumstance : cure.without) lines.push_back("  " + circumstance.words);
    return lines;
}

}  // namespace vmlab::sim
