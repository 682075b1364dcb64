#include "simulator/machines/workstation.hpp"

#include <fmt/format.h>

#include <charconv>
#include <tuple>

#include "sslserv/tls_session.hpp"
#include "stack/base/assert.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kMostTalk = 256 * 1024;         ///< kept of a control connection and not yet looked at
constexpr std::size_t kMostData = 256 * 1024 * 1024;  ///< of a download
constexpr std::size_t kInFlight = 128 * 1024;         ///< handed to the stack and not acknowledged
constexpr std::size_t kPiece = 16 * 1024;

/// What a client offers that knows nothing newer: TLS 1.1 to 1.3, and elliptic curves with SHA-2.
sslserv::Protection client_protection(sslserv::Protocol newest) {
    using sslserv::Protocol;
    sslserv::Policy policy;
    policy.level = Level(Release::v740);
    for (const auto version : {Protocol::tlsv1_1, Protocol::tlsv1_2, Protocol::tlsv1_3})
        policy.protocols.push_back({version, version <= newest, {}});
    for (const auto& suite : sslserv::all_cipher_suites())
        if (suite.exchange == sslserv::KeyExchange::ecdhe && suite.bits >= 128 &&
            suite.mac != sslserv::SuiteMac::sha1 && suite.negotiable)
            policy.ciphers.push_back({std::string(suite.name), true, {}});
    return sslserv::decide_protection(policy);
}

/// "(|||50003|)" or "(9,60,60,3,195,83)": the port. 0 when there is none.
std::uint16_t data_port_of(std::string_view reply) {
    unsigned numbers[6] = {};
    std::size_t n = 0;
    const auto start = reply.find('(');
    if (start == reply.npos) return 0;
    const char* at = reply.data() + start + 1;
    const char* end = reply.data() + reply.size();
    while (at < end && *at != ')' && n < 6) {
        const auto [next, error] = std::from_chars(at, end, numbers[n]);
        if (error == std::errc{}) ++n;
        at = next == at ? at + 1 : next;
    }
    if (reply.starts_with("229") && n == 1 && numbers[0] < 65536) return std::uint16_t(numbers[0]);
    if (reply.starts_with("227") && n == 6 && numbers[4] < 256 && numbers[5] < 256)
        return std::uint16_t(numbers[4] * 256 + numbers[5]);
    return 0;
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char c : bytes.substr(0, 80))
        text += static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) < 0x7f
                    ? std::string(1, c)
                    : fmt::format("<{:02X}>", static_cast<unsigned char>(c));
    return text;
}

}  // namespace

/// One TCP connection, with or without TLS over it.
struct Workstation::Link {
    enum class Stage { none, connecting, open, over } stage = Stage::none;
    stack::ConnectionId id = 0;
    Endpoint peer{};
    std::size_t most = kMostTalk;
    std::unique_ptr<sslserv::TlsSession> tls{};
    std::string protocol{}, cipher{};
    bool resumed = false;
    bool peer_ended = false;  ///< in order: close_notify under TLS, else FIN
    bool shut = false;        ///< our half is closed
    std::string error{};      ///< why it is over, or as good as over
    std::string in{};         ///< heard, not yet looked at
    std::string out{};        ///< to be sent as the peer takes it
    std::size_t sent = 0;     ///< of `out`
    bool end_after_out = false;

    bool is_open() const { return stage == Stage::open; }
    /// Why nothing more will come; nothing while something may.
    std::optional<std::string> silent() const {
        if (!error.empty()) return error;
        if (is_open() && !peer_ended) return std::nullopt;
        return "the peer closed the connection";
    }
    void end(std::string why) {
        stage = Stage::over;
        if (error.empty()) error = std::move(why);
    }
};

struct Workstation::Talk {
    std::uint32_t number = 0;
    Conversation script;
    ConversationResult result{};
    Link control{}, data{};
    std::size_t step = 0;
    bool begun = false;  ///< the step's action has been taken
    bool failed = false;
    bool noted_tls = false;  ///< the step's handshake stands in the transcript
    Instant deadline{};
    std::string reply_code{};  ///< of the reply that has begun
    std::string last_reply{};
    std::uint16_t echo = 0;
    bool echo_heard = false;
    std::string echo_error{};

