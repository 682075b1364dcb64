// The public face: configuration, the user's calls, time, snapshots. The road of packets is in ingress.cpp
// and egress.cpp.
#include "stack/stack.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "stack/connection_outlet.hpp"
#include "stack/stack_impl.hpp"
#include "stack/wire/summary.hpp"

namespace vmlab::stack {
namespace {

constexpr int kDropRecordsPerSecond = 4;
constexpr std::uint16_t kFirstEphemeral = 49152;  // RFC 6335 section 6
constexpr std::uint32_t kEphemeralCount = 65536 - kFirstEphemeral;
constexpr std::size_t tcp_ip_headers(const IpAddress& address) {
    return wire::kTcpHeader + (address.is_v4() ? wire::kIpv4Header : wire::kIpv6Header);
}
constexpr std::uint16_t kLeastMtu = 68;  // RFC 791 section 3.2

}  // namespace

Stack::Impl::Impl(const StackOptions& stack_options, RandomStream random)
    : options(stack_options),
      secret(random),
      fast_open_keys(secret.derived_key(4)),
      neighbours(stack_options.arp_age),
      connections(random.u64()),
      deadlines(connections),
      next_id(stack_options.first_connection),
      next_identification(std::uint16_t(random.u32())),
      dice(std::move(random)) {
    neighbours.set_most(*options.blocks.neighbours);
    drop_records.fill(RateLimit{kDropRecordsPerSecond});
    attack_records.fill(RateLimit{kDropRecordsPerSecond});
    suspicions.fill(RateLimit{kFew});
}

// ── drops
// ─────────────────────────────────────────────────────────────────────────────────────────────────────

bool Stack::Impl::drop_is_news(DropReason reason, Instant now) {
    return drop_records[std::size_t(reason)].allows(now);
}

void Stack::Impl::drop_frame(DropReason reason, const Buffer& frame, Instant now, Sink& out,
                             const SourceLocation& because) {
    count_drop(reason);
    if (!drop_is_news(reason, now)) return;
    std::vector<SourceLocation> rests_on;
    if (because.known()) rests_on.push_back(because);
    out.record({RecordKind::drop,
                fmt::format("{}: {}", name_of(reason), wire::summary_of_frame(frame.span())),
                std::move(rests_on)});
}

void Stack::Impl::drop_packet(DropReason reason, const Buffer& packet, Instant now, Sink& out,
                              const SourceLocation& because) {
    count_drop(reason);
    if (!drop_is_news(reason, now)) return;
    std::vector<SourceLocation> rests_on;
    if (because.known()) rests_on.push_back(because);
    out.record({RecordKind::drop, fmt::format("{}: {}", name_of(reason), wire::summary_of_ip(packet.span())),
                std::move(rests_on)});
}

// ── time
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

void Stack::Impl::tick(Instant now, Sink& out) {
    udp_waiting.clear();
    if (loopback_at <= now) {
        // Only what is there now: what these packets give rise to arrives with the next tick.
        const std::vector<Buffer> arrived = std::exchange(loopback, {});
        loopback_at = kNever;
        for (const auto& packet : arrived)
            packet[0] >> 4 == 6 ? receive_ipv6({}, packet, now, out) : receive_ip({}, packet, now, out);
    }
    if (neighbours.deadline() <= now) tick_neighbours(now, out);
    if (ipv6_deadline() <= now) tick_ipv6(now, out);
    if (redirects.expire(now)) last_path.reset();
    for (const auto& expired : reassembly.tick(now)) {
        drop_packet(DropReason::reassembly_timeout, expired.first, now, out);
        if (!expired.first.empty()) send_trouble(expired.first, Trouble::reassembly, 0, now, out);
    }
    while (Connection* const due = deadlines.take_due(now)) {
        Outlet outlet(*this, *due, now, out);
        due->tick(now, outlet);
        const bool persists = due->is_persisting();  // then settle() does not end it
        settle(*due);
        if (persists) count_persist(*due, now, out);
    }
}

void Stack::Impl::tick_neighbours(Instant now, Sink& out) {
    last_path.reset();
    auto overdue = neighbours.tick(now);
    for (const auto& [interface, address] : overdue.ask) ask_for(interface, address, now, out);
    for (auto& [key, waiting] : overdue.failed) {
        if (key.second.is_v4()) redirects.forget(key.second.v4());
        for (auto& frame : waiting) {
            frame.remove_prefix(wire::kEthernetHeader);
            const auto own = wire::parse_quoted(frame.span());
            // A first hop that nobody has is the route's mistake; a destination that nobody has is its
            // sender's.
            const auto way = own ? way_to(own->destination) : std::nullopt;
            drop_packet(DropReason::arp_no_answer, frame, now, out,
                        way && way->hop == key.second && way->hop != own->destination ? way->where
                                                                                      : SourceLocation{});
            send_trouble(frame, Trouble::no_neighbour, 0, now, out);
            // What came from ourselves is told to its sender, as a router's word would be.
            if (!own || !is_local(own->source)) continue;
            ByteReader in(own->payload);
            const auto local_port = in.u16(), peer_port = in.u16();
            if (own->protocol == wire::kProtocolUdp)
                out.icmp_error(
                    {own->source, wire::kIcmpUnreachable, wire::kUnreachableHost, true, local_port});
            if (own->protocol != wire::kProtocolTcp) continue;
            const auto sequence = in.u32();
            if (Connection* const c =
                    connections.find({own->source, local_port}, {own->destination, peer_port})) {
                Outlet outlet(*this, *c, now, out);
                c->receive_path_error(Connection::PathError::soft, sequence, "no answer to ARP", outlet);
            }
        }
    }
}

Instant Stack::Impl::next_deadline() {
    const Instant of_hosts = std::min(neighbours.deadline(), redirects.deadline());
    const Instant of_packets = std::min(loopback_at, reassembly.deadline());
    return std::min(std::min(of_hosts, of_packets), std::min(ipv6_deadline(), deadlines.nearest()));
}

// ── connections
// ───────────────────────────────────────────────────────────────────────────────────────────────

template <typename Call>
void Stack::Impl::call(ConnectionId id, Instant now, Sink& out, Call what) {
    Connection* const connection = connections.find(id);
    if (!connection) return;
    Outlet outlet(*this, *connection, now, out);
    what(*connection, outlet);
    settle(*connection);
}

void Stack::Impl::settle(Connection& connection) {
    if (connection.counted.fast_open) count_fast_open(connection);
    if (connection.state() == TcpState::closed) return remove(connection);
    deadlines.note(connection);
    count_buffers(connection);
    auto& counted = connection.counted;
    if (connection.state() != TcpState::time_wait) {
        if (counted.place != 0 && !connection.is_persisting()) uncount(connection, false);
        return;
    }
    if (!counted.peer) return;  // it stands there already
    uncount(connection, true);
    // A flood of short connections must not fill memory with their ends: whoever stands there longest leaves.
    counted.place = place_behind(time_waits);
    time_waits.emplace(counted.place, connection.id());
    if (time_waits.size() > options.most_time_waits) remove(*connections.find(time_waits.begin()->second));
}

void Stack::Impl::remove(Connection& connection) {
    if (connection.listener() != 0 && !connection.was_established()) {
        const auto it = listeners.find(connection.listener());
        if (it != listeners.end() && it->second.half_open > 0) --it->second.half_open;
    }
    uncount(connection, true);
    data_buffers -= connection.counted.buffers;
    deadlines.forget(connection);
    connections.remove(connection.id());
}

ConnectionSetup Stack::Impl::setup_for(const Endpoint& local, const Endpoint& peer, Seq initial,
                                       ConnectionId listener, const ConnectionOptions& how,
                                       const ConnectionRoom& room) const {
    ConnectionSetup setup;
    setup.local = local;
    setup.peer = peer;
    setup.initial = initial;
    setup.timestamp_offset = secret.timestamp_offset(local, peer);
    // MUST-67; a route has one MTU (SHLD-6). What comes to us need not take the narrow way that we know of.
    setup.segment = std::uint16_t(link_mtu(peer.address) - tcp_ip_headers(peer.address));
    setup.path_segment = std::uint16_t(path_mtu(peer.address) - tcp_ip_headers(peer.address));
    if (room.segment != 0) setup.segment = std::min(setup.segment, room.segment);
    setup.receive_buffer = room.receive_buffer != 0 ? room.receive_buffer : options.receive_buffer;
    // Whoever chose a size has it at once.
    if (room.receive_buffer != 0) setup.first_buffer = room.receive_buffer;
    setup.never_cut = !peer.address.is_v4() || options.path_mtu_discovery;
    setup.least_shift = std::min<std::uint8_t>(room.window_shift, 14);
    setup.listener = listener;
    setup.window_scaling = options.window_scaling;
    setup.timestamps = options.timestamps;
    setup.selective_acks = options.selective_acks;
    setup.options = how;
    setup.congestion = options.congestion;
    setup.ecn = options.ecn;
    return setup;
}

Connection& Stack::Impl::add_connection(const Endpoint& local, const Endpoint& peer, Seq initial,
                                        ConnectionId listener, const ConnectionOptions& how,
                                        const ConnectionRoom& room) {
    ConnectionSetup setup = setup_for(local, peer, initial, listener, how, room);
    setup.id = next_id++;
    Connection& added = connections.add(setup);
    ++peers[peer.address];
    added.counted.peer = true;
    return added;
}

Listener* Stack::Impl::listener_for(const Endpoint& local) {
    Listener* any = nullptr;
    for (auto& [id, listener] : listeners) {
        if (listener.port != local.port) continue;
        if (listener.options.address == local.address) return &listener;
        if (listener.options.address.is_unspecified()) any = &listener;
    }
    return any;
}

/// RFC 6056, algorithm 3: from a keyed beginning upwards, to the first that is free.
std::optional<std::uint16_t> Stack::Impl::ephemeral_port(const IpAddress& local, const Endpoint& peer) {
    // Where so many in a row are taken, a port in TIME-WAIT will do: its successor's numbers begin above its
    // own (MAY-2). The first that is found has stood there longest.
    constexpr std::uint32_t kPatience = 8;
    const std::uint32_t begin = secret.port_offset(local, peer) + next_port;
    const auto port_at = [&](std::uint32_t i) {
        return std::uint16_t(kFirstEphemeral + (begin + i) % kEphemeralCount);
    };
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < kEphemeralCount && !(found && i >= kPatience); ++i) {
        if (listener_for({local, port_at(i)})) continue;
        const Connection* const taken = connections.find({local, port_at(i)}, peer);
        if (taken && (found || taken->state() != TcpState::time_wait)) continue;
        found = i;
        if (!taken) break;
    }
    if (!found) return std::nullopt;
    next_port += *found + 1;
    return port_at(*found);
}

