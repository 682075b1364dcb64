#include "simulator/scenario/lab.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/cms/disk_store.hpp"

namespace vmlab::sim {

std::string LabError::str() const {
    if (line == 0) return fmt::format("{}: error: {}", file, text);
    return fmt::format("{}:{}:{}: error: {}", file, line, column, text);
}

std::string DiskFile::str() const {
    return fmt::format("{} {} {} {}", owner.view(), short_vdev(vdev), name.view(), type.view());
}

std::string DiskFile::path() const {
    return fmt::format("{}.{}/{}.{}", owner.view(), short_vdev(vdev), name.view(), type.view());
}

const Check* Lab::find_check(std::string_view wanted) const {
    for (const auto& check : checks)
        if (check.id == wanted) return &check;
    return nullptr;
}

namespace {

/// Where `edit` applies, or a sentence why it does not.
std::size_t place_of(const FileEdit& edit, const std::string& text, std::string& why) {
    std::size_t from = 0;
    if (!edit.after.empty()) {
        const auto anchor = text.find(edit.after);
        if (anchor == text.npos) {
            why = fmt::format("the file has no '{}'", edit.after);
            return text.npos;
        }
        from = anchor + edit.after.size();
    }
    const auto at = text.find(edit.find, from);
    if (at == text.npos) why = fmt::format("the file has no '{}'", edit.find);
    else if (edit.after.empty() && text.find(edit.find, at + 1) != text.npos)
        why = fmt::format("'{}' stands in the file more than once: say behind what (after:)", edit.find);
    return why.empty() ? at : text.npos;
}

void apply_edits(const Lab& lab, const FilePatch& patch, std::string& text, std::vector<LabError>& errors) {
    for (const auto& edit : patch.replace) {
        std::string why;
        const auto at = place_of(edit, text, why);
        if (at == text.npos)
            errors.push_back(
                {lab.file, edit.where.line, edit.where.column, fmt::format("{}: {}", patch.file.str(), why)});
        else text.replace(at, edit.find.size(), edit.with);
    }
}

}  // namespace

ConfigurationFiles apply_patch(const Lab& lab, const std::vector<FilePatch>& patches,
                               ConfigurationFiles files, std::vector<LabError>& errors) {
    for (const auto& patch : patches) {
        const auto path = patch.file.path();
        auto found =
            std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.first == path; });
        if (patch.text) {
            if (found == files.end()) files.emplace_back(path, *patch.text);
            else found->second = *patch.text;
        } else if (found == files.end()) {
            errors.push_back({lab.file, patch.where.line, patch.where.column,
                              fmt::format("the baseline has no file {}", patch.file.str())});
        } else {
            apply_edits(lab, patch, found->second, errors);
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace vmlab::sim
