// The sending half of a connection: what is queued, what is in flight, what is lost, and when to try again.
//
// The queue is a row of chunks in sequence order; a chunk is what one segment carries. Chunks before
// `unsent_` are in flight. Each is in one of these states, and the pipe (what we believe is still on the way,
// RFC 6675) is the flight without the sacked and the lost:
//
//     unsent ──► in flight ──► acknowledged (leaves the queue)
//                 │  ▲  └────► sacked       (the receiver holds it, out of order)
//                 ▼  │ sent again
//                lost                       (RACK says so, three duplicate ACKs do, or the timer ran out)
//
// Losses are seen in three ways: by what arrived although it was sent later (rack.hpp; a tail probe makes it
// arrive, tail_probe.hpp), by three duplicate ACKs where SACK is not agreed (RFC 6582), by the timer (RFC
// 6298). What then happens to the window is told in congestion.hpp and proportional_rate.hpp; when it turns
// out that nothing was lost, in spurious.hpp.
//
//     none ──loss──► fast ──all that was in flight is acknowledged──► none
//       ├───mark───► marked (RFC 3168, or a repair by the tail probe) ─────┘ ──loss──► fast
//       └──timeout─► timeout ──────────────────────────────────────────────┘   from any state
//
// One timer serves the retransmission and, while the peer's window is shut, the probing of it (RFC 9293
// section 3.8.6.1): the two are never wanted together. While data is in flight, or waits for a window, the
// timer runs: nothing can hang. Beside it the reordering timer, the tail probe's and the pacer's bring
// things forward.
//
// What is only meaningful while something is queued, in flight or under repair stands in Work, which comes
// with the first chunk and goes when all of that is over: most connections are quiet most of the time.
//
//   sender.cpp                  the queue, and which chunk may go
//   sender_acknowledgments.cpp  the scoreboard: what the peer says
//   sender_recovery.cpp         what follows from losses; the timers
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "stack/base/bytes.hpp"
#include "stack/base/time.hpp"
#include "stack/tcp/congestion.hpp"
#include "stack/tcp/delivery_rate.hpp"
#include "stack/tcp/free_blocks.hpp"
#include "stack/tcp/pacer.hpp"
#include "stack/tcp/rack.hpp"
#include "stack/tcp/ring.hpp"
#include "stack/tcp/round_trip.hpp"
#include "stack/tcp/sequence.hpp"
#include "stack/tcp/spurious.hpp"
#include "stack/tcp/tail_probe.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

inline constexpr Instant kNever = Instant::max();

/// A window below this is as good as shut: segments that fill it would be headers for the most part. Data
/// waits for the persist timer then, whatever the peer takes.
inline constexpr std::uint32_t kLeastWindow = 88;

struct Chunk {
    Buffer data{};  ///< before the first transmission it may be longer than size: room to append
    Seq seq{};
    std::uint32_t size = 0;   ///< bytes of payload
    Instant sent_at{};        ///< the last time
    std::uint32_t order = 0;  ///< number of that transmission, of all of the connection
    std::uint8_t transmissions = 0;
    bool syn = false, fin = false, sacked = false, lost = false;
    bool probes_path = false;  ///< longer than a segment, to see whether the path carries it
    RateMark mark{};           ///< of the last transmission, while rates are measured

    std::uint32_t length() const { return size + (syn ? 1u : 0u) + (fin ? 1u : 0u); }
    Seq end() const { return seq + length(); }
};

/// What is being done about losses.
enum class Recovery : std::uint8_t { none, marked, fast, timeout };
[[nodiscard]] const char* name_of(Recovery recovery);

/// What became of a segment that was longer than usual.
enum class PathProbe : std::uint8_t { none, wanted, out, arrived, lost };

class Sender {
public:
    explicit Sender(Seq initial) : una_(initial), nxt_(initial), end_(initial) {}

