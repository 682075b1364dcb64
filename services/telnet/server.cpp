// Hands what happens to the session it concerns.
#include "services/telnet/server.hpp"

#include <fmt/core.h>

#include "services/telnet/messages.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {

TelnetServer::TelnetServer(TelnetConfig config)
    : config_(std::move(config)), devices_(config_.devices.value) {
    constexpr std::uint16_t kTelnetPort = 23;
    if (config_.ports.empty()) config_.ports.push_back({kTelnetPort, {}});
}

void TelnetServer::start(Instant, Host& out) {
    if (config_.secure_connection.value != SecureLevel::never && config_.tls_label->empty()) {
        out.console(say<DTCSTM903W>(name_of(config_.secure_connection.value))
                        .because(config_.secure_connection.where));
    }
    for (const auto& port : config_.ports) out.request(ListenRequest{port.value, port.where});
}

void TelnetServer::receive(Input what, Instant now, Host& out) {
    TelnetContext in{config_, devices_, now, out};
    std::visit(overloaded{
                   [&](const SocketNotice& notice) { receive_notice(notice, in); },
                   [&](const TerminalOutput& output) { show(output, in); },
                   [&](const SmsgArrived& smsg) {
                       out.record({RecordKind::refusal,
                                   "the Telnet server takes no commands by SMSG; from " + smsg.from.str()});
                   },
               },
               what);
}

void TelnetServer::receive_notice(const SocketNotice& what, TelnetContext& in) {
    std::visit(overloaded{
                   [&](const Listening& port) { in.host.console(say<DTCSTM901I>(port.port)); },
                   [&](const ListenFailed& failed) { listen_failed(failed, in); },
                   [&](const Accepted& accepted) { accept(accepted, in); },
                   [&](const Received& bytes) {
                       with_session(bytes.socket, [&](auto& s) { s.receive(bytes.data, in); });
                   },
                   [&](const PeerClosed& peer) {
                       with_session(peer.socket, [&](auto& s) { s.peer_gone("the client closed it", in); });
                   },
                   [&](const Closed& gone) { closed(gone, in); },
                   [&](const SendCredit& credit) {
                       with_session(credit.socket, [&](auto& s) { s.receive_credit(credit.bytes, in); });
                   },
                   [&](const SecureReady& ready) {
                       with_session(ready.socket, [&](auto& s) { s.secure_ready(in); });
                   },
                   [&](const SecureRefused& no) {
                       with_session(no.socket, [&](auto& s) { s.secure_refused(no, in); });
                   },
                   [&](const Secured& up) { with_session(up.socket, [&](auto& s) { s.secured(up, in); }); },
                   [&](const SecureFailed& no) {
                       with_session(no.socket, [&](auto& s) { s.secure_failed(no, in); });
                   },
                   [](const auto&) {},  // answers to what this server never asks
               },
               what);
}

void TelnetServer::listen_failed(const ListenFailed& failed, TelnetContext& in) {
    const SourceLocation where = where_of(failed.port);
    in.host.record({RecordKind::refusal,
                    fmt::format("the Telnet server does not listen on port {}: {}", failed.port, failed.why),
                    {where}});
    in.host.console(say<DTCSTM902E>(failed.port, failed.why).because(where));
}

SourceLocation TelnetServer::where_of(std::uint16_t port) const {
    for (const auto& configured : config_.ports)
        if (configured.value == port) return configured.where;
    return {};
}

void TelnetServer::accept(const Accepted& accepted, TelnetContext& in) {
    if (sessions_.size() >= config_.max_sessions) {
        in.host.record(
            {RecordKind::refusal, fmt::format("Telnet connection {} from {} refused: {} sessions",
                                              accepted.socket, accepted.peer.str(), config_.max_sessions)});
        in.host.request(AbortRequest{accepted.socket});
        return;
    }
    if (!sessions_.try_emplace(accepted.socket, Entry{TelnetSession(accepted, in), {}, {}}).second) return;
    with_session(accepted.socket, [&](TelnetSession& session) { session.begin(accepted.secured, in); });
}

void TelnetServer::closed(const Closed& closed, TelnetContext& in) {
    const std::string why = closed.why.empty() ? name_of(closed.reason) : closed.why;
    with_session(closed.socket, [&](TelnetSession& session) { session.peer_gone(why, in); });
    const auto at = sessions_.find(closed.socket);
    if (at == sessions_.end()) return;
    settle(closed.socket, at->second, {}, {});
    sessions_.erase(at);
}

void TelnetServer::show(const TerminalOutput& what, TelnetContext& in) {
    const LogicalDevice device = std::visit([](const auto& output) { return output.device; }, what);
    const auto at = sockets_.find(device);
    if (at == sockets_.end()) return;
    with_session(at->second, [&](TelnetSession& session) { session.show(what, in); });
}

void TelnetServer::settle(SocketId socket, Entry& entry, std::optional<Instant> deadline,
                          std::optional<LogicalDevice> device) {
    if (entry.deadline != deadline) {
        if (entry.deadline) deadlines_.erase({*entry.deadline, socket});
        if (deadline) deadlines_.insert({*deadline, socket});
        entry.deadline = deadline;
    }
    if (entry.device != device) {
        if (entry.device) sockets_.erase(*entry.device);
        if (device) sockets_[*device] = socket;
        entry.device = device;
    }
}

void TelnetServer::tick(Instant now, Host& out) {
    TelnetContext in{config_, devices_, now, out};
    std::vector<SocketId> due;  // a session's next deadline may be due at once: it has its turn next time
    for (const auto& [at, socket] : deadlines_) {
        if (at > now) break;
        due.push_back(socket);
    }
    for (const SocketId socket : due) with_session(socket, [&](TelnetSession& session) { session.tick(in); });
}

std::optional<Instant> TelnetServer::next_deadline() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

void TelnetServer::close_down(Instant now, Host& out) {
    TelnetContext in{config_, devices_, now, out};
    for (const auto& port : config_.ports) out.request(UnlistenRequest{port.value});
    for (auto& [socket, entry] : sessions_)
        with_session(socket, [&](TelnetSession& session) {
            session.peer_gone("the Telnet server is closing down", in);
        });
    out.console(say<DTCSTM119I>());
}

std::vector<TelnetSessionSnapshot> TelnetServer::snapshot() const {
    std::vector<TelnetSessionSnapshot> shots;
    for (const auto& [socket, entry] : sessions_) shots.push_back(entry.session.snapshot());
    return shots;
}

}  // namespace vmlab::services
