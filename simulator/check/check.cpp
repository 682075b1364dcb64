#include "simulator/check/check.hpp"

#include <algorithm>

#include "profiles/messages.hpp"
#include "simulator/check/reader_fixes.hpp"

namespace vmlab::sim {
namespace {

CheckFinding finding_of(const profiles::Finding& from, const SystemFiles& files) {
    CheckFinding finding;
    finding.id = from.said.message->number;
    finding.severity = from.severity;
    finding.where = from.where;
    finding.length = std::max<std::size_t>(1, files.word_at(from.where).size());
    finding.text = from.said.text.substr(std::min(finding.id.size() + 1, from.said.text.size()));
    finding.meaning = from.said.message->meaning;
    finding.advice = from.said.message->check;
    finding.fix = fix_of_reader(from, files);
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
        result.suppressed += asker.suppressed();
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
