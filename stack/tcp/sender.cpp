#include "stack/tcp/sender.hpp"

#include <algorithm>
#include <cstring>

#include "stack/wire/checksum.hpp"

namespace vmlab::stack {

// ── the queue
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::queue_syn() {
    Chunk chunk;
    chunk.seq = end_;
    chunk.syn = true;
    end_ = end_ + 1;
    chunks_.push_back(std::move(chunk));
}

void Sender::queue(Buffer data) {
    vm_assert(!fin_queued_);
    queued_bytes_ += data.size();
    unsent_bytes_ += data.size();
    end_ = end_ + std::uint32_t(data.size());
    while (!data.empty()) {
        // What is still unsent grows to full segments first (SHLD-27, SHLD-28).
        if (!all_sent() && !chunks_.back().syn && chunks_.back().size < segment_) {
            const std::size_t n = std::min<std::size_t>(segment_ - chunks_.back().size, data.size());
            append(chunks_.back(), data.span().first(n));
            data.remove_prefix(n);
            continue;
        }
        Chunk& chunk = chunks_.push_back();
        chunk.seq = end_ - std::uint32_t(data.size());
        chunk.size = std::uint32_t(std::min<std::size_t>(segment_, data.size()));
        if (data.size() == chunk.size && data.unique()) {
            chunk.data = std::move(data);
            data = {};
        } else {
            chunk.data = Buffer::allocate(segment_);
            chunk.sum = wire::copy_and_sum(chunk.data.writable(), data.span().first(chunk.size));
            data.remove_prefix(chunk.size);
        }
    }
}

void Sender::append(Chunk& tail, std::span<const std::uint8_t> bytes) {
    if (!tail.data.unique() || tail.data.size() - tail.size < bytes.size()) {
        Buffer larger = Buffer::allocate(segment_);
        if (tail.size > 0) std::memcpy(larger.writable(), tail.data.data(), tail.size);
        tail.data = std::move(larger);
    }
    std::memcpy(tail.data.writable() + tail.size, bytes.data(), bytes.size());
    tail.sum.reset();
    tail.size += std::uint32_t(bytes.size());
}

void Sender::queue_fin() {
    if (fin_queued_) return;
    fin_queued_ = true;
    if (!all_sent() && !chunks_.back().syn) {
        chunks_.back().fin = true;
    } else {
        Chunk chunk;
        chunk.seq = end_;
        chunk.fin = true;
        chunks_.push_back(std::move(chunk));
    }
    end_ = end_ + 1;
}

void Sender::release() {
    chunks_.clear();
    unsent_ = 0;
    queued_bytes_ = unsent_bytes_ = 0;
    sacked_bytes_ = lost_bytes_ = 0;
    timer_ = unanswered_since_ = kNever;
    end_ = una_ = nxt_;
}

void Sender::split(std::size_t index, std::uint32_t size) {
    Chunk& head = chunks_[index];
    vm_assert(size > 0 && size < head.size && !head.syn);
    head.sum.reset();
    Chunk tail = head;
    tail.data = head.data.slice(size, head.size - size);
    tail.seq = head.seq + size;
    tail.size = head.size - size;
    head.data = head.data.slice(0, size);
    head.size = size;
    head.fin = false;
    chunks_.insert(index + 1, std::move(tail));
    if (index < unsent_) ++unsent_;
}

// ── what may go
// ───────────────────────────────────────────────────────────────────────────────────────────────

std::uint32_t Sender::pipe() const {
    const std::uint32_t gone =
        sack_ ? sacked_bytes_ : duplicates_ * segment_;  // RFC 6675, RFC 5681 3.2 step 4
    const std::uint32_t out = flight() - lost_bytes_;
    return out > gone ? out - gone : 0;
}

Chunk* Sender::next(bool synchronized, bool no_delay) {
    if (Chunk* lost = next_lost()) return lost;
    Chunk* fresh = next_unsent(synchronized, no_delay);
    if (fresh && fresh->data.size() > fresh->size)
        fresh->data.remove_suffix(fresh->data.size() - fresh->size);
    return fresh;
}

Chunk* Sender::next_lost() {
    if (lost_bytes_ == 0) return nullptr;
    for (std::size_t i = 0; i < unsent_; ++i) {
        if (!chunks_[i].lost) continue;
        const std::uint32_t on_the_way = pipe();
        if (!force_ && on_the_way > 0 && on_the_way + chunks_[i].length() > congestion_.window())
            return nullptr;
        // After the peer has taken window back, only what lies inside is sent again (SHLD-16); the oldest
        // always.
        if (i > 0 && chunks_[i].end() > una_ + window_) return nullptr;
        if (chunks_[i].size > segment_) split(i, segment_);
        return &chunks_[i];
    }
    return nullptr;
}

Chunk* Sender::next_unsent(bool synchronized, bool no_delay) {
    if (all_sent()) return nullptr;
    Chunk* chunk = &chunks_[unsent_];
    if (chunk->syn) return chunk;
    if (!synchronized || unsent_ >= kMostInFlight) return nullptr;
    if (chunk->size > segment_) {
        split(unsent_, segment_);
        chunk = &chunks_[unsent_];
    }
    const std::int32_t usable = una_ + window_ - chunk->seq;
    if (usable < std::int32_t(chunk->length())) {
        // Sender's side of silly window avoidance (MUST-38): part of a chunk goes only when it fills half of
        // the largest window ever seen, or when the persist timer has run out.
        std::uint32_t part = usable > 0 ? std::uint32_t(usable) : 0;
        if (probe_) part = std::max(part, 1u);
        else if (part == 0 || part < largest_window_ / 2) return nullptr;
        if (part < chunk->size) {
            split(unsent_, part);
            chunk = &chunks_[unsent_];
        } else if (chunk->fin && chunk->size > 0) {  // the data fits, the FIN does not
            Chunk fin = *chunk;
            chunk->fin = false;
            fin.data = {};
            fin.sum.reset();
            fin.seq = chunk->end();
            fin.size = 0;
            chunks_.insert(unsent_ + 1, std::move(fin));
            chunk = &chunks_[unsent_];
        }
        if (probe_) return chunk;
    }
    const std::uint32_t on_the_way = pipe();
    if (on_the_way > 0 && on_the_way + chunk->length() > congestion_.window()) return nullptr;
    // Nagle (SHLD-7): a small segment waits while anything is unacknowledged.
    const bool small = chunk->size < segment_ && is_last(*chunk) && !chunk->fin;
    if (small && !no_delay && flight() > 0) return nullptr;
    return chunk;
}

void Sender::transmitted(Chunk& chunk, Instant now) {
    if (chunk.transmissions == 0) {
        vm_assert(chunk.seq == nxt_);
        if (flight() == 0) {
            if (now - last_sent_ > round_trip_.timeout() && !chunk.syn) congestion_.restart_after_idle();
            unanswered_since_ = now;
            timer_ = kNever;  // what ran until now was the persist timer
        }
        ++unsent_;
        unsent_bytes_ -= chunk.size;
        nxt_ = chunk.end();
        probe_ = false;
    } else {
        ++retransmitted_;
    }
    if (chunk.lost) {
        chunk.lost = false;
        lost_bytes_ -= chunk.length();
        force_ = false;
    }
    if (chunk.transmissions < 255) ++chunk.transmissions;
    chunk.sent_at = last_sent_ = now;
    if (timer_ == kNever) restart_timer(now);
}

void Sender::restart_timer(Instant now) { timer_ = now + round_trip_.timeout(); }

void Sender::settle(Instant now) {
    probe_ = force_ = false;
    if (flight() > 0) return;
    unanswered_since_ = kNever;
    if (all_sent()) timer_ = kNever;
    else if (timer_ == kNever && !chunks_[unsent_].syn) restart_timer(now);  // SHLD-29
}

// ── the timer
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::expire(Instant now) {
    timer_ = kNever;
    if (flight() == 0) {
        if (all_sent()) return;
        probe_ = true;  // MUST-36; the byte sent becomes the flight
        round_trip_.back_off();
        return;
    }
    round_trip_.back_off();  // MUST-19, SHLD-30
    force_ = true;
    if (window_ == 0) {
        if (!chunks_.front().lost) mark_lost(chunks_.front());
    } else {
        if (chunks_.front().sacked) forget_sacks();  // the receiver has changed its mind (RFC 2018 section 8)
        congestion_.timed_out(flight(), recovery_ != Recovery::timeout);
        for (std::size_t i = 0; i < unsent_; ++i)
            if (!chunks_[i].sacked && !chunks_[i].lost) mark_lost(chunks_[i]);
        recovery_ = Recovery::timeout;
        recover_ = nxt_;
        duplicates_ = 0;
    }
    restart_timer(now);
}

void Sender::heard(Instant now) {
    if (unanswered_since_ == kNever) return;
    unanswered_since_ = now;
    restart_timer(now);
}

void Sender::resend_oldest() {
    if (unsent_ == 0) return;
    if (!chunks_.front().lost && !chunks_.front().sacked) mark_lost(chunks_.front());
    force_ = true;
}

void Sender::mark_lost(Chunk& chunk) {
    chunk.lost = true;
    lost_bytes_ += chunk.length();
}

void Sender::forget_sacks() {
    for (std::size_t i = 0; i < unsent_; ++i) chunks_[i].sacked = false;
    sacked_bytes_ = 0;
}

void Sender::shrink_segment(std::uint32_t bytes) {
    if (bytes >= segment_) return;
    segment_ = bytes;
    congestion_.set_segment(bytes);
    for (std::size_t i = 0; i < unsent_; ++i) {
        Chunk& chunk = chunks_[i];
        if (chunk.size > bytes && !chunk.sacked && !chunk.lost) mark_lost(chunk);
    }
    force_ = true;
}

// ── what the peer says
// ────────────────────────────────────────────────────────────────────────────────────────

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
    Acknowledged outcome;
    const bool was_limiting = pipe() + segment_ >= congestion_.window();
    if (ack > una_) {
        const auto covered = std::uint32_t(ack - una_);
        outcome.advanced = true;
        outcome.bytes = remove_acknowledged(ack, echoed, now);
        una_ = ack;
        duplicates_ = 0;
        if (recovery_ != Recovery::fast) congestion_.acknowledged(covered, was_limiting);
        if (flight() == 0) {
            timer_ = unanswered_since_ = kNever;
        } else {
            unanswered_since_ = now;
            restart_timer(now);
        }
    }
    const bool newly_sacked = sack_ && !sack.empty() && mark_sacked(sack, now);
    react_to_loss(outcome.advanced, bare, newly_sacked);
    return outcome;
}

