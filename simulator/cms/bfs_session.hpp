// What a path of the byte file system means in one session: its mounts and its working directory.
//
// Absolute paths go through the mounts ("/etc/gskadm/Database.kdb"). A component "VMBFS:pool:space" reached
// above the root names a file space itself, whatever is mounted: "/../VMBFS:VMSYS:GSKSSLDB/x", or enough ".."
// from anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cms/byte_file_system.hpp"

namespace vmlab::sim {

struct BfsMount {
    std::string point;   ///< normal form: "/" or "/etc/gskadm"
    std::string space;   ///< "VMSYS:GSKSSLDB"
    std::string path;    ///< within it
    std::string target;  ///< as typed: "/../VMBFS:VMSYS:GSKSSLDB/"
    bool read_only = false;
};

/// The mounts and the working directory of one session.
class BfsSession {
public:
    /// What `path` means, or nothing when no mount covers it. It need not exist.
    std::optional<BfsPlace> resolve(std::string_view path) const;
    /// The absolute name of `path` without "." and "..": "/etc/gskadm" or "/../VMBFS:VMSYS:GSKSSLDB/x".
    std::string absolute(std::string_view path) const;

    struct Outcome {
        int rc = 0;
        std::optional<Said> message{};  ///< DMSOVZ2113E Object does not exist: '…'
    };
    /// OPENVM MOUNT: target and mount point must exist (the root may be mounted first).
    Outcome mount(std::string_view target, std::string_view point, bool read_only, const BfsIdentity& who,
                  const ByteFileSystem& bfs, const FilePools& pools);
    /// OPENVM UNMOUNT path, or "*" for all.
    Outcome unmount(std::string_view point);
    Outcome set_directory(std::string_view path, const BfsIdentity& who, const ByteFileSystem& bfs,
                          const FilePools& pools);

    const std::vector<BfsMount>& mounts() const { return mounts_; }
    const std::string& directory() const { return directory_; }

private:
    std::vector<BfsMount> mounts_;
    std::string directory_ = "/";
};

}  // namespace vmlab::sim
