#include "simulator/cms/files_view.hpp"

#include <algorithm>

#include "simulator/cms/bfs_session.hpp"

namespace vmlab::sim {
namespace {

using services::FileError;
using services::FileInfo;
using services::Place;
using services::Transfer;

/// An SFS directory or a BFS file space takes no more than this; minidisks have their cylinders.
constexpr std::size_t kMaxSpaceBytes = 512u * 1024 * 1024;
constexpr std::size_t kMaxSpaceBlocks = kMaxSpaceBytes / kBlockSize;
constexpr std::size_t kMaxSpaceObjects = 20000;

FileError told(BfsError error) {
    switch (error) {
        case BfsError::none: return FileError::none;
        case BfsError::not_found:
        case BfsError::not_directory:
        case BfsError::pool_down: return FileError::not_found;
        case BfsError::is_directory: return FileError::bad_name;
        case BfsError::exists: return FileError::exists;
        case BfsError::not_permitted: return FileError::not_authorized;
        case BfsError::read_only: return FileError::read_only;
        case BfsError::not_empty: break;
    }
    return FileError::not_empty;
}

FileInfo info_of(const CmsFile& file, std::string_view owner) {
    FileInfo info;
    info.name = file.name.str() + '.' + file.type.str();
    info.format = file.recfm();
    info.lrecl = file.lrecl();
    info.records = file.records();
    info.blocks = file.blocks();
    info.bytes = file.size();
    info.changed = file.changed;
    info.owner = owner;
    return info;
}

FileInfo info_of(std::string_view name, const BfsNode& node) {
    FileInfo info;
    info.name = name;
    info.is_directory = node.is_directory;
    info.bytes = node.content().size();
    info.blocks = (info.bytes + kBlockSize - 1) / kBlockSize;
    info.changed = node.changed;
    info.permissions = permission_text(node.mode);
    info.owner = node.owner;
    return info;
}

FileInfo info_of(const SpoolFile& file) {
    FileInfo info;
    // Reader files have no name of their own to speak of: the spool id is what they are fetched by.
    const std::string id = std::to_string(file.id);
    info.name = std::string(4 - std::min<std::size_t>(4, id.size()), '0') + id + '.' +
                (file.type.empty() ? std::string("FILE") : file.type);
    info.records = file.records();
    info.bytes = file.content().size();
    info.blocks = (info.bytes + kBlockSize - 1) / kBlockSize;
    info.changed = file.closed;
    info.owner = file.origin.view();
    return info;
}

/// The mounts that a session of a service has: the root and the certificate directory.
BfsSession default_mounts(const Storage& storage) {
    const BfsIdentity system{"root", "system", true};
    BfsSession session;
    session.mount("/../VMBFS:VMSYS:ROOT/", "/", false, system, storage.bfs, storage.pools);
    session.mount("/../VMBFS:VMSYS:GSKSSLDB/", "/etc/gskadm", false, system, storage.bfs, storage.pools);
    return session;
}

std::optional<BfsPlace> bfs_place(const Storage& storage, const Place& from, std::string_view name) {
    const std::string base = from.kind == Place::Kind::bfs ? from.path : "/";
    const std::string whole = name.starts_with('/') ? std::string(name) : base + '/' + std::string(name);
    return default_mounts(storage).resolve(whole);
}

bool looks_like_bfs(const Place& from, std::string_view name) {
    return name.find('/') != std::string_view::npos || from.kind == Place::Kind::bfs;
}

/// Whether a file space has room for an object of that size, in place of the one that stands there.
bool has_room(const ByteFileSystem& bfs, const BfsPlace& place, std::size_t bytes) {
    const auto usage = bfs.usage_of(place.space);
    const auto* before = bfs.find(place.space, place.path);
    return usage.bytes + bytes <= kMaxSpaceBytes + (before == nullptr ? 0 : before->content().size()) &&
           usage.objects < kMaxSpaceObjects + (before == nullptr ? 0 : 1);
}

bool wanted(std::string_view name, std::string_view pattern) {
    return pattern.empty() || matches_pattern(name, pattern);
}

/// A file in a reader by what FTP shows as its name: "0017.CONSOLE", or just the number.
const SpoolFile* reader_file(const Spool& spool, const Userid& owner, std::string_view name) {
    for (const auto& file : spool.reader_of(owner)) {
        const auto shown = info_of(file).name;
        if (iequals(shown, name) || shown.substr(0, 4) == name || std::to_string(file.id) == name)
            return &file;
    }
    return nullptr;
}

}  // namespace

services::PasswordVerdict FilesView::check_password(const Userid& user, std::string_view password,
                                                    services::PasswordKeeper keeper) {
    return authority_.check_password(user, password, keeper);
}

bool FilesView::known_user(const Userid& user) { return authority_.known_user(user); }

Place FilesView::home_of(const Userid& user) {
    Place home;
    if (enter_minidisk(user, user.view(), "191", home) == FileError::none) return home;
    if (enter_sfs(user, {}, "VMSYS:" + user.str() + '.', home) == FileError::none) return home;
    return {};
}

// ── moving about ──────────────────────────────────────────────────────────────────────────────────────────

FileError FilesView::enter(const Userid& user, const Place& from, std::string_view name, Place& to) {
    name = trimmed(name);
    if (name.empty()) return FileError::no_such_place;
    if (looks_like_bfs(from, name)) {
        const auto in_bfs = enter_bfs(user, from, name, to);
        // Out of BFS again: names of disks are no paths.
        if (in_bfs == FileError::none || from.kind != Place::Kind::bfs ||
            name.find('/') != std::string_view::npos)
            return in_bfs;
    }
    if (name.find(':') != std::string_view::npos ||
        (from.kind == Place::Kind::sfs && (name.starts_with('.') || name.find_first_of(". ") == name.npos)))
        return enter_sfs(user, from, name, to);
    const auto gap = name.find_first_of(". ");
    if (gap == std::string_view::npos) {
        // One word: a disk of one's own by its number, or another user's 191.
        const auto own = enter_minidisk(user, user.view(), name, to);
        return own == FileError::no_such_place ? enter_minidisk(user, name, "191", to) : own;
    }
    return enter_minidisk(user, name.substr(0, gap), trimmed(name.substr(gap + 1)), to);
}

FileError FilesView::enter_minidisk(const Userid& user, std::string_view owner_text,
                                    std::string_view vdev_text, Place& to) const {
    const auto owner = Name8::parse(owner_text);
    if (!owner) return FileError::no_such_place;
    if (iequals(vdev_text, "RDR")) {
        if (!authority_.known_user(*owner)) return FileError::no_such_place;
        to = {Place::Kind::reader, *owner, "", "", false};
        return FileError::none;
    }
    const auto vdev = read_vdev(vdev_text);
    if (!vdev || storage_.disks.find(*owner, *vdev) == nullptr) return FileError::no_such_place;
    const auto right = authority_.link_right(user, *owner, *vdev);
    if (right == LinkRight::none) return FileError::not_authorized;
    to = {Place::Kind::minidisk, *owner, *vdev, "", right == LinkRight::read};
    return FileError::none;
}

FileError FilesView::enter_sfs(const Userid& user, const Place& from, std::string_view name,
                               Place& to) const {
    std::string whole(name);
    if (name == "..") {
        // Up: drop the last directory name; the user's own directory is the top.
        whole = from.path;
        const auto dot = whole.rfind('.');
        if (dot == std::string::npos || dot + 1 == whole.size()) return FileError::no_such_place;
        whole.resize(whole.find('.') == dot ? dot + 1 : dot);
    } else if (name.find(':') == std::string_view::npos) {
        const auto part = name.substr(name.starts_with('.') ? 1 : 0);
        whole = from.path + (from.path.ends_with('.') ? "" : ".") + std::string(part);
    }
    const auto id = read_directory_id(whole);
    const auto* directory = id ? storage_.pools.find_directory(*id) : nullptr;
    if (directory == nullptr) return FileError::no_such_place;
    if (directory->owner != user && !authority_.posix_of(user).superuser) return FileError::not_authorized;
    to = {Place::Kind::sfs, directory->owner, "", *id, false};
    return FileError::none;
}

FileError FilesView::enter_bfs(const Userid& user, const Place& from, std::string_view name,
                               Place& to) const {
    const auto place = bfs_place(storage_, from, name);
    if (!place) return FileError::no_such_place;
    const auto who = authority_.posix_of(user);
    const BfsNode* node = nullptr;
    const auto error = storage_.bfs.look(*place, who, storage_.pools, node);
    if (error == BfsError::not_permitted) return FileError::not_authorized;
    if (error != BfsError::none || !node->is_directory) return FileError::no_such_place;
    if (!may(who, *node, BfsRight::search)) return FileError::not_authorized;
    std::string path = "/../VMBFS:" + place->space + '/' + place->path;
    if (!place->path.empty()) path += '/';
    to = {Place::Kind::bfs, {}, "", std::move(path), place->read_only};
    return FileError::none;
}

// ── looking ───────────────────────────────────────────────────────────────────────────────────────────────

FileSet* FilesView::files_at(const Place& at) {
    if (at.kind == Place::Kind::minidisk) {
        auto* disk = storage_.disks.find(at.owner, at.vdev);
        return disk == nullptr ? nullptr : &disk->files;
    }
    auto* directory = at.kind == Place::Kind::sfs ? storage_.pools.find_directory(at.path) : nullptr;
    return directory == nullptr ? nullptr : &directory->files;
}

FileError FilesView::writable(const Place& at) const {
    return at.read_only ? FileError::read_only : FileError::none;
}

FileError FilesView::list(const Userid& user, const Place& at, std::string_view pattern,
                          std::vector<FileInfo>& out) {
    if (at.kind == Place::Kind::bfs) {
        const auto place = bfs_place(storage_, at, ".");
        std::vector<BfsEntry> entries;
        if (!place) return FileError::not_found;
        const auto error = storage_.bfs.list(*place, authority_.posix_of(user), storage_.pools, entries);
        for (const auto& entry : entries)
            if (wanted(entry.name, pattern)) out.push_back(info_of(entry.name, *entry.node));
        return told(error);
    }
    if (at.kind == Place::Kind::reader) {
        if (at.owner != user) return FileError::not_authorized;
        for (const auto& file : storage_.spool.reader_of(user))
            if (auto info = info_of(file); wanted(info.name, pattern)) out.push_back(std::move(info));
        return FileError::none;
    }
    const auto* files = files_at(at);
    if (files == nullptr) return FileError::no_such_place;
    std::string fits(pattern);
    std::replace(fits.begin(), fits.end(), ' ', '.');
    const auto* disk = at.kind == Place::Kind::minidisk ? storage_.disks.find(at.owner, at.vdev) : nullptr;
    const std::string owner = disk != nullptr ? disk->label : at.owner.str();
    for (const auto& [key, file] : files->all())
        if (auto info = info_of(file, owner); wanted(info.name, fits)) out.push_back(std::move(info));
    if (at.kind == Place::Kind::sfs) {
        const std::string prefix = at.path + (at.path.ends_with('.') ? "" : ".");
        for (const auto& [id, directory] : storage_.pools.find(pool_of(at.path))->directories) {
            if (!id.starts_with(prefix) || id.size() == prefix.size()) continue;
            FileInfo info;
            info.name = id.substr(prefix.size());
            info.is_directory = true;
            info.owner = directory.owner.str();
            if (info.name.find('.') == std::string::npos && wanted(info.name, fits)) out.push_back(info);
        }
    }
    return FileError::none;
}

FileError FilesView::info(const Userid& user, const Place& at, std::string_view name, FileInfo& out) {
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        const BfsNode* node = nullptr;
        if (!place) return FileError::not_found;
        const auto error = storage_.bfs.look(*place, authority_.posix_of(user), storage_.pools, node);
        if (error == BfsError::none) out = info_of(place->path.substr(place->path.rfind('/') + 1), *node);
        return told(error);
    }
    if (at.kind == Place::Kind::reader) {
        const auto* file = at.owner == user ? reader_file(storage_.spool, user, name) : nullptr;
        if (file == nullptr) return FileError::not_found;
        out = info_of(*file);
        return FileError::none;
    }
    const auto* files = files_at(at);
    const auto words = read_file_words(name);
    const auto* file = files != nullptr && words ? files->find(words->name, words->type) : nullptr;
    if (file == nullptr) return FileError::not_found;
    out = info_of(*file, at.owner.view());
    return FileError::none;
}

