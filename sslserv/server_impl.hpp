// The inside of an SSL server, for the files that make it up: server.cpp (sessions, requests, commands) and
// label_check.cpp (is a label of the key database fit for use?).
#pragma once

#include <map>
#include <set>
#include <utility>

#include "sslserv/gsk_trace.hpp"
#include "sslserv/server.hpp"
#include "sslserv/tls_session.hpp"

namespace vmlab::sslserv {

/// What records are about: the database as it was when it was read last.
inline constexpr const char* kAboutKeyDatabase = "key database";

struct Session {
    SslOpen open{};
    std::unique_ptr<TlsSession> tls{};
    Instant deadline{};
    bool established = false, wire_closed = false, failed = false;
    bool offer_shown = false;  ///< the trace has the client's offer
    std::string protocol{}, cipher{};
    bool resumed = false;
    bool paid = false;             ///< what its handshake cost
    KeyKind key = KeyKind::other;  ///< of the own certificate
    unsigned key_bits = 0;
    std::uint64_t bytes_in = 0, bytes_out = 0;
};

/// A label that is fit for use, and until when.
struct Label {
    std::shared_ptr<TlsContext> context{};
    Instant not_before{}, not_after{};
    KeyKind key = KeyKind::other;
    unsigned key_bits = 0;
};

struct Server::Impl {
    ServerOptions options;
    KeyDatabase database;
    std::shared_ptr<SessionCache> cache;
    RandomStream random;
    Protection protection;
    std::shared_ptr<const Revocations> revocations{};  ///< the database's, proved; none when it has none
    bool active = false, quiescing = false;
    std::map<SslSessionId, Session> sessions{};
    std::set<std::pair<Instant, SslSessionId>> deadlines{};  ///< of handshakes
    std::map<std::string, Label> labels{};                   ///< judged and loaded
    std::size_t high_sessions = 0;
    std::uint64_t total_sessions = 0, failed_handshakes = 0;
    // A look-up that the session cache did not answer: all waits for it.
    std::optional<Instant> waits_until{};  ///< when to look again
    std::vector<SslNotice> withheld{};
    std::vector<SslRequest> held{};

    Impl(const ServerOptions& wanted, KeyDatabase keys, std::shared_ptr<SessionCache> shared,
         RandomStream stream)
        : options(wanted),
          database(std::move(keys)),
          cache(std::move(shared)),
          random(std::move(stream)),
          protection(decide_protection(options.policy)) {}

    GskTrace gsk(Sink& out) const { return {options.policy.gsk_trace, out}; }
    std::optional<TlsFailure> prove_module(Sink& out) const;
    void note_database(Instant now, Sink& out);
    std::optional<TlsFailure> judge_database(const KeyDatabase& keys) const;
    std::optional<TlsFailure> judge(const KeyRecord& record, const CertificateInfo& info, Instant now) const;
    std::variant<std::shared_ptr<TlsContext>, TlsFailure> context_of(const SslOpen& what, Instant now);
    std::variant<std::shared_ptr<TlsContext>, TlsFailure> load(const KeyRecord& record, Instant now);
    std::vector<Bytes> trusted_authorities() const;

    void receive(SslRequest& what, Instant now, Sink& out);
    void receive_unserved(SslRequest& what, Instant now, Sink& out);
    bool goes_on(Instant now, Sink& out);
    void open(const SslOpen& what, Instant now, Sink& out);
    void from_wire(SslFromWire& what, Instant now, Sink& out);
    void from_application(SslFromApplication& what, Instant now, Sink& out);
    void shutdown(const SslShutdown& what, Instant now, Sink& out);
    void wire_closed(const SslWireClosed& what, Instant now, Sink& out);
    void drop(SslSessionId id, Sink& out);
    void answer_query(const SslLabelQuery& what, Sink& out);

    void report_failure(const SslOpen& what, const TlsFailure& why, bool established, Sink& out);
    void decline(const SslOpen& what, const TlsFailure& why, Sink& out);
    void rejected(const SslRejected& what, Sink& out);
    void settle(SslSessionId id, Sink& out);
    void forget(SslSessionId id);
    Session* find(SslSessionId id, const char* request, Sink& out);
    bool traces(TraceLevel level, const Session& session) const;
    void trace_state(const Session& session, std::string_view what, Sink& out) const;
    void trace_request(const SslRequest& what, Sink& out) const;
    void trace_offer(Session& session, Sink& out) const;
    void trace_certificate(const Session& session, std::string_view whose, ByteView der, Sink& out) const;
    void spend_on_handshake(Session& session, Sink& out) const;
    void spend_on_data(const Session& session, std::size_t bytes, Sink& out) const;
    void trace_data(const Session& session, const char* direction, const Buffer& data, Sink& out) const;
};

}  // namespace vmlab::sslserv
