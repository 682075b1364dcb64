// vmlab replay: a recorded run again, from its journal alone, in virtual time and without a port.
#pragma once

#include <string>

namespace vmlab::sim {

struct ReplayOptions {
    std::string recording;                ///< the journal of a run in real time
    std::string pcap, journal, consoles;  ///< where these go; empty: nowhere
    bool partial = false;                 ///< the run was cut off: what there is of it
};

/// What the person at the prompt saw goes to stdout. kCheckFailed, and the first line that differs, when the
/// run is not the recorded one; kInvalidInput when the recording is damaged, or none.
[[nodiscard]] int replay(const ReplayOptions& options);

}  // namespace vmlab::sim
