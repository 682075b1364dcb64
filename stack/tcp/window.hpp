// What every congestion control has in common: the window, the slow start threshold, and what an ACK tells
// it. All sizes are bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/time.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

struct Window {
    static constexpr std::uint32_t kMost = 1u << 30;

    std::uint32_t segment = 536;      ///< the payload of a full segment
    std::uint32_t size = 5360;        ///< what may be on the way at once (cwnd)
    std::uint32_t threshold = kMost;  ///< below it the window grows by slow start (ssthresh)

    std::uint32_t initial() const { return 10 * segment; }  // RFC 6928
    bool in_slow_start() const { return size < threshold; }
    void grow(std::uint64_t bytes) {
        size = std::uint32_t(size + bytes < kMost ? size + bytes : std::uint64_t{kMost});
    }
};

/// How fast the path delivered, between the sending of a segment and its ACK (delivery_rate.hpp).
struct RateSample {
    std::uint64_t bytes_per_second = 0;  ///< 0 = no sample
    std::uint64_t delivered_before = 0;  ///< bytes delivered when the segment was sent
    bool app_limited = false;            ///< the sender had nothing to send: a lower bound only
};

/// What one ACK brought.
struct Delivery {
    Instant now{};
    std::uint32_t bytes = 0;        ///< newly acknowledged or sacked
    std::uint32_t lost = 0;         ///< newly taken for lost
    std::uint32_t in_flight = 0;    ///< the pipe now
    bool window_limited = false;    ///< the window was what held the sender back (RFC 7661's concern)
    std::optional<Duration> rtt{};  ///< this ACK's sample
    Duration smoothed{};            ///< the round trip, smoothed
    Seq una{}, nxt{};
    std::uint64_t delivered = 0;  ///< in all
    RateSample rate{};
};

}  // namespace vmlab::stack
