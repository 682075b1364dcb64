// The state machine of TCP: what an arriving segment does (RFC 9293 section 3.10.7, RFC 5961, RFC 7323).
//
//   LISTEN        is the listener's state; a SYN makes a new connection in SYN-RECEIVED (stack/ingress.cpp)
//   SYN-SENT      SYN,ACK → ESTABLISHED · SYN → SYN-RECEIVED (simultaneous open) · RST → closed
//   SYN-RECEIVED  ACK of our SYN → ESTABLISHED (FIN-WAIT-1 if the user has closed meanwhile)
//   ESTABLISHED   FIN → CLOSE-WAIT · the user's close → FIN-WAIT-1
//   FIN-WAIT-1    ACK of our FIN → FIN-WAIT-2 · FIN → CLOSING · both → TIME-WAIT
//   FIN-WAIT-2    FIN → TIME-WAIT
//   CLOSE-WAIT    the user's close → LAST-ACK
//   CLOSING       ACK of our FIN → TIME-WAIT
//   LAST-ACK      ACK of our FIN → closed
//   TIME-WAIT     twice the MSL → closed; a FIN that comes again is acknowledged and starts the wait anew
//
// In every state from SYN-RECEIVED on, a segment passes the same checks in the same order; the first that
// fails decides what becomes of it:
//
//   timestamp (PAWS) → sequence → RST → SYN → ACK → window → data → FIN → what we can send now
//
// RST closes only when it names exactly the next byte; within the window it is challenged, elsewhere dropped.
// SYN is always challenged. ACKs of what was never sent, or of the distant past, are challenged.
#include <algorithm>
#include <utility>

#include "stack/tcp/connection.hpp"