    // ── what the user wants sent ──────────────────────────────────────────────
    void queue_syn();
    void queue(Buffer data);
    /// The same where nothing is queued and nothing in flight, and the data may go at once, whole, in one
    /// segment: that is the chunk to be transmitted. Null, and the data stays, when it is not so.
    Chunk* queue_alone(Buffer& data);
    void queue_fin();
    void release();  ///< forgets all queued data (the connection ends)

    // ── what the connection learns ────────────────────────────────────────────
    /// The payload bytes of a full segment, from now on (MUST-16).
    void set_segment(std::uint32_t bytes) { segment_ = bytes; }
    void open_congestion_window() { congestion_.open(segment_); }
    void enable_sack() { sack_ = true; }
    /// `phase`: see Congestion::use.
    void use(CongestionAlgorithm algorithm, std::uint32_t phase);
    void set_window(std::uint32_t window, Instant now);
    /// The path cannot carry what was sent: send it again in smaller pieces (RFC 1191).
    void shrink_segment(std::uint32_t bytes);
    /// The path carries more than was thought.
    void raise_segment(std::uint32_t bytes);
    /// One of the next segments is to have as many bytes, at most twice the usual; it is sent once in that
    /// length (RFC 4821). Nothing while one is out.
    void probe_path(std::uint32_t bytes);
    /// Told once: `arrived` or `lost`, and then nothing until the next probe_path().
    PathProbe take_path_probe();
    /// Of the probe that take_path_probe() tells of, the bytes that were sent.
    std::uint32_t path_probe_size() const { return path_probe_size_; }
    /// How often in a row the timer ran out over what is oldest in flight, and that one's payload bytes.
    std::uint8_t expiries() const { return work_ ? work_->expiries : 0; }
    std::uint32_t oldest() const { return work_ && work_->unsent > 0 ? work_->chunks.front().size : 0; }

    struct Acknowledged {
        bool advanced = false;
        std::size_t bytes = 0;  ///< of payload, newly acknowledged
        bool in_part = false;   ///< the last of them were the beginning of a segment only
    };
    /// An ACK within [una, nxt]. `bare`: it carries neither data nor a window update, so it may be a
    /// duplicate. `echoed`: the round trip by timestamps, used where Karn's rule forbids our own.
    Acknowledged acknowledged(Seq ack, std::span<const wire::SackBlock> sack, bool bare,
                              std::optional<Duration> echoed, Instant now);
    /// A router has marked one of our segments (ECE, RFC 3168 section 6.1.2); reacts once per window.
    void marked(Instant now);
    /// Must the next new segment say that we have reacted (CWR)?
    [[nodiscard]] bool take_reaction() { return std::exchange(reacted_, false); }

    // ── what to do about it ───────────────────────────────────────────────────
    /// The chunk that may be transmitted now, or null. Follow it by transmitted().
    Chunk* next(bool synchronized, bool no_delay, Instant now);
    void transmitted(Chunk& chunk, Instant now);
    /// What goes with the SYN that has just been transmitted (RFC 7413), `room` bytes at most, or null.
    Chunk* next_on_syn(std::uint32_t room);
    /// To be called when nothing more can be sent: a window that is shut is probed from here on.
    void settle(Instant now);

