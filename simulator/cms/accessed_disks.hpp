// What one virtual machine has of the world's disks: virtual devices (its MDISKs and LINKs) and, of those,
// the ones accessed under a filemode letter, read/write or read-only. CMS searches them in the order A to Z.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cms/disk_store.hpp"
#include "simulator/cms/file_pools.hpp"
#include "stack/base/message.hpp"

namespace vmlab::sim {

/// A virtual device of the session: an own minidisk or a link to another user's.
struct LinkedDisk {
    std::string vdev;  ///< in this machine: "0198"
    Userid owner{};
    std::string owner_vdev;
    bool read_only = false;
};

struct AccessedDisk {
    char mode = 'A';
    /// The letter of which this disk is a read-only extension (Y/S: 'S'), or blank.
    char extension_of = ' ';
    std::string vdev;       ///< "0191", or empty for an SFS directory
    std::string directory;  ///< SFS: "VMSYS:TCPMAINT."
    Userid owner{};         ///< minidisk
    std::string owner_vdev;
    bool read_only = false;

    bool is_sfs() const { return !directory.empty(); }
};

/// A file where the search found it.
struct FoundFile {
    FileId id;  ///< with the mode, "D1"
    const CmsFile* file = nullptr;
    const AccessedDisk* disk = nullptr;
};

class AccessedDisks {
public:
    // ── virtual devices (CP) ──────────────────────────────────────────────────
    /// False when the device number is in use.
    bool link(LinkedDisk disk);
    /// Also releases it. False when there is no such device.
    bool detach(std::string_view vdev);
    const LinkedDisk* linked(std::string_view vdev) const;
    const std::map<std::string, LinkedDisk, std::less<>>& devices() const { return devices_; }

    // ── filemodes (CMS) ───────────────────────────────────────────────────────
    struct Outcome {
        int rc = 0;
        std::vector<Said> messages{};  ///< DMSACP723I D (198) R/O, DMSACC724I …, DMSACP113S …
    };
    /// ACCESS vdev|dirid mode: what it prints is in the outcome. `mode` "D" or "B/A".
    Outcome access(std::string_view vdev_or_directory, std::string_view mode, const DiskStore& disks,
                   const FilePools& pools);
    Outcome release(std::string_view mode_or_vdev);

    const AccessedDisk* at(char mode) const;
    /// In search order.
    const std::map<char, AccessedDisk>& all() const { return accessed_; }

    // ── files ─────────────────────────────────────────────────────────────────
    /// First match in search order; `mode` '*' or ' ' searches all. Nothing if absent.
    std::optional<FoundFile> find(const DiskStore& disks, const FilePools& pools, const Name8& name,
                                  const Name8& type, char mode = '*') const;
    /// The files of an accessed disk or directory; nothing when it is gone (pool down, disk removed).
    static const FileSet* files_of(const AccessedDisk& disk, const DiskStore& disks, const FilePools& pools);
    static FileSet* files_of(const AccessedDisk& disk, DiskStore& disks, FilePools& pools);

private:
    Outcome access_minidisk(char mode, char extension_of, std::string_view vdev, const DiskStore& disks);
    Outcome access_directory(char mode, char extension_of, std::string_view directory,
                             const FilePools& pools);
    void put(AccessedDisk disk, Outcome& out);

    std::map<std::string, LinkedDisk, std::less<>> devices_;
    std::map<char, AccessedDisk> accessed_;
};

}  // namespace vmlab::sim
