// The road through TCPIP: what the stack reports, and what becomes of it. Requests of clients: requests.cpp;
// words of SSL servers: ssl_words.cpp; devices and the order of starting: start_up.cpp.
#include "stack/server/tcpip_server.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {
namespace {

/// An attack that goes on is announced again after this time.
constexpr Duration kAttackAgain = minutes{1};
/// UDPQUEUELIMIT; the number is only remembered.
constexpr std::size_t kUdpQueue = 20;

const SourceLocation& limit_of(const ConnectionLimits& limits, Attack attack) {
    switch (attack) {
        case Attack::stress: return limits.per_peer.where;
        case Attack::syn_flood: return limits.pending.where;
        case Attack::zero_window: return limits.persist.where;
        default: break;  // known by its packets
    }
    static const SourceLocation kNowhere{};
    return kNowhere;
}

}  // namespace

StackOptions TcpipServer::options_of(const ServerConfig& config) {
    StackOptions options;
    options.forwarding = config.forwarding;
    options.path_mtu_discovery = *config.path_mtu_discovery;
    options.ignores_redirects = *config.ignore_redirects;
    options.proxy_arp = *config.proxy_arp;
    options.multipath = *config.multipath;
    if (*config.udp_queue_limit) options.udp_queue = kUdpQueue;
    options.udp_queue_where = config.udp_queue_limit.where;
    options.forwarding6 = config.forwarding6;
    options.redirects6 = config.redirects6;
    options.limits = config.limits;
    options.routes_where = config.gateway_where;
    if (config.arp_age) options.arp_age = config.arp_age->value;
    const auto most = [&](PoolId pool) {
        const auto& limit = config.pools[std::size_t(pool)].limit;
        return limit ? Sourced<std::size_t>{**limit, limit->where} : Sourced<std::size_t>{};
    };
    options.blocks = {most(PoolId::tcb), most(PoolId::data_buffer), most(PoolId::envelope),
                      most(PoolId::address_translation)};
    options.data_buffer = config.pools[std::size_t(PoolId::data_buffer)].buffer_size;
    if (config.receive_buffers) options.receive_buffer = **config.receive_buffers * options.data_buffer;
    return options;
}

TcpipServer::TcpipServer(ServerConfig config, RandomStream random)
    : config_(std::move(config)),
      stack_(options_of(config_), std::move(random)),
      pool_(config_.ssl),
      pools_(config_.pools),
      autolog_(config_) {}

TcpipServer::~TcpipServer() = default;

void TcpipServer::receive_frames(InterfaceId interface, std::span<Buffer> frames, Instant now,
                                 ServerSink& to) {
    if (!up_) return;
    Tracing tracing(config_.trace, to);
    ServerSink& out = config_.trace.areas == 0 ? to : tracing;
    StackNews sink(*this, out);
    if (config_.trace.areas != 0)
        for (const auto& frame : frames)
            for (auto& line : trace_of_frame(config_.trace, frame.span(), true)) to.trace(std::move(line));
    stack_.receive_frames(interface, frames, now, sink);
    drain(now, out);
}

void TcpipServer::tick(Instant now, ServerSink& to) {
    if (!up_) return;
    Tracing tracing(config_.trace, to);
    ServerSink& out = config_.trace.areas == 0 ? to : tracing;
    StackNews sink(*this, out);
    stack_.tick(now, sink);
    drain(now, out);
    if (!shutdown_at_) tick_autolog(now, out);
    for (auto it = pings_.begin(); it != pings_.end();) {
        if (it->second.deadline > now) {
            ++it;
            continue;
        }
        out.notify(it->second.client, PingAnswer{it->second.tag, false, {}, "timed out"});
        it = pings_.erase(it);
    }
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const ConnectionId id = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        const auto found = conduits_.find(id);
        if (found == conduits_.end()) continue;
        Conduit& c = found->second;
        c.deadline.reset();
        if (c.state == ConduitState::secured && c.half_closed && !c.client_wants_none) {
            // The peer did not answer our close_notify in time: FIN goes out all the same.
            stack_.shutdown(id, now, sink);
            continue;
        }
        if (c.state == ConduitState::secured && c.half_closed) {
            c.state = ConduitState::closing;
            stack_.close(id, now, sink);
            set_deadline(c, now + kCloseWait);
            continue;
        }
        reset(c, CloseReason::timed_out, "the peer did not close its half in time", now, out);
    }
    drain(now, out);
}

