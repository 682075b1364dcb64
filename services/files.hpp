// Files as a service sees them: minidisks and SFS directories (CMS files of records) and the byte file
// system.
//
// Implemented in simulator/cms over the world's disks. Everything is in memory; calls answer at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

/// A directory a session can stand in.
struct Place {
    enum class Kind { none, minidisk, sfs, bfs, reader } kind = Kind::none;
    Userid owner{};          ///< minidisk: the owner
    std::string vdev;        ///< minidisk: "0198"
    std::string path;        ///< sfs: "VMSYS:TCPMAINT."; bfs: absolute, "/../VMBFS:VMSYS:GSKSSLDB/"
    bool read_only = false;  ///< as this user may use it

    /// As PWD prints it: "TCPMAINT.198", "VMSYS:TCPMAINT.", "/../VMBFS:VMSYS:GSKSSLDB/".
    std::string str() const;
};

struct FileInfo {
    std::string name;  ///< "PROFILE.TCPIP" on CMS directories, as stored in BFS
    bool is_directory = false;
    char format = 'V';      ///< F or V; BFS files have none and are 'V' with lrecl 0
    std::size_t lrecl = 0;  ///< longest record
    std::size_t records = 0;
    std::size_t blocks = 0;  ///< of 4096
    std::size_t bytes = 0;   ///< size when transferred binary
    Instant changed{};
    std::string permissions = "rw-r-----";  ///< BFS
    std::string owner;                      ///< label of the minidisk, owner of the SFS directory, BFS user
};

enum class FileError {
    none,
    not_found,
    no_such_place,
    not_authorized,
    read_only,
    exists,
    bad_name,
    not_empty,
    disk_full
};
[[nodiscard]] const char* text_of(FileError error);

/// Text files leave and arrive as lines ended by "\n"; binary ones as their bytes. On a CMS disk a text line
/// is a record.
enum class Transfer { text, binary };

/// Who is asked about passwords: CP's directory, or the external security manager (:ESM_Enable.YES).
enum class PasswordKeeper : std::uint8_t { directory, security_manager };

struct PasswordVerdict {
    bool valid = false;
    std::string reason{};                    ///< why not; never says whether there is such a user
    std::vector<SourceLocation> rests_on{};  ///< lines that decide it, beside what chose the keeper
};

class Files {
public:
    virtual ~Files() = default;

    /// May this user work with this password?
    virtual PasswordVerdict check_password(const Userid& user, std::string_view password,
                                           PasswordKeeper keeper) = 0;
    virtual bool known_user(const Userid& user) = 0;
    /// Where a session of this user starts: its 191, or nothing.
    virtual Place home_of(const Userid& user) = 0;

    /// Resolves what a CD names ("TCPMAINT.198", "TCPMAINT 198", "..", "VMSYS:TCPMAINT.",
    /// "../../VMBFS:VMSYS:GSKSSLDB/",
    /// "/etc/gskadm") from `from`, as `user` may link or access it.
    virtual FileError enter(const Userid& user, const Place& from, std::string_view name, Place& to) = 0;

    virtual FileError list(const Userid& user, const Place& at, std::string_view pattern,
                           std::vector<FileInfo>& out) = 0;
    virtual FileError info(const Userid& user, const Place& at, std::string_view name, FileInfo& out) = 0;
    virtual FileError read(const Userid& user, const Place& at, std::string_view name, Transfer how,
                           std::string& out) = 0;
    /// Replaces the whole file at once. `lrecl` 0 = variable records; else fixed of that length.
    virtual FileError write(const Userid& user, const Place& at, std::string_view name, Transfer how,
                            std::string bytes, std::size_t lrecl, Instant now) = 0;
    virtual FileError erase(const Userid& user, const Place& at, std::string_view name) = 0;
    virtual FileError rename(const Userid& user, const Place& at, std::string_view from,
                             std::string_view to) = 0;
    virtual FileError make_directory(const Userid& user, const Place& at, std::string_view name,
                                     Instant now) = 0;
    virtual FileError remove_directory(const Userid& user, const Place& at, std::string_view name) = 0;

    /// Puts a file into a user's virtual reader (mail, console files). Returns its spool id.
    virtual unsigned punch(const Userid& to, std::string_view name, std::string_view type,
                           std::string_view from, std::string text, Instant now) = 0;
};

}  // namespace vmlab::services
