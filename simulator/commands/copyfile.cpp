// COPYFILE, ERASE, RENAME: files on the accessed disks.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"

namespace vmlab::sim {
namespace {

/// The second file identifier of COPYFILE and RENAME: "=" takes a part of the first over.
std::optional<FileWordsAndMode> read_target(Call& call, const FileId& source, int& rc) {
    const auto part = [&](std::size_t i, std::string same) {
        const auto word = call.args.word(i);
        return word.empty() || word == "=" ? same : upper(word);
    };
    const std::string name = part(3, source.name.str()), type = part(4, source.type.str());
    const std::string mode = part(5, std::string(1, source.mode[0]));
    const std::string line = name + ' ' + type + ' ' + mode;
    Call inner{call.session, call.world, Arguments(line, Arguments::Syntax::cms), call.out};
    return read_fileid(inner, 0, rc);
}

bool has_option(const Call& call, std::string_view full) {
    for (const auto word : call.args.options())
        if (abbreviates(word, full)) return true;
    return false;
}

}  // namespace

Outcome run_copyfile(Call& call) {
    for (const auto word : call.args.options())
        if (!abbreviates(word, "REPlace") && !abbreviates(word, "APpend") && !abbreviates(word, "OLDDate"))
            return call.fail(24, say<DMSGEN003E>(upper(word)));
    int rc = 0;
    const auto found = find_file<DMSCPY002E>(call, 0, rc);
    if (!found) return rc;
    const auto target = read_target(call, found->id, rc);
    if (!target) return rc;
    const char mode = target->mode == '*' ? found->id.mode[0] : target->mode;
    const auto there = look_up(call, {target->name, target->type, mode});
    const bool append = has_option(call, "APpend");
    if (there && !append && !has_option(call, "REPlace"))
        return call.fail(28, say<DMSCPY024E>(text_of({target->name, target->type, mode})));
    CmsFile copy = found->file->renamed(target->name, target->type);
    const Instant changed = has_option(call, "OLDDate") ? copy.changed : call.world.now();
    if (there && append)
        copy = CmsFile::of_text(target->name, target->type, there->file->text() + copy.text(), changed);
    copy.changed = changed;
    return put_file(call, mode, std::move(copy), say<DMSCPY037E>(mode));
}

Outcome run_erase(Call& call) {
    const std::string name = call.args.upper_word(0), type = call.args.upper_word(1);
    if (name.empty()) return call.fail(24, say<DMSGEN042E>());
    if (type.empty()) return call.fail(24, say<DMSGEN054E>());
    const std::string mode = call.args.size() > 2 ? call.args.upper_word(2) : "A";
    auto& storage = call.world.storage();
    const auto* disk = mode.size() <= 2 ? call.session.disks.at(mode[0]) : nullptr;
    auto* files = disk == nullptr ? nullptr : AccessedDisks::files_of(*disk, storage.disks, storage.pools);
    std::vector<FileSet::Key> doomed;
    if (files != nullptr)
        for (const auto& [key, file] : files->all())
            if (matches_pattern(key.name.view(), name) && matches_pattern(key.type.view(), type))
                doomed.push_back(key);
    if (doomed.empty()) return call.fail(28, say<DMSERS002E>(name + ' ' + type + ' ' + mode));
    if (disk->read_only) return call.fail(36, say<DMSERS037E>(disk->mode));
    for (const auto& key : doomed) {
        files->erase(key.name, key.type);
        call.world.note_change(call.session.userid,
                               fmt::format("{} {} {} erased", key.name.view(), key.type.view(), disk->mode));
    }
    return 0;
}

Outcome run_rename(Call& call) {
    int rc = 0;
    const auto found = find_file<DMSRNM002E>(call, 0, rc);
    if (!found) return rc;
    const auto target = read_target(call, found->id, rc);
    if (!target) return rc;
    const char mode = found->id.mode[0];
    auto* files = writable_files(call, mode, say<DMSRNM037E>(mode), rc);
    if (files == nullptr) return rc;
    if (files->find(target->name, target->type) != nullptr)
        return call.fail(28, say<DMSRNM024E>(text_of({target->name, target->type, mode})));
    CmsFile moved = found->file->renamed(target->name, target->type);
    files->erase(found->id.name, found->id.type);
    files->put(std::move(moved));
    call.world.note_change(call.session.userid, text_of({found->id.name, found->id.type, mode}) + " renamed");
    return 0;
}

}  // namespace vmlab::sim
