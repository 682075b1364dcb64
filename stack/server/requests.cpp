// Requests of client virtual machines: sockets as IUCV and VMCF carried them.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {

void TcpipServer::receive_request(const Userid& client, SocketRequest what, Instant now, ServerSink& to) {
    if (!up_ || shutdown_at_) return;
    Tracing tracing(config_.trace, to);
    ServerSink& out = config_.trace.areas == 0 ? to : tracing;
    if (config_.trace.on(client == kInternalClient ? TraceArea::telnet : TraceArea::tcp_request))
        to.trace(trace_of(client, what));
    if (refuse_client(client, what, out)) return;
    clients_.insert(client);
    autolog_.connected(client);
    std::visit([&](auto& r) { request(client, r, now, out); }, what);
    drain(now, out);
}

/// Nothing for a socket that is gone or belongs to another client: late requests cross the news of a close.
Conduit* TcpipServer::conduit_of(const Userid& client, SocketId socket) {
    const auto found = conduits_.find(socket);
    return found != conduits_.end() && found->second.client == client ? &found->second : nullptr;
}

/// What a machine is there for is its first port: others (of passive data connections) come and go.
void TcpipServer::note_listener(const Userid& client, const ListenRequest& r, const PortDecision& decision,
                                ServerSink& out) {
    const auto* entry = reservation_of(config_, r.port, decision.address);
    Record record{RecordKind::state,
                  fmt::format("{} listens on port {}{}{}", client.view(), r.port,
                              decision.address.is_unspecified() ? "" : " at " + decision.address.str(),
                              entry && entry->secure ? ", SECURE " + **entry->secure : ""),
                  {r.where, decision.where},
                  about_port(r.port)};
    out.record(record);
    const bool first = std::none_of(listeners_.begin(), listeners_.end(),
                                    [&](const auto& other) { return other.second.client == client; });
    record.about = about_machine(client);
    if (first) out.record(std::move(record));
}

void TcpipServer::request(const Userid& client, ListenRequest& r, Instant, ServerSink& out) {
    PortDecision decision = decide_client(config_, client);
    if (decision.allowed) decision = decide_listen(config_, client, r.port);
    if (const auto refused = exhausted(PoolId::scb); decision.allowed && refused) decision = *refused;
    std::optional<ConnectionId> id;
    if (decision.allowed) {
        ListenOptions options;
        options.where = r.where;
        options.address = decision.address;
        if (config_.backlog) {
            options.backlog = config_.backlog->value;
            options.backlog_where = config_.backlog->where;
        }
        id = stack_.listen(r.port, options);
        if (!id) decision.why = fmt::format("port {} is in use", r.port);
    }
    if (!id) {
        out.record({RecordKind::refusal,
                    fmt::format("{} may not listen: {}", client.view(), decision.why),
                    {decision.where, r.where},
                    about_port(r.port),
                    decision.consulted});
        out.notify(client, ListenFailed{r.port, decision.why});
        return;
    }
    note_listener(client, r, decision, out);
    listeners_.emplace(*id, Listener{*id, client, r.port, r.bytes_are_tls, r.keep_alive, decision.address});
    out.listening({decision.address, r.port}, true);
    autolog_.listens(client, r.port, r.where);
    out.notify(client, Listening{r.port});
}

void TcpipServer::request(const Userid& client, UnlistenRequest& r, Instant now, ServerSink& out) {
    for (auto it = listeners_.begin(); it != listeners_.end(); ++it) {
        if (it->second.client != client || it->second.port != r.port) continue;
        return end_listener(it->first, now, out);
    }
}

void TcpipServer::end_listener(ConnectionId id, Instant now, ServerSink& out) {
    const Listener gone = listeners_.at(id);
    listeners_.erase(id);
    stack_.unlisten(id);
    out.listening({gone.address, gone.port}, false);
    out.record({RecordKind::close,
                fmt::format("port {} is closed by {}", gone.port, gone.client.view()),
                {},
                about_port(gone.port),
                {about_machine(gone.client)}});
    autolog_.listens_no_more(gone.client, gone.port, now);
}