    void note(std::string line) {
        if (result.transcript.size() < 2000) result.transcript.push_back(std::move(line));
    }
    bool fail(const std::string& why) {
        failed = true;
        result.failed_step = step;
        result.why = describe(script.steps[step]) + ": " + why;
        note("! " + result.why);
        return false;
    }
};

/// What a TLS session said during one call. (Its secrets are written down by the SSL server at the other
/// end.)
class Workstation::TlsOut final : public sslserv::TlsSink {
public:
    explicit TlsOut(Link& link) : link_(link) {}
    void ciphertext(Buffer data, std::size_t) override { wire.push_back(std::move(data)); }
    void plaintext(Buffer data) override { link_.in += data.view(); }
    void established(const sslserv::TlsEstablished& how) override {
        link_.protocol = std::string(sslserv::short_name_of(how.version));
        link_.cipher = how.cipher;
        link_.resumed = how.resumed;
    }
    void failed(const sslserv::TlsFailure& why) override {
        link_.error =
            fmt::format("TLS: {} {}{}{}", why.code, why.reason, why.detail.empty() ? "" : ": ", why.detail);
    }
    void peer_closed() override { link_.peer_ended = true; }
    void key_log(std::string) override {}
    bool logs_keys() const override { return false; }

    std::vector<Buffer> wire;

private:
    Link& link_;
};

Workstation::Workstation(Name8 name, const stack::StackOptions& options, RandomStream random,
                         RandomStream tls)
    : ExternalHost(name, options, std::move(random)), tls_random_(std::move(tls)) {}

Workstation::~Workstation() = default;

std::uint32_t Workstation::start(Conversation what, System& world) {
    auto talk = std::make_unique<Talk>();
    talk->script = std::move(what);
    talk->data.most = kMostData;
    talk->result.began = world.now();
    const auto number = talk->number = next_number_++;
    talks_.emplace(number, std::move(talk));
    ready_.insert(number);
    world.post(index(), DeadlinePassed{});
    return number;
}

const ConversationResult& Workstation::result(std::uint32_t number) const {
    const auto found = talks_.find(number);
    vm_assert(found != talks_.end());
    return found->second->result;
}

void Workstation::forget(std::uint32_t number, System& world) {
    const auto found = talks_.find(number);
    if (found == talks_.end()) return;
    Talk& talk = *found->second;
    for (Link* link : {&talk.control, &talk.data}) {
        abort(*link, world);
        lose(*link);
    }
    stop_waiting(talk);
    ready_.erase(number);
    talks_.erase(found);
    drain(world);
}

void Workstation::receive(Event& event, System& world) {
    ExternalHost::receive(event, world);
    go_on(world);
    drain(world);
}

std::optional<Instant> Workstation::next_deadline() const {
    const auto next = ExternalHost::next_deadline();
    if (waits_.empty() || (next && *next <= waits_.begin()->first)) return next;
    return waits_.begin()->first;
}

// ── what the stack tells ──────────────────────────────────────────────────────────────────────────────────

void Workstation::news(stack::News& n, System& world) {
    using Kind = stack::News::Kind;
    if (n.kind == Kind::echo_reply || n.kind == Kind::icmp_error) return hear_echo(n);
    const auto found = talk_of_.find(n.id);
    if (found == talk_of_.end()) return;
    Talk& talk = *talks_.at(found->second);
    ready_.insert(talk.number);
    for (Link* link : {&talk.control, &talk.data})
        if (link->stage != Link::Stage::none && link->id == n.id) return hear_link(talk, *link, n, world);
}

void Workstation::hear_echo(const stack::News& n) {
    for (auto& [number, talk] : talks_) {
        if (talk->echo == 0 || talk->echo != n.id) continue;
        ready_.insert(number);
        if (n.kind == stack::News::Kind::echo_reply) talk->echo_heard = true;
        else talk->echo_error = n.why.empty() ? "an ICMP error came back" : n.why;
    }
}

