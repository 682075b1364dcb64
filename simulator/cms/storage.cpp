#include "simulator/cms/storage.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace vmlab::sim {
namespace {

// ── names of archived files: portable characters, the rest as %XX ─────────────────────────────────────────

std::string encoded(std::string_view name) {
    std::string text;
    for (const char c : name) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                           c == '_' || c == '-' || c == '$' || c == '@' || (c == '.' && !text.empty());
        if (plain) text += c;
        else text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            name += text[i];
            continue;
        }
        unsigned value = 0;
        const char* end = text.data() + std::min(text.size(), i + 3);
        const auto read = std::from_chars(text.data() + i + 1, end, value, 16);
        if (read.ec != std::errc() || read.ptr != text.data() + i + 3 || value == 0) return std::nullopt;
        name += char(value);
        i += 2;
    }
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        return std::nullopt;
    return name;
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// ── attributes: "recfm=V lrecl=80" ────────────────────────────────────────────────────────────────────────

class Attributes {
public:
    explicit Attributes(std::string_view line) {
        for (const auto pair : split(line, ' ')) {
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos) values_[pair.substr(0, equals)] = pair.substr(equals + 1);
        }
    }
    std::string_view text(std::string_view name) const {
        const auto it = values_.find(name);
        return it == values_.end() ? std::string_view() : it->second;
    }
    std::int64_t number(std::string_view name) const {
        const auto value = text(name);
        std::int64_t result = 0;
        std::from_chars(value.data(), value.data() + value.size(), result);
        return result;
    }
    Instant changed() const { return Instant(Duration(number("changed"))); }

private:
    std::map<std::string_view, std::string_view> values_;
};

std::string attributes_of(const CmsFile& file) {
    return fmt::format("recfm={} lrecl={} binary={} mode={} changed={}", file.recfm(), file.lrecl(),
                       int(file.binary()), file.mode_number, file.changed.time_since_epoch().count());
}

std::string attributes_of(const BfsNode& node) {
    return fmt::format("owner={} group={} permissions={} changed={}", node.owner, node.group,
                       permission_text(node.mode), node.changed.time_since_epoch().count());
}

std::string attributes_of(const SpoolFile& file) {
    return fmt::format("origin={} class={} device={} name={} type={} changed={}", file.origin.view(),
                       file.spool_class, file.device, encoded(file.name), encoded(file.type),
                       file.closed.time_since_epoch().count());
}

std::string file_path(const FileSet::Key& key) {
    return encoded(key.name.view()) + '.' + encoded(key.type.view());
}

// ── import, one kind each: false when the file makes no sense ─────────────────────────────────────────────

std::optional<CmsFile> read_cms_file(std::string_view path, const Attributes& has, const std::string& bytes) {
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto name_text = decoded(path.substr(0, dot)), type_text = decoded(path.substr(dot + 1));
    const auto name = name_text ? read_file_word(*name_text) : std::nullopt;
    const auto type = type_text ? read_file_word(*type_text) : std::nullopt;
    if (!name || !type) return std::nullopt;
    const auto length = has.number("lrecl");
    const std::size_t lrecl = has.text("recfm") == "F" && length > 0 && length <= std::int64_t(kMaxRecord)
                                  ? std::size_t(length)
                                  : 0;
    auto file = has.number("binary") != 0 ? CmsFile::of_bytes(*name, *type, bytes, has.changed(), lrecl)
                                          : CmsFile::of_text(*name, *type, bytes, has.changed(), lrecl);
    const auto mode = has.text("mode");
    if (mode.size() == 1 && mode[0] >= '0' && mode[0] <= '6') file.mode_number = mode[0];
    return file;
}

std::optional<DiskStore::Key> read_disk(std::string_view folder) {
    const auto dot = folder.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto owner_text = decoded(folder.substr(0, dot));
    const auto owner = owner_text ? read_file_word(*owner_text) : std::nullopt;
    auto vdev = read_vdev(folder.substr(dot + 1));
    if (!owner || !vdev) return std::nullopt;
    return DiskStore::Key{*owner, *vdev};
}

