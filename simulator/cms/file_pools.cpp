#include "simulator/cms/file_pools.hpp"

#include "simulator/cms/cms_file.hpp"

namespace vmlab::sim {

std::optional<std::string> read_directory_id(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto pool = read_file_word(text.substr(0, colon));
    auto rest = text.substr(colon + 1);
    const auto dot = rest.find('.');
    const auto user = read_file_word(rest.substr(0, dot));
    if (!pool || !user || pool->view().find(':') != std::string_view::npos) return std::nullopt;
    rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
    std::string id = pool->str() + ':' + user->str() + '.';
    for (int depth = 0; !rest.empty(); ++depth) {
        const auto end = rest.find('.');
        const auto part = rest.substr(0, end);
        // Directory names may be longer than file names; eight levels are the product's limit.
        if (depth == 8 || part.empty() || part.size() > 16) return std::nullopt;
        for (const char c : part)
            if (!read_file_word({&c, 1})) return std::nullopt;
        if (depth > 0) id += '.';
        id += upper(part);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return id;
}

std::string_view pool_of(std::string_view directory_id) {
    return directory_id.substr(0, directory_id.find(':'));
}

FilePool& FilePools::define(std::string_view name, const Userid& server) {
    auto& pool = pools_[std::string(name)];
    pool.name = name;
    pool.server = server;
    return pool;
}

FilePool* FilePools::find(std::string_view name) {
    const auto it = pools_.find(name);
    return it == pools_.end() ? nullptr : &it->second;
}

const FilePool* FilePools::find(std::string_view name) const {
    const auto it = pools_.find(name);
    return it == pools_.end() ? nullptr : &it->second;
}

void FilePools::set_server_up(const Userid& server, bool up) {
    for (auto& [name, pool] : pools_)
        if (pool.server == server) pool.up = up;
}

bool FilePools::is_up(std::string_view name) const {
    const auto* pool = find(name);
    return pool != nullptr && pool->up;
}

SfsDirectory* FilePools::define_directory(std::string_view id) {
    auto* pool = find(pool_of(id));
    const auto dot = id.find('.');
    if (pool == nullptr || dot == std::string_view::npos) return nullptr;
    const auto colon = id.find(':');
    const auto owner = Name8::parse(id.substr(colon + 1, dot - colon - 1));
    if (!owner) return nullptr;
    auto& directory = pool->directories[std::string(id)];
    directory.id = id;
    directory.owner = *owner;
    return &directory;
}

const SfsDirectory* FilePools::find_directory(std::string_view id) const {
    const auto* pool = find(pool_of(id));
    if (pool == nullptr || !pool->up) return nullptr;
    const auto it = pool->directories.find(std::string(id));
    return it == pool->directories.end() ? nullptr : &it->second;
}

SfsDirectory* FilePools::find_directory(std::string_view id) {
    return const_cast<SfsDirectory*>(static_cast<const FilePools*>(this)->find_directory(id));
}

bool FilePools::remove_directory(std::string_view id) {
    auto* pool = find(pool_of(id));
    return pool != nullptr && pool->up && pool->directories.erase(std::string(id)) != 0;
}

}  // namespace vmlab::sim