FileError FilesView::read(const Userid& user, const Place& at, std::string_view name, Transfer how,
                          std::string& out) {
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        if (!place) return FileError::not_found;
        return told(storage_.bfs.read(*place, authority_.posix_of(user), storage_.pools, out));
    }
    if (at.kind == Place::Kind::reader) {
        const auto* file = at.owner == user ? reader_file(storage_.spool, user, name) : nullptr;
        if (file == nullptr) return FileError::not_found;
        out = file->content();
        return FileError::none;
    }
    const auto* files = files_at(at);
    const auto words = read_file_words(name);
    const auto* file = files != nullptr && words ? files->find(words->name, words->type) : nullptr;
    if (file == nullptr) return FileError::not_found;
    out = how == Transfer::text ? file->text() : file->bytes();
    return FileError::none;
}

// ── changing ──────────────────────────────────────────────────────────────────────────────────────────────

FileError FilesView::write(const Userid& user, const Place& at, std::string_view name, Transfer how,
                           std::string bytes, std::size_t lrecl, Instant now) {
    if (const auto error = writable(at); error != FileError::none) return error;
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        if (!place) return FileError::not_found;
        if (!has_room(storage_.bfs, *place, bytes.size())) return FileError::disk_full;
        return told(
            storage_.bfs.write(*place, authority_.posix_of(user), storage_.pools, std::move(bytes), now));
    }
    const auto words = read_file_words(name);
    if (at.kind == Place::Kind::reader) {
        const auto shown = words ? *words : FileWords{};
        punch(at.owner, shown.name.view(), shown.type.view(), user.view(), std::move(bytes), now);
        return FileError::none;
    }
    auto* files = files_at(at);
    if (files == nullptr) return FileError::no_such_place;
    if (!words) return FileError::bad_name;
    auto file = how == Transfer::text
                    ? CmsFile::of_text(words->name, words->type, bytes, now, lrecl)
                    : CmsFile::of_bytes(words->name, words->type, std::move(bytes), now, lrecl);
    const auto* before = files->find(words->name, words->type);
    const auto* disk = at.kind == Place::Kind::minidisk ? storage_.disks.find(at.owner, at.vdev) : nullptr;
    const std::size_t freed = before == nullptr ? 0 : before->blocks();
    const bool fits = disk != nullptr ? disk->has_room_for(file)
                                      : files->blocks_used() + file.blocks() <= kMaxSpaceBlocks + freed;
    if (!fits) return FileError::disk_full;
    if (before != nullptr) file.mode_number = before->mode_number;
    files->put(std::move(file));
    return FileError::none;
}

