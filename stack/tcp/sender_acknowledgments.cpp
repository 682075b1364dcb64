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
    if (flight() == 0 || work_->chunks.front().syn) return;
    resend_oldest();  // what was sent as a probe may have been refused
    restart_timer(now);
}

Sender::Acknowledged Sender::acknowledged(Seq ack, std::span<const wire::SackBlock> sack, bool bare,
                                          std::optional<Duration> echoed, Instant now) {
    vm_assert(una_ <= ack && ack <= nxt_);
    if (!work_ && sack.empty() && !pacing_) return {};
    if (work_ && sack.empty() && is_answer(ack)) return take_answer(ack, now);
    begin_work();
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
        work_->unanswered_since = now;
        work_->expiries = 0;
    }
    if (!sack.empty()) mark_sacked(sack, arrival);
    sample_round_trip(arrival);
    if (arrival.advanced) {
        restart_timer(now);
        work_->tail_to_arm = true;
    }
    react(arrival);
    if (flight() == 0) {
        work_->unanswered_since = work_->reorder_at = work_->probe_at = kNever;
        // Without anything in flight before, it is the persist timer: no ACK puts it off.
        if (arrival.advanced) work_->timer = kNever;
    }
    if (work_is_over()) end_work();
    return outcome;
}

/// Is it the ACK of all there is: one segment, sent once, with no past and too small to say anything of the
/// window? So it is wherever questions and answers take turns; only the round trip can be learned from it.
bool Sender::is_answer(Seq ack) const {
    const Work& work = *work_;
    return work.chunks.size() == 1 && work.unsent == 1 && ack == nxt_ &&
           work.chunks.front().transmissions == 1 && !work.chunks.front().probes_path &&
           work.recovery == Recovery::none && work.timeout_check == TimeoutCheck::none && !work.episode &&
           !pacing_ && work.lost_bytes + work.sacked_bytes + work.duplicates == 0 &&
           !work.tail_probe.outstanding() && flight() + segment_ < congestion_.window();
}

/// What acknowledged() would come to.
Sender::Acknowledged Sender::take_answer(Seq ack, Instant now) {
    const Chunk& chunk = work_->chunks.front();
    const std::size_t bytes = chunk.size;
    delivered_ += chunk.length();
    round_trip_.sample(now - chunk.sent_at);
    una_ = ack;
    end_work();
    return {true, bytes};
}

/// Chunks wholly below `ack` leave; one that straddles it is cut. Gives the payload bytes that left.
std::size_t Sender::remove_acknowledged(Seq ack, Arrival& arrival) {
    std::size_t bytes = 0;
    while (!work_->chunks.empty() && work_->unsent > 0 && work_->chunks.front().end() <= ack) {
        Chunk& chunk = work_->chunks.front();
        if (chunk.sacked) {
            work_->sacked_bytes -= chunk.length();
            --work_->sacked_chunks;
        } else {
            if (chunk.transmissions > 1) arrival.ambiguous = true;
            if (chunk.syn && chunk.transmissions > 1) round_trip_.syn_was_lost();
            take_delivery(chunk, chunk.length(), arrival);
        }
        if (chunk.lost) unmark(chunk);
        if (chunk.probes_path) {
            path_probe_ = PathProbe::arrived;
            path_probe_size_ = chunk.size;
        }
        bytes += chunk.size;
        ++arrival.segments;
        work_->chunks.pop_front();
        --work_->unsent;
    }
    if (!work_->chunks.empty() && work_->unsent > 0 && work_->chunks.front().seq < ack) {
        Chunk& chunk = work_->chunks.front();
        const auto part = std::uint32_t(ack - chunk.seq);
        chunk.data.remove_prefix(part);
        chunk.seq = ack;
        chunk.size -= part;
        if (chunk.lost) work_->lost_bytes -= part;
        if (chunk.sacked) {
            work_->sacked_bytes -= part;
        } else {
            arrival.delivery.bytes += part;
            delivered_ += part;
        }
        bytes += part;
        arrival.in_part = true;
    }
    work_->queued_bytes -= bytes;
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
        if (chunk.end() <= work_->recover) arrival.sent_once = true;
    }
    // What was acknowledged sooner than any round trip was acknowledged by its predecessor: no evidence.
    if (again && since < round_trip_.least()) return;
    work_->rack.delivered(chunk.sent_at, chunk.order, chunk.end(), again, arrival.now);
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
        for (std::size_t i = index_at(left); i < work_->unsent && work_->chunks[i].end() <= right; ++i) {
            Chunk& chunk = work_->chunks[i];
            if (chunk.sacked) continue;
            chunk.sacked = true;
            work_->sacked_bytes += chunk.length();
            ++work_->sacked_chunks;
            if (chunk.lost) unmark(chunk);
            take_delivery(chunk, chunk.length(), arrival);
            arrival.newly_sacked = true;
        }
    }
}

void Sender::forget_sacks() {
    for (std::size_t i = 0; i < work_->unsent; ++i) work_->chunks[i].sacked = false;
    work_->sacked_bytes = work_->sacked_chunks = 0;
}

const char* Sender::inconsistency() const {
    if (!work_) return una_ == end_ ? "" : "something is outstanding and nothing is queued";
    std::uint32_t sacked = 0, sacked_count = 0, lost = 0;
    std::size_t queued = 0, unsent = 0;
    Seq at = una_;
    for (std::size_t i = 0; i < work_->chunks.size(); ++i) {
        const Chunk& chunk = work_->chunks[i];
        if (chunk.seq != at) return "chunks do not follow each other";
        if (chunk.sacked && chunk.lost) return "a chunk is sacked and lost";
        if (i >= work_->unsent && (chunk.sacked || chunk.lost || chunk.transmissions > 0))
            return "an unsent chunk has a past";
        if (i < work_->unsent && chunk.transmissions == 0) return "a chunk in flight was never sent";
        if (i < work_->unsent && chunk.lost && chunk.seq < work_->lowest_lost)
            return "a lost chunk would not be found";
        sacked += chunk.sacked ? chunk.length() : 0;
        sacked_count += chunk.sacked ? 1 : 0;
        lost += chunk.lost ? chunk.length() : 0;
        queued += chunk.size;
        if (i >= work_->unsent) unsent += chunk.size;
        at = chunk.end();
        if (i + 1 == work_->unsent && at != nxt_) return "the flight does not end at SND.NXT";
    }
    if (at != end_) return "the queue does not end where it should";
    if (sacked != work_->sacked_bytes || sacked_count != work_->sacked_chunks)
        return "sacked bytes are miscounted";
    if (lost != work_->lost_bytes) return "lost bytes are miscounted";
    if (queued != work_->queued_bytes || unsent != work_->unsent_bytes) return "queued bytes are miscounted";
    if (work_->sacked_bytes + work_->lost_bytes > flight()) return "the pipe is less than empty";
    if (flight() > 0 && work_->timer == kNever) return "data is outstanding and no timer runs";
    if (work_->recovery != Recovery::none && !work_->episode) return "losses are repaired without an episode";
    return "";
}

}  // namespace vmlab::stack