std::optional<Instant> TcpipServer::next_deadline() const {
    if (!up_) return std::nullopt;
    auto next = stack_.next_deadline();
    const auto take = [&next](std::optional<Instant> at) {
        if (at && (!next || *at < *next)) next = at;
    };
    if (shutdown_at_) take(shutdown_at_);
    else take(autolog_.next_deadline());
    for (const auto& [identifier, ping] : pings_) take(ping.deadline);
    if (!deadlines_.empty()) take(deadlines_.begin()->first);
    return next;
}

void TcpipServer::drain(Instant now, ServerSink& out) {
    for (std::size_t i = 0; i < news_.size(); ++i) {
        News n = std::move(news_[i]);  // the vector may grow while we work
        news(n, now, out);
    }
    news_.clear();
    check_pools(out);
}

void TcpipServer::news(News& n, Instant now, ServerSink& out) {
    switch (n.kind) {
        case News::Kind::accepted: return accepted(n.listener, n.id, n.local, n.peer, now, out);
        case News::Kind::connected: return connected(n.id, n.local, n.peer, out);
        case News::Kind::connect_failed: return connect_failed(n.id, n.why, out);
        case News::Kind::received: return from_wire(n.id, n.received.take(), n.bytes, now, out);
        case News::Kind::peer_closed: return wire_closed(n.id, out);
        case News::Kind::closed: return tcp_closed(n.id, n.reason, n.why, out);
        case News::Kind::acknowledged: return acknowledged(n.id, n.bytes, now, out);
        case News::Kind::attacked: return attacked(n.attack, n.peer, now, out);
        case News::Kind::conflicted: return conflicted(InterfaceId(n.id), n.local.address, n.why, out);
        case News::Kind::datagram:
            return datagram_arrived(std::uint16_t(n.id), n.peer, std::move(n.data), out);
        case News::Kind::echo_reply: return echo_replied(std::uint16_t(n.id), now, out);
        case News::Kind::icmp_error:
            if (n.icmp.is_datagram) return datagram_failed(n.icmp, std::move(n.why), out);
            return echo_failed(std::uint16_t(n.id), std::move(n.why), out);
    }
}

void TcpipServer::accepted(ConnectionId listener, ConnectionId id, const Endpoint& local,
                           const Endpoint& peer, Instant now, ServerSink& out) {
    StackNews sink(*this, out);
    const auto found = listeners_.find(listener);
    if (found == listeners_.end()) {
        stack_.abort(id, now, sink);
        return;
    }
    if (const auto refused = exhausted(PoolId::scb)) {
        out.record({RecordKind::refusal,
                    fmt::format("{} to port {} refused: {}", peer.str(), found->second.port, refused->why),
                    {refused->where},
                    about_connection(id)});
        stack_.abort(id, now, sink);
        return;
    }
    Conduit c;
    c.id = id;
    c.client = found->second.client;
    c.listen_port = found->second.port;
    c.bytes_are_tls = found->second.bytes_are_tls;
    c.keep_alive = found->second.keep_alive;
    keep_alive(c, now);
    c.local = local;
    c.peer = peer;
    const PortReservation* reservation = reservation_of(config_, c.listen_port, local.address);
    const bool v4 = peer.address.is_v4();
    const bool in_clear =
        stack_.is_local(peer.address) && !*(v4 ? config_.secure_local : config_.secure_local6);
    if (in_clear && reservation && reservation->secure)
        out.record({RecordKind::decision,
                    fmt::format("connection {} from {} to secure port {} stays in clear: it is local, and "
                                "{} is not given",
                                id, peer.str(), c.listen_port, v4 ? "SECURELOCAL" : "SECUREIPV6LOCAL"),
                    {reservation->where}});
    if (!reservation || !reservation->secure || in_clear) {
        c.announced = true;
        auto& kept = conduits_.emplace(id, std::move(c)).first->second;
        out.notify(kept.client, Accepted{id, kept.listen_port, local, peer, false});
        return;
    }
    c.is_static = true;
    c.label = reservation->secure->value;
    c.label_where = reservation->secure->where;
    c.check = reservation->client_cert_check;
    const auto choice = pool_.choose();
    if (choice.member.empty()) {
        out.record({RecordKind::refusal,
                    fmt::format("{} to secure port {} refused: {}", peer.str(), c.listen_port, choice.why),
                    choice.rests_on, about_connection(id), about_ssl_servers()});
        stack_.abort(id, now, sink);
        return;
    }
    c.member = choice.member;
    open_session(conduits_.emplace(id, std::move(c)).first->second, out);
}

