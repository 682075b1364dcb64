// Words and routing of FTPSERVE.
#include "services/ftp/server.hpp"

#include <fmt/core.h>

#include "services/ftp/messages.hpp"

namespace vmlab::services {

Said FtpWords::listens(const Userid& server, std::uint16_t port) {
    return vmlab::say<DTCFTS901I>(server, port);
}
Said FtpWords::port_refused(std::uint16_t port, const std::string& why) {
    return vmlab::say<DTCFTS904E>(port, why);
}
Said FtpWords::label_unknown(const std::string& label) {
    return vmlab::say<DTCFTS8467E>(label, "Label is not recognized");
}
Said FtpWords::no_ssl_server(const std::string& label) { return vmlab::say<DTCFTS902E>(label); }
Said FtpWords::changed(std::string_view setting, std::string_view value, const Userid& by) {
    return vmlab::say<DTCFTS905I>(setting, value, by);
}
Said FtpWords::not_authorized(const Userid& who) { return vmlab::say<DTCFTS906W>(who); }
Said FtpWords::ends(const Userid& server, const Userid& by) { return vmlab::say<DTCFTS907I>(server, by); }
std::string FtpWords::too_many(const FtpShared&) {
    return fmt::format("{} {}", ftp_reply::kTooMany.code, filled<ftp_reply::kTooMany>());
}

void FtpServer::warn_without_label(FtpCall call) {
    const auto& config = call.shared.config;
    if (*config.secure_control != SecureLevel::never)
        say(vmlab::say<DTCFTS903W>("CONTROL", name_of(*config.secure_control))
                .because(config.secure_control.where),
            call);
    if (*config.secure_data != SecureLevel::never)
        say(vmlab::say<DTCFTS903W>("DATA", name_of(*config.secure_data)).because(config.secure_data.where),
            call);
}

void FtpServer::route(const SocketNotice& notice, FtpCall call) {
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
    else session->receive(notice, call);
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
        owner_in(shared_.data_sockets, socket);
        if (control != 0) return;
        is_data = false;
        control = socket;
    };
    std::visit(overloaded{
                   [&](const Listening& n) { owner_in(shared_.passive_ports, n.port); },
                   [&](const ListenFailed& n) { owner_in(shared_.passive_ports, n.port); },
                   [&](const Accepted& n) { owner_in(shared_.passive_ports, n.port); },
                   [&](const Connected& n) { owner_in(shared_.connect_tags, n.tag); },
                   [&](const ConnectFailed& n) { owner_in(shared_.connect_tags, n.tag); },
                   [&](const TlsAnswer&) {},
                   [&](const PingAnswer&) {},
                   [&](const DatagramArrived&) {},
                   [&](const DatagramFailed&) {},
                   [&](const auto& n) { by_socket(n.socket); },
               },
               notice);
    return sessions_.find(control);
}

/// Console messages begin with the time of day while TIMESTAMP is ON.
void FtpServer::say(Said said, FtpCall call) {
    if (*call.shared.config.timestamp)
        said.text = hh_mm_ss(call.now, call.shared.system.zone.offset) + " " + said.text;
    call.out.console(std::move(said));
}

}  // namespace vmlab::services
