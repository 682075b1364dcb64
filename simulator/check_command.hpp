// vmlab check: an administrator's own files, read and asked, without a system that runs.
#pragma once

#include <string>
#include <vector>

namespace vmlab::sim {

struct CheckOptions {
    std::vector<std::string> paths;   ///< files and folders
    std::string kdb;                  ///< a key database of vmlab's, its stash file beside it
    std::vector<std::string> labels;  ///< in place of a key database
    std::string node;                 ///< empty: guessed from the files
    bool json = false, sarif = false, verbose = false, list = false;
};

/// 0 nothing found, 1 something found, 2 usage, 3 unreadable.
[[nodiscard]] int check_files(const CheckOptions& options);

}  // namespace vmlab::sim