/// KEEPALIVEOPTIONS, for a socket that asks.
void TcpipServer::keep_alive(const Conduit& c, Instant now) {
    if (!c.keep_alive.asked) return;
    ConnectionOptions options;
    options.keep_alive_idle =
        *c.keep_alive.idle > Duration{} ? *c.keep_alive.idle : *config_.keep_alive.interval;
    options.keep_alive = options.keep_alive_idle > Duration{};
    options.keep_alive_garbage = *config_.keep_alive.send_garbage;
    stack_.set_options(c.id, options, now);
}

void TcpipServer::connected(ConnectionId id, const Endpoint& local, const Endpoint& peer, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    c.local = local;
    c.peer = peer;
    c.announced = true;
    const auto tag = c.connect_tag.value_or(0);
    c.connect_tag.reset();
    out.notify(c.client, Connected{tag, id, local, peer});
}

void TcpipServer::connect_failed(ConnectionId id, const std::string& why, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    out.notify(found->second.client, ConnectFailed{found->second.connect_tag.value_or(0), why});
    conduits_.erase(found);
}

void TcpipServer::from_wire(ConnectionId id, std::vector<Buffer> data, std::size_t bytes, Instant now,
                            ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    StackNews sink(*this, out);
    if (c.bytes_are_tls && c.state == ConduitState::plain) {
        std::move(data.begin(), data.end(), std::back_inserter(c.early));
        return;
    }
    switch (destination_of(c.state, ByteSource::wire)) {
        case ByteDestination::application:
            for (auto& part : data) tell(c, Received{id, std::move(part)}, out);
            break;
        case ByteDestination::ssl_from_wire:
            if (!c.heard) c.unseen.insert(c.unseen.end(), data.begin(), data.end());
            out.ssl(c.member, SslFromWire{id, std::move(data)});
            if (!c.heard) return;  // not consumed: another member may yet need it
            break;
        case ByteDestination::injection:
            out.record(
                {RecordKind::refusal,
                 fmt::format("command injection: {} bytes from {} came in clear between the request for TLS "
                             "and our reply",
                             bytes, c.peer.str()),
                 {c.label_where},
                 about_connection(id)});
            reset(c, CloseReason::refused, "command injection before TLS", now, out);
            return;
        default: break;
    }
    stack_.consumed(id, bytes, now, sink);
}

void TcpipServer::wire_closed(ConnectionId id, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    c.wire_closed = true;
    if (!c.member.empty() && c.state != ConduitState::replying) out.ssl(c.member, SslWireClosed{id, true});
    else if (!c.bytes_are_tls) tell(c, PeerClosed{id}, out);
}

