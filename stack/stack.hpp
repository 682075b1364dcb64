// The TCP/IP stack of one host: interfaces below, sockets above, no knowledge of either.
//
// Frames come in by receive_frame, time by tick; frames and news leave through the Sink of the call, which is
// never kept and never calls back. The user calls are those of RFC 9293 section 3.9.1. The road of a segment:
// README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stack/attacks.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/random.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"
#include "stack/net/interface.hpp"
#include "stack/net/routes.hpp"
#include "stack/tcp/initial_sequence.hpp"
#include "stack/tcp/state.hpp"
#include "stack/wire/drop_reason.hpp"
#include "stack/wire/icmpv6.hpp"

namespace vmlab::stack {

/// A connection or listener; never reused within a run. What NETSTAT prints under Conn.
using ConnectionId = SocketId;

/// Limits of all connections together; 0 = none.
struct ConnectionLimits {
    Sourced<std::size_t> per_peer{}, pending{}, persist{};
};

/// Nothing is taken from these addresses.
struct BlockedNetwork {
    IpAddress address{};
    unsigned prefix = 32;  ///< length in bits: 0 to 32, of IPv6 to 128
    SourceLocation where{};

    [[nodiscard]] bool has(const IpAddress& one) const {
        constexpr unsigned kMapped = 96;  // bits that all IPv4 addresses share
        return one.is_v4() == address.is_v4() &&
               one.shares_prefix(address, address.is_v4() ? kMapped + prefix : prefix);
    }
};

/// How many blocks of these kinds the stack may use at once; 0 = as many as it needs.
struct StackBlocks {
    Sourced<std::size_t> connections{}, data_buffers{}, envelopes{}, neighbours{};
};

struct StackOptions {
    std::uint8_t ttl = 64;
    bool forwarding = false;
    std::optional<bool> forwarding6{};        ///< of IPv6; nothing: as of IPv4
    Sourced<bool> redirects6{true, {}};       ///< a router of IPv6 is believed that knows a better first hop
    std::size_t receive_buffer = 256 * 1024;  ///< per connection: what the window offered may grow to
    Duration time_wait = seconds{60};         ///< twice the MSL
    /// Connections in TIME-WAIT at once, for the sake of memory: beyond it whoever stands there longest
    /// leaves.
    std::size_t most_time_waits = 16384;
    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;  ///< of connections that choose none
    EcnMode ecn = EcnMode::if_asked;
    Duration arp_age = minutes{5};
    std::uint16_t first_connection = 1000;  ///< where connection numbers begin
    ConnectionLimits limits{};
    StackBlocks blocks{};
    std::size_t data_buffer = 8192;  ///< bytes: what is queued is counted in such
    SourceLocation routes_where{};   ///< where routes are written: what a missing one rests on
    /// What SYNs offer (RFC 7323, RFC 2018).
    bool window_scaling = true, timestamps = true, selective_acks = true;
    bool checksum_offload = true;  ///< a payload that this process has summed itself is not summed again
    /// TCP of IPv4 forbids routers to cut (RFC 1191), and believes them when they say what they carry.
    bool path_mtu_discovery = true;
    bool ignores_redirects = false;  ///< of IPv4 (RFC 1122 section 3.2.2.2)
    bool proxy_arp = false;          ///< answers for hosts that are attached to another interface (RFC 1027)
    bool multipath = false;          ///< destinations take turns on routes of IPv4 that are equally good
    /// Datagrams of one UDP port that its user has not taken; 0 = any number. The user takes them when the
    /// stack has worked off what arrived together (receive_frames, tick).
    std::size_t udp_queue = 0;
    SourceLocation udp_queue_where{};
};

/// An ICMP error that quotes an echo request or a datagram of ours; or, with an address of ours in `from`,
/// what a router would say of a datagram that did not leave (no route, no answer to ARP).
struct IcmpReport {
    IpAddress from{};
    std::uint8_t type = 0, code = 0;
    bool is_datagram = false;      ///< what is quoted; else an echo request
    std::uint16_t identifier = 0;  ///< the datagram's local port, or the echo request's identifier
};

/// Consequences. Calls append; none re-enters the stack.
class Sink : public Recorder {
public:
    virtual void send_frame(InterfaceId interface, Buffer frame) = 0;
    /// Does anybody keep records of this kind? What nobody reads is not put into words.
    [[nodiscard]] virtual bool keeps(RecordKind kind) const {
        (void)kind;
        return true;
    }

