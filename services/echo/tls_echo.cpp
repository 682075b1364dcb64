// The session of tls_echo.hpp.
#include "services/echo/tls_echo.hpp"

#include <utility>

#include "services/line_buffer.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

constexpr Duration kIdle = seconds{300};
constexpr std::size_t kLongestRequest = 64 * 1024;
/// Echoed bytes that the client leaves unread, beyond what TCPIP holds.
constexpr std::size_t kMostUnread = 4u << 20;

enum class Guess { http, maybe, other };

Guess guess(std::string_view text) {
    for (const std::string_view method :
         {"GET ", "HEAD ", "POST ", "PUT ", "OPTIONS ", "DELETE ", "TRACE "}) {
        if (text.starts_with(method)) return Guess::http;
        if (method.starts_with(text)) return Guess::maybe;
    }
    return Guess::other;
}

bool has_blank_line(std::string_view text) {
    return text.find("\n\r\n") != std::string_view::npos || text.find("\n\n") != std::string_view::npos;
}

}  // namespace

EchoSession::EchoSession(const Accepted& accepted, Call<SmallShared> call)
    : peer_(accepted.peer),
      secured_(accepted.secured),
      host_(call.shared.system.full_name()),
      writer_(accepted.socket),
      deadline_(call.now + kIdle) {}

void EchoSession::receive(const SocketNotice& notice, Call<SmallShared> call) {
    Host& out = call.out;
    deadline_ = call.now + kIdle;
    std::visit(overloaded{
                   [&](const Received& received) { take(received.data, out); },
                   [&](const PeerClosed&) {
                       if (phase_ == Phase::request) return answer(out);
                       writer_.send(request_, out);
                       finish(out);
                   },
                   [&](const SendCredit& credit) {
                       writer_.receive_credit(credit.bytes, out);
                       if (phase_ == Phase::closing && writer_.handed_over()) ended_ = true;
                   },
                   [&](const Closed&) { ended_ = true; },
                   [](const auto&) {},
               },
               notice);
}

void EchoSession::take(const Buffer& data, Host& out) {
    if (phase_ == Phase::closing) return;
    if (phase_ == Phase::echoing) {
        writer_.send(data, out);
        if (writer_.waiting() > kMostUnread) abort("the client does not read what is echoed", out);
        return;
    }
    request_ += data.view();
    if (phase_ == Phase::deciding) {
        const Guess kind = guess(request_);
        if (kind == Guess::maybe) return;
        if (kind == Guess::other) {
            phase_ = Phase::echoing;
            return writer_.send(std::exchange(request_, {}), out);
        }
        phase_ = Phase::request;
    }
    if (has_blank_line(request_)) return answer(out);
    if (request_.size() > kLongestRequest) abort("an HTTP request without end", out);
}

void EchoSession::answer(Host& out) {
    const std::string line = request_.substr(0, request_.find_first_of("\r\n"));
    const std::string page = fmt::format("TLSECHO at {}\nclient {}\nconnection {}\nrequest {}\n", host_,
                                         peer_.str(), secured_ ? "secure" : "in clear", shown(line));
    const std::string head = fmt::format(
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Length: {}\r\nConnection: "
        "close\r\n\r\n",
        page.size());
    writer_.send(request_.starts_with("HEAD ") ? head : head + page, out);
    finish(out);
}

void EchoSession::finish(Host& out) {
    if (phase_ == Phase::closing) return;
    phase_ = Phase::closing;
    request_.clear();
    writer_.close(out);
    ended_ = writer_.handed_over();
}

void EchoSession::tick(Call<SmallShared> call) {
    if (call.now >= deadline_) abort("idle", call.out);
}

void EchoSession::abort(std::string_view why, Host& out) {
    out.record({RecordKind::close, fmt::format("TLSECHO {}: aborted: {}", peer_.str(), why), {}});
    out.request(AbortRequest{writer_.socket()});
    phase_ = Phase::closing;
    ended_ = true;
}

}  // namespace vmlab::services
