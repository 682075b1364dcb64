// Start-up and routing of the SMTP server.
#include "services/smtp/server.hpp"

#include <fmt/core.h>

#include <utility>

#include "services/smtp/messages.hpp"
#include "services/smtp/session.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

/// The return code with which the program ends when it cannot start.
constexpr int kCannotStart = 8;

/// The socket a notice is about, or 0.
SocketId socket_of(const SocketNotice& notice) {
    return std::visit(
        [](const auto& n) -> SocketId {
            if constexpr (requires { n.socket; }) return n.socket;
            else return 0;
        },
        notice);
}

}  // namespace

SmtpServer::SmtpServer(SmtpConfig config, SystemFacts system)
    : shared_(new SmtpShared{std::move(config), std::move(system)}) {}

SmtpServer::~SmtpServer() = default;

void SmtpServer::start(Instant, Host& out) {
    const auto& config = shared_->config;
    if (!config.tls_label->empty())
        return out.request(TlsQueryRequest{*config.tls_label, config.tls_label.where});
    if (*config.tls != SecureLevel::never)
        out.console(say<DTCSMT904W>(name_of(*config.tls)).because(config.tls.where));
    phase_ = Phase::opening;
    out.request(ListenRequest{*config.port, config.port.where});
}

void SmtpServer::receive(Input what, Instant now, Host& out) {
    if (phase_ == Phase::ended) return;
    const SmtpCall call{*shared_, now, out};
    std::visit(overloaded{
                   [&](const SocketNotice& notice) { receive_notice(notice, call); },
                   [&](const SmsgArrived& smsg) { receive_smsg(smsg, call); },
                   [](const TerminalOutput&) {},
               },
               what);
}

void SmtpServer::receive_notice(const SocketNotice& notice, SmtpCall call) {
    const auto& port = shared_->config.port;
    if (const auto* answer = std::get_if<TlsAnswer>(&notice)) return receive_answer(*answer, call);
    if (std::holds_alternative<Listening>(notice)) {
        phase_ = Phase::serving;
        return call.out.console(say<DTCSMT901I>(shared_->system.userid, *port));
    }
    if (const auto* no = std::get_if<ListenFailed>(&notice)) {
        call.out.console(say<DTCSMT905E>(no->port, no->why).because(port.where));
        return end(kCannotStart, call);
    }
    if (const auto* accepted = std::get_if<Accepted>(&notice)) return accept(*accepted, call);
    const SocketId socket = socket_of(notice);
    SmtpSession* session = sessions_.find(socket);
    if (session == nullptr) return;
    session->receive(notice, call);
    sessions_.settle(socket);
}

void SmtpServer::accept(const Accepted& accepted, SmtpCall call) {
    if (sessions_.size() >= shared_->config.max_sessions) {
        call.out.record(
            {RecordKind::refusal,
             fmt::format("SMTP {}: refused, {} sessions are open", accepted.peer.str(), sessions_.size()),
             {}});
        SocketWriter writer(accepted.socket);
        writer.send(fmt::format("421 {} too many connections; try again later\r\n", shared_->full_name()),
                    call.out);
        return writer.close(call.out);
    }
    sessions_.add(accepted.socket, std::make_unique<SmtpSession>(accepted, shared_->config, call.now))
        .greet(call);
    sessions_.settle(accepted.socket);
}

void SmtpServer::receive_answer(const TlsAnswer& answer, SmtpCall call) {
    auto& config = shared_->config;
    const bool ready = answer.status == TlsStatus::ready;
    if (answer.status == TlsStatus::label_unknown)
        call.out.console(say<DTCSMT902E>(answer.label).because(config.tls_label.where));
    else if (!ready) call.out.console(say<DTCSMT903E>(answer.label).because(config.tls_label.where));

    if (phase_ == Phase::verifying) {
        if (!ready) return end(kCannotStart, call);
        phase_ = Phase::opening;
        return call.out.request(ListenRequest{*config.port, config.port.where});
    }
    if (label_asked_by_.empty()) return;
    const Userid by = std::exchange(label_asked_by_, Userid());
    if (!ready) return call.out.smsg(by, fmt::format("TLSLABEL is unchanged: {}", text_of(answer.status)));
    config.tls_label = {answer.label, {}};
    call.out.console(say<DTCSMT906I>("TLSLABEL", answer.label, by));
    call.out.smsg(by, fmt::format("TLSLABEL set to {}", answer.label));
}

void SmtpServer::tick(Instant now, Host& out) {
    const SmtpCall call{*shared_, now, out};
    while (const auto socket = sessions_.due(now)) {
        sessions_.find(*socket)->tick(call);
        sessions_.settle(*socket);
    }
}

std::optional<Instant> SmtpServer::next_deadline() const { return sessions_.next_deadline(); }

void SmtpServer::end(int return_code, SmtpCall call) {
    phase_ = Phase::ended;
    sessions_.clear();
    call.out.end(return_code);
}

}  // namespace vmlab::services
