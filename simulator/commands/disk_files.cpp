#include "simulator/commands/disk_files.hpp"

#include "simulator/cms/messages.hpp"

namespace vmlab::sim {

std::optional<FileWordsAndMode> read_fileid(Call& call, std::size_t i, int& rc) {
    const auto& args = call.args;
    if (args.size() <= i) {
        rc = call.fail(24, say<DMSGEN042E>());
        return std::nullopt;
    }
    if (args.size() <= i + 1) {
        rc = call.fail(24, say<DMSGEN054E>());
        return std::nullopt;
    }
    const auto name = read_file_word(args.word(i)), type = read_file_word(args.word(i + 1));
    if (!name || !type) {
        rc = call.fail(20, say<DMSGEN062E>(upper(args.word(i)) + ' ' + upper(args.word(i + 1))));
        return std::nullopt;
    }
    FileWordsAndMode id{*name, *type, '*'};
    const std::string mode = args.upper_word(i + 2);
    if (mode.empty() || mode == "*") return id;
    const bool letter = mode[0] >= 'A' && mode[0] <= 'Z';
    const bool digit = mode.size() == 1 || (mode.size() == 2 && mode[1] >= '0' && mode[1] <= '6');
    if (!letter || !digit) {
        rc = call.fail(24, say<DMSGEN048E>(mode));
        return std::nullopt;
    }
    id.mode = mode[0];
    return id;
}

std::string text_of(const FileWordsAndMode& id) {
    return id.name.str() + ' ' + id.type.str() + ' ' + std::string(1, id.mode);
}

std::optional<FoundFile> look_up(const Call& call, const FileWordsAndMode& id) {
    const auto& storage = call.world.storage();
    return call.session.disks.find(storage.disks, storage.pools, id.name, id.type, id.mode);
}

FileSet* writable_files(Call& call, char mode, const Said& read_only, int& rc, int read_only_rc) {
    auto& storage = call.world.storage();
    const auto* disk = call.session.disks.at(mode);
    auto* files = disk == nullptr ? nullptr : AccessedDisks::files_of(*disk, storage.disks, storage.pools);
    if (files == nullptr) rc = call.fail(36, say<DMSARE069E>(mode));
    else if (disk->read_only) rc = call.fail(read_only_rc, read_only);
    else return files;
    return nullptr;
}

int put_file(Call& call, char mode, CmsFile file, const Said& read_only, int read_only_rc) {
    int rc = 0;
    auto* files = writable_files(call, mode, read_only, rc, read_only_rc);
    if (files == nullptr) return rc;
    const auto& disk = *call.session.disks.at(mode);
    const auto* minidisk = call.world.storage().disks.find(disk.owner, disk.owner_vdev);
    if (minidisk != nullptr && !minidisk->has_room_for(file))
        return call.fail(100, say<DMSWRT107S>(mode, short_vdev(disk.vdev)));
    if (const auto* before = files->find(file.name, file.type)) file.mode_number = before->mode_number;
    call.world.note_change(call.session.userid, text_of({file.name, file.type, mode}));
    files->put(std::move(file));
    return 0;
}

}  // namespace vmlab::sim
