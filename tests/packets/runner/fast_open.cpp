// TCP Fast Open through the socket interface: options of listeners, and writes that open a connection.
#include <algorithm>
#include <utility>

#include "tests/packets/runner/cookies.hpp"
#include "tests/packets/runner/host.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

Result Host::set_fast_open_option(Socket& s, const Arguments& a) {
    const std::string& name = a[2].text;
    if (name == "TCP_FASTOPEN_KEY") {
        const std::string key = a[3].text.substr(0, std::size_t(a.size() > 4 ? value_of(a[4]) : 0));
        if (key.size() != 16) return failed("EINVAL");
        stack_.set_fast_open_key(fast_open_key(key));
        s.own_key = true;
        return {0};
    }
    const std::int64_t value = std::max<std::int64_t>(value_of(a[3]), 0);
    if (name == "TCP_FASTOPEN") {
        s.fast_open = std::size_t(value);
        if (s.state == Socket::State::listening) stack_.set_fast_open(s.id, *s.fast_open);
    } else if (name == "TCP_FASTOPEN_CONNECT") {
        s.fast_connect = value != 0;
    } else {
        throw NotOurs("the socket option " + name);
    }
    return {0};
}

std::optional<Result> Host::begin_connection(Socket& s, Buffer first, bool fast) {
    OpenOptions how;
    how.connection = s.options;
    how.room = s.room;
    how.fast_open = fast;
    how.data = std::move(first);
    if (s.bound) {
        how.port = s.local.port;
        if (!s.local.address.is_unspecified()) how.address = s.local.address;
    }
    s.deferred = false;
    const std::string data(reinterpret_cast<const char*>(how.data.data()), how.data.size());
    const auto id = stack_.connect(s.peer, how, now_, *this);
    if (!id) return failed("ENETUNREACH");
    s.id = *id;
    s.state = Socket::State::connecting;
    for (const auto& [descriptor, number] : descriptors_)
        if (sockets_.at(number).get() == &s) by_connection_[s.id] = number;
    for (const auto& one : stack_.snapshot().connections)
        if (one.id == s.id) s.local = one.local;
    written_[{s.local, s.peer}] = data;
    opened = {s.local, s.peer};
    return std::nullopt;
}

/// With a cookie, what fits goes with the SYN, and is what a call that does not wait gives; without one it is
/// a connect() that asks for one.
std::optional<Result> Host::call_fast_write(Socket& s, const Expression& data, std::int64_t size, bool waits,
                                            Progress& progress) {
    if (s.peer.port == 0) s.peer = {setup_.peer, setup_.connect_port};
    const std::size_t room = std::min(stack_.fast_open_room(s.peer.address, now_), std::size_t(size));
    std::string text;
    for (std::size_t i = 0; i < room; ++i)
        text += data.kind == Expression::Kind::text && i < data.text.size() ? data.text[i] : pattern_at(i);
    if (const auto refused = begin_connection(s, Buffer::copy_of(text), true)) return refused;
    progress.begun = true;
    progress.bytes = room;
    if (waits && (room < std::size_t(size) || room == 0)) return std::nullopt;
    return room > 0 ? Result{std::int64_t(room)} : failed("EINPROGRESS");
}

}  // namespace vmlab::packets
