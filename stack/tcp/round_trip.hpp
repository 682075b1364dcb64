// The retransmission timeout of RFC 6298 (MUST-18): smoothed round-trip time and its variation, and the
// doubling after each expiry (MUST-19). Karn's rule is kept by the caller, who gives no samples of
// retransmitted data.
#pragma once

#include <algorithm>

#include "stack/base/time.hpp"

namespace vmlab::stack {

class RoundTrip {
public:
    static constexpr Duration kInitial = seconds{1};       // RFC 6298 (2.1)
    static constexpr Duration kAfterLostSyn = seconds{3};  // (5.7)
    /// RFC 6298 (2.4) advises one second; with clocks as fine as ours, 200 ms is what today's hosts use.
    static constexpr Duration kLeast = milliseconds{200};
    static constexpr Duration kMost = seconds{120};  // (2.5)

    /// `exact`: by our own clock; a time stamp's milliseconds would pull the least down.
    void sample(Duration rtt, bool exact = true) {
        rtt = std::max(rtt, Duration{0});
        if (!measured_) {
            measured_ = true;
            smoothed_ = rtt;
            variation_ = rtt / 2;
            least_ = rtt;
        } else {
            const Duration error = rtt > smoothed_ ? rtt - smoothed_ : smoothed_ - rtt;
            variation_ = (3 * variation_ + error) / 4;
            smoothed_ = (7 * smoothed_ + rtt) / 8;
            if (exact) least_ = std::min(least_, rtt);
        }
        backoff_ = 0;
    }
    /// The timer ran out: the next timeout is twice as long (5.5), and stays so until the next sample: an ACK
    /// of what was sent twice says nothing of the round trip (section 3).
    void back_off() {
        if (backoff_ < 16) ++backoff_;
    }
    /// A SYN had to be sent again: until there is a sample, one second was too short (5.7).
    void syn_was_lost() {
        syn_lost_ = true;
        backoff_ = 0;
    }
    /// The peer's window has opened: it was not the path that did not answer.
    void recover() { backoff_ = 0; }

    Duration timeout() const {
        const Duration base =
            measured_
                ? std::clamp(smoothed_ + std::max(4 * variation_, Duration{milliseconds{1}}), kLeast, kMost)
            : syn_lost_ ? kAfterLostSyn
                        : kInitial;
        Duration backed_off = base;
        for (int i = 0; i < backoff_ && backed_off < kMost; ++i) backed_off *= 2;
        return std::min(backed_off, kMost);
    }
    Duration smoothed() const { return smoothed_; }
    Duration variation() const { return variation_; }
    Duration least() const { return least_; }
    bool measured() const { return measured_; }

private:
    Duration smoothed_{}, variation_{}, least_{};
    int backoff_ = 0;
    bool measured_ = false, syn_lost_ = false;
};

}  // namespace vmlab::stack
