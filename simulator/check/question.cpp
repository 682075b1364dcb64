#include "simulator/check/question.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sim {
namespace {

/// Several lines, as a sentence can hold them.
std::string one_line(std::string_view lines) {
    std::string text;
    for (const char c : trimmed(lines))
        if (c == '\n') text += " /";
        else if (c != ' ' || !text.ends_with(' ')) text += c;
    return text;
}

}  // namespace

void Asker::found(const SourceLocation& where, std::string text, std::optional<Fix> fix,
                  std::string suggestion) {
    const CheckedFile* file = files_.file(where.file);
    if (file == nullptr || file->given.shipped) return;
    ++count_;
    if (count_ > profiles::kMaxFindings) {
        ++suppressed_;
        return;
    }
    CheckFinding finding;
    finding.id = question_.id;
    finding.severity = question_.severity;
    finding.where = where;
    finding.length = std::max<std::size_t>(1, files_.word_at(where).size());
    finding.text = std::move(text);
    finding.meaning = question_.meaning;
    finding.advice = question_.advice;
    finding.fix = std::move(fix);
    finding.suggestion = std::move(suggestion);
    out_.push_back(std::move(finding));
}

std::string Asker::nearest(std::string_view word, std::span<const std::string_view> known) {
    constexpr std::size_t kMostCompared = 2'000'000;
    if (compared_ + known.size() > kMostCompared) return "";
    compared_ += known.size();
    return std::string(profiles::nearest(word, known));
}

std::optional<Fix> Asker::edit(const SourceLocation& where, std::size_t length, std::string text,
                               std::string what) const {
    const CheckedFile* file = files_.file(where.file);
    TextEdit change{where.line, where.column, length, std::move(text)};
    if (file == nullptr || file->given.shipped || !file->given.text.byte_edit(change)) return std::nullopt;
    return Fix{std::move(what), {{where.file, std::move(change)}}};
}

std::optional<Fix> Asker::replace_all(std::vector<Replacement> replacements) const {
    std::sort(replacements.begin(), replacements.end(), [](const Replacement& a, const Replacement& b) {
        return std::pair(a.where.line, a.where.column) > std::pair(b.where.line, b.where.column);
    });
    Fix all;
    for (auto& [where, word] : replacements) {
        auto one = replace(where, word);
        if (!one) return std::nullopt;
        all.what = one->what + (all.what.empty() ? "" : ", " + all.what);
        if (all.edits.empty() || all.edits.back().edit.line != where.line) {
            all.edits.push_back(std::move(one->edits.front()));
            continue;
        }
        // On the line of the one before: what is between them is written once more.
        TextEdit& last = all.edits.back().edit;
        const std::size_t old = files_.word_at(where).size();
        const auto from = where.column - 1 + old;
        const std::string_view line = files_.file(where.file)->source.line(where.line);
        last.text = word + std::string(line.substr(from, last.column - 1 - from)) + last.text;
        last.length += last.column - where.column;
        last.column = where.column;
    }
    return all.edits.empty() ? std::nullopt : std::optional(std::move(all));
}

std::optional<Fix> Asker::replace(const SourceLocation& where, std::string_view word) const {
    const std::string old = files_.word_at(where);
    return edit(where, old.size(), std::string(word),
                fmt::format("change {} to {}", profiles::quoted(old), word));
}

std::optional<Fix> Asker::add_behind(const SourceLocation& where, std::string_view text) const {
    const std::string word = files_.word_at(where);
    SourceLocation end = where;
    end.column += static_cast<std::uint32_t>(word.size());
    return edit(end, 0, fmt::format(" {}", text),
                fmt::format("add {} behind {}", text, profiles::quoted(word)));
}

std::optional<Fix> Asker::add_line(const SourceLocation& where, std::string_view line) const {
    const CheckedFile* file = files_.file(where.file);
    if (file == nullptr) return std::nullopt;
    SourceLocation end = where;
    end.column = static_cast<std::uint32_t>(file->source.line(where.line).size() + 1);
    return edit(end, 0, fmt::format("\n{}", line), fmt::format("add the line: {}", one_line(line)));
}

std::optional<Fix> Asker::add_entry(const SourceLocation& where, std::string_view entry) const {
    const CheckedFile* file = files_.file(where.file);
    const std::string keyword = files_.word_at(where);
    if (file == nullptr || keyword.empty()) return std::nullopt;
    SourceLocation end = where;
    end.column += static_cast<std::uint32_t>(keyword.size());
    const bool last = trimmed(file->source.line(where.line).substr(end.column - 1)).empty();
    return edit(end, 0, fmt::format("\n  {}{}", entry, last ? "" : "\n "),
                fmt::format("add {} to {}", entry, upper(keyword)));
}

std::optional<Fix> Asker::add_at_end(const FileId& file, std::string_view lines) const {
    const CheckedFile* found = files_.file(file);
    if (found == nullptr || found->source.lines.empty()) return std::nullopt;
    const auto last = static_cast<std::uint32_t>(found->source.lines.size());
    return add_line({file, last, 1}, lines);
}

std::vector<Question> all_questions() {
    std::vector<Question> all;
    for (const auto part : {server_questions(), security_questions(), tls_questions(), network_questions(),
                            definition_questions()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace vmlab::sim