    /// A connection came in on a listener and is established.
    virtual void accepted(ConnectionId listener, ConnectionId connection, const Endpoint& local,
                          const Endpoint& peer) = 0;
    /// An active connect() is established, or failed (then the id is gone).
    virtual void connected(ConnectionId connection, const Endpoint& local, const Endpoint& peer) = 0;
    virtual void connect_failed(ConnectionId connection, CloseReason reason, std::string why) = 0;
    /// In-order bytes. They count against the receive window until consumed().
    virtual void received(ConnectionId connection, Buffer data) = 0;
    virtual void peer_closed(ConnectionId connection) = 0;  ///< FIN, after all data
    virtual void closed(ConnectionId connection, CloseReason reason,
                        std::string why) = 0;  ///< the last word; not for TIME-WAIT's end
    /// A limit was exceeded, so that a connection of `peer` was refused or dropped; or packets came (or were
    /// about to leave) that only an attack has (attacks.hpp).
    virtual void attacked(Attack attack, const Endpoint& peer) = 0;
    /// Somebody else on the link claims an address of ours (RFC 5227); at most once in ten seconds.
    virtual void conflicted(InterfaceId interface, Ipv4Address address, const MacAddress& claimed_by) {
        (void)interface, (void)address, (void)claimed_by;
    }
    /// Bytes were acknowledged: there is room for more.
    virtual void acknowledged(ConnectionId connection, std::size_t bytes) = 0;
    /// The peer has urgent data, or more of it: `bytes` until its end are yet to be consumed, of which some
    /// may still be on the way (MUST-32). Few users care (SHLD-13).
    virtual void urgent(ConnectionId connection, std::size_t bytes) { (void)connection, (void)bytes; }
    /// Trouble that does not end the connection (MUST-47); not when its options say so (SHLD-20).
    virtual void advised(ConnectionId connection, Advice advice, std::string_view why) {
        (void)connection, (void)advice, (void)why;
    }

    virtual void datagram(std::uint16_t local_port, const Endpoint& from, const Endpoint& to,
                          Buffer data) = 0;
    virtual void echo_reply(std::uint16_t identifier, std::uint16_t sequence, const IpAddress& from,
                            std::size_t bytes) = 0;
    virtual void icmp_error(const IcmpReport& report) = 0;
    /// An address of IPv6 was proved to be nobody else's; or it was not, and is never used. `where`: who
    /// gave it, if anybody did.
    virtual void proved(InterfaceId interface, const IpAddress& address, bool ours,
                        const SourceLocation& where) {
        (void)interface, (void)address, (void)ours, (void)where;
    }

protected:
    ~Sink() = default;
};

/// What one connection may use; 0 = as much as the stack gives.
struct ConnectionRoom {
    std::size_t receive_buffer = 0;  ///< bytes: the window offered, from the beginning
    std::uint16_t segment = 0;       ///< bytes: the largest segment sent or asked for, without options
    std::uint8_t window_shift = 0;   ///< 0..14: offered at least, so that the buffer could grow (RFC 7323)
};

struct ListenOptions {
    IpAddress address{};        ///< unspecified = any
    std::size_t backlog = 128;  ///< half-open at once
    SourceLocation where{};
    SourceLocation backlog_where{};  ///< SOMAXCONN, if that set the backlog
    ConnectionOptions connection{};  ///< each begins with these
    ConnectionRoom room{};
    /// TCP Fast Open (RFC 7413): how many may be accepted before their handshake is through; 0 = it is off.
    /// What a SYN brings may come twice: for users to whom that does not matter (section 6.1).
    std::size_t fast_open = 0;
};

/// How an active open differs from the plain one (RFC 9293 section 3.9.1.1).
struct OpenOptions {
    IpAddress address{};     ///< the local one (MUST-43); unspecified: that of the route (MUST-44)
    std::uint16_t port = 0;  ///< the local one; 0 = an ephemeral one
    ConnectionOptions connection{};
    ConnectionRoom room{};
    /// TCP Fast Open (RFC 7413): the SYN carries the server's cookie and the beginning of `data`, or asks for
    /// a cookie.
    bool fast_open = false;
    Buffer data{};  ///< as if handed to send() next
};

struct ConnectionSnapshot {
    ConnectionId id = 0;
    TcpState state = TcpState::closed;
    Endpoint local{}, peer{};
    std::uint64_t bytes_in = 0, bytes_out = 0;
    std::uint64_t retransmitted = 0;  ///< segments
    std::uint8_t traffic_class = 0;   ///< Diffserv and ECN of the segment that came last (MAY-9)
    std::size_t send_queue = 0, receive_queue = 0;
    std::uint32_t send_window = 0, receive_window = 0, congestion_window = 0;
    Duration smoothed_rtt{}, rto{};
    Duration rtt_variation{}, least_rtt{};
    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;
    const char* recovery = "";  ///< "open", "cwr" (a mark), "recovery" (losses), "loss" (a timeout)
    std::uint32_t slow_start_threshold = 0;  ///< bytes
    std::uint32_t segment = 0;               ///< bytes of payload in a full one that we send (MUST-16)
    std::uint32_t in_flight = 0;             ///< bytes sent and not acknowledged
    std::uint32_t pipe = 0;                  ///< bytes of these believed to be on the way
    std::uint32_t sacked = 0;                ///< bytes
    std::uint64_t pacing_rate = 0;           ///< bytes per second; 0 = not paced
    std::uint64_t delivered = 0, lost = 0;   ///< bytes in all: acknowledged or sacked; taken for lost
    bool reordering_seen = false;
    bool ecn = false;        ///< agreed
    bool fast_open = false;  ///< data went with the SYN, and was taken
};

struct InterfaceSnapshot {
    InterfaceId id = 0;
    InterfaceConfig config{};
    std::vector<std::pair<Ipv4Address, Ipv4Address>> addresses{};  ///< address, mask
    std::uint64_t bytes_in = 0, bytes_out = 0, frames_in = 0, frames_out = 0;
    std::vector<Ipv6Own> ipv6{};
};

struct NeighbourSnapshot {
    IpAddress address{};
    MacAddress mac{};
    InterfaceId interface = 0;
};

/// SYN cookies (RFC 4987): answers to SYNs that left nothing behind, and what came of them.
struct CookieSnapshot {
    std::uint64_t sent = 0, taken = 0, refused = 0;
};

/// What is in use now.
struct StackUse {
    std::size_t connections = 0;   ///< listeners among them, and those in TIME-WAIT
    std::size_t data_buffers = 0;  ///< of all connections, both directions
    std::size_t envelopes = 0;     ///< packets that wait for ARP, or to come back to ourselves
    std::size_t neighbours = 0, routes = 0;
};

struct StackSnapshot {
    std::vector<InterfaceSnapshot> interfaces{};
    std::vector<Route> routes{};  ///< as looked up: longest prefix first; directly attached ones included
    std::vector<Ipv6Route> routes6{};               ///< the same of IPv6
    std::vector<ConnectionSnapshot> connections{};  ///< by id, listeners among them
    std::vector<NeighbourSnapshot> neighbours{};
    std::vector<std::uint16_t> udp_ports{};
    std::vector<std::uint64_t> drops{};  ///< by DropReason
    std::vector<AttackRow> attacks{};    ///< by attack and address, in the order of their beginnings
    CookieSnapshot cookies{};
    std::vector<BlockedNetwork> blocked{};
};

class Stack {
public:
    Stack(const StackOptions& options, RandomStream random);
    ~Stack();
    Stack(Stack&&) noexcept;

