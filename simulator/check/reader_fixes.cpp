#include "simulator/check/reader_fixes.hpp"

#include <algorithm>

#include "profiles/messages.hpp"

namespace vmlab::sim {
namespace {

std::optional<Fix> change(const SystemFiles& files, const FileId& id, TextEdit edit, std::string what) {
    const CheckedFile* file = files.file(id);
    if (file == nullptr || !file->given.text.byte_edit(edit)) return std::nullopt;
    return Fix{std::move(what), {{id, std::move(edit)}}};
}

/// The word that a suggestion is meant to replace: of ":stak.TCPIP" the tag alone, of "+TLSV12" what follows
/// the sign.
std::optional<Fix> other_word(const profiles::Finding& finding, const SystemFiles& files) {
    std::string word = files.word_at(finding.where);
    if (word.empty() || finding.suggestion.empty()) return std::nullopt;
    TextEdit edit{finding.where.line, finding.where.column, 0, finding.suggestion};
    if (word[0] == ':') word = word.substr(0, word.find('.') + 1);
    const bool sign = (word[0] == '+' || word[0] == '-') && finding.suggestion[0] != word[0];
    if (sign) {
        ++edit.column;
        word.erase(0, 1);
    }
    edit.length = word.size();
    return change(files, finding.where.file, std::move(edit),
                  "change " + profiles::quoted(word) + " to " + finding.suggestion);
}

const profiles::ProfileTcpip* profile_of(const SystemFiles& files, const FileId& id) {
    for (const auto& profile : files.tcpip_files())
        if (profile.file == id) return &profile;
    return nullptr;
}

/// The link or device of the profile that a statement was meant to name.
std::optional<Fix> defined_name(profiles::Finding finding, const SystemFiles& files) {
    const auto* profile = profile_of(files, finding.where.file);
    if (profile == nullptr) return std::nullopt;
    std::vector<std::string_view> names;
    for (const auto& link : profile->links) names.push_back(*link.name);
    for (const auto& device : profile->devices) names.push_back(*device.name);
    finding.suggestion = profiles::nearest(upper(files.word_at(finding.where)), names);
    return other_word(finding, files);
}

/// The END word on a line of its own before the statement with which the list ended.
std::optional<Fix> end_word(const profiles::Finding& finding, const SystemFiles& files) {
    const auto* profile = profile_of(files, finding.where.file);
    const CheckedFile* file = files.file(finding.where.file);
    if (profile == nullptr || file == nullptr || file->source.lines.empty()) return std::nullopt;
    const std::string word = "END" + upper(files.word_at(finding.where));
    const auto next = std::find_if(profile->statements.begin(), profile->statements.end(),
                                   [&](const auto& seen) { return seen.where.line > finding.where.line; });
    TextEdit edit;
    if (next != profile->statements.end()) {
        edit = {next->where.line, 1, 0, word + "\n"};
    } else {
        const auto last = static_cast<std::uint32_t>(file->source.lines.size());
        const auto column = static_cast<std::uint32_t>(file->source.line(last).size() + 1);
        edit = {last, column, 0, "\n" + word};
    }
    return change(files, finding.where.file, std::move(edit), "add the line: " + word);
}

/// An entry of GATEWAY as DTCPRS058I says that it should be written.
std::optional<Fix> current_format(const profiles::Finding& finding, const SystemFiles& files) {
    const auto* profile = profile_of(files, finding.where.file);
    const CheckedFile* file = files.file(finding.where.file);
    if (profile == nullptr || file == nullptr) return std::nullopt;
    const auto& items = profile->findings.items;
    const auto says = std::find_if(items.begin(), items.end(), [&](const profiles::Finding& other) {
        return other.said.message == &profiles::DTCPRS058I && other.where == finding.where;
    });
    const auto words = profiles::scan_line(file->source, finding.where.line, ';');
    if (says == items.end() || words.empty()) return std::nullopt;
    const std::string text = says->said.text.substr(says->said.text.find(": ") + 2);
    const auto end = words.back().where.column + words.back().text.size();
    return change(files, finding.where.file,
                  {finding.where.line, finding.where.column, end - finding.where.column, text},
                  "write the entry as: " + text);
}

}  // namespace

std::optional<Fix> fix_of_reader(const profiles::Finding& finding, const SystemFiles& files) {
    const MessageDef* message = finding.said.message;
    if (message == &profiles::DTCPRS905W) return end_word(finding, files);
    if (message == &profiles::DTCPRS007E || message == &profiles::DTCPRS058I)
        return current_format(finding, files);
    if (message == &profiles::DTCPRS907E && finding.suggestion.empty()) return defined_name(finding, files);
    return other_word(finding, files);
}

}  // namespace vmlab::sim
