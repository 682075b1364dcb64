// One pool member. A session's life, as TCPIP sees it:
//
//   SslOpen ─► label and certificate are judged ─► SslFailed (nothing has been sent)
//                     │ fit
//                     ▼
//              handshaking ── fails, wire closed, 60 s ─► (alert on the wire) SslFailed
//                     │ SslEstablished
//                     ▼
//                   open ── close_notify from the peer ─► SslPeerClosed;  SslShutdown ─► close_notify to the
//                   peer
//                     │
//                     ▼ both halves closed, or the wire closed
//                  SslDone        (a failure of the record layer while open: SslFailed)
//
// After SslFailed or SslDone the session is forgotten; requests that name it and were on their way are
// dropped. Contexts are made at a label's first use and forgotten at REFRESH; sessions hold the one they
// began with.
#include "sslserv/server.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sslserv/gsk_trace.hpp"
#include "sslserv/messages.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/session_cache.hpp"
#include "sslserv/tls_session.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sslserv {
namespace {

constexpr Duration kHandshakeTime = seconds(60);
/// What records are about: the database as it was when it was read last.
constexpr const char* kAboutKeyDatabase = "key database";

struct Session {
    SslOpen open{};
    std::unique_ptr<TlsSession> tls{};
    Instant deadline{};
    bool established = false, wire_closed = false, failed = false;
    std::string protocol{}, cipher{};
    bool resumed = false;
    std::uint64_t bytes_in = 0, bytes_out = 0;
};

/// A label that is fit for use, and until when.
struct Label {
    std::shared_ptr<TlsContext> context{};
    Instant not_before{}, not_after{};
};

}  // namespace

struct Server::Impl {
    ServerOptions options;
    KeyDatabase database;
    std::shared_ptr<SessionCache> cache;
    RandomStream random;
    Protection protection;
    bool active = false, quiescing = false;
    std::map<SslSessionId, Session> sessions{};
    std::set<std::pair<Instant, SslSessionId>> deadlines{};  ///< of handshakes
    std::map<std::string, Label> labels{};                   ///< judged and loaded
    std::size_t high_sessions = 0;
    std::uint64_t total_sessions = 0, failed_handshakes = 0;

    Impl(const ServerOptions& wanted, KeyDatabase keys, std::shared_ptr<SessionCache> shared,
         RandomStream stream)
        : options(wanted),
          database(std::move(keys)),
          cache(std::move(shared)),
          random(std::move(stream)),
          protection(decide_protection(options.policy)) {}

    GskTrace gsk(Sink& out) const { return {options.policy.gsk_trace, out}; }
    std::optional<TlsFailure> prove_module(Sink& out) const;
    void note_database(Sink& out) const;
    std::optional<TlsFailure> judge_database(const KeyDatabase& keys) const;
    std::optional<TlsFailure> judge(const KeyRecord& record, const CertificateInfo& info, Instant now) const;
    std::variant<std::shared_ptr<TlsContext>, TlsFailure> context_of(const SslOpen& what, Instant now);
    std::variant<std::shared_ptr<TlsContext>, TlsFailure> load(const KeyRecord& record, Instant now);
    std::vector<Bytes> trusted_authorities() const;

    void open(const SslOpen& what, Instant now, Sink& out);
    void from_wire(SslFromWire& what, Instant now, Sink& out);
    void from_application(SslFromApplication& what, Instant now, Sink& out);
    void shutdown(const SslShutdown& what, Instant now, Sink& out);
    void wire_closed(const SslWireClosed& what, Instant now, Sink& out);
    void drop(SslSessionId id, Sink& out);
    void answer_query(const SslLabelQuery& what, Sink& out);

    void report_failure(const SslOpen& what, const TlsFailure& why, bool established, Sink& out);
    void settle(SslSessionId id, Sink& out);
    void forget(SslSessionId id);
    Session* find(SslSessionId id, const char* request, Sink& out);
    bool traces(TraceLevel level, const Session& session) const;
    void trace_data(const Session& session, const char* direction, const Buffer& data, Sink& out) const;
};

namespace {

/// What TLS finds becomes what TCPIP hears.
template <typename Owner>
class Forward final : public TlsSink {
public:
    Forward(Owner& owner, Session& session, Sink& out) : owner_(owner), session_(session), out_(out) {}

