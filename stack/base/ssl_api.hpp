// The words between TCPIP and an SSL server. TCPIP owns the TCP connection; the SSL server owns keys, policy
// and records.
//
// A session is named by TCPIP (its connection number). For one session the order is: SslOpen, then
// SslFromWire and SslFromApplication as bytes come, until SslDone. An SSL server answers every SslOpen with
// SslEstablished or SslFailed. A server that takes no session (any more) says SslFailed with not_begun; TCPIP
// then asks the next one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/socket_api.hpp"

namespace vmlab {

using SslSessionId = std::uint32_t;

// ── requests: TCPIP → SSL server
// ────────────────────────────────────────────────────────────────────────────────

struct SslOpen {
    SslSessionId session = 0;
    TlsRole role = TlsRole::server;
    std::string label;
    ClientCertCheck check = ClientCertCheck::none;
    Endpoint local{}, peer{};
    SourceLocation where{};        ///< the statement that named the label
    SourceLocation check_where{};  ///< the one that asks for certificates
};
struct SslFromWire {
    SslSessionId session = 0;
    std::vector<Buffer> data{};
};
struct SslFromApplication {
    SslSessionId session = 0;
    Buffer data{};
};
/// The application closes its sending half: close_notify goes out.
struct SslShutdown {
    SslSessionId session = 0;
};
/// The peer's FIN arrived, or the connection was lost: no more bytes from the wire.
struct SslWireClosed {
    SslSessionId session = 0;
    bool orderly = true;  ///< FIN, not RST or a time-out
};
/// Forget the session now (the connection is gone).
struct SslDrop {
    SslSessionId session = 0;
};
struct SslLabelQuery {
    std::uint32_t query = 0;
    std::string label;
    SourceLocation where{};  ///< the statement that names the label
};
/// MAXPERSSLSERVER was given again: so many sessions from now on; those that are open stay.
struct SslSessionLimit {
    std::size_t most = 0;
};

/// TCPIP does not take the server for its pool: there is nothing for it to do.
struct SslRejected {
    std::string why;                         ///< "its parameters are not those of SSL00002"
    std::vector<SourceLocation> rests_on{};  ///< the statements that say so
};

using SslRequest = std::variant<SslOpen, SslFromWire, SslFromApplication, SslShutdown, SslWireClosed, SslDrop,
                                SslLabelQuery, SslSessionLimit, SslRejected>;

// ── notices: SSL server → TCPIP
// ─────────────────────────────────────────────────────────────────────────────────

/// The server has read its database and takes sessions.
struct SslServerReady {
    /// What it was started with, as text: the same for every member of a pool.
    std::string parameters{};
    SourceLocation where{};  ///< the tag they stand in
};
/// It takes no more sessions; those that are open go on.
struct SslServerQuiescing {};
/// The server ends; its sessions are lost.
struct SslServerGone {};
struct SslToWire {
    SslSessionId session = 0;
    Buffer data{};
    /// Bytes of the application whose ciphertext ends with `data`: once the peer has acknowledged that, it
    /// has them.
    std::size_t plaintext = 0;
};
struct SslToApplication {
    SslSessionId session = 0;
    Buffer data{};
};
struct SslEstablished {
    SslSessionId session = 0;
    std::string protocol;  ///< "TLS1.2"
    std::string cipher;    ///< z/VM's name: "RSA_AES_128_GCM_SHA256"
    bool resumed = false;
};
struct SslFailed {
    SslSessionId session = 0;
    int code = 0;        ///< System SSL return code (gsk_secure_socket_init)
    std::string reason;  ///< its text
    /// The server could not begin: nothing of the session has been looked at, another one may be asked.
    bool not_begun = false;
};
/// close_notify arrived.
struct SslPeerClosed {
    SslSessionId session = 0;
};
/// Nothing more will come for this session; close_notify has gone out where it was due.
struct SslDone {
    SslSessionId session = 0;
    bool truncated = false;  ///< the wire closed without the peer's close_notify
};
struct SslLabelAnswer {
    std::uint32_t query = 0;
    bool known = false;
};

using SslNotice = std::variant<SslServerReady, SslServerQuiescing, SslServerGone, SslToWire, SslToApplication,
                               SslEstablished, SslFailed, SslPeerClosed, SslDone, SslLabelAnswer>;

}  // namespace vmlab
