// The tail loss probe (RFC 8985 section 7): when the last segments of a flight are lost, nothing behind them
// can show it. So after two round trips of silence one segment more is sent, new if there is one, else the
// last again: its ACK, or its SACK, says what is missing, long before the timer.
//
//   armed   new data was sent, or acknowledged; SACK is agreed, nothing is sacked, nothing is repaired
//   after   2 × smoothed round trip, and the longest delay of an ACK when the receiver may be waiting for a
//           second segment; never later than the retransmission timer
//   then    one probe until it is acknowledged
//
// A probe that was a retransmission may have repaired the only loss: then congestion was seen, though nothing
// else shows it. The receiver's report of a duplicate (DSACK) says that it was not so (section 7.4.2).
#pragma once

#include <cstdint>

#include <algorithm>

#include "stack/base/time.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

class TailProbe {
public:
    static constexpr Duration kMostAckDelay = milliseconds{200};
    /// Of a peer that answers in no time nothing is lost yet in the very moment in which it was sent.
    static constexpr Duration kLeast = milliseconds{2};

    [[nodiscard]] static Duration timeout(Duration smoothed, bool ack_may_wait) {
        return std::max<Duration>(2 * smoothed, kLeast) + (ack_may_wait ? kMostAckDelay : Duration{});
    }
    [[nodiscard]] bool outstanding() const { return outstanding_; }
    void sent(Seq nxt, bool retransmission) {
        outstanding_ = true;
        retransmission_ = retransmission;
        end_ = nxt;
    }
    /// Is it the probe that a report of a duplicate up to `right` is about?
    [[nodiscard]] bool explains(Seq right) const { return outstanding_ && retransmission_ && right == end_; }
    void forget() { outstanding_ = false; }
    /// True when an ACK shows that the probe repaired a loss. `duplicate`: it reports a duplicate.
    [[nodiscard]] bool acknowledged(Seq ack, bool duplicate) {
        if (!outstanding_ || ack < end_) return false;
        // A duplicate report may come with this ACK or with the next: while the ACK goes no further, wait.
        if (duplicate || !retransmission_) {
            outstanding_ = false;
            return false;
        }
        if (ack == end_) return false;
        outstanding_ = false;
        return true;
    }

private:
    Seq end_{};  // SND.NXT when it was sent
    bool outstanding_ = false, retransmission_ = false;
};

}  // namespace vmlab::stack