    void ciphertext(Buffer data, std::size_t plaintext) override {
        out_.answer(SslToWire{id(), std::move(data), plaintext});
    }
    void plaintext(Buffer data) override {
        session_.bytes_in += data.size();
        owner_.gsk(out_).read(id(), data.span());
        owner_.trace_data(session_, "received", data, out_);
        out_.answer(SslToApplication{id(), std::move(data)});
    }
    void established(const TlsEstablished& how) override {
        session_.established = true;
        session_.protocol = short_name_of(how.version);
        session_.cipher = how.cipher;
        session_.resumed = how.resumed;
        owner_.deadlines.erase({session_.deadline, id()});
        owner_.gsk(out_).handshake(id(), 0);
        out_.record({RecordKind::state,
                     fmt::format("TLS session {} established: {}_{}, label {}{}", id(), session_.protocol,
                                 session_.cipher, session_.open.label, how.resumed ? ", resumed" : ""),
                     {session_.open.where}});
        if (!how.note.empty()) out_.console(say<DTCSSL907W>(id(), how.note).because(session_.open.where));
        if (owner_.traces(TraceLevel::normal, session_))
            out_.console(say<DTCSSL910I>(id(), session_.open.peer.str(), session_.open.local.str(),
                                         session_.open.label, session_.protocol, session_.cipher,
                                         how.resumed ? " resumed" : ""));
        out_.answer(SslEstablished{id(), session_.protocol, session_.cipher, how.resumed});
    }
    void failed(const TlsFailure& why) override {
        session_.failed = true;
        owner_.report_failure(session_.open, why, session_.established, out_);
    }
    void peer_closed() override { out_.answer(SslPeerClosed{id()}); }
    void key_log(std::string line) override { out_.key_log(std::move(line)); }

private:
    SslSessionId id() const { return session_.open.session; }

    Owner& owner_;
    Session& session_;
    Sink& out_;
};

}  // namespace

// ── is this label fit?
// ─────────────────────────────────────────────────────────────────────────────────────────────

/// With a MODE: what must be so before the server may serve.
std::optional<TlsFailure> Server::Impl::prove_module(Sink& out) const {
    const auto fail = [&](std::string what) {
        out.console(say<DTCSSL931E>(what));
        return failure_of(kGskCryptography, what + " failed");
    };
    if (!protection.fips && !protection.nist) return std::nullopt;
    if (integrity_of(options.self_test) != options.self_test.seal) return fail("the integrity check");
    if (protection.fips)
        for (const auto& vector : options.self_test.answers)
            if (!passes(vector)) return fail(fmt::format("the known-answer test {}", vector.name));
    out.console(say<DTCSSL930I>(
        protection.fips ? fmt::format("; {} known-answer tests passed", options.self_test.answers.size())
                        : ""));
    return std::nullopt;
}

std::optional<TlsFailure> Server::Impl::judge_database(const KeyDatabase& keys) const {
    if (protection.fips && !keys.options().fips)
        return failure_of(kGskNotFips,
                          "MODE FIPS-140-2 needs a key database that was created as a FIPS database");
    return std::nullopt;
}

void Server::Impl::note_database(Sink& out) const {
    out.record({RecordKind::state,
                fmt::format("{} has read key database {}: {} records", options.userid.view(),
                            options.policy.key_file, database.records().size()),
                {},
                kAboutKeyDatabase});
}