/// Chunks wholly below `ack` leave; one that straddles it is cut. Gives the payload bytes that left.
std::size_t Sender::remove_acknowledged(Seq ack, std::optional<Duration> echoed, Instant now) {
    std::size_t bytes = 0;
    std::optional<Duration> measured;
    bool ambiguous = false;
    while (!chunks_.empty() && unsent_ > 0 && chunks_.front().end() <= ack) {
        Chunk& chunk = chunks_.front();
        if (chunk.sacked) sacked_bytes_ -= chunk.length();
        else if (chunk.transmissions == 1)
            measured = now - chunk.sent_at;  // Karn: never of what was sent twice
        else ambiguous = true;
        if (!chunk.sacked) note_delivery(chunk, now);
        if (chunk.lost) lost_bytes_ -= chunk.length();
        bytes += chunk.size;
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
        if (chunk.sacked) sacked_bytes_ -= part;
        if (chunk.lost) lost_bytes_ -= part;
        bytes += part;
    }
    queued_bytes_ -= bytes;
    if (measured && !ambiguous) round_trip_.sample(*measured);
    else if (echoed) round_trip_.sample(*echoed);
    return bytes;
}

/// A transmission whose ACK came sooner than any round trip was acknowledged by its predecessor: no evidence.
void Sender::note_delivery(const Chunk& chunk, Instant now) {
    if (chunk.transmissions > 1 && now - chunk.sent_at < round_trip_.least()) return;
    delivered_sent_at_ = std::max(delivered_sent_at_, chunk.sent_at);
}