bool Stack::Impl::is_local(Ipv4Address address) const {
    if (address.is_loopback()) return true;
    return std::any_of(interfaces.begin(), interfaces.end(),
                       [&](const Interface& i) { return i.has(address); });
}

bool Stack::Impl::is_local(const IpAddress& address) const {
    if (address.is_v4()) return is_local(address.v4());
    return address.is_loopback() || std::any_of(interfaces.begin(), interfaces.end(),
                                                [&](const Interface& i) { return i.ipv6.has(address); });
}

bool Stack::Impl::is_broadcast(Ipv4Address address) const {
    if (address.is_limited_broadcast()) return true;
    return std::any_of(interfaces.begin(), interfaces.end(),
                       [&](const Interface& i) { return i.is_broadcast(address); });
}

// ── the public calls
// ──────────────────────────────────────────────────────────────────────────────────────────

Stack::Stack(const StackOptions& options, RandomStream random)
    : impl_(std::make_unique<Impl>(options, std::move(random))) {}
Stack::~Stack() = default;
Stack::Stack(Stack&&) noexcept = default;

void Stack::receive_frame(InterfaceId interface, Buffer frame, Instant now, Sink& out) {
    receive_frames(interface, {&frame, 1}, now, out);
}

void Stack::receive_frames(InterfaceId interface, std::span<Buffer> frames, Instant now, Sink& out) {
    impl_->following = frames;
    impl_->udp_waiting.clear();
    while (!impl_->following.empty()) {
        Connection* connection = nullptr;
        if (Impl::Segment first; impl_->next_of_row(connection, interface, first)) {
            impl_->receive_row(*connection, first, interface, now, out);
            continue;
        }
        Buffer frame = std::move(impl_->following.front());
        impl_->following = impl_->following.subspan(1);
        impl_->receive_frame(interface, std::move(frame), now, out);
    }
}