void Workstation::hear_link(Talk& talk, Link& link, stack::News& n, System& world) {
    Wire wire(*this, world);
    switch (n.kind) {
        case stack::News::Kind::connected: link.stage = Link::Stage::open; break;
        case stack::News::Kind::connect_failed:
            link.end(fmt::format("{}{}{}", name_of(n.reason), n.why.empty() ? "" : ": ", n.why));
            break;
        case stack::News::Kind::received: {
            if (link.tls) {
                TlsOut out(link);
                for (auto& part : n.received) link.tls->receive(std::move(part), world.now(), out);
                to_wire(link, out, world);
            } else {
                for (const auto& part : n.received) link.in += part.view();
            }
            if (link.in.size() > link.most) {
                abort(link, world);
                link.end("the peer said more than this client keeps");
            } else if (link.is_open()) {
                stack_.consumed(link.id, n.bytes, world.now(), wire);
            }
            break;
        }
        case stack::News::Kind::peer_closed:
            if (!link.tls) {
                link.peer_ended = true;
            } else {
                TlsOut out(link);
                link.tls->wire_closed(world.now(), out);
                to_wire(link, out, world);
                if (!link.peer_ended && link.error.empty())
                    link.error = "truncated: FIN came without close_notify";
            }
            break;
        case stack::News::Kind::closed:
            link.end(n.reason == CloseReason::finished
                         ? std::string()
                         : fmt::format("{}{}{}", name_of(n.reason), n.why.empty() ? "" : ": ", n.why));
            if (talk.result.ended) link.tls.reset();
            break;
        case stack::News::Kind::acknowledged: pump(link, world); break;
        default: break;
    }
}

// ── links ─────────────────────────────────────────────────────────────────────────────────────────────────

void Workstation::open(Talk& talk, Link& link, const Endpoint& to, System& world) {
    abort(link, world);
    lose(link);
    const auto most = link.most;
    link = Link{};
    link.most = most;
    link.peer = to;
    Wire wire(*this, world);
    if (const auto id = stack_.connect(to, 0, world.now(), wire)) {
        link.id = *id;
        link.stage = Link::Stage::connecting;
        talk_of_.emplace(*id, talk.number);
    } else {
        link.end("this host cannot connect there");
    }
}

void Workstation::start_tls(Talk& talk, Link& link, System& world) {
    auto& context = tls_[{talk.script.newest, talk.script.certificate}];
    if (!context) {
        sslserv::TlsSettings settings;
        settings.protection = client_protection(talk.script.newest);
        settings.trusted = trusted_;
        if (const auto own = held_.find(talk.script.certificate); own != held_.end())
            std::tie(settings.certificate, settings.pkcs8) = own->second;
        context = std::get<0>(sslserv::TlsContext::make(TlsRole::client, settings, tls_random_, world.now()));
    }
    sslserv::TlsSessionOptions options;
    options.verify_peer = talk.script.verify;
    options.host = talk.script.host;
    if (&link == &talk.data && talk.script.resume_data && talk.control.tls)
        options.resume = talk.control.tls->resumable();
    link.tls = std::make_unique<sslserv::TlsSession>(context, options, tls_random_, world.now());
    TlsOut out(link);
    link.tls->start(world.now(), out);
    // What came before the handshake began belongs to it when the peer speaks TLS already.
    if (!link.in.empty()) {
        const std::string early = std::exchange(link.in, {});
        link.tls->receive(Buffer::copy_of(early), world.now(), out);
    }
    to_wire(link, out, world);
}

void Workstation::to_wire(Link& link, TlsOut& out, System& world) {
    Wire wire(*this, world);
    for (auto& data : out.wire)
        if (link.is_open() && !link.shut) stack_.send(link.id, std::move(data), world.now(), wire);
    out.wire.clear();
}