FileError FilesView::erase(const Userid& user, const Place& at, std::string_view name) {
    if (const auto error = writable(at); error != FileError::none) return error;
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        const BfsNode* node = nullptr;
        const auto who = authority_.posix_of(user);
        auto error = place ? storage_.bfs.look(*place, who, storage_.pools, node) : BfsError::not_found;
        if (error == BfsError::none && node->is_directory) error = BfsError::is_directory;
        return told(error == BfsError::none ? storage_.bfs.erase(*place, who, storage_.pools) : error);
    }
    if (at.kind == Place::Kind::reader) {
        const auto* file = at.owner == user ? reader_file(storage_.spool, user, name) : nullptr;
        if (file == nullptr) return FileError::not_found;
        storage_.spool.purge(user, file->id);
        return FileError::none;
    }
    auto* files = files_at(at);
    const auto words = read_file_words(name);
    return files != nullptr && words && files->erase(words->name, words->type) ? FileError::none
                                                                               : FileError::not_found;
}

FileError FilesView::rename(const Userid& user, const Place& at, std::string_view from, std::string_view to) {
    if (const auto error = writable(at); error != FileError::none) return error;
    if (looks_like_bfs(at, from)) {
        const auto source = bfs_place(storage_, at, from), target = bfs_place(storage_, at, to);
        if (!source || !target) return FileError::not_found;
        return told(storage_.bfs.rename(*source, *target, authority_.posix_of(user), storage_.pools));
    }
    auto* files = files_at(at);
    const auto old_words = read_file_words(from), new_words = read_file_words(to);
    if (!new_words) return FileError::bad_name;
    const auto* file =
        files != nullptr && old_words ? files->find(old_words->name, old_words->type) : nullptr;
    if (file == nullptr) return FileError::not_found;
    if (files->find(new_words->name, new_words->type) != nullptr) return FileError::exists;
    auto moved = file->renamed(new_words->name, new_words->type);
    files->erase(old_words->name, old_words->type);
    files->put(std::move(moved));
    return FileError::none;
}