void Stack::tick(Instant now, Sink& out) { impl_->tick(now, out); }

std::optional<Instant> Stack::next_deadline() const {
    const Instant at = impl_->next_deadline();
    return at == kNever ? std::nullopt : std::optional(at);
}

InterfaceId Stack::add_interface(const InterfaceConfig& config) {
    Interface interface;
    interface.config = config;
    interface.config.mtu = std::max(config.mtu, kLeastMtu);
    if (config.is_virtual) interface.config.proves = false;  // there is nobody to ask
    impl_->interfaces.push_back(std::move(interface));
    return InterfaceId(impl_->interfaces.size() - 1);
}

void Stack::set_up(InterfaceId interface, bool up) {
    vm_assert(interface < impl_->interfaces.size());
    impl_->interfaces[interface].config.up = up;
    impl_->last_path.reset();
    if (!up) impl_->neighbours.forget(interface);
}

bool Stack::set_sources(InterfaceId interface, const Sources& sources) {
    vm_assert(interface < impl_->interfaces.size());
    return std::exchange(impl_->interfaces[interface].sources, sources) != sources;
}

void Stack::add_address(InterfaceId interface, Ipv4Address address, Ipv4Address mask, Instant now,
                        Sink& out) {
    vm_assert(interface < impl_->interfaces.size());
    Interface& in = impl_->interfaces[interface];
    impl_->last_path.reset();
    impl_->defended.erase(address);
    (void)now;
    if (!in.has(address)) in.addresses.emplace_back(address, mask);
    if (in.config.is_virtual) return;
    impl_->add_attached(interface, address, mask);
    // RFC 5227: a probe, which whoever has the address answers, and an announcement.
    impl_->send_arp(interface, true, MacAddress{}, Ipv4Address{}, address, out);
    impl_->send_arp(interface, true, MacAddress{}, address, address, out);
}

