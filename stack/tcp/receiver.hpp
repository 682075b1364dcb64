// The receiving half of a connection: what has arrived, in order or not, and the window that is offered.
//
//            next()                    edge: never moves left (SHLD-14)
//   delivered  │◄──── offered window ────►│
//   ───────────┼──────▒▒▒▒───▒▒───────────┼────────►  sequence
//              │       out of order       │
//
// Pieces out of order wait for what is missing (SHLD-31). The window may stay at nothing for as long as the
// user takes nothing (MAY-8).
//
// The offered window is the user's room less what was delivered and not yet consumed. The room begins small
// and grows fourfold, up to the limit, when the user took a whole window of it within eight round trips: then
// it may be what holds the sender back (dynamic right-sizing). Fourfold, because it is measured one window
// late, and slow start doubles; eight, because slow start needs three to fill the first window, and what
// follows a hole that is lost again and again has to find room. So a connection that is idle, or whose user
// is slow, never holds much. Pieces out of order lie inside the window; their number is bounded too, so that
// tiny segments cannot hold large blocks without end.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/tcp/round_trip.hpp"
#include "stack/tcp/sequence.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

class Receiver {
public:
    /// `limit`: the largest window, in bytes, `first` that of the beginning; `shift`: the scale that we offer
    /// (RFC 7323).
    Receiver(std::size_t limit, std::size_t first, std::uint8_t shift)
        : limit_(std::uint32_t(limit)), size_(std::uint32_t(first < limit ? first : limit)), shift_(shift) {}

    /// The smallest shift that lets a window of `limit` bytes be said.
    [[nodiscard]] static std::uint8_t shift_for(std::size_t limit);

    /// The peer's SYN came with this number. Without scaling the shift is dropped.
    void open(Seq initial, bool scaling, std::uint32_t segment);

    // ── arrival ───────────────────────────────────────────────────────────────
    /// RFC 9293 section 3.10.7.4: does any of [seq, seq + length) lie in the window?
    [[nodiscard]] bool acceptable(Seq seq, std::uint32_t length) const;
    /// Takes what lies in the window. True if next() moved or the FIN was reached.
    bool insert(Seq seq, Buffer data, bool fin);
    /// The next in-order bytes for the user. False when there are none.
    bool pop(Buffer& data);
    /// Can `size` bytes that begin at next() go to the user without a stay here?
    [[nodiscard]] bool takes_at_once(std::size_t size) const {
        return !has_holes() && !fin_known_ && size <= window();
    }
    /// They do.
    void take(std::size_t size) {
        next_ = next_ + std::uint32_t(size);
        unconsumed_ += std::uint32_t(size);
    }
    /// The user took `bytes` away.
    void consumed(std::size_t bytes) {
        unconsumed_ -= std::uint32_t(bytes < unconsumed_ ? bytes : unconsumed_);
    }
    /// The user has taken as much as there was room for when this was last so.
    [[nodiscard]] bool took_a_window() const { return size_ < limit_ && next_ - unconsumed_ >= measured_to_; }
    /// Follows took_a_window(). `round_trip`: of our own segments; where there is no sample, any time is
    /// short.
    void grow(const RoundTrip& round_trip, Instant now);
    void release() { held_.reset(); }

    // ── what to tell the peer ─────────────────────────────────────────────────
    /// The window field of a segment that leaves now; moves the edge when that is worth while (MUST-39).
    std::uint16_t offer(bool on_syn);
    /// Would an ACK sent now bring news of the window that the peer may be waiting for?
    [[nodiscard]] bool worth_an_update() const;
    /// What came twice, once (RFC 2883), then the blocks held out of order, those that grew last first (RFC
    /// 2018 section 4). Gives their number.
    std::uint8_t take_sack_blocks(std::array<wire::SackBlock, 4>& blocks, std::size_t room_for);
    /// These bytes came although they are here already; the first such report of an ACK counts.
    void note_duplicate(Seq left, Seq right) {
        if (left >= right) return;
        if (!held_ || held_->duplicate_left == held_->duplicate_right) hold().duplicate_left = left;
        else if (left != held_->duplicate_right) return;  // it would be of another segment
        held_->duplicate_right = right;
    }
    [[nodiscard]] bool has_sack_blocks() const { return held_ != nullptr; }

    Seq next() const { return next_; }
    std::uint32_t window() const { return std::uint32_t(edge_ - next_); }
    bool has_holes() const { return held_ && !held_->pieces.empty(); }
    bool fin_received() const { return fin_received_; }
    std::size_t unconsumed() const { return unconsumed_; }

private:
    struct Piece {
        Seq seq{};
        std::uint32_t arrival = 0;  ///< the larger, the later
        Buffer data{};
        Seq end() const { return seq + std::uint32_t(data.size()); }
    };
    /// A wide window under heavy loss holds many; tiny segments may not hold a large block each without end.
    std::size_t most_pieces() const { return limit_ / 512 < 512 ? 512 : limit_ / 512; }
    std::uint32_t room() const { return size_ > unconsumed_ ? size_ - unconsumed_ : 0; }
    std::uint32_t accepted_window() const;
    void place(Seq seq, Buffer data);

    std::uint8_t held_blocks(std::span<wire::SackBlock> blocks) const;
    /// The piece that holds this byte counts as the latest to arrive.
    void renew(Seq at);

    /// While there is any of it.
    struct Held {
        std::vector<Piece> pieces{};              // by sequence; they neither touch next_ nor overlap
        std::size_t in_order = 0;                 // pieces at the front that wait for pop()
        std::uint32_t arrivals = 0;               // of pieces, so far
        Seq duplicate_left{}, duplicate_right{};  // equal = none
    };
    Held& hold() {
        if (!held_) held_ = std::make_unique<Held>();
        return *held_;
    }
    void let_go() {
        if (held_->pieces.empty() && held_->duplicate_left == held_->duplicate_right) held_.reset();
    }

    std::unique_ptr<Held> held_{};
    Seq next_{}, edge_{}, fin_at_{};
    std::uint32_t measured_from_ = 0;  // in steps of 2^16 ns, modulo 2^32; 0: not begun
    Seq measured_to_{};
    std::uint32_t limit_, size_;  // what the room may become, and what it is
    std::uint32_t unconsumed_ = 0;
    std::uint32_t segment_ = 536;
    std::uint8_t shift_;
    bool offered_on_syn_ = false;
    bool fin_known_ = false;
    bool fin_received_ = false;
};

}  // namespace vmlab::stack