bool Sender::mark_sacked(std::span<const wire::SackBlock> sack, Instant now) {
    bool any = false;
    for (const auto& block : sack) {
        const Seq left{block.left}, right{block.right};
        if (left < una_ || right > nxt_ || left >= right) continue;  // a duplicate's report, or nonsense
        std::size_t low = 0, high = unsent_;
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (chunks_[middle].seq < left) low = middle + 1;
            else high = middle;
        }
        for (; low < unsent_ && chunks_[low].end() <= right; ++low) {
            Chunk& chunk = chunks_[low];
            if (chunk.sacked) continue;
            chunk.sacked = true;
            sacked_bytes_ += chunk.length();
            if (chunk.lost) {
                chunk.lost = false;
                lost_bytes_ -= chunk.length();
            }
            note_delivery(chunk, now);
            any = true;
        }
    }
    return any;
}

/// Marks what must be lost given what arrived. True if anything is lost that was not before.
bool Sender::detect_losses() {
    if (sacked_bytes_ == 0) return false;
    const Duration patience = round_trip_.least() / 4;
    std::uint32_t arrived_behind = 0;
    bool any = false;
    for (std::size_t i = unsent_; i-- > 0;) {
        Chunk& chunk = chunks_[i];
        if (chunk.sacked) {
            ++arrived_behind;
            continue;
        }
        if (chunk.lost) continue;
        const bool overtaken = chunk.transmissions == 1 && arrived_behind >= kDuplicateThreshold;
        const bool lost_again = chunk.transmissions > 1 && chunk.sent_at + patience < delivered_sent_at_;
        if (!overtaken && !lost_again) continue;
        mark_lost(chunk);
        any = true;
    }
    return any;
}

void Sender::enter_recovery() {
    congestion_.lost(flight());
    recovery_ = Recovery::fast;
    recover_ = nxt_;
    force_ = true;
}

void Sender::react_to_loss(bool advanced, bool bare, bool newly_sacked) {
    if (recovery_ != Recovery::none && una_ >= recover_) {
        recovery_ = Recovery::none;
        duplicates_ = 0;
    }
    if (flight() == 0) return;
    if (sack_) {
        if ((newly_sacked || advanced) && detect_losses() && recovery_ == Recovery::none) enter_recovery();
        return;
    }
    if (advanced && recovery_ == Recovery::fast) {  // a partial ACK: the next hole (RFC 6582 section 3.2)
        if (!chunks_.front().lost) mark_lost(chunks_.front());
        force_ = true;
        return;
    }
    if (advanced || !bare || window_ == 0) return;
    ++duplicates_;
    if (duplicates_ == kDuplicateThreshold && recovery_ == Recovery::none && una_ >= recover_) {
        if (!chunks_.front().lost) mark_lost(chunks_.front());
        enter_recovery();
    }
}

}  // namespace vmlab::stack