void TcpipServer::request(const Userid& client, ConnectRequest& r, Instant now, ServerSink& out) {
    PortDecision decision = decide_client(config_, client);
    if (const auto refused = exhausted(PoolId::scb); decision.allowed && refused) decision = *refused;
    if (!decision.allowed) {
        out.record({RecordKind::refusal,
                    fmt::format("{} may not connect: {}", client.view(), decision.why),
                    {decision.where},
                    {},
                    decision.consulted});
        out.notify(client, ConnectFailed{r.tag, decision.why});
        return;
    }
    StackNews sink(*this, out);
    const auto id = stack_.connect(r.peer, r.local_port, now, sink);
    if (!id) {
        out.notify(client, ConnectFailed{r.tag, "no route to " + r.peer.str() + ", or no port is left"});
        return;
    }
    Conduit c;
    c.id = *id;
    c.client = client;
    c.connect_tag = r.tag;
    c.peer = r.peer;
    c.bytes_are_tls = r.bytes_are_tls;
    conduits_.emplace(*id, std::move(c));
}

void TcpipServer::request(const Userid& client, SendRequest& r, Instant now, ServerSink& out) {
    Conduit* c = conduit_of(client, r.socket);
    if (!c || c->half_closed || c->tcp_gone) return;
    StackNews sink(*this, out);
    switch (destination_of(c->state, ByteSource::application)) {
        case ByteDestination::wire:
            c->sent_clear(r.data.size());
            stack_.send(c->id, std::move(r.data), now, sink);
            break;
        case ByteDestination::ssl_from_application:
            out.ssl(c->member, SslFromApplication{c->id, std::move(r.data)});
            break;
        case ByteDestination::held: c->held.push_back(std::move(r.data)); break;
        default: break;
    }
    if (r.then_secure && c->state == ConduitState::replying) {
        c->reply_queued = true;
        begin_handshake_if_reply_left(*c, now, out);
    }
}

void TcpipServer::request(const Userid& client, ShutdownRequest& r, Instant now, ServerSink& out) {
    if (Conduit* c = conduit_of(client, r.socket)) close_half(*c, now, out);
}

void TcpipServer::request(const Userid& client, CloseRequest& r, Instant now, ServerSink& out) {
    Conduit* c = conduit_of(client, r.socket);
    if (!c) return;
    c->client_wants_none = true;
    const bool was_half_closed = c->half_closed;
    close_half(*c, now, out);
    c = conduit_of(client, r.socket);  // a close before the reply has reset it
    if (!c) return;
    if (c->state == ConduitState::plain) {
        StackNews sink(*this, out);
        c->state = ConduitState::closing;
        stack_.close(c->id, now, sink);
        set_deadline(*c, now + kCloseWait);
    } else if (was_half_closed && !c->deadline) {
        set_deadline(*c, now + kCloseNotifyWait);
    }
}

void TcpipServer::request(const Userid& client, AbortRequest& r, Instant now, ServerSink& out) {
    Conduit* c = conduit_of(client, r.socket);
    if (!c) return;
    c->announced = false;  // who aborts hears no more
    reset(*c, CloseReason::dropped, client.str() + " aborted it", now, out);
}

void TcpipServer::request(const Userid& client, TlsQueryRequest& r, Instant, ServerSink& out) {
    const MemberSnapshot* ready = nullptr;
    for (const auto& member : pool_.members())
        if (member.state == MemberState::ready) {
            ready = &member;
            break;
        }
    if (!ready) {
        out.record({RecordKind::refusal,
                    fmt::format("{} asks for label {}: no SSL server is ready", client.view(), r.label),
                    {r.where},
                    {},
                    about_ssl_servers()});
        out.notify(client, TlsAnswer{r.label, TlsStatus::no_server});
        return;
    }
    const auto query = next_query_++;
    label_queries_.emplace(query, LabelQuery{client, r.label, ready->userid});
    out.ssl(ready->userid, SslLabelQuery{query, r.label, r.where});
}

void TcpipServer::request(const Userid& client, SecureRequest& r, Instant now, ServerSink& out) {
    Conduit* c = conduit_of(client, r.socket);
    if (!c || c->state != ConduitState::plain || c->tcp_gone) return;
    const auto choice = pool_.choose();
    if (choice.member.empty()) {
        out.record(
            {RecordKind::refusal,
             fmt::format("connection {} of {} cannot be secured: {}", c->id, client.view(), choice.why),
             choice.rests_on, about_connection(c->id), about_ssl_servers()});
        out.notify(client, SecureRefused{c->id, TlsStatus::no_server, choice.why});
        return;
    }
    c->member = choice.member;
    c->role = r.role;
    c->check = r.check;
    c->label = r.label;
    c->label_where = r.where;
    out.notify(client, SecureReady{c->id});
    if (r.now) open_session(*c, now, out);
    else c->state = ConduitState::replying;
}

