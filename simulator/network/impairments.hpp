// What a LAN does to frames: a verdict per frame and receiver, drawn from the world's randomness.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// Rates are parts per million of frames; 10 000 = 1 %.
struct Impairments {
    Duration delay = microseconds{20};  ///< one way, every frame
    Duration jitter{};                  ///< uniform in [0, jitter] on top
    std::uint32_t loss = 0;
    std::uint32_t duplicate = 0;
    std::uint32_t reorder = 0;  ///< such frames are late by reorder_delay
    Duration reorder_delay = milliseconds{5};
    std::uint32_t corrupt = 0;          ///< one bit flips
    std::uint64_t bits_per_second = 0;  ///< 0 = unlimited
};

/// Between `from` and `until` nothing passes.
struct Partition {
    Instant from{}, until{};
};

struct ImpairmentCounters {
    std::uint64_t frames = 0, lost = 0, duplicated = 0, reordered = 0, corrupted = 0, partitioned = 0;
};

/// When copies of one frame arrive, and whether a copy is damaged.
struct Delivery {
    Duration after{};
    bool corrupt = false;
};

/// Draws the fate of one frame: none, one or two deliveries.
[[nodiscard]] std::vector<Delivery> decide_deliveries(const Impairments& rules, RandomStream& random,
                                                      ImpairmentCounters& counters);
/// A copy of the frame with one bit flipped behind the Ethernet header.
[[nodiscard]] Buffer corrupted(const Buffer& frame, RandomStream& random);

}  // namespace vmlab::sim
