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
    sacked_bytes_ = sacked_chunks_ = lost_bytes_ = 0;
    timer_ = unanswered_since_ = reorder_at_ = probe_at_ = kNever;
    held_ = tail_due_ = tail_to_arm_ = false;
    episode_.reset();
    tail_probe_.forget();
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
    if (head.sacked) ++sacked_chunks_;
    chunks_.insert(index + 1, std::move(tail));
    if (index < unsent_) ++unsent_;
}

std::size_t Sender::index_at(Seq seq) const {
    std::size_t low = 0, high = unsent_;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (chunks_[middle].seq < seq) low = middle + 1;
        else high = middle;
    }
    return low;
}

// ── what may go
// ───────────────────────────────────────────────────────────────────────────────────────────────

std::uint32_t Sender::pipe() const {
    const std::uint32_t gone =
        sack_ ? sacked_bytes_ : duplicates_ * segment_;  // RFC 6675, RFC 5681 3.2 step 4
    const std::uint32_t out = flight() - lost_bytes_;
    return out > gone ? out - gone : 0;
}

Chunk* Sender::next(bool synchronized, bool no_delay, Instant now) {
    held_ = false;
    Chunk* chunk = nullptr;
    if (std::exchange(tail_due_, false)) chunk = next_probe(synchronized);
    probing_ = chunk != nullptr;
    if (!chunk && pacing_ && !force_ && !probe_ && !pacing_->pacer.allows(now)) {
        held_ = lost_bytes_ > 0 || (!all_sent() && synchronized);
        return nullptr;
    }
    if (!chunk && timeout_check_ == TimeoutCheck::new_data_sent) {
        chunk = next_unsent(synchronized, no_delay);
        if (!chunk && nxt_ == recover_) timeout_check_ = TimeoutCheck::none;
        else if (!chunk) return nullptr;
    }
    if (!chunk) chunk = next_lost();
    if (!chunk) chunk = next_unsent(synchronized, no_delay);
    if (chunk && chunk->data.size() > chunk->size)
        chunk->data.remove_suffix(chunk->data.size() - chunk->size);
    return chunk;
}

Chunk* Sender::next_lost() {
    if (lost_bytes_ == 0) return nullptr;
    for (std::size_t i = index_at(later(lowest_lost_, una_)); i < unsent_; ++i) {
        if (!chunks_[i].lost) continue;
        lowest_lost_ = chunks_[i].seq;
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

/// A new segment if there is one and the peer has room for it, else the last one sent.
Chunk* Sender::next_probe(bool synchronized) {
    if (!synchronized || unsent_ == 0) return nullptr;
    if (!all_sent() && !chunks_[unsent_].syn && chunks_[unsent_].size <= segment_ &&
        chunks_[unsent_].end() <= una_ + window_)
        return &chunks_[unsent_];
    Chunk& last = chunks_[unsent_ - 1];
    return last.sacked || last.size > segment_ ? nullptr : &last;
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
        else if (part < std::max(largest_window_ / 2, kLeastWindow)) return nullptr;
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
    if (pacing_) {
        chunk.mark = pacing_->rate.sent(now, flight() == 0);
        pacing_->pacer.sent(chunk.length(), now);
    }
    if (chunk.transmissions == 0) {
        vm_assert(chunk.seq == nxt_);
        if (flight() == 0) {
            if (now - last_sent_ > round_trip_.timeout() && !chunk.syn)
                congestion_.restart_after_idle(now - last_sent_);
            unanswered_since_ = now;
            timer_ = kNever;  // what ran until now was the persist timer
        }
        ++unsent_;
        unsent_bytes_ -= chunk.size;
        nxt_ = chunk.end();
        probe_ = false;
        tail_to_arm_ = true;
    } else {
        ++retransmitted_;
        if (episode_) episode_->retransmitted(now);
        if (chunk.seq == una_) timer_ = kNever;  // the oldest has its whole time again
    }
    if (std::exchange(probing_, false)) {
        tail_probe_.sent(nxt_, chunk.transmissions > 0);
        probe_at_ = timer_ = kNever;
    }
    if (episode_) episode_->rate.sent(chunk.length());
    if (chunk.lost) {
        unmark(chunk);
        force_ = false;
    }
    if (chunk.transmissions < 255) ++chunk.transmissions;
    chunk.order = ++transmissions_;
    chunk.sent_at = last_sent_ = now;
    if (timer_ == kNever) restart_timer(now);
}

void Sender::settle(Instant now) {
    probe_ = force_ = false;
    if (flight() > 0) {
        if (std::exchange(tail_to_arm_, false)) arm_probe(now);
        if (pacing_ && all_sent() && lost_bytes_ == 0 && pipe() < congestion_.window())
            pacing_->rate.starved(pipe());
        return;
    }
    tail_to_arm_ = false;
    unanswered_since_ = probe_at_ = kNever;
    if (all_sent()) timer_ = kNever;
    else if (timer_ == kNever && !chunks_[unsent_].syn) restart_timer(now);  // SHLD-29
}

}  // namespace vmlab::stack