/// The server's own certificate, before anybody sees it: the TLS library would present an expired one without
/// a word.
std::optional<TlsFailure> Server::Impl::judge(const KeyRecord& record, const CertificateInfo& info,
                                              Instant now) const {
    if (record.pkcs8.empty())
        return failure_of(kGskNoPrivateKey, "the label names a certificate without a key");
    if (!record.trusted)
        return failure_of(kGskCertificateValidation, "the certificate is marked as not trusted");
    if (now < info.not_before)
        return failure_of(kGskCertificateDate,
                          "the certificate is not valid before " + iso_utc(info.not_before));
    if (now > info.not_after)
        return failure_of(kGskCertificateDate,
                          "the certificate is not valid after " + iso_utc(info.not_after));
    if (info.key.kind == KeyKind::dsa)
        return failure_of(kGskUnsupported, "the certificate's key is a DSA key, which cannot be used");
    if (info.key.kind == KeyKind::other)
        return failure_of(kGskUnsupported, "the certificate's key type is not supported");
    if (info.key.kind == KeyKind::ec && !protection.elliptic_curves)
        return failure_of(kGskUnsupported, fmt::format("level {} without PI99184 knows no elliptic curves",
                                                       options.policy.level.tcpip()));
    const auto floor = info.key.kind == KeyKind::rsa ? protection.min_rsa_bits : protection.min_ec_bits;
    if (info.key.bits < floor)
        return failure_of(kGskCertificateValidation,
                          fmt::format("the key has {} bits; {} are the least", info.key.bits, floor));
    if (protection.weakest_hash == SignatureHash::md5) return std::nullopt;
    auto chain = database.issuers_of(record);
    chain.insert(chain.begin(), &record);
    for (const auto* each : chain) {
        const auto read = read_certificate(each->der);
        const bool root = each != &record && read && read->self_issued();
        if (!root && !(read && meets_floor(read->hash, protection)))
            return failure_of(kGskCertificateValidation, fmt::format("certificate {} is not signed with {}",
                                                                     each->label, name_of_floor(protection)));
    }
    return std::nullopt;
}

std::vector<Bytes> Server::Impl::trusted_authorities() const {
    std::vector<Bytes> found;
    for (const auto& record : database.records()) {
        if (!record.trusted) continue;
        const auto info = read_certificate(record.der);
        if (info && (info->authority || info->self_issued())) found.push_back(record.der);
    }
    return found;
}

std::variant<std::shared_ptr<TlsContext>, TlsFailure> Server::Impl::load(const KeyRecord& record,
                                                                         Instant now) {
    TlsSettings settings;
    settings.protection = protection;
    settings.certificate = record.der;
    settings.pkcs8 = record.pkcs8;
    for (const auto* issuer : database.issuers_of(record))
        if (issuer->issuer != issuer->id) settings.chain.push_back(issuer->der);
    settings.trusted = trusted_authorities();
    settings.label = record.label;
    settings.cache = cache;
    settings.cache_life = options.policy.cache_life;
    return TlsContext::make(TlsRole::server, settings, random, now);
}

std::variant<std::shared_ptr<TlsContext>, TlsFailure> Server::Impl::context_of(const SslOpen& what,
                                                                               Instant now) {
    if (what.role == TlsRole::client) {
        TlsSettings settings;
        settings.protection = protection;
        settings.trusted = trusted_authorities();
        const auto* own = what.label.empty() ? nullptr : database.find(what.label);
        if (!what.label.empty() && !own)
            return failure_of(kGskKeyLabelNotFound, "the label is not in the key database");
        if (own) settings.certificate = own->der;
        if (own) settings.pkcs8 = own->pkcs8;
        return TlsContext::make(TlsRole::client, settings, random, now);
    }
    if (const auto known = labels.find(what.label); known != labels.end()) {
        if (now >= known->second.not_before && now <= known->second.not_after) return known->second.context;
        labels.erase(known);
    }
    const auto* record = database.find(what.label);
    if (!record)
        return failure_of(kGskKeyLabelNotFound,
                          fmt::format("label {} is not in the key database", what.label));
    const auto info = read_certificate(record->der);
    if (!info) return failure_of(kGskBadCertificate, "the certificate cannot be read");
    if (auto unfit = judge(*record, *info, now)) return *unfit;
    auto loaded = load(*record, now);
    if (const auto* context = std::get_if<std::shared_ptr<TlsContext>>(&loaded))
        labels[what.label] = {*context, info->not_before, info->not_after};
    return loaded;
}

// ── requests
// ───────────────────────────────────────────────────────────────────────────────────────────────────────

