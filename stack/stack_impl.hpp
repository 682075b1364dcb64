// Everything that one stack holds, and the stations of a packet's road through it (ingress.cpp, egress.cpp).
#pragma once

#include <array>
#include <map>
#include <set>
#include <string_view>

#include "stack/net/neighbours.hpp"
#include "stack/net/reassembly.hpp"
#include "stack/net/routes.hpp"
#include "stack/stack.hpp"
#include "stack/tcp/connection_table.hpp"
#include "stack/tcp/deadlines.hpp"
#include "stack/tcp/initial_sequence.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

/// Room in front of a transport header: what egress fills in.
inline constexpr std::size_t kLowerHeaders = wire::kEthernetHeader + wire::kIpv4Header;

/// How many connections may stand in TIME-WAIT at once.
inline constexpr std::size_t kMostTimeWaits = 256;

struct Listener {
    ConnectionId id = 0;
    std::uint16_t port = 0;
    ListenOptions options{};
    std::size_t half_open = 0;
};

/// At most `most` in any second; what is beyond is not allowed.
class RateLimit {
public:
    explicit RateLimit(int most = 0) : most_(most) {}
    bool allows(Instant now) {
        if (!begun_ || now - since_ >= seconds{1}) {
            begun_ = true;
            since_ = now;
            count_ = 0;
        }
        return ++count_ <= most_;
    }

private:
    int most_;
    int count_ = 0;
    bool begun_ = false;
    Instant since_{};
};

struct Stack::Impl {
    Impl(const StackOptions& stack_options, RandomStream random);

    struct Outlet;  // the ConnectionSink of one call on one connection

    // ── ingress.cpp ───────────────────────────────────────────────────────────
    /// Where a packet came from.
    struct Arrival {
        std::optional<InterfaceId> interface {};  // nothing: from ourselves
        bool link_broadcast = false;
    };
    void receive_frame(InterfaceId interface, Buffer frame, Instant now, Sink& out);
    void receive_arp(InterfaceId interface, std::span<const std::uint8_t> packet, Instant now, Sink& out);
    void receive_ip(const Arrival& from, Buffer packet, Instant now, Sink& out);
    void receive_local(const wire::Ipv4Header& ip, const Arrival& from, Buffer packet, Instant now,
                       Sink& out);
    void receive_transport(const wire::Ipv4Header& ip, const Arrival& from, Buffer payload,
                           const Buffer& packet, Instant now, Sink& out);
    void receive_icmp(const wire::Ipv4Header& ip, bool to_group, const Buffer& payload, Instant now,
                      Sink& out);
    void receive_icmp_error(const wire::Ipv4Header& ip, const wire::IcmpMessage& message, Instant now,
                            Sink& out);
    void receive_udp(const wire::Ipv4Header& ip, bool to_group, const Buffer& payload, const Buffer& packet,
                     Instant now, Sink& out);
    void receive_tcp(const wire::Ipv4Header& ip, bool to_group, Buffer segment, Instant now, Sink& out);
    void receive_for_listener(Listener& listener, const wire::TcpHeader& header, const Endpoint& local,
                              const Endpoint& peer, std::size_t payload, Seq initial, Instant now, Sink& out);
    void send_refusal(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                      std::size_t payload, Instant now, Sink& out);
    void receive_unwanted(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                          std::size_t payload, Instant now, Sink& out);

    // ── egress.cpp ────────────────────────────────────────────────────────────
    /// `frame` begins with kLowerHeaders bytes of room, then the transport's header and payload.
    struct Departure {
        Ipv4Address source{}, destination{};
        std::uint8_t protocol = 0;
        bool dont_fragment = false;
        std::uint8_t ttl = 0;  ///< 0 = that of the options
        std::uint8_t traffic_class = 0;
    };
    /// What a connection's user chose of the IP header.
    struct Manner {
        std::uint8_t ttl = 0, traffic_class = 0;
    };
    void send_tcp(const Endpoint& local, const Endpoint& peer, const wire::TcpHeader& header,
                  const Buffer& payload, std::optional<std::uint64_t> payload_sum, Instant now, Sink& out,
                  const Manner& manner);
    void send_icmp(Ipv4Address source, Ipv4Address destination, std::uint8_t type, std::uint8_t code,
                   std::uint32_t rest, std::span<const std::uint8_t> payload, Instant now, Sink& out);
    /// About `packet`, to its sender; unless the rules of RFC 1122 section 3.2.2 forbid it.
    void send_icmp_error(const Buffer& packet, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                         Instant now, Sink& out);
    void send_ip(const Departure& what, Buffer frame, Instant now, Sink& out);
    void forward_ip(const wire::Ipv4Header& ip, const Arrival& from, Buffer packet, Instant now, Sink& out);
    /// `frame` begins with room for the Ethernet header, then the whole IP packet.
    void send_routed(const Route& route, Ipv4Address destination, bool dont_fragment, Buffer frame,
                     Instant now, Sink& out);
    void send_fragments(InterfaceId interface, Ipv4Address hop, std::uint16_t mtu, const Buffer& frame,
                        Instant now, Sink& out);
    void send_to_neighbour(InterfaceId interface, Ipv4Address hop, Buffer frame, Instant now, Sink& out);
    void send_frame(InterfaceId interface, const MacAddress& to, std::uint16_t type, Buffer frame, Sink& out);
    void send_arp(InterfaceId interface, bool is_request, const MacAddress& to_mac, Ipv4Address sender,
                  Ipv4Address target, Sink& out);
    [[nodiscard]] Ipv4Address source_for(Ipv4Address destination) const;
    [[nodiscard]] std::uint16_t path_mtu(Ipv4Address destination) const;

