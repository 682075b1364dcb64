// The scoreboard (RFC 2018, RFC 6675, RFC 2883): what the peer says has arrived, chunk by chunk. What follows
// from it stands in sender_recovery.cpp.
#include <algorithm>
#include <array>

#include "stack/tcp/sender.hpp"

namespace vmlab::stack {

void Sender::set_window(std::uint32_t window, Instant now) {
    const bool reopened = window_ == 0 && window > 0;
    window_ = window;
    largest_window_ = std::max(largest_window_, window);
    if (!reopened) return;
    round_trip_.recover();
    if (flight() == 0 || chunks_.front().syn) return;
    resend_oldest();  // what was sent as a probe may have been refused
    restart_timer(now);
}

Sender::Acknowledged Sender::acknowledged(Seq ack, std::span<const wire::SackBlock> sack, bool bare,
                                          std::optional<Duration> echoed, Instant now) {
    vm_assert(una_ <= ack && ack <= nxt_);
    Arrival arrival;
    arrival.now = arrival.delivery.now = now;
    arrival.echoed = echoed;
    arrival.bare = bare;
    arrival.advanced = ack > una_;
    // Nothing grows by duplicate ACKs (RFC 3042, RFC 5681 section 3.2).
    arrival.delivery.window_limited = arrival.advanced && pipe() + segment_ >= congestion_.window();
    Acknowledged outcome;
    outcome.advanced = arrival.advanced;
    if (!sack_) sack = {};
    if (is_duplicate_report(sack, ack)) {
        arrival.duplicate = {Seq{sack.front().left}, Seq{sack.front().right}};
        sack = sack.subspan(1);
    }
    if (arrival.advanced) {
        outcome.bytes = remove_acknowledged(ack, arrival);
        una_ = ack;
        outcome.in_part = arrival.in_part;
        unanswered_since_ = now;
    }
    if (!sack.empty()) mark_sacked(sack, arrival);
    sample_round_trip(arrival);
    if (arrival.advanced) {
        restart_timer(now);
        tail_to_arm_ = true;
    }
    react(arrival);
    if (flight() > 0) return outcome;
    unanswered_since_ = reorder_at_ = probe_at_ = kNever;
    // Without anything in flight before, it is the persist timer: no ACK puts it off.
    if (arrival.advanced) timer_ = kNever;
    return outcome;
}

/// Chunks wholly below `ack` leave; one that straddles it is cut. Gives the payload bytes that left.
std::size_t Sender::remove_acknowledged(Seq ack, Arrival& arrival) {
    std::size_t bytes = 0;
    while (!chunks_.empty() && unsent_ > 0 && chunks_.front().end() <= ack) {
        Chunk& chunk = chunks_.front();
        if (chunk.sacked) {
            sacked_bytes_ -= chunk.length();
            --sacked_chunks_;
        } else {
            if (chunk.transmissions > 1) arrival.ambiguous = true;
            if (chunk.syn && chunk.transmissions > 1) round_trip_.syn_was_lost();
            take_delivery(chunk, chunk.length(), arrival);
        }
        if (chunk.lost) unmark(chunk);
        bytes += chunk.size;
        ++arrival.segments;
        chunks_.pop_front();
        --unsent_;
    }
    if (!chunks_.empty() && unsent_ > 0 && chunks_.front().seq < ack) {
        Chunk& chunk = chunks_.front();
        const auto part = std::uint32_t(ack - chunk.seq);
        chunk.data.remove_prefix(part);
        chunk.sum.reset();
        chunk.seq = ack;
        chunk.size -= part;
        if (chunk.lost) lost_bytes_ -= part;
        if (chunk.sacked) {
            sacked_bytes_ -= part;
        } else {
            arrival.delivery.bytes += part;
            delivered_ += part;
        }
        bytes += part;
        arrival.in_part = true;
    }
    queued_bytes_ -= bytes;
    return bytes;
}

/// A chunk arrived that was not known to have.
void Sender::take_delivery(const Chunk& chunk, std::uint32_t bytes, Arrival& arrival) {
    arrival.delivery.bytes += bytes;
    delivered_ += bytes;
    if (pacing_) pacing_->rate.delivered(chunk.mark, chunk.sent_at, bytes, arrival.now);
    const Duration since = arrival.now - chunk.sent_at;
    const bool again = chunk.transmissions > 1;
    if (!again) {  // Karn: never of what was sent twice
        arrival.measured = arrival.measured ? std::min(*arrival.measured, since) : since;
        if (chunk.end() <= recover_) arrival.sent_once = true;
    }
    // What was acknowledged sooner than any round trip was acknowledged by its predecessor: no evidence.
    if (again && since < round_trip_.least()) return;
    rack_.delivered(chunk.sent_at, chunk.order, chunk.end(), again, arrival.now);
}

/// RFC 6298 section 3; where an ACK covers what was sent twice, its time stamp knows which one it answers
/// (RFC 7323 section 4).
void Sender::sample_round_trip(Arrival& arrival) {
    if (arrival.measured && !arrival.ambiguous) round_trip_.sample(*arrival.measured);
    else if (arrival.echoed && arrival.advanced) round_trip_.sample(*arrival.echoed, false);
    arrival.delivery.rtt = arrival.measured;
}

/// RFC 2883 section 4: the first block lies below the ACK, or within the second.
bool Sender::is_duplicate_report(std::span<const wire::SackBlock> sack, Seq ack) {
    if (sack.empty()) return false;
    const Seq left{sack[0].left}, right{sack[0].right};
    if (left >= right) return false;
    if (right <= ack) return true;
    return sack.size() > 1 && Seq{sack[1].left} <= left && right <= Seq{sack[1].right};
}

void Sender::mark_sacked(std::span<const wire::SackBlock> sack, Arrival& arrival) {
    // In the order of their numbers: else a block could look overtaken by another one of the same ACK.
    std::array<wire::SackBlock, 4> blocks{};
    const std::size_t count = std::min(sack.size(), blocks.size());
    std::copy_n(sack.begin(), count, blocks.begin());
    std::sort(blocks.begin(), blocks.begin() + std::ptrdiff_t(count),
              [](const auto& a, const auto& b) { return Seq{a.left} < Seq{b.left}; });
    for (std::size_t n = 0; n < count; ++n) {
        const Seq left{blocks[n].left}, right{blocks[n].right};
        if (left < una_ || right > nxt_ || left >= right) continue;  // old, or nonsense
        for (std::size_t i = index_at(left); i < unsent_ && chunks_[i].end() <= right; ++i) {
            Chunk& chunk = chunks_[i];
            if (chunk.sacked) continue;
            chunk.sacked = true;
            sacked_bytes_ += chunk.length();
            ++sacked_chunks_;
            if (chunk.lost) unmark(chunk);
            take_delivery(chunk, chunk.length(), arrival);
            arrival.newly_sacked = true;
        }
    }
}

void Sender::forget_sacks() {
    for (std::size_t i = 0; i < unsent_; ++i) chunks_[i].sacked = false;
    sacked_bytes_ = sacked_chunks_ = 0;
}

const char* Sender::inconsistency() const {
    std::uint32_t sacked = 0, sacked_count = 0, lost = 0;
    std::size_t queued = 0, unsent = 0;
    Seq at = una_;
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
        const Chunk& chunk = chunks_[i];
        if (chunk.seq != at) return "chunks do not follow each other";
        if (chunk.sacked && chunk.lost) return "a chunk is sacked and lost";
        if (i >= unsent_ && (chunk.sacked || chunk.lost || chunk.transmissions > 0))
            return "an unsent chunk has a past";
        if (i < unsent_ && chunk.transmissions == 0) return "a chunk in flight was never sent";
        if (i < unsent_ && chunk.lost && chunk.seq < lowest_lost_) return "a lost chunk would not be found";
        sacked += chunk.sacked ? chunk.length() : 0;
        sacked_count += chunk.sacked ? 1 : 0;
        lost += chunk.lost ? chunk.length() : 0;
        queued += chunk.size;
        if (i >= unsent_) unsent += chunk.size;
        at = chunk.end();
        if (i + 1 == unsent_ && at != nxt_) return "the flight does not end at SND.NXT";
    }
    if (at != end_) return "the queue does not end where it should";
    if (sacked != sacked_bytes_ || sacked_count != sacked_chunks_) return "sacked bytes are miscounted";
    if (lost != lost_bytes_) return "lost bytes are miscounted";
    if (queued != queued_bytes_ || unsent != unsent_bytes_) return "queued bytes are miscounted";
    if (sacked_bytes_ + lost_bytes_ > flight()) return "the pipe is less than empty";
    if (flight() > 0 && timer_ == kNever) return "data is outstanding and no timer runs";
    if (recovery_ != Recovery::none && !episode_) return "losses are repaired without an episode";
    return "";
}

}  // namespace vmlab::stack