    // ── the network side ──────────────────────────────────────────────────────
    void receive_frame(InterfaceId interface, Buffer frame, Instant now, Sink& out);
    /// Frames that arrived together, in their order; they are taken out of the span. As one after the other,
    /// but that data in order on one connection is acknowledged once, with the last of it.
    void receive_frames(InterfaceId interface, std::span<Buffer> frames, Instant now, Sink& out);
    void tick(Instant now, Sink& out);
    /// When tick is wanted next; nothing when no timer runs.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    // ── configuration; takes effect at once ───────────────────────────────────
    InterfaceId add_interface(const InterfaceConfig& config);
    void set_up(InterfaceId interface, bool up);
    /// False when it was so already.
    bool set_sources(InterfaceId interface, const Sources& sources);
    /// Also adds the directly attached route, asks whether somebody else has the address, and announces it
    /// (RFC 5227). It is ours at once, as where an adapter takes it over; whoever else has it is reported.
    void add_address(InterfaceId interface, Ipv4Address address, Ipv4Address mask, Instant now, Sink& out);
    /// The address is ours no more, nor the route that came with it. Connections of it are left to time out.
    void remove_address(InterfaceId interface, Ipv4Address address);
    void add_route(const Route& route);
    /// Whether enable_ipv6() will ask for routers and believe them (RFC 4862); as the interface's
    /// configuration says.
    void set_autoconfiguration(InterfaceId interface, bool on);
    /// The interface speaks IPv6: with a link-local address of its MAC, and when its configuration says so
    /// with what routers give. An address is ours after a second in which nobody else claimed it.
    void enable_ipv6(InterfaceId interface, Instant now, Sink& out);
    /// The same for an address that is given; its prefix becomes a route as soon as it is ours.
    void add_address(InterfaceId interface, const IpAddress& address, unsigned prefix,
                     const SourceLocation& where, Instant now, Sink& out);
    void remove_address(InterfaceId interface, const IpAddress& address, Instant now, Sink& out);
    void add_route(const Ipv6Route& route);
    /// This host is a router on that link and says so: at once, when it is asked, and every 200 seconds.
    void advertise(InterfaceId interface, const wire::RouterMessage& what, Instant now);
    /// Forgets all routes but those that come with addresses, and those that routers gave.
    void clear_routes();
    /// Asks for this address anew (NETSTAT DELARP). False when nothing was known of it.
    bool forget_neighbour(const IpAddress& address);
    /// From now on nothing from these addresses is taken (BLOCK), or it is again.
    void block(const BlockedNetwork& network);
    bool unblock(const IpAddress& address, unsigned prefix);
    /// Takes over what may change while it runs: forwarding, limits, blocks, the age of ARP entries,
    /// routes_where, redirects, proxy ARP, path MTU discovery, the UDP queue, and of new connections the
    /// receive buffer and what their SYNs offer.
    void set_options(const StackOptions& options);
    /// The key of Fast Open's cookies: this one for good, or a new one, beside which the old one is good
    /// until the next turn. Without either it turns by itself, every six hours.
    void set_fast_open_key(const SipKey& key);
    void turn_fast_open_key();
    /// Cookies that servers gave to us.
    void forget_fast_open_servers();
    /// NETSTAT RESETDOS.
    void reset_attacks();
    [[nodiscard]] bool is_local(const IpAddress& address) const;

