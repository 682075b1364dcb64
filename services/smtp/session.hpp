// One SMTP connection (RFC 5321; RFC 3207 for STARTTLS; RFC 1870 SIZE, RFC 6152 8BITMIME).
//
//   greeted ──EHLO, HELO──► ready ──MAIL──► mail ──RCPT──► recipients ──DATA──► content ──.──► ready (250)
//      ▲                      │ RSET, EHLO: back to ready from everywhere but content
//      │                      └──STARTTLS──► asking ──SecureReady──► securing (220 left) ──Secured──┐
//      └────────── what was said in clear is forgotten (RFC 3207 4.2) ───────────────────────────────┘
//
// In `asking` nothing may arrive: bytes in clear between STARTTLS and its reply are command injection, and
// end the connection. SecureRefused is answered with 454; the connection stays. The end of a note is CR LF .
// CR LF and nothing else: a server that also takes LF . LF lets one note smuggle another behind it. Timer:
// INACTIVE. Bounds: a line, a note, recipients, refused commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/line_buffer.hpp"
#include "services/service.hpp"
#include "services/smtp/config.hpp"
#include "services/socket_writer.hpp"

namespace vmlab::services {

/// A note for another host, kept in the queue.
struct QueuedNote {
    unsigned number = 0;
    std::string from, to;
    std::size_t bytes = 0;
};

/// What all sessions of one SMTP server share.
struct SmtpShared {
    SmtpConfig config;
    SystemFacts system;
    unsigned next_note = 1;
    std::vector<QueuedNote> queue{};
    std::size_t notes_received = 0, notes_delivered = 0, notes_refused = 0, bytes_received = 0;

    /// "gdlvm7.example.com"
    std::string full_name() const;
    bool is_local(std::string_view domain, const IpAddress& own) const;
};

struct SmtpCall {
    SmtpShared& shared;
    Instant now;
    Host& out;
};

/// "Tue, 15 Oct 2019 10:11:12 -0400"
[[nodiscard]] std::string mail_date(Instant at, const Zone& zone);

class SmtpSession {
public:
    SmtpSession(const Accepted& accepted, const SmtpConfig& config, Instant now);

    void greet(SmtpCall call);
    void receive(const SocketNotice& notice, SmtpCall call);
    void tick(SmtpCall call);
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// Ends it from outside (operator, server's end).
    void dismiss(const std::string& reply_line, const std::string& why, SmtpCall call);
    bool ended() const { return ended_; }
    SocketId socket() const { return writer_.socket(); }
    std::string status_line() const;

private:
    enum class Phase { commands, content, asking, securing, closing };
    struct Command {
        std::string_view verb;
        void (SmtpSession::*run)(std::string_view operand, SmtpCall call);
        bool only_secured;  ///< refused before STARTTLS where TLS is REQUIRED
    };
    struct Recipient {
        Userid user{};        ///< local
        std::string address;  ///< of another host; empty when local
    };

    static const Command* find(std::string_view verb);
    void receive_bytes(std::string_view bytes, SmtpCall call);
    void run_line(std::string_view line, SmtpCall call);
    void run_helo(std::string_view operand, SmtpCall call);
    void run_ehlo(std::string_view operand, SmtpCall call);
    void run_starttls(std::string_view operand, SmtpCall call);
    void run_mail(std::string_view operand, SmtpCall call);
    void run_rcpt(std::string_view operand, SmtpCall call);
    void run_data(std::string_view operand, SmtpCall call);
    void run_rset(std::string_view operand, SmtpCall call);
    void run_vrfy(std::string_view operand, SmtpCall call);
    void run_expn(std::string_view operand, SmtpCall call);
    void run_help(std::string_view operand, SmtpCall call);
    void run_noop(std::string_view operand, SmtpCall call);
    void run_quit(std::string_view operand, SmtpCall call);
    bool read_mail_parameters(std::string_view text, SmtpCall call);
    void add_recipient(std::string_view address, SmtpCall call);
    void take_content_line(std::string_view line, bool ended_by_crlf, SmtpCall call);
    void end_of_note(SmtpCall call);
    std::string trace_lines(SmtpCall call) const;
    std::optional<Userid> local_user(std::string_view name, SmtpCall call) const;

    void secured(const Secured& up, SmtpCall call);
    void forget_note();
    void say(const std::string& text, SmtpCall call);
    void refuse(const std::string& line, const std::string& reason, std::vector<SourceLocation> rests_on,
                SmtpCall call);
    void close(SmtpCall call);
    void abort(const std::string& why, SmtpCall call);
    void note(RecordKind kind, const std::string& text, std::vector<SourceLocation> rests_on,
              SmtpCall call) const;

    Endpoint local_, peer_;
    SocketWriter writer_;
    LineBuffer lines_;
    Phase phase_ = Phase::commands;
    bool ended_ = false, secured_ = false, extended_ = false;
    Instant last_command_;
    Duration inactive_;
    std::optional<Instant> close_deadline_;
    unsigned errors_ = 0;
    std::string client_name_;  ///< of EHLO or HELO; empty before
    bool sender_given_ = false;
    std::string sender_;
    std::vector<Recipient> recipients_;
    std::string content_;
    bool content_too_long_ = false, after_crlf_ = true;
    unsigned received_lines_ = 0;
};

}  // namespace vmlab::services
