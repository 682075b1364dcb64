// The states of data_connection.hpp.
#include "services/ftp/data_connection.hpp"

#include <fmt/core.h>

#include <utility>

#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

using What = DataEvent::What;

/// What a client may send before its transfer command has been read.
constexpr std::size_t kEarlyBytes = 1u << 20;
/// Ports that are tried for one PASV when TCPIP refuses them.
constexpr unsigned kPortTries = 8;
constexpr std::uint16_t kFirstEphemeral = 49152;

}  // namespace

PassivePorts::PassivePorts(FtpConfig::PortRange range)
    : low_(range.low == 0 ? kFirstEphemeral : range.low),
      high_(range.low == 0 ? std::uint16_t(65535) : range.high),
      next_(low_) {
    if (high_ < low_) high_ = low_;
}

bool DataConnection::listen(FtpCall call) {
    port_ = call.shared.ports.next(call.shared.passive_ports);
    if (port_ == 0) return false;
    state_ = State::opening;
    limit_ = kEarlyBytes;
    call.shared.passive_ports[port_] = control_;
    call.out.request(ListenRequest{port_, call.shared.config.passive_ports.where, private_});
    return true;
}

void DataConnection::aim(Endpoint target, FtpCall call) {
    drop(call);
    target_ = target;
    state_ = State::aimed;
    limit_ = kEarlyBytes;
}

void DataConnection::connect(FtpCall call) {
    vm_assert(state_ == State::aimed);
    tag_ = call.shared.next_tag++;
    call.shared.connect_tags[tag_] = control_;
    state_ = State::connecting;
    // RFC 959 3.3: the server's data port is the one below its control port.
    call.out.request(ConnectRequest{tag_, target_, std::uint16_t(*call.shared.config.port - 1), private_});
}

DataEvent DataConnection::begin(FtpCall call) {
    if (state_ != State::open) return {};
    if (private_ && !secured_)
        return socket_ == 0 ? give_up({What::insecure, "the client closed it"}, call) : secure(call);
    return {What::ready, {}};
}

void DataConnection::send(Buffer content, FtpCall call) {
    vm_assert(state_ == State::open);
    state_ = State::sending;
    writer_.send(std::move(content), call.out);
    writer_.shutdown(call.out);
}

DataEvent DataConnection::receive(const SocketNotice& notice, FtpCall call) {
    return std::visit(
        overloaded{
            [&](const Listening&) -> DataEvent {
                if (state_ != State::opening) return {};
                state_ = State::listening;
                return {What::listening, {}};
            },
            [&](const ListenFailed& failed) -> DataEvent {
                if (state_ != State::opening) return {};
                call.shared.passive_ports.erase(port_);
                state_ = State::none;
                if (++tries_ < kPortTries && listen(call)) return {};
                return give_up({What::no_port, failed.why}, call);
            },
            [&](const Accepted& accepted) { return accept(accepted, call); },
            [&](const Connected& connected) -> DataEvent {
                call.shared.connect_tags.erase(tag_);
                local_ = connected.local;
                return established(connected.socket, call);
            },
            [&](const ConnectFailed& failed) -> DataEvent {
                return give_up({What::failed, failed.why}, call);
            },
            [&](const Received& received) { return arrived(received, call); },
            [&](const PeerClosed&) { return peer_finished(call); },
            [&](const Closed& end) { return closed(end, call); },
            [&](const SendCredit& credit) -> DataEvent {
                writer_.receive_credit(credit.bytes, call.out);
                if (state_ != State::sending || !writer_.drained()) return {What::progress, {}};
                return {peer_closed_ ? What::finished : What::drained, {}};
            },
            [&](const Secured& up) -> DataEvent {
                if (state_ != State::securing) return {};
                secured_ = true;
                state_ = State::open;
                call.out.record(
                    {RecordKind::state,
                     fmt::format("FTP data connection {} secured: {} {}", socket_, up.protocol, up.cipher),
                     {}});
                return {What::ready, {}};
            },
            [&](const SecureRefused& no) -> DataEvent {
                return give_up({What::refused, no.why.empty() ? text_of(no.status) : no.why}, call);
            },
            [&](const SecureFailed& no) -> DataEvent {
                // TCPIP sends TLS's alert and closes; an abort from here could overtake the alert.
                call.shared.data_sockets.erase(socket_);
                socket_ = 0;
                return give_up({What::insecure, fmt::format("return code {}: {}", no.code, no.why)}, call);
            },
            [](const auto&) -> DataEvent { return {}; },
        },
        notice);
}

