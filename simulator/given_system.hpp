// The files of the host that make up a system: what `check` looks at, and what `run` and `why` bring up.
// Folders and files as an administrator has them, in any form (simulator/given); read, never written to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/given/supplied_system.hpp"

namespace vmlab::sim {

struct GivenOptions {
    std::vector<std::string> paths{};   ///< files and folders
    std::string kdb{};                  ///< a key database of vmlab's, its stash file beside it
    std::vector<std::string> labels{};  ///< in place of a key database
    std::string node{};                 ///< empty: guessed from the files
};

struct GivenSystem {
    std::vector<GivenFile> files{};  ///< with vmlab's IBM DTCPARMS where none is given
    SystemOptions options{};
    std::vector<std::string> passed_over{};  ///< paths that nothing is made of
    std::string warning{};                   ///< a key database was found and cannot be read
};

/// Which files beside those of a known kind are wanted: check looks at none, a system that runs has them.
enum class OtherFiles { passed_over, on_disks };

/// Nothing, and a sentence, when something cannot be read.
[[nodiscard]] std::optional<GivenSystem> read_given(const GivenOptions& options, OtherFiles others,
                                                    std::string& error);

/// What was given as a system to bring up, with what it does not say; `shipped` is vmlab's own system.
[[nodiscard]] SuppliedSystem supply(GivenSystem given,
                                    const std::vector<std::pair<std::string, std::string>>& shipped);
/// A folder as a system to bring up. Nothing, and a sentence, as above.
[[nodiscard]] std::optional<SuppliedSystem> read_and_supply(const GivenOptions& options, std::string& error);

}  // namespace vmlab::sim
