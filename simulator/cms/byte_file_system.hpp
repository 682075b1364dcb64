// The byte file system: file spaces ("VMSYS:GSKSSLDB") of directories and files with owner, group and
// permission bits. What a path means to one user is bfs_session.hpp's question.
//
// Names keep their case. Links of all kinds, pipes and device files are not simulated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cms/file_pools.hpp"
#include "stack/base/message.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// POSIXINFO of a virtual machine, by name.
struct BfsIdentity {
    std::string user;   ///< "gskadmin"
    std::string group;  ///< "security"
    bool superuser = false;
};

/// rwx for owner, group, other: 0640 is rw-r-----.
using BfsMode = std::uint16_t;
[[nodiscard]] std::string permission_text(BfsMode mode);
/// "rw-r-----" or nothing.
[[nodiscard]] std::optional<BfsMode> read_permissions(std::string_view text);

struct BfsNode {
    bool is_directory = false;
    std::string owner, group;
    BfsMode mode = 0640;
    Instant changed{};
    std::shared_ptr<const std::string> bytes{};  ///< of a file; never nothing for one

    const std::string& content() const;
};

enum class BfsRight : std::uint8_t { read = 4, write = 2, search = 1 };
[[nodiscard]] bool may(const BfsIdentity& who, const BfsNode& node, BfsRight right);

enum class BfsError {
    none,
    not_found,
    not_directory,
    is_directory,
    exists,
    not_permitted,
    read_only,
    not_empty,
    pool_down
};

/// A place in a file space: what a path means once mounts are taken into account.
struct BfsPlace {
    std::string space;       ///< "VMSYS:GSKSSLDB"
    std::string path;        ///< within it, "" = its root, else "a/b"
    bool read_only = false;  ///< through a read-only mount
};

struct BfsEntry {
    std::string name;
    const BfsNode* node = nullptr;
};

class ByteFileSystem {
public:
    /// Adds a file space with an empty root directory; an existing one is kept. `id` "VMSYS:GSKSSLDB".
    void define_space(std::string_view id, const BfsIdentity& owner, BfsMode mode, Instant now);
    bool has_space(std::string_view id) const;
    std::vector<std::string> spaces() const;

    // ── as somebody: permissions are checked on the whole way ─────────────────
    BfsError look(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                  const BfsNode*& out) const;
    BfsError list(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                  std::vector<BfsEntry>& out) const;
    BfsError read(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools, std::string& out) const;
    /// Creates (rw-r-----, owned by `who`) or replaces the content of a file.
    BfsError write(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools, std::string bytes,
                   Instant now);
    BfsError make_directory(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools, BfsMode mode,
                            Instant now);
    BfsError erase(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools);
    BfsError rename(const BfsPlace& from, const BfsPlace& to, const BfsIdentity& who, const FilePools& pools);
    BfsError permit(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools, BfsMode mode);
    BfsError set_owner(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                       std::string_view user, std::string_view group);

    // ── as the system itself: no permissions, no pool server ──────────────────
    const BfsNode* find(std::string_view space, std::string_view path) const;
    /// What a file space holds; nothing of an unknown one.
    struct Usage {
        std::size_t objects = 0, bytes = 0;
    };
    Usage usage_of(std::string_view space) const;
    /// Adds or replaces; missing directories are made with the owner of the node and rwxr-x---.
    void put(std::string_view space, std::string_view path, BfsNode node);

    using Tree = std::map<std::string, BfsNode, std::less<>>;  ///< by path within the space; "" is the root
    const std::map<std::string, Tree, std::less<>>& all() const { return spaces_; }

private:
    BfsError walk(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools) const;
    BfsError writable_parent(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools) const;
    BfsNode* node_at(const BfsPlace& at);
    const BfsNode* node_at(const BfsPlace& at) const;

    std::map<std::string, Tree, std::less<>> spaces_;
};

/// The message of CMS for a failed call on `path`, as typed (DMSOVZ2113E …), and its return code 28.
[[nodiscard]] Said say_bfs_error(BfsError error, std::string_view path);

}  // namespace vmlab::sim