void Server::Impl::open(const SslOpen& what, Instant now, Sink& out) {
    ++total_sessions;
    gsk(out).open(what);
    const auto refuse = [&](const TlsFailure& why) {
        report_failure(what, why, false, out);
        gsk(out).close(what.session);
    };
    if (sessions.contains(what.session)) return refuse(failure_of(kGskState, "the session is open already"));
    if (!active) return refuse(failure_of(kGskState, "the server is not active"));
    if (quiescing) return refuse(failure_of(kGskState, "the server is quiescing"));
    if (sessions.size() >= options.max_sessions)
        return refuse(
            failure_of(kGskNoStorage, fmt::format("the server has its {} sessions", options.max_sessions)));
    auto context = context_of(what, now);
    if (const auto* why = std::get_if<TlsFailure>(&context)) return refuse(*why);

    Session& session = sessions[what.session];
    session.open = what;
    session.deadline = now + kHandshakeTime;
    TlsSessionOptions wanted;
    wanted.check = what.check;
    session.tls = std::make_unique<TlsSession>(std::get<std::shared_ptr<TlsContext>>(std::move(context)),
                                               wanted, random, now);
    deadlines.emplace(session.deadline, what.session);
    high_sessions = std::max(high_sessions, sessions.size());
    if (cache && options.policy.cache_cleanup > 0 && total_sessions % options.policy.cache_cleanup == 0)
        cache->clean(now);
    if (traces(TraceLevel::connections, session))
        out.console(say<DTCSSL912I>(what.session, what.peer.str(), what.local.str(), what.label));
    Forward forward(*this, session, out);
    session.tls->start(now, forward);
    settle(what.session, out);
}

Session* Server::Impl::find(SslSessionId id, const char* request, Sink& out) {
    const auto at = sessions.find(id);
    if (at != sessions.end()) return &at->second;
    out.record({RecordKind::drop, fmt::format("session gone: {} for TLS session {}", request, id), {}});
    return nullptr;
}

void Server::Impl::from_wire(SslFromWire& what, Instant now, Sink& out) {
    Session* session = find(what.session, "bytes from the wire", out);
    if (!session) return;
    if (session->tls->close_received()) {
        out.record({RecordKind::drop,
                    fmt::format("after close_notify: {} bytes from the wire for TLS session {}",
                                what.data.size(), what.session),
                    {}});
        return;
    }
    Forward forward(*this, *session, out);
    session->tls->receive(std::move(what.data), now, forward);
    settle(what.session, out);
}

void Server::Impl::from_application(SslFromApplication& what, Instant now, Sink& out) {
    Session* session = find(what.session, "bytes from the application", out);
    if (!session) return;
    session->bytes_out += what.data.size();
    gsk(out).write(what.session, what.data.span());
    trace_data(*session, "sent", what.data, out);
    Forward forward(*this, *session, out);
    session->tls->write(std::move(what.data), now, forward);
    settle(what.session, out);
}

void Server::Impl::shutdown(const SslShutdown& what, Instant now, Sink& out) {
    Session* session = find(what.session, "shutdown", out);
    if (!session) return;
    gsk(out).shutdown(what.session);
    Forward forward(*this, *session, out);
    session->tls->shutdown(now, forward);
    settle(what.session, out);
}

void Server::Impl::wire_closed(const SslWireClosed& what, Instant now, Sink& out) {
    const auto at = sessions.find(what.session);
    if (at == sessions.end()) return;  // both sides may close at once: nothing is lost
    Session& session = at->second;
    Forward forward(*this, session, out);
    session.tls->wire_closed(now, forward);
    // After the peer's close_notify an orderly FIN closes nothing that was open: the application may still
    // send.
    session.wire_closed = !(what.orderly && session.tls->close_received());
    settle(what.session, out);
}

void Server::Impl::drop(SslSessionId id, Sink& out) {
    if (!sessions.contains(id)) return;
    out.record({RecordKind::close, fmt::format("TLS session {} dropped by TCPIP", id), {}});
    forget(id);
}

void Server::Impl::answer_query(const SslLabelQuery& what, Sink& out) {
    const bool known = active && database.find(what.label) != nullptr;
    if (!known)
        out.record({RecordKind::refusal,
                    fmt::format("label {} is not in the key database", what.label),
                    {what.where, options.policy.key_file_where}});
    out.answer(SslLabelAnswer{what.query, known});
}

// ── ends
// ───────────────────────────────────────────────────────────────────────────────────────────────────────────