    // ── stack.cpp ─────────────────────────────────────────────────────────────
    void tick(Instant now, Sink& out);
    void tick_neighbours(Instant now, Sink& out);
    [[nodiscard]] Instant next_deadline();
    /// What the user does to one of its connections; nothing if that is gone.
    template <typename Call>
    void call(ConnectionId id, Instant now, Sink& out, Call what);
    /// After anything was done to a connection: its deadline is noted, or its end.
    void settle(Connection& connection);
    void remove(Connection& connection);
    Connection& add_connection(const Endpoint& local, const Endpoint& peer, Seq initial,
                               ConnectionId listener, const ConnectionOptions& how,
                               const ConnectionRoom& room);
    [[nodiscard]] std::optional<std::uint16_t> ephemeral_port(const IpAddress& local, const Endpoint& peer);
    // ── limits.cpp ────────────────────────────────────────────────────────────
    /// False when this peer has as many connections as it may: the SYN is refused.
    [[nodiscard]] bool peer_may_connect(const Endpoint& peer, Instant now, Sink& out);
    void count_pending(Connection& connection, Instant now, Sink& out);
    /// After the persist timer may have run.
    void count_persist(Connection& connection, Instant now, Sink& out);
    /// It is not half-open, not in persist, or not there any longer.
    void uncount(Connection& connection, bool ends);
    void report_attack(Attack attack, const Endpoint& peer, std::string what, const SourceLocation& limit,
                       Instant now, Sink& out);
    void drop_for_limit(Connection& connection, Instant now, Sink& out);
    [[nodiscard]] static bool exhausted(const Sourced<std::size_t>& blocks, std::size_t in_use) {
        return *blocks != 0 && in_use >= *blocks;
    }
    /// What the connection has queued, in data buffers.
    void count_buffers(Connection& connection);
    void drop_for_blocks(DropReason reason, const Endpoint& peer, const Endpoint& local,
                         const Sourced<std::size_t>& blocks, Instant now, Sink& out);

    void add_attached(InterfaceId interface, Ipv4Address address, Ipv4Address mask);
    [[nodiscard]] Listener* listener_for(const Endpoint& local);
    [[nodiscard]] bool is_local(Ipv4Address address) const;
    [[nodiscard]] bool is_broadcast(Ipv4Address address) const;
    void count_drop(DropReason reason) { ++drops[std::size_t(reason)]; }
    /// True if this drop should also be written down: a flood fills counters, not the journal.
    [[nodiscard]] bool drop_is_news(DropReason reason, Instant now);
    void drop_frame(DropReason reason, const Buffer& frame, Instant now, Sink& out,
                    const SourceLocation& because = {});
    void drop_packet(DropReason reason, const Buffer& packet, Instant now, Sink& out,
                     const SourceLocation& because = {});

    StackOptions options;
    SequenceSecret secret;
    std::vector<Interface> interfaces;
    Routes routes;
    Neighbours neighbours;
    Reassembly reassembly;
    ConnectionTable connections;
    std::set<ConnectionId> time_waits;  // bounded: see settle()
    Deadlines deadlines;
    std::map<ConnectionId, Listener> listeners;
    std::set<std::uint16_t> udp_ports;
    std::vector<Buffer> loopback;  // packets to ourselves; they arrive with the next tick
    Instant loopback_at = kNever;
    std::array<std::uint64_t, std::size_t(DropReason::count_)> drops{};
    std::array<RateLimit, std::size_t(DropReason::count_)> drop_records;
    RateLimit icmp_errors{100};
    std::vector<BlockedNetwork> blocked;
    std::size_t data_buffers = 0;
    std::map<IpAddress, std::size_t> peers;                 // connections of each, without those in TIME-WAIT
    std::set<ConnectionId> pending;                         // half-open, from outside
    std::set<std::pair<Instant, ConnectionId>> persisting;  // oldest first
    std::array<AttackSnapshot, std::size_t(Attack::count_)> attacks{};
    std::array<RateLimit, std::size_t(Attack::count_)> attack_records;
    ConnectionId next_id;
    std::uint16_t next_identification;
    RandomStream dice;
    std::uint32_t next_port = 0;
    bool more_of_flow = false;  ///< behind the frame that is being received stands more of its connection
};

}  // namespace vmlab::stack