void Stack::Impl::add_attached(InterfaceId interface, Ipv4Address address, Ipv4Address mask) {
    Route attached;
    attached.destination = address;
    attached.mask = mask;
    attached.interface = interface;
    attached.where = interfaces[interface].config.where;
    routes.add(attached);
}

void Stack::remove_address(InterfaceId interface, Ipv4Address address) {
    vm_assert(interface < impl_->interfaces.size());
    impl_->last_path.reset();
    impl_->all_local = false;
    std::erase_if(impl_->interfaces[interface].addresses,
                  [&](const auto& own) { return own.first == address; });
    const auto all = impl_->routes.all();
    impl_->clear_routes4();
    for (const auto& route : all)
        if (!route.first_hop.is_unspecified() || route.interface != interface ||
            (address.value & route.mask.value) != route.destination.value)
            impl_->routes.add(route);
}

void Stack::clear_routes() {
    impl_->last_path.reset();
    impl_->redirects.clear();
    impl_->clear_routes4();
    impl_->routes6.remove_those([](const Ipv6Route& route) { return route.given; });
}

void Stack::Impl::clear_routes4() {
    routes.clear();
    for (std::size_t i = 0; i < interfaces.size(); ++i)
        for (const auto& [address, mask] : interfaces[i].addresses)
            if (!interfaces[i].config.is_virtual) add_attached(InterfaceId(i), address, mask);
}

