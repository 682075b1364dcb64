// What a wire does to frames: rates for all of them, and faults for those that match. A verdict per frame and
// receiver, drawn from the world's randomness; counters prove that a fault fired.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "simulator/network/frame_match.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// Loss in bursts (Gilbert, Elliott): a wire is good or bad; each frame may change that, and a bad wire loses
/// frames. Parts per million.
struct BurstLoss {
    std::uint32_t enter = 0;         ///< good → bad; 0 = never
    std::uint32_t leave = 250'000;   ///< bad → good
    std::uint32_t lose = 1'000'000;  ///< of frames on a bad wire
};

/// Rates are parts per million of frames; 10 000 = 1 %.
struct Impairments {
    Duration delay = microseconds{20};  ///< one way, every frame
    Duration jitter{};                  ///< uniform in [0, jitter] on top
    std::uint32_t loss = 0;
    BurstLoss burst{};
    std::uint32_t duplicate = 0;
    std::uint32_t reorder = 0;  ///< such frames are late by reorder_delay
    Duration reorder_delay = milliseconds{5};
    std::uint32_t corrupt = 0;  ///< one bit flips

    /// Nothing but the delay happens to a frame.
    bool clean() const {
        return !loss && !burst.enter && !duplicate && !reorder && !corrupt && jitter == Duration{};
    }
};

/// What a wire can carry, in the direction of each station: a queue in front of it drops at its tail.
struct WireRate {
    std::uint64_t bits_per_second = 0;  ///< 0 = unlimited, and no queue
    std::size_t queue_bytes = 0;        ///< that wait or are being sent; 0 = no such limit
    std::size_t queue_frames = 0;       ///< 0 = no such limit
};

/// A fault of a wire: what happens, beside what happens to every frame, to frames that match.
struct WireFault {
    std::string name;
    FrameMatch match{};
    Impairments effect{.delay = Duration{}};  ///< its delay comes on top
    std::uint64_t matched = 0;                ///< frames so far (of each receiver)
    std::uint64_t fired = 0;                  ///< of those, frames to which something happened
    bool in_burst = false;
};

struct ImpairmentCounters {
    std::uint64_t frames = 0, lost = 0, burst = 0, duplicated = 0, reordered = 0, corrupted = 0;
    std::uint64_t queue_full = 0;  ///< dropped at the tail
    std::uint64_t too_large = 0;   ///< dropped: larger than the wire's MTU
};

/// When a copy of a frame arrives, and whether it is damaged.
struct Delivery {
    Duration after{};
    bool corrupt = false;
};

/// The copies of one frame that arrive; no memory is asked for.
class Deliveries {
public:
    explicit Deliveries(Delivery only) : size_(1) { all_[0] = only; }
    void add(Delivery one) {
        if (size_ < all_.size()) all_[size_++] = one;
    }
    void clear() { size_ = 0; }
    std::size_t size() const { return size_; }
    Delivery* begin() { return all_.data(); }
    Delivery* end() { return all_.data() + size_; }

private:
    std::array<Delivery, 8> all_{};
    std::size_t size_;
};

/// What happened to a frame, for the capture ("lost", "duplicated", …); empty: nothing.
using Verdict = std::string;

/// Draws the fate of one frame and changes its deliveries. True when anything but the delay happened.
/// `verdict`, where there is one, gets the words.
bool impair(const Impairments& rules, bool& in_burst, RandomStream& random, Deliveries& deliveries,
            ImpairmentCounters& counters, Verdict* verdict);
/// A copy of the frame with one bit flipped behind the Ethernet header.
[[nodiscard]] Buffer corrupted(const Buffer& frame, RandomStream& random);

}  // namespace vmlab::sim
