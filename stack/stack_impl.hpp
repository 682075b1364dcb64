// Everything that one stack holds, and the stations of a packet's road through it (ingress.cpp, egress.cpp).
#pragma once

#include <array>
#include <map>
#include <set>
#include <string_view>

#include "stack/net/neighbours.hpp"
#include "stack/net/reassembly.hpp"
#include "stack/net/redirects.hpp"
#include "stack/net/routes.hpp"
#include "stack/stack.hpp"
#include "stack/tcp/connection_table.hpp"
#include "stack/tcp/deadlines.hpp"
#include "stack/tcp/fast_open.hpp"
#include "stack/tcp/initial_sequence.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/icmpv6.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/mld.hpp"
#include "stack/wire/plain_frame.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

/// Room in front of a transport header: what egress fills in.
inline constexpr std::size_t kLowerHeaders = wire::kPlainHeaders;
[[nodiscard]] constexpr std::size_t lower_headers(const IpAddress& destination) {
    return destination.is_v4() ? kLowerHeaders : wire::kEthernetHeader + wire::kIpv6Header;
}

/// What an ICMP error is about, in either family (RFC 792, RFC 4443).
enum class Trouble : std::uint8_t {
    no_route,
    no_neighbour,
    protocol,  ///< `rest`: of IPv6, where its number stands
    port,
    too_big,  ///< `rest`: the MTU
    hops,
    reassembly,
    option,  ///< of IPv6, `rest`: where it stands
    header,  ///< of IPv6, `rest`: where it is wrong
};

/// A cookie is good for so long, and at most for twice that.
inline constexpr Duration kCookieAge = minutes{2};

struct Listener {
    ConnectionId id = 0;
    std::uint16_t port = 0;
    ListenOptions options{};
    std::size_t half_open = 0;
    std::size_t fast_open_pending = 0;  ///< accepted by a cookie, and their handshake is not through
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
    /// May we answer for an address that is not ours (RFC 1027)?
    [[nodiscard]] bool answers_for(InterfaceId interface, Ipv4Address target) const;
    /// Somebody else claims our address: it is told to our user, and defended (RFC 5227 section 2.4).
    void defend(InterfaceId interface, Ipv4Address address, const MacAddress& claimed_by, Instant now,
                Sink& out);
    void receive_ip(const Arrival& from, Buffer packet, Instant now, Sink& out);
    void receive_ipv6(const Arrival& from, Buffer packet, Instant now, Sink& out);
    /// A datagram for us, put together; `payload` begins behind all headers of the network layer.
    struct Datagram {
        IpAddress source{}, destination{};
        std::uint8_t protocol = 0;
        bool to_group = false;  ///< broadcast or multicast: no error is said of it
        std::uint8_t hop_limit = 0, traffic_class = 0;
        std::uint32_t protocol_at = 0;  ///< of IPv6: where the protocol's number stands
        std::optional<InterfaceId> interface {};
    };
    void receive_local(const wire::Ipv4Header& ip, const Arrival& from, Buffer packet, Instant now,
                       Sink& out);
    void receive_local6(const wire::ParsedIpv6& ip, const Arrival& from, Buffer packet, Instant now,
                        Sink& out);
    /// `packet`: the datagram, or its first fragment; what an error quotes.
    void receive_transport(const Datagram& what, Buffer payload, const Buffer& packet, Instant now,
                           Sink& out);
    void receive_icmp(const Datagram& what, const Buffer& payload, Instant now, Sink& out);
    void receive_icmpv6(const Datagram& what, const Buffer& payload, Instant now, Sink& out);
    void receive_icmp_error(const IpAddress& from, const wire::IcmpMessage& message, Instant now, Sink& out);
    void receive_redirect(const Datagram& what, const wire::IcmpMessage& message, Instant now, Sink& out);
    void receive_udp(const Datagram& what, const Buffer& payload, const Buffer& packet, Instant now,
                     Sink& out);
    void receive_tcp(const Datagram& what, Buffer segment, Instant now, Sink& out);
    /// One segment after the other, as long as they are of this connection; what else follows is left.
    struct Segment {
        wire::TcpHeader header{};
        Buffer payload{};
        std::uint8_t traffic_class = 0;
    };
    void receive_row(Connection& connection, Segment& first, std::optional<InterfaceId> interface,
                     Instant now, Sink& out);
    /// Takes the next frame off `following` if it is a good segment of this connection (null: of any, which
    /// is then found). Anything else takes the long road, which says what is wrong with it.
    [[nodiscard]] bool next_of_row(Connection*& connection, std::optional<InterfaceId> interface,
                                   Segment& segment);
    /// Of a payload that need not be summed again.
    [[nodiscard]] KnownSum known_sum(const Buffer& packet) const {
        return options.checksum_offload ? packet.known_sum() : KnownSum{};
    }
    void receive_for_listener(Listener& listener, const wire::TcpHeader& header, const Endpoint& local,
                              const Endpoint& peer, Buffer payload, Seq initial, Instant now, Sink& out);
    // ── fast_open.cpp ─────────────────────────────────────────────────────────
    void open_passive_fast(Listener& listener, Connection& connection, const wire::TcpHeader& syn,
                           Buffer payload, Instant now, ConnectionSink& out);
    /// Of one that is counted.
    void count_fast_open(Connection& connection);
    [[nodiscard]] FastOpenStart fast_open_to(const IpAddress& server, Buffer data, Instant now);

