// The rate at which the path delivers (draft-cheng-iccrg-delivery-rate-estimation).
//
// Each transmission carries away what had been delivered by then, and when. When it is acknowledged:
//
//                       delivered now − delivered then
//     rate = ─────────────────────────────────────────────────────
//             longer of (ACK to ACK interval, send to send interval)
//
// The longer of the two, because ACKs may come compressed and nothing is delivered faster than it was sent.
// A sample taken while the user had nothing to send shows a lower bound only: it is marked.
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/tcp/window.hpp"

namespace vmlab::stack {

/// What a transmission carries away. Times are nanoseconds before the transmission, at most four seconds.
struct RateMark {
    std::uint32_t delivered = 0;  ///< bytes, modulo 2^32
    std::uint32_t since_delivery = 0, since_first = 0;
    bool app_limited = false;
};

class DeliveryRate {
public:
    /// A segment leaves. `idle`: nothing was in flight.
    RateMark sent(Instant now, bool idle) {
        if (idle) first_sent_at_ = delivered_at_ = now;
        return {std::uint32_t(delivered_), since(delivered_at_, now), since(first_sent_at_, now),
                app_limited_until_ != 0};
    }
    /// A segment sent at `sent_at` arrived; of all that an ACK covers the one sent last counts.
    void delivered(const RateMark& mark, Instant sent_at, std::uint32_t bytes, Instant now) {
        delivered_ += bytes;
        delivered_at_ = now;
        if (have_ && sent_at < best_sent_at_) return;
        have_ = true;
        best_ = mark;
        best_sent_at_ = sent_at;
    }
    /// The sample of the ACK that was taken in; `least` = the least round trip.
    RateSample sample(Instant now, Duration least) {
        if (app_limited_until_ != 0 && delivered_ > app_limited_until_) app_limited_until_ = 0;
        if (!have_) return {};
        have_ = false;
        first_sent_at_ = best_sent_at_;
        const auto bytes = std::uint32_t(std::uint32_t(delivered_) - best_.delivered);
        const Duration by_send{best_.since_first};
        const Duration by_ack = now - best_sent_at_ + Duration{best_.since_delivery};
        const Duration interval = std::max(by_send, by_ack);
        RateSample one;
        one.delivered_before = delivered_ - bytes;
        one.app_limited = best_.app_limited;
        if (interval > Duration{0} && interval >= least)
            one.bytes_per_second = std::uint64_t(bytes) * 1'000'000 /
                                   std::max<std::uint64_t>(std::uint64_t(interval / microseconds{1}), 1);
        return one;
    }
    /// The user has nothing to send, with `in_flight` bytes on the way.
    void starved(std::uint32_t in_flight) {
        app_limited_until_ = std::max<std::uint64_t>(delivered_ + in_flight, 1);
    }
    [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

private:
    static std::uint32_t since(Instant then, Instant now) {
        return std::uint32_t(std::clamp<std::int64_t>((now - then).count(), 0, 0xffffffff));
    }

    std::uint64_t delivered_ = 0, app_limited_until_ = 0;
    Instant delivered_at_{}, first_sent_at_{}, best_sent_at_{};
    RateMark best_{};
    bool have_ = false;
};

}  // namespace vmlab::stack
