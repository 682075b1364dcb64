// The dialogue of one SMTP connection: framing, greetings, security.
#include "services/smtp/session.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

constexpr std::size_t kLongestCommand = 2048;
constexpr std::size_t kLongestTextLine = 65536;
constexpr std::size_t kMostUnreadReplies = 1u << 20;
constexpr Duration kCloseWait = seconds{10};

}  // namespace

std::string SmtpShared::full_name() const {
    return system.domain.empty() ? system.host_name : system.host_name + "." + system.domain;
}

bool SmtpShared::is_local(std::string_view domain, const IpAddress& own) const {
    return domain.empty() || iequals(domain, full_name()) || iequals(domain, system.host_name) ||
           iequals(domain, system.node) || domain == "[" + own.str() + "]";
}

std::string mail_date(Instant at, const Zone& zone) {
    const Calendar c = calendar_of(at, zone.offset);
    const auto offset = duration_cast<minutes>(zone.offset).count();
    const auto size = offset < 0 ? -offset : offset;
    return fmt::format("{:.3}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}", weekday_name(c.weekday), c.day,
                       month_name(c.month), c.year, c.hour, c.minute, c.second, offset < 0 ? '-' : '+',
                       size / 60, size % 60);
}

SmtpSession::SmtpSession(const Accepted& accepted, const SmtpConfig& config, Instant now)
    : local_(accepted.local),
      peer_(accepted.peer),
      writer_(accepted.socket),
      lines_(kLongestCommand),
      secured_(accepted.secured),
      last_command_(now),
      inactive_(*config.inactive) {}

void SmtpSession::greet(SmtpCall call) {
    const auto& shared = call.shared;
    say(fmt::format("220 {} running IBM VM SMTP Level {} on {}", shared.full_name(),
                    shared.system.tcpip_level, mail_date(call.now, shared.system.zone)),
        call);
}

const SmtpSession::Command* SmtpSession::find(std::string_view verb) {
    static constexpr Command kCommands[] = {
        {"DATA", &SmtpSession::run_data, true},  {"EHLO", &SmtpSession::run_ehlo, false},
        {"EXPN", &SmtpSession::run_expn, true},  {"HELO", &SmtpSession::run_helo, true},
        {"HELP", &SmtpSession::run_help, true},  {"MAIL", &SmtpSession::run_mail, true},
        {"NOOP", &SmtpSession::run_noop, false}, {"QUIT", &SmtpSession::run_quit, false},
        {"RCPT", &SmtpSession::run_rcpt, true},  {"RSET", &SmtpSession::run_rset, true},
        {"VRFY", &SmtpSession::run_vrfy, true},  {"STARTTLS", &SmtpSession::run_starttls, false},
    };
    for (const auto& command : kCommands)
        if (command.verb == verb) return &command;
    return nullptr;
}

void SmtpSession::receive(const SocketNotice& notice, SmtpCall call) {
    const auto& label = call.shared.config.tls_label;
    std::visit(overloaded{
                   [&](const Received& received) { receive_bytes(received.data.view(), call); },
                   [&](const PeerClosed&) {
                       if (phase_ == Phase::closing) return;
                       note(RecordKind::close, "closed by the client", {}, call);
                       close(call);
                   },
                   [&](const Closed& end) {
                       if (phase_ != Phase::closing)
                           note(RecordKind::close, end.why.empty() ? name_of(end.reason) : end.why, {}, call);
                       ended_ = true;
                   },
                   [&](const SendCredit& credit) {
                       writer_.receive_credit(credit.bytes, call.out);
                       if (phase_ == Phase::closing && writer_.handed_over()) ended_ = true;
                   },
                   [&](const SecureReady&) {
                       if (phase_ != Phase::asking) return;
                       phase_ = Phase::securing;
                       writer_.send_then_secure("220 Ready to start TLS\r\n", call.out);
                   },
                   [&](const SecureRefused& no) {
                       if (phase_ != Phase::asking) return;
                       phase_ = Phase::commands;
                       const auto verdict = decide(*call.shared.config.tls, ClientWish::asks, no.status);
                       refuse("454 TLS not available due to temporary reason",
                              fmt::format("{}{}{}", verdict.reason, no.why.empty() ? "" : ": ", no.why),
                              {call.shared.config.tls.where, label.where}, call);
                   },
                   [&](const Secured& up) { secured(up, call); },
                   [&](const SecureFailed& no) {
                       note(RecordKind::close,
                            fmt::format("the TLS handshake failed with return code {}: {}", no.code, no.why),
                            {label.where}, call);
                       // TCPIP sends TLS's alert and closes; an abort from here could overtake the alert.
                       phase_ = Phase::closing;
                       ended_ = true;
                   },
                   [](const auto&) {},
               },
               notice);
}

