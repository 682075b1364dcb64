// One TCP connection: the transmission control block of RFC 9293 section 3.3.1 with its timers.
//
// A connection knows no addresses' routes, no interfaces and no other connections. Segments and time come in;
// segments and news leave through the ConnectionSink of the call. Where things happen:
//
//   segment_arrival.cpp     the state machine: what a segment does to the connection (section 3.10.7)
//   segment_departure.cpp   what leaves, and with which header fields
//   connection.cpp          the user's calls (section 3.10.1 to 3.10.6) and the timers (section 3.10.8)
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/time.hpp"
#include "stack/tcp/fast_open.hpp"
#include "stack/tcp/path_search.hpp"
#include "stack/tcp/receiver.hpp"
#include "stack/tcp/sender.hpp"
#include "stack/tcp/sequence.hpp"
#include "stack/tcp/state.hpp"
#include "stack/wire/drop_reason.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

/// What has honest causes when it happens once, and is an attack when it happens often.
enum class Suspicion : std::uint8_t {
    ack_split,       ///< an ACK of part of a segment
    optimistic_ack,  ///< an ACK of what was never sent
    injection,       ///< RST, SYN or data whose numbers are a guess (RFC 5961)
};

/// What a connection brings about.
class ConnectionSink {
public:
    virtual void send_segment(const wire::TcpHeader& header, const Buffer& payload) = 0;
    virtual void established() = 0;
    virtual void received(Buffer data) = 0;
    virtual void peer_closed() = 0;
    virtual void acknowledged(std::size_t bytes) = 0;
    /// The last word to the user. The connection is then closed, or in TIME-WAIT.
    virtual void closed(CloseReason reason, std::string_view why) = 0;
    virtual void dropped(DropReason reason) = 0;
    virtual void urgent(std::size_t bytes) = 0;  ///< the peer has urgent data, or more of it
    virtual void advised(Advice advice, std::string_view why) = 0;
    virtual void fast_open(const FastOpenNews& news) { (void)news; }  ///< of the server (RFC 7413)
    virtual void suspected(Suspicion what) { (void)what; }
    /// Twice the MSL (MUST-13).
    [[nodiscard]] virtual Duration time_wait() const { return seconds{60}; }
    virtual void path_changed(const PathNews& news) { (void)news; }  ///< found out, not said by a router

protected:
    ~ConnectionSink() = default;
};

struct ConnectionSetup {
    SocketId id = 0;
    Endpoint local{}, peer{};
    Seq initial{};
    std::uint32_t timestamp_offset = 0;
    std::uint16_t segment = 1460;       ///< what our link lets us receive in one segment without options
    std::uint16_t path_segment = 1460;  ///< what the path is known to carry
    std::size_t receive_buffer = 256 * 1024;
    std::size_t first_buffer = 64 * 1024;  ///< of it, until the user takes more in a round trip
    bool never_cut = true;                 ///< no router may cut our packets
    std::uint8_t least_shift = 0;          ///< of the window; the receive buffer may demand more
    SocketId listener = 0;                 ///< 0 = an active open (MUST-11)
    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;
    EcnMode ecn = EcnMode::if_asked;
    bool window_scaling = true, timestamps = true, selective_acks = true;
    ConnectionOptions options{};
};

/// What a connection begins with when TCP Fast Open has a part in it.
struct FastOpenStart {
    std::optional<wire::FastOpenCookie> cookie{};  ///< to be sent: a client's, a request, or a server's gift
    Buffer data{};              ///< a client's, for its SYN or later; of a server: what came with the SYN
    std::uint16_t segment = 0;  ///< what the server asked for the last time; 0 = not known
    bool accepted = false;      ///< of a server: the cookie was good
};

class Connection {
public:
    explicit Connection(const ConnectionSetup& setup);

    // ── opening ───────────────────────────────────────────────────────────────
    void open_active(Instant now, ConnectionSink& out) { open_active({}, now, out); }
    void open_active(FastOpenStart start, Instant now, ConnectionSink& out);
    /// `syn` is the segment that reached the listener.
    void open_passive(const wire::TcpHeader& syn, Instant now, ConnectionSink& out) {
        open_passive(syn, {}, now, out);
    }
    void open_passive(const wire::TcpHeader& syn, FastOpenStart start, Instant now, ConnectionSink& out);

