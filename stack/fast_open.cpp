// TCP Fast Open (RFC 7413) between listeners, active opens and what is known of servers: tcp/fast_open.hpp.
#include "stack/connection_outlet.hpp"
#include "stack/stack_impl.hpp"

namespace vmlab::stack {

/// A SYN with the option reached a listener that wants it. Without a good cookie, or when too many wait for
/// the end of their handshake, the connection opens the ordinary way, and the data comes again.
void Stack::Impl::open_passive_fast(Listener& listener, Connection& connection, const wire::TcpHeader& syn,
                                    Buffer payload, Instant now, ConnectionSink& out) {
    using Verdict = FastOpenKeys::Verdict;
    const IpAddress &client = connection.peer().address, &server = connection.local().address;
    const auto verdict = fast_open_keys.judge(*syn.options.fast_open, client, server, now);
    FastOpenStart start;
    if (verdict != Verdict::good) start.cookie = fast_open_keys.cookie(client, server, now);
    start.accepted = verdict != Verdict::bad && !syn.flags.fin;
    if (start.accepted && listener.fast_open_pending >= listener.options.fast_open) {  // section 5.1
        count_drop(DropReason::tcp_fast_open_full);
        start = {};
    }
    if (start.accepted) {
        ++listener.fast_open_pending;
        connection.counted.fast_open = true;
        start.data = std::move(payload);
    }
    connection.open_passive(syn, std::move(start), now, out);
}

/// Its handshake is through, or it has ended.
void Stack::Impl::count_fast_open(Connection& connection) {
    if (connection.state() == TcpState::syn_received) return;
    connection.counted.fast_open = false;
    const auto found = listeners.find(connection.listener());
    if (found != listeners.end() && found->second.fast_open_pending > 0) --found->second.fast_open_pending;
}

FastOpenStart Stack::Impl::fast_open_to(const IpAddress& server, Buffer data, Instant now) {
    FastOpenStart start;
    start.data = std::move(data);
    const auto known = fast_open_servers.find(server, now);
    if (!known) return start;
    start.cookie = known->cookie;
    start.segment = known->segment;
    return start;
}

void Stack::Impl::Outlet::fast_open(const FastOpenNews& news) {
    stack.fast_open_servers.learn(connection.peer().address, news, now);
}

void Stack::set_fast_open(ConnectionId listener, std::size_t most) {
    const auto found = impl_->listeners.find(listener);
    if (found != impl_->listeners.end()) found->second.options.fast_open = most;
}

std::size_t Stack::fast_open_room(const IpAddress& server, Instant now) const {
    const auto known = impl_->fast_open_servers.find(server, now);
    if (!known || known->cookie.size == 0) return 0;
    const std::size_t headers = server.is_v4() ? 40 : 60;
    return Connection::room_on_syn(known->segment, std::uint16_t(impl_->path_mtu(server) - headers));
}

void Stack::set_fast_open_key(const SipKey& key) { impl_->fast_open_keys.set(key); }
void Stack::turn_fast_open_key() { impl_->fast_open_keys.turn(); }
void Stack::forget_fast_open_servers() { impl_->fast_open_servers.clear(); }

}  // namespace vmlab::stack
