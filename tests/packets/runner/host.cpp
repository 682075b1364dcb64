#include "tests/packets/runner/host.hpp"

#include <algorithm>
#include <utility>

#include "stack/wire/arp.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmpv6.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

std::size_t Socket::unread() const {
    std::size_t bytes = 0;
    for (const auto& part : queue) bytes += part.size();
    return bytes;
}

Host::Host(const Setup& setup)
    : setup_(setup), stack_(setup.options, RandomStream(seed_from_number(1), "packets")) {
    InterfaceConfig config;
    config.name = "ETH0";
    config.mac = kHostMac;
    config.mtu = setup.mtu;
    stack_.add_interface(config);
    if (setup.host.is_v4()) set_up_ipv4();
    else set_up_ipv6();
    told_ = {};
}

void Host::set_up_ipv4() {
    stack_.add_address(0, setup_.host.v4(), mask_of_prefix(setup_.prefix), now_, *this);
    Route route;
    route.first_hop = setup_.gateway.v4();
    stack_.add_route(route);
}

/// The script begins when the address has proved to be nobody else's.
void Host::set_up_ipv6() {
    now_ = kStart - seconds{5};
    stack_.add_address(0, setup_.host, setup_.prefix, {}, now_, *this);
    Ipv6Route route;
    route.first_hop = setup_.gateway;
    stack_.add_route(route);
    advance(kStart);
    sent.clear();
}

// ── the wire
// ──────────────────────────────────────────────────────────────────────────────────────────────────

void Host::receive(Buffer frame) {
    stack_.receive_frame(0, std::move(frame), now_, *this);
    drain();
}

void Host::drain() {
    for (std::vector<Buffer> answers = std::exchange(answers_, {}); !answers.empty();
         answers = std::exchange(answers_, {}))
        for (auto& frame : answers) stack_.receive_frame(0, std::move(frame), now_, *this);
}

void Host::advance(Instant to) {
    for (auto at = stack_.next_deadline(); at && *at <= to; at = stack_.next_deadline()) {
        now_ = std::max(now_, *at);
        stack_.tick(now_, *this);
        drain();
    }
    now_ = std::max(now_, to);
}

void Host::send_frame(InterfaceId, Buffer frame) {
    if (wire::parse_ethernet(frame.span())->type == wire::kEtherTypeArp) return answer_arp(std::move(frame));
    Live live = take_apart(frame, now_);
    if (!answer_solicitation(live)) sent.push_back(std::move(live));
}

/// Whoever is asked for on the wire is there: ARP is not what scripts are about.
void Host::answer_arp(Buffer frame) {
    frame.remove_prefix(wire::kEthernetHeader);
    const auto arp = wire::parse_arp(frame.span());
    if (!arp || arp->operation != wire::ArpOperation::request || arp->sender == arp->target) return;
    ++told_.arp_requests;
    Buffer reply = Buffer::allocate(wire::kEthernetHeader + wire::kArpPacket);
    const std::span<std::uint8_t> room(reply.writable(), reply.size());
    wire::emit_ethernet({kHostMac, kPeerMac, wire::kEtherTypeArp}, room);
    wire::emit_arp({wire::ArpOperation::reply, kPeerMac, arp->target, kHostMac, arp->sender},
                   room.subspan(wire::kEthernetHeader));
    answers_.push_back(std::move(reply));
}

bool Host::answer_solicitation(const Live& live) {
    if (live.kind != Live::Kind::icmp || live.source.is_v4() || live.icmp_type < wire::kRouterSolicitation)
        return false;
    if (live.icmp_type != wire::kNeighbourSolicitation || live.source.is_unspecified()) return true;
    const std::span<const std::uint8_t> payload(reinterpret_cast<const std::uint8_t*>(live.payload.data()),
                                                live.payload.size());
    const auto asked = wire::parse_neighbour({live.icmp_type, live.icmp_code, live.icmp_rest, payload});
    if (!asked) return true;
    ++told_.arp_requests;
    answers_.push_back(advertisement_of(asked->target, live.source));
    return true;
}

// ── what the stack says
// ───────────────────────────────────────────────────────────────────────────────────────

