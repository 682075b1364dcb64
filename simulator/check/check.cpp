#include "simulator/check/check.hpp"

#include <algorithm>

#include "profiles/messages.hpp"

namespace vmlab::sim {
namespace {

/// The word that a reader's suggestion is meant to replace: of ":stak.TCPIP" the tag alone, of "+TLSV12" what
/// follows the sign.
std::optional<Fix> fix_of(const profiles::Finding& finding, const SystemFiles& files) {
    const CheckedFile* file = files.file(finding.where.file);
    std::string word = files.word_at(finding.where);
    if (file == nullptr || word.empty() || finding.suggestion.empty()) return std::nullopt;
    TextEdit edit{finding.where.line, finding.where.column, 0, finding.suggestion};
    if (word[0] == ':') word = word.substr(0, word.find('.') + 1);
    const bool sign = (word[0] == '+' || word[0] == '-') && finding.suggestion[0] != word[0];
    if (sign) {
        ++edit.column;
        word.erase(0, 1);
    }
    edit.length = word.size();
    if (!file->given.text.byte_edit(edit)) return std::nullopt;
    return Fix{"change " + profiles::quoted(word) + " to " + finding.suggestion,
               {{finding.where.file, edit}}};
}

CheckFinding finding_of(const profiles::Finding& from, const SystemFiles& files) {
    CheckFinding finding;
    finding.id = from.said.message->number;
    finding.severity = from.severity;
    finding.where = from.where;
    finding.length = std::max<std::size_t>(1, files.word_at(from.where).size());
    finding.text = from.said.text.substr(std::min(finding.id.size() + 1, from.said.text.size()));
    finding.meaning = from.said.message->meaning;
    finding.advice = from.said.message->check;
    finding.fix = fix_of(from, files);
    finding.suggestion = from.suggestion;
    return finding;
}

}  // namespace

std::size_t CheckResult::count(profiles::Severity severity) const {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [&](const CheckFinding& f) { return f.severity == severity; }));
}

bool CheckResult::any() const {
    return count(profiles::Severity::error) + count(profiles::Severity::warning) > 0;
}

CheckResult check_system(const SystemFiles& files) {
    CheckResult result;
    const profiles::Findings read = files.reader_findings();
    result.suppressed = read.suppressed;
    for (const profiles::Finding& finding : read.items)
        if (finding.said.message != &profiles::DTCPRS912E)  // the question label-form says it of every file
            result.findings.push_back(finding_of(finding, files));
    for (const Question& question : all_questions()) {
        Asker asker(files, question, result.findings);
        std::string answer = question.ask(asker);
        result.answers.push_back(
            {std::string(question.id), std::string(question.question), std::move(answer), asker.count()});
    }
    const auto place = [&](const CheckFinding& f) {
        const CheckedFile* file = files.file(f.where.file);
        return std::tuple(file == nullptr ? std::string() : file->given.path, f.where.line, f.where.column);
    };
    std::stable_sort(result.findings.begin(), result.findings.end(),
                     [&](const CheckFinding& a, const CheckFinding& b) { return place(a) < place(b); });
    return result;
}

}  // namespace vmlab::sim
