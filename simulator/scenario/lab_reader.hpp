// Lab files: YAML in, a Lab or errors with line and column out. Nothing is thrown, whatever the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/lab.hpp"

namespace vmlab::sim {

struct LabReading {
    std::optional<Lab> lab{};  ///< nothing when there are errors
    std::vector<LabError> errors{};
};

/// `file` is the name that errors carry.
[[nodiscard]] LabReading read_lab(const std::string& file, std::string_view text);

/// The keys of every kind of mapping, as the reader knows them: the published schema must say the same.
struct LabKeySet {
    std::string_view of;  ///< "lab", "check", "probe" …: the name of the definition in the schema
    std::vector<std::string_view> keys;
};
[[nodiscard]] const std::vector<LabKeySet>& known_lab_keys();

}  // namespace vmlab::sim