void Workstation::send(Link& link, std::string_view bytes, System& world) {
    if (!link.is_open() || link.shut) return;
    if (!link.tls) {
        Wire wire(*this, world);
        stack_.send(link.id, Buffer::copy_of(bytes), world.now(), wire);
        return;
    }
    TlsOut out(link);
    link.tls->write(Buffer::copy_of(bytes), world.now(), out);
    to_wire(link, out, world);
}

/// Hands on what the peer has room for; then, when asked to, the end.
void Workstation::pump(Link& link, System& world) {
    if (!link.is_open() || link.shut || (link.tls && !link.tls->is_open())) return;
    while (link.sent < link.out.size() && stack_.unacknowledged(link.id) < kInFlight) {
        const auto piece = std::string_view(link.out).substr(link.sent, kPiece);
        send(link, piece, world);
        link.sent += piece.size();
    }
    if (link.sent == link.out.size() && link.end_after_out) shut(link, world);
}

void Workstation::shut(Link& link, System& world) {
    if (!link.is_open() || link.shut) return;
    if (link.tls) {
        TlsOut out(link);
        link.tls->shutdown(world.now(), out);
        to_wire(link, out, world);
    }
    link.shut = true;
    Wire wire(*this, world);
    stack_.shutdown(link.id, world.now(), wire);
}

void Workstation::abort(Link& link, System& world) {
    if (link.stage == Link::Stage::connecting || link.stage == Link::Stage::open) {
        Wire wire(*this, world);
        stack_.abort(link.id, world.now(), wire);
    }
    link.stage = link.stage == Link::Stage::none ? link.stage : Link::Stage::over;
}

// ── the script ────────────────────────────────────────────────────────────────────────────────────────────

void Workstation::wait_until(Talk& talk, Instant at) {
    stop_waiting(talk);
    talk.deadline = at;
    waits_.emplace(at, talk.number);
}

void Workstation::stop_waiting(Talk& talk) { waits_.erase({talk.deadline, talk.number}); }

/// Nothing more is heard of its connection.
void Workstation::lose(const Link& link) {
    if (link.stage != Link::Stage::none) talk_of_.erase(link.id);
}

void Workstation::go_on(System& world) {
    for (auto at = waits_.begin(); at != waits_.end() && at->first <= world.now(); ++at)
        ready_.insert(at->second);
    while (!ready_.empty()) {
        const auto number = *ready_.begin();
        ready_.erase(ready_.begin());
        work(*talks_.at(number), world);
    }
}

void Workstation::work(Talk& talk, System& world) {
    while (!talk.result.ended) {
        if (talk.step == talk.script.steps.size()) return finish(talk, world);
        const ClientStep& step = talk.script.steps[talk.step];
        if (!talk.begun) {
            talk.begun = true;
            talk.noted_tls = false;
            const auto* pause = std::get_if<Pause>(&step);
            wait_until(talk, world.now() + (pause ? pause->length : talk.script.patience));
            begin(talk, step, world);
        }
        if (done(talk, step, world)) {
            talk.begun = false;
            ++talk.step;
            continue;
        }
        if (!talk.failed && world.now() >= talk.deadline)
            talk.fail(
                fmt::format("nothing came for {} s", duration_cast<seconds>(talk.script.patience).count()));
        if (!talk.failed) return;
        finish(talk, world);
    }
}

void Workstation::begin(Talk& talk, const ClientStep& step, System& world) {
    Link& control = talk.control;
    std::visit(overloaded{
                   [&](const OpenConnection& s) {
                       talk.note("* connects to " + s.to.str());
                       open(talk, control, s.to, world);
                   },
                   [&](const SendLine& s) {
                       talk.note("> " + describe(s).substr(5));
                       send(control, s.line + "\r\n", world);
                   },
                   [&](const SendBytes& s) {
                       talk.note("> " + printable(s.bytes));
                       send(control, s.bytes, world);
                   },
                   [&](const StartTls&) { start_tls(talk, control, world); },
                   [&](const OpenData& s) {
                       abort(talk.data, world);
                       lose(talk.data);
                       talk.data.stage = Link::Stage::none;
                       const char* command = s.extended ? "EPSV" : "PASV";
                       talk.note(fmt::format("> {}", command));
                       send(control, fmt::format("{}\r\n", command), world);
                   },
                   [&](const TransferData& s) {
                       if (s.secure) start_tls(talk, talk.data, world);
                       talk.data.out = s.content;
                       talk.data.end_after_out = s.upload;
                       pump(talk.data, world);
                   },
                   [&](const CloseConnection&) { shut(control, world); },
                   [&](const SendEcho& s) {
                       talk.echo = next_echo_++;
                       talk.echo_heard = false;
                       talk.note("* pings " + s.to.str());
                       Wire wire(*this, world);
                       stack_.send_echo(s.to, talk.echo, 1, 56, world.now(), wire);
                   },
                   [](const auto&) {},
               },
               step);
    drain(world);
}