bool Stack::forget_neighbour(const IpAddress& address) {
    impl_->last_path.reset();
    return impl_->neighbours.forget(address);
}

void Stack::add_route(const Route& route) {
    vm_assert(route.interface < impl_->interfaces.size());
    Route usable = route;
    if (usable.mtu != 0) usable.mtu = std::max(usable.mtu, kLeastMtu);
    impl_->last_path.reset();
    impl_->routes.add(usable);
}

void Stack::block(const BlockedNetwork& network) {
    unblock(network.address, network.prefix);
    impl_->blocked.push_back(network);
}

bool Stack::unblock(const IpAddress& address, unsigned prefix) {
    return std::erase_if(impl_->blocked, [&](const BlockedNetwork& one) {
               return one.address == address && one.prefix == prefix;
           }) > 0;
}

void Stack::set_options(const StackOptions& options) {
    impl_->options.forwarding = options.forwarding;
    impl_->options.forwarding6 = options.forwarding6;
    impl_->options.redirects6 = options.redirects6;
    impl_->options.limits = options.limits;
    impl_->options.blocks = options.blocks;
    impl_->options.receive_buffer = options.receive_buffer;
    impl_->options.window_scaling = options.window_scaling;
    impl_->options.timestamps = options.timestamps;
    impl_->options.selective_acks = options.selective_acks;
    impl_->options.routes_where = options.routes_where;
    impl_->options.congestion = options.congestion;
    impl_->options.ecn = options.ecn;
    impl_->options.arp_age = options.arp_age;
    impl_->options.path_mtu_discovery = options.path_mtu_discovery;
    impl_->options.ignores_redirects = options.ignores_redirects;
    impl_->options.proxy_arp = options.proxy_arp;
    impl_->options.multipath = options.multipath;
    impl_->options.udp_queue = options.udp_queue;
    impl_->options.udp_queue_where = options.udp_queue_where;
    if (options.ignores_redirects) impl_->redirects.clear();
    impl_->last_path.reset();
    impl_->neighbours.set_age(options.arp_age);
    impl_->neighbours.set_most(*options.blocks.neighbours);
}
void Stack::reset_attacks() { impl_->attacks.forget(); }

bool Stack::is_local(const IpAddress& address) const { return impl_->is_local(address); }

std::optional<ConnectionId> Stack::listen(std::uint16_t port, const ListenOptions& options) {
    if (port == 0) return std::nullopt;
    for (const auto& [id, other] : impl_->listeners) {  // connections of the port are no obstacle (MUST-42)
        const bool overlaps = other.options.address.is_unspecified() || options.address.is_unspecified() ||
                              other.options.address == options.address;
        if (other.port == port && overlaps) return std::nullopt;  // MUST-41
    }
    const ConnectionId id = impl_->next_id++;
    impl_->listeners.emplace(id, Listener{id, port, options, 0});
    return id;
}

void Stack::unlisten(ConnectionId listener) { impl_->listeners.erase(listener); }

std::optional<ConnectionId> Stack::connect(const Endpoint& peer, std::uint16_t local_port, Instant now,
                                           Sink& out) {
    OpenOptions how;
    how.port = local_port;
    return connect(peer, how, now, out);
}

