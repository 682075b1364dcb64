// The minidisks of the system: every MDISK of every user, by owner and virtual device number.
//
// Who may use a disk is CP's affair (LINK); which letter it has in a session is AccessedDisks'. Here are only
// disks and files.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/cms/cms_file.hpp"

namespace vmlab::sim {

/// Files by name and type: the content of a minidisk or of an SFS directory.
class FileSet {
public:
    struct Key {
        Name8 name, type;
        friend auto operator<=>(const Key&, const Key&) = default;
    };

    const CmsFile* find(const Name8& name, const Name8& type) const;
    /// Replaces a file of the same name.
    void put(CmsFile file);
    bool erase(const Name8& name, const Name8& type);
    const std::map<Key, CmsFile>& all() const { return files_; }
    std::size_t size() const { return files_.size(); }
    std::size_t blocks_used() const;

private:
    std::map<Key, CmsFile> files_;
};

/// "198" and "0198" → "0198"; nothing unless one to four hexadecimal digits.
[[nodiscard]] std::optional<std::string> read_vdev(std::string_view text);
/// "0198" → "198", as CMS shows device numbers.
[[nodiscard]] std::string short_vdev(std::string_view vdev);

struct Minidisk {
    Userid owner{};
    std::string vdev;   ///< "0198"
    std::string label;  ///< six characters: "TCM198"
    std::size_t cylinders = 9;
    FileSet files{};

    /// Blocks on the disk: 180 of 4096 bytes to a cylinder of a 3390.
    std::size_t blocks() const { return cylinders * 180; }
    std::size_t blocks_used() const;
    /// Whether the file fits, in place of one of the same name.
    bool has_room_for(const CmsFile& file) const;
};

class DiskStore {
public:
    /// Adds an empty disk; label and size follow from owner and device number. An existing one is kept.
    Minidisk& define(const Userid& owner, std::string_view vdev);
    bool remove(const Userid& owner, std::string_view vdev);
    Minidisk* find(const Userid& owner, std::string_view vdev);
    const Minidisk* find(const Userid& owner, std::string_view vdev) const;
    /// The file of that name on that disk, or nothing.
    const CmsFile* find_file(const Userid& owner, std::string_view vdev, const Name8& name,
                             const Name8& type) const;

    struct Key {
        Userid owner;
        std::string vdev;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    const std::map<Key, Minidisk>& all() const { return disks_; }

private:
    std::map<Key, Minidisk> disks_;
};

}  // namespace vmlab::sim