namespace vmlab::stack {
namespace {

constexpr std::uint16_t kDefaultSegment = 536, kDefaultSegment6 = 1220;  // MUST-15
constexpr std::uint32_t kLeastSegment = 88;  // a peer that asks for less would make us send headers only
constexpr Duration kTimestampAge = hours{24 * 24};  // RFC 7323 section 5.5

std::uint32_t length_of(const wire::TcpHeader& h, std::size_t payload) {
    return std::uint32_t(payload) + (h.flags.syn ? 1u : 0u) + (h.flags.fin ? 1u : 0u);
}

}  // namespace

void Connection::receive(const wire::TcpHeader& h, Buffer payload, bool more, Instant now,
                         ConnectionSink& out) {
    more_follows_ = more;
    const bool marked = std::exchange(arrived_marked_, false);
    if (ecn_ && is_synchronized() && !h.flags.syn) {  // RFC 3168 section 6.1.3
        if (h.flags.cwr) echoes_mark_ = false;
        if (marked && !payload.empty()) echoes_mark_ = true;
    }
    if (is_next_data(h, payload.size())) return receive_next_data(h, std::move(payload), now, out);
    switch (state_) {
        case TcpState::closed:
        case TcpState::listen: return;
        case TcpState::syn_sent: return receive_in_syn_sent(h, std::move(payload), now, out);
        case TcpState::time_wait: return receive_in_time_wait(h, length_of(h, payload.size()), now, out);
        default: return receive_synchronized(h, std::move(payload), now, out);
    }
}

// ── the segment that was expected
// ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Data in its turn with an ACK of ours, so that every check of receive_synchronized() would let it pass:
/// nearly all of a transfer (Van Jacobson's header prediction).
bool Connection::is_next_data(const wire::TcpHeader& h, std::size_t payload) const {
    constexpr auto plain = [](const wire::TcpFlags& f) {
        return f.ack && !(f.syn | f.fin | f.rst | f.urg | f.ece | f.cwr);
    };
    return state_ == TcpState::established && !user_closed_ && payload > 0 && plain(h.flags) &&
           Seq{h.sequence} == receiver_.next() && sender_.una() <= Seq{h.acknowledgment} &&
           Seq{h.acknowledgment} <= sender_.nxt() && h.options.sack_count == 0 &&
           receiver_.takes_at_once(payload) &&
           (!timestamps_ ||
            (h.options.timestamps && std::int32_t(h.options.timestamps->value - recent_timestamp_) >= 0));
}

void Connection::receive_next_data(const wire::TcpHeader& h, Buffer payload, Instant now,
                                   ConnectionSink& out) {
    note_timestamp(h, now);
    timeouts_ = 0;
    note_life(now);
    const bool says_more = Seq{h.acknowledgment} != sender_.una() || sender_.window() == 0 ||
                           std::uint32_t(h.window) << peer_shift_ != sender_.window();
    if (says_more) receive_acknowledgment(h, payload.size(), now, out);
    else window_update_seq_ = Seq{h.sequence};
    const std::size_t size = payload.size();
    receiver_.take(size);
    bytes_in_ += size;
    out.received(std::move(payload));
    acknowledge_data(size, false, now);
    if (says_more) transmit(now, out);
    else if (ack_now_) send_ack(now, out);
}

// ── SYN-SENT (3.10.7.3)
// ───────────────────────────────────────────────────────────────────────────────────────

void Connection::receive_in_syn_sent(const wire::TcpHeader& h, Buffer payload, Instant now,
                                     ConnectionSink& out) {
    const Seq ack{h.acknowledgment};
    const bool acknowledges_syn = h.flags.ack && ack > sender_.una() && ack <= sender_.nxt();
    if (h.flags.ack && !acknowledges_syn) {
        if (!h.flags.rst) {  // an old connection's ghost: <SEQ=SEG.ACK><CTL=RST>
            wire::TcpHeader reset;
            reset.source_port = local_.port;
            reset.destination_port = peer_.port;
            reset.sequence = h.acknowledgment;
            reset.flags.rst = true;
            out.send_segment(reset, {});
        }
        return out.dropped(DropReason::tcp_bad_ack);
    }
    if (h.flags.rst) {
        if (!acknowledges_syn) return out.dropped(DropReason::tcp_out_of_window);
        if (fast_open_ == FastOpen::offers) out.fast_open({{}, 0, true});
        return finish(CloseReason::refused, "the peer answered the SYN with RST", out);
    }
    if (!h.flags.syn) return out.dropped(DropReason::tcp_bad_ack);

    read_syn_options(h, now);
    if (!acknowledges_syn) {  // simultaneous open (MUST-10)
        state_ = TcpState::syn_received;
        sender_.resend_oldest();
        return transmit(now, out);
    }
    const auto outcome = sender_.acknowledged(ack, {}, false, std::nullopt, now);
    timeouts_ = 0;
    conclude_fast_open(h, out);
    become_established(h, now, out);
    if (outcome.bytes > 0) out.acknowledged(outcome.bytes);
    ack_now_ = true;
    if (!payload.empty() || h.flags.fin) {
        wire::TcpHeader rest = h;
        rest.flags.syn = false;
        rest.sequence = h.sequence + 1;
        return receive_synchronized(rest, std::move(payload), now, out);
    }
    transmit(now, out);
}

/// What the SYN,ACK says of Fast Open. Data that it does not acknowledge goes again at once: a server takes
/// it or not (RFC 7413 section 4.1.3).
void Connection::conclude_fast_open(const wire::TcpHeader& syn, ConnectionSink& out) {
    if (fast_open_ == FastOpen::none) return;
    FastOpenNews news;
    if (syn.options.fast_open && syn.options.fast_open->size > 0) news.cookie = syn.options.fast_open;
    news.segment = syn.options.mss.value_or(0);
    news.failed = fast_open_ == FastOpen::plain;
    const bool waits = sender_.flight() > 0;
    if (fast_open_ == FastOpen::offers && sender_.delivered() > 1) fast_open_ = FastOpen::used;
    if (waits) sender_.resend_oldest();
    out.fast_open(news);
}

void Connection::read_syn_options(const wire::TcpHeader& syn, Instant now) {
    const auto& o = syn.options;
    const std::uint32_t most = sender_.segment() + option_bytes();  // that the path carries
    scaling_ = scaling_ && o.window_shift.has_value();
    peer_shift_ = scaling_ ? *o.window_shift : 0;
    sack_ = sack_ && o.sack_permitted;
    timestamps_ = timestamps_ && o.timestamps.has_value();
    if (timestamps_) {
        recent_timestamp_ = o.timestamps->value;
        recent_timestamp_at_ = now;
    }
    if (sack_) sender_.enable_sack();
    // What answers our SYN agrees by ECE alone; what asks us does so by both (RFC 3168 section 6.1.1).
    if (syn.flags.ack) ecn_ = ecn_mode_ == EcnMode::on && syn.flags.ece && !syn.flags.cwr;
    else ecn_ = ecn_mode_ != EcnMode::off && syn.flags.ece && syn.flags.cwr;
    const auto unsaid = peer_.address.is_v4() ? kDefaultSegment : kDefaultSegment6;
    const std::uint32_t wanted = std::max<std::uint32_t>(o.mss.value_or(unsaid), kLeastSegment);
    sender_.set_segment(std::min<std::uint32_t>(wanted, most) - option_bytes());  // MUST-16
    const std::uint32_t whole = std::min<std::uint32_t>(wanted, own_segment_);
    if (never_cut_ && most < whole) begin_narrow(whole - option_bytes());
    sender_.open_congestion_window();
    sender_.set_window(syn.window, now);
    const Seq initial{syn.sequence};
    receiver_.open(initial, scaling_, own_segment_ - option_bytes());
    last_ack_sent_ = receiver_.next();
    window_update_seq_ = initial;
    window_update_ack_ = Seq{syn.acknowledgment};
}

void Connection::become_established(const wire::TcpHeader& h, Instant now, ConnectionSink& out) {
    state_ = sender_.fin_queued() ? TcpState::fin_wait_1 : TcpState::established;
    was_established_ = true;
    soft_error_ = false;
    window_update_seq_ = Seq{h.sequence};
    window_update_ack_ = Seq{h.acknowledgment};
    restart_keep_alive(now);
    if (fast_open_ != FastOpen::accepted) out.established();  // else the user knows
}

// ── TIME-WAIT
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Connection::receive_in_time_wait(const wire::TcpHeader& h, std::uint32_t length, Instant now,
                                      ConnectionSink& out) {
    const Seq seq{h.sequence};
    if (h.flags.rst) {
        if (seq == receiver_.next()) {
            state_ = TcpState::closed;  // the user has had the last word already
            end_at_ = kNever;
        } else {
            out.dropped(DropReason::tcp_out_of_window);
        }
        return;
    }
    if (length == 0 && seq == receiver_.next()) return;
    out.dropped(DropReason::tcp_out_of_window);
    if (h.flags.fin && seq + length == receiver_.next()) end_at_ = now + out.time_wait();
    send_challenge(now, out);
}

void Connection::enter_time_wait(Instant now, ConnectionSink& out) {
    state_ = TcpState::time_wait;
    sender_.release();
    receiver_.release();
    stop_timers();
    end_at_ = now + out.time_wait();  // MUST-13
    out.closed(CloseReason::finished, "both sides have closed");
}

// ── SYN-RECEIVED and later (3.10.7.4)
// ─────────────────────────────────────────────────────────────────────────

void Connection::receive_synchronized(const wire::TcpHeader& arrived, Buffer payload, Instant now,
                                      ConnectionSink& out) {
    wire::TcpHeader h = arrived;
    if (state_ == TcpState::syn_received && h.flags.syn && Seq{h.sequence} == window_update_seq_) {
        if (!h.flags.ack) {  // the peer has not heard our SYN,ACK
            sender_.resend_oldest();
            return transmit(now, out);
        }
        h.flags.syn =
            false;  // simultaneous open: the SYN,ACK repeats a SYN that we know; its ACK is what counts
        ++h.sequence;
        ack_now_ = true;
    }
    if (!passes_timestamp_check(h, now, out)) return;
    if (!passes_sequence_check(h, payload, now, out)) return;
    if (h.flags.rst) return receive_reset(h, now, out);
    if (h.flags.syn) {
        out.dropped(DropReason::tcp_out_of_window);
        out.suspected(Suspicion::injection);
        return send_challenge(now, out);
    }
    if (!h.flags.ack) return out.dropped(DropReason::tcp_bad_ack);
    note_life(now);
    if (!receive_acknowledgment(h, payload.size(), now, out)) return;
    // RFC 7323 section 4.3; only now, so that who guesses does not make the peer's segments old ones.
    note_timestamp(h, now);
    advance_after_acknowledgment(now, out);
    if (state_ == TcpState::closed || state_ == TcpState::time_wait) return;
    if (h.flags.urg) receive_urgent(h, out);
    if (!payload.empty() || h.flags.fin) receive_payload(h, std::move(payload), h.flags.fin, now, out);
    if (state_ == TcpState::closed) return;
    if (state_ == TcpState::time_wait) {
        if (ack_now_) send_ack(now, out);
        return;
    }
    transmit(now, out);
}

void Connection::note_timestamp(const wire::TcpHeader& h, Instant now) {
    if (!timestamps_ || Seq{h.sequence} > last_ack_sent_) return;
    recent_timestamp_ = h.options.timestamps->value;
    recent_timestamp_at_ = now;
}

/// PAWS (RFC 7323 section 5.3): an older timestamp than the last one is an old duplicate.
bool Connection::passes_timestamp_check(const wire::TcpHeader& h, Instant now, ConnectionSink& out) {
    if (!timestamps_ || h.flags.rst) return true;
    if (!h.options.timestamps) {
        out.dropped(DropReason::tcp_out_of_window);
        return false;
    }
    const bool older = std::int32_t(h.options.timestamps->value - recent_timestamp_) < 0;
    if (!older || now - recent_timestamp_at_ > kTimestampAge) return true;
    out.dropped(DropReason::tcp_out_of_window);
    send_challenge(now, out);
    return false;
}

bool Connection::passes_sequence_check(wire::TcpHeader& h, Buffer& payload, Instant now,
                                       ConnectionSink& out) {
    const Seq seq{h.sequence};
    if (receiver_.acceptable(seq, length_of(h, payload.size()))) return true;
    if (receiver_.window() == 0 && seq == receiver_.next()) {
        // A shut window takes no data, but ACK, URG and RST count (MUST-66); the answer says that it is shut.
        payload = {};
        h.flags.fin = false;
        ack_now_ = true;
        return true;
    }
    out.dropped(DropReason::tcp_out_of_window);
    if (h.flags.rst) {
        out.suspected(Suspicion::injection);
        return false;
    }
    // Data that came twice is acknowledged at once: our ACK may be what was lost. What carries none could be
    // the answer to an answer, and is bounded.
    if (seq + std::uint32_t(payload.size()) <= receiver_.next())
        receiver_.note_duplicate(seq, seq + std::uint32_t(payload.size()));
    if (payload.empty()) send_challenge(now, out);
    else send_ack(now, out);
    return false;
}

void Connection::receive_reset(const wire::TcpHeader& h, Instant now, ConnectionSink& out) {
    if (Seq{h.sequence} != receiver_.next()) {  // whether or not it carries a text (SHLD-2)
        out.dropped(DropReason::tcp_out_of_window);
        out.suspected(Suspicion::injection);
        return send_challenge(now, out);
    }
    if (state_ == TcpState::syn_received && listener_ == 0)
        return finish(CloseReason::refused, "the peer answered with RST", out);
    finish(CloseReason::reset, "the peer sent RST", out);  // MUST-12
}

bool Connection::receive_acknowledgment(const wire::TcpHeader& h, std::size_t payload, Instant now,
                                        ConnectionSink& out) {
    const Seq ack{h.acknowledgment};
    const Seq seq{h.sequence};
    if (state_ == TcpState::syn_received) {
        if (ack <= sender_.una() || ack > sender_.nxt()) {
            wire::TcpHeader reset;
            reset.source_port = local_.port;
            reset.destination_port = peer_.port;
            reset.sequence = h.acknowledgment;
            reset.flags.rst = true;
            out.send_segment(reset, {});
            out.dropped(DropReason::tcp_bad_ack);
            return false;
        }
        become_established(h, now, out);
    }
    // RFC 5961 section 5 (MAY-12)
    if (ack > sender_.nxt() || ack + sender_.largest_window() < sender_.una()) {
        out.dropped(DropReason::tcp_bad_ack);
        out.suspected(payload > 0 ? Suspicion::injection : Suspicion::optimistic_ack);
        send_challenge(now, out);
        return false;
    }
    if (ecn_ && h.flags.ece) sender_.marked(now);
    if (ack < sender_.una()) return true;  // overtaken by a later ACK: its data still counts

    // MUST-1, REC-1: 32 bits, and never negative.
    const std::uint32_t window = std::uint32_t(h.window) << peer_shift_;
    const bool bare = payload == 0 && !h.flags.fin && window == sender_.window();
    std::optional<Duration> echoed;
    if (timestamps_ && h.options.timestamps->echo != 0) {
        const std::uint32_t steps = timestamp_at(now) - h.options.timestamps->echo;
        if (steps < 600'000) echoed = milliseconds{steps};
    }
    const bool advances = ack > sender_.una();
    const auto outcome =
        sender_.acknowledged(ack, std::span(h.options.sack).first(h.options.sack_count), bare, echoed, now);
    // An ACK that advances is news of the window, too, when a segment that was sent again carries it: else
    // the old window would count from the new place, and reach beyond what was ever offered.
    if (advances || window_update_seq_ < seq || (window_update_seq_ == seq && window_update_ack_ <= ack)) {
        // It may be smaller than what is in flight, or nothing (MUST-34, MUST-35): nothing new goes then
        // (SHLD-15), what is in flight goes again, the oldest whatever the window says (MAY-7), and as long
        // as the peer answers it is no reason to give up (SHLD-17).
        sender_.set_window(window, now);
        window_update_seq_ = seq;
        window_update_ack_ = ack;
    }
    // MUST-37; but when the user has gone, a peer that takes nothing is waited for no longer than a dead one.
    if (sender_.window() == 0 && !user_closed_) sender_.heard(now);
    if (outcome.advanced) timeouts_ = 0;
    if (outcome.in_part) out.suspected(Suspicion::ack_split);
    if (outcome.bytes > 0) out.acknowledged(outcome.bytes);
    return true;
}

void Connection::advance_after_acknowledgment(Instant now, ConnectionSink& out) {
    if (!sender_.fin_acknowledged()) return;
    switch (state_) {
        case TcpState::fin_wait_1:
            state_ = TcpState::fin_wait_2;
            if (user_closed_)
                end_at_ = now + out.time_wait();  // nobody is left to wait for the peer's FIN for ever
            return;
        case TcpState::closing: return enter_time_wait(now, out);
        case TcpState::last_ack: return finish(CloseReason::finished, "both sides have closed", out);
        default: return;
    }
}

void Connection::receive_payload(const wire::TcpHeader& h, Buffer payload, bool fin, Instant now,
                                 ConnectionSink& out) {
    if (state_ != TcpState::established && state_ != TcpState::fin_wait_1 && state_ != TcpState::fin_wait_2)
        return;
    const Seq seq{h.sequence};
    if (user_closed_ && seq + std::uint32_t(payload.size()) > receiver_.next()) {  // SHLD-3
        out.dropped(DropReason::tcp_after_close);
        send_reset(now, out);
        return finish(CloseReason::reset, "data came after the user had closed", out);
    }
    const bool had_holes = receiver_.has_holes();
    const std::size_t size = payload.size();
    const bool advanced = receiver_.insert(seq, std::move(payload), fin);
    for (Buffer data; receiver_.pop(data);) {
        bytes_in_ += data.size();
        out.received(std::move(data));
    }
    if (receiver_.fin_received()) return receive_fin(now, out);
    acknowledge_data(size, !advanced || had_holes, now);
}

void Connection::acknowledge_data(std::size_t size, bool at_once, Instant now) {
    // One ACK for what can be acknowledged together (MUST-58), and of frames that came together behind the
    // last (MUST-59); at once where something is missing (MAY-13).
    unacknowledged_in_ += std::uint32_t(size);
    const std::uint32_t enough = more_follows_ ? kMostUnacknowledged : 2 * sender_.segment();
    if (at_once || unacknowledged_in_ >= enough) ack_now_ = true;  // SHLD-19
    else if (ack_at_ == kNever) ack_at_ = now + kDelayedAck;       // SHLD-18
}

/// The pointer names the byte behind the urgent data (MUST-62); the bytes themselves stay in the stream
/// (RFC 6093). The user hears of it when there is urgent data ahead of what was taken, and when there is more
/// of it than was known (MUST-30, MUST-32).
void Connection::receive_urgent(const wire::TcpHeader& h, ConnectionSink& out) {
    if (state_ != TcpState::established && state_ != TcpState::fin_wait_1 && state_ != TcpState::fin_wait_2)
        return;
    const Seq end = Seq{h.sequence} + h.urgent;
    if (urgent_left() > 0 && end <= rare_->urgent_in_end) return;
    const bool was_urgent = rare().urgent_in;
    const Seq before = rare_->urgent_in_end;
    rare_->urgent_in = true;
    rare_->urgent_in_end = end;
    if (urgent_left() > 0) return out.urgent(urgent_left());
    rare_->urgent_in = was_urgent;
    rare_->urgent_in_end = before;
}

void Connection::receive_fin(Instant now, ConnectionSink& out) {
    ack_now_ = true;
    if (!user_closed_ && !peer_closed_told_) {
        peer_closed_told_ = true;
        out.peer_closed();  // MUST-12
    }
    switch (state_) {
        case TcpState::established: state_ = TcpState::close_wait; return;
        case TcpState::fin_wait_1: state_ = TcpState::closing; return;
        case TcpState::fin_wait_2: return enter_time_wait(now, out);
        default: return;
    }
}

void Connection::finish(CloseReason reason, std::string_view why, ConnectionSink& out) {
    state_ = TcpState::closed;
    sender_.release();
    receiver_.release();
    stop_timers();
    ack_now_ = false;
    out.closed(reason, why);
}

}  // namespace vmlab::stack
