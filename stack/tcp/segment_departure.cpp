// What leaves a connection: chunks of the send queue, ACKs, probes, RSTs, and the header fields they carry.
#include <algorithm>

#include "stack/tcp/connection.hpp"

namespace vmlab::stack {
namespace {

constexpr std::uint16_t kDefaultSegment = 536;  // what every path carries

}  // namespace

void Connection::transmit(Instant now, ConnectionSink& out) {
    if (searches_path()) search_path(now, out);
    if (!sender_.idle()) {
        const bool synchronized = is_synchronized() || fast_open_ == FastOpen::accepted;
        while (Chunk* chunk = sender_.next(synchronized, options().no_delay, now))
            send_chunk(*chunk, now, out);
    }
    settle(now, out);
}

void Connection::settle(Instant now, ConnectionSink& out) {
    if (!sender_.idle()) {
        sender_.settle(now);
        hold_to_give_up();
    }
    if (ack_now_) send_ack(now, out);
}

void Connection::send_chunk(Chunk& chunk, Instant now, ConnectionSink& out) {
    wire::TcpHeader h = header_for(chunk.seq, chunk.syn, now);
    h.flags.syn = chunk.syn;
    h.flags.fin = chunk.fin;
    h.flags.ack = state_ != TcpState::syn_sent;
    const Seq end_of_data = sender_.end() - (sender_.fin_queued() && !chunk.fin ? 1u : 0u);
    h.flags.psh = chunk.size > 0 && chunk.end() == end_of_data;  // MUST-61
    if (!chunk.syn) add_sack(h, chunk.size);
    mark_for_ecn(h, chunk);
    if (chunk.transmissions == 0) bytes_out_ += chunk.size;
    sender_.transmitted(chunk, now);
    out.send_segment(h, chunk.data);
    departs_markable_ = false;
}

std::uint32_t Connection::room_on_syn(std::uint16_t segment, std::uint16_t own) {
    constexpr std::uint32_t kMostOptions = 40;
    const auto wanted = std::min(segment != 0 ? segment : kDefaultSegment, own);
    return wanted > kMostOptions ? wanted - kMostOptions : 0;
}

/// The first SYN, with its option and what data fits. It goes like this once; all later ones are plain.
void Connection::send_fast_syn(const FastOpenStart& start, Instant now, ConnectionSink& out) {
    Chunk* const syn = sender_.next(false, options().no_delay, now);
    vm_assert(syn && syn->syn);
    wire::TcpHeader h = header_for(syn->seq, true, now);
    h.flags.syn = true;
    h.flags.ack = state_ != TcpState::syn_sent;
    h.options.fast_open = start.cookie;
    mark_for_ecn(h, *syn);
    sender_.transmitted(*syn, now);
    Chunk* const first = fast_open_ == FastOpen::offers
                             ? sender_.next_on_syn(room_on_syn(start.segment, own_segment_))
                             : nullptr;
    if (first) {
        bytes_out_ += first->size;
        sender_.transmitted(*first, now);
        out.send_segment(h, first->data);
    } else {
        out.send_segment(h, {});
    }
    sender_.settle(now);
    hold_to_give_up();
}

void Connection::send_ack(Instant now, ConnectionSink& out) {
    wire::TcpHeader h = header_for(sender_.nxt(), false, now);
    h.flags.ack = true;
    h.flags.ece = echoes_mark_;
    add_sack(h, 0);
    out.send_segment(h, {});
}

/// ECN (RFC 3168 section 6.1, SHLD-8). A SYN asks for it by ECE and CWR, once: a router that drops such is
/// met by a plain one the next time (section 6.1.1.1); a SYN,ACK agrees by ECE. New data may then be marked
/// by routers; what they mark is echoed by ECE until CWR says that the sender has slowed down.
/// Retransmissions, and what carries no data, are not to be marked (sections 6.1.4 and 6.1.5).
void Connection::mark_for_ecn(wire::TcpHeader& h, const Chunk& chunk) {
    const bool fresh = chunk.transmissions == 0;
    if (chunk.syn) {
        const bool asks = state_ == TcpState::syn_sent && ecn_mode_ == EcnMode::on && fresh;
        h.flags.ece = asks || (state_ == TcpState::syn_received && ecn_);
        h.flags.cwr = asks;
        return;
    }
    h.flags.ece = echoes_mark_;
    departs_markable_ = ecn_ && fresh && chunk.size > 0;
    if (departs_markable_) h.flags.cwr = sender_.take_reaction();
}

/// A keep-alive: an old byte's number and no byte (SHLD-12), or any byte (MAY-6); whoever lives answers with
/// an ACK.
void Connection::send_probe(Instant now, ConnectionSink& out) {
    wire::TcpHeader h = header_for(sender_.una() - 1, false, now);
    h.flags.ack = true;
    out.send_segment(h, options().keep_alive_garbage ? Buffer::copy_of(std::string_view("\0", 1)) : Buffer{});
}

void Connection::send_reset(Instant now, ConnectionSink& out) {
    wire::TcpHeader h = header_for(sender_.nxt(), false, now);
    h.flags.rst = h.flags.ack = true;
    h.flags.urg = false;
    h.window = h.urgent = 0;
    out.send_segment(h, {});
}

/// RFC 5961: whoever knows the connection will answer a true ACK with what proves it. Bounded per period, so
/// that two confused ends, or a third party, cannot make us send without end.
void Connection::send_challenge(Instant now, ConnectionSink& out) {
    if (now - rare().challenges_since >= kChallengePeriod) {
        rare_->challenges_since = now;
        rare_->challenges = 0;
    }
    if (++rare_->challenges <= kChallengesPerPeriod) send_ack(now, out);
}

/// The fields that every segment shares. What it says about received data is thereby said: the ACK is no
/// longer due.
wire::TcpHeader Connection::header_for(Seq seq, bool syn, Instant now) {
    wire::TcpHeader h;
    h.source_port = local_.port;
    h.destination_port = peer_.port;
    h.sequence = seq.value;
    h.acknowledgment = state_ == TcpState::syn_sent ? 0 : receiver_.next().value;
    h.window = receiver_.offer(syn);
    if (timestamps_)
        h.options.timestamps =
            wire::Timestamps{timestamp_at(now), state_ == TcpState::syn_sent ? 0 : recent_timestamp_};
    if (syn) {
        h.options.mss = own_segment_;  // MUST-14, SHLD-5, MAY-3
        if (scaling_) h.options.window_shift = own_shift_;
        h.options.sack_permitted = sack_;
    }
    if (rare_ && rare_->urgent_out) {
        if (sender_.una() >= rare_->urgent_out_end) rare_->urgent_out = false;
        else if (!syn && is_synchronized() && seq < rare_->urgent_out_end) {  // MUST-30, MUST-62
            h.flags.urg = true;
            h.urgent = std::uint16_t(std::min<std::int32_t>(rare_->urgent_out_end - seq, 65535));
        }
    }
    last_ack_sent_ = receiver_.next();
    ack_now_ = false;
    ack_at_ = kNever;
    unacknowledged_in_ = 0;
    return h;
}

/// As many blocks as fit into the options, and beside a payload into the segment.
void Connection::add_sack(wire::TcpHeader& header, std::size_t payload) {
    if (!sack_ || !receiver_.has_sack_blocks()) return;
    const std::size_t spare = sender_.segment() - std::min<std::size_t>(payload, sender_.segment());
    const std::size_t fits = spare < 12 ? 0 : (spare - 4) / 8;
    const std::size_t most = timestamps_ ? 3 : 4;
    header.options.sack_count = receiver_.take_sack_blocks(header.options.sack, std::min(fits, most));
}

/// A clock of one millisecond per step (RFC 7323 section 5.4).
std::uint32_t Connection::timestamp_at(Instant now) const {
    return timestamp_offset_ + std::uint32_t(now.time_since_epoch() / milliseconds{1});
}

}  // namespace vmlab::stack
