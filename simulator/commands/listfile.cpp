// LISTFILE and STATE: which files are there.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"

namespace vmlab::sim {
namespace {

struct ListOptions {
    bool header = false, date = false, format = false, alloc = false, label = false;
};

bool read_options(Call& call, ListOptions& options) {
    for (const auto word : call.args.options()) {
        if (abbreviates(word, "Header")) options.header = true;
        else if (abbreviates(word, "NOHeader")) options.header = false;
        else if (abbreviates(word, "Date")) options.date = options.header = true;
        else if (abbreviates(word, "FOrmat")) options.format = options.header = true;
        else if (abbreviates(word, "ALloc")) options.alloc = true;
        else if (abbreviates(word, "Label")) options.label = options.date = options.header = true;
        else {
            call.line(say<DMSGEN003E>(upper(word)).text);
            return false;
        }
    }
    return true;
}

std::string fileid_columns(const CmsFile& file, char mode) {
    return fmt::format("{:<8} {:<8} {}{}", file.name.view(), file.type.view(), mode, file.mode_number);
}

/// "4/25/13" and "8:00:57": no leading zero of month and hour.
std::string listed_moment(Instant at, const Zone& zone) {
    const auto when = calendar_of(at, zone.offset);
    const std::string date = fmt::format("{}/{:02}/{:02}", when.month, when.day, when.year % 100);
    return fmt::format("{:>9} {:>2}:{:02}:{:02}", date, when.hour, when.minute, when.second);
}

std::string listed(const CmsFile& file, const AccessedDisk& disk, const ListOptions& options, Call& call) {
    const std::string id = fileid_columns(file, disk.mode);
    if (options.alloc && !options.date)
        return fmt::format("{} {} {} {} {}", id, file.recfm(), file.lrecl(), file.records(), file.blocks());
    if (!options.date && !options.format) return id;
    const std::string format = fmt::format("{} {} {:>10}", id, file.recfm(), file.lrecl());
    if (!options.date) return format;
    std::string line = fmt::format("{} {:>10} {:>10} {}", format, file.records(), file.blocks(),
                                   listed_moment(file.changed, call.world.zone()));
    const auto* minidisk = call.world.storage().disks.find(disk.owner, disk.owner_vdev);
    if (options.label) line += ' ' + (minidisk == nullptr ? std::string("-") : minidisk->label);
    return line;
}

std::string_view header_of(const ListOptions& options) {
    if (options.label)
        return "FILENAME FILETYPE FM FORMAT LRECL       RECS     BLOCKS     DATE     TIME LABEL";
    if (options.date) return "FILENAME FILETYPE FM FORMAT LRECL       RECS     BLOCKS     DATE     TIME";
    if (options.format) return "FILENAME FILETYPE FM FORMAT LRECL";
    return "FILENAME FILETYPE FM";
}

}  // namespace

Outcome run_listfile(Call& call) {
    ListOptions options;
    if (!read_options(call, options)) return 24;
    const auto pattern = [&](std::size_t i) { return call.args.size() > i ? call.args.upper_word(i) : "*"; };
    const std::string name = pattern(0), type = pattern(1);
    const std::string mode = call.args.size() > 2 ? call.args.upper_word(2) : "A";
    if (mode != "*" && (mode[0] < 'A' || mode[0] > 'Z' || mode.size() > 2))
        return call.fail(24, say<DMSGEN048E>(mode));
    const auto& storage = call.world.storage();
    bool any = false;
    for (const auto& [letter, disk] : call.session.disks.all()) {
        if (mode != "*" && mode[0] != letter && mode[0] != disk.extension_of) continue;
        const auto* files = AccessedDisks::files_of(disk, storage.disks, storage.pools);
        if (files == nullptr) continue;
        for (const auto& [key, file] : files->all()) {
            if (!matches_pattern(key.name.view(), name) || !matches_pattern(key.type.view(), type)) continue;
            if (mode.size() == 2 && mode[1] != '*' && mode[1] != file.mode_number) continue;
            if (!any && options.header) call.line(std::string(header_of(options)));
            any = true;
            call.line(listed(file, disk, options, call));
        }
    }
    return any ? Outcome(0) : Outcome(call.fail(28, say<DMSLST002E>()));
}

Outcome run_state(Call& call) {
    int rc = 0;
    (void)find_file<DMSSTT002E>(call, 0, rc);
    return rc;
}

}  // namespace vmlab::sim
