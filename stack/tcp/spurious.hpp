// Was a retransmission needed? Three witnesses say when it was not; then the reduction of the window is taken
// back (RFC 4015), and what was taken for lost is on its way again.
//
//   Eifel (RFC 3522)   the ACK that covers a retransmitted segment echoes a time stamp older than the first
//                      retransmission: it was the original that arrived
//   DSACK (RFC 3708)   the receiver has reported every retransmission as a duplicate
//   F-RTO (RFC 5682)   after a timeout, the first segment is sent again, then new data instead of more
//                      retransmissions: when data that was never sent again is acknowledged now, the
//                      timer was too quick
//
//      timeout ──► oldest again ──ACK advances, below recover──► two new segments
//                        │                                            │ ACK of what was sent once: spurious
//                        └──────────── anything else ─────────────────┴──► the usual recovery
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/time.hpp"
#include "stack/tcp/congestion.hpp"
#include "stack/tcp/proportional_rate.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

/// From the first loss of a recovery until it can be undone no more.
struct Episode {
    Congestion::Before before{};
    ProportionalRate rate{};
    Seq begin{}, end{};                     ///< SND.UNA and SND.NXT when it began; the latter grows with it
    std::int64_t first_retransmission = 0;  ///< milliseconds, as time stamps count; 0 = none yet
    std::uint32_t unreported = 0;           ///< retransmissions not reported as duplicates
    bool undoable = true;
    bool of_probe = false;  ///< only a probe of the path was lost

    void retransmitted(Instant now) {
        if (first_retransmission == 0) first_retransmission = milliseconds_of(now);
        ++unreported;
    }
    /// The ACK that covers a retransmission echoes a time stamp `echoed` ago.
    [[nodiscard]] bool is_older_than_retransmission(std::optional<Duration> echoed, Instant now) const {
        return undoable && echoed && first_retransmission != 0 &&
               milliseconds_of(now) - *echoed / milliseconds{1} < first_retransmission;
    }
    /// A duplicate from `left` on is reported, of so many segments. True when none is left.
    [[nodiscard]] bool all_reported(Seq left, std::uint32_t segments) {
        if (!undoable || unreported == 0 || left < begin || left > end) return false;
        unreported -= segments < unreported ? segments : unreported;
        return unreported == 0;
    }

private:
    static std::int64_t milliseconds_of(Instant at) { return at.time_since_epoch() / milliseconds{1}; }
};

/// Where F-RTO stands.
enum class TimeoutCheck : std::uint8_t { none, oldest_sent, new_data_sent };

}  // namespace vmlab::stack