bool Workstation::done(Talk& talk, const ClientStep& step, System& world) {
    return std::visit(overloaded{
                          [&](const OpenConnection& s) { return is_connected(talk, s, world); },
                          [&](const ExpectReply& s) { return reply_is_there(talk, s.code); },
                          [&](const ExpectBytes& s) { return bytes_are_there(talk, s.bytes); },
                          [&](const ExpectText& s) { return text_is_there(talk, s.text); },
                          [&](const StartTls&) { return is_secure(talk, talk.control); },
                          [&](const OpenData&) { return data_is_open(talk, world); },
                          [&](const TransferData& s) { return data_is_over(talk, s, world); },
                          [&](const CloseConnection&) { return is_closed(talk); },
                          [&](const ExpectClose&) { return is_closed(talk); },
                          [&](const SendEcho&) { return echo_is_there(talk); },
                          [&](const Pause&) { return world.now() >= talk.deadline; },
                          [](const auto&) { return true; },
                      },
                      step);
}

bool Workstation::is_connected(Talk& talk, const OpenConnection& step, System& world) {
    Link& link = talk.control;
    if (link.tls) return is_secure(talk, link);
    if (link.stage == Link::Stage::over) return talk.fail(link.error);
    if (!link.is_open()) return false;
    if (!step.tls) return true;
    start_tls(talk, link, world);
    drain(world);
    return is_secure(talk, link);
}

bool Workstation::is_secure(Talk& talk, Link& link) {
    // Behind the handshake, data and the end may have come with it: they are for the steps that follow.
    if (!link.tls || !link.tls->is_open()) {
        if (const auto why = link.silent())
            return talk.fail(link.error.empty() ? *why + " during the handshake" : *why);
        return false;
    }
    if (talk.noted_tls) return true;
    talk.noted_tls = true;
    talk.note(fmt::format("* {} {}{}, certificate {}", link.protocol, link.cipher,
                          link.resumed ? ", session resumed" : "",
                          talk.script.verify ? "verified" : "not verified"));
    if (&link == &talk.control) {
        talk.result.protocol = link.protocol;
        talk.result.cipher = link.cipher;
        talk.result.verified = talk.script.verify;
    }
    return true;
}

/// Takes lines until a reply is complete; the wrong one fails the step.
bool Workstation::reply_is_there(Talk& talk, std::string_view code) {
    Link& link = talk.control;
    for (auto end = link.in.find('\n'); end != link.in.npos; end = link.in.find('\n')) {
        const std::string line(trimmed(std::string_view(link.in).substr(0, end)));
        link.in.erase(0, end + 1);
        talk.note("< " + line);
        if (talk.reply_code.empty() && line.size() >= 3) talk.reply_code = line.substr(0, 3);
        const bool last = line.starts_with(talk.reply_code) && (line.size() == 3 || line[3] != '-');
        if (talk.reply_code.empty() || !last) continue;
        talk.reply_code.clear();
        talk.last_reply = line;
        if (line.starts_with(code)) return true;
        return talk.fail("the peer said " + line);
    }
    const auto why = link.silent();
    return why && talk.fail(*why);
}