void SmtpSession::receive_bytes(std::string_view bytes, SmtpCall call) {
    if (phase_ == Phase::closing) return;
    if (phase_ == Phase::asking || phase_ == Phase::securing)
        return abort("command injection: bytes in clear arrived between STARTTLS and its reply", call);
    lines_.receive(bytes);
    std::string line;
    while (!ended_ && (phase_ == Phase::commands || phase_ == Phase::content)) {
        const auto next = lines_.next(line);
        if (next == LineBuffer::Next::nothing) return;
        last_command_ = call.now;
        if (next == LineBuffer::Next::too_long) {
            refuse("500 Line too long; connection closed",
                   phase_ == Phase::content ? "a line of the note is beyond every bound"
                                            : "no line end where a command was expected",
                   {}, call);
            return close(call);
        }
        if (phase_ == Phase::content) take_content_line(line, lines_.ended_by_crlf(), call);
        else run_line(line, call);
        lines_.set_limit(phase_ == Phase::content ? kLongestTextLine : kLongestCommand);
    }
}

void SmtpSession::run_line(std::string_view line, SmtpCall call) {
    const auto blank = std::min(line.find(' '), line.size());
    const std::string verb = upper(line.substr(0, blank));
    const Command* command = find(verb);
    if (command == nullptr)
        return refuse(fmt::format("500 Unknown command, '{}'", shown(verb, 24)),
                      "the server does not know this command", {}, call);
    const auto& tls = call.shared.config.tls;
    const auto verdict = decide(*tls, secured_ ? ClientWish::asks : ClientWish::does_not, TlsStatus::ready);
    if (command->only_secured && verdict.decision == SecureDecision::demand_tls)
        return refuse("530 Must issue a STARTTLS command first", std::string(verdict.reason), {tls.where},
                      call);
    (this->*command->run)(trimmed(line.substr(blank)), call);
}

void SmtpSession::run_helo(std::string_view operand, SmtpCall call) {
    if (operand.empty()) return refuse("501 HELO wants a name", "HELO without a name", {}, call);
    forget_note();
    client_name_ = shown(operand, 255);
    extended_ = false;
    say(fmt::format("250 {} is my domain name.", call.shared.full_name()), call);
}

void SmtpSession::run_ehlo(std::string_view operand, SmtpCall call) {
    if (operand.empty()) return refuse("501 EHLO wants a name", "EHLO without a name", {}, call);
    forget_note();
    client_name_ = shown(operand, 255);
    extended_ = true;
    const auto& config = call.shared.config;
    std::string text = fmt::format("250-{} is my domain name.\r\n250-EXPN\r\n250-HELP\r\n250-8BITMIME\r\n",
                                   call.shared.full_name());
    if (!secured_ && *config.tls != SecureLevel::never && !config.tls_label->empty())
        text += "250-STARTTLS\r\n";
    say(text + fmt::format("250 SIZE {}", *config.max_mail_bytes), call);
}

void SmtpSession::run_starttls(std::string_view operand, SmtpCall call) {
    const auto& config = call.shared.config;
    if (!operand.empty())
        return refuse("501 STARTTLS takes no operand", "STARTTLS with an operand", {}, call);
    if (secured_) return refuse("503 The connection is secure already", "STARTTLS inside TLS", {}, call);
    const auto verdict = decide(*config.tls, ClientWish::asks,
                                config.tls_label->empty() ? TlsStatus::label_unknown : TlsStatus::ready);
    if (verdict.decision == SecureDecision::refuse_tls)
        return refuse("502 STARTTLS is not available here", std::string(verdict.reason), {config.tls.where},
                      call);
    if (verdict.decision != SecureDecision::secure)
        return refuse("454 TLS not available due to temporary reason", "there is no TLSLABEL statement",
                      {config.tls.where}, call);
    if (lines_.size() > 0)
        return abort("command injection: bytes in clear arrived behind STARTTLS, before its reply", call);
    phase_ = Phase::asking;
    call.out.request(SecureRequest{writer_.socket(), TlsRole::server, *config.tls_label,
                                   *config.client_cert_check, false, config.tls_label.where});
}

