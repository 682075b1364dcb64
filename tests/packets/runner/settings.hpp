// What a script demands of the system before it begins: options in its first lines, and commands that set
// what a kernel lets be set. Commands are read, never run.
#pragma once

#include <string>
#include <vector>

#include "tests/packets/runner/host.hpp"

namespace vmlab::packets {

struct Settings {
    Host::Setup host{};
    Duration tolerance = milliseconds{4};
    stack::ConnectionOptions defaults{.no_delay = false};
    std::uint8_t window_shift = 0;
    bool compares_stamps = true;                   ///< what our time stamps say, not only what they echo
    bool stamps_wanted = false;                    ///< by an option
    bool listeners_open_fast = false;              ///< without a socket option
    bool other_kernel = false;                     ///< the script names settings of another kernel's buffers
    std::optional<stack::SipKey> fast_open_key{};  ///< of cookies
    bool forgets_servers = false;                  ///< what is kept of Fast Open is to be thrown away now
    std::string not_had{};                         ///< what it sets that changes much, and that we have not
    std::vector<std::string> skipped{};            ///< commands that mean nothing here
};

/// `given`: options of the command line, which prevail over those of the script. How far a host scales its
/// window follows from its buffers: what the first SYN of the script has is taken for a demand. Throws
/// NotOurs, ScriptError.
void apply(const Script& script, const std::vector<Setting>& given, Settings& to);
/// True if anything in it was understood; what was not goes to `skipped`. Throws NotOurs.
bool apply_command(const std::string& command, Settings& to);

}  // namespace vmlab::packets