void Server::Impl::report_failure(const SslOpen& what, const TlsFailure& why, bool established, Sink& out) {
    if (!established) ++failed_handshakes;
    if (!established) gsk(out).handshake(what.session, why.code);
    std::vector<SourceLocation> rests_on{what.where};
    // Where the two have no protocol or cipher in common, what this server may speak comes first.
    const bool by_offer = why.code == kGskNoCiphers || why.code == kGskUnsupported;
    if (by_offer || why.code == kGskCertificateValidation)
        rests_on.insert(by_offer ? rests_on.begin() : rests_on.end(), protection.rests_on.begin(),
                        protection.rests_on.end());
    const bool by_database = why.code == kGskKeyLabelNotFound || why.code == kGskCertificateDate ||
                             why.code == kGskNoPrivateKey || why.code == kGskBadCertificate;
    if (by_database) rests_on.push_back(options.policy.key_file_where);
    std::erase_if(rests_on, [](const SourceLocation& where) { return !where.known(); });
    const bool alert = why.alert_sent >= 0 || why.alert_received >= 0;
    out.record({alert ? RecordKind::alert : RecordKind::refusal,
                fmt::format("TLS session {} with {} {}: {}", what.session, what.peer.str(),
                            established ? "broken" : "refused", why.detail),
                rests_on,
                {},
                by_database ? std::vector<std::string>{kAboutKeyDatabase} : std::vector<std::string>{}});
    auto said = established ? say<DTCSSL909E>(what.session, why.code, why.reason)
                            : say<DTCSSL022E>(why.code, why.reason);
    said.rests_on = rests_on;
    if (options.policy.trace.level != TraceLevel::none) out.console(std::move(said));
    out.answer(SslFailed{what.session, why.code, why.reason});
}

/// Forgets a session that has failed or whose halves are both closed.
void Server::Impl::settle(SslSessionId id, Sink& out) {
    const auto at = sessions.find(id);
    if (at == sessions.end()) return;
    Session& session = at->second;
    if (session.failed) {
        gsk(out).close(id);
        return forget(id);
    }
    const bool both = session.tls->close_sent() && session.tls->close_received();
    if (!both && !session.wire_closed) return;
    // A peer that answers our close_notify with a bare FIN has cut nothing short that we still waited for.
    const bool truncated = !session.tls->close_received() && !session.tls->close_sent();
    const char* how = truncated ? "the wire closed without close_notify" : "closed in order";
    out.record(
        {RecordKind::close, fmt::format("TLS session {} with {}: {}", id, session.open.peer.str(), how), {}});
    if (traces(TraceLevel::connections, session))
        out.console(say<DTCSSL911I>(id, how, session.bytes_in, session.bytes_out));
    out.answer(SslDone{id, truncated});
    gsk(out).close(id);
    forget(id);
}

void Server::Impl::forget(SslSessionId id) {
    const auto at = sessions.find(id);
    deadlines.erase({at->second.deadline, id});
    sessions.erase(at);
}

bool Server::Impl::traces(TraceLevel level, const Session& session) const {
    const auto& trace = options.policy.trace;
    if (trace.level < level) return false;
    if (trace.level == TraceLevel::debug) return true;
    const auto fits = [&](const Endpoint& end) {
        return (!trace.address || *trace.address == end.address) &&
               (trace.port == 0 || trace.port == end.port);
    };
    return (!trace.address && trace.port == 0) || fits(session.open.local) || fits(session.open.peer);
}

void Server::Impl::trace_data(const Session& session, const char* direction, const Buffer& data,
                              Sink& out) const {
    const auto& trace = options.policy.trace;
    if (!trace.data || !traces(TraceLevel::connections, session)) return;
    std::string shown;
    for (const auto byte : data.span().first(std::min<std::size_t>(data.size(), trace.length)))
        shown += byte >= 0x20 && byte < 0x7f ? char(byte) : '.';
    out.console(say<DTCSSL913I>(session.open.session, direction, data.size(), shown));
}

// ── the member
// ─────────────────────────────────────────────────────────────────────────────────────────────────────

Server::Server(const ServerOptions& options, KeyDatabase database, std::shared_ptr<SessionCache> cache,
               RandomStream random)
    : impl_(std::make_unique<Impl>(options, std::move(database), std::move(cache), std::move(random))) {}

Server::~Server() = default;

