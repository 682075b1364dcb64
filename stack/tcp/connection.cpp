// The user's calls and the timers of a connection (RFC 9293 sections 3.10.1 to 3.10.6 and 3.10.8).
#include "stack/tcp/connection.hpp"

#include <algorithm>

namespace vmlab::stack {

Connection::Connection(const ConnectionSetup& setup)
    : local_(setup.local),
      peer_(setup.peer),
      id_(setup.id),
      listener_(setup.listener),
      never_cut_(setup.never_cut),
      own_shift_(std::max(setup.least_shift, Receiver::shift_for(setup.receive_buffer))),
      scaling_(setup.window_scaling),
      timestamps_(setup.timestamps),
      sack_(setup.selective_acks),
      ecn_mode_(setup.ecn),
      own_segment_(setup.segment),
      receiver_(setup.receive_buffer, setup.first_buffer, own_shift_),
      timestamp_offset_(setup.timestamp_offset),
      sender_(setup.initial) {
    keep_options(setup.options);
    sender_.set_segment(std::uint32_t(std::min(setup.path_segment, own_segment_)) - option_bytes());
    sender_.use(setup.congestion, timestamp_offset_);
}

void Connection::open_active(FastOpenStart start, Instant now, ConnectionSink& out) {
    state_ = TcpState::syn_sent;
    sender_.queue_syn();
    if (start.cookie) fast_open_ = start.cookie->size == 0 ? FastOpen::asks : FastOpen::offers;
    if (fast_open_ == FastOpen::none) transmit(now, out);  // what is to be sent waits for the handshake
    if (!start.data.empty()) sender_.queue(std::move(start.data));
    if (fast_open_ != FastOpen::none) send_fast_syn(start, now, out);
}

void Connection::open_passive(const wire::TcpHeader& syn, FastOpenStart start, Instant now,
                              ConnectionSink& out) {
    state_ = TcpState::syn_received;
    read_syn_options(syn, now);
    sender_.queue_syn();
    if (start.accepted) take_from_syn(syn, std::move(start.data), out);
    if (start.cookie) send_fast_syn(start, now, out);
    else transmit(now, out);
}

/// RFC 7413 section 4.2.2: the user has the connection and what came with its SYN before the handshake is
/// through, and may answer.
void Connection::take_from_syn(const wire::TcpHeader& syn, Buffer data, ConnectionSink& out) {
    fast_open_ = FastOpen::accepted;
    was_established_ = true;
    (void)receiver_.offer(true);
    receiver_.insert(Seq{syn.sequence} + 1, std::move(data), false);
    out.established();
    for (Buffer part; receiver_.pop(part);) {
        bytes_in_ += part.size();
        out.received(std::move(part));
    }
}

// ── the user's calls
// ──────────────────────────────────────────────────────────────────────────────────────────

void Connection::send(Buffer data, Instant now, ConnectionSink& out) {
    vm_assert(takes_data());
    // All that is sent is pushed (MUST-60); what has to wait is collected into full segments (MAY-16).
    const bool at_once = is_synchronized() && !searches_path();
    if (Chunk* const alone = at_once ? sender_.queue_alone(data) : nullptr) {
        send_chunk(*alone, now, out);
        return settle(now, out);
    }
    sender_.queue(std::move(data));
    transmit(now, out);
}

/// MUST-30, MUST-31: the pointer goes ahead of the data, which may have to wait for the window.
void Connection::send_urgent(Buffer data, Instant now, ConnectionSink& out) {
    vm_assert(takes_data());
    sender_.queue(std::move(data));
    rare().urgent_out = true;
    rare_->urgent_out_end = sender_.end();
    ack_now_ = is_synchronized();
    transmit(now, out);
}

std::size_t Connection::urgent_left() const {
    if (!rare_ || !rare_->urgent_in) return 0;
    const Seq taken = receiver_.next() - std::uint32_t(receiver_.unconsumed()) -
                      std::uint32_t(receiver_.fin_received() ? 1 : 0);
    return rare_->urgent_in_end > taken ? std::size_t(rare_->urgent_in_end - taken) : 0;
}

bool Connection::consumed(std::size_t bytes, Instant now) {
    receiver_.consumed(bytes);
    if (receiver_.took_a_window()) receiver_.grow(sender_.round_trip(), now);
    const bool receiving =
        state_ == TcpState::established || state_ == TcpState::fin_wait_1 || state_ == TcpState::fin_wait_2;
    return receiving && receiver_.worth_an_update();
}

void Connection::shutdown(Instant now, ConnectionSink& out) {
    if (state_ == TcpState::closed || sender_.fin_queued()) return;
    sender_.queue_fin();
    if (state_ == TcpState::established) state_ = TcpState::fin_wait_1;
    else if (state_ == TcpState::close_wait) state_ = TcpState::last_ack;
    transmit(now, out);
}

/// MAY-1: whoever has closed reads no more.
void Connection::close(Instant now, ConnectionSink& out) {
    if (user_closed_ || state_ == TcpState::closed || state_ == TcpState::time_wait) return;
    user_closed_ = true;
    if (state_ == TcpState::syn_sent)
        return finish(CloseReason::finished, "closed by its user before it was established", out);
    if (state_ == TcpState::fin_wait_2) end_at_ = now + out.time_wait();
    shutdown(now, out);
}

void Connection::abort(bool silent, Instant now, ConnectionSink& out) {
    const bool peer_waits = state_ != TcpState::closed && state_ != TcpState::syn_sent &&
                            state_ != TcpState::closing && state_ != TcpState::last_ack &&
                            state_ != TcpState::time_wait;
    if (peer_waits && !silent) send_reset(now, out);
    state_ = TcpState::closed;
    sender_.release();
    receiver_.release();
    stop_timers();
}

/// At any time; that a new Diffserv value may reorder what is on the way is for the user to consider
/// (SHLD-23).
void Connection::set_options(const ConnectionOptions& options, Instant now) {
    if (options.congestion) sender_.use(*options.congestion, timestamp_offset_);
    keep_options(options);
    if (!rare_) return;
    rare_->keep_alive_at = kNever;
    rare_->keep_alive_probes = 0;
    restart_keep_alive(now);
}

/// The two that nearly all have need no room of their own.
void Connection::keep_options(const ConnectionOptions& options) {
    prompt_ = options == kPrompt;
    if (rare_ || !(prompt_ || options == kUsual)) rare().options = options;
}

// ── the timers
// ────────────────────────────────────────────────────────────────────────────────────────────────

void Connection::tick(Instant now, ConnectionSink& out) {
    if (end_at_ <= now) {
        end_at_ = kNever;
        if (state_ != TcpState::time_wait)
            return finish(CloseReason::timed_out, "the peer never closed its side", out);
        state_ = TcpState::closed;
        return;
    }
    if (sender_.deadline() <= now) {
        const Duration patience = is_synchronized() ? options().give_up_after : kSynGiveUp;
        if (sender_.unanswered_since() != kNever && now - sender_.unanswered_since() >= patience)
            return give_up(now, out);
        const bool unanswered = sender_.flight() > 0;
        if (fast_open_ == FastOpen::asks) fast_open_ = FastOpen::none;
        if (fast_open_ == FastOpen::offers) fast_open_ = FastOpen::plain;
        sender_.expire(now);
        if (sender_.expiries() >= PathSearch::kExpiriesToDoubt) doubt_path(out);
        transmit(now, out);
        if (unanswered && timeouts_ < 255 &&
            ++timeouts_ == kRetransmissionsBeforeAdvice)  // R1: MUST-20, MUST-22, SHLD-9
            out.advised(Advice::delivery_trouble, "sent again three times, and not acknowledged");
    }
    if (ack_at_ <= now) send_ack(now, out);
    if (rare_ && rare_->keep_alive_at <= now) tick_keep_alive(now, out);
}

/// R2 (MUST-20): the timer never sleeps past the moment at which we stop trying.
void Connection::hold_to_give_up() {
    if (sender_.unanswered_since() == kNever) return;
    sender_.limit_timer(sender_.unanswered_since() +
                        (is_synchronized() ? options().give_up_after : kSynGiveUp));
}

void Connection::give_up(Instant now, ConnectionSink& out) {
    if (is_synchronized()) send_reset(now, out);
    if (soft_error_)
        return finish(CloseReason::unreachable, "no answer, and the network reported the peer unreachable",
                      out);
    finish(CloseReason::timed_out, "the peer did not answer for as long as R2 allows", out);
}

void Connection::restart_keep_alive(Instant now) {
    if (!rare_ || !rare_->options.keep_alive || !is_synchronized() || state_ == TcpState::time_wait) return;
    rare_->keep_alive_at = now + std::max<Duration>(rare_->options.keep_alive_idle, seconds{1});
}

/// MAY-5
void Connection::tick_keep_alive(Instant now, ConnectionSink& out) {
    const ConnectionOptions& chosen = rare_->options;
    rare_->keep_alive_at = kNever;
    if (!chosen.keep_alive || !is_synchronized()) return;
    if (sender_.flight() > 0 || !sender_.all_sent()) return restart_keep_alive(now);  // MUST-26
    if (rare_->keep_alive_probes >= std::max(chosen.keep_alive_probes, 2)) {          // MUST-29
        send_reset(now, out);
        return finish(CloseReason::silent, "the peer answered no keep-alive", out);
    }
    ++rare_->keep_alive_probes;
    send_probe(now, out);
    rare_->keep_alive_at = now + std::max<Duration>(chosen.keep_alive_interval, seconds{1});
}

void Connection::stop_timers() {
    ack_at_ = end_at_ = kNever;
    if (rare_) rare_->keep_alive_at = kNever;
}

// ── what the network reports
// ──────────────────────────────────────────────────────────────────────────────────

void Connection::receive_path_error(PathError kind, std::uint32_t quoted_sequence, std::string_view what,
                                    ConnectionSink& out) {
    const Seq quoted{quoted_sequence};
    const bool ours =
        sender_.una() <= quoted && quoted < sender_.nxt();  // RFC 5927 section 4: not a blind guess
    if (!ours || state_ == TcpState::closed || state_ == TcpState::time_wait) return;
    if (kind == PathError::hard && fast_open_ == FastOpen::offers) out.fast_open({{}, 0, true});
    if (kind == PathError::hard)  // SHLD-26
        return finish(was_established_ ? CloseReason::unreachable : CloseReason::refused, what, out);
    soft_error_ = true;  // MUST-56
    out.advised(Advice::soft_error, what);
}

bool Connection::receive_path_mtu(std::uint16_t mtu, std::uint32_t quoted_sequence, Instant now,
                                  ConnectionSink& out) {
    const Seq quoted{quoted_sequence};
    if (!(sender_.una() <= quoted && quoted < sender_.nxt())) return false;
    if (state_ == TcpState::syn_sent &&
        fast_open_ == FastOpen::offers) {  // the SYN was too long with its data
        fast_open_ = FastOpen::plain;
        sender_.resend_oldest();
        transmit(now, out);
        return true;
    }
    if (!is_synchronized()) return false;
    const std::uint32_t segment = segment_in(std::max<std::uint32_t>(mtu, least_mtu()));
    if (segment >= sender_.segment()) {
        if (rare_ && rare_->path) rare_->path->told(segment, now);
        return true;
    }
    path_search().settle(segment, now);
    sender_.shrink_segment(segment);
    transmit(now, out);
    return true;
}

/// MAY-2; SHLD-4: by timestamps, where both sides have them (RFC 6191).
bool Connection::may_be_reused_by(const wire::TcpHeader& syn) const {
    if (state_ != TcpState::time_wait || !syn.flags.syn || syn.flags.ack || syn.flags.rst) return false;
    if (timestamps_ && syn.options.timestamps && syn.options.timestamps->value != recent_timestamp_)
        return std::int32_t(syn.options.timestamps->value - recent_timestamp_) > 0;
    return Seq{syn.sequence} > receiver_.next();
}

}  // namespace vmlab::stack
