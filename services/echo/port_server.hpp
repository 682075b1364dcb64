// A server that listens on one port and gives every connection a session: all that TLSECHO and the SMAPI
// responder have in common. TLS, if any, is TCPIP's matter (PORT … SECURE label): it stands before Accepted.
//
// Session has: Session(const Accepted&, const SystemFacts&, Instant);
//              void receive(const SocketNotice&, Instant, Host&); void tick(Instant, Host&);
//              std::optional<Instant> deadline() const; bool ended() const.
#pragma once

#include <fmt/core.h>

#include <memory>

#include "services/echo/messages.hpp"
#include "services/service.hpp"
#include "services/session_table.hpp"

namespace vmlab::services {

inline constexpr std::size_t kMostPortSessions = 1000;

template <typename Session>
class PortServer final : public Service {
public:
    PortServer(Sourced<std::uint16_t> port, SystemFacts system) : port_(port), system_(std::move(system)) {}

    void start(Instant, Host& out) override { out.request(ListenRequest{*port_, port_.where}); }
    void receive(Input what, Instant now, Host& out) override {
        if (ended_) return;
        if (const auto* notice = std::get_if<SocketNotice>(&what)) receive_notice(*notice, now, out);
        else if (const auto* smsg = std::get_if<SmsgArrived>(&what))
            out.smsg(smsg->from, fmt::format("{} has no commands", system_.userid.view()));
    }
    void tick(Instant now, Host& out) override {
        while (const auto socket = sessions_.due(now)) {
            sessions_.find(*socket)->tick(now, out);
            sessions_.settle(*socket);
        }
    }
    [[nodiscard]] std::optional<Instant> next_deadline() const override { return sessions_.next_deadline(); }
    std::size_t session_count() const { return sessions_.size(); }

private:
    void receive_notice(const SocketNotice& notice, Instant now, Host& out) {
        if (std::holds_alternative<Listening>(notice))
            return out.console(say<DTCECH901I>(system_.userid, *port_));
        if (const auto* no = std::get_if<ListenFailed>(&notice)) {
            ended_ = true;
            out.console(say<DTCECH902E>(no->port, no->why).because(port_.where));
            return out.end(8);
        }
        if (const auto* accepted = std::get_if<Accepted>(&notice)) return accept(*accepted, now, out);
        const SocketId socket = std::visit(
            [](const auto& n) -> SocketId {
                if constexpr (requires { n.socket; }) return n.socket;
                else return 0;
            },
            notice);
        Session* session = sessions_.find(socket);
        if (session == nullptr) return;
        session->receive(notice, now, out);
        sessions_.settle(socket);
    }
    void accept(const Accepted& accepted, Instant now, Host& out) {
        if (sessions_.size() >= kMostPortSessions) {
            out.record({RecordKind::refusal,
                        fmt::format("{} {}: refused, {} connections are open", system_.userid.view(),
                                    accepted.peer.str(), sessions_.size()),
                        {}});
            return out.request(AbortRequest{accepted.socket});
        }
        sessions_.add(accepted.socket, std::make_unique<Session>(accepted, system_, now));
        sessions_.settle(accepted.socket);
    }

    Sourced<std::uint16_t> port_;
    SystemFacts system_;
    bool ended_ = false;
    SessionTable<Session> sessions_;
};

}  // namespace vmlab::services
