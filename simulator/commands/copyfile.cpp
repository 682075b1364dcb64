// COPYFILE, ERASE, RENAME: files on the accessed disks.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"

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

/// Puts a file on an accessed disk; says why not. `number` is the message of the command for a read-only
/// disk.
template <const MessageDef& ReadOnly>
int put(Call& call, char mode, CmsFile file) {
    auto& storage = call.world.storage();
    const auto* disk = call.session.disks.at(mode);
    auto* files = disk == nullptr ? nullptr : AccessedDisks::files_of(*disk, storage.disks, storage.pools);
    if (files == nullptr) return call.fail(36, say<DMSARE069E>(mode));
    if (disk->read_only) return call.fail(36, say<ReadOnly>(mode));
    const auto* minidisk = storage.disks.find(disk->owner, disk->owner_vdev);
    const auto* before = files->find(file.name, file.type);
    if (minidisk != nullptr &&
        minidisk->blocks_used() + file.blocks() - (before != nullptr ? before->blocks() : 0) >
            minidisk->blocks())
        return call.fail(100, say<DMSWRT107S>(mode, short_vdev(disk->vdev)));
    call.world.note_change(call.session.userid,
                           fmt::format("{} {} {}", file.name.view(), file.type.view(), mode));
    files->put(std::move(file));
    return 0;
}

}  // namespace

Outcome run_copyfile(Call& call) {
    int rc = 0;
    const auto id = read_fileid(call, 0, rc);
    if (!id) return rc;
    for (const auto word : call.args.options())
        if (!abbreviates(word, "REPlace") && !abbreviates(word, "APpend") && !abbreviates(word, "OLDDate"))
            return call.fail(24, say<DMSGEN003E>(upper(word)));
    const auto& storage = call.world.storage();
    const auto found = call.session.disks.find(storage.disks, storage.pools, id->name, id->type, id->mode);
    if (!found) return call.fail(28, say<DMSCPY002E>(text_of(*id)));
    const auto target = read_target(call, found->id, rc);
    if (!target) return rc;
    const char mode = target->mode == '*' ? found->id.mode[0] : target->mode;
    const auto there =
        call.session.disks.find(storage.disks, storage.pools, target->name, target->type, mode);
    const bool append = has_option(call, "APpend");
    if (there && !append && !has_option(call, "REPlace"))
        return call.fail(28, say<DMSCPY024E>(text_of({target->name, target->type, mode})));
    CmsFile copy = found->file->renamed(target->name, target->type);
    const Instant changed = has_option(call, "OLDDate") ? copy.changed : call.world.now();
    if (there && append)
        copy = CmsFile::of_text(target->name, target->type, there->file->text() + copy.text(), changed);
    copy.changed = changed;
    return put<DMSCPY037E>(call, mode, std::move(copy));
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
    const auto id = read_fileid(call, 0, rc);
    if (!id) return rc;
    auto& storage = call.world.storage();
    const auto found = call.session.disks.find(storage.disks, storage.pools, id->name, id->type, id->mode);
    if (!found) return call.fail(28, say<DMSRNM002E>(text_of(*id)));
    const auto target = read_target(call, found->id, rc);
    if (!target) return rc;
    const char mode = found->id.mode[0];
    if (found->disk->read_only) return call.fail(36, say<DMSRNM037E>(mode));
    auto* files = AccessedDisks::files_of(*found->disk, storage.disks, storage.pools);
    if (files->find(target->name, target->type) != nullptr)
        return call.fail(28, say<DMSRNM024E>(text_of({target->name, target->type, mode})));
    CmsFile moved = found->file->renamed(target->name, target->type);
    files->erase(id->name, id->type);
    files->put(std::move(moved));
    call.world.note_change(call.session.userid, text_of(*id) + " renamed");
    return 0;
}

}  // namespace vmlab::sim
