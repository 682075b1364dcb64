// TLS without sockets: bytes and time in, bytes and findings out. One TlsContext holds what many sessions
// share (a certificate and its key, trusted authorities, protocols, suites); a TlsSession is one connection.
//
// States of a session: handshaking → open → over. Open has two halves that close on their own: ours
// (shutdown, sends close_notify) and the peer's (its close_notify). A failure in any state ends both; what
// the peer is told (an alert) has gone out before the failure is reported. RFC 5246, RFC 8446; close: RFC
// 5246 section 7.2.1.
//
// The engine is wolfSSL with memory in place of a socket; randomness and time are the world's (CryptoScope).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sslserv/cipher_suites.hpp"
#include "sslserv/client_hello.hpp"
#include "sslserv/crypto_costs.hpp"
#include "sslserv/keydb/crypto.hpp"
#include "sslserv/policy.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/random.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

class Revocations;
class SessionCache;

struct TlsEstablished {
    Protocol version{};
    std::string cipher;  ///< z/VM's name
    bool resumed = false;
    std::string note{};        ///< a client certificate that is not valid although it was only preferred
    Bytes peer_certificate{};  ///< a client's, DER; empty without one
};

struct TlsFailure {
    int code = 0;        ///< System SSL return code
    std::string reason;  ///< its text
    std::string detail;  ///< what happened, for records: "the client offers nothing newer than TLS1.0"
    int alert_sent = -1, alert_received = -1;  ///< RFC 5246 section 7.2
    bool by_peer_certificate = false;  ///< what is wrong is the peer's certificate, or that it has none
    Bytes peer_certificate{};          ///< DER, if it got so far
};

/// With the text of the return code as its reason.
[[nodiscard]] TlsFailure failure_of(int code, std::string detail);

class TlsSink {
public:
    /// `plaintext`: bytes given to write() whose last record ends with `data`.
    virtual void ciphertext(Buffer data, std::size_t plaintext) = 0;
    virtual void plaintext(Buffer data) = 0;
    virtual void established(const TlsEstablished& how) = 0;
    /// The session is over.
    virtual void failed(const TlsFailure& why) = 0;
    /// The peer's close_notify.
    virtual void peer_closed() = 0;
    /// NSS key log lines (CLIENT_RANDOM … and the secrets of TLS 1.3).
    virtual void key_log(std::string line) = 0;
    /// Whether anybody reads key_log().
    [[nodiscard]] virtual bool logs_keys() const { return true; }

protected:
    ~TlsSink() = default;
};

struct TlsSettings {
    Protection protection{};
    Bytes certificate{};         ///< own, DER; a server needs one
    std::vector<Bytes> chain{};  ///< issuers to send after it, nearest first
    Bytes pkcs8{};               ///< its private key
    std::vector<Bytes>
        trusted{};  ///< authorities for the peer's certificate; a server names them when it asks
    std::shared_ptr<const Revocations> revocations{};  ///< what is revoked of theirs
    std::string label{};                               ///< of the certificate: sessions resume under it only
    std::shared_ptr<SessionCache> cache{};
    Duration cache_life{};
};

class TlsContext {
public:
    /// Keys and certificates are checked here, not in the handshake. So are a client's protocols and suites
    /// (412, 402); a server that has none refuses each client by alert.
    static std::variant<std::shared_ptr<TlsContext>, TlsFailure> make(TlsRole role,
                                                                      const TlsSettings& settings,
                                                                      RandomStream& random, Instant now);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

private:
    friend class TlsSession;
    TlsContext();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

struct TlsSessionOptions {
    ClientCertCheck check = ClientCertCheck::none;  ///< server
    bool verify_peer = true;                        ///< client: the certificate's chain must end in `trusted`
    std::string host{};  ///< client: name or address that the certificate must carry; empty = not compared.
                         ///< A name is sent as SNI
    Bytes resume{};      ///< client: from resumable()
};

class TlsSession {
public:
    /// `random` must outlive the session.
    TlsSession(std::shared_ptr<const TlsContext> context, const TlsSessionOptions& options,
               RandomStream& random, Instant now);
    ~TlsSession();

    /// A client speaks first: call once. (A server may, without effect.)
    void start(Instant now, TlsSink& out);
    /// Bytes from the wire.
    void receive(Buffer data, Instant now, TlsSink& out);
    /// Bytes from the application; kept until the handshake is done. Ignored after shutdown.
    void write(Buffer data, Instant now, TlsSink& out);
    /// Sends close_notify once.
    void shutdown(Instant now, TlsSink& out);
    /// No more bytes will come: fails a handshake in progress (420).
    void wire_closed(Instant now, TlsSink& out);

    [[nodiscard]] bool is_open() const;  ///< handshake done and not over
    [[nodiscard]] bool is_over() const;  ///< failed
    [[nodiscard]] bool close_sent() const;
    [[nodiscard]] bool close_received() const;
    /// What a client offers at its next session to resume this one. Empty when there is nothing to resume:
    /// with TLS 1.3 until a ticket has come.
    [[nodiscard]] Bytes resumable() const;
    /// What the handshake has come to, or had when it failed. `key` and `bits` are not filled in.
    [[nodiscard]] HandshakeWork work() const;
    /// What the client said in its first flight, as far as it could be read.
    [[nodiscard]] const ClientHello& client_hello() const;

private:
    struct Impl;
    class Call;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sslserv
