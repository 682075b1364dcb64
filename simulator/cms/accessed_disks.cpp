#include "simulator/cms/accessed_disks.hpp"

#include "simulator/cms/messages.hpp"

namespace vmlab::sim {
namespace {

bool is_mode_letter(char c) { return c >= 'A' && c <= 'Z'; }

std::string mode_text(const AccessedDisk& disk) {
    std::string text(1, disk.mode);
    if (disk.extension_of != ' ') text += std::string("/") + disk.extension_of;
    return text;
}

std::string shown_device(const AccessedDisk& disk) {
    return disk.is_sfs() ? std::string("DIR") : short_vdev(disk.vdev);
}

}  // namespace

bool AccessedDisks::link(LinkedDisk disk) {
    auto vdev = disk.vdev;
    return devices_.emplace(std::move(vdev), std::move(disk)).second;
}

bool AccessedDisks::detach(std::string_view vdev) {
    const auto it = devices_.find(vdev);
    if (it == devices_.end()) return false;
    std::erase_if(accessed_, [&](const auto& entry) { return entry.second.vdev == vdev; });
    devices_.erase(it);
    return true;
}

const LinkedDisk* AccessedDisks::linked(std::string_view vdev) const {
    const auto it = devices_.find(vdev);
    return it == devices_.end() ? nullptr : &it->second;
}

AccessedDisks::Outcome AccessedDisks::access(std::string_view what, std::string_view mode,
                                             const DiskStore& disks, const FilePools& pools) {
    const std::string letters = upper(mode);
    const bool extension = letters.size() == 3 && letters[1] == '/';
    if (letters.empty() || !is_mode_letter(letters[0]) || (letters.size() != 1 && !extension) ||
        (extension && !is_mode_letter(letters[2])))
        return {24, {say<DMSACC048E>(letters)}};
    const char extension_of = extension ? letters[2] : ' ';
    if (what.find(':') != std::string_view::npos || what.find('.') != std::string_view::npos)
        return access_directory(letters[0], extension_of, what, pools);
    const auto vdev = read_vdev(what);
    if (!vdev) return {24, {say<DMSACC017E>(upper(what))}};
    return access_minidisk(letters[0], extension_of, *vdev, disks);
}

AccessedDisks::Outcome AccessedDisks::access_minidisk(char mode, char extension_of, std::string_view vdev,
                                                      const DiskStore& disks) {
    const auto* device = linked(vdev);
    if (device == nullptr || disks.find(device->owner, device->owner_vdev) == nullptr)
        return {100, {say<DMSACP113S>(mode, short_vdev(vdev))}};
    Outcome out;
    const bool read_only = device->read_only || extension_of != ' ';
    put({mode, extension_of, device->vdev, "", device->owner, device->owner_vdev, read_only}, out);
    return out;
}

AccessedDisks::Outcome AccessedDisks::access_directory(char mode, char extension_of,
                                                       std::string_view directory, const FilePools& pools) {
    const auto id = read_directory_id(directory);
    if (!id || pools.find_directory(*id) == nullptr)
        return {99, {say<DMSACC1240E>(upper(pool_of(directory)))}};
    Outcome out;
    put({mode, extension_of, "", *id, {}, "", extension_of != ' '}, out);
    return out;
}

void AccessedDisks::put(AccessedDisk disk, Outcome& out) {
    const char mode = disk.mode;
    const auto before = accessed_.find(mode);
    const bool same = before != accessed_.end() && before->second.vdev == disk.vdev &&
                      before->second.directory == disk.directory;
    if (before != accessed_.end() && !same)
        out.messages.push_back(say<DMSACC724I>(shown_device(disk), mode, shown_device(before->second)));
    for (auto it = accessed_.begin(); it != accessed_.end();) {
        const bool elsewhere = it->first != mode && !disk.is_sfs() && it->second.vdev == disk.vdev;
        if (elsewhere) out.messages.push_back(say<DMSACP726I>(short_vdev(disk.vdev), it->first));
        it = elsewhere ? accessed_.erase(it) : std::next(it);
    }
    if (disk.read_only) out.messages.push_back(say<DMSACP723I>(mode_text(disk), shown_device(disk)));
    accessed_.insert_or_assign(mode, std::move(disk));
}

AccessedDisks::Outcome AccessedDisks::release(std::string_view mode_or_vdev) {
    const std::string word = upper(mode_or_vdev);
    if (word.size() == 1 && is_mode_letter(word[0])) {
        if (accessed_.erase(word[0]) != 0) return {};
        return {36, {say<DMSARE069E>(word)}};
    }
    const auto vdev = read_vdev(word);
    const auto gone =
        vdev ? std::erase_if(accessed_, [&](const auto& entry) { return entry.second.vdev == *vdev; }) : 0;
    if (gone != 0) return {};
    return {36, {say<DMSARE069E>(word)}};
}

const AccessedDisk* AccessedDisks::at(char mode) const {
    const auto it = accessed_.find(mode);
    return it == accessed_.end() ? nullptr : &it->second;
}

std::optional<FoundFile> AccessedDisks::find(const DiskStore& disks, const FilePools& pools,
                                             const Name8& name, const Name8& type, char mode) const {
    for (const auto& [letter, disk] : accessed_) {
        if (mode != '*' && mode != ' ' && mode != letter && mode != disk.extension_of) continue;
        const auto* files = files_of(disk, disks, pools);
        const auto* file = files == nullptr ? nullptr : files->find(name, type);
        if (file != nullptr) return FoundFile{FileId{name, type, {letter, file->mode_number}}, file, &disk};
    }
    return std::nullopt;
}

const FileSet* AccessedDisks::files_of(const AccessedDisk& disk, const DiskStore& disks,
                                       const FilePools& pools) {
    if (disk.is_sfs()) {
        const auto* directory = pools.find_directory(disk.directory);
        return directory == nullptr ? nullptr : &directory->files;
    }
    const auto* minidisk = disks.find(disk.owner, disk.owner_vdev);
    return minidisk == nullptr ? nullptr : &minidisk->files;
}

FileSet* AccessedDisks::files_of(const AccessedDisk& disk, DiskStore& disks, FilePools& pools) {
    return const_cast<FileSet*>(
        files_of(disk, static_cast<const DiskStore&>(disks), static_cast<const FilePools&>(pools)));
}

}  // namespace vmlab::sim
