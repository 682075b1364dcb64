#include "simulator/cms/bfs_session.hpp"

#include <algorithm>
#include <utility>

#include "simulator/cms/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr std::string_view kSpacePrefix = "VMBFS:";

/// A path taken apart: below the root of the mounts, or of a file space that is named outright.
struct Components {
    std::string space;  ///< "VMBFS:VMSYS:GSKSSLDB", or empty
    std::vector<std::string> names;
};

bool names_space(std::string_view component) {
    return component.size() > kSpacePrefix.size() &&
           iequals(component.substr(0, kSpacePrefix.size()), kSpacePrefix);
}

/// Follows `path` from `at`. A file space can be named only above the root: "/../VMBFS:pool:space". Below it
/// such a component is an ordinary name.
void follow(std::string_view path, Components& at) {
    bool above_root = false;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        if (part.empty() || part == ".") continue;
        const bool above = std::exchange(above_root, false);
        if (part != "..") {
            if (above && names_space(part)) at.space = upper(part);
            else at.names.emplace_back(part);
        } else if (!at.names.empty()) {
            at.names.pop_back();
        } else {
            above_root = at.space.empty();
            at.space.clear();
        }
    }
}

Components components_of(std::string_view path, std::string_view directory) {
    Components parts;
    if (!path.starts_with('/')) follow(directory, parts);
    follow(path, parts);
    return parts;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : "/") + name;
    return text;
}

std::string text_of(const Components& parts) {
    return (parts.space.empty() ? "/" : "/../" + parts.space + '/') + joined(parts.names);
}

}  // namespace

std::string BfsSession::absolute(std::string_view path) const {
    return text_of(components_of(path, directory_));
}

std::optional<BfsPlace> BfsSession::resolve(std::string_view path) const {
    const auto parts = components_of(path, directory_);
    if (!parts.space.empty())
        return BfsPlace{parts.space.substr(kSpacePrefix.size()), joined(parts.names), false};
    const std::string whole = text_of(parts);
    const BfsMount* best = nullptr;
    for (const auto& mount : mounts_) {
        const bool covers = mount.point == "/" || whole == mount.point ||
                            (whole.starts_with(mount.point) && whole[mount.point.size()] == '/');
        if (covers && (best == nullptr || mount.point.size() > best->point.size())) best = &mount;
    }
    if (best == nullptr) return std::nullopt;
    std::string_view rest = std::string_view(whole).substr(best->point == "/" ? 0 : best->point.size());
    if (rest.starts_with('/')) rest.remove_prefix(1);
    std::string inner = best->path;
    if (!inner.empty() && !rest.empty()) inner += '/';
    return BfsPlace{best->space, inner + std::string(rest), best->read_only};
}

BfsSession::Outcome BfsSession::mount(std::string_view target, std::string_view point, bool read_only,
                                      const BfsIdentity& who, const ByteFileSystem& bfs,
                                      const FilePools& pools) {
    constexpr int kFailed = 28;
    const BfsNode* node = nullptr;
    const auto place = resolve(target);
    const auto error = place ? bfs.look(*place, who, pools, node) : BfsError::not_found;
    if (error != BfsError::none || !node->is_directory) return {kFailed, say_bfs_error(error, target)};

    const std::string at = absolute(point.empty() ? "/" : point);
    if (at != "/") {
        const BfsNode* directory = nullptr;
        const auto where = resolve(at);
        const auto missing = where ? bfs.look(*where, who, pools, directory) : BfsError::not_found;
        if (missing != BfsError::none || !directory->is_directory)
            return {kFailed, say_bfs_error(missing, point)};
    }
    std::erase_if(mounts_, [&](const auto& mount) { return mount.point == at; });
    mounts_.push_back({at, place->space, place->path, std::string(target), read_only || place->read_only});
    return {};
}

BfsSession::Outcome BfsSession::unmount(std::string_view point) {
    if (point == "*") {
        mounts_.clear();
        directory_ = "/";
        return {};
    }
    const std::string at = absolute(point);
    if (std::erase_if(mounts_, [&](const auto& mount) { return mount.point == at; }) == 0)
        return {28, say<DMSOVZ2113E>(point)};
    return {};
}

BfsSession::Outcome BfsSession::set_directory(std::string_view path, const BfsIdentity& who,
                                              const ByteFileSystem& bfs, const FilePools& pools) {
    const BfsNode* node = nullptr;
    const auto place = resolve(path);
    const auto error = place ? bfs.look(*place, who, pools, node) : BfsError::not_found;
    if (error != BfsError::none || !node->is_directory) return {28, say_bfs_error(error, path)};
    directory_ = absolute(path);
    return {};
}

}  // namespace vmlab::sim