    /// Bytes of data that fit into a SYN to a server that asked for `segment` the last time (0: not known):
    /// as much, less what options may take on the way (RFC 7413 section 4.1.3).
    [[nodiscard]] static std::uint32_t room_on_syn(std::uint16_t segment, std::uint16_t own);

    // ── the network side ──────────────────────────────────────────────────────
    /// `more`: a segment of this connection follows at once, and its arrival may do for both what SHLD-19
    /// wants of the ACK.
    void receive(const wire::TcpHeader& header, Buffer payload, bool more, Instant now, ConnectionSink& out);
    /// May routers mark the segment that is being sent? Asked in send_segment().
    [[nodiscard]] bool departs_markable() const { return departs_markable_; }
    void tick(Instant now, ConnectionSink& out);
    [[nodiscard]] Instant deadline() const {
        const Instant nearest = std::min(sender_.deadline(), std::min(ack_at_, end_at_));
        return rare_ ? std::min(nearest, rare_->keep_alive_at) : nearest;
    }
    /// An ICMP error that quotes a segment of ours with this sequence number (MUST-54).
    enum class PathError { soft, hard };
    void receive_path_error(PathError kind, std::uint32_t quoted_sequence, std::string_view what,
                            ConnectionSink& out);
    /// The path carries `mtu` bytes only (RFC 1191, RFC 8201). False when the quotation is not of what we
    /// have sent.
    bool receive_path_mtu(std::uint16_t mtu, std::uint32_t quoted_sequence, Instant now, ConnectionSink& out);

    // ── the user's calls ──────────────────────────────────────────────────────
    void send(Buffer data, Instant now, ConnectionSink& out);
    void send_urgent(Buffer data, Instant now, ConnectionSink& out);
    /// True when the peer should hear of the room that this makes: say_window().
    [[nodiscard]] bool consumed(std::size_t bytes, Instant now);
    void say_window(Instant now, ConnectionSink& out) { send_ack(now, out); }
    void shutdown(Instant now, ConnectionSink& out);
    void close(Instant now, ConnectionSink& out);
    void abort(bool silent, Instant now, ConnectionSink& out);
    void set_options(const ConnectionOptions& options, Instant now);

    /// Of the IP packet whose segment comes next.
    void note_traffic_class(std::uint8_t value) {
        traffic_class_ = value;
        arrived_marked_ = wire::is_marked(value);
    }

    /// What belongs to it is needed soon, and may come from far.
    void fetch() const {
        for (std::size_t at = 0; rare_ && at < sizeof(Rare); at += 64)
            __builtin_prefetch(reinterpret_cast<const char*>(rare_.get()) + at);
        sender_.fetch();
    }

    // ── questions ─────────────────────────────────────────────────────────────
    [[nodiscard]] SocketId id() const { return id_; }
    [[nodiscard]] const Endpoint& local() const { return local_; }
    [[nodiscard]] const Endpoint& peer() const { return peer_; }
    [[nodiscard]] SocketId listener() const { return listener_; }
    [[nodiscard]] TcpState state() const { return state_; }
    [[nodiscard]] bool ecn() const { return ecn_; }
    [[nodiscard]] FastOpen fast_open() const { return fast_open_; }
    [[nodiscard]] bool was_established() const { return was_established_; }
    [[nodiscard]] bool takes_data() const { return !sender_.fin_queued() && state_ != TcpState::closed; }
    /// May a new SYN take this connection's place in TIME-WAIT (MAY-2, RFC 6191)?
    [[nodiscard]] bool may_be_reused_by(const wire::TcpHeader& syn) const;
    /// Its data waits for a window that the peer keeps shut, or nearly so.
    [[nodiscard]] bool is_persisting() const {
        return is_synchronized() && sender_.window() < kLeastWindow && sender_.queued_bytes() > 0;
    }
    [[nodiscard]] const ConnectionOptions& options() const {
        return rare_ ? rare_->options : prompt_ ? kPrompt : kUsual;
    }
    [[nodiscard]] std::uint8_t traffic_class() const { return traffic_class_; }
    /// Bytes until the end of the peer's urgent data that the user has not taken.
    [[nodiscard]] std::size_t urgent_left() const;
    [[nodiscard]] std::uint8_t peer_shift() const { return peer_shift_; }  ///< of the window that it offers
    [[nodiscard]] const Sender& sender() const { return sender_; }
    [[nodiscard]] const Receiver& receiver() const { return receiver_; }
    [[nodiscard]] std::uint64_t bytes_in() const { return bytes_in_; }
    [[nodiscard]] std::uint64_t bytes_out() const { return bytes_out_; }

