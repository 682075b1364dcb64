// What the command line asks of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "simulator/given_system.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// Exit codes of the program.
enum ExitCode : int {
    kOk = 0,
    kCheckFailed = 1,
    kUsage = 2,
    kInvalidInput = 3,
    kCannotBind = 4,
    kInternal = 5
};

struct RunOptions {
    std::string lab;       ///< an id, or a path to a YAML file; empty: the healthy system
    GivenOptions given{};  ///< --files: configuration files in place of the shipped baseline
    bool serve = false;
    bool fresh = false;  ///< forget what an earlier run saved
    std::uint16_t port_base = 10000;
    bool ports = true;
    std::optional<std::pair<std::uint16_t, std::uint16_t>> passive_ports{};
    std::string work;                       ///< empty: the user's state directory
    std::string pcap, journal, ready_file;  ///< pcap "-": stdout
    std::string tap;                        ///< a TAP interface, for the kernel as a host on the LAN
    std::string consoles;                   ///< where the consoles of all machines go at the end
    std::string user = "TCPMAINT";
    std::optional<std::uint64_t> seed{};
    std::uint32_t loss_ppm = 0;  ///< of frames on the LAN
    /// From that long after the start, for that long, nothing passes on the LAN.
    std::optional<std::pair<Duration, Duration>> partition{};
    // Virtual runs: of what stands above only lab, files, pcap, journal, consoles, seed and loss
    // count.
    std::optional<Duration> virtual_time{};
    bool traffic = false;  ///< WS1 transfers a file by FTP over TLS meanwhile
};

}  // namespace vmlab::sim
