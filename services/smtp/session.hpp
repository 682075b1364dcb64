// One SMTP connection (RFC 5321; RFC 3207 for STARTTLS; RFC 1870 SIZE, RFC 6152 8BITMIME).
//
//   greeted ──EHLO, HELO──► ready ──MAIL──► mail ──RCPT──► recipients ──DATA──► content ──.──► ready (250)
//      ▲                      │ RSET, EHLO: back to ready from everywhere but content
//      └──────STARTTLS────────┘ what was said in clear is forgotten (RFC 3207 4.2)
//
// The step to TLS, INACTIVE and the end: command_connection.hpp; TLS refused is answered with 454, and the
// connection stays. The end of a note is CR LF . CR LF and nothing else: a server that also takes LF . LF
// lets one note smuggle another behind it. Bounds: a line, a note, recipients, refused commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/port_server.hpp"
#include "services/smtp/config.hpp"

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

    std::string full_name() const { return system.full_name(); }
    bool is_local(std::string_view domain, const IpAddress& own) const;
};

using SmtpCall = Call<SmtpShared>;

/// "Tue, 15 Oct 2019 10:11:12 -0400"
[[nodiscard]] std::string mail_date(Instant at, const Zone& zone);

class SmtpSession {
public:
    using Shared = SmtpShared;

    SmtpSession(const Accepted& accepted, SmtpCall call);

    void greet(SmtpCall call);
    void receive(const SocketNotice& notice, SmtpCall call);
    void tick(SmtpCall call);
    [[nodiscard]] std::optional<Instant> deadline() const { return connection_.deadline(); }
    /// Ends it from outside (operator, server's end).
    void dismiss(const std::string& reply_line, Because why, SmtpCall call) {
        connection_.dismiss(reply_line, std::move(why), call.now, call.out);
    }
    bool ended() const { return connection_.ended(); }
    std::string status_line() const;

private:
    enum class Phase { commands, content };
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
    void run_lines(SmtpCall call);
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

    void tls_refused(const CommandConnection::Event& no, SmtpCall call);
    void forget_note();
    void say(std::string_view text, SmtpCall call) { connection_.say(text, call.out); }
    void refuse(const std::string& line, const std::string& reason, std::vector<SourceLocation> rests_on,
                SmtpCall call);
    void close(SmtpCall call) { connection_.close(call.now, call.out); }
    void note(RecordKind kind, std::string_view text, SmtpCall call) const {
        connection_.note(kind, text, {}, call.out);
    }

    CommandConnection connection_;
    Phase phase_ = Phase::commands;
    bool extended_ = false;
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
