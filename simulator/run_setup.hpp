// What a run in real time is given at its start, whole: with this and what comes from outside afterwards
// (simulator/system/recording.hpp), the run is the same again, wherever and whenever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/given_system.hpp"
#include "simulator/host_files.hpp"
#include "simulator/scenario/lab_session.hpp"
#include "simulator/system/recording.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

struct RunSetup {
    Instant start{};
    Seed seed{};
    sslserv::LabKeys keys{};
    NamedTexts shipped{};                                              ///< vmlab's own files
    std::optional<GivenSystem> given{};                                ///< --files
    std::string lab_file{}, lab_text{};                                ///< YAML; empty: no lab
    std::vector<ArchivedFile> saved{};                                 ///< of an earlier run
    std::optional<std::pair<std::uint16_t, std::uint16_t>> passive{};  ///< --passive-ports
    std::uint32_t loss_ppm = 0;                                        ///< of frames on the LAN
    std::optional<std::pair<Duration, Duration>> partition{};          ///< after, and for how long
    bool tap = false;                                                  ///< the kernel is a host on the LAN
    Userid user{};                                                     ///< who sits at the prompt
    bool typing = false;                                               ///< there is a prompt
    bool can_edit = false;                                             ///< and a terminal for an editor
};

/// The lines that a journal begins with. Every private key and secret of the run follows from them.
[[nodiscard]] std::vector<RecordingLine> recording_of(const RunSetup& setup);
/// The inverse, from RecordedRun::given. Nothing, and where and why, when the lines are no setup.
[[nodiscard]] std::optional<RunSetup> read_run_setup(const std::vector<RecordingLine>& lines,
                                                     RecordingError& error);

/// The system of a run.
struct RunSystem {
    WorldOptions options{};
    WorldOptions good{};  ///< what WHY … (PROVE compares with
    std::optional<Lab> lab{};
    std::vector<std::string> said{};  ///< what was supplied
};
/// Nothing, and a sentence, when the lab cannot be read or does not fit the files.
[[nodiscard]] std::optional<RunSystem> system_of(const RunSetup& setup, std::string& error);

/// Brings the world up in virtual time, as it is before anybody is let in; its journal begins with the setup.
/// Of a lab, its fault is in place. False when some server of the main stack did not start.
bool bring_up(const RunSetup& setup, World& world, LabSession* lab);

}  // namespace vmlab::sim
