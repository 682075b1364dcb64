#include "simulator/scenario/lab_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "simulator/scenario/lab_reader.hpp"

namespace vmlab::sim {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> content_of(const std::string& path) {
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

void read_into(LabLibrary& library, const std::string& path) {
    const auto text = content_of(path);
    if (!text) {
        library.errors.push_back({path, 0, 0, "the file cannot be read"});
        return;
    }
    auto reading = read_lab(path, *text);
    if (reading.lab) library.labs.push_back(std::move(*reading.lab));
    for (auto& error : reading.errors) library.errors.push_back(std::move(error));
}

}  // namespace

const Lab* LabLibrary::find(std::string_view id) const {
    for (const auto& lab : labs)
        if (iequals(lab.id, id)) return &lab;
    return nullptr;
}

LabLibrary read_labs(const std::string& folder) {
    LabLibrary library;
    std::vector<std::string> paths;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
        if (it->path().extension() == ".yaml") paths.push_back(it->path().string());
    if (failed) library.errors.push_back({folder, 0, 0, failed.message()});
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) read_into(library, path);
    std::stable_sort(library.labs.begin(), library.labs.end(), [](const Lab& a, const Lab& b) {
        return std::pair(a.level, a.id) < std::pair(b.level, b.id);
    });
    return library;
}

LabLibrary read_lab_file(const std::string& path) {
    LabLibrary library;
    read_into(library, path);
    return library;
}

std::optional<Lab> find_lab(const std::string& what, const std::string& folder,
                            std::vector<LabError>& errors) {
    const bool is_path = what.find('/') != std::string::npos || what.ends_with(".yaml");
    LabLibrary library = is_path ? read_lab_file(what) : read_labs(folder);
    if (is_path && library.labs.size() == 1) return std::move(library.labs.front());
    if (const Lab* lab = library.find(what)) return *lab;
    for (auto& error : library.errors) errors.push_back(std::move(error));
    if (is_path) return std::nullopt;
    std::vector<std::string> ids;
    for (const auto& lab : library.labs) ids.push_back(lab.id);
    errors.push_back(
        {folder, 0, 0, fmt::format("there is no lab '{}'; there are {}", what, fmt::join(ids, ", "))});
    return std::nullopt;
}

std::vector<TypedLine> read_keys(const std::string& path) {
    std::vector<TypedLine> lines;
    std::istringstream text(content_of(path).value_or(""));
    for (std::string line; std::getline(text, line);)
        if (!trimmed(line).empty()) lines.push_back({"TCPMAINT", std::string(trimmed(line))});
    return lines;
}

}  // namespace vmlab::sim
