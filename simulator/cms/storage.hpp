// Everything that outlives a run: minidisks, file pools, byte file system and spool; its form for the edge to
// save; and the loading of a shipped system. Pure: names and bytes in, names and bytes out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/cms/byte_file_system.hpp"
#include "simulator/cms/disk_store.hpp"
#include "simulator/cms/file_pools.hpp"
#include "simulator/cms/spool.hpp"

namespace vmlab::sim {

/// A copy shares file contents, so it is cheap.
struct Storage {
    DiskStore disks{};
    FilePools pools{};
    ByteFileSystem bfs{};
    Spool spool{};
};

/// One file of a saved system. `path` is relative, of portable characters, '/' between components, and never
/// leads upwards: "minidisks/TCPMAINT.0198/PROFILE.TCPIP", "bfs/VMSYS/GSKSSLDB/Database.kdb",
/// "spool/TCPMAINT/0017". A path that ends in '/' is an empty disk, pool or directory.
/// `attributes` is one line of text: "recfm=V lrecl=80 changed=…".
struct ArchivedFile {
    std::string path, attributes, bytes;
};

[[nodiscard]] std::vector<ArchivedFile> export_storage(const Storage& storage);
/// Adds what the files say to `storage`; what makes no sense is left out and named in the answer.
[[nodiscard]] std::vector<std::string> import_storage(std::span<const ArchivedFile> files, Storage& storage);

/// Loads a folder of configuration files: (path, text) pairs, paths "TCPMAINT.0198/PROFILE.TCPIP" relative to
/// the folder. Defines the disks that are named. Files that are not of this form are named in the answer.
[[nodiscard]] std::vector<std::string> load_minidisks(
    std::span<const std::pair<std::string, std::string>> files, Instant now, Storage& storage);

/// The file pools VMSYS (VMSERVS) and VMSYSU (VMSERVU), and the file spaces VMSYS:ROOT (with /etc/gskadm and
/// /tmp) and VMSYS:GSKSSLDB (gskadmin, security).
void define_file_pools(Instant now, Storage& storage);

}  // namespace vmlab::sim