bool Workstation::bytes_are_there(Talk& talk, std::string_view bytes) {
    Link& link = talk.control;
    const auto n = std::min(bytes.size(), link.in.size());
    if (std::string_view(link.in).substr(0, n) != bytes.substr(0, n)) {
        talk.note("< " + printable(link.in));
        return talk.fail(fmt::format("the peer said {}, not {}", printable(link.in), printable(bytes)));
    }
    if (n == bytes.size()) {
        talk.note("< " + printable(bytes));
        link.in.erase(0, n);
        return true;
    }
    const auto why = link.silent();
    return why && talk.fail(*why);
}

bool Workstation::text_is_there(Talk& talk, std::string_view text) {
    Link& link = talk.control;
    if (const auto at = link.in.find(text); at != link.in.npos) {
        talk.note("< " + printable(std::string_view(link.in).substr(0, at + text.size())));
        link.in.erase(0, at + text.size());
        return true;
    }
    const auto why = link.silent();
    if (!why) return false;
    if (!link.in.empty()) talk.note("< " + printable(link.in));
    return talk.fail(*why);
}

bool Workstation::is_closed(Talk& talk) {
    Link& link = talk.control;
    if (!link.silent()) return false;
    for (std::size_t at = 0; at < link.in.size();) {
        const auto end = std::min(link.in.find('\n', at), link.in.size());
        talk.note("< " + printable(trimmed(std::string_view(link.in).substr(at, end - at))));
        at = end + 1;
    }
    link.in.clear();
    if (!link.error.empty()) return talk.fail(link.error);
    return true;
}

bool Workstation::echo_is_there(Talk& talk) {
    if (!talk.echo_error.empty()) return talk.fail(talk.echo_error);
    if (talk.echo_heard) talk.note("< echo reply");
    return talk.echo_heard;
}

bool Workstation::data_is_open(Talk& talk, System& world) {
    Link& data = talk.data;
    if (data.stage == Link::Stage::none) {
        if (!reply_is_there(talk, "22")) return false;
        const auto port = data_port_of(talk.last_reply);
        if (port == 0) return talk.fail("no port in " + talk.last_reply);
        open(talk, data, {talk.control.peer.address, port}, world);
        drain(world);
    }
    if (data.stage == Link::Stage::over) return talk.fail("data connection: " + data.error);
    return data.is_open();
}

bool Workstation::data_is_over(Talk& talk, const TransferData& step, System& world) {
    Link& data = talk.data;
    if (!data.error.empty()) return talk.fail("data connection: " + data.error);
    if (step.secure && !talk.noted_tls) {
        if (!is_secure(talk, data)) return false;
        pump(data, world);
        drain(world);
    }
    const bool ended = data.peer_ended || data.stage == Link::Stage::over;
    if (!ended) return false;
    if (step.upload && !data.shut)
        return talk.fail(fmt::format("data connection: closed by the peer after {} of {} bytes", data.sent,
                                     data.out.size()));
    TransferResult result;
    result.upload = step.upload;
    result.content = step.upload ? std::string() : std::exchange(data.in, {});
    result.bytes = step.upload ? data.sent : result.content.size();
    result.sha256 = sha256_text(step.upload ? data.out : result.content);
    result.cipher = data.cipher;
    result.resumed = data.resumed;
    talk.note(fmt::format("* {} bytes {}, SHA-256 {}", result.bytes, step.upload ? "sent" : "received",
                          result.sha256.substr(0, 16)));
    talk.result.transfers.push_back(std::move(result));
    shut(data, world);
    return true;
}

void Workstation::finish(Talk& talk, System& world) {
    stop_waiting(talk);
    talk.result.ended = true;
    talk.result.succeeded = !talk.failed;
    talk.result.over = world.now();
    if (talk.failed) {
        abort(talk.control, world);
        abort(talk.data, world);
    } else {
        shut(talk.control, world);
        shut(talk.data, world);
    }
    talk.script.steps = {};  // with what was to be sent
    talk.data.out = {};
    world.record(name(), {RecordKind::state,
                          talk.failed ? "client script failed: " + talk.result.why
                                      : fmt::format("client script done in {} steps", talk.step),
                          {}});
}

}  // namespace vmlab::sim
