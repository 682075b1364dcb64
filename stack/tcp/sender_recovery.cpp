// What follows from losses: recovery begins and ends, the window follows, the timers bring it forward. The
// states stand in sender.hpp.
#include <algorithm>

#include "stack/tcp/sender.hpp"

namespace vmlab::stack {

const char* name_of(Recovery recovery) {
    switch (recovery) {
        case Recovery::none: return "open";
        case Recovery::marked: return "cwr";
        case Recovery::fast: return "recovery";
        case Recovery::timeout: return "loss";
    }
    return "?";
}

void Sender::use(CongestionAlgorithm algorithm, std::uint32_t phase) {
    congestion_.use(algorithm, phase);
    if (!congestion_.is_modelled()) {
        pacing_.reset();
        if (work_) work_->held = false;
    } else if (!pacing_) {
        pacing_ = std::make_unique<Pacing>();
    }
}

// ── marks on chunks
// ───────────────────────────────────────────────────────────────────────────────────────────

void Sender::mark_lost(Chunk& chunk) {
    if (work_->lost_bytes == 0 || chunk.seq < work_->lowest_lost) work_->lowest_lost = chunk.seq;
    chunk.lost = true;
    if (std::exchange(chunk.probes_path, false)) {
        path_probe_ = PathProbe::lost;
        path_probe_size_ = chunk.size;
    }
    work_->lost_bytes += chunk.length();
    lost_ += chunk.length();
}

void Sender::unmark(Chunk& chunk) {
    chunk.lost = false;
    work_->lost_bytes -= chunk.length();
}

void Sender::resend_oldest() {
    if (!work_ || work_->unsent == 0) return;
    if (!work_->chunks.front().lost && !work_->chunks.front().sacked) mark_lost(work_->chunks.front());
    work_->force = true;
}

void Sender::shrink_segment(std::uint32_t bytes) {
    if (bytes >= segment_) return;
    segment_ = bytes;
    congestion_.set_segment(bytes);
    if (!work_) return;
    for (std::size_t i = 0; i < work_->unsent; ++i) {
        Chunk& chunk = work_->chunks[i];
        if (chunk.size > bytes && !chunk.sacked && !chunk.lost) mark_lost(chunk);
    }
    work_->force = true;
}

void Sender::raise_segment(std::uint32_t bytes) {
    segment_ = std::max(segment_, bytes);
    congestion_.set_segment(segment_);
}

void Sender::probe_path(std::uint32_t bytes) {
    if (path_probe_ == PathProbe::out) return;
    path_probe_ = PathProbe::wanted;
    path_probe_size_ = bytes;
}

PathProbe Sender::take_path_probe() {
    if (path_probe_ != PathProbe::arrived && path_probe_ != PathProbe::lost) return PathProbe::none;
    return std::exchange(path_probe_, PathProbe::none);
}

/// RACK (RFC 8985 section 6.2 step 5). Gives the bytes that are lost and were not before; for what is
/// overtaken and may still come, the reordering timer is set.
std::uint32_t Sender::detect_losses(Instant now) {
    const bool recovering = work_->recovery == Recovery::fast || work_->recovery == Recovery::timeout;
    const Duration window = work_->rack.reordering_window(work_->sacked_chunks, recovering,
                                                          round_trip_.least(), round_trip_.smoothed());
    std::uint32_t lost = 0;
    work_->reorder_at = kNever;
    for (std::size_t i = 0; i < work_->unsent; ++i) {
        Chunk& chunk = work_->chunks[i];
        if (chunk.sacked || chunk.lost) continue;
        if (!work_->rack.overtaken(chunk.order)) {
            if (chunk.transmissions == 1) break;  // what follows was sent later still
            continue;
        }
        const Instant at = work_->rack.lost_at(chunk.sent_at, window);
        if (at <= now) {
            mark_lost(chunk);
            lost += chunk.length();
        } else if (work_->reorder_at == kNever || at > work_->reorder_at) {
            work_->reorder_at = at;
        }
    }
    return lost;
}

/// Without SACK (RFC 6582): three duplicate ACKs, and every partial ACK, name the oldest.
std::uint32_t Sender::count_duplicates(const Arrival& arrival) {
    const auto lose_oldest = [this] {
        if (work_->chunks.front().lost) return 0u;
        mark_lost(work_->chunks.front());
        return work_->chunks.front().length();
    };
    if (arrival.advanced) {
        if (work_->recovery != Recovery::fast || una_ >= work_->recover) {
            work_->duplicates = 0;
            return 0;
        }
        const std::uint32_t had_come = arrival.segments > 0 ? arrival.segments - 1 : 0;
        work_->duplicates -= std::min(work_->duplicates, had_come);
        work_->force = true;
        return lose_oldest();
    }
    if (!arrival.bare || window_ == 0) return 0;
    ++work_->duplicates;
    const bool enough = work_->duplicates == Rack::kDuplicateThreshold && una_ >= work_->recover;
    if (!enough || work_->recovery == Recovery::fast || work_->recovery == Recovery::timeout) return 0;
    return lose_oldest();
}

// ── reactions
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::react(Arrival& arrival) {
    Delivery& delivery = arrival.delivery;
    const bool of_probe = arrival.duplicate && work_->tail_probe.explains(arrival.duplicate->second);
    if (arrival.duplicate && !of_probe) work_->rack.duplicate_reported(una_, nxt_);
    if (work_->episode) check_spurious(arrival);
    if (work_->timeout_check != TimeoutCheck::none) check_timeout(arrival);
    const bool over = work_->recovery != Recovery::none && una_ >= work_->recover;
    if (over && !congestion_.is_modelled()) {
        leave_recovery();
        delivery.window_limited = false;  // the ACK that ends it sets the window, and does not raise it
    }
    if (flight() > 0) delivery.lost = sack_ ? detect_losses(arrival.now) : count_duplicates(arrival);
    if (delivery.lost > 0 && work_->episode && !lost_probe_only(delivery)) work_->episode->of_probe = false;
    if (over && congestion_.is_modelled()) {
        if (work_->lost_bytes == 0) leave_recovery();
        else work_->recover = nxt_;  // the next losses are there already: no new round of conservation
    }
    if (!sack_ && !arrival.advanced && arrival.bare && work_->recovery != Recovery::none)
        delivery.bytes = segment_;  // a duplicate ACK says that one segment arrived (RFC 6937 section 3)
    delivery.in_flight = pipe();
    delivery.smoothed = round_trip_.smoothed();
    delivery.una = una_;
    delivery.nxt = nxt_;
    delivery.delivered = delivered_;
    if (pacing_) delivery.rate = pacing_->rate.sample(arrival.now, round_trip_.least());

    const bool bare_duplicate = arrival.bare && !arrival.advanced && !arrival.newly_sacked;
    const bool repaired_by_probe = work_->tail_probe.acknowledged(una_, of_probe || bare_duplicate);
    // Of what was found lost behind work_->recover in the last recovery, too: that is a new congestion event.
    if (work_->lost_bytes > 0 && flight() > 0) enter(Recovery::fast, delivery);
    else if (repaired_by_probe) enter(Recovery::marked, delivery);

    const bool repairing = work_->recovery == Recovery::fast || work_->recovery == Recovery::marked;
    if (repairing && !congestion_.is_modelled()) {
        reduce_in_proportion(delivery, arrival.advanced && delivery.lost == 0);
    } else if (delivery.bytes > 0) {
        congestion_.acknowledged(delivery, repairing ? Congestion::Phase::repairing
                                           : work_->recovery == Recovery::timeout
                                               ? Congestion::Phase::after_timeout
                                               : Congestion::Phase::open);
    }
    if (pacing_) {
        pacing_->pacer.set_rate(congestion_.bbr()->pacing_rate());
        // What four segments deliver says nothing of the path.
        if (congestion_.bbr()->mode() == Bbr::Mode::probe_round_trip) pacing_->rate.starved(pipe());
    }
    if (work_->sacked_bytes > 0 || work_->recovery != Recovery::none) work_->probe_at = kNever;
}

void Sender::marked(Instant now) {
    if (una_ < work_->reduced_at || flight() == 0) return;
    Delivery delivery;
    delivery.now = now;
    if (!congestion_.is_modelled()) enter(Recovery::marked, delivery);
    work_->reduced_at = nxt_;
    reacted_ = true;
}

void Sender::begin_episode() {
    if (!work_->episode) work_->episode = std::make_unique<Episode>();
    *work_->episode = {};
    work_->episode->before = congestion_.before();
    work_->episode->rate.begin(flight());
    work_->episode->begin = una_;
    work_->episode->end = nxt_;
    work_->episode->of_probe = false;
}

void Sender::enter(Recovery recovery, const Delivery& delivery) {
    if (work_->recovery == Recovery::fast || work_->recovery == Recovery::timeout) return;
    if (work_->recovery == Recovery::marked) {  // the window has been reduced: now it is losses as well
        if (recovery != Recovery::fast) return;
    } else {
        begin_episode();
        congestion_.reduce(flight(), delivery);
        work_->reduced_at = nxt_;
        reacted_ = true;
    }
    work_->episode->of_probe = recovery == Recovery::fast && lost_probe_only(delivery);
    work_->recovery = recovery;
    work_->recover = nxt_;
    work_->force = recovery == Recovery::fast;
}

void Sender::leave_recovery() {
    if (work_->recovery != Recovery::timeout || congestion_.is_modelled()) congestion_.repaired();
    // What was too long for the path says nothing of how busy it is (RFC 4821 section 4).
    if (work_->episode->of_probe && !congestion_.is_modelled()) congestion_.restore(work_->episode->before);
    work_->recovery = Recovery::none;
    work_->timeout_check = TimeoutCheck::none;
    work_->duplicates = 0;
    work_->rack.recovered();
    work_->episode->end = nxt_;
    work_->tail_to_arm = true;
}

void Sender::reduce_in_proportion(const Delivery& delivery, bool clean) {
    congestion_.set_window(
        work_->episode->rate.window(delivery.bytes, pipe(), congestion_.threshold(), segment_, clean));
}

// ── what was no loss
// ──────────────────────────────────────────────────────────────────────────────────────────

void Sender::check_spurious(Arrival& arrival) {
    const bool eifel = arrival.advanced && arrival.ambiguous &&
                       work_->episode->is_older_than_retransmission(arrival.echoed, arrival.now);
    bool reported = false;
    if (arrival.duplicate) {
        const auto bytes = std::uint32_t(arrival.duplicate->second - arrival.duplicate->first);
        reported = work_->episode->all_reported(arrival.duplicate->first, (bytes + segment_ - 1) / segment_);
    }
    if (eifel || reported) undo();
    // Reports may come one window late; then the episode is over.
    else if (work_->recovery == Recovery::none && una_ > work_->episode->end) work_->episode.reset();
}

/// F-RTO (RFC 5682 section 3.1).
void Sender::check_timeout(const Arrival& arrival) {
    if (work_->timeout_check == TimeoutCheck::oldest_sent) {
        const bool goes_on = arrival.advanced && una_ < work_->recover && !all_sent();
        if (!goes_on && !arrival.advanced && !arrival.newly_sacked && !arrival.bare) return;
        work_->timeout_check = goes_on ? TimeoutCheck::new_data_sent : TimeoutCheck::none;
        return;
    }
    work_->timeout_check = TimeoutCheck::none;
    if (arrival.sent_once && work_->episode && work_->episode->undoable) undo();
}

void Sender::undo() {
    if (congestion_.is_modelled()) congestion_.repaired();
    else congestion_.restore(work_->episode->before);
    for (std::size_t i = 0; i < work_->unsent && work_->lost_bytes > 0; ++i)
        if (work_->chunks[i].lost) unmark(work_->chunks[i]);
    work_->episode->undoable = false;
    work_->episode->end = nxt_;
    work_->recovery = Recovery::none;
    work_->timeout_check = TimeoutCheck::none;
    work_->duplicates = 0;
    work_->force = false;
    round_trip_.recover();
    work_->tail_to_arm = true;
}

// ── the timers
// ────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::restart_timer(Instant now) { work_->timer = now + round_trip_.timeout(); }

void Sender::arm_probe(Instant now) {
    work_->probe_at = kNever;
    const bool wanted = sack_ && work_->recovery == Recovery::none && work_->sacked_bytes == 0 &&
                        work_->lost_bytes == 0 && !work_->tail_probe.outstanding() && window_ > 0 &&
                        !work_->chunks.front().syn && round_trip_.measured();
    if (!wanted) return;
    work_->probe_at =
        earlier_of(now + TailProbe::timeout(round_trip_.smoothed(), flight() < 2 * segment_), work_->timer);
}

void Sender::expire(Instant now) {
    if (!work_) return;
    if (work_->reorder_at <= now) {
        work_->reorder_at = kNever;
        Delivery delivery;
        delivery.now = now;
        delivery.lost = detect_losses(now);
        delivery.in_flight = pipe();
        delivery.delivered = delivered_;
        if (delivery.lost > 0) {
            if (work_->episode) work_->episode->of_probe = false;
            enter(Recovery::fast, delivery);
            if (work_->recovery == Recovery::fast && !congestion_.is_modelled())
                reduce_in_proportion(delivery, false);
        }
    }
    if (work_->probe_at <= now) {
        work_->probe_at = kNever;
        work_->tail_due = true;
        restart_timer(now);
    }
    if (work_->timer <= now) expire_retransmission(now);
}

void Sender::expire_retransmission(Instant now) {
    work_->timer = kNever;
    if (flight() == 0 && all_sent()) return;
    round_trip_.back_off();  // MUST-19, SHLD-30
    if (flight() == 0) {
        work_->probe = true;  // MUST-36; the byte sent becomes the flight
        return;
    }
    work_->force = true;
    if (window_ > 0 && work_->expiries < 255) ++work_->expiries;
    if (window_ == 0) {
        if (!work_->chunks.front().lost) mark_lost(work_->chunks.front());
        return restart_timer(now);
    }
    if (work_->chunks.front().sacked)
        forget_sacks();  // the receiver has changed its mind (RFC 2018 section 8)
    const bool first_time = work_->recovery == Recovery::none || work_->recovery == Recovery::marked;
    if (first_time) begin_episode();
    congestion_.timed_out(flight(), first_time);
    // RFC 8985 section 6.3: the oldest, and what must have been acknowledged by now.
    const Duration window = work_->rack.reordering_window(work_->sacked_chunks, true, round_trip_.least(),
                                                          round_trip_.smoothed());
    for (std::size_t i = 0; i < work_->unsent; ++i) {
        Chunk& chunk = work_->chunks[i];
        if (chunk.sacked || chunk.lost) continue;
        if (i == 0 || !sack_ || work_->rack.lost_at(chunk.sent_at, window) <= now) mark_lost(chunk);
    }
    work_->episode->of_probe = false;
    work_->recovery = Recovery::timeout;
    work_->timeout_check = work_->chunks.front().syn ? TimeoutCheck::none : TimeoutCheck::oldest_sent;
    work_->recover = work_->reduced_at = nxt_;
    reacted_ = true;
    work_->duplicates = 0;
    work_->reorder_at = work_->probe_at = kNever;
    work_->tail_probe.forget();
    restart_timer(now);
}

void Sender::heard(Instant now) {
    if (unanswered_since() == kNever) return;
    work_->unanswered_since = now;
    restart_timer(now);
}

}  // namespace vmlab::stack
