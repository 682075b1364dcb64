#include "simulator/cms/byte_file_system.hpp"

#include <algorithm>

#include "simulator/cms/messages.hpp"

namespace vmlab::sim {
namespace {

const std::string kNothing;

std::string_view parent_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool below(std::string_view path, std::string_view directory) {
    if (path == directory) return false;
    return directory.empty() ||
           (path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/');
}

}  // namespace

std::string permission_text(BfsMode mode) {
    constexpr std::string_view letters = "rwxrwxrwx";
    std::string text(9, '-');
    for (unsigned i = 0; i < 9; ++i)
        if ((mode >> (8 - i) & 1) != 0) text[i] = letters[i];
    return text;
}

std::optional<BfsMode> read_permissions(std::string_view text) {
    constexpr std::string_view letters = "rwxrwxrwx";
    if (text.size() != letters.size()) return std::nullopt;
    BfsMode mode = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (text[i] != letters[i] && text[i] != '-') return std::nullopt;
        mode = BfsMode(mode << 1 | (text[i] != '-' ? 1 : 0));
    }
    return mode;
}

const std::string& BfsNode::content() const { return bytes ? *bytes : kNothing; }

bool may(const BfsIdentity& who, const BfsNode& node, BfsRight right) {
    if (who.superuser) return true;
    const int shift = iequals(who.user, node.owner) ? 6 : iequals(who.group, node.group) ? 3 : 0;
    return (node.mode >> shift & unsigned(right)) != 0;
}

void ByteFileSystem::define_space(std::string_view id, const BfsIdentity& owner, BfsMode mode, Instant now) {
    auto& tree = spaces_[std::string(id)];
    if (tree.empty()) tree[""] = BfsNode{true, owner.user, owner.group, mode, now, nullptr};
}

bool ByteFileSystem::has_space(std::string_view id) const { return spaces_.find(id) != spaces_.end(); }

std::vector<std::string> ByteFileSystem::spaces() const {
    std::vector<std::string> ids;
    for (const auto& [id, tree] : spaces_) ids.push_back(id);
    return ids;
}

const BfsNode* ByteFileSystem::find(std::string_view space, std::string_view path) const {
    const auto tree = spaces_.find(space);
    if (tree == spaces_.end()) return nullptr;
    const auto node = tree->second.find(path);
    return node == tree->second.end() ? nullptr : &node->second;
}

ByteFileSystem::Usage ByteFileSystem::usage_of(std::string_view space) const {
    Usage usage;
    const auto tree = spaces_.find(space);
    if (tree == spaces_.end()) return usage;
    usage.objects = tree->second.size();
    for (const auto& [path, node] : tree->second) usage.bytes += node.content().size();
    return usage;
}

const BfsNode* ByteFileSystem::node_at(const BfsPlace& at) const { return find(at.space, at.path); }
BfsNode* ByteFileSystem::node_at(const BfsPlace& at) { return const_cast<BfsNode*>(find(at.space, at.path)); }

BfsError ByteFileSystem::walk(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools) const {
    if (!has_space(at.space)) return BfsError::not_found;
    if (!pools.is_up(pool_of(at.space))) return BfsError::pool_down;
    if (at.path.empty()) return BfsError::none;
    for (std::size_t end = 0;;) {
        const auto* directory = find(at.space, std::string_view(at.path).substr(0, end));
        if (directory == nullptr) return BfsError::not_found;
        if (!directory->is_directory) return BfsError::not_directory;
        if (!may(who, *directory, BfsRight::search)) return BfsError::not_permitted;
        end = at.path.find('/', end + (end != 0 ? 1 : 0));
        if (end == std::string::npos) return BfsError::none;
    }
}

BfsError ByteFileSystem::writable_parent(const BfsPlace& at, const BfsIdentity& who,
                                         const FilePools& pools) const {
    if (const auto error = walk(at, who, pools); error != BfsError::none) return error;
    if (at.path.empty()) return BfsError::is_directory;
    if (at.read_only) return BfsError::read_only;
    return may(who, *find(at.space, parent_of(at.path)), BfsRight::write) ? BfsError::none
                                                                          : BfsError::not_permitted;
}

BfsError ByteFileSystem::look(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                              const BfsNode*& out) const {
    if (const auto error = walk(at, who, pools); error != BfsError::none) return error;
    out = node_at(at);
    return out == nullptr ? BfsError::not_found : BfsError::none;
}

BfsError ByteFileSystem::list(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                              std::vector<BfsEntry>& out) const {
    const BfsNode* directory = nullptr;
    if (const auto error = look(at, who, pools, directory); error != BfsError::none) return error;
    if (!directory->is_directory) return BfsError::not_directory;
    if (!may(who, *directory, BfsRight::read)) return BfsError::not_permitted;
    for (const auto& [path, node] : spaces_.find(at.space)->second)
        if (below(path, at.path) && parent_of(path) == at.path && !path.empty())
            out.push_back({path.substr(at.path.empty() ? 0 : at.path.size() + 1), &node});
    return BfsError::none;
}

BfsError ByteFileSystem::read(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                              std::string& out) const {
    const BfsNode* node = nullptr;
    if (const auto error = look(at, who, pools, node); error != BfsError::none) return error;
    if (node->is_directory) return BfsError::is_directory;
    if (!may(who, *node, BfsRight::read)) return BfsError::not_permitted;
    out = node->content();
    return BfsError::none;
}

BfsError ByteFileSystem::write(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                               std::string bytes, Instant now) {
    if (const auto error = walk(at, who, pools); error != BfsError::none) return error;
    if (at.read_only) return BfsError::read_only;
    auto content = std::make_shared<const std::string>(std::move(bytes));
    if (auto* node = node_at(at)) {
        if (node->is_directory) return BfsError::is_directory;
        if (!may(who, *node, BfsRight::write)) return BfsError::not_permitted;
        node->bytes = std::move(content);
        node->changed = now;
        return BfsError::none;
    }
    if (const auto error = writable_parent(at, who, pools); error != BfsError::none) return error;
    spaces_.find(at.space)->second[at.path] =
        BfsNode{false, who.user, who.group, 0640, now, std::move(content)};
    return BfsError::none;
}

BfsError ByteFileSystem::make_directory(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                                        BfsMode mode, Instant now) {
    if (node_at(at) != nullptr) return BfsError::exists;
    if (const auto error = writable_parent(at, who, pools); error != BfsError::none) return error;
    spaces_.find(at.space)->second[at.path] = BfsNode{true, who.user, who.group, mode, now, nullptr};
    return BfsError::none;
}

BfsError ByteFileSystem::erase(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools) {
    if (const auto error = writable_parent(at, who, pools); error != BfsError::none) return error;
    const auto* node = node_at(at);
    if (node == nullptr) return BfsError::not_found;
    auto& tree = spaces_.find(at.space)->second;
    if (node->is_directory) {
        const auto inside = tree.lower_bound(at.path + '/');
        if (inside != tree.end() && below(inside->first, at.path)) return BfsError::not_empty;
    }
    tree.erase(at.path);
    return BfsError::none;
}

BfsError ByteFileSystem::rename(const BfsPlace& from, const BfsPlace& to, const BfsIdentity& who,
                                const FilePools& pools) {
    for (const auto* place : {&from, &to})
        if (const auto error = writable_parent(*place, who, pools); error != BfsError::none) return error;
    if (node_at(from) == nullptr || from.space != to.space) return BfsError::not_found;
    if (node_at(to) != nullptr) return BfsError::exists;
    if (below(to.path, from.path)) return BfsError::is_directory;
    auto& tree = spaces_.find(from.space)->second;
    std::vector<std::string> moving;
    for (const auto& [path, node] : tree)
        if (path == from.path || below(path, from.path)) moving.push_back(path);
    for (const auto& path : moving) {
        auto node = tree.extract(path);
        node.key() = to.path + path.substr(from.path.size());
        tree.insert(std::move(node));
    }
    return BfsError::none;
}

BfsError ByteFileSystem::permit(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                                BfsMode mode) {
    if (const auto error = walk(at, who, pools); error != BfsError::none) return error;
    auto* node = node_at(at);
    if (node == nullptr) return BfsError::not_found;
    if (at.read_only) return BfsError::read_only;
    if (!who.superuser && !iequals(who.user, node->owner)) return BfsError::not_permitted;
    node->mode = mode & 0777;
    return BfsError::none;
}

BfsError ByteFileSystem::set_owner(const BfsPlace& at, const BfsIdentity& who, const FilePools& pools,
                                   std::string_view user, std::string_view group) {
    if (const auto error = walk(at, who, pools); error != BfsError::none) return error;
    auto* node = node_at(at);
    if (node == nullptr) return BfsError::not_found;
    if (at.read_only) return BfsError::read_only;
    if (!who.superuser && !iequals(who.user, node->owner)) return BfsError::not_permitted;
    node->owner = user;
    if (!group.empty()) node->group = group;
    return BfsError::none;
}

void ByteFileSystem::put(std::string_view space, std::string_view path, BfsNode node) {
    const BfsIdentity owner{node.owner, node.group, false};
    define_space(space, owner, 0755, node.changed);
    auto& tree = spaces_.find(space)->second;
    for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
        tree.try_emplace(std::string(path.substr(0, slash)),
                         BfsNode{true, node.owner, node.group, 0750, node.changed, nullptr});
    if (!node.is_directory && !node.bytes) node.bytes = std::make_shared<const std::string>();
    tree.insert_or_assign(std::string(path), std::move(node));
}

Said say_bfs_error(BfsError error, std::string_view path) {
    switch (error) {
        case BfsError::none:
        case BfsError::not_found:
        case BfsError::not_directory: return say<DMSOVZ2113E>(path);
        case BfsError::exists: return say<DMSOVZ2105E>(path);
        case BfsError::not_permitted: return say<DMSOVZ2134E>(path);
        case BfsError::read_only: return say<DMSOVZ902E>(path);
        case BfsError::pool_down: return say<DMSOVZ903E>(path);
        case BfsError::is_directory:
        case BfsError::not_empty: break;
    }
    return say<DMSOVZ901E>(path);
}

}  // namespace vmlab::sim
