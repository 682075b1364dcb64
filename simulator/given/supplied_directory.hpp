// The CP directory of a system whose files come without one, or with one that lacks what vmlab needs to run:
// the shipped directory, and a virtual machine for everyone whom the other files name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/given/system_files.hpp"

namespace vmlab::sim {

struct SuppliedDirectory {
    std::string text;                 ///< USER DIRECT; empty: the given one needs nothing
    std::vector<std::string> said{};  ///< what was supplied, a sentence each
};

/// `shipped` is the text of vmlab's own USER DIRECT. Entries are only ever added behind a given directory.
[[nodiscard]] SuppliedDirectory supply_directory(const SystemFiles& files, std::string_view shipped);

}  // namespace vmlab::sim
