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
    /// What the script asks about that is another kernel's own affair, or that this stack does not tell.
    std::vector<std::string> not_compared{};
};

/// `given`: options of the command line (--ip_version=ipv6).
[[nodiscard]] Outcome play(const Script& script, const std::vector<Setting>& given = {});

}  // namespace vmlab::packets
