// Start-up and routing of FTPSERVE.
#include "services/ftp/server.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "services/ftp/messages.hpp"
#include "services/ftp/session.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

/// The return code with which the program ends when it cannot start.
constexpr int kCannotStart = 8;

}  // namespace

FtpServer::FtpServer(FtpConfig config, SystemFacts system)
    : shared_(new FtpShared{config, std::move(system), PassivePorts(*config.passive_ports)}) {}

FtpServer::~FtpServer() = default;

void FtpServer::start(Instant now, Host& out) {
    const FtpCall call{*shared_, now, out};
    const auto& config = shared_->config;
    if (!config.tls_label->empty()) {
        phase_ = Phase::verifying;
        return out.request(TlsQueryRequest{*config.tls_label, config.tls_label.where});
    }
    if (*config.secure_control != SecureLevel::never)
        say(vmlab::say<DTCFTS903W>("CONTROL", name_of(*config.secure_control))
                .because(config.secure_control.where),
            call);
    if (*config.secure_data != SecureLevel::never)
        say(vmlab::say<DTCFTS903W>("DATA", name_of(*config.secure_data)).because(config.secure_data.where),
            call);
    open_port(call);
}

void FtpServer::open_port(FtpCall call) {
    phase_ = Phase::opening;
    call.out.request(ListenRequest{*shared_->config.port, shared_->config.port.where});
}

void FtpServer::receive(Input what, Instant now, Host& out) {
    if (phase_ == Phase::ended) return;
    const FtpCall call{*shared_, now, out};
    std::visit(overloaded{
                   [&](const SocketNotice& notice) { receive_notice(notice, call); },
                   [&](const SmsgArrived& smsg) { receive_smsg(smsg, call); },
                   [](const TerminalOutput&) {},
               },
               what);
}

void FtpServer::receive_notice(const SocketNotice& notice, FtpCall call) {
    const auto& config = shared_->config;
    if (const auto* answer = std::get_if<TlsAnswer>(&notice)) return receive_answer(*answer, call);
    if (const auto* up = std::get_if<Listening>(&notice); up != nullptr && up->port == *config.port) {
        phase_ = Phase::serving;
        return say(vmlab::say<DTCFTS901I>(shared_->system.userid, up->port), call);
    }
    if (const auto* no = std::get_if<ListenFailed>(&notice); no != nullptr && no->port == *config.port) {
        say(vmlab::say<DTCFTS904E>(no->port, no->why).because(config.port.where), call);
        return end(kCannotStart, call);
    }
    if (const auto* accepted = std::get_if<Accepted>(&notice);
        accepted != nullptr && accepted->port == *config.port)
        return accept(*accepted, call);

    bool is_data = false;
    FtpSession* session = session_of(notice, is_data);
    if (session == nullptr) {
        // A connection that came about after its session had lost interest in it.
        if (const auto* accepted = std::get_if<Accepted>(&notice)) {
            call.out.record({RecordKind::refusal,
                             fmt::format("FTP: connection from {} to port {} refused, no session waits there",
                                         accepted->peer.str(), accepted->port),
                             {}});
            call.out.request(AbortRequest{accepted->socket});
        } else if (const auto* connected = std::get_if<Connected>(&notice)) {
            call.out.request(AbortRequest{connected->socket});
        }
        return;
    }
    const SocketId socket = session->socket();
    if (is_data) session->receive_data(notice, call);
    else session->receive_control(notice, call);
    sessions_.settle(socket);
}

FtpSession* FtpServer::session_of(const SocketNotice& notice, bool& is_data) {
    SocketId control = 0;
    const auto owner_in = [&](const auto& map, auto key) {
        is_data = true;
        const auto found = map.find(key);
        if (found != map.end()) control = found->second;
    };
    const auto by_socket = [&](SocketId socket) {
        owner_in(shared_->data_sockets, socket);
        if (control != 0) return;
        is_data = false;
        control = socket;
    };
    std::visit(overloaded{
                   [&](const Listening& n) { owner_in(shared_->passive_ports, n.port); },
                   [&](const ListenFailed& n) { owner_in(shared_->passive_ports, n.port); },
                   [&](const Accepted& n) { owner_in(shared_->passive_ports, n.port); },
                   [&](const Connected& n) { owner_in(shared_->connect_tags, n.tag); },
                   [&](const ConnectFailed& n) { owner_in(shared_->connect_tags, n.tag); },
                   [&](const TlsAnswer&) {},
                   [&](const PingAnswer&) {},
                   [&](const auto& n) { by_socket(n.socket); },
               },
               notice);
    return sessions_.find(control);
}

void FtpServer::accept(const Accepted& accepted, FtpCall call) {
    if (sessions_.size() >= shared_->config.max_sessions) {
        call.out.record(
            {RecordKind::refusal,
             fmt::format("FTP {}: refused, {} sessions are open", accepted.peer.str(), sessions_.size()),
             {}});
        SocketWriter writer(accepted.socket);
        writer.send(fmt::format("{} {}\r\n", ftp_reply::kTooMany.code, ftp_reply::kTooMany.text), call.out);
        return writer.close(call.out);
    }
    sessions_.add(accepted.socket, std::make_unique<FtpSession>(accepted, shared_->config, call.now))
        .greet(call);
    sessions_.settle(accepted.socket);
}

void FtpServer::receive_answer(const TlsAnswer& answer, FtpCall call) {
    auto& config = shared_->config;
    const bool ready = answer.status == TlsStatus::ready;
    if (answer.status == TlsStatus::label_unknown)
        say(vmlab::say<DTCFTS8467E>(answer.label, "Label is not recognized").because(config.tls_label.where),
            call);
    else if (!ready) say(vmlab::say<DTCFTS902E>(answer.label).because(config.tls_label.where), call);

    if (phase_ == Phase::verifying) return ready ? open_port(call) : end(kCannotStart, call);
    if (label_asked_by_.empty()) return;
    const Userid by = std::exchange(label_asked_by_, Userid());
    if (!ready) return call.out.smsg(by, fmt::format("TLSLABEL is unchanged: {}", text_of(answer.status)));
    config.tls_label = {answer.label, {}};
    say(vmlab::say<DTCFTS905I>("TLSLABEL", answer.label, by), call);
    call.out.smsg(by, fmt::format("TLSLABEL set to {}", answer.label));
}

void FtpServer::tick(Instant now, Host& out) {
    const FtpCall call{*shared_, now, out};
    while (const auto socket = sessions_.due(now)) {
        sessions_.find(*socket)->tick(call);
        sessions_.settle(*socket);
    }
}

std::optional<Instant> FtpServer::next_deadline() const { return sessions_.next_deadline(); }

void FtpServer::end(int return_code, FtpCall call) {
    phase_ = Phase::ended;
    sessions_.clear();
    call.out.end(return_code);
}

/// Console messages begin with the time of day while TIMESTAMP is ON.
void FtpServer::say(Said said, FtpCall call) {
    if (*shared_->config.timestamp)
        said.text = hh_mm_ss(call.now, shared_->system.zone.offset) + " " + said.text;
    call.out.console(std::move(said));
}

}  // namespace vmlab::services