std::optional<ConnectionId> Stack::connect(const Endpoint& peer, const OpenOptions& how, Instant now,
                                           Sink& out) {
    Impl& s = *impl_;
    std::uint16_t local_port = how.port;
    const auto refuse = [&](const char* why, const SourceLocation& where = {}) {
        out.record({RecordKind::refusal, fmt::format("connect to {} refused: {}", peer.str(), why), {where}});
        return std::nullopt;
    };
    const bool usable = !peer.address.is_unspecified() && peer.port != 0 && !peer.address.is_multicast() &&
                        !(peer.address.is_v4() && s.is_broadcast(peer.address.v4()));
    if (!usable) return refuse("not an address to connect to");  // MUST-46
    if (s.exhausted(s.options.blocks.connections, s.connections.size() + s.listeners.size()))
        return refuse("no TCB is free", s.options.blocks.connections.where);
    IpAddress source = s.source_for(peer.address);
    if (source.is_unspecified()) return refuse("no route", s.options.routes_where);
    if (!how.address.is_unspecified()) {  // MUST-43, MUST-45
        if (!is_local(how.address)) return refuse("the local address is not ours");
        source = how.address;
    }
    if (local_port == 0) {
        const auto port = s.ephemeral_port(source, peer);
        if (!port) return refuse("no local port is left");
        local_port = *port;
    }
    const Endpoint local{source, local_port};
    Seq initial = s.secret.initial_sequence(local, peer, now);
    if (Connection* const old = s.connections.find(local, peer)) {
        if (old->state() != TcpState::time_wait) return refuse("this pair of sockets is in use");
        initial = later(initial, old->sender().nxt() + 64 * 1024);
        s.remove(*old);
    }
    Connection& connection = s.add_connection(local, peer, initial, 0, how.connection, how.room);
    const ConnectionId id = connection.id();
    Impl::Outlet outlet(s, connection, now, out);
    FastOpenStart start;
    if (how.fast_open) start = s.fast_open_to(peer.address, how.data, now);
    else start.data = how.data;
    connection.open_active(std::move(start), now, outlet);
    s.settle(connection);
    return id;
}

void Stack::send(ConnectionId id, Buffer data, Instant now, Sink& out) {
    impl_->call(id, now, out, [&](Connection& connection, Impl::Outlet& outlet) {
        if (connection.state() == TcpState::time_wait || data.empty()) return;
        connection.send(std::move(data), now, outlet);
    });
}

void Stack::send_urgent(ConnectionId id, Buffer data, Instant now, Sink& out) {
    impl_->call(id, now, out, [&](Connection& connection, Impl::Outlet& outlet) {
        if (connection.state() == TcpState::time_wait || data.empty()) return;
        connection.send_urgent(std::move(data), now, outlet);
    });
}

void Stack::consumed(ConnectionId id, std::size_t bytes, Instant now, Sink& out) {
    Connection* const connection = impl_->connections.find(id);
    if (!connection) return;
    if (!connection->consumed(bytes, now)) return impl_->count_buffers(*connection);
    impl_->call(id, now, out, [&](auto& its, auto& outlet) { its.say_window(now, outlet); });
}

void Stack::shutdown(ConnectionId id, Instant now, Sink& out) {
    impl_->call(id, now, out, [&](auto& connection, auto& outlet) { connection.shutdown(now, outlet); });
}

void Stack::close(ConnectionId id, Instant now, Sink& out) {
    impl_->call(id, now, out, [&](auto& connection, auto& outlet) { connection.close(now, outlet); });
}

void Stack::abort(ConnectionId id, Instant now, Sink& out) {
    impl_->call(id, now, out, [&](auto& connection, auto& outlet) {
        out.record({RecordKind::close, fmt::format("connection {} aborted by its user", id), {}});
        connection.abort(false, now, outlet);
    });
}

void Stack::set_options(ConnectionId id, const ConnectionOptions& options, Instant now) {
    Connection* const connection = impl_->connections.find(id);
    if (!connection) return;
    connection->set_options(options, now);
    impl_->deadlines.note(*connection);
}

bool Stack::takes_data(ConnectionId id) const {
    const Connection* const connection = impl_->connections.find(id);
    return connection && connection->takes_data();
}

std::size_t Stack::unsent(ConnectionId id) const {
    const Connection* const connection = impl_->connections.find(id);
    return connection ? connection->sender().unsent_bytes() : 0;
}

std::size_t Stack::urgent_left(ConnectionId id) const {
    const Connection* const connection = impl_->connections.find(id);
    return connection ? connection->urgent_left() : 0;
}

std::size_t Stack::unacknowledged(ConnectionId id) const {
    const Connection* const connection = impl_->connections.find(id);
    return connection ? connection->sender().queued_bytes() : 0;
}

