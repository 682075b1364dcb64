#include "stack/tcp/sender.hpp"

#include <algorithm>
#include <cstring>

#include "stack/wire/checksum.hpp"

namespace vmlab::stack {

// ── the queue
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::queue_syn() {
    begin_work();
    Chunk& chunk = work_->chunks.push_back();
    chunk.seq = end_;
    chunk.syn = true;
    end_ = end_ + 1;
}

void Sender::queue(Buffer data) {
    vm_assert(!fin_queued_);
    begin_work();
    work_->queued_bytes += data.size();
    work_->unsent_bytes += data.size();
    end_ = end_ + std::uint32_t(data.size());
    while (!data.empty()) {
        // What is still unsent grows to full segments first (SHLD-27, SHLD-28).
        if (!all_sent() && !work_->chunks.back().syn && work_->chunks.back().size < segment_) {
            const std::size_t n = std::min<std::size_t>(segment_ - work_->chunks.back().size, data.size());
            append(work_->chunks.back(), data.span().first(n));
            data.remove_prefix(n);
            continue;
        }
        Chunk& chunk = work_->chunks.push_back();
        chunk.seq = end_ - std::uint32_t(data.size());
        chunk.size = std::uint32_t(std::min<std::size_t>(segment_, data.size()));
        if (data.size() == chunk.size && data.unique()) {
            chunk.data = std::move(data);
            data = {};
        } else {
            chunk.data = copy_of(data.span().first(chunk.size), segment_);
            data.remove_prefix(chunk.size);
        }
    }
}

Chunk* Sender::queue_alone(Buffer& data) {
    const auto size = std::uint32_t(data.size());
    if (work_ || pacing_ || data.size() > segment_ || size > window_) return nullptr;
    vm_assert(!fin_queued_);
    begin_work();
    work_->queued_bytes = work_->unsent_bytes = size;
    Chunk& chunk = work_->chunks.push_back();
    chunk.data = data.unique() ? std::move(data) : copy_of(data.span(), size);
    chunk.seq = end_;
    chunk.size = size;
    end_ = end_ + size;
    return &chunk;
}

/// In a block of its own, with room for so many bytes.
Buffer Sender::copy_of(std::span<const std::uint8_t> bytes, std::size_t room) {
    Buffer copy = Buffer::allocate(room);
    const auto sum = wire::copy_and_sum(copy.writable(), bytes);
    copy.remember_sum(0, bytes.size(), wire::fold(sum));
    return copy;
}

void Sender::append(Chunk& tail, std::span<const std::uint8_t> bytes) {
    if (!tail.data.unique() || tail.data.size() - tail.size < bytes.size()) {
        Buffer larger = Buffer::allocate(tail.probes_path ? path_probe_size_ : segment_);
        if (tail.size > 0) std::memcpy(larger.writable(), tail.data.data(), tail.size);
        tail.data = std::move(larger);
    }
    std::memcpy(tail.data.writable(tail.size, bytes.size()).data(), bytes.data(), bytes.size());
    tail.size += std::uint32_t(bytes.size());
}

void Sender::queue_fin() {
    if (fin_queued_) return;
    fin_queued_ = true;
    begin_work();
    if (!all_sent() && !work_->chunks.back().syn) {
        work_->chunks.back().fin = true;
    } else {
        Chunk& chunk = work_->chunks.push_back();
        chunk.seq = end_;
        chunk.fin = true;
    }
    end_ = end_ + 1;
}

void Sender::release() {
    work_.reset();
    end_ = una_ = nxt_;
}

void Sender::end_work() {
    reordering_ = work_->rack.memory();
    work_.reset();
}

void Sender::split(std::size_t index, std::uint32_t size) {
    Chunk& head = work_->chunks[index];
    vm_assert(size > 0 && size < head.size && !head.syn);
    Chunk tail = head;
    tail.data = head.data.slice(size, head.size - size);
    tail.seq = head.seq + size;
    tail.size = head.size - size;
    head.data = head.data.slice(0, size);
    head.size = size;
    head.fin = false;
    if (head.sacked) ++work_->sacked_chunks;
    work_->chunks.insert(index + 1, std::move(tail));
    if (index < work_->unsent) ++work_->unsent;
}

std::size_t Sender::index_at(Seq seq) const {
    std::size_t low = 0, high = work_->unsent;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (work_->chunks[middle].seq < seq) low = middle + 1;
        else high = middle;
    }
    return low;
}