    /// Where the owner has this connection's next deadline noted; the owner's to use.
    Instant noted_deadline = kNever;
    /// In which counts and lists of the owner this connection is.
    struct Counted {
        std::uint32_t buffers = 0;
        std::uint32_t place = 0;  ///< among those in persist, or in TIME-WAIT; 0 = it is in neither
        bool peer = false, pending = false, fast_open = false;
        bool deadline = false;  ///< among those whose deadline has to be looked at
    } counted{};

private:
    static constexpr ConnectionOptions kUsual{}, kPrompt{.no_delay = true};
    static constexpr Duration kDelayedAck = milliseconds{40};    // MUST-40
    static constexpr Duration kSynGiveUp = minutes{3};           // MUST-23
    static constexpr int kRetransmissionsBeforeAdvice = 3;       // R1 (SHLD-10)
    static constexpr std::uint32_t kMostUnacknowledged = 65536;  // of a row of segments that arrived at once
    static constexpr int kChallengesPerPeriod = 10;              // RFC 5961 section 7
    static constexpr Duration kChallengePeriod = seconds{5};

    // segment_arrival.cpp
    [[nodiscard]] bool is_next_data(const wire::TcpHeader& h, std::size_t payload) const;
    void receive_next_data(const wire::TcpHeader& h, Buffer payload, Instant now, ConnectionSink& out);
    void acknowledge_data(std::size_t size, bool at_once, Instant now);
    void receive_in_syn_sent(const wire::TcpHeader& h, Buffer payload, Instant now, ConnectionSink& out);
    void receive_in_time_wait(const wire::TcpHeader& h, std::uint32_t length, Instant now,
                              ConnectionSink& out);
    void receive_synchronized(const wire::TcpHeader& h, Buffer payload, Instant now, ConnectionSink& out);
    void note_timestamp(const wire::TcpHeader& h, Instant now);
    bool passes_timestamp_check(const wire::TcpHeader& h, Instant now, ConnectionSink& out);
    bool passes_sequence_check(wire::TcpHeader& h, Buffer& payload, Instant now, ConnectionSink& out);
    void receive_reset(const wire::TcpHeader& h, Instant now, ConnectionSink& out);
    bool receive_acknowledgment(const wire::TcpHeader& h, std::size_t payload, Instant now,
                                ConnectionSink& out);
    void advance_after_acknowledgment(Instant now, ConnectionSink& out);
    void receive_payload(const wire::TcpHeader& h, Buffer payload, bool fin, Instant now,
                         ConnectionSink& out);
    void receive_fin(Instant now, ConnectionSink& out);
    void receive_urgent(const wire::TcpHeader& h, ConnectionSink& out);
    void read_syn_options(const wire::TcpHeader& syn, Instant now);
    void become_established(const wire::TcpHeader& h, Instant now, ConnectionSink& out);
    void conclude_fast_open(const wire::TcpHeader& syn, ConnectionSink& out);
    void take_from_syn(const wire::TcpHeader& syn, Buffer data, ConnectionSink& out);
    void enter_time_wait(Instant now, ConnectionSink& out);
    void finish(CloseReason reason, std::string_view why, ConnectionSink& out);

