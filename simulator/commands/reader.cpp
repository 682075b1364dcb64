// RDRLIST, PEEK, RECEIVE, PURGE: the virtual reader.
#include <fmt/format.h>

#include <charconv>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

/// The file that a spool id names; without one, the first of the reader.
const SpoolFile* chosen_file(Call& call, std::string_view word) {
    const auto& reader = call.world.storage().spool.reader_of(call.session.userid);
    if (word.empty()) return reader.empty() ? nullptr : &reader.front();
    unsigned id = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), id);
    if (read.ec != std::errc() || read.ptr != word.data() + word.size()) return nullptr;
    return call.world.storage().spool.find(call.session.userid, id);
}

std::string shown_id(std::string_view word) { return word.empty() ? std::string("0001") : upper(word); }

/// "CON00017 20191014": the name that a console file without one is received as.
FileWords default_name(const SpoolFile& file, const Zone& zone) {
    const auto name = read_file_word(file.name), type = read_file_word(file.type);
    if (name && type) return {*name, *type};
    const auto at = calendar_of(file.closed, zone.offset);
    return {*read_file_word(fmt::format("{}{:05}", file.device, file.id)),
            *read_file_word(fmt::format("{:04}{:02}{:02}", at.year % 10000, at.month, at.day))};
}

}  // namespace

Outcome run_rdrlist(Call& call) {
    const auto& reader = call.world.storage().spool.reader_of(call.session.userid);
    const auto& zone = call.world.zone();
    call.line("Filename Filetype Class User at Node         Hold Records  Date     Time");
    for (const auto& file : reader)
        call.line(fmt::format("{:<8} {:<8} {} {} {:<8} {:<8} NONE {:>7}  {} {}", file.name, file.type,
                              file.device, file.spool_class, file.origin.view(), call.world.level().node,
                              file.records(), mm_dd_yy(file.closed, zone.offset),
                              hh_mm_ss(file.closed, zone.offset)));
    return 0;
}

Outcome run_peek(Call& call) {
    const auto* file = chosen_file(call, call.args.word(0));
    if (file == nullptr) return call.fail(28, say<DMSRDC655E>(shown_id(call.args.word(0))));
    call.line(fmt::format("File {} {} from {} at {}.", file->name.empty() ? "(none)" : file->name,
                          file->type.empty() ? "(none)" : file->type, file->origin.view(),
                          call.world.level().node));
    std::string_view rest = file->content();
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        call.line(std::string(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return 0;
}

Outcome run_receive(Call& call) {
    const auto* file = chosen_file(call, call.args.word(0));
    if (file == nullptr) return call.fail(28, say<DMSRDC655E>(shown_id(call.args.word(0))));
    FileWordsAndMode id;
    const auto usual = default_name(*file, call.world.zone());
    id = {usual.name, usual.type, 'A'};
    if (call.args.size() > 1) {
        int wrong = 0;
        const auto given = read_fileid(call, 1, wrong);
        if (!given) return wrong;
        id = {given->name, given->type, given->mode == '*' ? 'A' : given->mode};
    }
    int rc = 0;
    const auto* files = writable_files(call, id.mode, say<DMSCPY037E>(id.mode), rc);
    if (files == nullptr) return rc;
    const bool replace = !call.args.options().empty() && abbreviates(call.args.options()[0], "REPlace");
    const bool there = files->find(id.name, id.type) != nullptr;
    if (there && !replace) return call.fail(28, say<DMSRDC024E>(text_of(id)));
    rc = put_file(call, id.mode, CmsFile::of_text(id.name, id.type, file->content(), call.world.now()),
                  say<DMSCPY037E>(id.mode));
    if (rc != 0) return rc;
    const std::string shown = fmt::format("{} {} {}1", id.name.view(), id.type.view(), id.mode);
    call.line(fmt::format("{} {}", shown, there ? "replaced" : "created"));
    call.line(
        fmt::format("File {} received from {} at {}", shown, file->origin.view(), call.world.level().node));
    call.world.storage().spool.purge(call.session.userid, file->id);
    return 0;
}

Outcome run_purge(Call& call) {
    if (!call.args.is(0, "Reader") && !call.args.is(0, "RDR"))
        return call.fail(3, say<HCPCQV003E>(call.args.upper_word(0)));
    auto& spool = call.world.storage().spool;
    std::size_t purged = 0;
    if (call.args.is(1, "ALL")) {
        purged = spool.purge_all(call.session.userid);
    } else {
        for (std::size_t i = 1; i < call.args.size(); ++i) {
            const auto* file = chosen_file(call, call.args.word(i));
            if (file == nullptr) return call.fail(42, say<HCPPUR901E>(call.args.upper_word(i)));
            purged += spool.purge(call.session.userid, file->id) ? 1 : 0;
        }
    }
    call.line(purged == 0 ? std::string("NO FILES PURGED")
                          : fmt::format("{:07} {} PURGED", purged, purged == 1 ? "FILE " : "FILES"));
    return 0;
}

}  // namespace vmlab::sim
