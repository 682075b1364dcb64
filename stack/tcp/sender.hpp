// The sending half of a connection: what is queued, what is in flight, what is lost, and when to try again.
//
// The queue is a row of chunks in sequence order; a chunk is what one segment carries. Chunks before
// `unsent_` are in flight. Each is in one of these states, and the pipe (what we believe is still on the way,
// RFC 6675) is the flight without the sacked and the lost:
//
//     unsent ──► in flight ──► acknowledged (leaves the queue)
//                 │  ▲  └────► sacked       (the receiver holds it, out of order)
//                 ▼  │ sent again
//                lost                       (three segments behind it arrived, or the timer ran out)
//
// Losses are seen in three ways: by SACK (RFC 6675; a retransmission is lost again when something sent later
// arrived, after RFC 8985), by three duplicate ACKs (RFC 6582), by the timer (RFC 6298). One timer serves the
// retransmission and, while the peer's window is shut, the probing of it (RFC 9293 section 3.8.6.1): the two
// are never wanted together. While data is in flight, or waits for a window, the timer runs: nothing can
// hang.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/bytes.hpp"
#include "stack/base/time.hpp"
#include "stack/tcp/congestion.hpp"
#include "stack/tcp/ring.hpp"
#include "stack/tcp/round_trip.hpp"
#include "stack/tcp/sequence.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

inline constexpr Instant kNever = Instant::max();

struct Chunk {
    Buffer data{};  ///< before the first transmission it may be longer than size: room to append
    std::optional<std::uint64_t> sum{};  ///< wire::sum_words() of the payload, while it is known
    Seq seq{};
    std::uint32_t size = 0;  ///< bytes of payload
    Instant sent_at{};       ///< the last time
    std::uint8_t transmissions = 0;
    bool syn = false, fin = false, sacked = false, lost = false;

    std::uint32_t length() const { return size + (syn ? 1u : 0u) + (fin ? 1u : 0u); }
    Seq end() const { return seq + length(); }
};

class Sender {
public:
    explicit Sender(Seq initial) : una_(initial), nxt_(initial), end_(initial), recover_(initial) {}

    // ── what the user wants sent ──────────────────────────────────────────────
    void queue_syn();
    void queue(Buffer data);
    void queue_fin();
    void release();  ///< forgets all queued data (the connection ends)

    // ── what the connection learns ────────────────────────────────────────────
    /// The payload bytes of a full segment, from now on (MUST-16).
    void set_segment(std::uint32_t bytes) { segment_ = bytes; }
    void open_congestion_window() { congestion_.open(segment_); }
    void enable_sack() { sack_ = true; }
    void set_window(std::uint32_t window, Instant now);
    /// The path cannot carry what was sent: send it again in smaller pieces (RFC 1191).
    void shrink_segment(std::uint32_t bytes);

    struct Acknowledged {
        bool advanced = false;
        std::size_t bytes = 0;  ///< of payload, newly acknowledged
    };
    /// An ACK within [una, nxt]. `bare`: it carries neither data nor a window update, so it may be a
    /// duplicate. `echoed`: the round trip by timestamps, used where Karn's rule forbids our own.
    Acknowledged acknowledged(Seq ack, std::span<const wire::SackBlock> sack, bool bare,
                              std::optional<Duration> echoed, Instant now);

    // ── what to do about it ───────────────────────────────────────────────────
    /// The chunk that may be transmitted now, or null. Follow it by transmitted().
    Chunk* next(bool synchronized, bool no_delay);
    void transmitted(Chunk& chunk, Instant now);
    /// To be called when nothing more can be sent: a window that is shut is probed from here on.
    void settle(Instant now);

    Instant deadline() const { return timer_; }
    /// The timer has run out.
    void expire(Instant now);
    /// Since when the peer has not answered; kNever while nothing is outstanding.
    Instant unanswered_since() const { return unanswered_since_; }
    /// What is oldest in flight goes again at once (a SYN that becomes a SYN with ACK).
    void resend_oldest();
    /// Holds the timer to `latest`, where the connection gives up.
    void limit_timer(Instant latest) { timer_ = earlier_of(timer_, latest); }
    /// The peer is alive though it takes nothing (MUST-37).
    void heard(Instant now);

    Seq una() const { return una_; }
    Seq nxt() const { return nxt_; }
    Seq end() const { return end_; }  ///< behind all that is queued
    std::uint32_t flight() const { return std::uint32_t(nxt_ - una_); }
    std::uint32_t window() const { return window_; }
    std::uint32_t largest_window() const { return largest_window_; }
    std::uint32_t segment() const { return segment_; }
    bool fin_queued() const { return fin_queued_; }
    bool fin_acknowledged() const { return fin_queued_ && una_ == end_; }
    bool all_sent() const { return unsent_ == chunks_.size(); }
    bool is_last(const Chunk& chunk) const { return chunk.end() == end_; }
    std::size_t unsent_bytes() const { return unsent_bytes_; }
    std::size_t queued_bytes() const { return queued_bytes_; }
    std::uint64_t retransmitted() const { return retransmitted_; }
    const RoundTrip& round_trip() const { return round_trip_; }
    const Congestion& congestion() const { return congestion_; }

private:
    enum class Recovery : std::uint8_t { none, fast, timeout };
    static constexpr std::size_t kMostInFlight = 4096;  // chunks: tiny writes wait and grow instead
    static constexpr std::uint32_t kDuplicateThreshold = 3;

    static Instant earlier_of(Instant a, Instant b) { return a < b ? a : b; }
    void append(Chunk& tail, std::span<const std::uint8_t> bytes);
    void split(std::size_t index, std::uint32_t size);
    Chunk* next_lost();
    Chunk* next_unsent(bool synchronized, bool no_delay);
    std::uint32_t pipe() const;
    void mark_lost(Chunk& chunk);
    std::size_t remove_acknowledged(Seq ack, std::optional<Duration> echoed, Instant now);
    bool mark_sacked(std::span<const wire::SackBlock> sack, Instant now);
    void forget_sacks();
    void note_delivery(const Chunk& chunk, Instant now);
    bool detect_losses();
    void enter_recovery();
    void react_to_loss(bool advanced, bool bare, bool newly_sacked);
    void restart_timer(Instant now);

    Ring<Chunk> chunks_;
    std::size_t unsent_ = 0;  // index of the first chunk never sent
    Seq una_, nxt_, end_;
    std::uint32_t segment_ = 536;  // MUST-15
    std::uint32_t window_ = 0;
    std::uint32_t largest_window_ = 0;
    std::size_t queued_bytes_ = 0;
    std::size_t unsent_bytes_ = 0;

    RoundTrip round_trip_;
    Congestion congestion_;
    Instant timer_ = kNever;
    Instant unanswered_since_ = kNever;
    Instant last_sent_{};
    Instant delivered_sent_at_{};  // the youngest transmission known to have arrived

    Seq recover_;
    std::uint32_t sacked_bytes_ = 0;
    std::uint32_t lost_bytes_ = 0;
    std::uint32_t duplicates_ = 0;
    std::uint64_t retransmitted_ = 0;
    Recovery recovery_ = Recovery::none;
    bool sack_ = false;
    bool fin_queued_ = false;
    bool force_ = false;  // the next lost chunk goes out whatever the congestion window says
    bool probe_ = false;  // the next unsent byte goes out whatever the peer's window says
};

}  // namespace vmlab::stack
