// Congestion control: NewReno's window (RFC 5681, RFC 6582), counted in bytes (RFC 3465 with L = 2).
//
//   slow start            window < threshold   + bytes acknowledged (at most two segments per ACK)
//   congestion avoidance  else                 + one segment per window acknowledged
//   loss seen by ACKs     threshold = flight/2, window = threshold (recovery keeps the pipe filled to it)
//   timeout               threshold = flight/2, window = one segment
//
// The window only grows while it is what limits the sender (RFC 7661's concern), and falls back to the
// initial one after an idle period longer than the retransmission timeout (RFC 5681 section 4.1).
#pragma once

#include <algorithm>
#include <cstdint>

namespace vmlab::stack {

class Congestion {
public:
    /// At the start, and when the segment size becomes known: ten segments (RFC 6928).
    void open(std::uint32_t segment) {
        segment_ = segment;
        window_ = initial();
    }
    void set_segment(std::uint32_t segment) { segment_ = segment; }

    void acknowledged(std::uint32_t bytes, bool was_limiting) {
        if (!was_limiting) return;
        if (window_ < threshold_) {
            window_ += std::min(bytes, 2 * segment_);
            return;
        }
        credit_ += bytes;
        if (credit_ >= window_) {
            credit_ -= window_;
            window_ = std::min(window_ + segment_, kMost);
        }
    }
    void lost(std::uint32_t in_flight) {
        threshold_ = std::max(in_flight / 2, 2 * segment_);
        window_ = threshold_;
        credit_ = 0;
    }
    void timed_out(std::uint32_t in_flight, bool first_time) {
        // A segment that times out again says nothing new about the path (RFC 5681 equation 4's note).
        if (first_time) threshold_ = std::max(in_flight / 2, 2 * segment_);
        window_ = segment_;
        credit_ = 0;
    }
    void restart_after_idle() { window_ = std::min(window_, initial()); }

    std::uint32_t window() const { return window_; }
    std::uint32_t threshold() const { return threshold_; }

private:
    static constexpr std::uint32_t kMost = 1u << 30;
    std::uint32_t initial() const { return 10 * segment_; }

    std::uint32_t segment_ = 536;
    std::uint32_t window_ = 5360;
    std::uint32_t threshold_ = kMost;
    std::uint32_t credit_ = 0;
};

}  // namespace vmlab::stack
