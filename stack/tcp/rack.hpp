// RACK (RFC 8985 section 6): a segment is lost when one sent later has arrived, and a reordering window has
// passed since it should have been acknowledged as well.
//
//     lost  ⇔  sent before the youngest delivered  ∧  sent_at + rtt + reordering window <= now
//
// where rtt is that of the youngest delivered segment, and order is by a count of transmissions: in virtual
// time whole flights leave in one instant. Retransmissions are watched like anything else, so that one lost
// again is found as fast.
//
// The reordering window is zero until the path has reordered, while three segments are sacked or losses are
// being repaired; else a quarter of the least round trip, and a quarter more for every round in which the
// receiver reports a duplicate (a DSACK: we were too quick), at most one smoothed round trip. Sixteen
// recoveries without such a report take it back.
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/base/time.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

class Rack {
public:
    static constexpr std::uint32_t kDuplicateThreshold = 3;

    /// What outlives a flight: whether the path reorders, and how much patience that asks for.
    struct Memory {
        std::uint8_t multiplier = 1, patience = 0;
        bool reordering_seen = false;
    };

    /// Nothing is in flight, and everything below `una` has arrived.
    Rack(Seq una, const Memory& memory) : highest_(una), memory_(memory) {}

    /// A segment that ends at `end` arrived, last sent at `sent_at` as transmission number `order` (step 2,
    /// step 3).
    void delivered(Instant sent_at, std::uint32_t order, Seq end, bool retransmitted, Instant now) {
        if (!any_ || overtaken(youngest_, order)) {
            any_ = true;
            youngest_ = order;
            round_trip_ = now - sent_at;
        }
        if (end > highest_) highest_ = end;
        else if (end < highest_ && !retransmitted) memory_.reordering_seen = true;
    }
    /// The receiver reports a duplicate (step 4).
    void duplicate_reported(Seq una, Seq nxt) {
        if (in_reported_round_ && una < reported_until_) return;
        in_reported_round_ = true;
        reported_until_ = nxt;
        if (memory_.multiplier < 255) ++memory_.multiplier;
        memory_.patience = kPatience;
    }
    void recovered() {
        if (memory_.patience > 0 && --memory_.patience == 0) memory_.multiplier = 1;
    }

    /// `sacked`: segments that the receiver holds out of order. `recovering`: losses are being repaired.
    [[nodiscard]] Duration reordering_window(std::uint32_t sacked, bool recovering, Duration least,
                                             Duration smoothed) const {
        if (!memory_.reordering_seen && (recovering || sacked >= kDuplicateThreshold)) return {};
        return std::min(memory_.multiplier * (least / 4), smoothed);
    }
    /// Has something arrived that was sent after transmission number `order`?
    [[nodiscard]] bool overtaken(std::uint32_t order) const { return any_ && overtaken(order, youngest_); }
    /// When an overtaken segment is lost, if it has not come until then.
    [[nodiscard]] Instant lost_at(Instant sent_at, Duration window) const {
        return sent_at + round_trip_ + window;
    }

    [[nodiscard]] Duration round_trip() const { return round_trip_; }
    [[nodiscard]] bool reordering_seen() const { return memory_.reordering_seen; }
    [[nodiscard]] std::uint32_t multiplier() const { return memory_.multiplier; }
    [[nodiscard]] const Memory& memory() const { return memory_; }

private:
    static constexpr std::uint8_t kPatience = 16;

    static bool overtaken(std::uint32_t order, std::uint32_t by) { return std::int32_t(by - order) > 0; }

    Duration round_trip_{};
    std::uint32_t youngest_ = 0;  // transmission
    Seq highest_{}, reported_until_{};
    Memory memory_;
    bool any_ = false, in_reported_round_ = false;
};

}  // namespace vmlab::stack
