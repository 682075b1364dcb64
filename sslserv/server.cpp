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
#include <utility>

#include "sslserv/alerts.hpp"
#include "sslserv/messages.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/server_impl.hpp"
#include "sslserv/session_trace.hpp"
#include "sslserv/withholding.hpp"
#include "stack/base/overloaded.hpp"
#include "stack/base/ssl_text.hpp"

namespace vmlab::sslserv {
namespace {

constexpr Duration kHandshakeTime = seconds(60);
constexpr Duration kCacheLook = seconds(1);  ///< how often a server that waits looks for the cache's owner

/// What TLS finds becomes what TCPIP hears.
template <typename Owner>
class Forward final : public TlsSink {
public:
    Forward(Owner& owner, Session& session, Sink& out) : owner_(owner), session_(session), out_(out) {}

    void ciphertext(Buffer data, std::size_t plaintext) override {
        owner_.spend_on_data(session_, plaintext, out_);
        out_.answer(SslToWire{id(), std::move(data), plaintext});
    }
    void plaintext(Buffer data) override {
        session_.bytes_in += data.size();
        owner_.gsk(out_).read(id(), data.span());
        owner_.trace_data(session_, "received", data, out_);
        owner_.spend_on_data(session_, data.size(), out_);
        out_.answer(SslToApplication{id(), std::move(data)});
    }
    void established(const TlsEstablished& how) override {
        session_.established = true;
        session_.protocol = short_name_of(how.version);
        session_.cipher = how.cipher;
        session_.resumed = how.resumed;
        owner_.spend_on_handshake(session_, out_);
        owner_.trace_offer(session_, out_);
        owner_.deadlines.erase({session_.deadline, id()});
        owner_.gsk(out_).handshake(id(), 0);
        out_.record({RecordKind::state,
                     fmt::format("TLS session {} established: {}_{}, label {}{}", id(), session_.protocol,
                                 session_.cipher, session_.open.label, how.resumed ? ", resumed" : ""),
                     {session_.open.where}});
        if (!how.peer_certificate.empty())
            owner_.trace_certificate(session_, "client", how.peer_certificate, out_);
        if (!how.note.empty()) {
            // A static port's statement is one with the label's.
            const auto& open = session_.open;
            out_.console(say<DTCSSL907W>(id(), how.note)
                             .because(open.check_where.known() ? open.check_where : open.where));
        }
        if (owner_.traces(TraceLevel::normal, session_))
            out_.console(say<DTCSSL910I>(id(), session_.open.peer.str(), session_.open.local.str(),
                                         session_.open.label, session_.protocol, session_.cipher,
                                         how.resumed ? " resumed" : ""));
        out_.answer(SslEstablished{id(), session_.protocol, session_.cipher, how.resumed});
    }
    void failed(const TlsFailure& why) override {
        session_.failed = true;
        owner_.spend_on_handshake(session_, out_);
        owner_.trace_offer(session_, out_);
        if (!why.peer_certificate.empty())
            owner_.trace_certificate(session_, "client", why.peer_certificate, out_);
        if (why.alert_sent >= 0 || why.alert_received >= 0)
            owner_.trace_state(
                session_,
                fmt::format("alert {} {}", why.alert_sent >= 0 ? "sent" : "received",
                            alert_name(why.alert_sent >= 0 ? why.alert_sent : why.alert_received)),
                out_);
        owner_.report_failure(session_.open, why, session_.established, out_);
    }
    void peer_closed() override {
        owner_.trace_state(session_, "close_notify received", out_);
        out_.answer(SslPeerClosed{id()});
    }
    void key_log(std::string line) override { out_.key_log(std::move(line)); }
    bool logs_keys() const override { return out_.logs_keys(); }

private:
    SslSessionId id() const { return session_.open.session; }

