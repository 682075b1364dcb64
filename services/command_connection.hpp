// The connection under a dialogue of commands and replies in lines: SMTP, and FTP's control connection.
//
//   open ──ask_for_tls──► asking ──SecureReady──► securing (reply left) ──Secured──► open
//     │                     └──SecureRefused──► open
//     └──close(), the client's close──► closing ──all handed over, or kCloseWait──► ended ◄── abort(), Closed
//
// In `asking` and `securing` nothing may arrive, nor be said: bytes in clear between the request for TLS and
// its reply are command injection (RFC 3207 6, RFC 4217 10), and end the connection. Lines are handed out one
// at a time and only while `open`, so that what comes behind a request for TLS is never read.
// Timer: INACTIVE, from the last command on. Bounds: a line, replies that the client does not read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/line_buffer.hpp"
#include "services/service.hpp"
#include "services/socket_writer.hpp"

namespace vmlab::services {

/// Why something is refused or ended: a sentence for the record, and the configured values it rests on.
struct Because {
    std::string reason;
    std::vector<SourceLocation> rests_on{};
    std::vector<std::string> consulted{};  ///< Record::consulted
};

class CommandConnection {
public:
    /// What the session has to do after a notice.
    struct Event {
        enum class What {
            nothing,
            bytes,    ///< lines may be ready: next_line()
            secured,  ///< TLS is up: what was said before counts no more
            refused,  ///< TLS cannot be had: `status`, `why`
        } what = What::nothing;
        TlsStatus status = TlsStatus::ready;
        std::string why{};
    };

    /// `name` begins every record: "FTP". `inactive` 0 = for ever.
    CommandConnection(std::string_view name, const Accepted& accepted, std::size_t longest_line,
                      Duration inactive, Instant now);

    [[nodiscard]] Event receive(const SocketNotice& notice, Instant now, Host& out);
    /// The next line; nothing unless the connection is open. It begins INACTIVE anew.
    [[nodiscard]] LineBuffer::Next next_line(std::string& line, Instant now);
    LineBuffer& lines() { return lines_; }

    /// A reply, without its line end.
    void say(std::string_view reply, Host& out);
    /// Puts TLS under the connection; `ready_reply` goes out before the handshake.
    void ask_for_tls(const Sourced<std::string>& label, const Sourced<ClientCertCheck>& check,
                     std::string ready_reply, Host& out);
    /// Behind what was said.
    void close(Instant now, Host& out);
    /// The same in the middle of the client's words: they are thrown away until it closes, for bytes that
    /// meet a closed connection are answered with a reset, which would take the last reply with it.
    void close_midway(Instant now, Host& out);
    void abort(Because why, Host& out);
    /// Ends it from outside (operator, server's end), with this reply unless only TLS may speak.
    void dismiss(std::string_view reply, Because why, Instant now, Host& out);
    /// Counts INACTIVE from now.
    void touch(Instant now) { last_command_ = now; }
    /// True: idle for INACTIVE; the session says so and closes.
    [[nodiscard]] bool tick(Instant now, Host& out);
    [[nodiscard]] std::optional<Instant> deadline() const;

    void note(RecordKind kind, std::string_view text, std::vector<SourceLocation> rests_on, Host& out,
              std::vector<std::string> consulted = {}) const;
    /// Whose connection it is, for the records; empty = nobody's.
    void set_user(std::string_view user) { user_ = user; }

    bool is_open() const { return state_ == State::open; }
    /// Nothing will be heard or said any more.
    bool is_over() const { return state_ == State::closing || state_ == State::ended; }
    /// The session can be forgotten.
    bool ended() const { return state_ == State::ended; }
    bool secured() const { return secured_; }
    SocketId socket() const { return writer_.socket(); }
    const Endpoint& local() const { return local_; }
    const Endpoint& peer() const { return peer_; }
    Duration inactive() const { return inactive_; }

private:
    enum class State : std::uint8_t { open, asking, securing, closing, ended };

    Event receive_bytes(std::string_view bytes, Host& out);
    void finish_closing(Host& out);

    std::string name_, user_;
    Endpoint local_, peer_;
    SocketWriter writer_;
    LineBuffer lines_;
    State state_ = State::open;
    bool secured_;
    bool peer_is_sending_ = false;  ///< closing: its close is awaited
    Instant last_command_;
    Duration inactive_;
    std::optional<Instant> close_deadline_{};
    std::string ready_reply_;
    SourceLocation label_where_{};
};

}  // namespace vmlab::services
