// Proportional rate reduction (RFC 6937): while losses are repaired, the window goes from the flight down to
// the threshold in step with what arrives, neither stopping nor bursting.
//
//   pipe > threshold   for each byte delivered, threshold / flight bytes may be sent
//   else               as much as was delivered (conservation); when the ACK was clean (it advanced, and
//                      showed no new loss) also one segment more: slow start up to the threshold
//
// `sent` counts what left, so that nothing is lost by rounding.
#pragma once

#include <algorithm>
#include <cstdint>

namespace vmlab::stack {

class ProportionalRate {
public:
    void begin(std::uint32_t flight) {
        flight_ = std::max(flight, 1u);
        delivered_ = sent_ = 0;
    }
    void sent(std::uint32_t bytes) { sent_ += bytes; }
    /// The window after an ACK that delivered `bytes`.
    std::uint32_t window(std::uint32_t bytes, std::uint32_t pipe, std::uint32_t threshold,
                         std::uint32_t segment, bool clean) {
        delivered_ += bytes;
        std::uint64_t may = 0;
        if (pipe > threshold) {
            const std::uint64_t due = (std::uint64_t{delivered_} * threshold + flight_ - 1) / flight_;
            may = due > sent_ ? due - sent_ : 0;
        } else {
            std::uint32_t limit = std::max(delivered_ > sent_ ? delivered_ - sent_ : 0, bytes);
            if (clean) limit += segment;
            may = std::min(threshold - pipe, limit);
        }
        if (sent_ == 0) may = std::max<std::uint64_t>(may, segment);  // the fast retransmission itself
        return std::uint32_t(pipe + may);
    }

private:
    std::uint32_t flight_ = 1;  // RecoverFS
    std::uint32_t delivered_ = 0, sent_ = 0;
};

}  // namespace vmlab::stack