    void send_refusal(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                      std::size_t payload, Instant now, Sink& out);
    void receive_unwanted(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                          std::size_t payload, Instant now, Sink& out);

    /// The way that a route goes, whatever the family.
    struct Way {
        InterfaceId interface = 0;
        IpAddress hop{};
        std::uint16_t mtu = 0;
        SourceLocation where{};
    };
    /// What one family's header says of a packet that is to go on.
    struct Onward {
        IpAddress source{}, destination{};
        std::uint8_t hops = 0;  ///< TTL or hop limit, as it came
        bool may_be_cut = false;
    };

    // ── discovery.cpp: neighbours and routers of IPv6 ─────────────────────────
    void receive_solicitation(const Datagram& what, const wire::IcmpMessage& message, Instant now, Sink& out);
    void receive_advertisement(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                               Sink& out);
    void receive_router(const Datagram& what, const wire::IcmpMessage& message, Instant now, Sink& out);
    void receive_redirect6(const Datagram& what, const wire::IcmpMessage& message, Instant now, Sink& out);
    /// To the sender of a packet that goes back to the link from which it came.
    void send_redirect6(const Onward& what, const Way& way, const Buffer& packet, Instant now, Sink& out);
    void send_solicitation(InterfaceId interface, const IpAddress& target, Instant now, Sink& out);
    void send_advertisement(InterfaceId interface, const IpAddress& target, const IpAddress& to, Instant now,
                            Sink& out);
    void send_router(InterfaceId interface, Instant now, Sink& out);
    /// Of the link, with the hop limit that proves it.
    void send_discovery(InterfaceId interface, const IpAddress& source, const IpAddress& destination,
                        std::uint8_t type, const wire::NeighbourBody& body, Instant now, Sink& out);
    /// Carries out what an interface's addresses want, and keeps the routes that come with them.
    void act(InterfaceId interface, const Ipv6Addresses::Actions& actions, Instant now, Sink& out);
    void lose_address(InterfaceId interface, const IpAddress& address, const std::optional<MacAddress>& to,
                      Sink& out);
    void tick_ipv6(Instant now, Sink& out);
    // ── groups.cpp: in which groups of IPv6 this host listens ─────────────────
    void report_groups(InterfaceId interface, bool joins, Instant now, Sink& out);
    /// These addresses are ours no more: the groups that only they needed.
    void leave_groups(InterfaceId interface, std::span<const IpAddress> addresses, Instant now, Sink& out);
    void send_group_report(InterfaceId interface, wire::GroupRecord record, std::span<const IpAddress> groups,
                           Instant now, Sink& out);
    void receive_group_query(const Datagram& what, const wire::IcmpMessage& message, Instant now);
    void tick_groups(Instant now, Sink& out);
    [[nodiscard]] Instant ipv6_deadline() const;

