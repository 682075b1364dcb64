#include "simulator/cms/disk_store.hpp"

namespace vmlab::sim {
namespace {

/// "TCM198" for TCPMAINT 0198, "MNT19E" for MAINT 019E: the labels of the real disks, and their likes.
std::string label_of(const Userid& owner, std::string_view vdev) {
    std::string prefix = owner.str().substr(0, 3);
    if (owner == Userid("TCPMAINT")) prefix = "TCM";
    if (owner == Userid("MAINT")) prefix = "MNT";
    return prefix + std::string(vdev.substr(1));
}

std::size_t cylinders_of(const Userid& owner, std::string_view vdev) {
    struct Size {
        std::string_view owner, vdev;
        std::size_t cylinders;
    };
    static constexpr Size kSizes[] = {{"TCPMAINT", "0198", 9},
                                      {"TCPMAINT", "0591", 122},
                                      {"TCPMAINT", "0592", 140},
                                      {"MAINT", "0190", 207},
                                      {"MAINT", "019E", 500}};
    for (const auto& size : kSizes)
        if (owner.view() == size.owner && vdev == size.vdev) return size.cylinders;
    return 500;  // room for the large files that people try transfers with
}

}  // namespace

const CmsFile* FileSet::find(const Name8& name, const Name8& type) const {
    const auto it = files_.find({name, type});
    return it == files_.end() ? nullptr : &it->second;
}

void FileSet::put(CmsFile file) {
    const Key key{file.name, file.type};
    files_.insert_or_assign(key, std::move(file));
}

bool FileSet::erase(const Name8& name, const Name8& type) { return files_.erase({name, type}) != 0; }

std::size_t FileSet::blocks_used() const {
    std::size_t blocks = 0;
    for (const auto& [key, file] : files_) blocks += file.blocks();
    return blocks;
}

std::optional<std::string> read_vdev(std::string_view text) {
    if (text.empty() || text.size() > 4) return std::nullopt;
    std::string vdev = std::string(4 - text.size(), '0') + upper(text);
    if (vdev.find_first_not_of("0123456789ABCDEF") != std::string::npos) return std::nullopt;
    return vdev;
}

std::string short_vdev(std::string_view vdev) {
    return std::string(vdev.size() == 4 && vdev[0] == '0' ? vdev.substr(1) : vdev);
}

std::size_t Minidisk::blocks_used() const {
    constexpr std::size_t kFileDirectory = 6;  // label, allocation map and file directory of a small disk
    return kFileDirectory + files.blocks_used();
}

bool Minidisk::has_room_for(const CmsFile& file) const {
    const auto* before = files.find(file.name, file.type);
    return blocks_used() + file.blocks() <= blocks() + (before == nullptr ? 0 : before->blocks());
}

Minidisk& DiskStore::define(const Userid& owner, std::string_view vdev) {
    Key key{owner, std::string(vdev)};
    const auto it = disks_.find(key);
    if (it != disks_.end()) return it->second;
    Minidisk disk{owner, key.vdev, label_of(owner, vdev), cylinders_of(owner, vdev), {}};
    return disks_.emplace(std::move(key), std::move(disk)).first->second;
}

bool DiskStore::remove(const Userid& owner, std::string_view vdev) {
    return disks_.erase({owner, std::string(vdev)}) != 0;
}

const Minidisk* DiskStore::find(const Userid& owner, std::string_view vdev) const {
    const auto it = disks_.find({owner, std::string(vdev)});
    return it == disks_.end() ? nullptr : &it->second;
}

Minidisk* DiskStore::find(const Userid& owner, std::string_view vdev) {
    const auto it = disks_.find({owner, std::string(vdev)});
    return it == disks_.end() ? nullptr : &it->second;
}

const CmsFile* DiskStore::find_file(const Userid& owner, std::string_view vdev, const Name8& name,
                                    const Name8& type) const {
    const auto* disk = find(owner, vdev);
    return disk == nullptr ? nullptr : disk->files.find(name, type);
}

}  // namespace vmlab::sim