// ── what may go
// ───────────────────────────────────────────────────────────────────────────────────────────────

std::uint32_t Sender::pipe() const {
    if (!work_) return 0;
    const std::uint32_t gone =
        sack_ ? work_->sacked_bytes : work_->duplicates * segment_;  // RFC 6675, RFC 5681 3.2 step 4
    const std::uint32_t syn = syn_in_flight() != 0 && !work_->chunks[0].lost ? 1 : 0;
    const std::uint32_t out = flight() - work_->lost_bytes - syn;
    return out > gone ? out - gone : 0;
}

Chunk* Sender::next(bool synchronized, bool no_delay, Instant now) {
    if (!work_) return nullptr;
    work_->held = false;
    Chunk* chunk = nullptr;
    if (std::exchange(work_->tail_due, false)) chunk = next_probe(synchronized);
    work_->probing = chunk != nullptr;
    if (!chunk && pacing_ && !work_->force && !work_->probe && !pacing_->pacer.allows(now)) {
        work_->held = work_->lost_bytes > 0 || (!all_sent() && synchronized);
        return nullptr;
    }
    if (!chunk && work_->timeout_check == TimeoutCheck::new_data_sent) {
        chunk = next_unsent(synchronized, no_delay);
        if (!chunk && nxt_ == work_->recover) work_->timeout_check = TimeoutCheck::none;
        else if (!chunk) return nullptr;
    }
    if (!chunk) chunk = next_lost();
    if (!chunk) chunk = next_unsent(synchronized, no_delay);
    if (chunk && chunk->data.size() > chunk->size)
        chunk->data.remove_suffix(chunk->data.size() - chunk->size);
    return chunk;
}

Chunk* Sender::next_on_syn(std::uint32_t room) {
    if (all_sent() || room == 0 || work_->chunks[work_->unsent].size == 0) return nullptr;
    if (work_->chunks[work_->unsent].size > room) split(work_->unsent, room);
    Chunk& chunk = work_->chunks[work_->unsent];
    if (chunk.fin) return nullptr;
    if (chunk.data.size() > chunk.size) chunk.data.remove_suffix(chunk.data.size() - chunk.size);
    return &chunk;
}

Chunk* Sender::next_lost() {
    if (work_->lost_bytes == 0) return nullptr;
    for (std::size_t i = index_at(later(work_->lowest_lost, una_)); i < work_->unsent; ++i) {
        if (!work_->chunks[i].lost) continue;
        work_->lowest_lost = work_->chunks[i].seq;
        const std::uint32_t on_the_way = pipe();
        if (!work_->force && on_the_way > 0 && on_the_way + work_->chunks[i].length() > congestion_.window())
            return nullptr;
        // After the peer has taken window back, only what lies inside is sent again (SHLD-16); the oldest
        // always.
        if (i > 0 && work_->chunks[i].end() > una_ + window_) return nullptr;
        if (work_->chunks[i].size > segment_) split(i, segment_);
        return &work_->chunks[i];
    }
    return nullptr;
}

/// A new segment if there is one and the peer has room for it, else the last one sent.
Chunk* Sender::next_probe(bool synchronized) {
    if (!synchronized || work_->unsent == 0) return nullptr;
    if (!all_sent() && !work_->chunks[work_->unsent].syn && work_->chunks[work_->unsent].size <= segment_ &&
        work_->chunks[work_->unsent].end() <= una_ + window_)
        return &work_->chunks[work_->unsent];
    Chunk& last = work_->chunks[work_->unsent - 1];
    return last.sacked || last.size > segment_ ? nullptr : &last;
}

