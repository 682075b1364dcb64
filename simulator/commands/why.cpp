#include "simulator/commands/why.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "simulator/commands/commands.hpp"

namespace vmlab::sim {
namespace {

/// The file of that name on TCP/IP's disks, else on any other: USER DIRECT, a server's own.
const CmsFile* file_on_disk(const FileId& id, const DiskStore& disks) {
    for (const char* vdev : {"0198", "0591", "0592"})
        if (const CmsFile* file = disks.find_file("TCPMAINT", vdev, id.name, id.type)) return file;
    for (const auto& [place, disk] : disks.all())
        if (const CmsFile* file = disks.find_file(place.owner, place.vdev, id.name, id.type)) return file;
    return nullptr;
}

std::optional<std::string> line_on_disk(const SourceLocation& where, const DiskStore& disks) {
    const CmsFile* file = file_on_disk(where.file, disks);
    if (file == nullptr) return std::nullopt;
    const auto records = file->record_views();
    if (where.line == 0 || where.line > records.size()) return std::nullopt;
    return std::string(records[where.line - 1]);
}

}  // namespace

std::vector<std::string> report_why(const WhyAnswer& answer, const LineText& line_text, const Zone& zone) {
    std::vector<std::string> lines;
    if (answer.chain.empty()) return {answer.nothing};
    bool first = true;
    for (const auto& entry : answer.chain) {
        const std::string text = fmt::format(
            "{}{} {} #{} at {}: {}", first ? "" : "  because ", entry.machine.view(), name_of(entry.kind),
            std::uint32_t(entry.id), hh_mm_ss(entry.at, zone.offset), entry.text);
        for (auto& line : wrapped(text, 79, 12)) lines.push_back(std::move(line));
        first = false;
    }
    if (answer.rests_on.empty()) {
        lines.push_back("It rests on no line of a configuration file.");
        return lines;
    }
    lines.push_back("It rests on these lines; begin with the first:");
    for (const auto& where : answer.rests_on) {
        const auto text = where.line == 0 ? std::nullopt : line_text(where);
        lines.push_back(
            fmt::format("  {:<28}{}", where.str(), text ? " " + std::string(trimmed(*text)) : ""));
    }
    return lines;
}

std::string report_why_json(const WhyAnswer& answer, const LineText& line_text) {
    nlohmann::ordered_json json;
    json["nothing"] = answer.nothing;
    auto& chain = json["chain"] = nlohmann::ordered_json::array();
    for (const auto& entry : answer.chain)
        chain.push_back({{"record", std::uint32_t(entry.id)},
                         {"follows", std::uint32_t(entry.parent)},
                         {"at", iso_utc(entry.at)},
                         {"machine", entry.machine.view()},
                         {"kind", name_of(entry.kind)},
                         {"text", entry.text}});
    auto& lines = json["rests_on"] = nlohmann::ordered_json::array();
    for (const auto& where : answer.rests_on) {
        nlohmann::ordered_json line{
            {"file", where.file.str()}, {"line", where.line}, {"column", where.column}};
        if (const auto text = where.line == 0 ? std::nullopt : line_text(where)) line["text"] = *text;
        lines.push_back(std::move(line));
    }
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Outcome run_why(Call& call) {
    std::string words;
    for (std::size_t i = 0; i < call.args.size(); ++i)
        words += (i ? " " : "") + std::string(call.args.word(i));
    const bool wants_proof = call.args.options().size() == 1 && iequals(call.args.options()[0], "PROVE");
    auto question = read_why(words);
    if (!question || (!wants_proof && !call.args.options().empty())) {
        call.line(
            "WHY [LAST | message number | CONN n | PORT n | FRAME n | userid | address | #record | words of "
            "a "
            "record] [(PROVE]");
        return 24;
    }
    if (question->kind == WhyQuestion::Kind::frame)
        if (const auto cause = call.world.cause_of_frame(question->number))
            question = WhyQuestion{WhyQuestion::Kind::record, {}, std::uint32_t(*cause)};
    const auto answer =
        answer_why(*question, call.world.journal().kept(), call.world.default_stack(call.session.userid));
    const auto line_text = [&](const SourceLocation& where) {
        return line_on_disk(where, call.world.storage().disks);
    };
    call.lines(report_why(answer, line_text, call.world.zone()));
    if (wants_proof && !answer.chain.empty()) call.lines(call.world.prove(*question, answer));
    return answer.chain.empty() ? 4 : 0;
}

}  // namespace vmlab::sim
