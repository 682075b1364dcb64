// Plays a script on a host in virtual time: lets arrive what arrives, calls what is called, and compares what
// leaves with what the script says.
#pragma once

#include <string>
#include <vector>

#include "tests/packets/runner/script.hpp"

namespace vmlab::packets {

struct Outcome {
    enum class Kind { passed, failed, not_ours } kind = Kind::passed;
    Place at{};
    std::string what{};                  ///< what went wrong, or what is not ours
    std::vector<std::string> road{};     ///< what was seen until then, a line each, with its time
    std::vector<std::string> skipped{};  ///< commands and options that mean nothing here
};

[[nodiscard]] Outcome play(const Script& script);

}  // namespace vmlab::packets
