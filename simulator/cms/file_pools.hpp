// The shared file system, as far as the lab needs it: file pools (VMSYS, VMSYSU), their servers up or down,
// and directories of CMS files ("VMSYS:TCPMAINT.").
//
// No aliases, no locks, no enrolment limits: a user owns the directory tree of its name. BFS file spaces
// stand in the same pools (byte_file_system.hpp) and are out of reach when the pool's server is down.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/cms/disk_store.hpp"

namespace vmlab::sim {

struct SfsDirectory {
    std::string id;  ///< "VMSYS:TCPMAINT." or "VMSYS:TCPMAINT.TOOLS"
    Userid owner{};
    FileSet files{};
};

struct FilePool {
    std::string name;  ///< "VMSYS"
    Userid server{};   ///< VMSERVS
    bool up = true;
    std::map<std::string, SfsDirectory> directories{};  ///< by id
};

/// "vmsys:tcpmaint" → "VMSYS:TCPMAINT."; nothing unless pool:user.dir… of names CMS allows.
[[nodiscard]] std::optional<std::string> read_directory_id(std::string_view text);
/// "VMSYS" of "VMSYS:TCPMAINT.".
[[nodiscard]] std::string_view pool_of(std::string_view directory_id);

class FilePools {
public:
    FilePool& define(std::string_view name, const Userid& server);
    FilePool* find(std::string_view name);
    const FilePool* find(std::string_view name) const;
    /// The pools that this virtual machine serves go up or down.
    void set_server_up(const Userid& server, bool up);
    /// False for unknown pools too.
    bool is_up(std::string_view pool) const;

    /// Adds an empty directory (its pool must exist; the id as read_directory_id gives it).
    SfsDirectory* define_directory(std::string_view id);
    /// Nothing when the directory does not exist, or its pool is down.
    SfsDirectory* find_directory(std::string_view id);
    const SfsDirectory* find_directory(std::string_view id) const;
    bool remove_directory(std::string_view id);

    const std::map<std::string, FilePool, std::less<>>& all() const { return pools_; }

private:
    std::map<std::string, FilePool, std::less<>> pools_;
};

}  // namespace vmlab::sim
