// Options and questions of sockets, and the constants that scripts call them by.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tests/packets/runner/host.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

constexpr std::pair<std::string_view, std::int64_t> kConstants[] = {
    {"MSG_FASTOPEN", 0x20000000},
    {"AF_INET", 2},
    {"PF_INET", 2},
    {"AF_INET6", 10},
    {"PF_INET6", 10},
    {"IPPROTO_IPV6", 41},
    {"SOL_IPV6", 41},
    {"IPPROTO_ICMPV6", 58},
    {"SOCK_STREAM", 1},
    {"SOCK_DGRAM", 2},
    {"SOCK_NONBLOCK", 04000},
    {"SOCK_CLOEXEC", 02000000},
    {"IPPROTO_IP", 0},
    {"IPPROTO_TCP", 6},
    {"IPPROTO_UDP", 17},
    {"SOL_SOCKET", 1},
    {"SOL_TCP", 6},
    {"SOL_IP", 0},
    {"SHUT_RD", 0},
    {"SHUT_WR", 1},
    {"SHUT_RDWR", 2},
    {"O_RDWR", 2},
    {"O_RDONLY", 0},
    {"O_NONBLOCK", 04000},
    {"MSG_OOB", 1},
    {"MSG_PEEK", 2},
    {"MSG_DONTWAIT", 0x40},
    {"MSG_WAITALL", 0x100},
    {"MSG_NOSIGNAL", 0x4000},
    {"MSG_MORE", 0x8000},
    {"POLLIN", 1},
    {"POLLPRI", 2},
    {"POLLOUT", 4},
    {"POLLERR", 8},
    {"POLLHUP", 16},
    {"POLLRDHUP", 0x2000},
};

/// Options that a stack without copies of other kernels' buffers has only to remember.
constexpr std::string_view kRemembered[] = {"SO_REUSEADDR", "SO_REUSEPORT",      "SO_DEBUG",
                                            "SO_SNDTIMEO",  "SO_RCVTIMEO",       "SO_PRIORITY",
                                            "TCP_QUICKACK", "TCP_NOTSENT_LOWAT", "IPV6_V6ONLY"};

std::int64_t whole_seconds(Duration d) { return d / seconds{1}; }

}  // namespace

std::optional<CongestionAlgorithm> congestion_named(std::string_view name) {
    if (name == "cubic") return CongestionAlgorithm::cubic;
    if (name == "reno" || name == "newreno") return CongestionAlgorithm::new_reno;
    if (name == "bbr") return CongestionAlgorithm::bbr;
    return std::nullopt;
}

std::int64_t value_of(const Expression& e) {
    switch (e.kind) {
        case Expression::Kind::number: return e.number;
        case Expression::Kind::either: return value_of(e.parts[0]) | value_of(e.parts[1]);
        case Expression::Kind::list:
            if (e.parts.size() == 1) return value_of(e.parts[0]);
            break;
        case Expression::Kind::word:
            for (const auto& [name, value] : kConstants)
                if (e.text == name) return value;
            throw NotOurs("the constant " + e.text);
        default: break;
    }
    throw NotOurs("an argument of this form");
}

void Host::apply_options(Socket& s) {
    if (s.state == Socket::State::connected || s.state == Socket::State::connecting)
        return stack_.set_options(s.id, s.options, now_);
    if (s.state != Socket::State::listening) return;
    by_connection_.erase(s.id);  // who comes from now on inherits them
    stack_.unlisten(s.id);
    (void)begin_listening(s);
}

// ── setsockopt
// ────────────────────────────────────────────────────────────────────────────────────────────────