void Server::start(Instant, Sink& out) {
    auto& my = *impl_;
    for (const auto& operand : my.protection.unknown)
        out.console(say<DTCSSL903E>(operand.name).because(operand.where));
    for (const auto& operand : my.protection.overruled)
        out.console(say<DTCSSL902W>(keyword_of(operand.version)).because(operand.where));
    auto unfit = my.prove_module(out);
    if (!unfit) unfit = my.judge_database(my.database);
    my.gsk(out).environment(my.options.policy, my.protection, unfit ? unfit->code : 0);
    if (unfit) {
        out.record({RecordKind::refusal, unfit->detail, my.protection.rests_on});
        auto said = say<DTCSSL904E>(unfit->code, unfit->reason);
        said.rests_on = my.protection.rests_on;
        out.console(std::move(said).because(my.options.policy.key_file_where));
    }
    if (unfit || !my.protection.unknown.empty()) {
        out.answer(SslServerGone{});
        return;
    }
    my.active = true;
    my.note_database(out);
    out.console(say<DTCSSL901I>(my.options.userid, my.options.policy.key_file, my.database.records().size()));
    out.answer(SslServerReady{});
}

void Server::receive(SslRequest what, Instant now, Sink& out) {
    auto& my = *impl_;
    std::visit(overloaded{
                   [&](SslOpen& request) { my.open(request, now, out); },
                   [&](SslFromWire& request) { my.from_wire(request, now, out); },
                   [&](SslFromApplication& request) { my.from_application(request, now, out); },
                   [&](SslShutdown& request) { my.shutdown(request, now, out); },
                   [&](SslWireClosed& request) { my.wire_closed(request, now, out); },
                   [&](SslDrop& request) { my.drop(request.session, out); },
                   [&](SslLabelQuery& request) { my.answer_query(request, out); },
                   [&](const SslSessionLimit& limit) { my.options.max_sessions = limit.most; },
               },
               what);
}

void Server::tick(Instant now, Sink& out) {
    auto& my = *impl_;
    while (!my.deadlines.empty() && my.deadlines.begin()->first <= now) {
        const auto id = my.deadlines.begin()->second;
        const auto why = failure_of(kGskIo, fmt::format("no handshake within {} seconds",
                                                        duration_cast<seconds>(kHandshakeTime).count()));
        my.report_failure(my.sessions.at(id).open, why, false, out);
        my.gsk(out).close(id);
        my.forget(id);
    }
}

std::optional<Instant> Server::next_deadline() const {
    if (impl_->deadlines.empty()) return std::nullopt;
    return impl_->deadlines.begin()->first;
}

void Server::refresh(KeyDatabase database, Instant, Sink& out) {
    auto& my = *impl_;
    if (const auto unfit = my.judge_database(database)) {
        out.record({RecordKind::refusal, unfit->detail, my.protection.rests_on});
        out.console(say<DTCSSL904E>(unfit->code, unfit->reason).because(my.options.policy.key_file_where));
        return;
    }
    my.database = std::move(database);
    my.labels.clear();
    my.gsk(out).environment(my.options.policy, my.protection, 0);
    my.note_database(out);
    out.console(say<DTCSSL905I>(my.database.records().size()));
}

void Server::quiesce(Instant, Sink& out) {
    impl_->quiescing = true;
    out.console(say<DTCSSL906I>(impl_->sessions.size()));
}

void Server::set_trace(const Trace& trace, Instant, Sink& out) {
    constexpr const char* kLevels[] = {"off", "NORMAL", "CONNECTIONS", "FLOW", "DEBUG"};
    impl_->options.policy.trace = trace;
    out.console(say<DTCSSL914I>(kLevels[std::size_t(trace.level)]));
}

ServerSnapshot Server::snapshot() const {
    const auto& my = *impl_;
    ServerSnapshot shot;
    shot.userid = my.options.userid;
    shot.active = my.active;
    shot.quiescing = my.quiescing;
    shot.policy = my.options.policy;
    shot.key_file = my.options.policy.key_file;
    shot.max_sessions = my.options.max_sessions;
    shot.high_sessions = my.high_sessions;
    shot.total_sessions = my.total_sessions;
    shot.failed_handshakes = my.failed_handshakes;
    for (const auto& [id, session] : my.sessions)
        shot.sessions.push_back({id, session.open.local, session.open.peer, session.open.label,
                                 session.protocol, session.cipher, session.established,
                                 session.open.role == TlsRole::server, session.resumed, session.bytes_in,
                                 session.bytes_out});
    return shot;
}

}  // namespace vmlab::sslserv
