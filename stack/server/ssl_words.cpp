// What SSL servers say, and what becomes of the conduits it concerns.
#include <fmt/core.h>

#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {

void TcpipServer::receive_ssl(const Userid& server, SslNotice notice, Instant now, ServerSink& to) {
    if (!up_) return;
    Tracing tracing(config_.trace, to);
    ServerSink& out = config_.trace.areas == 0 ? to : tracing;
    if (config_.trace.on(TraceArea::ssl)) to.trace(trace_of(server, notice));
    std::visit([&](auto& n) { ssl_said(server, n, now, out); }, notice);
    drain(now, out);
}

void TcpipServer::ssl_said(const Userid& server, SslServerReady& n, Instant now, ServerSink& out) {
    if (const auto decision = decide_client(config_, server); !decision.allowed)
        return reject(server, decision.why, {decision.where}, out);
    if (!pool_.is_member(server)) {
        out.record({RecordKind::refusal,
                    fmt::format("{} offers itself as SSL server, but SSLSERVERID and :stack. do not name it",
                                server.view()),
                    {},
                    about_machine(server),
                    {kAboutSslServers}});
        return;
    }
    if (const auto other = pool_.take(server, n.parameters))
        return reject(server, fmt::format("its parameters are not those of {}", other->view()), {n.where},
                      out);
    out.console(say<DTCIPI905I>(server));
    xautolog_all(autolog_.member_ready(now), out);
}

/// The server hears why and ends; to the pool it is as if it had never come up.
void TcpipServer::reject(const Userid& server, const std::string& why, std::vector<SourceLocation> rests_on,
                         ServerSink& out) {
    std::erase_if(rests_on, [](const SourceLocation& where) { return !where.known(); });
    Said said = say<DTCIPI912E>(server, why);
    said.rests_on = rests_on;
    out.record({RecordKind::refusal, fmt::format("{} is not taken as SSL server: {}", server.view(), why),
                rests_on, about_machine(server)});
    out.console(std::move(said));
    out.ssl(server, SslRejected{why, std::move(rests_on)});
}

void TcpipServer::ssl_said(const Userid& server, SslServerQuiescing&, Instant, ServerSink& out) {
    pool_.set_state(server, MemberState::quiescing);
    out.console(say<DTCIPI913I>(server));
}

void TcpipServer::ssl_said(const Userid& server, SslServerGone&, Instant now, ServerSink& out) {
    member_lost(server, "it ended", now, out);
}

/// A member's sessions die with it; nothing else does.
void TcpipServer::member_lost(const Userid& member, const std::string& how, Instant now, ServerSink& out) {
    const bool was_down = pool_.state_of(member) == MemberState::down;
    pool_.set_state(member, MemberState::down);
    std::vector<ConnectionId> lost;
    for (const auto& [id, c] : conduits_)
        if (c.member == member) lost.push_back(id);
    if (!was_down) out.console(say<DTCIPI906W>(member, lost.size()));
    for (const auto id : lost) {
        Conduit& c = conduits_.at(id);
        const std::string why = fmt::format("SSL server {}: {}", member.view(), how);
        if (c.tcp_gone) finish(id, *c.tcp_gone, c.gone_why, out);
        else reset(c, CloseReason::dropped, why, now, out);
    }
    for (auto it = label_queries_.begin(); it != label_queries_.end();) {
        if (it->second.member != member) {
            ++it;
            continue;
        }
        out.notify(it->second.client, TlsAnswer{it->second.label, TlsStatus::no_server});
        it = label_queries_.erase(it);
    }
    xautolog_all(autolog_.member_gone(), out);
}

void TcpipServer::ssl_said(const Userid&, SslToWire& n, Instant now, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found == conduits_.end()) return;
    server_at_work(found->second, now, out);
    const auto to = destination_of(found->second.state, ByteSource::ssl_ciphertext);
    if (to == ByteDestination::wire && stack_.takes_data(n.session)) {
        StackNews sink(*this, out);
        found->second.sent_sealed(n.data.size(), n.plaintext);
        return stack_.send(n.session, std::move(n.data), now, sink);
    }
    out.record(
        {RecordKind::drop,
         fmt::format("after the end: {} bytes of the SSL server for connection {}", n.data.size(), n.session),
         {}});
}

void TcpipServer::ssl_said(const Userid&, SslToApplication& n, Instant, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found == conduits_.end()) return;
    if (destination_of(found->second.state, ByteSource::ssl_plaintext) == ByteDestination::application)
        tell(found->second, Received{n.session, std::move(n.data)}, out);
}

