// The shipped system without a fault, for tests that need a whole world.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "simulator/scenario/checks.hpp"
#include "simulator/scenario/lab.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

inline ConfigurationFiles baseline() {
    namespace fs = std::filesystem;
    const fs::path folder = VMLAB_SOURCE_DIR "/profiles/baseline";
    ConfigurationFiles files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        files.emplace_back(fs::relative(entry.path(), folder).generic_string(), text.str());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// The healthy system; the keys are made once, they are slow to make.
inline const WorldOptions& healthy() {
    static const WorldOptions options = [] {
        WorldOptions o;
        o.start = instant_of({2019, 10, 9, 0, 16, 0, 0, 0});
        o.seed = seed_from_number(1);
        o.files = baseline();
        RandomStream random(seed_from_number(0), "lab keys");
        o.keys = sslserv::make_lab_keys(random);
        return o;
    }();
    return options;
}

}  // namespace vmlab::sim