void Stack::stop(bool silent, Instant now, Sink& out) {
    impl_->listeners.clear();
    impl_->udp_ports.clear();
    for (Connection* const connection : impl_->connections.all()) {
        Impl::Outlet outlet(*impl_, *connection, now, out);
        connection->abort(silent, now, outlet);
        impl_->remove(*connection);
    }
    out.record({RecordKind::state, silent ? "stack stopped without a word" : "stack stopped", {}});
}

// ── the snapshot
// ──────────────────────────────────────────────────────────────────────────────────────────────

namespace {

ConnectionSnapshot snapshot_of(const Connection& c) {
    ConnectionSnapshot s;
    s.id = c.id();
    s.state = c.state();
    s.local = c.local();
    s.peer = c.peer();
    s.bytes_in = c.bytes_in();
    s.bytes_out = c.bytes_out();
    s.retransmitted = c.sender().retransmitted();
    s.traffic_class = c.traffic_class();
    s.send_queue = c.sender().queued_bytes();
    s.receive_queue = c.receiver().unconsumed();
    s.send_window = c.sender().window();
    s.receive_window = c.receiver().window();
    s.congestion_window = c.sender().congestion().window();
    s.smoothed_rtt = c.sender().round_trip().smoothed();
    s.rto = c.sender().round_trip().timeout();
    s.rtt_variation = c.sender().round_trip().variation();
    s.least_rtt = c.sender().round_trip().least();
    s.congestion = c.sender().congestion().algorithm();
    s.recovery = name_of(c.sender().recovery());
    s.slow_start_threshold = c.sender().congestion().threshold();
    s.segment = c.sender().segment();
    s.in_flight = c.sender().flight();
    s.pipe = c.sender().pipe();
    s.sacked = c.sender().sacked_bytes();
    s.pacing_rate = c.sender().pacing_rate();
    s.delivered = c.sender().delivered();
    s.lost = c.sender().lost();
    s.ecn = c.ecn();
    s.fast_open = c.fast_open() == FastOpen::used || c.fast_open() == FastOpen::accepted;
    s.reordering_seen = c.sender().rack().reordering_seen();
    return s;
}

}  // namespace

StackUse Stack::use() const {
    return {impl_->connections.size() + impl_->listeners.size(), impl_->data_buffers,
            impl_->neighbours.waiting() + impl_->loopback.size(), impl_->neighbours.size(),
            impl_->routes.all().size() + impl_->routes6.all().size()};
}

std::string Stack::inconsistency() const {
    for (const Connection* const connection : impl_->connections.all()) {
        const std::string wrong = connection->sender().inconsistency();
        if (!wrong.empty()) return fmt::format("connection {}: {}", connection->id(), wrong);
    }
    return {};
}

StackSnapshot Stack::snapshot() const {
    StackSnapshot s;
    for (std::size_t i = 0; i < impl_->interfaces.size(); ++i) {
        const Interface& in = impl_->interfaces[i];
        s.interfaces.push_back({InterfaceId(i), in.config, in.addresses, in.bytes_in, in.bytes_out,
                                in.frames_in, in.frames_out, in.ipv6.all()});
    }
    s.routes = impl_->routes.all();
    s.routes6 = impl_->routes6.all();
    for (const Connection* const connection : impl_->connections.all())
        s.connections.push_back(snapshot_of(*connection));
    for (const auto& [id, listener] : impl_->listeners) {
        ConnectionSnapshot row;
        row.id = id;
        row.state = TcpState::listen;
        row.local = {listener.options.address, listener.port};
        s.connections.push_back(row);
    }
    std::sort(s.connections.begin(), s.connections.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    impl_->neighbours.for_each_known([&](const Neighbours::Key& key, const MacAddress& mac) {
        s.neighbours.push_back({key.second, mac, key.first});
    });
    s.udp_ports.assign(impl_->udp_ports.begin(), impl_->udp_ports.end());
    s.drops.assign(impl_->drops.begin(), impl_->drops.end());
    s.attacks = impl_->attacks.rows();
    s.cookies = impl_->cookies;
    s.blocked = impl_->blocked;
    return s;
}

}  // namespace vmlab::stack
