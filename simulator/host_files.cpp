#include "simulator/host_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "simulator/edge/work_directory.hpp"

namespace vmlab::sim {
namespace fs = std::filesystem;
namespace {

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    if (in.bad()) return std::nullopt;
    return std::move(text).str();
}

fs::path cache_folder() {
    if (const char* own = std::getenv("VMLAB_CACHE"); own && *own) return own;
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) return fs::path(xdg) / "vmlab";
    if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".cache" / "vmlab";
    return {};
}

/// Before the path of a file in a state: what that file was when the run was given it.
constexpr std::string_view kGiven = "given/";

/// The files that a run is given, under the paths that they will have in its state.
std::map<std::string, std::string> as_given(const NamedTexts& given) {
    Storage storage;
    (void)load_minidisks(given, Instant{}, storage);
    std::map<std::string, std::string> texts;
    for (auto& file : export_storage(storage))
        if (!file.path.ends_with('/')) texts[std::string(kGiven) + file.path] = std::move(file.bytes);
    return texts;
}

}  // namespace

std::string baseline_folder() {
    if (const char* own = std::getenv("VMLAB_BASELINE"); own && *own) return own;
    return VMLAB_SOURCE_DIR "/profiles/baseline";
}

std::optional<std::string> read_host_file(const std::string& path) { return read_file(path); }

std::optional<std::vector<std::string>> list_folder(const std::string& folder, std::string& error) {
    std::error_code failed;
    std::vector<std::string> paths;
    for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end;
         it.increment(failed)) {
        std::error_code unknown;
        if (it->is_regular_file(unknown))
            paths.push_back(it->path().lexically_relative(folder).generic_string());
    }
    if (failed) {
        error = folder + ": " + failed.message();
        return std::nullopt;
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::optional<NamedTexts> read_folder(const std::string& folder, std::string& error) {
    const auto paths = list_folder(folder, error);
    if (!paths) return std::nullopt;
    NamedTexts texts;
    for (const std::string& path : *paths) {
        auto text = read_file(fs::path(folder) / path);
        if (!text) {
            error = (fs::path(folder) / path).string() + " cannot be read";
            return std::nullopt;
        }
        texts.emplace_back(path, std::move(*text));
    }
    return texts;
}

sslserv::LabKeys cached_lab_keys() {
    const fs::path folder = cache_folder();
    if (!folder.empty())
        if (const auto text = read_file(folder / "lab.keys")) {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(text->data());
            if (auto keys = sslserv::LabKeys::read({bytes, text->size()}); keys && !keys->client.empty())
                return *keys;
        }
    RandomStream random(seed_from_number(0), "lab keys");
    const auto keys = sslserv::make_lab_keys(random);
    std::string error;
    if (!folder.empty())
        if (auto cache = WorkDirectory::open(folder.string(), error)) {
            const auto bytes = keys.serialize();
            cache->save_file("lab.keys", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error);
        }
    return keys;
}

std::map<std::string, std::string> packed(const std::vector<ArchivedFile>& files, const NamedTexts& given) {
    auto state = as_given(given);
    for (const auto& file : files) state[file.path] = file.attributes + "\n" + file.bytes;
    return state;
}

std::vector<ArchivedFile> unpacked(std::map<std::string, std::string> state, const NamedTexts& given) {
    auto now = as_given(given);
    for (const auto& [name, text] : state)
        if (name.starts_with(kGiven)) now.try_emplace(name);
    for (const auto& [name, text] : now) {
        const auto then = state.find(name);
        if (then == state.end() || then->second != text) state.erase(name.substr(kGiven.size()));
    }
    std::vector<ArchivedFile> files;
    for (const auto& [path, text] : state) {
        const auto end = text.find('\n');
        if (path.starts_with(kGiven) || end == std::string::npos) continue;
        files.push_back({path, text.substr(0, end), text.substr(end + 1)});
    }
    return files;
}

}  // namespace vmlab::sim
