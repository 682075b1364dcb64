#include "simulator/check/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "profiles/messages.hpp"
#include "services/tn3270/code_page.hpp"

namespace vmlab::sim {
namespace {

using Json = nlohmann::ordered_json;
using profiles::Severity;

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string base64(std::string_view bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t n) {
            return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0u;
        };
        const unsigned three = byte(0) << 16 | byte(1) << 8 | byte(2);
        text += kDigits[three >> 18];
        text += kDigits[three >> 12 & 63];
        text += i + 1 < bytes.size() ? kDigits[three >> 6 & 63] : '=';
        text += i + 2 < bytes.size() ? kDigits[three & 63] : '=';
    }
    return text;
}

/// The line as a terminal may show it: tabs as blanks, so that the caret stands right.
std::string shown(std::string_view line) {
    std::string text = profiles::quoted(line, 200);
    for (std::size_t i = 0; i < std::min(line.size(), text.size()); ++i)
        if (line[i] == '\t') text[i] = ' ';
    return text;
}

std::string path_of(const SystemFiles& files, const FileId& id) {
    const CheckedFile* file = files.file(id);
    return file == nullptr ? id.str() : file->given.path;
}

void report_finding(const CheckFinding& f, const SystemFiles& files, std::string& out) {
    const CheckedFile* file = files.file(f.where.file);
    out += fmt::format("{}:{}:{}: {}: {} [{}]\n", path_of(files, f.where.file), f.where.line, f.where.column,
                       f.severity == Severity::info ? "note" : name_of(f.severity), f.text, f.id);
    const std::string_view line = file == nullptr ? std::string_view() : file->source.line(f.where.line);
    if (!line.empty() && f.where.column > 0) {
        const std::string caret = '^' + std::string(f.length - 1, '~');
        out += fmt::format("{:5} | {}\n      | {:{}}{}\n", f.where.line, shown(line), "", f.where.column - 1,
                           caret);
    }
    if (f.severity == Severity::info) return;
    if (!f.meaning.empty()) out += "        why: " + f.meaning + "\n";
    if (f.fix) out += "        try: " + f.fix->what + "\n";
    else if (!f.suggestion.empty()) out += "        is " + f.suggestion + " meant?\n";
    else if (!f.advice.empty()) out += "        check: " + f.advice + "\n";
}

Json edit_of(const FixEdit& change, const SystemFiles& files) {
    const CheckedFile* file = files.file(change.file);
    Json json{{"path", path_of(files, change.file)},
              {"line", change.edit.line},
              {"column", change.edit.column},
              {"length", change.edit.length},
              {"text", change.edit.text}};
    const auto bytes = file == nullptr ? std::nullopt : file->given.text.byte_edit(change.edit);
    if (!bytes) return json;
    json["offset"] = bytes->offset;
    json["bytes"] = bytes->length;
    json["replacement"] = base64(bytes->bytes);
    return json;
}

Json finding_json(const CheckFinding& f, const SystemFiles& files) {
    const CheckedFile* file = files.file(f.where.file);
    Json json{{"id", f.id},
              {"severity", name_of(f.severity)},
              {"path", path_of(files, f.where.file)},
              {"file", f.where.file.str()},
              {"line", f.where.line},
              {"column", f.where.column},
              {"length", f.length},
              {"source", file == nullptr ? "" : std::string(file->source.line(f.where.line))},
              {"text", f.text},
              {"meaning", f.meaning},
              {"advice", f.advice}};
    if (!f.suggestion.empty()) json["suggestion"] = f.suggestion;
    if (!f.fix) return json;
    Json edits = Json::array();
    for (const FixEdit& edit : f.fix->edits) edits.push_back(edit_of(edit, files));
    json["fix"] = {{"description", f.fix->what}, {"edits", edits}};
    return json;
}

}  // namespace

std::string report_check(const CheckResult& result, const SystemFiles& files, bool verbose) {
    std::string out;
    if (verbose)
        for (const CheckedFile& file : files.files())
            out +=
                fmt::format("{}: {}, {}\n", file.given.path,
                            file.given.shipped ? file.source.file.str() + " as vmlab ships it: none was given"
                                               : file.source.file.str(),
                            file.given.text.description());
    for (const CheckFinding& finding : result.findings)
        if (verbose || finding.severity != Severity::info) report_finding(finding, files, out);
    if (result.suppressed > 0) out += fmt::format("and {} findings more\n", result.suppressed);
    if (!verbose) return out;
    out += fmt::format("\nnode {}\n", files.node().empty() ? std::string("unknown") : files.node().str());
    for (const CheckAnswer& answer : result.answers)
        out += fmt::format("{:<29} {}\n{:<29} {}{}\n", answer.id, answer.question, "",
                           answer.found > 0 ? fmt::format("{} found; ", answer.found) : "", answer.answer);
    return out;
}

std::string report_check_json(const CheckResult& result, const SystemFiles& files) {
    Json given = Json::array(), findings = Json::array(), answers = Json::array();
    for (const CheckedFile& file : files.files())
        given.push_back({{"path", file.given.path},
                         {"file", file.source.file.str()},
                         {"form", file.given.text.description()},
                         {"given", !file.given.shipped}});
    for (const CheckFinding& finding : result.findings) findings.push_back(finding_json(finding, files));
    for (const CheckAnswer& answer : result.answers)
        answers.push_back({{"id", answer.id},
                           {"question", answer.question},
                           {"answer", answer.answer},
                           {"found", answer.found}});
    return dump({{"node", files.node().str()},
                 {"files", given},
                 {"findings", findings},
                 {"suppressed", result.suppressed},
                 {"answers", answers}});
}

