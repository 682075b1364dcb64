// What only the host knows: its time, its randomness, its environment. Nothing outside simulator/edge asks
// for these.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// The host's UTC: where a run in real time begins.
[[nodiscard]] Instant host_now();
/// Nanoseconds of a clock that never goes back; only differences mean anything.
[[nodiscard]] std::int64_t host_nanoseconds();

/// 256 bits from the kernel: the seed of a run with loopback ports open, unpredictable outside.
[[nodiscard]] Seed seed_from_host();

/// The user's directory for what outlives a run: $XDG_STATE_HOME/vmlab, else ~/.local/state/vmlab. Empty when
/// the user has neither (then --work must say).
[[nodiscard]] std::string default_work_directory();

enum class ColorWish : std::uint8_t { automatic, always, never };
/// NO_COLOR and TERM=dumb win over `automatic`; `always` and `never` win over both.
[[nodiscard]] bool use_color(int fd, ColorWish wish);

/// Lets this process hold as many files and sockets as the host allows it.
void raise_file_limit();

}  // namespace vmlab::sim