void TcpipServer::ssl_said(const Userid&, SslEstablished& n, Instant now, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    server_at_work(c, now, out);
    c.state = ConduitState::secured;
    c.protocol = n.protocol;
    c.cipher = n.cipher;
    out.record({RecordKind::state,
                fmt::format("connection {} with {} is secured: {} {}{}", c.id, c.peer.str(), n.protocol,
                            n.cipher, n.resumed ? ", resumed" : ""),
                {c.label_where},
                about_connection(c.id)});
    if (c.is_static) {
        c.announced = true;
        out.notify(c.client, Accepted{c.id, c.listen_port, c.local, c.peer, true});
    } else {
        tell(c, Secured{c.id, n.protocol, n.cipher}, out);
    }
    for (auto& data : c.held) out.ssl(c.member, SslFromApplication{c.id, std::move(data)});
    c.held.clear();
    if (c.held_shutdown) close_half(c, now, out);
}

void TcpipServer::ssl_said(const Userid&, SslFailed& n, Instant now, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    const bool in_handshake = c.state == ConduitState::securing;
    if (n.not_begun && in_handshake && !c.tcp_gone && ask_next_member(c, n, out)) return;
    server_at_work(c, now, out);
    const std::string why = fmt::format(
        "{}, rc {}: {}", in_handshake ? "handshake failed" : "the TLS session broke", n.code, n.reason);
    out.record({RecordKind::refusal,
                fmt::format("connection {} with {}: {}", c.id, c.peer.str(), why),
                {c.label_where},
                about_connection(c.id)});
    if (in_handshake) tell(c, SecureFailed{c.id, n.code, n.reason}, out);
    if (c.announced) out.notify(c.client, Closed{c.id, CloseReason::tls_failed, why});
    c.announced = false;
    if (!c.member.empty()) pool_.release(c.member);
    c.member = Userid{};
    if (c.tcp_gone) return finish(n.session, *c.tcp_gone, c.gone_why, out);
    // The alert is in the send queue: it goes first, then FIN.
    c.state = ConduitState::closing;
    StackNews sink(*this, out);
    stack_.close(n.session, now, sink);
    set_deadline(c, now + kCloseWait);
}

/// The first word of a server about a session: no other one will be asked.
void TcpipServer::server_at_work(Conduit& c, Instant now, ServerSink& out) {
    if (std::exchange(c.heard, true)) return;
    const std::size_t bytes = size_of(c.unseen);
    std::vector<Buffer>().swap(c.unseen);  // with its memory
    StackNews sink(*this, out);
    if (bytes > 0) stack_.consumed(c.id, bytes, now, sink);
}

/// Another member gets the session, with all that came from the wire. False when there is none.
bool TcpipServer::ask_next_member(Conduit& c, const SslFailed& n, ServerSink& out) {
    pool_.release(c.member);
    c.tried.push_back(std::exchange(c.member, Userid{}));
    const auto choice = pool_.choose(c.tried);
    if (choice.member.empty()) return false;
    out.record({RecordKind::decision,
                fmt::format("connection {}: {} cannot begin, rc {}: {}", c.id, c.tried.back().view(), n.code,
                            n.reason),
                {},
                about_connection(c.id),
                {about_machine(c.tried.back())}});
    c.member = choice.member;
    open_session(c, out);
    return true;
}

void TcpipServer::ssl_said(const Userid&, SslPeerClosed& n, Instant, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found != conduits_.end()) tell(found->second, PeerClosed{n.session}, out);
}

/// Both directions of the session are over: FIN may go out, and if TCP is gone already, the application hears
/// so now.
void TcpipServer::ssl_said(const Userid&, SslDone& n, Instant now, ServerSink& out) {
    const auto found = conduits_.find(n.session);
    if (found == conduits_.end()) return;
    Conduit& c = found->second;
    if (c.state != ConduitState::secured && c.state != ConduitState::securing) return;
    c.state = ConduitState::closing;
    pool_.release(c.member);
    c.member = Userid{};
    if (n.truncated && !(c.tcp_gone && *c.tcp_gone != CloseReason::finished)) {
        out.record({RecordKind::close,
                    fmt::format("connection {} with {}: truncated, FIN came without close_notify", c.id,
                                c.peer.str()),
                    {},
                    about_connection(c.id)});
        if (c.tcp_gone)
            return finish(n.session, CloseReason::truncated, "no close_notify from the peer", out);
        return reset(c, CloseReason::truncated, "no close_notify from the peer", now, out);
    }
    if (c.tcp_gone) return finish(n.session, *c.tcp_gone, c.gone_why, out);
    StackNews sink(*this, out);
    stack_.shutdown(n.session, now, sink);
    set_deadline(c, now + kCloseWait);
}

void TcpipServer::ssl_said(const Userid&, SslLabelAnswer& n, Instant, ServerSink& out) {
    const auto found = label_queries_.find(n.query);
    if (found == label_queries_.end()) return;
    out.notify(found->second.client,
               TlsAnswer{found->second.label, n.known ? TlsStatus::ready : TlsStatus::label_unknown});
    label_queries_.erase(found);
}

}  // namespace vmlab::stack