bool import_minidisk(const std::vector<std::string_view>& parts, const ArchivedFile& from, Storage& into) {
    const auto key = parts.size() == 3 ? read_disk(parts[1]) : std::nullopt;
    if (!key) return false;
    const Attributes has(from.attributes);
    if (parts[2].empty()) {
        auto& disk = into.disks.define(key->owner, key->vdev);
        if (const auto size = has.number("cylinders"); size > 0 && size < 65520)
            disk.cylinders = std::size_t(size);
        return true;
    }
    auto file = read_cms_file(parts[2], has, from.bytes);
    if (!file) return false;
    into.disks.define(key->owner, key->vdev).files.put(std::move(*file));
    return true;
}

bool import_sfs(const std::vector<std::string_view>& parts, const ArchivedFile& from, Storage& into) {
    const auto folder = parts.size() == 3 ? decoded(parts[1]) : std::nullopt;
    const auto id = folder ? read_directory_id(*folder) : std::nullopt;
    auto* directory = id ? into.pools.define_directory(*id) : nullptr;
    if (directory == nullptr) return false;
    if (parts[2].empty()) return true;
    auto file = read_cms_file(parts[2], Attributes(from.attributes), from.bytes);
    if (file) directory->files.put(std::move(*file));
    return file.has_value();
}

bool import_bfs(const std::vector<std::string_view>& parts, const ArchivedFile& from, Storage& into) {
    if (parts.size() < 4) return false;
    const auto pool = decoded(parts[1]), space = decoded(parts[2]);
    if (!pool || !space) return false;
    const bool is_directory = parts.back().empty();
    std::string path;
    for (std::size_t i = 3; i < parts.size() - (is_directory ? 1 : 0); ++i) {
        const auto name = decoded(parts[i]);
        if (!name) return false;
        if (!path.empty()) path += '/';
        path += *name;
    }
    const Attributes has(from.attributes);
    const auto mode = read_permissions(has.text("permissions"));
    if (!mode || (path.empty() && !is_directory)) return false;
    BfsNode node{
        is_directory, std::string(has.text("owner")), std::string(has.text("group")), *mode, has.changed(),
        nullptr};
    if (!is_directory) node.bytes = std::make_shared<const std::string>(from.bytes);
    into.bfs.put(*pool + ':' + *space, path, std::move(node));
    return true;
}

bool import_spool(const std::vector<std::string_view>& parts, const ArchivedFile& from, Storage& into) {
    const auto owner_text = parts.size() == 3 ? decoded(parts[1]) : std::nullopt;
    const auto owner = owner_text ? read_file_word(*owner_text) : std::nullopt;
    const Attributes has(from.attributes);
    const auto origin = read_file_word(has.text("origin"));
    unsigned id = 0;
    if (!owner || !origin) return false;
    std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), id);
    if (id == 0 || id > 9999) return false;
    SpoolFile file;
    file.id = id;
    file.origin = *origin;
    if (!has.text("class").empty()) file.spool_class = has.text("class")[0];
    if (has.text("device").size() == 3 && read_file_word(has.text("device")))
        file.device = has.text("device");
    file.name = decoded(has.text("name")).value_or("");
    file.type = decoded(has.text("type")).value_or("");
    file.closed = has.changed();
    file.text = std::make_shared<const std::string>(from.bytes);
    into.spool.restore(*owner, std::move(file));
    return true;
}

void export_files(const std::string& folder, const FileSet& files, std::vector<ArchivedFile>& out) {
    for (const auto& [key, file] : files.all())
        out.push_back({folder + file_path(key), attributes_of(file), file.text()});
}

void export_bfs(const ByteFileSystem& bfs, std::vector<ArchivedFile>& out) {
    for (const auto& [space, tree] : bfs.all()) {
        const auto colon = space.find(':');
        const std::string folder =
            "bfs/" + encoded(pool_of(space)) + '/' + encoded(space.substr(colon + 1)) + '/';
        for (const auto& [path, node] : tree) {
            std::string name;
            if (!path.empty())
                for (const auto part : split(path, '/')) name += (name.empty() ? "" : "/") + encoded(part);
            if (node.is_directory && !name.empty()) name += '/';
            out.push_back({folder + name, attributes_of(node), node.content()});
        }
    }
}

}  // namespace