Socket* Host::find(ConnectionId id) {
    const auto found = by_connection_.find(id);
    return found == by_connection_.end() ? nullptr : sockets_.at(found->second).get();
}

void Host::accepted(ConnectionId listener, ConnectionId id, const Endpoint& local, const Endpoint& peer) {
    Socket* const listening = find(listener);
    if (!listening) return;
    auto socket = std::make_unique<Socket>();
    socket->state = Socket::State::connected;
    socket->id = id;
    socket->local = local;
    socket->peer = peer;
    socket->options = listening->options;
    socket->room = listening->room;
    socket->send_limit = listening->send_limit;
    socket->remembered = listening->remembered;
    written_[{local, peer}].clear();
    const int number = next_number_++;
    by_connection_[id] = number;
    sockets_[number] = std::move(socket);
    listening->arrivals.push_back(number);
}

void Host::connected(ConnectionId id, const Endpoint& local, const Endpoint& peer) {
    Socket* const s = find(id);
    if (!s) return;
    s->state = Socket::State::connected;
    s->local = local;
    s->peer = peer;
}

namespace {

std::string error_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::reset: return "ECONNRESET";
        case CloseReason::refused: return "ECONNREFUSED";
        case CloseReason::timed_out:
        case CloseReason::silent: return "ETIMEDOUT";
        case CloseReason::unreachable: return "EHOSTUNREACH";
        case CloseReason::dropped: return "ECONNABORTED";
        default: return "";
    }
}

}  // namespace

void Host::connect_failed(ConnectionId id, CloseReason reason, std::string why) {
    closed(id, reason, std::move(why));
}

void Host::received(ConnectionId id, Buffer data) {
    if (Socket* const s = find(id)) s->queue.push_back(std::move(data));
}

void Host::peer_closed(ConnectionId id) {
    if (Socket* const s = find(id)) s->peer_closed = true;
}

void Host::closed(ConnectionId id, CloseReason reason, std::string) {
    Socket* const s = find(id);
    if (!s) return;
    s->error = error_of(reason);
    s->failed_once = !s->error.empty();
    s->peer_closed = true;
    s->state = Socket::State::closed;
}

void Host::acknowledged(ConnectionId, std::size_t) {}

void Host::urgent(ConnectionId, std::size_t bytes) {
    ++told_.urgent;
    told_.urgent_bytes = std::int64_t(bytes);
}

void Host::advised(ConnectionId, Advice advice, std::string_view) {
    ++(advice == Advice::soft_error ? told_.soft_errors : told_.trouble);
}

void Host::datagram(std::uint16_t local_port, const Endpoint& from, const Endpoint&, Buffer data) {
    for (auto& [number, s] : sockets_)
        if (s->datagram && s->local.port == local_port) s->datagrams.emplace_back(from, std::move(data));
}

void Host::icmp_error(const IcmpReport& report) {
    constexpr std::uint8_t kUnreachable = 3, kPort = 3;
    if (!report.is_datagram || report.type != kUnreachable) return;
    for (auto& [number, s] : sockets_)
        if (s->datagram && s->local.port == report.identifier && s->state == Socket::State::connected)
            s->error = report.code == kPort ? "ECONNREFUSED" : "EHOSTUNREACH";
}

// ── questions
// ─────────────────────────────────────────────────────────────────────────────────────────────────

bool Host::has_other_buffers() const {
    return sets_buffers_ || std::find(not_compared.begin(), not_compared.end(), "win") != not_compared.end();
}

void Host::not_compare(const std::string& what) {
    if (std::find(not_compared.begin(), not_compared.end(), what) == not_compared.end())
        not_compared.push_back(what);
}

const std::string& Host::written(const Endpoint& local, const Endpoint& peer) {
    return written_[{local, peer}];
}

ConnectionSnapshot Host::row(const Endpoint& local, const Endpoint& peer) const {
    for (const auto& one : stack_.snapshot().connections)
        if (one.local == local && one.peer == peer) return one;
    ConnectionSnapshot none;
    none.local = local;
    none.peer = peer;
    return none;
}

void Host::set_stack_options(const StackOptions& options) {
    setup_.options = options;
    stack_.set_options(options);
}

}  // namespace vmlab::packets
