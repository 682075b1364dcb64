// The calls that open, carry and close: socket, bind, listen, accept, connect, read and write in their forms,
// shutdown, close. The rest stands in socket_options.cpp.
#include <algorithm>
#include <utility>

#include "tests/packets/runner/host.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

constexpr std::int64_t kOutOfBand = 1, kPeek = 2, kDontWait = 0x40, kWaitAll = 0x100, kNoSignal = 0x4000,
                       kMore = 0x8000, kFastOpen = 0x20000000;

/// inet_addr("192.168.0.1"), inet_pton(AF_INET6, "2001:db8::1"): the string says the family.
IpAddress address_in(const Expression& call) {
    const Expression& text = call.parts.back();
    const auto parsed = IpAddress::parse(text.text);
    if (!parsed) throw ScriptError(call.at, "no address");
    return *parsed;
}

/// {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr("192.168.0.1")}; nothing for `...`.
std::optional<Endpoint> address_of(const Expression& e) {
    if (e.kind != Expression::Kind::fields) return std::nullopt;
    Endpoint endpoint{Ipv4Address{}, 0};
    for (const auto& field : e.parts) {
        if (field.kind != Expression::Kind::assign || field.parts.empty()) continue;
        const Expression& value = field.parts[0];
        if (field.text == "sa_family" && value.text != "AF_INET" && value.text != "AF_INET6")
            throw NotOurs("addresses of " + value.text);
        if (value.kind != Expression::Kind::call || value.parts.empty()) continue;
        if (field.text.ends_with("_port")) endpoint.port = std::uint16_t(value_of(value.parts[0]));
        if (field.text.ends_with("_addr")) endpoint.address = address_in(value);
    }
    return endpoint;
}

const Expression& argument(const Call& call, std::size_t i) {
    if (i >= call.arguments.size())
        throw ScriptError({}, call.name + " has " + std::to_string(i + 1) + " arguments at least");
    return call.arguments[i];
}

}  // namespace

// ── descriptors
// ───────────────────────────────────────────────────────────────────────────────────────────────

int Host::descriptor_of(int number) {
    int descriptor = 3;
    while (descriptors_.contains(descriptor)) ++descriptor;
    descriptors_[descriptor] = number;
    return descriptor;
}

