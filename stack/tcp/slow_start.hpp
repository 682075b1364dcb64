// Slow start, and HyStart++ that ends the first one before it overruns the queue (RFC 9406).
//
// The window grows by what is delivered, at most eight segments per ACK (L of RFC 9406 section 4.2). In the
// first slow start the least round trip of each round (one window, by sequence) is compared with that of the
// round before; when it has risen by an eighth (4 to 16 ms), a queue is building:
//
//   slow start ──rise──► conservative (a quarter of the growth) ──five rounds──► congestion avoidance
//        ▲                    │ the round trip falls again: the rise was no queue
//        └────────────────────┘
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/tcp/window.hpp"

namespace vmlab::stack {

class SlowStart {
public:
    /// `watched`: the first slow start, with HyStart++. May set the threshold, which ends it.
    void grow(Window& window, const Delivery& delivery, bool watched) {
        const std::uint32_t bytes = std::min(delivery.bytes, kMostSegments * window.segment);
        if (!watched) return window.grow(bytes);
        if (delivery.una >= round_end_ || !begun_) begin_round(window, delivery);
        if (!window.in_slow_start()) return;
        window.grow(conservative_ ? bytes / kGrowthDivisor : bytes);
        if (!delivery.rtt) return;
        least_ =
            std::min(least_, std::uint32_t(std::min<std::int64_t>(*delivery.rtt / microseconds{1}, kNone)));
        if (samples_ < kEnoughSamples) ++samples_;
        if (samples_ < kEnoughSamples) return;
        if (conservative_) {
            if (least_ < baseline_) conservative_ = false;
        } else if (last_least_ != kNone) {
            const std::uint32_t rise = std::clamp(last_least_ / 8, 4'000u, 16'000u);
            if (least_ >= last_least_ + rise) {
                conservative_ = true;
                rounds_ = 0;
                baseline_ = least_;
            }
        }
    }

private:
    static constexpr std::uint32_t kMostSegments = 8, kGrowthDivisor = 4, kNone = 0x7fffffff;
    static constexpr std::uint8_t kEnoughSamples = 8, kRounds = 5;

    void begin_round(Window& window, const Delivery& delivery) {
        if (begun_ && conservative_ && ++rounds_ >= kRounds) window.threshold = window.size;
        begun_ = true;
        round_end_ = delivery.nxt;
        last_least_ = least_;
        least_ = kNone;
        samples_ = 0;
    }

    Seq round_end_{};
    std::uint32_t least_ = kNone, last_least_ = kNone, baseline_ = kNone;  // microseconds
    std::uint8_t samples_ = 0, rounds_ = 0;
    bool begun_ = false, conservative_ = false;
};

}  // namespace vmlab::stack