    // ── egress.cpp ────────────────────────────────────────────────────────────
    /// `frame` begins with lower_headers() bytes of room, then the transport's header and payload.
    struct Departure {
        IpAddress source{}, destination{};
        std::uint8_t protocol = 0;
        bool dont_fragment = false;
        std::uint8_t ttl = 0;                     ///< 0 = that of the options, or of the link
        std::uint8_t traffic_class = 0;           ///< Diffserv and ECN
        std::optional<InterfaceId> interface {};  ///< of what stays on a link: which
    };
    /// What a connection's user chose of the IP header, and ECN.
    struct Manner {
        std::uint8_t ttl = 0, traffic_class = 0;
    };
    /// Where the frames of a pair of addresses go, when nothing is in their way: no ARP, no loopback.
    struct Path {
        IpAddress source{}, destination{};
        InterfaceId interface = 0;
        std::uint16_t mtu = 0;
        MacAddress mac{};
        std::optional<wire::PlainHeaders> plain{};  ///< of IPv4
    };
    /// The path of the last segment is kept; whoever changes interfaces, routes or neighbours forgets it.
    [[nodiscard]] const Path* path_between(const IpAddress& source, const IpAddress& destination);
    void send_tcp(const Endpoint& local, const Endpoint& peer, const wire::TcpHeader& header,
                  const Buffer& payload, Instant now, Sink& out, const Manner& manner);
    void send_icmp(const Departure& what, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                   std::span<const std::uint8_t> payload, Instant now, Sink& out);
    /// About `packet`, to its sender; unless the rules of RFC 1122 section 3.2.2, or of RFC 4443 section 2.4,
    /// forbid it.
    void send_trouble(const Buffer& packet, Trouble what, std::uint32_t rest, Instant now, Sink& out);
    /// Fills in the IP header; the rest stands in its place.
    void emit_ip(const Departure& what, Buffer& frame);
    void send_ip(const Departure& what, Buffer frame, Instant now, Sink& out);
    void forward(const Onward& what, const Arrival& from, Buffer packet, Instant now, Sink& out);
    /// RFC 1812 section 5.2.7.2: the sender shares a link with the hop that we would send to.
    void send_redirect4(const Onward& what, const Way& way, const Buffer& packet, Instant now, Sink& out);
    [[nodiscard]] std::optional<Way> way_to(const IpAddress& destination) const;
    /// `frame` begins with room for the Ethernet header, then the whole IP packet.
    void send_routed(const Way& way, bool dont_fragment, Buffer frame, Instant now, Sink& out);
    void send_fragments(const Way& way, const Buffer& frame, Instant now, Sink& out);
    void send_fragments6(const Way& way, const Buffer& frame, Instant now, Sink& out);
    void send_to_neighbour(InterfaceId interface, const IpAddress& hop, Buffer frame, Instant now, Sink& out);
    void send_frame(InterfaceId interface, const MacAddress& to, std::uint16_t type, Buffer frame, Sink& out);
    /// The whole frame leaves.
    void hand_over(InterfaceId interface, Buffer frame, Sink& out);
    void send_arp(InterfaceId interface, bool is_request, const MacAddress& to_mac, Ipv4Address sender,
                  Ipv4Address target, Sink& out);
    /// ARP, or its like in IPv6.
    void ask_for(InterfaceId interface, const IpAddress& address, Instant now, Sink& out);
    [[nodiscard]] IpAddress source_for(const IpAddress& destination) const;
    /// As large as our link on the way there carries.
    [[nodiscard]] std::uint16_t link_mtu(const IpAddress& destination) const;
    /// As large as the way there is known to carry.
    [[nodiscard]] std::uint16_t path_mtu(const IpAddress& destination) const;
    /// A router said so (RFC 1191, RFC 8201).
    void learn_path_mtu(const IpAddress& destination, std::uint16_t mtu, Instant now);

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
    /// How a connection of these endpoints begins.
    [[nodiscard]] ConnectionSetup setup_for(const Endpoint& local, const Endpoint& peer, Seq initial,
                                            ConnectionId listener, const ConnectionOptions& how,
                                            const ConnectionRoom& room) const;
    // ── attacks.cpp ───────────────────────────────────────────────────────────
    void report_attack(Attack attack, const Endpoint& peer, std::string what, const SourceLocation& limit,
                       Instant now, Sink& out);
    /// The attack that an IPv4 packet from a wire belongs to. `impossible`: nobody on a wire may have its
    /// source address.
    [[nodiscard]] std::optional<Attack> attack_of(const wire::Ipv4Header& ip, const Buffer& packet,
                                                  bool to_group, bool impossible) const;
    void drop_attack(Attack attack, DropReason reason, const IpAddress& from, const Buffer& packet,
                     Instant now, Sink& out);
    /// One of many would be an attack; a few are not.
    void suspect(Attack attack, const Endpoint& peer, Instant now, Sink& out);
    /// An echo request left: its replies are welcome.
    void expect_echo(const IpAddress& from, std::uint16_t identifier, Instant now);
    [[nodiscard]] bool expects_echo(const IpAddress& from, std::uint16_t identifier, Instant now) const;