Result Host::set_option(Socket& s, const Arguments& a) {
    if (a.size() < 4) return failed("EINVAL");
    const std::string& name = a[2].text;
    if (name == "SO_LINGER") {
        if (a[3].parts.size() != 2) throw NotOurs("this form of SO_LINGER");
        s.lingers = value_of(a[3].parts[0].parts.empty() ? a[3].parts[0] : a[3].parts[0].parts[0]) != 0;
        s.linger_time = value_of(a[3].parts[1].parts.empty() ? a[3].parts[1] : a[3].parts[1].parts[0]);
        return {0};
    }
    if (name.starts_with("TCP_FASTOPEN")) return set_fast_open_option(s, a);
    if (name == "TCP_CONGESTION") {
        const std::string& wanted = a[3].parts.empty() ? a[3].text : a[3].parts[0].text;
        s.options.congestion = congestion_named(wanted);
        if (!s.options.congestion) throw NotOurs("the congestion control " + wanted);
        apply_options(s);
        return {0};
    }
    if (std::find(std::begin(kRemembered), std::end(kRemembered), name) != std::end(kRemembered)) {
        s.remembered[name] =
            a[3].kind == Expression::Kind::list && a[3].parts.size() == 1 ? value_of(a[3]) : 0;
        return {0};
    }
    const std::int64_t value = std::clamp<std::int64_t>(value_of(a[3]), 0, 0x7fffffff);
    auto& o = s.options;
    if (name == "TCP_NODELAY") o.no_delay = value != 0;
    else if (name == "SO_KEEPALIVE") o.keep_alive = value != 0;
    else if (name == "TCP_KEEPIDLE" || name == "TCP_KEEPALIVE") o.keep_alive_idle = seconds{value};
    else if (name == "TCP_KEEPINTVL") o.keep_alive_interval = seconds{value};
    else if (name == "TCP_KEEPCNT") o.keep_alive_probes = int(value);
    else if (name == "TCP_USER_TIMEOUT")
        o.give_up_after = value > 0 ? Duration(milliseconds{value}) : minutes{3};
    else if (name == "IP_TOS" || name == "IPV6_TCLASS") o.diffserv = std::uint8_t(value >> 2 & 63);
    else if (name == "IP_TTL" || name == "IPV6_UNICAST_HOPS") o.ttl = std::uint8_t(value);
    else if (name == "IP_RECVERR" || name == "IPV6_RECVERR") o.advice = value != 0;
    else if (name == "TCP_MAXSEG") s.room.segment = std::uint16_t(value);
    else if (name == "SO_RCVBUF")
        s.room.receive_buffer = std::size_t(std::max<std::int64_t>(value, 1)), sets_buffers_ = true;
    else if (name == "SO_SNDBUF") s.send_limit = std::size_t(std::max<std::int64_t>(value, 1));
    else if (name == "TCP_CORK" || name == "TCP_NOPUSH") {
        s.corked = value != 0;
        if (!s.corked) hand_over(s, true);
    } else {
        throw NotOurs("the socket option " + name);
    }
    const bool opened_already = s.state != Socket::State::fresh && s.state != Socket::State::listening;
    if (opened_already && (name == "TCP_MAXSEG" || name == "SO_RCVBUF"))
        throw NotOurs(name + " while it is open");
    apply_options(s);
    if (name == "TCP_NODELAY" && o.no_delay) hand_over(s, true);  // also what a cork holds back
    return {0};
}

std::optional<std::int64_t> Host::option_value(Socket& s, const std::string& name) {
    const auto& o = s.options;
    const auto row = this->row(s.local, s.peer);
    if (name == "TCP_NODELAY") return o.no_delay;
    if (name == "SO_KEEPALIVE") return o.keep_alive;
    if (name == "TCP_KEEPIDLE" || name == "TCP_KEEPALIVE") return whole_seconds(o.keep_alive_idle);
    if (name == "TCP_KEEPINTVL") return whole_seconds(o.keep_alive_interval);
    if (name == "TCP_KEEPCNT") return o.keep_alive_probes;
    if (name == "TCP_USER_TIMEOUT") return o.give_up_after / milliseconds{1};
    if (name == "TCP_FASTOPEN") return std::int64_t(s.fast_open.value_or(0));
    if (name == "TCP_FASTOPEN_CONNECT") return s.fast_connect;
    if (name == "IP_TOS" || name == "IPV6_TCLASS") return o.diffserv << 2;
    if (name == "IP_TTL" || name == "IPV6_UNICAST_HOPS") return o.ttl != 0 ? o.ttl : setup_.options.ttl;
    if (name == "TCP_CORK" || name == "TCP_NOPUSH") return s.corked;
    if (name == "TCP_MAXSEG") return row.id != 0 ? row.segment : std::uint32_t(s.room.segment);
    if (name == "SO_SNDBUF") return std::int64_t(s.send_limit);
    if (name == "SO_RCVBUF")
        return std::int64_t(s.room.receive_buffer ? s.room.receive_buffer : setup_.options.receive_buffer);
    if (name == "SO_TYPE") return s.datagram ? 2 : 1;
    if (name == "SO_ACCEPTCONN") return s.state == Socket::State::listening;
    if (const auto kept = s.remembered.find(name); kept != s.remembered.end()) return kept->second;
    if (std::find(std::begin(kRemembered), std::end(kRemembered), name) != std::end(kRemembered)) return 0;
    return std::nullopt;
}