    Owner& owner_;
    Session& session_;
    Sink& out_;
};

}  // namespace

// ── requests ──

void Server::Impl::receive(SslRequest& what, Instant now, Sink& out) {
    trace_request(what, out);
    std::visit(overloaded{
                   [&](SslOpen& request) { open(request, now, out); },
                   [&](SslFromWire& request) { from_wire(request, now, out); },
                   [&](SslFromApplication& request) { from_application(request, now, out); },
                   [&](SslShutdown& request) { shutdown(request, now, out); },
                   [&](SslWireClosed& request) { wire_closed(request, now, out); },
                   [&](SslDrop& request) { drop(request.session, out); },
                   [&](SslLabelQuery& request) { answer_query(request, out); },
                   [&](const SslSessionLimit& limit) { options.max_sessions = limit.most; },
                   [&](const SslRejected& request) { rejected(request, out); },
               },
               what);
}

/// What a request comes to while nobody serves the cache: if it looks a session up, neither it nor anything
/// after it is answered.
void Server::Impl::receive_unserved(SslRequest& what, Instant now, Sink& out) {
    Withholding sink(out);
    const auto before = cache->counts().unanswered;
    receive(what, now, sink);
    if (cache->counts().unanswered == before) {
        for (auto& notice : sink.notices) out.answer(std::move(notice));
        return;
    }
    const auto& absence = cache->absence();
    out.record({RecordKind::refusal,
                fmt::format("{} waits for the session cache: {}", options.userid.view(), absence.why),
                absence.rests_on, about_machine(options.userid), absence.consulted});
    if (options.policy.trace.level >= TraceLevel::flow)
        out.console(say<DTCSSL918I>("waiting for the session cache: " + absence.why));
    withheld = std::move(sink.notices);
    waits_until = now + kCacheLook;
}

/// False while the server waits for the session cache.
bool Server::Impl::goes_on(Instant now, Sink& out) {
    if (!waits_until) return true;
    if (!cache->served()) {
        if (*waits_until <= now) waits_until = now + kCacheLook;
        return false;
    }
    waits_until.reset();
    for (auto& notice : std::exchange(withheld, {})) out.answer(std::move(notice));
    for (auto& request : std::exchange(held, {})) receive(request, now, out);
    return true;
}

void Server::Impl::open(const SslOpen& what, Instant now, Sink& out) {
    ++total_sessions;
    gsk(out).open(what);
    const auto refuse = [&](const TlsFailure& why) {
        report_failure(what, why, false, out);
        gsk(out).close(what.session);
    };
    if (sessions.contains(what.session)) return refuse(failure_of(kGskState, "the session is open already"));
    if (!active) return decline(what, failure_of(kGskState, "the server is not active"), out);
    if (quiescing) return decline(what, failure_of(kGskState, "the server is quiescing"), out);
    if (sessions.size() >= options.max_sessions)
        return decline(
            what,
            failure_of(kGskNoStorage, fmt::format("the server has its {} sessions", options.max_sessions)),
            out);
    auto context = context_of(what, now);
    if (const auto* why = std::get_if<TlsFailure>(&context)) return refuse(*why);

    Session& session = sessions[what.session];
    session.open = what;
    session.deadline = now + kHandshakeTime;
    if (const auto label = labels.find(what.label); label != labels.end()) {
        session.key = label->second.key;
        session.key_bits = label->second.key_bits;
    }
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
    if (const auto* own = database.find(what.label)) trace_certificate(session, "own", own->der, out);
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
                                size_of(what.data), what.session),
                    {}});
        return;
    }
    Forward forward(*this, *session, out);
    for (auto& part : what.data) session->tls->receive(std::move(part), now, forward);
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
    trace_state(*session, "shutdown by the application", out);
    Forward forward(*this, *session, out);
    session->tls->shutdown(now, forward);
    settle(what.session, out);
}

void Server::Impl::wire_closed(const SslWireClosed& what, Instant now, Sink& out) {
    const auto at = sessions.find(what.session);
    if (at == sessions.end()) return;  // both sides may close at once: nothing is lost
    Session& session = at->second;
    trace_state(session, what.orderly ? "wire closed by FIN" : "wire closed by a reset", out);
    Forward forward(*this, session, out);
    session.tls->wire_closed(now, forward);
    // After the peer's close_notify an orderly FIN closes nothing that was open: the application may still
    // send.
    session.wire_closed = !(what.orderly && session.tls->close_received());
    settle(what.session, out);
}

