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
        held_ = false;
    } else if (!pacing_) {
        pacing_ = std::make_unique<Pacing>();
    }
}

// ── marks on chunks
// ───────────────────────────────────────────────────────────────────────────────────────────

void Sender::mark_lost(Chunk& chunk) {
    if (lost_bytes_ == 0 || chunk.seq < lowest_lost_) lowest_lost_ = chunk.seq;
    chunk.lost = true;
    lost_bytes_ += chunk.length();
    lost_ += chunk.length();
}

void Sender::unmark(Chunk& chunk) {
    chunk.lost = false;
    lost_bytes_ -= chunk.length();
}

void Sender::resend_oldest() {
    if (unsent_ == 0) return;
    if (!chunks_.front().lost && !chunks_.front().sacked) mark_lost(chunks_.front());
    force_ = true;
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

/// RACK (RFC 8985 section 6.2 step 5). Gives the bytes that are lost and were not before; for what is
/// overtaken and may still come, the reordering timer is set.
std::uint32_t Sender::detect_losses(Instant now) {
    const bool recovering = recovery_ == Recovery::fast || recovery_ == Recovery::timeout;
    const Duration window =
        rack_.reordering_window(sacked_chunks_, recovering, round_trip_.least(), round_trip_.smoothed());
    std::uint32_t lost = 0;
    reorder_at_ = kNever;
    for (std::size_t i = 0; i < unsent_; ++i) {
        Chunk& chunk = chunks_[i];
        if (chunk.sacked || chunk.lost) continue;
        if (!rack_.overtaken(chunk.order)) {
            if (chunk.transmissions == 1) break;  // what follows was sent later still
            continue;
        }
        const Instant at = rack_.lost_at(chunk.sent_at, window);
        if (at <= now) {
            mark_lost(chunk);
            lost += chunk.length();
        } else if (reorder_at_ == kNever || at > reorder_at_) {
            reorder_at_ = at;
        }
    }
    return lost;
}

/// Without SACK (RFC 6582): three duplicate ACKs, and every partial ACK, name the oldest.
std::uint32_t Sender::count_duplicates(const Arrival& arrival) {
    const auto lose_oldest = [this] {
        if (chunks_.front().lost) return 0u;
        mark_lost(chunks_.front());
        return chunks_.front().length();
    };
    if (arrival.advanced) {
        if (recovery_ != Recovery::fast || una_ >= recover_) {
            duplicates_ = 0;
            return 0;
        }
        const std::uint32_t had_come = arrival.segments > 0 ? arrival.segments - 1 : 0;
        duplicates_ -= std::min(duplicates_, had_come);
        force_ = true;
        return lose_oldest();
    }
    if (!arrival.bare || window_ == 0) return 0;
    ++duplicates_;
    const bool enough = duplicates_ == Rack::kDuplicateThreshold && una_ >= recover_;
    if (!enough || recovery_ == Recovery::fast || recovery_ == Recovery::timeout) return 0;
    return lose_oldest();
}

// ── reactions
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::react(Arrival& arrival) {
    Delivery& delivery = arrival.delivery;
    const bool of_probe = arrival.duplicate && tail_probe_.explains(arrival.duplicate->second);
    if (arrival.duplicate && !of_probe) rack_.duplicate_reported(una_, nxt_);
    if (episode_) check_spurious(arrival);
    if (timeout_check_ != TimeoutCheck::none) check_timeout(arrival);
    const bool over = recovery_ != Recovery::none && una_ >= recover_;
    if (over && !congestion_.is_modelled()) {
        leave_recovery();
        delivery.window_limited = false;  // the ACK that ends it sets the window, and does not raise it
    }
    if (flight() > 0) delivery.lost = sack_ ? detect_losses(arrival.now) : count_duplicates(arrival);
    if (over && congestion_.is_modelled()) {
        if (lost_bytes_ == 0) leave_recovery();
        else recover_ = nxt_;  // the next losses are there already: no new round of conservation
    }
    if (!sack_ && !arrival.advanced && arrival.bare && recovery_ != Recovery::none)
        delivery.bytes = segment_;  // a duplicate ACK says that one segment arrived (RFC 6937 section 3)
    delivery.in_flight = pipe();
    delivery.smoothed = round_trip_.smoothed();
    delivery.una = una_;
    delivery.nxt = nxt_;
    delivery.delivered = delivered_;
    if (pacing_) delivery.rate = pacing_->rate.sample(arrival.now, round_trip_.least());

    const bool bare_duplicate = arrival.bare && !arrival.advanced && !arrival.newly_sacked;
    const bool repaired_by_probe = tail_probe_.acknowledged(una_, of_probe || bare_duplicate);
    // Of what was found lost behind recover_ in the last recovery, too: that is a new congestion event.
    if (lost_bytes_ > 0 && flight() > 0) enter(Recovery::fast, delivery);
    else if (repaired_by_probe) enter(Recovery::marked, delivery);

    const bool repairing = recovery_ == Recovery::fast || recovery_ == Recovery::marked;
    if (repairing && !congestion_.is_modelled()) {
        reduce_in_proportion(delivery, arrival.advanced && delivery.lost == 0);
    } else if (delivery.bytes > 0) {
        congestion_.acknowledged(delivery, repairing                        ? Congestion::Phase::repairing
                                           : recovery_ == Recovery::timeout ? Congestion::Phase::after_timeout
                                                                            : Congestion::Phase::open);
    }
    if (pacing_) {
        pacing_->pacer.set_rate(congestion_.bbr()->pacing_rate());
        // What four segments deliver says nothing of the path.
        if (congestion_.bbr()->mode() == Bbr::Mode::probe_round_trip) pacing_->rate.starved(pipe());
    }
    if (sacked_bytes_ > 0 || recovery_ != Recovery::none) probe_at_ = kNever;
}

void Sender::marked(Instant now) {
    if (una_ < reduced_at_ || flight() == 0) return;
    Delivery delivery;
    delivery.now = now;
    if (!congestion_.is_modelled()) enter(Recovery::marked, delivery);
    reduced_at_ = nxt_;
    reacted_ = true;
}

void Sender::begin_episode() {
    if (!episode_) episode_ = std::make_unique<Episode>();
    *episode_ = {};
    episode_->before = congestion_.before();
    episode_->rate.begin(flight());
    episode_->begin = una_;
    episode_->end = nxt_;
}

void Sender::enter(Recovery recovery, const Delivery& delivery) {
    if (recovery_ == Recovery::fast || recovery_ == Recovery::timeout) return;
    if (recovery_ == Recovery::marked) {  // the window has been reduced: now it is losses as well
        if (recovery != Recovery::fast) return;
    } else {
        begin_episode();
        congestion_.reduce(flight(), delivery);
        reduced_at_ = nxt_;
        reacted_ = true;
    }
    recovery_ = recovery;
    recover_ = nxt_;
    force_ = recovery == Recovery::fast;
}

void Sender::leave_recovery() {
    if (recovery_ != Recovery::timeout || congestion_.is_modelled()) congestion_.repaired();
    recovery_ = Recovery::none;
    timeout_check_ = TimeoutCheck::none;
    duplicates_ = 0;
    rack_.recovered();
    episode_->end = nxt_;
    tail_to_arm_ = true;
}

void Sender::reduce_in_proportion(const Delivery& delivery, bool clean) {
    congestion_.set_window(
        episode_->rate.window(delivery.bytes, pipe(), congestion_.threshold(), segment_, clean));
}

// ── what was no loss
// ──────────────────────────────────────────────────────────────────────────────────────────

void Sender::check_spurious(Arrival& arrival) {
    const bool eifel = arrival.advanced && arrival.ambiguous &&
                       episode_->is_older_than_retransmission(arrival.echoed, arrival.now);
    bool reported = false;
    if (arrival.duplicate) {
        const auto bytes = std::uint32_t(arrival.duplicate->second - arrival.duplicate->first);
        reported = episode_->all_reported(arrival.duplicate->first, (bytes + segment_ - 1) / segment_);
    }
    if (eifel || reported) undo();
    // Reports may come one window late; then the episode is over.
    else if (recovery_ == Recovery::none && una_ > episode_->end) episode_.reset();
}

/// F-RTO (RFC 5682 section 3.1).
void Sender::check_timeout(const Arrival& arrival) {
    if (timeout_check_ == TimeoutCheck::oldest_sent) {
        const bool goes_on = arrival.advanced && una_ < recover_ && !all_sent();
        if (!goes_on && !arrival.advanced && !arrival.newly_sacked && !arrival.bare) return;
        timeout_check_ = goes_on ? TimeoutCheck::new_data_sent : TimeoutCheck::none;
        return;
    }
    timeout_check_ = TimeoutCheck::none;
    if (arrival.sent_once && episode_ && episode_->undoable) undo();
}

void Sender::undo() {
    if (congestion_.is_modelled()) congestion_.repaired();
    else congestion_.restore(episode_->before);
    for (std::size_t i = 0; i < unsent_ && lost_bytes_ > 0; ++i)
        if (chunks_[i].lost) unmark(chunks_[i]);
    episode_->undoable = false;
    episode_->end = nxt_;
    recovery_ = Recovery::none;
    timeout_check_ = TimeoutCheck::none;
    duplicates_ = 0;
    force_ = false;
    round_trip_.recover();
    tail_to_arm_ = true;
}

// ── the timers
// ────────────────────────────────────────────────────────────────────────────────────────────────

void Sender::restart_timer(Instant now) { timer_ = now + round_trip_.timeout(); }

void Sender::arm_probe(Instant now) {
    probe_at_ = kNever;
    const bool wanted = sack_ && recovery_ == Recovery::none && sacked_bytes_ == 0 && lost_bytes_ == 0 &&
                        !tail_probe_.outstanding() && window_ > 0 && !chunks_.front().syn &&
                        round_trip_.measured();
    if (!wanted) return;
    probe_at_ = earlier_of(now + TailProbe::timeout(round_trip_.smoothed(), flight() < 2 * segment_), timer_);
}

void Sender::expire(Instant now) {
    if (reorder_at_ <= now) {
        reorder_at_ = kNever;
        Delivery delivery;
        delivery.now = now;
        delivery.lost = detect_losses(now);
        delivery.in_flight = pipe();
        delivery.delivered = delivered_;
        if (delivery.lost > 0) {
            enter(Recovery::fast, delivery);
            if (recovery_ == Recovery::fast && !congestion_.is_modelled())
                reduce_in_proportion(delivery, false);
        }
    }
    if (probe_at_ <= now) {
        probe_at_ = kNever;
        tail_due_ = true;
        restart_timer(now);
    }
    if (timer_ <= now) expire_retransmission(now);
}

void Sender::expire_retransmission(Instant now) {
    timer_ = kNever;
    if (flight() == 0 && all_sent()) return;
    round_trip_.back_off();  // MUST-19, SHLD-30
    if (flight() == 0) {
        probe_ = true;  // MUST-36; the byte sent becomes the flight
        return;
    }
    force_ = true;
    if (window_ == 0) {
        if (!chunks_.front().lost) mark_lost(chunks_.front());
        return restart_timer(now);
    }
    if (chunks_.front().sacked) forget_sacks();  // the receiver has changed its mind (RFC 2018 section 8)
    const bool first_time = recovery_ == Recovery::none || recovery_ == Recovery::marked;
    if (first_time) begin_episode();
    congestion_.timed_out(flight(), first_time);
    // RFC 8985 section 6.3: the oldest, and what must have been acknowledged by now.
    const Duration window =
        rack_.reordering_window(sacked_chunks_, true, round_trip_.least(), round_trip_.smoothed());
    for (std::size_t i = 0; i < unsent_; ++i) {
        Chunk& chunk = chunks_[i];
        if (chunk.sacked || chunk.lost) continue;
        if (i == 0 || !sack_ || rack_.lost_at(chunk.sent_at, window) <= now) mark_lost(chunk);
    }
    recovery_ = Recovery::timeout;
    timeout_check_ = chunks_.front().syn ? TimeoutCheck::none : TimeoutCheck::oldest_sent;
    recover_ = reduced_at_ = nxt_;
    reacted_ = true;
    duplicates_ = 0;
    reorder_at_ = probe_at_ = kNever;
    tail_probe_.forget();
    restart_timer(now);
}

void Sender::heard(Instant now) {
    if (unanswered_since_ == kNever) return;
    unanswered_since_ = now;
    restart_timer(now);
}

}  // namespace vmlab::stack
