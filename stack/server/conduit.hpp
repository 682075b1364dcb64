// A conduit: the only place where wire, SSL server and application meet.
//
// Every connection has one. Its state says where bytes from each source go; the table in conduit.cpp is the
// whole rule.
//
//   plain ──SecureRequest──► replying ──the plaintext reply has left──► securing ──handshake──► secured
//     │ (SecureRequest now, or a static SECURE port: straight to securing)                          │
//     └───────────────────────── close, reset, failure ──────────────► closing ◄──────────────────┘
//
// While `replying`, bytes from the wire are command injection (RFC 3207 section 6, RFC 4217 section 10): the
// client sent them in clear behind the command that asked for TLS. They reach nobody; the connection is
// reset. Closing under TLS: our close_notify goes out, the peer's is awaited for kCloseNotifyWait, then FIN;
// the SSL server has the last word (SslDone), so that no decrypted byte is lost to an early FIN.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stack/server/snapshot.hpp"
#include "stack/stack.hpp"
#include "stack/tcp/ring.hpp"

namespace vmlab::stack {

/// How long the peer's close_notify is awaited before FIN goes out.
inline constexpr Duration kCloseNotifyWait = seconds{2};
/// How long a connection that the application has given up may linger before it is reset.
inline constexpr Duration kCloseWait = seconds{60};

enum class ByteSource : std::uint8_t { wire, application, ssl_ciphertext, ssl_plaintext };
enum class ByteDestination : std::uint8_t {
    application,
    wire,
    ssl_from_wire,
    ssl_from_application,
    held,       ///< kept until the handshake ends
    injection,  ///< the peer broke the protocol: reset
    nowhere,    ///< late bytes of something that is over
};

/// The rule: where do bytes from `source` go in `state`?
[[nodiscard]] ByteDestination destination_of(ConduitState state, ByteSource source);

/// A stretch of what was given to TCP: when its last byte is acknowledged, the application's bytes in it have
/// arrived. In clear every byte counts for itself.
struct InFlight {
    std::size_t wire = 0;  ///< bytes not yet acknowledged
    std::size_t plain =
        0;  ///< bytes of the application to be credited with the last of them; unused in clear
    bool clear = false;
};

struct Conduit {
    /// Bytes were given to TCP; under TLS they complete `plain` bytes of the application.
    void sent_clear(std::size_t wire);
    void sent_sealed(std::size_t wire, std::size_t plain);
    /// The peer acknowledged `wire` bytes: how many of the application's does it have now for certain?
    std::size_t credit_for(std::size_t wire);

    ConnectionId id = 0;
    Userid client{};  ///< the application
    std::uint16_t listen_port = 0;
    std::optional<std::uint32_t> connect_tag{};  ///< an active open not yet answered
    Endpoint local{}, peer{};
    ConduitState state = ConduitState::plain;
    bool is_static = false;
    bool announced = false;                 ///< the application knows this socket
    bool client_wants_none = false;         ///< CloseRequest: nothing more to the application but Closed
    bool half_closed = false;               ///< the application shut its sending half
    bool reply_queued = false;              ///< replying: the plaintext reply is in the send queue
    std::optional<CloseReason> tcp_gone{};  ///< the connection is over; the SSL server has yet to finish
    std::string gone_why;
    Ring<InFlight> in_flight{};

    KeepAlive keep_alive{};  ///< what the application asked for

    Userid member{};               ///< the SSL server that has the session
    std::vector<Userid> tried{};   ///< and those that could not begin it
    std::vector<Buffer> unseen{};  ///< securing: what came from the wire, not yet consumed, until it says so
    bool heard = false;            ///< it has said something of this session: it is at work
    TlsRole role = TlsRole::server;
    ClientCertCheck check = ClientCertCheck::none;
    SourceLocation check_where{};
    std::string label, protocol, cipher;
    SourceLocation label_where{};
    std::vector<Buffer> held{};
    bool bytes_are_tls = false;   ///< plain: what arrives waits for SecureRequest (ListenRequest)
    std::vector<Buffer> early{};  ///< what arrived so; not yet consumed, so the window bounds it
    bool wire_closed = false;     ///< the peer's FIN has arrived
    bool held_shutdown = false;

    std::optional<Instant> deadline{};  ///< FIN despite a missing close_notify, or the end of lingering
};

}  // namespace vmlab::stack