void Server::Impl::drop(SslSessionId id, Sink& out) {
    const auto at = sessions.find(id);
    if (at == sessions.end()) return;
    spend_on_handshake(at->second, out);
    trace_state(at->second, "dropped by TCPIP", out);
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

// ── ends ──

void Server::Impl::report_failure(const SslOpen& what, const TlsFailure& why, bool established, Sink& out) {
    if (!established) ++failed_handshakes;
    if (!established) gsk(out).handshake(what.session, why.code);
    std::vector<SourceLocation> rests_on{what.where};
    if (why.by_peer_certificate) rests_on.insert(rests_on.begin(), what.check_where);
    // Where the two have no protocol or cipher in common, what this server may speak comes first.
    const bool by_offer = why.code == kGskNoCiphers || why.code == kGskUnsupported;
    if (by_offer || why.code == kGskCertificateValidation)
        rests_on.insert(by_offer ? rests_on.begin() : rests_on.end(), protection.rests_on.begin(),
                        protection.rests_on.end());
    // The database holds the server's own certificates, and says whose clients' are good.
    const bool by_own = why.code == kGskKeyLabelNotFound || why.code == kGskLabelUnusable ||
                        why.code == kGskCertificateDate || why.code == kGskNoPrivateKey ||
                        why.code == kGskBadCertificate;
    const bool by_authorities =
        why.code == kGskCertificateValidation || why.code == kGskRevoked || why.code == kGskRevocationList;
    const bool by_database = why.by_peer_certificate ? by_authorities : by_own;
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

/// Nothing has begun: TCPIP may ask another member.
void Server::Impl::decline(const SslOpen& what, const TlsFailure& why, Sink& out) {
    out.record(
        {RecordKind::refusal,
         fmt::format("TLS session {} with {} not begun: {}", what.session, what.peer.str(), why.detail),
         {}});
    gsk(out).handshake(what.session, why.code);
    gsk(out).close(what.session);
    out.answer(SslFailed{what.session, why.code, why.reason, true});
}

void Server::Impl::rejected(const SslRejected& what, Sink& out) {
    Said said = say<DTCSSL919E>(options.tcpip, what.why);
    said.rests_on = what.rests_on;
    out.console(std::move(said));
    active = false;
    out.answer(SslServerGone{});
}

/// Once: when it is over, or as far as it came.
void Server::Impl::spend_on_handshake(Session& session, Sink& out) const {
    if (!options.hardware || std::exchange(session.paid, true)) return;
    auto work = session.tls->work();
    work.key = session.key;
    work.bits = session.key_bits;
    out.spend(cost_of_handshake(*options.hardware, work));
}

void Server::Impl::spend_on_data(const Session& session, std::size_t bytes, Sink& out) const {
    if (options.hardware && bytes > 0) out.spend(cost_of_data(*options.hardware, session.cipher, bytes));
}

// ── the trace ──

bool Server::Impl::traces(TraceLevel level, const Session& session) const {
    return sslserv::traces(options.policy.trace, level, session.open.local, session.open.peer);
}

void Server::Impl::trace_state(const Session& session, std::string_view what, Sink& out) const {
    if (traces(TraceLevel::connections, session)) out.console(say<DTCSSL917I>(session.open.session, what));
}

void Server::Impl::trace_offer(Session& session, Sink& out) const {
    if (session.offer_shown || session.open.role != TlsRole::server) return;
    session.offer_shown = true;
    const ClientHello& hello = session.tls->client_hello();
    if (hello.version == 0 || !traces(TraceLevel::connections, session)) return;
    out.console(say<DTCSSL915I>(
        session.open.session, offer_of(hello),
        hello.server_name.empty() ? ", no server name" : ", server name " + hello.server_name));
}

void Server::Impl::trace_certificate(const Session& session, std::string_view whose, ByteView der,
                                     Sink& out) const {
    if (traces(TraceLevel::connections, session))
        out.console(say<DTCSSL916I>(session.open.session, whose, fields_of_certificate(der)));
}

void Server::Impl::trace_data(const Session& session, const char* direction, const Buffer& data,
                              Sink& out) const {
    const auto& trace = options.policy.trace;
    if (!traces_data(trace) || !traces(TraceLevel::connections, session)) return;
    const auto shown = data.span().first(std::min<std::size_t>(data.size(), trace.length));
    out.console(say<DTCSSL913I>(
        session.open.session, direction, data.size(),
        shown.size() < data.size() ? fmt::format(", the first {}:", shown.size()) : std::string(":")));
    for (auto& line : dump_of(shown)) out.console_line(std::move(line));
}

/// TRACE FLOW: a request as it comes. The filter counts where the session is known.
void Server::Impl::trace_request(const SslRequest& what, Sink& out) const {
    if (options.policy.trace.level < TraceLevel::flow) return;
    const auto id = session_of(what);
    const auto at = id ? sessions.find(*id) : sessions.end();
    if (at != sessions.end() && !traces(TraceLevel::flow, at->second)) return;
    const auto* opened = std::get_if<SslOpen>(&what);
    if (opened && !sslserv::traces(options.policy.trace, TraceLevel::flow, opened->local, opened->peer))
        return;
    out.console(say<DTCSSL918I>(vmlab::text_of(what)));
}

// ── the member ──

Server::Server(const ServerOptions& options, KeyDatabase database, std::shared_ptr<SessionCache> cache,
               RandomStream random)
    : impl_(std::make_unique<Impl>(options, std::move(database), std::move(cache), std::move(random))) {}

Server::~Server() = default;

void Server::start(Instant now, Sink& out) {
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
    my.note_database(now, out);
    out.console(say<DTCSSL901I>(my.options.userid, my.options.policy.key_file, my.database.records().size()));
    if (const auto& has = my.options.hardware) {
        auto said = say<DTCSSL926I>(has->cpacf ? "CPACF" : "no CPACF",
                                    has->apvirtual ? "APVIRTUAL" : "no APVIRTUAL: " + has->why_no_ap);
        said.rests_on = has->rests_on;
        out.console(std::move(said));
    }
    if (my.options.policy.trace.level >= TraceLevel::flow) {
        out.console(say<DTCSSL918I>(fmt::format("key database {} read, {} records",
                                                my.options.policy.key_file, my.database.records().size())));
        out.console(say<DTCSSL918I>(fmt::format("connecting to {}", my.options.tcpip.view())));
    }
    out.answer(SslServerReady{my.options.parameters, my.options.parameters_where});
}

void Server::receive(SslRequest what, Instant now, Sink& out) {
    auto& my = *impl_;
    if (!my.goes_on(now, out)) return my.held.push_back(std::move(what));
    if (my.cache && !my.cache->served()) return my.receive_unserved(what, now, out);
    my.receive(what, now, out);
}

void Server::tick(Instant now, Sink& out) {
    auto& my = *impl_;
    if (!my.goes_on(now, out)) return;
    while (!my.deadlines.empty() && my.deadlines.begin()->first <= now) {
        const auto id = my.deadlines.begin()->second;
        const auto why = failure_of(kGskIo, fmt::format("no handshake within {} seconds",
                                                        duration_cast<seconds>(kHandshakeTime).count()));
        my.spend_on_handshake(my.sessions.at(id), out);
        my.report_failure(my.sessions.at(id).open, why, false, out);
        my.gsk(out).close(id);
        my.forget(id);
    }
}

std::optional<Instant> Server::next_deadline() const {
    if (impl_->waits_until) return impl_->waits_until;
    if (impl_->deadlines.empty()) return std::nullopt;
    return impl_->deadlines.begin()->first;
}

std::optional<Said> Server::refresh(KeyDatabase database, Instant now, Sink& out) {
    auto& my = *impl_;
    if (const auto unfit = my.judge_database(database)) {
        out.record({RecordKind::refusal, unfit->detail, my.protection.rests_on});
        auto said = say<DTCSSL904E>(unfit->code, unfit->reason).because(my.options.policy.key_file_where);
        out.console(said);
        return said;
    }
    my.database = std::move(database);
    my.labels.clear();
    my.gsk(out).environment(my.options.policy, my.protection, 0);
    my.note_database(now, out);
    out.console(say<DTCSSL905I>(my.database.records().size()));
    return std::nullopt;
}

void Server::quiesce(Instant, Sink& out) {
    impl_->quiescing = true;
    out.console(say<DTCSSL906I>(impl_->sessions.size()));
    out.answer(SslServerQuiescing{});
}

bool Server::waiting() const { return impl_->waits_until.has_value(); }

bool Server::drained() const { return impl_->quiescing && impl_->sessions.empty(); }

void Server::set_trace(const Trace& trace, Instant, Sink& out) {
    impl_->options.policy.trace = trace;
    out.console(say<DTCSSL914I>(text_of(trace)));
}

ServerSnapshot Server::snapshot() const {
    const auto& my = *impl_;
    ServerSnapshot shot;
    shot.userid = my.options.userid;
    shot.active = my.active;
    shot.quiescing = my.quiescing;
    shot.waiting = my.waits_until.has_value();
    shot.policy = my.options.policy;
    shot.key_file = my.options.policy.key_file;
    shot.max_sessions = my.options.max_sessions;
    shot.hardware = my.options.hardware;
    shot.high_sessions = my.high_sessions;
    shot.total_sessions = my.total_sessions;
    shot.failed_handshakes = my.failed_handshakes;
    if (my.cache) shot.cache = my.cache->counts();
    for (const auto& [id, session] : my.sessions)
        shot.sessions.push_back({id, session.open.local, session.open.peer, session.open.label,
                                 session.protocol, session.cipher, session.established,
                                 session.open.role == TlsRole::server, session.resumed, session.bytes_in,
                                 session.bytes_out});
    return shot;
}

}  // namespace vmlab::sslserv
