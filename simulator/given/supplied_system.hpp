// An administrator's files as a system that can be brought up: the files under the names that a world knows,
// and beside them what they do not say, supplied sensibly, each thing with a sentence about it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "simulator/given/surroundings.hpp"
#include "simulator/given/system_files.hpp"

namespace vmlab::sim {

struct SuppliedSystem {
    /// "TCPMAINT.198/PROFILE.TCPIP" and its text, in order of path.
    std::vector<std::pair<std::string, std::string>> files{};
    Surroundings around{};
    std::vector<std::string> said{};  ///< "USER DIRECT (MAINT 2CC): vmlab's own"
};

/// `shipped` is vmlab's own system, as SuppliedSystem::files. SystemOptions::labels, when given, are those of
/// the key database; else the shipped one is taken when most labels that the files name are in it, and if
/// not, every label that they name gets a certificate.
[[nodiscard]] SuppliedSystem supply_system(const SystemFiles& files,
                                           const std::vector<std::pair<std::string, std::string>>& shipped);

}  // namespace vmlab::sim