FileError FilesView::make_directory(const Userid& user, const Place& at, std::string_view name, Instant now) {
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        if (!place) return FileError::not_found;
        if (!has_room(storage_.bfs, *place, 0)) return FileError::disk_full;
        return told(
            storage_.bfs.make_directory(*place, authority_.posix_of(user), storage_.pools, 0750, now));
    }
    if (at.kind != Place::Kind::sfs) return FileError::no_such_place;
    const auto part = name.substr(name.starts_with('.') ? 1 : 0);
    if (part.find('.') != std::string_view::npos) return FileError::bad_name;
    const auto id = read_directory_id(at.path + (at.path.ends_with('.') ? "" : ".") + std::string(part));
    if (!id || part.empty()) return FileError::bad_name;
    if (storage_.pools.find_directory(*id) != nullptr) return FileError::exists;
    const auto* pool = storage_.pools.find(pool_of(*id));
    if (pool != nullptr && pool->directories.size() >= kMaxSpaceObjects) return FileError::disk_full;
    return storage_.pools.is_up(pool_of(*id)) && storage_.pools.define_directory(*id) != nullptr
               ? FileError::none
               : FileError::no_such_place;
}

FileError FilesView::remove_directory(const Userid& user, const Place& at, std::string_view name) {
    if (looks_like_bfs(at, name)) {
        const auto place = bfs_place(storage_, at, name);
        const BfsNode* node = nullptr;
        const auto who = authority_.posix_of(user);
        auto error = place ? storage_.bfs.look(*place, who, storage_.pools, node) : BfsError::not_found;
        if (error == BfsError::none && !node->is_directory) return FileError::no_such_place;
        return told(error == BfsError::none ? storage_.bfs.erase(*place, who, storage_.pools) : error);
    }
    Place inside;
    const auto error =
        at.kind == Place::Kind::sfs ? enter_sfs(user, at, name, inside) : FileError::no_such_place;
    if (error != FileError::none) return error;
    std::vector<FileInfo> content;
    list(user, inside, "", content);
    if (!content.empty()) return FileError::not_empty;
    // A user's top directory stays.
    if (inside.path.ends_with('.')) return FileError::not_authorized;
    return storage_.pools.remove_directory(inside.path) ? FileError::none : FileError::not_found;
}

unsigned FilesView::punch(const Userid& to, std::string_view name, std::string_view type,
                          std::string_view from, std::string text, Instant now) {
    SpoolFile file;
    file.origin = Name8::parse(from).value_or(Userid("SMTP"));
    file.name = upper(name.substr(0, 8));
    file.type = upper(type.substr(0, 8));
    file.closed = now;
    file.text = std::make_shared<const std::string>(std::move(text));
    return storage_.spool.send(to, std::move(file));
}

}  // namespace vmlab::sim