Chunk* Sender::next_unsent(bool synchronized, bool no_delay) {
    if (all_sent()) return nullptr;
    Chunk* chunk = &work_->chunks[work_->unsent];
    if (chunk->syn) return chunk;
    if (!synchronized || work_->unsent >= kMostInFlight) return nullptr;
    if (chunk->size > segment_) {
        split(work_->unsent, segment_);
        chunk = &work_->chunks[work_->unsent];
    }
    if (path_probe_ == PathProbe::wanted) lengthen(*chunk);
    const std::int32_t usable = una_ + window_ - chunk->seq;
    if (usable < std::int32_t(chunk->length())) {
        // Sender's side of silly window avoidance (MUST-38): part of a chunk goes only when it fills half of
        // the largest window ever seen, or when the persist timer has run out.
        std::uint32_t part = usable > 0 ? std::uint32_t(usable) : 0;
        if (work_->probe) part = std::max(part, 1u);
        else if (part < std::max(largest_window_ / 2, kLeastWindow)) return nullptr;
        if (part < chunk->size) {
            split(work_->unsent, part);
            chunk = &work_->chunks[work_->unsent];
        } else if (chunk->fin && chunk->size > 0) {  // the data fits, the FIN does not
            Chunk fin = *chunk;
            chunk->fin = false;
            fin.data = {};
            fin.seq = chunk->end();
            fin.size = 0;
            work_->chunks.insert(work_->unsent + 1, std::move(fin));
            chunk = &work_->chunks[work_->unsent];
        }
        if (work_->probe) return chunk;
    }
    const std::uint32_t on_the_way = pipe();
    if (on_the_way > 0 && chunk->size > 0 && on_the_way + chunk->length() > congestion_.window())
        return nullptr;  // a FIN alone burdens no path
    // Nagle (SHLD-7), as RFC 9293 appendix A.3 has it: a small segment waits while another small one is
    // unacknowledged. So the rest of a long write waits for nothing.
    const bool small = chunk->size < segment_ && is_last(*chunk) && !chunk->fin;
    if (small && !no_delay && work_->small_end > una_) return nullptr;
    return chunk;
}

/// The next to be sent takes as much from its successor as the probe wants, if that may go now, and if there
/// is enough behind it to show soon that it was lost (RFC 4821 section 7.3).
void Sender::lengthen(Chunk& chunk) {
    const std::uint32_t wanted = path_probe_size_;
    const bool worth_while = wanted > chunk.size && wanted > segment_ && work_->recovery == Recovery::none &&
                             work_->lost_bytes == 0 && work_->unsent_bytes >= wanted + 3 * segment_;
    if (!worth_while || chunk.fin || work_->unsent + 1 >= work_->chunks.size()) return;
    const bool may_go = una_ + window_ >= chunk.seq + wanted && pipe() + wanted <= congestion_.window();
    Chunk& donor = work_->chunks[work_->unsent + 1];
    const std::uint32_t missing = wanted - chunk.size;
    if (!may_go || donor.size <= missing) return;
    chunk.probes_path = true;
    append(chunk, donor.data.span().first(missing));
    donor.data.remove_prefix(missing);
    donor.seq = donor.seq + missing;
    donor.size -= missing;
    path_probe_ = PathProbe::out;
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
            work_->unanswered_since = now;
            work_->timer = kNever;  // what ran until now was the persist timer
        }
        ++work_->unsent;
        work_->unsent_bytes -= chunk.size;
        nxt_ = chunk.end();
        if (chunk.size > 0 && chunk.size < segment_) work_->small_end = chunk.end();
        work_->probe = false;
        work_->tail_to_arm = true;
    } else {
        ++retransmitted_;
        if (work_->episode) work_->episode->retransmitted(now);
        if (chunk.seq == una_) work_->timer = kNever;  // the oldest has its whole time again
    }
    if (std::exchange(work_->probing, false)) {
        work_->tail_probe.sent(nxt_, chunk.transmissions > 0);
        work_->probe_at = work_->timer = kNever;
    }
    if (work_->episode) work_->episode->rate.sent(chunk.length());
    if (chunk.lost) {
        unmark(chunk);
        work_->force = false;
    }
    if (chunk.transmissions < 255) ++chunk.transmissions;
    chunk.order = ++work_->transmissions;
    chunk.sent_at = last_sent_ = now;
    if (work_->timer == kNever) restart_timer(now);
}

void Sender::settle(Instant now) {
    if (!work_) return;
    work_->probe = work_->force = false;
    if (flight() > 0) {
        if (std::exchange(work_->tail_to_arm, false)) arm_probe(now);
        if (pacing_ && all_sent() && work_->lost_bytes == 0 && pipe() < congestion_.window())
            pacing_->rate.starved(pipe());
        return;
    }
    work_->tail_to_arm = false;
    work_->unanswered_since = work_->probe_at = kNever;
    if (all_sent()) work_->timer = kNever;
    else if (work_->timer == kNever && !work_->chunks[work_->unsent].syn) restart_timer(now);  // SHLD-29
}

}  // namespace vmlab::stack
