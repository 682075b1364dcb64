// Labs of a folder: every *.yaml in it, in order of level and id. Reads files of the host, writes none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/scenario/lab.hpp"

namespace vmlab::sim {

struct LabLibrary {
    std::vector<Lab> labs{};
    std::vector<LabError> errors{};  ///< labs that could not be read are not among `labs`

    [[nodiscard]] const Lab* find(std::string_view id) const;
};

/// A folder that cannot be read is an error, too.
[[nodiscard]] LabLibrary read_labs(const std::string& folder);
/// One file.
[[nodiscard]] LabLibrary read_lab_file(const std::string& path);
/// `what` is the id of a lab in `folder`, or a path (it contains '/' or ends in .yaml). Nothing, and errors
/// that say what there is, when it cannot be had.
[[nodiscard]] std::optional<Lab> find_lab(const std::string& what, const std::string& folder,
                                          std::vector<LabError>& errors);
/// The lines of a keystroke transcript (<id>.keys beside the lab): what a person types from the symptom to
/// success. Empty when there is none.
[[nodiscard]] std::vector<TypedLine> read_keys(const std::string& path);

}  // namespace vmlab::sim
