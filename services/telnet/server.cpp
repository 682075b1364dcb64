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

void TelnetServer::apply(TelnetConfig config) {
    config.ports = std::move(config_.ports);
    config.devices = config_.devices;
    config_ = std::move(config);
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
                   [&](const Closed& gone) {
                       with_session(gone.socket, [&](auto& s) { s.connection_gone(gone, in); });
                   },
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
    sessions_.add(accepted.socket, std::make_unique<TelnetSession>(accepted, in));
    with_session(accepted.socket, [&](TelnetSession& session) { session.begin(accepted.secured, in); });
}

void TelnetServer::show(const TerminalOutput& what, TelnetContext& in) {
    const LogicalDevice device = std::visit([](const auto& output) { return output.device; }, what);
    const auto socket = devices_.socket_of(device);
    if (socket) with_session(*socket, [&](TelnetSession& session) { session.show(what, in); });
}

void TelnetServer::tick(Instant now, Host& out) {
    TelnetContext in{config_, devices_, now, out};
    while (const auto socket = sessions_.due(now))
        with_session(*socket, [&](TelnetSession& session) { session.tick(in); });
}

std::optional<Instant> TelnetServer::next_deadline() const { return sessions_.next_deadline(); }

void TelnetServer::close_down(Instant now, Host& out) {
    TelnetContext in{config_, devices_, now, out};
    for (const auto& port : config_.ports) out.request(UnlistenRequest{port.value});
    for (const SocketId socket : sessions_.sockets())
        with_session(socket, [&](TelnetSession& session) {
            session.peer_gone("the Telnet server is closing down", in);
        });
    out.console(say<DTCSTM119I>());
}

std::vector<TelnetSessionSnapshot> TelnetServer::snapshot() const {
    std::vector<TelnetSessionSnapshot> shots;
    for (const SocketId socket : sessions_.sockets()) shots.push_back(sessions_.find(socket)->snapshot());
    return shots;
}

}  // namespace vmlab::services