    // ── TCP user calls ────────────────────────────────────────────────────────
    /// Nothing if the port is taken by another listener.
    std::optional<ConnectionId> listen(std::uint16_t port, const ListenOptions& options);
    void unlisten(ConnectionId listener);
    /// ListenOptions::fast_open of a listener that is there already; connections that it took keep theirs.
    void set_fast_open(ConnectionId listener, std::size_t most);
    /// Bytes of data that a SYN to `server` may carry; 0 = no cookie of it is known.
    [[nodiscard]] std::size_t fast_open_room(const IpAddress& server, Instant now) const;
    /// Starts an active open; the outcome comes by connected or connect_failed, never inside this call.
    /// Local port 0 = an ephemeral one. Nothing if no local address or port is left, or the peer address is
    /// unusable (MUST-46).
    std::optional<ConnectionId> connect(const Endpoint& peer, std::uint16_t local_port, Instant now,
                                        Sink& out);
    std::optional<ConnectionId> connect(const Endpoint& peer, const OpenOptions& options, Instant now,
                                        Sink& out);
    /// Queues bytes for sending. Never refuses (the caller keeps within its credit); after shutdown it is a
    /// bug.
    void send(ConnectionId connection, Buffer data, Instant now, Sink& out);
    /// As send; the peer is told that everything up to the end of `data` is urgent, be its window shut
    /// (MUST-30, MUST-31).
    void send_urgent(ConnectionId connection, Buffer data, Instant now, Sink& out);
    /// The user has taken `bytes` of what was received: the window opens.
    void consumed(ConnectionId connection, std::size_t bytes, Instant now, Sink& out);
    void shutdown(ConnectionId connection, Instant now, Sink& out);  ///< FIN after what is queued
    /// As shutdown, and no more data is wanted: data that still comes is answered with RST (SHLD-3).
    void close(ConnectionId connection, Instant now, Sink& out);
    void abort(ConnectionId connection, Instant now, Sink& out);  ///< RST; no closed() follows
    void set_options(ConnectionId connection, const ConnectionOptions& options, Instant now);
    /// May send() be called: the connection is there, and was not shut down?
    [[nodiscard]] bool takes_data(ConnectionId connection) const;
    /// Queued but not yet handed to the network; 0 for unknown ids.
    [[nodiscard]] std::size_t unsent(ConnectionId connection) const;
    /// Bytes until the end of the peer's urgent data, not yet consumed (MUST-33); 0: there is none.
    [[nodiscard]] std::size_t urgent_left(ConnectionId connection) const;
    /// Queued or sent, not acknowledged; 0 for unknown ids.
    [[nodiscard]] std::size_t unacknowledged(ConnectionId connection) const;

    // ── UDP and ICMP ──────────────────────────────────────────────────────────
    bool bind_udp(std::uint16_t port);
    /// A free port that strangers cannot guess; nothing when none is left.
    std::optional<std::uint16_t> bind_any_udp();
    void unbind_udp(std::uint16_t port);
    /// `ttl` 0 = that of the options.
    void send_datagram(std::uint16_t local_port, const Endpoint& to, Buffer data, Instant now, Sink& out,
                       std::uint8_t ttl = 0);
    void send_echo(const IpAddress& to, std::uint16_t identifier, std::uint16_t sequence, std::size_t bytes,
                   Instant now, Sink& out);

    /// Resets every connection without a word on the wire when `silent` (the host vanished), else with RSTs
    /// (shutdown).
    void stop(bool silent, Instant now, Sink& out);

    [[nodiscard]] StackSnapshot snapshot() const;
    /// In constant time.
    [[nodiscard]] StackUse use() const;
    /// Walks every connection's queue: empty, or what does not agree with what is counted. For tests.
    [[nodiscard]] std::string inconsistency() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::stack