bool Host::rename(std::int64_t descriptor, std::int64_t as) {
    const auto found = descriptors_.find(int(descriptor));
    if (found == descriptors_.end() || as < 0 || as > 100'000) return false;
    const int number = found->second;
    descriptors_.erase(found);
    return descriptors_.emplace(int(as), number).second;
}

int Host::add(std::unique_ptr<Socket> socket) {
    const int number = next_number_++;
    sockets_[number] = std::move(socket);
    return descriptor_of(number);
}

Socket* Host::socket(std::int64_t descriptor) {
    const auto found = descriptors_.find(int(descriptor));
    return found == descriptors_.end() ? nullptr : sockets_.at(found->second).get();
}

std::optional<Result> Host::attempt(const Call& call, Progress& progress) {
    std::optional<Result> result;
    if (call.name == "socket") result = call_socket(call.arguments);
    else if (call.name == "poll") result = call_poll(call.arguments);
    else {
        Socket* const s = socket(value_of(argument(call, 0)));
        if (!s) return failed("EBADF");
        if (call.name == "close") result = call_close(int(value_of(call.arguments[0])));
        else result = answer(*s, call, progress);
    }
    drain();
    return result;
}

std::optional<Result> Host::answer(Socket& s, const Call& call, Progress& progress) {
    const auto& a = call.arguments;
    const auto& name = call.name;
    if (name == "bind") return call_bind(s, a);
    if (name == "listen") return call_listen(s, a);
    if (name == "accept") return call_accept(s, false);
    if (name == "accept4") return call_accept(s, (value_of(argument(call, 3)) & 04000) != 0);
    if (name == "connect") return call_connect(s, a, progress);
    if (name == "setsockopt") return set_option(s, a);
    if (name == "getsockopt") return get_option(s, a);
    if (name == "fcntl") return call_fcntl(s, a);
    if (name == "ioctl") return call_ioctl(s, a);
    if (name == "shutdown") return call_shutdown(s, value_of(argument(call, 1)));
    if (name == "sendmsg" || name == "recvmsg" || name == "writev" || name == "readv")
        return call_message(s, call, progress);
    const bool flags = name == "send" || name == "recv" || name == "sendto" || name == "recvfrom";
    if (!flags && name != "write" && name != "read") throw NotOurs("the call " + name);
    const Expression& data = argument(call, 1);
    const std::int64_t size = value_of(argument(call, 2)), how = flags ? value_of(argument(call, 3)) : 0;
    if (size < 0 || size > 64 * 1024 * 1024) throw NotOurs("a buffer of this size");
    const bool writes = name == "write" || name == "send" || name == "sendto";
    if (name == "sendto" && a.size() > 4 && (s.datagram || s.state == Socket::State::fresh))
        if (const auto to = address_of(a[4])) s.peer = *to;
    return writes ? call_write(s, data, size, how, progress) : call_read(s, data, size, how, progress);
}

// ── opening
// ───────────────────────────────────────────────────────────────────────────────────────────────────

Result Host::call_socket(const Arguments& a) {
    if (a.size() != 3) return failed("EINVAL");
    const std::int64_t type = value_of(a[1]);
    auto s = std::make_unique<Socket>();
    s->options = defaults;
    s->room.window_shift = window_shift;
    s->datagram = (type & 0xf) == 2;
    s->non_blocking = (type & 04000) != 0;
    if ((type & 0xf) != 1 && (type & 0xf) != 2) throw NotOurs("sockets of this type");
    return {add(std::move(s))};
}

Result Host::call_bind(Socket& s, const Arguments& a) {
    Endpoint local{setup_.host, setup_.bind_port};
    if (a.size() > 1)
        if (const auto given = address_of(a[1])) local = *given;
    if (!local.address.is_unspecified() && local.address.is_v4() != setup_.host.is_v4())
        throw NotOurs("addresses of the other family than the run's");
    if (!local.address.is_unspecified() && !stack_.is_local(local.address)) return failed("EADDRNOTAVAIL");
    if (s.bound) return failed("EINVAL");
    s.local = local;
    s.bound = true;
    if (s.datagram && !stack_.bind_udp(local.port)) return failed("EADDRINUSE");
    return {0};
}

Result Host::call_listen(Socket& s, const Arguments& a) {
    if (s.datagram) return failed("EOPNOTSUPP");
    if (s.state == Socket::State::listening) return {0};
    if (s.state != Socket::State::fresh) return failed("EINVAL");
    if (a.size() > 1) s.backlog = std::size_t(std::max<std::int64_t>(value_of(a[1]), 1));
    return begin_listening(s) ? Result{0} : failed("EADDRINUSE");
}

bool Host::begin_listening(Socket& s) {
    ListenOptions options;
    if (!s.local.address.is_unspecified()) options.address = s.local.address;
    options.backlog = s.backlog.value_or(options.backlog);
    options.connection = s.options;
    options.room = s.room;
    options.fast_open = s.fast_open.value_or(listeners_open_fast ? options.backlog : 0);
    const auto id = stack_.listen(s.local.port, options);
    if (!id) return false;
    s.id = *id;
    s.state = Socket::State::listening;
    by_connection_[s.id] = descriptors_.begin()->second;
    for (const auto& [descriptor, number] : descriptors_)
        if (sockets_.at(number).get() == &s) by_connection_[s.id] = number;
    return true;
}

std::optional<Result> Host::call_accept(Socket& s, bool non_blocking) {
    if (s.state != Socket::State::listening) return failed("EINVAL");
    if (s.arrivals.empty()) {
        if (s.non_blocking) return failed("EAGAIN");
        return std::nullopt;
    }
    const int number = s.arrivals.front();
    s.arrivals.pop_front();
    sockets_.at(number)->non_blocking = non_blocking;
    return Result{descriptor_of(number)};
}

std::optional<Result> Host::call_connect(Socket& s, const Arguments& a, Progress& progress) {
    if (s.datagram) {
        s.peer = {setup_.peer, setup_.connect_port};
        if (a.size() > 1)
            if (const auto given = address_of(a[1])) s.peer = *given;
        s.state = Socket::State::connected;
        return Result{0};
    }
    if (s.deferred) return failed("EISCONN");
    if (s.state == Socket::State::connected) return progress.begun ? Result{0} : failed("EISCONN");
    if (s.state == Socket::State::closed) {
        if (s.error.empty()) return failed("ECONNABORTED");
        return failed(std::exchange(s.error, {}));
    }
    if (s.state == Socket::State::listening) return failed("EISCONN");
    if (s.state == Socket::State::connecting) {
        if (s.non_blocking) return failed("EALREADY");
        return std::nullopt;
    }
    Endpoint peer{setup_.peer, setup_.connect_port};
    if (a.size() > 1)
        if (const auto given = address_of(a[1])) peer = *given;
    s.peer = peer;
    if (s.fast_connect && stack_.fast_open_room(peer.address, now_) > 0) {
        s.deferred = true;
        return Result{0};
    }
    if (const auto refused = begin_connection(s, {}, s.fast_connect)) return refused;
    progress.begun = true;
    if (s.non_blocking) return failed("EINPROGRESS");
    return std::nullopt;
}

// ── carrying
// ──────────────────────────────────────────────────────────────────────────────────────────────────

std::size_t Host::room_to_write(const Socket& s) const {
    const std::size_t used = stack_.unacknowledged(s.id) + s.held.size();
    return used < s.send_limit ? s.send_limit - used : 0;
}

/// What was held back: whole segments, or all of it.
void Host::hand_over(Socket& s, bool all) {
    const auto row = this->row(s.local, s.peer);
    const std::size_t segment = std::max<std::size_t>(row.segment, 1);
    const std::size_t bytes = all ? s.held.size() : s.held.size() / segment * segment;
    if (bytes == 0 || !stack_.takes_data(s.id)) return;
    stack_.send(s.id, Buffer::copy_of(std::string_view(s.held).substr(0, bytes)), now_, *this);
    s.held.erase(0, bytes);
}

std::optional<Result> Host::call_write(Socket& s, const Expression& data, std::int64_t size,
                                       std::int64_t flags, Progress& progress) {
    if ((flags & ~(kOutOfBand | kDontWait | kNoSignal | kMore | kFastOpen)) != 0)
        throw NotOurs("these flags of a send call");
    if (s.datagram) return call_send_to(s, size);
    if (s.write_shut) return failed("EPIPE");
    if (s.state == Socket::State::fresh && (s.deferred || (flags & kFastOpen) != 0))
        return call_fast_write(s, data, size, !s.non_blocking && (flags & kDontWait) == 0, progress);
    if (s.state == Socket::State::fresh || s.state == Socket::State::listening) return failed("ENOTCONN");
    if (s.state == Socket::State::closed) {
        if (!s.error.empty()) return failed(std::exchange(s.error, {}));
        return failed("EPIPE");
    }
    const bool waits = !s.non_blocking && (flags & kDontWait) == 0;
    if (s.state == Socket::State::connecting) {
        if (waits) return std::nullopt;
        return failed("EAGAIN");
    }
    if (!stack_.takes_data(s.id)) return failed("EPIPE");
    const std::size_t left = std::size_t(size) - progress.bytes;
    const std::size_t bytes = std::min(left, room_to_write(s));
    if (bytes == 0 && left > 0) {
        if (!waits) return progress.bytes > 0 ? Result{std::int64_t(progress.bytes)} : failed("EAGAIN");
        return std::nullopt;
    }
    std::string& log = written_[{s.local, s.peer}];
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        const std::size_t at = progress.bytes + i;
        text += data.kind == Expression::Kind::text && at < data.text.size() ? data.text[at]
                                                                             : pattern_at(log.size() + i);
    }
    log += text;
    progress.bytes += bytes;
    if ((flags & kOutOfBand) != 0) {
        hand_over(s, true);
        stack_.send_urgent(s.id, Buffer::copy_of(text), now_, *this);
    } else {
        s.held += text;
        hand_over(s, !s.corked && (flags & kMore) == 0);
    }
    if (progress.bytes < std::size_t(size) && waits) return std::nullopt;
    return Result{std::int64_t(progress.bytes)};
}

