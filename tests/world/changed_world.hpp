// Edits to the baseline's files, for tests of what a changed line does.
#pragma once

#include <doctest/doctest.h>

#include "tests/world/baseline_world.hpp"

namespace vmlab::sim {

/// In the file whose name ends so: the first occurrence of one text becomes another; without `from`, `to`
/// stands behind everything else, and a file that is not there is made of it.
struct Edit {
    std::string file, from, to;
};

inline WorldOptions changed(const std::vector<Edit>& edits) {
    WorldOptions options = baseline_options();
    for (const Edit& edit : edits) {
        bool found = false;
        for (auto& [name, text] : options.files) {
            if (!name.ends_with(edit.file)) continue;
            const auto at = edit.from.empty() ? text.size() : text.find(edit.from);
            if (at == std::string::npos) continue;
            text.replace(at, edit.from.size(), edit.to);
            found = true;
            break;
        }
        if (!found && edit.from.empty()) {
            options.files.emplace_back(edit.file, edit.to);
            found = true;
        }
        REQUIRE_MESSAGE(found, "not in the baseline: ", edit.from);
    }
    return options;
}

inline std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace vmlab::sim