// ── SARIF ──────────────────────────────────────────────────────────────────────

namespace {

const char* level_of(Severity severity) {
    switch (severity) {
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::info: return "note";
    }
    return "none";
}

std::string uri_of(std::string_view path) {
    std::string uri;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) uri += c;
        else uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return uri;
}

Json rule(std::string_view id, std::string_view name, std::string_view meaning, std::string_view advice,
          Severity severity) {
    Json json{{"id", id},
              {"shortDescription", {{"text", name}}},
              {"defaultConfiguration", {{"level", level_of(severity)}}}};
    if (!meaning.empty()) json["fullDescription"] = {{"text", meaning}};
    if (!advice.empty()) json["help"] = {{"text", advice}};
    return json;
}

Json rules() {
    Json all = Json::array();
    for (const Question& q : all_questions())
        all.push_back(rule(q.id, q.question, q.meaning, q.advice, q.severity));
    for (const MessageDef* m : profiles::kProfileMessages)
        all.push_back(rule(m->number, m->text, m->meaning, m->check,
                           m->severity() == 'I'   ? Severity::info
                           : m->severity() == 'W' ? Severity::warning
                                                  : Severity::error));
    return all;
}

/// Lines and columns where an editor shows them, else bytes: records without line ends are one long line to a
/// tool.
Json region_of(const CheckedFile& file, std::uint32_t line, std::uint32_t column, std::size_t length) {
    const HostText& text = file.given.text;
    if (text.is_plain()) {
        const std::string_view before = file.source.line(line).substr(0, column == 0 ? 0 : column - 1);
        const std::string_view marked = file.source.line(line).substr(before.size()).substr(0, length);
        const std::size_t start = services::tn3270::cells_of(before) + 1;
        return {{"startLine", line},
                {"startColumn", start},
                {"endColumn", start + services::tn3270::cells_of(marked)}};
    }
    const auto bytes = text.byte_edit({line, column, 0, ""});
    return {{"byteOffset", bytes ? bytes->offset : 0}, {"byteLength", bytes ? bytes->length : 0}};
}

Json artifact(const CheckedFile& file) { return {{"uri", uri_of(file.given.path)}}; }

Json sarif_fix(const Fix& fix, const SystemFiles& files) {
    Json changes = Json::array();
    for (const FixEdit& edit : fix.edits) {
        const CheckedFile* file = files.file(edit.file);
        if (file == nullptr) continue;
        Json replacement{
            {"deletedRegion", region_of(*file, edit.edit.line, edit.edit.column, edit.edit.length)}};
        const auto bytes = file->given.text.byte_edit(edit.edit);
        if (file->given.text.is_plain())
            replacement["insertedContent"] = {{"text", bytes ? bytes->bytes : ""}};
        else replacement["insertedContent"] = {{"binary", base64(bytes ? bytes->bytes : "")}};
        changes.push_back(
            {{"artifactLocation", artifact(*file)}, {"replacements", Json::array({replacement})}});
    }
    return {{"description", {{"text", fix.what}}}, {"artifactChanges", changes}};
}

Json sarif_result(const CheckFinding& f, const SystemFiles& files) {
    Json json{{"ruleId", f.id}, {"level", level_of(f.severity)}, {"message", {{"text", f.text}}}};
    if (const CheckedFile* file = files.file(f.where.file)) {
        Json place{{"artifactLocation", artifact(*file)}};
        if (f.where.line > 0) place["region"] = region_of(*file, f.where.line, f.where.column, f.length);
        Json location{{"physicalLocation", place},
                      {"logicalLocations", Json::array({{{"fullyQualifiedName", f.where.str()}}})}};
        json["locations"] = Json::array({location});
    }
    if (f.fix) json["fixes"] = Json::array({sarif_fix(*f.fix, files)});
    return json;
}

}  // namespace

std::string report_check_sarif(const CheckResult& result, const SystemFiles& files,
                               const std::string& version) {
    Json results = Json::array(), artifacts = Json::array();
    for (const CheckFinding& finding : result.findings) results.push_back(sarif_result(finding, files));
    for (const CheckedFile& file : files.files())
        if (!file.given.shipped)
            artifacts.push_back(
                {{"location", artifact(file)}, {"description", {{"text", file.given.text.description()}}}});
    const Json driver{{"name", "vmlab check"}, {"version", version}, {"rules", rules()}};
    const Json run{{"tool", {{"driver", driver}}},
                   {"columnKind", "unicodeCodePoints"},
                   {"artifacts", artifacts},
                   {"results", results}};
    return dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", Json::array({run})}});
}

std::string report_questions() {
    std::string out = "Questions:\n";
    for (const Question& q : all_questions()) {
        out += fmt::format("  {:<29} {}\n", q.id, q.question);
        if (q.meaning.empty()) out += fmt::format("  {:<29} Answered only; nothing is found.\n", "");
        else
            out += fmt::format("  {:<29} {}: {}\n  {:<29} {}\n", "", name_of(q.severity), q.meaning, "",
                               q.advice);
    }
    out += "\nMessages of the readers (numbers and texts are vmlab's own unless the text says otherwise):\n";
    for (const MessageDef* m : profiles::kProfileMessages)
        out += fmt::format("  {:<29} {}\n  {:<29} {}\n  {:<29} {}\n", m->number, m->text, "", m->meaning, "",
                           m->check);
    return out;
}

}  // namespace vmlab::sim