Result Host::get_option(Socket& s, const Arguments& a) {
    if (a.size() < 4) return failed("EINVAL");
    const std::string& name = a[2].text;
    if (name == "TCP_INFO") return {0};  // assertions read it
    const Expression& wanted = a[3];
    if (name == "SO_ERROR") {
        const std::string error = std::exchange(s.error, {});
        const bool any = wanted.kind == Expression::Kind::ellipsis;
        const std::string named = wanted.parts.empty() ? wanted.text : wanted.parts[0].text;
        const bool none = wanted.parts.size() == 1 && wanted.parts[0].kind == Expression::Kind::number &&
                          wanted.parts[0].number == 0;
        if (any || (none ? error.empty() : error == named)) return {0};
        return failed("(SO_ERROR is " + (error.empty() ? "0" : error) + ")");
    }
    const auto value = option_value(s, name);
    if (!value) throw NotOurs("the socket option " + name);
    if (wanted.kind == Expression::Kind::ellipsis || value_of(wanted) == *value) return {0};
    const bool unsaid = name == "TCP_MAXSEG" && s.state != Socket::State::connected;
    if (name == "SO_RCVBUF" || name == "SO_SNDBUF" || unsaid) {
        not_compare(name);
        return {0};
    }
    return failed("(" + name + " is " + std::to_string(*value) + ")");
}

// ── fcntl, ioctl, poll
// ────────────────────────────────────────────────────────────────────────────────────────

Result Host::call_fcntl(Socket& s, const Arguments& a) {
    constexpr std::int64_t kReadWrite = 2, kNonBlocking = 04000;
    if (a.size() < 2) return failed("EINVAL");
    if (a[1].text == "F_GETFL") return {kReadWrite | (s.non_blocking ? kNonBlocking : 0)};
    if (a[1].text != "F_SETFL" || a.size() < 3) throw NotOurs("fcntl " + a[1].text);
    s.non_blocking = (value_of(a[2]) & kNonBlocking) != 0;
    return {0};
}

Result Host::call_ioctl(Socket& s, const Arguments& a) {
    if (a.size() < 3) return failed("EINVAL");
    const std::string& name = a[1].text;
    std::int64_t value = 0;
    if (name == "FIONREAD" || name == "SIOCINQ") {
        if (s.state == Socket::State::listening) return failed("EINVAL");
        value = std::int64_t(s.unread());
    } else if (name == "SIOCOUTQ") {
        value = std::int64_t(stack_.unacknowledged(s.id) + s.held.size());
    } else if (name == "SIOCOUTQNSD") {
        value = std::int64_t(stack_.unsent(s.id) + s.held.size());
    } else if (name == "SIOCATMARK") {  // is all that was urgent read?
        value = stack_.urgent_left(s.id) == 0;
    } else {
        throw NotOurs("ioctl " + name);
    }
    if (a[2].kind == Expression::Kind::ellipsis || value_of(a[2]) == value) return {0};
    return failed("(" + name + " gives " + std::to_string(value) + ")");
}

std::int64_t Host::readiness(const Socket& s) const {
    constexpr std::int64_t kIn = 1, kUrgent = 2, kOut = 4, kError = 8, kHangUp = 16, kPeerClosed = 0x2000;
    std::int64_t ready = 0;
    if (s.state == Socket::State::listening) return s.arrivals.empty() ? 0 : kIn;
    if (s.datagram) return kOut | (s.datagrams.empty() ? 0 : kIn);
    if (s.state == Socket::State::fresh) return kOut | kHangUp;
    if (!s.queue.empty() || s.peer_closed || s.read_shut) ready |= kIn;
    if (s.peer_closed || s.read_shut) ready |= kPeerClosed;
    if (s.failed_once) ready |= kError;
    if (s.state == Socket::State::closed) return ready | kHangUp | kOut;
    if (s.state == Socket::State::connected && (s.write_shut || room_to_write(s) > 0)) ready |= kOut;
    if (stack_.urgent_left(s.id) > 0) ready |= kUrgent;
    return ready;
}

std::optional<Result> Host::call_poll(const Arguments& a) {
    constexpr std::int64_t kAlways = 8 | 16;
    if (a.size() != 3 || a[0].kind != Expression::Kind::list) throw NotOurs("this form of poll");
    std::int64_t count = 0;
    std::string wrong;
    for (const auto& one : a[0].parts) {
        std::int64_t descriptor = 0, wanted = 0, expected = 0;
        for (const auto& field : one.parts) {
            if (field.parts.empty()) continue;
            if (field.text == "fd") descriptor = value_of(field.parts[0]);
            if (field.text == "events") wanted = value_of(field.parts[0]);
            if (field.text == "revents") expected = value_of(field.parts[0]);
        }
        const Socket* const s = socket(descriptor);
        const std::int64_t found = s ? readiness(*s) & (wanted | kAlways) : 0;
        if (found != 0) ++count;
        if (found != expected)
            wrong = "(revents of " + std::to_string(descriptor) + " are " + std::to_string(found) + ")";
    }
    if (count == 0 && value_of(a[2]) != 0) return std::nullopt;
    return wrong.empty() ? Result{count} : failed(wrong);
}

}  // namespace vmlab::packets