std::vector<ArchivedFile> export_storage(const Storage& storage) {
    std::vector<ArchivedFile> out;
    for (const auto& [key, disk] : storage.disks.all()) {
        const std::string folder = "minidisks/" + encoded(key.owner.view()) + '.' + key.vdev + '/';
        out.push_back({folder, fmt::format("cylinders={}", disk.cylinders), ""});
        export_files(folder, disk.files, out);
    }
    for (const auto& [name, pool] : storage.pools.all()) {
        out.push_back({"pools/" + encoded(name) + '/', fmt::format("server={}", pool.server.view()), ""});
        for (const auto& [id, directory] : pool.directories) {
            const std::string folder = "sfs/" + encoded(id) + '/';
            out.push_back({folder, "", ""});
            export_files(folder, directory.files, out);
        }
    }
    export_bfs(storage.bfs, out);
    for (const auto& [owner, reader] : storage.spool.all())
        for (const auto& file : reader)
            out.push_back({fmt::format("spool/{}/{:04}", encoded(owner.view()), file.id), attributes_of(file),
                           file.content()});
    return out;
}

std::vector<std::string> import_storage(std::span<const ArchivedFile> files, Storage& storage) {
    std::vector<std::string> refused;
    for (const auto& file : files) {
        const auto parts = split(file.path, '/');
        bool good = false;
        if (parts[0] == "minidisks") good = import_minidisk(parts, file, storage);
        if (parts[0] == "sfs") good = import_sfs(parts, file, storage);
        if (parts[0] == "bfs") good = import_bfs(parts, file, storage);
        if (parts[0] == "spool") good = import_spool(parts, file, storage);
        if (parts[0] == "pools" && parts.size() == 3) {
            const auto name = decoded(parts[1]);
            const auto server = read_file_word(Attributes(file.attributes).text("server"));
            good = name && server;
            if (good && storage.pools.find(*name) == nullptr) storage.pools.define(*name, *server);
        }
        if (!good) refused.push_back(file.path);
    }
    return refused;
}

std::vector<std::string> load_minidisks(std::span<const std::pair<std::string, std::string>> files,
                                        Instant now, Storage& storage) {
    std::vector<std::string> refused;
    for (const auto& [path, text] : files) {
        const auto parts = split(path, '/');
        const auto key = parts.size() == 2 ? read_disk(parts[0]) : std::nullopt;
        const auto words = parts.size() == 2 ? read_file_words(parts[1]) : std::nullopt;
        if (!key || !words) {
            refused.push_back(path);
            continue;
        }
        storage.disks.define(key->owner, key->vdev)
            .files.put(CmsFile::of_text(words->name, words->type, text, now));
    }
    return refused;
}

void define_file_pools(Instant now, Storage& storage) {
    storage.pools.define("VMSYS", "VMSERVS");
    storage.pools.define("VMSYSU", "VMSERVU");
    // What SSLPOOL ENROLL made for the members of the pool.
    if (storage.pools.find_directory("VMSYS:TCPMAINT.SSLPOOL_SSL") == nullptr)
        storage.pools.define_directory("VMSYS:TCPMAINT.SSLPOOL_SSL");
    const BfsIdentity root{"root", "system", true};
    const BfsIdentity keeper{"gskadmin", "security", false};
    storage.bfs.define_space("VMSYS:ROOT", root, 0755, now);
    for (const auto* directory : {"etc", "tmp", "u"})
        if (storage.bfs.find("VMSYS:ROOT", directory) == nullptr)
            storage.bfs.put("VMSYS:ROOT", directory, {true, root.user, root.group, 0755, now, nullptr});
    if (storage.bfs.find("VMSYS:ROOT", "etc/gskadm") == nullptr)
        storage.bfs.put("VMSYS:ROOT", "etc/gskadm", {true, keeper.user, keeper.group, 0750, now, nullptr});
    storage.bfs.define_space("VMSYS:GSKSSLDB", keeper, 0750, now);
}

}  // namespace vmlab::sim
