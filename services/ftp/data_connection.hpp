// The FTP data connection: how it is opened, secured, used once and closed (RFC 959 3.2-3.3, 2428, 4217 7).
//
//   none ──listen──► opening ──Listening──► listening ──Accepted──┐
//   none ──aim──► aimed ──connect──► connecting ──Connected───────┤
//                                                                 ├─ PROT C ─────────────► open
//                                                                 └─ PROT P ─► securing ─► open
//   open ──send──► sending ──handed over, peer closed──► (finished)      open ──peer closed──► (finished)
//   anything ──drop──► none
//
// TLS begins as soon as the connection stands, before the transfer command if it comes later: RFC 4217 lets
// the client begin its handshake at once (curl does), and bytes it sends then must already belong to TLS:
// a passive port is opened under PROT P with ListenRequest::bytes_are_tls. The server has
// TLS's server role in passive and in active mode.
// A passive port accepts one connection, from the control connection's peer only (RFC 2577): others are
// refused and the port goes on waiting. The listener is gone after the one it waited for.
// Closing without truncation: all bytes, close_notify and FIN (ShutdownRequest), the peer's close, then the
// session's 250. Under TLS a FIN without close_notify (CloseReason::truncated) breaks an upload.
#pragma once

#include <map>
#include <string>

#include "services/ftp/config.hpp"
#include "services/port_server.hpp"
#include "services/socket_writer.hpp"

namespace vmlab::services {

/// Ports of PASSIVEPORTRANGE, handed out in turn, so that a port rests before it is used again.
class PassivePorts {
public:
    explicit PassivePorts(FtpConfig::PortRange range);
    /// The next port that `busy` does not name, or 0.
    template <typename Map>
    std::uint16_t next(const Map& busy) {
        for (unsigned tries = 0; tries < count(); ++tries) {
            const std::uint16_t port = next_;
            next_ = next_ == high_ ? low_ : std::uint16_t(next_ + 1);
            if (!busy.contains(port)) return port;
        }
        return 0;
    }
    unsigned count() const { return unsigned(high_ - low_) + 1; }

private:
    std::uint16_t low_, high_, next_;
};

/// What all sessions of one FTP server share. The maps say which control connection a data socket, a passive
/// port or a connect tag belongs to.
struct FtpShared {
    FtpConfig config;
    SystemFacts system;
    PassivePorts ports{*config.passive_ports};
    std::map<SocketId, SocketId> data_sockets{};
    std::map<std::uint16_t, SocketId> passive_ports{};
    std::map<std::uint32_t, SocketId> connect_tags{};
    std::uint32_t next_tag = 1;
    std::size_t arriving_bytes = 0;  ///< of uploads in progress, all sessions
};

using FtpCall = Call<FtpShared>;

struct DataEvent {
    enum class What {
        nothing,
        listening,  ///< the passive port is open: tell the client
        no_port,    ///< no passive port could be opened
        ready,      ///< open, and secure if it must be: bytes may flow
        refused,    ///< no TLS to be had
        insecure,   ///< the TLS handshake failed
        failed,     ///< could not be opened
        progress,   ///< bytes came or went
        overflow,   ///< more bytes than `expect` allowed
        drained,    ///< everything sent has arrived; the peer has yet to close
        finished,   ///< the peer closed in order (or after it had everything)
        broken,     ///< ended before its time
    } what = What::nothing;
    std::string why{};
};

class DataConnection {
public:
    enum class State { none, opening, listening, aimed, connecting, securing, open, sending };

    explicit DataConnection(SocketId control, Endpoint peer) : control_(control), peer_(peer) {}

    /// PASV, EPSV. False: no port is free. Else DataEvent listening or no_port follows.
    [[nodiscard]] bool listen(FtpCall call);
    /// PORT, EPRT. The session has checked the target.
    void aim(Endpoint target, FtpCall call);
    /// Active mode, at the transfer command.
    void connect(FtpCall call);
    /// PROT P holds from now on (or PROT C): looked at when the connection stands.
    void protect(bool by_tls) { private_ = by_tls; }
    /// A transfer begins on a connection that stands: under PROT P it may still have to be secured.
    [[nodiscard]] DataEvent begin(FtpCall call);
    /// Bytes that may arrive before the next DataEvent overflow.
    void expect(std::size_t bytes) { limit_ = bytes; }
    void send(Buffer content, FtpCall call);
    [[nodiscard]] DataEvent receive(const SocketNotice& notice, FtpCall call);
    /// What arrived; empties it.
    [[nodiscard]] std::string take(FtpCall call);
    /// Closes in order and forgets.
    void close(FtpCall call);
    /// Gives up whatever there is, at once.
    void drop(FtpCall call);

    State state() const { return state_; }
    std::uint16_t port() const { return port_; }
    Endpoint local() const { return local_; }
    bool drained() const { return writer_.drained(); }
    bool peer_closed() const { return peer_closed_; }
    bool secured() const { return secured_; }
    /// Both halves are closed already; what arrived can still be taken.
    bool gone() const { return state_ == State::open && socket_ == 0; }
    /// Why an earlier attempt on this connection failed; what it was.
    const DataEvent& failure() const { return failure_; }
    /// What records of a failure are about.
    std::string about() const;

private:
    [[nodiscard]] DataEvent accept(const Accepted& accepted, FtpCall call);
    [[nodiscard]] DataEvent established(SocketId socket, FtpCall call);
    [[nodiscard]] DataEvent secure(FtpCall call);
    [[nodiscard]] DataEvent arrived(const Received& received, FtpCall call);
    [[nodiscard]] DataEvent peer_finished(FtpCall call);
    [[nodiscard]] DataEvent closed(const Closed& closed, FtpCall call);
    [[nodiscard]] DataEvent give_up(DataEvent why, FtpCall call);
    void forget(FtpCall call);

    SocketId control_;
    Endpoint peer_;    ///< of the control connection
    Endpoint target_;  ///< of PORT
    Endpoint local_;
    State state_ = State::none;
    std::uint16_t port_ = 0;
    unsigned tries_ = 0;
    std::uint32_t tag_ = 0;
    SocketId socket_ = 0;
    SocketWriter writer_;
    bool private_ = false, secured_ = false, peer_closed_ = false;
    std::string inbox_;
    std::size_t limit_ = 0;
    DataEvent failure_;
};

}  // namespace vmlab::services