void TcpipServer::request(const Userid& client, PingRequest& r, Instant now, ServerSink& out) {
    if (const auto refused = exhausted(PoolId::rcb)) {
        out.record({RecordKind::refusal,
                    fmt::format("PING of {} refused: {}", client.view(), refused->why),
                    {refused->where}});
        out.notify(client, PingAnswer{r.tag, false, {}, refused->why});
        return;
    }
    while (pings_.contains(next_ping_) || next_ping_ == 0) ++next_ping_;
    const auto identifier = next_ping_++;
    pings_.emplace(identifier, Ping{client, r.tag, now, now + r.timeout});
    StackNews sink(*this, out);
    stack_.send_echo(r.to, identifier, 1, r.length, now, sink);
}

void TcpipServer::request(const Userid& client, DatagramRequest& r, Instant now, ServerSink& out) {
    constexpr std::ptrdiff_t kMostSockets = 64;  // of one client
    const auto refuse = [&](const std::string& why, const PortDecision& decision) {
        out.record({RecordKind::refusal,
                    fmt::format("{} may not send datagrams: {}", client.view(), why),
                    {decision.where},
                    {},
                    decision.consulted});
        out.notify(client, DatagramFailed{r.tag, {}, 0, 0, why});
    };
    if (const auto decision = decide_client(config_, client); !decision.allowed)
        return refuse(decision.why, decision);
    const auto theirs = [&](const auto& entry) { return entry.second.client == client; };
    auto socket = std::find_if(udp_sockets_.begin(), udp_sockets_.end(),
                               [&](const auto& entry) { return theirs(entry) && entry.second.tag == r.tag; });
    if (socket == udp_sockets_.end()) {
        const bool too_many = std::count_if(udp_sockets_.begin(), udp_sockets_.end(), theirs) >= kMostSockets;
        const auto port = too_many ? std::nullopt : stack_.bind_any_udp();
        if (!port) return refuse("no UDP port is left for it", {});
        socket = udp_sockets_.emplace(*port, UdpSocket{client, r.tag}).first;
    }
    StackNews sink(*this, out);
    stack_.send_datagram(socket->first, r.to, std::move(r.data), now, sink, r.ttl);
}

void TcpipServer::request(const Userid& client, CloseDatagramsRequest& r, Instant, ServerSink&) {
    std::erase_if(udp_sockets_, [&](const auto& entry) {
        if (entry.second.client != client || entry.second.tag != r.tag) return false;
        stack_.unbind_udp(entry.first);
        return true;
    });
}

/// The SSL server gets the session, and hears what the wire has done already.
void TcpipServer::open_session(Conduit& c, Instant now, ServerSink& out) {
    c.state = ConduitState::securing;
    out.record({RecordKind::decision,
                fmt::format("connection {} with {} is secured by {} with label {}", c.id, c.peer.str(),
                            c.member.view(), c.label),
                {c.label_where},
                about_connection(c.id)});
    out.ssl(c.member, SslOpen{c.id, c.role, c.label, c.check, c.local, c.peer, c.label_where});
    StackNews sink(*this, out);
    for (auto& data : std::exchange(c.early, {})) {
        const std::size_t bytes = data.size();
        out.ssl(c.member, SslFromWire{c.id, std::move(data)});
        stack_.consumed(c.id, bytes, now, sink);
    }
    if (c.wire_closed) out.ssl(c.member, SslWireClosed{c.id, true});
}

void TcpipServer::begin_handshake_if_reply_left(Conduit& c, Instant now, ServerSink& out) {
    if (c.reply_queued && stack_.unsent(c.id) == 0) open_session(c, now, out);
}

/// The application's half: behind what is queued; under TLS by close_notify first.
void TcpipServer::close_half(Conduit& c, Instant now, ServerSink& out) {
    if (c.half_closed || c.tcp_gone) return;
    StackNews sink(*this, out);
    switch (c.state) {
        case ConduitState::plain:
        case ConduitState::replying:
            c.half_closed = true;
            if (c.state == ConduitState::plain) stack_.shutdown(c.id, now, sink);
            else reset(c, CloseReason::dropped, "the application closed before its reply", now, out);
            break;
        case ConduitState::securing: c.held_shutdown = true; break;
        case ConduitState::secured:
            c.half_closed = true;
            out.ssl(c.member, SslShutdown{c.id});
            set_deadline(c, now + kCloseNotifyWait);
            break;
        case ConduitState::closing: break;
    }
}

}  // namespace vmlab::stack