void TcpipServer::tcp_closed(ConnectionId id, CloseReason reason, const std::string& why, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    const bool session_open =
        !c.member.empty() && c.state != ConduitState::replying && c.state != ConduitState::closing;
    if (!session_open) return finish(id, reason, why, out);
    // Decrypted bytes may still be on their way from the SSL server: it has the last word.
    c.tcp_gone = reason;
    c.gone_why = why;
    set_deadline(c, std::nullopt);
    out.ssl(c.member, SslWireClosed{id, reason == CloseReason::finished});
}

void TcpipServer::acknowledged(ConnectionId id, std::size_t bytes, Instant, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    if (c.state == ConduitState::replying) begin_handshake_if_reply_left(c, out);
    if (const std::size_t credit = c.credit_for(bytes); credit > 0) tell(c, SendCredit{id, credit}, out);
}

void TcpipServer::attacked(Attack attack, const Endpoint& peer, Instant now, ServerSink& out) {
    auto& said = attack_said_[std::size_t(attack)];
    const bool again = said && now - *said < kAttackAgain;
    said = now;
    if (again) return;
    const SourceLocation& limit = limit_of(config_.limits, attack);
    for (Said what : {Said(say<DTCUTI001E>(name_of(attack), peer.address.str())), Said(say<DTCUTI002E>())}) {
        if (limit.known()) what.rests_on.push_back(limit);
        say_serious(what, out);
    }
}

void TcpipServer::conflicted(InterfaceId interface, const IpAddress& address, const std::string& claimed_by,
                             ServerSink& out) {
    for (const auto& [name, id] : interfaces()) {
        if (id != interface) continue;
        SourceLocation where;
        for (const auto& home : config_.home)
            if (IpAddress(home.address) == address) where = home.where;
        return say_serious(say<DTCOSD964E>(name, address.str(), claimed_by).because(where), out);
    }
}

void TcpipServer::say_serious(const Said& what, ServerSink& out) {
    out.console(what);
    for (const auto& user : config_.inform) out.inform(user.value, what);
}

void TcpipServer::echo_replied(std::uint16_t identifier, Instant now, ServerSink& out) {
    const auto found = pings_.find(identifier);
    if (found == pings_.end()) return;
    out.notify(found->second.client, PingAnswer{found->second.tag, true, now - found->second.sent, {}});
    pings_.erase(found);
}

void TcpipServer::echo_failed(std::uint16_t identifier, std::string why, ServerSink& out) {
    const auto found = pings_.find(identifier);
    if (found == pings_.end()) return;
    out.notify(found->second.client, PingAnswer{found->second.tag, false, {}, std::move(why)});
    pings_.erase(found);
}

void TcpipServer::datagram_arrived(std::uint16_t port, const Endpoint& from, Buffer data, ServerSink& out) {
    const auto found = udp_sockets_.find(port);
    if (found != udp_sockets_.end())
        out.notify(found->second.client, DatagramArrived{found->second.tag, from, std::move(data)});
}

void TcpipServer::datagram_failed(const IcmpReport& report, std::string why, ServerSink& out) {
    const auto found = udp_sockets_.find(report.identifier);
    if (found != udp_sockets_.end())
        out.notify(found->second.client,
                   DatagramFailed{found->second.tag, report.from, report.type, report.code, std::move(why)});
}

void TcpipServer::receive_gone(const Userid& who, Instant now, ServerSink& out) {
    if (!up_) return;
    if (pool_.is_member(who)) member_lost(who, "its session ended", now, out);
    StackNews sink(*this, out);
    for (auto it = listeners_.begin(); it != listeners_.end();) {
        const auto next = std::next(it);
        if (it->second.client == who) end_listener(it->first, now, out);
        it = next;
    }
    autolog_.gone(who, now);
    std::vector<ConnectionId> theirs;
    for (const auto& [id, c] : conduits_)
        if (c.client == who) theirs.push_back(id);
    for (const auto id : theirs) {
        conduits_.at(id).announced = false;  // nobody is there to be told
        reset(conduits_.at(id), CloseReason::dropped, who.str() + " is gone", now, out);
    }
    std::erase_if(pings_, [&](const auto& entry) { return entry.second.client == who; });
    std::erase_if(udp_sockets_, [&](const auto& entry) {
        if (entry.second.client == who) stack_.unbind_udp(entry.first);
        return entry.second.client == who;
    });
    std::erase_if(label_queries_, [&](const auto& entry) { return entry.second.client == who; });
    clients_.erase(who);
    drain(now, out);
}