    Instant deadline() const {
        if (!work_) return kNever;
        const Instant held = work_->held ? pacing_->pacer.next() : kNever;
        return earlier_of(earlier_of(work_->timer, held), earlier_of(work_->reorder_at, work_->probe_at));
    }
    /// One of the timers has run out.
    void expire(Instant now);
    /// Since when the peer has not answered; kNever while nothing is outstanding.
    Instant unanswered_since() const { return work_ ? work_->unanswered_since : kNever; }
    /// What is oldest in flight goes again at once (a SYN that becomes a SYN with ACK).
    void resend_oldest();
    /// Holds the timer to `latest`, where the connection gives up.
    void limit_timer(Instant latest) {
        if (work_) work_->timer = earlier_of(work_->timer, latest);
    }
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
    /// Nothing is queued, in flight or under repair.
    bool idle() const { return !work_; }
    bool all_sent() const { return !work_ || work_->unsent == work_->chunks.size(); }
    bool is_last(const Chunk& chunk) const { return chunk.end() == end_; }
    std::size_t unsent_bytes() const { return work_ ? work_->unsent_bytes : 0; }
    std::size_t queued_bytes() const { return work_ ? work_->queued_bytes : 0; }
    std::uint64_t retransmitted() const { return retransmitted_; }
    /// Bytes acknowledged or sacked, in all; bytes taken for lost, in all.
    std::uint64_t delivered() const { return delivered_; }
    std::uint64_t lost() const { return lost_; }
    /// What is believed to be on the way (RFC 6675), in bytes.
    std::uint32_t pipe() const;
    std::uint32_t sacked_bytes() const { return work_ ? work_->sacked_bytes : 0; }
    Recovery recovery() const { return work_ ? work_->recovery : Recovery::none; }
    std::uint64_t pacing_rate() const { return pacing_ ? pacing_->pacer.rate() : 0; }
    const RoundTrip& round_trip() const { return round_trip_; }
    const Congestion& congestion() const { return congestion_; }
    Rack rack() const { return work_ ? work_->rack : Rack(una_, reordering_); }
    /// Work is needed soon: its lines may come from far, and those of the block that is oldest in flight.
    void fetch() const {
        if (!work_) return;
        for (std::size_t at = 0; at < sizeof(Work); at += 64)
            __builtin_prefetch(reinterpret_cast<const char*>(work_.get()) + at);
        if (!work_->chunks.empty()) work_->chunks.front().data.fetch();
    }
    /// Walks the queue and compares it with what is counted; empty, or what is wrong. For tests.
    [[nodiscard]] const char* inconsistency() const;

private:
    static constexpr std::size_t kMostInFlight = 4096;  // chunks: tiny writes wait and grow instead

    struct Pacing {
        DeliveryRate rate;
        Pacer pacer;
    };
    /// What one ACK brought, while it is taken in.
    struct Arrival {
        Instant now{};
        std::optional<Duration> echoed{};
        Delivery delivery{};
        std::optional<std::pair<Seq, Seq>> duplicate{};  // reported by DSACK
        std::optional<Duration> measured{};              // round trip of what was sent once
        bool advanced = false, bare = false;
        bool in_part = false;    // the beginning of a segment was acknowledged
        bool ambiguous = false;  // something acknowledged was sent more than once
        bool newly_sacked = false;
        bool sent_once = false;      // something below recover_ that was never sent again
        std::uint32_t segments = 0;  // that left the queue
    };

    /// A SYN that is not acknowledged is no data: data may go beside it (RFC 7413).
    [[nodiscard]] std::uint32_t syn_in_flight() const {
        return work_ && work_->unsent > 0 && work_->chunks[0].syn ? 1 : 0;
    }
    static Instant earlier_of(Instant a, Instant b) { return a < b ? a : b; }
    [[nodiscard]] static Buffer copy_of(std::span<const std::uint8_t> bytes, std::size_t room);
    void lengthen(Chunk& chunk);
    void append(Chunk& tail, std::span<const std::uint8_t> bytes);
    void split(std::size_t index, std::uint32_t size);
    Chunk* next_lost();
    Chunk* next_unsent(bool synchronized, bool no_delay);
    Chunk* next_probe(bool synchronized);
    [[nodiscard]] std::size_t index_at(
        Seq seq) const;  // of the first chunk in flight that begins there or later

    // sender_acknowledgments.cpp
    [[nodiscard]] bool is_answer(Seq ack) const;
    Acknowledged take_answer(Seq ack, Instant now);
    std::size_t remove_acknowledged(Seq ack, Arrival& arrival);
    void mark_sacked(std::span<const wire::SackBlock> sack, Arrival& arrival);
    [[nodiscard]] static bool is_duplicate_report(std::span<const wire::SackBlock> sack, Seq ack);
    void forget_sacks();
    void take_delivery(const Chunk& chunk, std::uint32_t bytes, Arrival& arrival);
    void sample_round_trip(Arrival& arrival);

