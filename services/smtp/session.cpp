// The dialogue of one SMTP connection: framing, greetings, security.
#include "services/smtp/session.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vmlab::services {
namespace {

constexpr std::size_t kLongestCommand = 2048;
constexpr std::size_t kLongestTextLine = 65536;

}  // namespace

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

SmtpSession::SmtpSession(const Accepted& accepted, SmtpCall call)
    : connection_("SMTP", accepted, kLongestCommand, *call.shared.config.inactive, call.now) {}

void SmtpSession::greet(SmtpCall call) {
    const auto& shared = call.shared;
    say(fmt::format("220 {} running IBM VM SMTP Level {} on {}", shared.full_name(),
                    shared.system.level.tcpip(), mail_date(call.now, shared.system.zone)),
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
    using What = CommandConnection::Event::What;
    const auto event = connection_.receive(notice, call.now, call.out);
    switch (event.what) {
        case What::nothing: return;
        case What::bytes: return run_lines(call);
        case What::refused: return tls_refused(event, call);
        case What::secured: break;
    }
    // RFC 3207 4.2: the server must forget what the client said before the handshake.
    forget_note();
    client_name_.clear();
    extended_ = false;
}

void SmtpSession::tls_refused(const CommandConnection::Event& no, SmtpCall call) {
    const auto& config = call.shared.config;
    const auto verdict = decide(*config.tls, ClientWish::asks, no.status);
    refuse("454 TLS not available due to temporary reason",
           fmt::format("{}{}{}", verdict.reason, no.why.empty() ? "" : ": ", no.why),
           {config.tls.where, config.tls_label.where}, call);
}

void SmtpSession::run_lines(SmtpCall call) {
    std::string line;
    while (true) {
        const auto next = connection_.next_line(line, call.now);
        if (next == LineBuffer::Next::nothing) return;
        if (next == LineBuffer::Next::too_long) {
            refuse("500 Line too long; connection closed",
                   phase_ == Phase::content ? "a line of the note is beyond every bound"
                                            : "no line end where a command was expected",
                   {}, call);
            return connection_.close_midway(call.now, call.out);
        }
        if (phase_ == Phase::content) take_content_line(line, connection_.lines().ended_by_crlf(), call);
        else run_line(line, call);
        connection_.lines().set_limit(phase_ == Phase::content ? kLongestTextLine : kLongestCommand);
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
    const auto verdict =
        decide(*tls, connection_.secured() ? ClientWish::asks : ClientWish::does_not, TlsStatus::ready);
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
    if (!connection_.secured() && *config.tls != SecureLevel::never && !config.tls_label->empty())
        text += "250-STARTTLS\r\n";
    say(text + fmt::format("250 SIZE {}", *config.max_mail_bytes), call);
}

void SmtpSession::run_starttls(std::string_view operand, SmtpCall call) {
    const auto& config = call.shared.config;
    if (!operand.empty())
        return refuse("501 STARTTLS takes no operand", "STARTTLS with an operand", {}, call);
    if (connection_.secured())
        return refuse("503 The connection is secure already", "STARTTLS inside TLS", {}, call);
    const auto verdict = decide(*config.tls, ClientWish::asks,
                                config.tls_label->empty() ? TlsStatus::label_unknown : TlsStatus::ready);
    if (verdict.decision == SecureDecision::refuse_tls)
        return refuse("502 STARTTLS is not available here", std::string(verdict.reason), {config.tls.where},
                      call);
    if (verdict.decision != SecureDecision::secure)
        return refuse("454 TLS not available due to temporary reason", "there is no TLSLABEL statement",
                      {config.tls.where}, call);
    connection_.ask_for_tls(config.tls_label, config.client_cert_check, "220 Ready to start TLS", call.out);
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
                    call.shared.system.level.tcpip()),
        call);
    note(RecordKind::close, "QUIT", call);
    close(call);
}

void SmtpSession::tick(SmtpCall call) {
    if (!connection_.tick(call.now, call.out)) return;
    refuse(fmt::format("421 {} closing connection: idle for more than {} seconds", call.shared.full_name(),
                       duration_cast<seconds>(connection_.inactive()).count()),
           "idle for INACTIVE seconds", {call.shared.config.inactive.where}, call);
    close(call);
}

std::string SmtpSession::status_line() const {
    return fmt::format("{:<22} {:<6} {}", connection_.peer().str(),
                       connection_.secured() ? "SECURE" : "CLEAR", client_name_.empty() ? "-" : client_name_);
}

void SmtpSession::forget_note() {
    sender_given_ = false;
    sender_.clear();
    recipients_.clear();
    content_ = {};
    content_too_long_ = false;
    received_lines_ = 0;
}

void SmtpSession::refuse(const std::string& line, const std::string& reason,
                         std::vector<SourceLocation> rests_on, SmtpCall call) {
    connection_.note(RecordKind::refusal, fmt::format("{}: {}", line, reason), std::move(rests_on), call.out);
    say(line, call);
    if (++errors_ < call.shared.config.max_errors || connection_.is_over()) return;
    note(RecordKind::close, fmt::format("{} refused commands", errors_), call);
    say(fmt::format("421 {} closing connection: too many errors", call.shared.full_name()), call);
    close(call);
}

}  // namespace vmlab::services