bool TcpipServer::drop(ConnectionId id, Instant now, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return false;
    reset(found->second, CloseReason::dropped, "dropped by NETSTAT DROP", now, out);
    drain(now, out);
    return true;
}

void TcpipServer::finish(ConnectionId id, CloseReason reason, std::string why, ServerSink& out) {
    const auto found = conduits_.find(id);
    if (found == conduits_.end()) return;
    Conduit c = std::move(found->second);
    set_deadline(c, std::nullopt);
    conduits_.erase(found);
    if (!c.member.empty()) {
        // Also when we closed without waiting any longer for close_notify: only before SslOpen is there no
        // session.
        if (c.state != ConduitState::replying) out.ssl(c.member, SslDrop{id});
        pool_.release(c.member);
    }
    if (reason != CloseReason::finished) {
        std::vector<SourceLocation> rests_on;
        if (reason == CloseReason::silent)
            rests_on.push_back(*c.keep_alive.idle > Duration{} ? c.keep_alive.idle.where
                                                               : config_.keep_alive.interval.where);
        out.record({RecordKind::close,
                    fmt::format("connection {} with {}: {}{}{}", id, c.peer.str(), name_of(reason),
                                why.empty() ? "" : ": ", why),
                    std::move(rests_on), about_connection(id)});
    }
    if (c.connect_tag) out.notify(c.client, ConnectFailed{*c.connect_tag, why});
    else if (c.announced) out.notify(c.client, Closed{id, reason, why});
}

/// Whose state says why no SSL server can be had.
std::vector<std::string> TcpipServer::about_ssl_servers() const {
    std::vector<std::string> things;
    if (pool_.any_ready()) return things;
    for (const auto& member : pool_.members()) things.push_back(about_machine(member.userid));
    things.push_back(kAboutSslServers);
    return things;
}

void TcpipServer::tell(const Conduit& c, SocketNotice notice, ServerSink& out) {
    if (c.announced && !c.client_wants_none) out.notify(c.client, std::move(notice));
}

void TcpipServer::reset(Conduit& c, CloseReason reason, std::string why, Instant now, ServerSink& out) {
    StackNews sink(*this, out);
    const ConnectionId id = c.id;
    stack_.abort(id, now, sink);
    finish(id, reason, why, out);
}

void TcpipServer::set_deadline(Conduit& c, std::optional<Instant> at) {
    if (c.deadline) deadlines_.erase({*c.deadline, c.id});
    c.deadline = at;
    if (at) deadlines_.insert({*at, c.id});
}

ServerSnapshot TcpipServer::snapshot() const {
    ServerSnapshot s;
    s.config = config_;
    s.started = started_;
    s.up = up_;
    s.stack = stack_.snapshot();
    s.members = pool_.members();
    s.secure_sessions = pool_.sessions();
    s.secure_refused = pool_.refused();
    s.pools = pools_.snapshot();
    s.clients.assign(clients_.begin(), clients_.end());
    for (const auto& connection : s.stack.connections) {
        SocketSnapshot socket;
        socket.connection = connection;
        if (const auto listener = listeners_.find(connection.id); listener != listeners_.end()) {
            socket.client = listener->second.client;
        } else if (const auto found = conduits_.find(connection.id); found != conduits_.end()) {
            const Conduit& c = found->second;
            socket.client = c.client;
            socket.state = c.state;
            socket.ssl_server = c.member;
            socket.label = c.label;
            socket.protocol = c.protocol;
            socket.cipher = c.cipher;
            socket.is_static = c.is_static;
        }
        s.sockets.push_back(std::move(socket));
    }
    return s;
}

}  // namespace vmlab::stack
