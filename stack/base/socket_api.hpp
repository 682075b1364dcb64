// The words between a client virtual machine and TCPIP: what IUCV and VMCF sockets carry on z/VM.
//
// A service (FTPSERVE, SMTP, the internal Telnet client INTCLIEN, TLSECHO, …) sends SocketRequests and hears
// SocketNotices. A socket is named by TCPIP: its number is NETSTAT's connection number. Data is never read
// ahead: after a request to be secured, bytes belong to TLS (RFC 4217 section 10, RFC 3207 section 6).
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab {

using SocketId = std::uint32_t;

/// Bytes that a client may hand to TCPIP on one socket before credit comes back (SendCredit).
inline constexpr std::size_t kSendCredit = 256 * 1024;

enum class TlsRole : std::uint8_t { server, client };
enum class ClientCertCheck : std::uint8_t { none, preferred, required };

// ── requests: client → TCPIP
// ────────────────────────────────────────────────────────────────────────────────────

/// A socket that asks for keep-alives (SO_KEEPALIVE): while it is idle the peer is asked whether it lives.
struct KeepAlive {
    bool asked = false;
    Sourced<Duration> idle{};  ///< how long it is idle before that; 0 = what KEEPALIVEOPTIONS says
};

struct ListenRequest {
    std::uint16_t port = 0;
    SourceLocation where{};  ///< the statement that chose this port
    /// Every connection of this port is to be secured before it is read (FTP's PROT P): what arrives before
    /// SecureRequest is kept for TLS instead of being delivered. Clients begin their handshake at once.
    bool bytes_are_tls = false;
    KeepAlive keep_alive{};  ///< every connection of this port begins with it
};
struct UnlistenRequest {
    std::uint16_t port = 0;
};
/// Answered by Connected or ConnectFailed with the same tag.
struct ConnectRequest {
    std::uint32_t tag = 0;
    Endpoint peer{};
    std::uint16_t local_port = 0;  ///< 0 = any
    bool bytes_are_tls = false;    ///< as in ListenRequest: what arrives first waits for SecureRequest
};
/// Queues bytes. Within the credit; more is a bug of the service.
struct SendRequest {
    SocketId socket = 0;
    Buffer data{};
    bool then_secure =
        false;  ///< the plaintext reply after which the handshake begins (234, 220, SB FOLLOWS)
};
/// Closes the sending half after what is queued; under TLS close_notify goes first. What still arrives is
/// delivered.
struct ShutdownRequest {
    SocketId socket = 0;
};
/// As ShutdownRequest, and the client wants to hear nothing more but Closed.
struct CloseRequest {
    SocketId socket = 0;
};
struct AbortRequest {
    SocketId socket = 0;
};
/// Is there an SSL server, and does it know this label? Answered by TlsAnswer.
struct TlsQueryRequest {
    std::string label;
    SourceLocation where{};
};
/// Put TLS under this connection. Answered by SecureReady (then send the reply with then_secure) or
/// SecureRefused; after the handshake by Secured or SecureFailed. With `now` there is no plaintext reply to
/// wait for (FTP data).
struct SecureRequest {
    SocketId socket = 0;
    TlsRole role = TlsRole::server;
    std::string label;
    ClientCertCheck check = ClientCertCheck::none;
    bool now = false;
    SourceLocation where{};        ///< the statement that names the label
    SourceLocation check_where{};  ///< the one that asks for certificates
};
/// One ICMP echo request; answered by PingAnswer.
struct PingRequest {
    std::uint32_t tag = 0;
    IpAddress to{};
    std::uint16_t length = 56;
    Duration timeout = seconds{10};
};

/// One datagram from the client's UDP socket `tag`; the first one opens it, on a port of TCPIP's choice. What
/// comes back is DatagramArrived; what the network says about it DatagramFailed.
struct DatagramRequest {
    std::uint32_t tag = 0;
    Endpoint to{};
    Buffer data{};
    std::uint8_t ttl = 0;  ///< 0 = the stack's own
};
/// Nothing more is wanted of the UDP socket `tag`.
struct CloseDatagramsRequest {
    std::uint32_t tag = 0;
};

using SocketRequest = std::variant<ListenRequest, UnlistenRequest, ConnectRequest, SendRequest,
                                   ShutdownRequest, CloseRequest, AbortRequest, TlsQueryRequest,
                                   SecureRequest, PingRequest, DatagramRequest, CloseDatagramsRequest>;

// ── notices: TCPIP → client
// ─────────────────────────────────────────────────────────────────────────────────────

struct Listening {
    std::uint16_t port = 0;
};
struct ListenFailed {
    std::uint16_t port = 0;
    std::string why;
};
struct Accepted {
    SocketId socket = 0;
    std::uint16_t port = 0;  ///< the listening port
    Endpoint local{}, peer{};
    bool secured = false;  ///< a static SECURE port: TLS is up already
};
struct Connected {
    std::uint32_t tag = 0;
    SocketId socket = 0;
    Endpoint local{}, peer{};
};
struct ConnectFailed {
    std::uint32_t tag = 0;
    std::string why;
};
struct Received {
    SocketId socket = 0;
    Buffer data{};
};
/// The peer will send no more: FIN, or close_notify under TLS.
struct PeerClosed {
    SocketId socket = 0;
};
enum class CloseReason : std::uint8_t {
    finished,     ///< both halves closed in order
    reset,        ///< the peer sent RST
    timed_out,    ///< retransmissions unanswered, or a half that the peer never closes
    silent,       ///< keep-alives unanswered
    refused,      ///< refused by TCPIP, with a record that says why
    tls_failed,   ///< the handshake or the record layer failed
    truncated,    ///< under TLS the peer's FIN came without close_notify
    unreachable,  ///< the network or host cannot be reached
    dropped,      ///< an operator dropped it, or its SSL server or stack went down
};
struct Closed {
    SocketId socket = 0;
    CloseReason reason = CloseReason::finished;
    std::string why;
};
struct SendCredit {
    SocketId socket = 0;
    std::size_t bytes = 0;
};
enum class TlsStatus : std::uint8_t { ready, label_unknown, no_server };
struct TlsAnswer {
    std::string label;
    TlsStatus status = TlsStatus::no_server;
};
struct SecureReady {
    SocketId socket = 0;
};
struct SecureRefused {
    SocketId socket = 0;
    TlsStatus status = TlsStatus::no_server;
    std::string why;
};
struct Secured {
    SocketId socket = 0;
    std::string protocol;  ///< "TLS1.2"
    std::string cipher;    ///< z/VM's name
};
struct SecureFailed {
    SocketId socket = 0;
    int code = 0;  ///< System SSL return code
    std::string why;
};
struct PingAnswer {
    std::uint32_t tag = 0;
    bool answered = false;
    Duration round_trip{};
    std::string why;  ///< when not answered: timed out, or the ICMP error
};

struct DatagramArrived {
    std::uint32_t tag = 0;
    Endpoint from{};
    Buffer data{};
};
/// A datagram of this socket did not get there: an ICMP error about it, the stack's own word (no route, no
/// answer to ARP: type 3 as well), or the client may not use the stack (type 0).
struct DatagramFailed {
    std::uint32_t tag = 0;
    IpAddress from{};  ///< who says so
    std::uint8_t icmp_type = 0, icmp_code = 0;
    std::string why;
};

using SocketNotice = std::variant<Listening, ListenFailed, Accepted, Connected, ConnectFailed, Received,
                                  PeerClosed, Closed, SendCredit, TlsAnswer, SecureReady, SecureRefused,
                                  Secured, SecureFailed, PingAnswer, DatagramArrived, DatagramFailed>;

[[nodiscard]] const char* name_of(CloseReason reason);

}  // namespace vmlab