Result Host::call_send_to(Socket& s, std::int64_t size) {
    if (!s.error.empty()) return failed(std::exchange(s.error, {}));
    if (s.peer.port == 0) return failed("EDESTADDRREQ");
    if (s.local.port == 0) {
        const auto port = stack_.bind_any_udp();
        if (!port) return failed("EAGAIN");
        s.local = {setup_.host, *port};
    }
    if (size > 65507) return failed("EMSGSIZE");
    std::string text;
    for (std::int64_t i = 0; i < size; ++i) text += pattern_at(std::uint64_t(i));
    opened = {s.local, s.peer};
    if (s.local.address.is_unspecified()) opened->first.address = setup_.host;
    stack_.send_datagram(s.local.port, s.peer, Buffer::copy_of(text), now_, *this, s.options.ttl);
    return {size};
}

std::optional<Result> Host::receive_datagram(Socket& s) {
    if (!s.error.empty()) return failed(std::exchange(s.error, {}));
    if (s.datagrams.empty()) {
        if (s.non_blocking) return failed("EAGAIN");
        return std::nullopt;
    }
    const auto size = std::int64_t(s.datagrams.front().second.size());
    s.datagrams.pop_front();
    return Result{size};
}

std::optional<Result> Host::call_read(Socket& s, const Expression& data, std::int64_t size,
                                      std::int64_t flags, Progress& progress) {
    if ((flags & ~(kPeek | kDontWait | kWaitAll | kNoSignal)) != 0)
        throw NotOurs("these flags of a receive call");
    if (s.datagram) return receive_datagram(s);
    if (s.state == Socket::State::fresh || s.state == Socket::State::listening) return failed("ENOTCONN");
    const std::size_t wanted = std::size_t(size) - progress.bytes;
    std::size_t taken = 0;
    const bool peeks = (flags & kPeek) != 0;
    for (std::size_t i = 0; i < s.queue.size() && taken < wanted; ++i) {
        const auto part = s.queue[i].span().first(std::min(s.queue[i].size(), wanted - taken));
        for (const auto byte : part) {
            const char right =
                data.kind == Expression::Kind::text && progress.bytes + taken < data.text.size()
                    ? data.text[progress.bytes + taken]
                    : pattern_at(s.read_at + taken);
            if (char(byte) != right) return failed("(the bytes are not those that were sent)");
            ++taken;
        }
    }
    if (peeks) return Result{std::int64_t(taken)};
    s.read_at += taken;
    progress.bytes += taken;
    for (std::size_t left = taken; left > 0;) {
        const std::size_t part = std::min(left, s.queue.front().size());
        s.queue.front().remove_prefix(part);
        left -= part;
        if (s.queue.front().empty()) s.queue.pop_front();
    }
    if (taken > 0) stack_.consumed(s.id, taken, now_, *this);
    const bool waits = !s.non_blocking && (flags & kDontWait) == 0;
    const bool ends = s.peer_closed || s.read_shut || s.state == Socket::State::closed;
    if (progress.bytes > 0 || size == 0) {
        if ((flags & kWaitAll) != 0 && waits && progress.bytes < std::size_t(size) && !ends)
            return std::nullopt;
        return Result{std::int64_t(progress.bytes)};
    }
    if (!s.error.empty()) return failed(std::exchange(s.error, {}));
    if (ends) return Result{0};
    if (waits) return std::nullopt;
    return failed("EAGAIN");
}

