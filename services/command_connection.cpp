// The states of command_connection.hpp.
#include "services/command_connection.hpp"

#include <fmt/core.h>

#include <utility>

#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

/// Replies that a client leaves unread, beyond what TCPIP holds.
constexpr std::size_t kMostUnreadReplies = 1u << 20;
constexpr Duration kCloseWait = seconds{10};
/// For the handshake where INACTIVE 0 sets no time.
constexpr Duration kHandshakeWait = seconds{60};

}  // namespace

CommandConnection::CommandConnection(std::string_view name, const Accepted& accepted,
                                     std::size_t longest_line, Duration inactive, Instant now)
    : name_(name),
      local_(accepted.local),
      peer_(accepted.peer),
      writer_(accepted.socket),
      lines_(longest_line),
      secured_(accepted.secured),
      last_command_(now),
      inactive_(inactive) {}

CommandConnection::Event CommandConnection::receive(const SocketNotice& notice, Instant now, Host& out) {
    using What = Event::What;
    return std::visit(
        overloaded{
            [&](const Received& received) { return receive_bytes(received.data.view(), out); },
            [&](const PeerClosed&) -> Event {
                if (is_over()) {
                    if (std::exchange(peer_is_sending_, false)) finish_closing(out);
                    return {};
                }
                note(RecordKind::close, "closed by the client", {}, out);
                close(now, out);
                return {};
            },
            [&](const Closed& end) -> Event {
                if (!is_over())
                    note(RecordKind::close, end.why.empty() ? name_of(end.reason) : end.why, {}, out);
                state_ = State::ended;
                return {};
            },
            [&](const SendCredit& credit) -> Event {
                writer_.receive_credit(credit.bytes, out);
                if (state_ == State::closing && !peer_is_sending_ && writer_.handed_over())
                    state_ = State::ended;
                return {};
            },
            [&](const SecureReady&) -> Event {
                if (state_ != State::asking) return {};
                state_ = State::securing;
                writer_.send_then_secure(ready_reply_ + "\r\n", out);
                return {};
            },
            [&](const SecureRefused& no) -> Event {
                if (state_ != State::asking) return {};
                state_ = State::open;
                return {What::refused, no.status, no.why};
            },
            [&](const Secured& up) -> Event {
                if (state_ != State::securing) return {};
                state_ = State::open;
                secured_ = true;
                last_command_ = now;
                user_.clear();
                note(RecordKind::state, fmt::format("secured: {} {}", up.protocol, up.cipher), {}, out);
                return {What::secured, TlsStatus::ready, {}};
            },
            [&](const SecureFailed& no) -> Event {
                // TCPIP sends TLS's alert and closes; an abort from here could overtake the alert.
                note(RecordKind::close,
                     fmt::format("the TLS handshake failed with return code {}: {}", no.code, no.why),
                     {label_where_}, out);
                state_ = State::ended;
                return {};
            },
            [](const auto&) -> Event { return {}; },
        },
        notice);
}

CommandConnection::Event CommandConnection::receive_bytes(std::string_view bytes, Host& out) {
    if (is_over()) return {};
    if (!is_open()) {
        abort({"command injection: bytes in clear arrived between the request for TLS and its reply"}, out);
        return {};
    }
    lines_.receive(bytes);
    return {Event::What::bytes, TlsStatus::ready, {}};
}

LineBuffer::Next CommandConnection::next_line(std::string& line, Instant now) {
    if (!is_open()) return LineBuffer::Next::nothing;
    const auto next = lines_.next(line);
    if (next == LineBuffer::Next::line) last_command_ = now;
    return next;
}

void CommandConnection::say(std::string_view reply, Host& out) {
    if (is_over()) return;
    writer_.send(fmt::format("{}\r\n", reply), out);
    if (writer_.waiting() > kMostUnreadReplies) abort({"the client does not read its replies"}, out);
}

void CommandConnection::ask_for_tls(const Sourced<std::string>& label, const Sourced<ClientCertCheck>& check,
                                    std::string ready_reply, Host& out) {
    if (lines_.size() > 0)
        return abort({"command injection: bytes in clear arrived behind the request for TLS"}, out);
    state_ = State::asking;
    ready_reply_ = std::move(ready_reply);
    label_where_ = label.where;
    out.request(SecureRequest{socket(), TlsRole::server, *label, *check, false, label.where, check.where});
}

void CommandConnection::close(Instant now, Host& out) {
    if (is_over()) return;
    close_deadline_ = now + kCloseWait;
    finish_closing(out);
}

void CommandConnection::close_midway(Instant now, Host& out) {
    if (is_over()) return;
    close_deadline_ = now + kCloseWait;
    state_ = State::closing;
    peer_is_sending_ = true;
    writer_.shutdown(out);
}

void CommandConnection::finish_closing(Host& out) {
    writer_.close(out);
    state_ = writer_.handed_over() ? State::ended : State::closing;
}

void CommandConnection::abort(Because why, Host& out) {
    if (ended()) return;
    note(RecordKind::close, "aborted: " + why.reason, std::move(why.rests_on), out);
    state_ = State::ended;
    out.request(AbortRequest{socket()});
}

void CommandConnection::dismiss(std::string_view reply, Because why, Instant now, Host& out) {
    if (is_over()) return;
    if (!is_open()) return abort(std::move(why), out);
    note(RecordKind::close, why.reason, std::move(why.rests_on), out);
    say(reply, out);
    close(now, out);
}

bool CommandConnection::tick(Instant now, Host& out) {
    const auto due = deadline();
    if (!due || now < *due) return false;
    if (is_open()) return true;
    if (!is_over()) abort({"the TLS handshake did not end in time"}, out);
    else if (peer_is_sending_) abort({"the client does not close its side"}, out);
    else abort({"the client does not take its last replies"}, out);
    return false;
}

std::optional<Instant> CommandConnection::deadline() const {
    if (ended()) return std::nullopt;
    if (is_over()) return close_deadline_;
    if (inactive_ != Duration{}) return last_command_ + inactive_;
    if (is_open()) return std::nullopt;
    return last_command_ + kHandshakeWait;
}

void CommandConnection::note(RecordKind kind, std::string_view text, std::vector<SourceLocation> rests_on,
                             Host& out, std::vector<std::string> consulted) const {
    std::erase_if(rests_on, [](const SourceLocation& where) { return !where.known(); });
    out.record({kind,
                fmt::format("{} {}{}{}: {}", name_, peer_.str(), user_.empty() ? "" : " ", user_, text),
                std::move(rests_on),
                {},
                std::move(consulted)});
}

}  // namespace vmlab::services