void SmtpSession::secured(const Secured& up, SmtpCall call) {
    if (phase_ != Phase::securing) return;
    // RFC 3207 4.2: the server must forget what the client said before the handshake.
    forget_note();
    client_name_.clear();
    extended_ = false;
    secured_ = true;
    phase_ = Phase::commands;
    last_command_ = call.now;
    note(RecordKind::state, fmt::format("secured: {} {}", up.protocol, up.cipher), {}, call);
}

void SmtpSession::run_rset(std::string_view, SmtpCall call) {
    forget_note();
    say("250 Reset", call);
}

void SmtpSession::run_help(std::string_view, SmtpCall call) {
    say("214-Commands of this server:\r\n214- DATA EHLO EXPN HELO HELP MAIL NOOP QUIT RCPT RSET STARTTLS "
        "VRFY\r\n"
        "214 End of HELP",
        call);
}

void SmtpSession::run_noop(std::string_view, SmtpCall call) { say("250 OK", call); }

void SmtpSession::run_quit(std::string_view, SmtpCall call) {
    say(fmt::format("221 {} running IBM VM SMTP Level {} closing connection", call.shared.full_name(),
                    call.shared.system.tcpip_level),
        call);
    note(RecordKind::close, "QUIT", {}, call);
    close(call);
}

void SmtpSession::tick(SmtpCall call) {
    if (phase_ == Phase::closing) {
        if (close_deadline_ && *close_deadline_ <= call.now)
            abort("the client does not take its last replies", call);
        return;
    }
    if (inactive_ == Duration{} || call.now < last_command_ + inactive_) return;
    if (phase_ == Phase::asking || phase_ == Phase::securing)
        return abort("the TLS handshake did not end in time", call);
    refuse(fmt::format("421 {} closing connection: idle for more than {} seconds", call.shared.full_name(),
                       duration_cast<seconds>(inactive_).count()),
           "idle for INACTIVE seconds", {call.shared.config.inactive.where}, call);
    close(call);
}

std::optional<Instant> SmtpSession::deadline() const {
    if (phase_ == Phase::closing) return close_deadline_;
    if (inactive_ == Duration{}) return std::nullopt;  // INACTIVE 0: for ever
    return last_command_ + inactive_;
}

void SmtpSession::dismiss(const std::string& reply_line, const std::string& why, SmtpCall call) {
    if (phase_ == Phase::closing) return;
    // During the handshake only TLS may speak.
    if (phase_ == Phase::asking || phase_ == Phase::securing) return abort(why, call);
    note(RecordKind::close, why, {}, call);
    say(reply_line, call);
    close(call);
}

std::string SmtpSession::status_line() const {
    return fmt::format("{:<22} {:<6} {}", peer_.str(), secured_ ? "SECURE" : "CLEAR",
                       client_name_.empty() ? "-" : client_name_);
}

void SmtpSession::forget_note() {
    sender_given_ = false;
    sender_.clear();
    recipients_.clear();
    content_ = {};
    content_too_long_ = false;
    received_lines_ = 0;
}

void SmtpSession::say(const std::string& text, SmtpCall call) {
    if (ended_) return;
    writer_.send(text + "\r\n", call.out);
    if (writer_.waiting() > kMostUnreadReplies) abort("the client does not read its replies", call);
}

void SmtpSession::refuse(const std::string& line, const std::string& reason,
                         std::vector<SourceLocation> rests_on, SmtpCall call) {
    note(RecordKind::refusal, fmt::format("{}: {}", line, reason), std::move(rests_on), call);
    say(line, call);
    if (++errors_ < call.shared.config.max_errors || phase_ == Phase::closing || ended_) return;
    note(RecordKind::close, fmt::format("{} refused commands", errors_), {}, call);
    say(fmt::format("421 {} closing connection: too many errors", call.shared.full_name()), call);
    close(call);
}

void SmtpSession::close(SmtpCall call) {
    if (phase_ == Phase::closing) return;
    phase_ = Phase::closing;
    forget_note();
    writer_.close(call.out);
    if (writer_.handed_over()) ended_ = true;
    else close_deadline_ = call.now + kCloseWait;
}

void SmtpSession::abort(const std::string& why, SmtpCall call) {
    note(RecordKind::close, "aborted: " + why, {}, call);
    phase_ = Phase::closing;
    ended_ = true;
    call.out.request(AbortRequest{writer_.socket()});
}

void SmtpSession::note(RecordKind kind, const std::string& text, std::vector<SourceLocation> rests_on,
                       SmtpCall call) const {
    std::erase_if(rests_on, [](const SourceLocation& where) { return !where.known(); });
    call.out.record({kind, fmt::format("SMTP {}: {}", peer_.str(), text), std::move(rests_on)});
}

}  // namespace vmlab::services