    // ── syn_cookies.cpp ───────────────────────────────────────────────────────
    /// Half of the half-open connections that there may be are there: answers to SYNs begin at a cookie.
    [[nodiscard]] bool wants_cookies() const;
    [[nodiscard]] Seq cookie_for(const wire::TcpHeader& syn, const Endpoint& local, const Endpoint& peer,
                                 Instant now) const;
    /// Answers a SYN and forgets it.
    void send_cookie(const Listener& listener, const wire::TcpHeader& syn, const Endpoint& local,
                     const Endpoint& peer, Instant now, Sink& out);
    /// Makes the connection of an ACK that answers a cookie. False when it does not.
    [[nodiscard]] bool accept_cookie(Listener& listener, const wire::TcpHeader& header, const Endpoint& local,
                                     const Endpoint& peer, Buffer payload, Instant now, Sink& out);
    /// A SYN,ACK that begins at a cookie has in its time stamp what else the SYN said.
    void note_in_time_stamp(const Connection& connection, wire::TcpHeader& header, Instant now) const;

    // ── limits.cpp ────────────────────────────────────────────────────────────
    /// False when this peer has as many connections as it may: the SYN is refused.
    [[nodiscard]] bool peer_may_connect(const Endpoint& peer, Instant now, Sink& out);
    void count_pending(Connection& connection, Instant now, Sink& out);
    /// After the persist timer may have run.
    void count_persist(Connection& connection, Instant now, Sink& out);
    /// It is not half-open, not in persist, or not there any longer.
    void uncount(Connection& connection, bool ends);
    void drop_for_limit(Connection& connection, Instant now, Sink& out);
    [[nodiscard]] static bool exhausted(const Sourced<std::size_t>& blocks, std::size_t in_use) {
        return *blocks != 0 && in_use >= *blocks;
    }
    /// What the connection has queued, in data buffers.
    void count_buffers(Connection& connection);
    void drop_for_blocks(DropReason reason, const Endpoint& peer, const Endpoint& local,
                         const Sourced<std::size_t>& blocks, Instant now, Sink& out);

    void add_attached(InterfaceId interface, Ipv4Address address, Ipv4Address mask);
    void clear_routes4();
    [[nodiscard]] bool forwards6() const { return options.forwarding6.value_or(options.forwarding); }
    [[nodiscard]] Listener* listener_for(const Endpoint& local);
    [[nodiscard]] bool is_local(Ipv4Address address) const;
    [[nodiscard]] bool is_local(const IpAddress& address) const;
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
    FastOpenKeys fast_open_keys;
    FastOpenServers fast_open_servers{};
    std::vector<Interface> interfaces;
    Routes routes;
    Ipv6Routes routes6;
    struct Advertising {
        wire::RouterMessage what{};
        Instant next{};
    };
    std::map<InterfaceId, Advertising> advertising;   ///< we are a router that says so
    std::map<InterfaceId, Instant> report_groups_at;  ///< somebody asked
    struct KnownMtu {
        std::uint16_t mtu = 0;
        Instant until{};  ///< then a larger one is tried again
    };
    std::map<IpAddress, KnownMtu> known_mtus;
    Neighbours neighbours;
    Reassembly reassembly;
    ConnectionTable connections;
    /// Connections in the order in which they came: whoever stands there longest is first.
    using Places = std::map<std::uint32_t, ConnectionId>;
    [[nodiscard]] static std::uint32_t place_behind(const Places& others) {
        return others.empty() ? 1 : others.rbegin()->first + 1;
    }
    Places time_waits;  // bounded: see settle()
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
    std::map<IpAddress, std::size_t> peers;  // connections of each, without those in TIME-WAIT
    std::set<ConnectionId> pending;          // half-open, from outside
    Places persisting;
    AttackLog attacks;
    std::array<RateLimit, std::size_t(Attack::count_)> attack_records, suspicions;
    RateLimit stray_acks{kFewStrayAcks};
    std::map<std::pair<IpAddress, std::uint16_t>, Instant> echoes;  ///< asked for: until when a reply counts
    CookieSnapshot cookies;
    Instant cookies_until{};  ///< no cookie of ours is younger than this says
    Redirects redirects;
    std::map<std::uint16_t, std::size_t> udp_waiting;  ///< datagrams of a port since its user had its turn
    struct Defence {
        InterfaceId interface = 0;
        Instant until{};  ///< nothing more is said of this address before
    };
    std::map<Ipv4Address, Defence> defended;
    RateLimit redirects_sent{10};
    ConnectionId next_id;
    std::uint16_t next_identification;
    RandomStream dice;
    std::uint32_t next_port = 0;
    std::span<Buffer> following{};  ///< frames that arrived together with the one that is being received
    bool all_local = true;          ///< every connection's address is still ours
    std::optional<Path> last_path{};
};

}  // namespace vmlab::stack