    // segment_departure.cpp
    void transmit(Instant now, ConnectionSink& out);
    /// After the last that can be sent now.
    void settle(Instant now, ConnectionSink& out);
    void send_chunk(Chunk& chunk, Instant now, ConnectionSink& out);
    void send_fast_syn(const FastOpenStart& start, Instant now, ConnectionSink& out);
    void send_ack(Instant now, ConnectionSink& out);
    void send_probe(Instant now, ConnectionSink& out);
    void send_reset(Instant now, ConnectionSink& out);
    void send_challenge(Instant now, ConnectionSink& out);
    [[nodiscard]] wire::TcpHeader header_for(Seq seq, bool syn, Instant now);
    void add_sack(wire::TcpHeader& header, std::size_t payload);
    void mark_for_ecn(wire::TcpHeader& header, const Chunk& chunk);
    [[nodiscard]] std::uint32_t timestamp_at(Instant now) const;
    [[nodiscard]] std::uint32_t option_bytes() const { return timestamps_ ? 12 : 0; }

    // path_search.cpp
    [[nodiscard]] std::uint32_t packet_of(std::uint32_t segment) const;
    [[nodiscard]] std::uint32_t segment_in(std::uint32_t mtu) const;
    [[nodiscard]] std::uint32_t least_mtu() const;
    PathSearch& path_search();
    [[nodiscard]] bool searches_path() const { return rare_ && rare_->path; }
    void begin_narrow(std::uint32_t whole);
    void doubt_path(ConnectionSink& out);
    void search_path(Instant now, ConnectionSink& out);

    // connection.cpp
    void keep_options(const ConnectionOptions& options);
    void hold_to_give_up();
    void restart_keep_alive(Instant now);
    /// The peer was heard.
    void note_life(Instant now) {
        if (!rare_) return;
        rare_->keep_alive_probes = 0;
        restart_keep_alive(now);
    }
    void stop_timers();
    void tick_keep_alive(Instant now, ConnectionSink& out);
    void give_up(Instant now, ConnectionSink& out);

    [[nodiscard]] bool is_synchronized() const {
        return state_ != TcpState::closed && state_ != TcpState::syn_sent && state_ != TcpState::syn_received;
    }

    /// What few connections need; kept from its first use on.
    struct Rare {
        ConnectionOptions options{};
        Instant keep_alive_at = kNever;
        Instant challenges_since{};
        int challenges = 0;
        int keep_alive_probes = 0;
        bool urgent_out = false, urgent_in = false;  // is there an end of urgent data ahead?
        Seq urgent_out_end{}, urgent_in_end{};       // SND.UP, RCV.UP
        std::unique_ptr<PathSearch> path{};          // once it was found narrower than our link
    };
    Rare& rare() {
        if (!rare_) rare_ = std::make_unique<Rare>(Rare{.options = options()});
        return *rare_;
    }

    Endpoint local_, peer_;
    SocketId id_;
    SocketId listener_;
    TcpState state_ = TcpState::closed;
    bool was_established_ = false;
    bool user_closed_ = false;
    bool peer_closed_told_ = false;
    bool soft_error_ = false;
    bool ack_now_ = false;
    bool more_follows_ = false;  // in receive()
    bool prompt_ = false;        // the options are kPrompt, when nothing rare is needed
    bool never_cut_;             // what we send
    std::uint8_t own_shift_;
    std::uint8_t peer_shift_ = 0;
    bool scaling_ = true, timestamps_ = true,
         sack_ = true;  // on a SYN: what we offer; later: what was agreed
    EcnMode ecn_mode_;
    bool ecn_ = false;               // agreed
    bool echoes_mark_ = false;       // until the peer says CWR
    bool arrived_marked_ = false;    // in receive()
    bool departs_markable_ = false;  // in send_chunk()
    std::uint8_t traffic_class_ = 0;
    std::uint8_t timeouts_ = 0;  // of what is oldest in flight
    FastOpen fast_open_ = FastOpen::none;
    std::uint16_t own_segment_;

    Receiver receiver_;
    Seq window_update_seq_{}, window_update_ack_{};  // SND.WL1, SND.WL2
    std::uint32_t timestamp_offset_;
    std::uint32_t recent_timestamp_ = 0;
    Instant recent_timestamp_at_{};
    Seq last_ack_sent_{};
    std::uint32_t unacknowledged_in_ = 0;  // bytes received since our last ACK
    Instant ack_at_ = kNever;
    std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
    Sender sender_;
    Instant end_at_ = kNever;  // TIME-WAIT, or FIN-WAIT-2 of a connection whose user has gone
    std::unique_ptr<Rare> rare_{};
};

}  // namespace vmlab::stack
