// A connection's life: bytes in, keys to CP; lines from CP, screens out.
#include "services/telnet/session.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "services/telnet/messages.hpp"
#include "services/tn3270/logon_screen.hpp"
#include "stack/base/names.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {

using tn3270::Aid;
using tn3270::ConsoleScreen;
using tn3270::Inbound;

/// Joins the parts of a session for the length of one call: what negotiation, screen and line mode ask for.
class TelnetSession::Sink final : public NegotiationSink, public tn3270::ConsoleSink, public LineSink {
public:
    Sink(TelnetSession& session, TelnetContext& in) : session_(session), in_(in) {}

    void send(std::span<const std::uint8_t> bytes) override { session_.send(bytes, in_); }
    void send_then_secure(std::span<const std::uint8_t> bytes) override {
        session_.writer_.send_then_secure({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                          in_.host);
    }
    void ask_for_tls() override {
        const TelnetConfig& config = in_.config;
        if (config.tls_label->empty()) {
            in_.host.record(
                {RecordKind::refusal, "START-TLS: there is no TLSLABEL", {config.secure_connection.where}});
            return session_.negotiation_.secure_refused(TlsStatus::label_unknown, *this);
        }
        in_.host.request(SecureRequest{session_.writer_.socket(), TlsRole::server, config.tls_label.value,
                                       config.client_cert_check.value, false, config.tls_label.where,
                                       config.client_cert_check.where});
    }
    std::optional<std::string> reserve_device() override {
        if (!session_.device_) session_.device_ = in_.devices.reserve(session_.writer_.socket());
        if (!session_.device_) return std::nullopt;
        return ldev_name(*session_.device_);
    }
    void agreed(AgreedTerminal terminal) override {
        session_.terminal_ = std::move(terminal);
        session_.start_terminal(in_);
    }
    void end(std::string why, bool security) override {
        const SourceLocation& level = in_.config.secure_connection.where;
        if (security)
            in_.host.console(
                say<DTCSTM904W>(session_.writer_.socket(), session_.peer_.str(), why).because(level));
        session_.close(RecordKind::refusal, std::move(why), in_,
                       security ? std::vector{level} : std::vector<SourceLocation>{});
    }
    void note(Record what) override { in_.host.record(std::move(what)); }
    void fault(Record what) override { session_.fault(std::move(what), in_); }

    void send_record(tn3270::Bytes record) override { session_.send_record(record, in_); }
    void entered(TerminalKey key, unsigned pf, std::string text) override {
        if (!session_.device_) return;  // closed in the middle of this call
        in_.host.terminal(LineEntered{*session_.device_, key, std::uint8_t(pf), std::move(text)});
    }

    void send_text(std::string_view text) override {
        tn3270::Bytes bytes;
        append_escaped(bytes, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        session_.send(bytes, in_);
    }
    void send_echo(bool server_echoes) override {
        session_.negotiation_.echo_offered();
        session_.send(negotiation(server_echoes ? telnet::kWill : telnet::kWont, telnet::kEcho), in_);
    }
    void begin_session() override {
        if (session_.device_) in_.host.terminal(LogonEntered{*session_.device_, {}, {}, {}});
    }
    void line_entered(TerminalKey key, std::string text) override { entered(key, 0, std::move(text)); }
    void line_too_long() override {
        session_.close(RecordKind::drop,
                       fmt::format("telnet-line: more than {} characters came without a line end",
                                   LineTerminal::kMaxInput),
                       in_);
    }

private:
    TelnetSession& session_;
    TelnetContext& in_;
};

TelnetSession::TelnetSession(const Accepted& accepted, const TelnetContext& in)
    : writer_(accepted.socket),
      peer_(accepted.peer),
      negotiation_({in.config.secure_connection, in.config.tn3270e.value}),
      settings_(in.config.terminal),
      last_byte_(in.now),
      last_input_(in.now),
      phase_ends_(in.now + in.config.negotiation_time) {}

void TelnetSession::begin(bool secured, TelnetContext& in) {
    first_byte_seen_ = secured;  // inside TLS there is no second TLS to be taken for Telnet
    Sink sink(*this, in);
    negotiation_.begin(secured, sink);
}

// ── bytes in
// ─────────────────────────────────────────────────────────────────────────────────────────────────────

void TelnetSession::receive(const Buffer& data, TelnetContext& in) {
    constexpr std::uint8_t kTlsHandshakeRecord = 0x16;
    if (phase_ == Phase::closed || data.empty()) return;
    bytes_in_ += data.size();
    last_byte_ = in.now;
    mark_sent_.reset();
    if (!first_byte_seen_ && data[0] == kTlsHandshakeRecord) {
        return close(
            RecordKind::refusal,
            "implicit-tls: the client began with a TLS handshake on a port where TLS is negotiated by "
            "START-TLS; the client is set to the wrong kind of security, or to the wrong port",
            in);
    }
    first_byte_seen_ = true;
    std::span<const std::uint8_t> rest = data.span();
    if (is_injected(rest, in)) return;
    while (const auto event = decoder_.next(rest)) {
        receive_event(*event, in);
        if (phase_ == Phase::closed || is_injected(rest, in)) return;
    }
    schedule(in);
}

/// Behind the client's SB FOLLOWS nothing may come in clear: it would be taken for the user's words inside
/// TLS.
bool TelnetSession::is_injected(std::span<const std::uint8_t> rest, TelnetContext& in) {
    if (rest.empty() || !negotiation_.is_securing()) return false;
    close(RecordKind::refusal,
          "command-injection: clear bytes came behind START-TLS FOLLOWS, before TLS was up", in);
    return true;
}

void TelnetSession::receive_event(const TelnetEvent& event, TelnetContext& in) {
    Sink sink(*this, in);
    switch (event.kind) {
        case TelnetEvent::Kind::data: return receive_data(event.bytes, in);
        case TelnetEvent::Kind::command: return receive_command(event.command, in);
        case TelnetEvent::Kind::negotiation:
        case TelnetEvent::Kind::subnegotiation: return negotiation_.receive(event, sink);
        case TelnetEvent::Kind::too_long: break;
    }
    close(RecordKind::drop,
          fmt::format("telnet-subnegotiation: option {}: more than {} bytes without an end", event.option,
                      TelnetDecoder::kMaxSubnegotiation),
          in);
}

void TelnetSession::receive_data(std::span<const std::uint8_t> data, TelnetContext& in) {
    Sink sink(*this, in);
    if (phase_ == Phase::negotiating) {
        // The text that shows a line-mode client goes nowhere: the greeting is still to come.
        if (negotiation_.receive_text(sink) || phase_ == Phase::closed) return;
        return drop("telnet-early-data: data before a terminal is agreed on", in);
    }
    if (terminal_.kind == TerminalKind::line_mode) {
        last_input_ = in.now;
        return lines_.receive(data, sink);
    }
    if (record_.size() + data.size() > kMaxRecord) {
        record_.clear();
        return close(RecordKind::drop,
                     fmt::format("tn3270-record: more than {} bytes without END-OF-RECORD", kMaxRecord), in);
    }
    record_.insert(record_.end(), data.begin(), data.end());
}

void TelnetSession::receive_command(std::uint8_t command, TelnetContext& in) {
    const bool line_mode = phase_ == Phase::line;
    Sink sink(*this, in);
    switch (command) {
        case telnet::kEor:
            if (!line_mode && phase_ != Phase::negotiating) receive_record(in);
            return;
        case telnet::kBrk:
        case telnet::kIp:
            // A 3270 client sends BRK behind the record of PA1, which has said it already.
            if (line_mode && device_) lines_.receive_break(sink);
            return;
        case telnet::kAyt:
            if (line_mode) sink.send_text("\r\n[Yes]\r\n");
            return;
        default: return;
    }
}

void TelnetSession::receive_record(TelnetContext& in) {
    constexpr std::size_t kHeader = 5;
    constexpr std::uint8_t k3270Data = 0;
    tn3270::Bytes record;
    record.swap(record_);
    std::span<const std::uint8_t> data = record;
    if (terminal_.kind == TerminalKind::tn3270e) {
        if (data.size() < kHeader) return drop("tn3270e-header: a record is shorter than its header", in);
        if (data[0] != k3270Data)
            return drop(fmt::format("tn3270e-type: data type {} is not served", data[0]), in);
        data = data.subspan(kHeader);
    }
    std::string why;
    const auto inbound = tn3270::read_inbound(data, why);
    if (!inbound) return drop("tn3270-malformed: " + why, in);
    last_input_ = in.now;
    receive_key(*inbound, in);
}

void TelnetSession::receive_key(const Inbound& inbound, TelnetContext& in) {
    Sink sink(*this, in);
    switch (phase_) {
        case Phase::querying: {
            const auto size = tn3270::read_usable_area(inbound.structured);
            if (terminal_.display.dynamic && size) terminal_.display.size = *size;
            return open_terminal(in);
        }
        case Phase::logo: return receive_logon(inbound, in);
        case Phase::console:
            if (!inbound.is(Aid::structured_field)) screen_->receive(inbound, in.now, sink);
            return;
        default: return;
    }
}

void TelnetSession::receive_logon(const Inbound& inbound, TelnetContext& in) {
    if (inbound.is(Aid::structured_field)) return;
    tn3270::LogonForm form;
    if (inbound.is(Aid::enter) || inbound.pf() != 0)
        form = tn3270::read_logon(inbound, terminal_.display.size);
    else if (!inbound.is(Aid::clear)) return show_logo(in);
    enter_console(form.userid.empty() ? upper(form.command) : "LOGON " + upper(form.userid), in);
    in.host.terminal(
        LogonEntered{*device_, std::move(form.userid), std::move(form.password), std::move(form.command)});
}

// ── TLS
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void TelnetSession::secure_ready(TelnetContext& in) {
    Sink sink(*this, in);
    if (phase_ != Phase::closed) negotiation_.secure_ready(sink);
}

void TelnetSession::secure_refused(const SecureRefused& refused, TelnetContext& in) {
    if (phase_ == Phase::closed) return;
    Sink sink(*this, in);
    in.host.record({RecordKind::refusal,
                    fmt::format("START-TLS for connection {}: {}{}{}", refused.socket,
                                text_of(refused.status), refused.why.empty() ? "" : ": ", refused.why),
                    {in.config.tls_label.where}});
    negotiation_.secure_refused(refused.status, sink);
    schedule(in);
}

void TelnetSession::secured(const Secured& how, TelnetContext& in) {
    if (phase_ == Phase::closed) return;
    Sink sink(*this, in);
    in.host.record({RecordKind::state, fmt::format("connection {} is secured: {} {}; Telnet begins afresh",
                                                   how.socket, how.protocol, how.cipher)});
    decoder_ = {};
    first_byte_seen_ = true;
    last_byte_ = in.now;
    phase_ends_ = in.now + in.config.negotiation_time;
    negotiation_.secured(sink);
    schedule(in);
}

void TelnetSession::secure_failed(const SecureFailed& how, TelnetContext& in) {
    if (phase_ == Phase::closed) return;
    close(RecordKind::close, fmt::format("the TLS handshake failed: rc {} {}", how.code, how.why), in);
}

// ── the terminal
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void TelnetSession::start_terminal(TelnetContext& in) {
    if (terminal_.kind == TerminalKind::line_mode || !terminal_.display.extended) return open_terminal(in);
    phase_ = Phase::querying;
    phase_ends_ = in.now + in.config.query_time;
    send_record(tn3270::query_record(), in);
}

void TelnetSession::open_terminal(TelnetContext& in) {
    Sink sink(*this, in);
    phase_ends_.reset();
    if (!sink.reserve_device()) {
        in.host.console(say<DTCSTM905W>(writer_.socket(), peer_.str()).because(in.config.devices.where));
        return close(RecordKind::refusal, "no logical device is free", in);
    }
    const bool line_mode = terminal_.kind == TerminalKind::line_mode;
    phase_ = line_mode ? Phase::line : Phase::waiting;
    opened_ = true;
    in.host.record(
        {RecordKind::state, fmt::format("connection {} is terminal {}: {} {}, {}", writer_.socket(),
                                        ldev_name(*device_), name_of(terminal_.kind), terminal_.type,
                                        negotiation_.is_secured() ? "secured" : "in clear")});
    lines_.set(settings_);
    in.host.terminal(
        TerminalOpened{*device_, writer_.socket(), peer_, !line_mode, terminal_.display.size.rows});
    schedule(in);
}

void TelnetSession::show_logo(TelnetContext& in) {
    phase_ = Phase::logo;
    screen_.reset();
    send_record(tn3270::logo_record(terminal_.display.size, system_), in);
}

ConsoleScreen& TelnetSession::enter_console(std::string_view echo, TelnetContext& in) {
    Sink sink(*this, in);
    phase_ = Phase::console;
    screen_ = std::make_unique<ConsoleScreen>(terminal_.display.size, terminal_.display.extended,
                                              in.config.code_page, system_, settings_);
    screen_->open(echo, in.now, sink);
    return *screen_;
}

void TelnetSession::show(const TerminalOutput& what, TelnetContext& in) {
    if (phase_ == Phase::closed || !opened_) return;
    Sink sink(*this, in);
    if (const auto* logo = std::get_if<ShowLogo>(&what)) system_ = logo->system;
    if (const auto* set = std::get_if<SetTerminal>(&what)) settings_ = set->settings;
    if (std::holds_alternative<CloseTerminal>(what)) {
        if (screen_) screen_->flush(in.now, sink);
        return close(RecordKind::close, "CP closed the terminal", in);
    }
    if (phase_ == Phase::line) show_on_lines(what, in);
    else show_on_screen(what, in);
    if (phase_ != Phase::closed) schedule(in);
}

void TelnetSession::show_on_screen(const TerminalOutput& what, TelnetContext& in) {
    if (std::holds_alternative<ShowLogo>(what)) return show_logo(in);
    if (std::holds_alternative<SetTerminal>(what) && !screen_) return;
    Sink sink(*this, in);
    ConsoleScreen& screen = screen_ ? *screen_ : enter_console({}, in);
    std::visit(overloaded{
                   [&](const ShowLine& line) { screen.show_line(line.text, line.priority, in.now, sink); },
                   [&](const ShowState& state) { screen.show_state(state.state, state.hidden_input, sink); },
                   [&](const ClearScreen&) { screen.clear(in.now, sink); },
                   [&](const SetTerminal& set) { screen.set(set.settings, in.now, sink); },
                   [](const ShowLogo&) {},
                   [](const CloseTerminal&) {},
               },
               what);
}

void TelnetSession::show_on_lines(const TerminalOutput& what, TelnetContext& in) {
    Sink sink(*this, in);
    std::visit(overloaded{
                   [&](const ShowLogo& logo) { lines_.greet(logo.system, sink); },
                   [&](const ShowLine& line) { lines_.show_line(line.text, sink); },
                   [&](const ShowState& state) { lines_.show_state(state.state, state.hidden_input, sink); },
                   [&](const SetTerminal& set) { lines_.set(set.settings); },
                   [](const ClearScreen&) {},
                   [](const CloseTerminal&) {},
               },
               what);
}

// ── bytes out, and the end
// ───────────────────────────────────────────────────────────────────────────────────────

void TelnetSession::send(std::span<const std::uint8_t> bytes, TelnetContext& in) {
    if (phase_ == Phase::closed) return;
    bytes_out_ += bytes.size();
    writer_.send(Buffer::copy_of(bytes), in.host);
    if (writer_.waiting() <= kMaxWaiting) return;
    close(RecordKind::drop,
          fmt::format("telnet-output: the client leaves more than {} bytes untaken", kMaxWaiting), in);
}

void TelnetSession::send_record(const tn3270::Bytes& record, TelnetContext& in) {
    tn3270::Bytes bytes;
    bytes.reserve(record.size() + 16);
    if (terminal_.kind == TerminalKind::tn3270e) bytes.assign(5, 0);  // 3270-DATA, no response wanted
    append_escaped(bytes, record);
    bytes.push_back(telnet::kIac);
    bytes.push_back(telnet::kEor);
    send(bytes, in);
}

/// A peer that goes on sending what makes no sense is given up, so that it cannot fill the journal.
void TelnetSession::fault(Record what, TelnetContext& in) {
    if (phase_ == Phase::closed) return;
    in.host.record(std::move(what));
    if (++faults_ < kMaxFaults) return;
    close(RecordKind::drop, fmt::format("telnet-faults: {} faults on one connection", kMaxFaults), in);
}

void TelnetSession::release_device(TelnetContext& in) {
    if (!device_) return;
    if (opened_) in.host.terminal(TerminalLost{*device_});
    in.devices.release(*device_);
    device_.reset();
    opened_ = false;
}

void TelnetSession::close(RecordKind kind, std::string why, TelnetContext& in,
                          std::vector<SourceLocation> rests_on) {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    in.host.record(
        {kind, fmt::format("Telnet connection {} from {} closed: {}", writer_.socket(), peer_.str(), why),
         std::move(rests_on), about_connection(writer_.socket())});
    release_device(in);
    phase_ends_.reset();
    idle_ends_.reset();
    // A client that takes nothing would keep the connection for ever behind what is queued.
    if (writer_.waiting() > kMaxWaiting) return abort(in);
    writer_.close(in.host);
    ended_ = writer_.handed_over();
    if (!ended_) phase_ends_ = in.now + kCloseTime;
}

void TelnetSession::abort(TelnetContext& in) {
    in.host.request(AbortRequest{writer_.socket()});
    ended_ = true;
}

void TelnetSession::receive_credit(std::size_t bytes, TelnetContext& in) {
    writer_.receive_credit(bytes, in.host);
    if (phase_ == Phase::closed && writer_.handed_over()) ended_ = true;
}

void TelnetSession::peer_gone(const std::string& why, TelnetContext& in) {
    close(RecordKind::close, why, in);
}

void TelnetSession::connection_gone(const Closed& how, TelnetContext& in) {
    close(RecordKind::close, how.why.empty() ? name_of(how.reason) : how.why, in);
    ended_ = true;
}

// ── time
// ─────────────────────────────────────────────────────────────────────────────────────────────────────────

void TelnetSession::schedule(TelnetContext& in) {
    idle_ends_.reset();
    if (phase_ == Phase::negotiating || phase_ == Phase::querying || phase_ == Phase::closed) return;
    const auto by = [&](Instant at) { idle_ends_ = idle_ends_ ? std::min(*idle_ends_, at) : at; };
    const TelnetConfig& config = in.config;
    if (mark_sent_) by(*mark_sent_ + std::max<Duration>(config.scan_interval.value, seconds{1}));
    else if (config.timemark.value > Duration{}) by(last_byte_ + config.timemark.value);
    if (config.inactive.value > Duration{}) by(last_input_ + config.inactive.value);
}

void TelnetSession::tick(TelnetContext& in) {
    if (phase_ends_ && *phase_ends_ <= in.now) {
        if (phase_ == Phase::closed) {
            in.host.record({RecordKind::close, fmt::format("Telnet connection {} from {} reset: the client "
                                                           "does not take the last of its output",
                                                           writer_.socket(), peer_.str())});
            return abort(in);
        }
        if (phase_ == Phase::querying) return open_terminal(in);
        return close(RecordKind::drop,
                     fmt::format("telnet-negotiation: timed out waiting for {}", negotiation_.step_name()),
                     in);
    }
    if (phase_ == Phase::closed) return;
    Sink sink(*this, in);
    if (screen_) screen_->tick(in.now, sink);
    if (phase_ == Phase::closed || !idle_ends_ || *idle_ends_ > in.now) return;
    const TelnetConfig& config = in.config;
    if (config.inactive.value > Duration{} && last_input_ + config.inactive.value <= in.now) {
        return close(RecordKind::drop, "telnet-inactive: no input within INACTIVE", in,
                     {config.inactive.where});
    }
    if (mark_sent_) {
        return close(RecordKind::drop, "telnet-timemark: a timing mark was not answered", in,
                     {config.timemark.where, config.scan_interval.where});
    }
    mark_sent_ = in.now;
    send(negotiation(telnet::kDo, telnet::kTimingMark), in);
    if (phase_ != Phase::closed) schedule(in);
}

std::optional<Instant> TelnetSession::deadline() const {
    std::optional<Instant> nearest = phase_ends_;
    const auto by = [&](std::optional<Instant> at) {
        if (at && (!nearest || *at < *nearest)) nearest = at;
    };
    by(idle_ends_);
    if (screen_ && phase_ != Phase::closed) by(screen_->next_deadline());
    return nearest;
}

TelnetSessionSnapshot TelnetSession::snapshot() const {
    TelnetSessionSnapshot shot;
    shot.socket = writer_.socket();
    shot.peer = peer_;
    shot.device = device_;
    shot.kind = opened_ ? name_of(terminal_.kind) : phase_ == Phase::closed ? "closing" : "negotiating";
    shot.terminal_type = terminal_.type;
    shot.secured = negotiation_.is_secured();
    shot.bytes_in = bytes_in_;
    shot.bytes_out = bytes_out_;
    shot.last_input = last_input_;
    return shot;
}

}  // namespace vmlab::services