DataEvent DataConnection::accept(const Accepted& accepted, FtpCall call) {
    // Before Listening it is a connection to the listener that was given up for this one.
    if (accepted.peer.address != peer_.address || state_ != State::listening) {
        call.out.record(
            {RecordKind::refusal,
             fmt::format("FTP passive port {}: connection from {} refused, the session's client is {}{}",
                         port_, accepted.peer.str(), peer_.str(),
                         state_ == State::listening ? "" : " and the port is not open yet"),
             {}});
        call.out.request(AbortRequest{accepted.socket});
        return {};
    }
    call.shared.passive_ports.erase(port_);
    call.out.request(UnlistenRequest{port_});
    local_ = accepted.local;
    return established(accepted.socket, call);
}

DataEvent DataConnection::established(SocketId socket, FtpCall call) {
    socket_ = socket;
    writer_ = SocketWriter(socket);
    call.shared.data_sockets[socket] = control_;
    state_ = State::open;
    return private_ ? secure(call) : DataEvent{What::ready, {}};
}

DataEvent DataConnection::secure(FtpCall call) {
    if (!inbox_.empty())
        return give_up({What::insecure, "the client sent data in clear on a connection that PROT P protects"},
                       call);
    state_ = State::securing;
    const auto& config = call.shared.config;
    call.out.request(SecureRequest{socket_, TlsRole::server, *config.tls_label, *config.client_cert_check,
                                   true, config.tls_label.where, config.client_cert_check.where});
    return {};
}

DataEvent DataConnection::arrived(const Received& received, FtpCall call) {
    if (state_ == State::securing)
        return give_up({What::insecure, "bytes in clear arrived while TLS was being started"}, call);
    // What a client sends while it is being sent to has no meaning; it is not kept.
    if (state_ == State::sending) return {};
    inbox_ += received.data.view();
    call.shared.arriving_bytes += received.data.size();
    if (inbox_.size() > limit_) return {What::overflow, "more bytes than this server takes"};
    if (call.shared.arriving_bytes > call.shared.config.max_arriving_bytes)
        return {What::overflow, "all uploads together exceed what this server holds"};
    return {What::progress, {}};
}

DataEvent DataConnection::peer_finished(FtpCall call) {
    // A FIN in clear is nobody's word: taken for the end of an upload, it would store an empty file.
    if (state_ == State::securing)
        return give_up({What::insecure, "the client closed before TLS was up"}, call);
    peer_closed_ = true;
    // A peer that closes after everything was handed over has read to our end of data; one that closed its
    // half before only says that it will not send, and is waited for (SendCredit).
    if (state_ == State::sending && !writer_.handed_over()) return {};
    return {What::finished, {}};
}

DataEvent DataConnection::closed(const Closed& end, FtpCall call) {
    const bool had_everything = state_ == State::sending && writer_.drained();
    const bool in_order =
        end.reason == CloseReason::finished && (state_ != State::sending || writer_.handed_over());
    DataEvent event{
        in_order || had_everything || (peer_closed_ && state_ == State::open) ? What::finished : What::broken,
        end.why.empty() ? std::string(name_of(end.reason)) : end.why};
    if (state_ == State::securing) event.what = What::insecure;
    if (end.reason != CloseReason::finished)
        call.out.record({RecordKind::close,
                         fmt::format("FTP data connection {} ended: {} ({})", socket_, name_of(end.reason),
                                     event.what == What::finished ? "nothing was lost" : event.why),
                         {}});
    call.shared.data_sockets.erase(socket_);
    socket_ = 0;
    if (event.what != What::finished) return give_up(std::move(event), call);
    peer_closed_ = true;
    return event;
}

std::string DataConnection::about() const { return fmt::format("FTP data of connection {}", control_); }

DataEvent DataConnection::give_up(DataEvent why, FtpCall call) {
    drop(call);
    failure_ = why;
    return why;
}

std::string DataConnection::take(FtpCall call) {
    call.shared.arriving_bytes -= inbox_.size();
    return std::exchange(inbox_, {});
}

void DataConnection::close(FtpCall call) {
    if (socket_ != 0 && !writer_.handed_over()) return drop(call);
    if (socket_ != 0) writer_.close(call.out);
    forget(call);
}

void DataConnection::drop(FtpCall call) {
    if (state_ == State::opening || state_ == State::listening) call.out.request(UnlistenRequest{port_});
    if (socket_ != 0) call.out.request(AbortRequest{socket_});
    forget(call);
}

void DataConnection::forget(FtpCall call) {
    if (state_ == State::opening || state_ == State::listening) call.shared.passive_ports.erase(port_);
    if (state_ == State::connecting) call.shared.connect_tags.erase(tag_);
    if (socket_ != 0) call.shared.data_sockets.erase(socket_);
    call.shared.arriving_bytes -= inbox_.size();
    const bool keep = private_;
    *this = DataConnection(control_, peer_);
    private_ = keep;
}

}  // namespace vmlab::services