    // sender_recovery.cpp
    void mark_lost(Chunk& chunk);
    /// The only loss is that of a probe of the path.
    [[nodiscard]] bool lost_probe_only(const Delivery& delivery) const {
        return path_probe_ == PathProbe::lost && path_probe_size_ != 0 && delivery.lost == path_probe_size_ &&
               work_->lost_bytes == path_probe_size_;
    }
    void unmark(Chunk& chunk);
    void react(Arrival& arrival);
    void check_spurious(Arrival& arrival);
    void check_timeout(const Arrival& arrival);
    void undo();
    std::uint32_t detect_losses(Instant now);
    std::uint32_t count_duplicates(const Arrival& arrival);
    void begin_episode();
    void enter(Recovery recovery, const Delivery& delivery);
    void leave_recovery();
    void reduce_in_proportion(const Delivery& delivery, bool clean);
    void expire_retransmission(Instant now);
    void arm_probe(Instant now);
    void restart_timer(Instant now);

    struct Work {
        static void* operator new(std::size_t) { return FreeBlocks<sizeof(Work)>::take(); }
        static void operator delete(void* memory) { FreeBlocks<sizeof(Work)>::give_back(memory); }
        Work(Seq una, const Rack::Memory& reordering)
            : rack(una, reordering), recover(una), reduced_at(una), lowest_lost(una), small_end(una) {}

        std::size_t unsent = 0;  // index of the first chunk never sent
        Instant timer = kNever;
        Instant unanswered_since = kNever;
        Instant reorder_at = kNever, probe_at = kNever;
        std::size_t queued_bytes = 0, unsent_bytes = 0;
        Rack rack;
        TailProbe tail_probe{};
        std::unique_ptr<Episode> episode{};  // while losses are repaired, and one window longer
        Seq recover;
        Seq reduced_at;   // no second reaction to marks below
        Seq lowest_lost;  // nothing before it is lost
        Seq small_end;    // of the last segment sent that was not full
        std::uint32_t sacked_bytes = 0, sacked_chunks = 0;
        std::uint32_t lost_bytes = 0;
        std::uint32_t duplicates = 0;
        std::uint32_t transmissions = 0;
        Recovery recovery = Recovery::none;
        std::uint8_t expiries = 0;  // of the timer, since the last ACK that advanced
        TimeoutCheck timeout_check = TimeoutCheck::none;
        bool force = false;        // the next lost chunk goes out whatever the congestion window says
        bool probe = false;        // the next unsent byte goes out whatever the peer's window says
        bool tail_due = false;     // a tail probe goes out whatever the congestion window says
        bool probing = false;      // next() gave that probe
        bool tail_to_arm = false;  // new data was sent, or acknowledged
        bool held = false;         // something could go, but for the pace
        Ring<Chunk, true> chunks{};
    };
    void begin_work() {
        if (!work_) work_ = std::make_unique<Work>(una_, reordering_);
    }
    /// Nothing of it is needed for what comes next.
    [[nodiscard]] bool work_is_over() const {
        return work_->chunks.empty() && work_->recovery == Recovery::none && !work_->episode &&
               !work_->tail_probe.outstanding();
    }
    void end_work();

    std::unique_ptr<Work> work_;
    std::unique_ptr<Pacing> pacing_;  // while the congestion control wants it
    Instant last_sent_{};
    RoundTrip round_trip_;
    Congestion congestion_;
    std::uint64_t delivered_ = 0, lost_ = 0;
    Seq una_, nxt_, end_;
    std::uint32_t segment_ = 536;  // MUST-15
    std::uint32_t window_ = 0;
    std::uint32_t largest_window_ = 0;
    std::uint32_t retransmitted_ = 0;
    Rack::Memory reordering_{};
    std::uint32_t path_probe_size_ = 0;
    PathProbe path_probe_ = PathProbe::none;
    bool sack_ = false;
    bool fin_queued_ = false;
    bool reacted_ = false;  // CWR is due
};

}  // namespace vmlab::stack