/// The parts of a message, or of a vector, as one piece.
std::optional<Result> Host::call_message(Socket& s, const Call& call, Progress& progress) {
    const Expression& message = argument(call, 1);
    std::int64_t size = 0, flags = 0;
    const auto add_parts = [&](const Expression& list) {
        for (const auto& part : list.parts) {
            if (part.parts.size() != 2) throw NotOurs("this form of an I/O vector");
            size += value_of(part.parts[1]);
        }
    };
    if (message.kind == Expression::Kind::list) {
        add_parts(message);
    } else {
        if (message.kind != Expression::Kind::fields) throw NotOurs("this form of a message");
        for (const auto& field : message.parts) {
            if (field.text == "msg_iov" && !field.parts.empty()) add_parts(field.parts[0]);
            if (field.text == "msg_control" && !field.parts.empty() && !field.parts[0].parts.empty())
                throw NotOurs("control messages");
        }
        if (call.arguments.size() > 2) flags = value_of(call.arguments[2]);
    }
    const bool writes = call.name == "sendmsg" || call.name == "writev";
    return writes ? call_write(s, {}, size, flags, progress) : call_read(s, {}, size, flags, progress);
}

// ── closing
// ───────────────────────────────────────────────────────────────────────────────────────────────────

Result Host::call_shutdown(Socket& s, std::int64_t how) {
    if (s.datagram) return {0};
    if (s.state != Socket::State::connected) return failed("ENOTCONN");
    if (how == 0 || how == 2) s.read_shut = true;
    if (how == 0) return {0};
    hand_over(s, true);
    s.write_shut = true;
    stack_.shutdown(s.id, now_, *this);
    return {0};
}

Result Host::call_close(int descriptor) {
    const int number = descriptors_.at(descriptor);
    descriptors_.erase(descriptor);
    Socket& s = *sockets_.at(number);
    by_connection_.erase(s.id);
    if (s.own_key && fast_open_key_) stack_.set_fast_open_key(*fast_open_key_);
    if (s.datagram) {
        if (s.local.port != 0) stack_.unbind_udp(s.local.port);
    } else if (s.state == Socket::State::listening) {
        stack_.unlisten(s.id);
        for (const int arrival : s.arrivals) {
            by_connection_.erase(sockets_.at(arrival)->id);
            stack_.abort(sockets_.at(arrival)->id, now_, *this);
            sockets_.erase(arrival);
        }
    } else if (s.id != 0) {
        hand_over(s, true);
        // Data that nobody will read: the peer hears that it was lost (RFC 2525 section 2.17).
        if ((s.lingers && s.linger_time == 0) || s.unread() > 0) stack_.abort(s.id, now_, *this);
        else stack_.close(s.id, now_, *this);
    }
    sockets_.erase(number);
    return {0};
}

}  // namespace vmlab::packets
