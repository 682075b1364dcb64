// SYN cookies at the listeners: when a backlog is full, a SYN is answered and forgotten; the ACK that returns
// the cookie makes the connection. Where PENDINGCONNECTIONLIMIT has a half-open connection dropped by chance,
// it can come back so, too: beyond half of the limit the connections that are kept begin at cookies.
#include "stack/tcp/syn_cookies.hpp"

#include "stack/connection_outlet.hpp"
#include "stack/stack_impl.hpp"

namespace vmlab::stack {
namespace {

/// What a connection says goes nowhere; the last header is kept.
struct Muted final : ConnectionSink {
    void send_segment(const wire::TcpHeader& header, const Buffer&) override { said = header; }
    void established() override {}
    void received(Buffer) override {}
    void peer_closed() override {}
    void acknowledged(std::size_t) override {}
    void closed(CloseReason, std::string_view) override {}
    void dropped(DropReason) override {}
    void urgent(std::size_t) override {}
    void advised(Advice, std::string_view) override {}

    wire::TcpHeader said{};
};

std::uint16_t segment_of(const wire::TcpHeader& syn, const Endpoint& peer) {
    constexpr std::uint16_t kUnsaid = 536, kUnsaid6 = 1220;  // MUST-15
    return syn.options.mss.value_or(peer.address.is_v4() ? kUnsaid : kUnsaid6);
}

}  // namespace

bool Stack::Impl::wants_cookies() const {
    return *options.limits.pending != 0 && pending.size() * 2 >= *options.limits.pending;
}

Seq Stack::Impl::cookie_for(const wire::TcpHeader& syn, const Endpoint& local, const Endpoint& peer,
                            Instant now) const {
    return make_cookie(secret, local, peer, Seq{syn.sequence}, segment_of(syn, peer), now);
}

void Stack::Impl::send_cookie(const Listener& listener, const wire::TcpHeader& syn, const Endpoint& local,
                              const Endpoint& peer, Instant now, Sink& out) {
    wire::TcpHeader kept = syn;  // what will be left of it
    kept.options.mss = cookie_segment(segment_of(syn, peer));
    const bool stamped = syn.options.timestamps && options.timestamps;
    if (!stamped) {
        kept.options.window_shift.reset();
        kept.options.timestamps.reset();
        kept.options.sack_permitted = kept.flags.ece = kept.flags.cwr = false;
    }
    Connection passing(setup_for(local, peer, cookie_for(syn, local, peer, now), listener.id,
                                 listener.options.connection, listener.options.room));
    Muted muted;
    passing.open_passive(kept, {}, now, muted);
    if (stamped)
        muted.said.options.timestamps->value =
            options_in_time_stamp(muted.said.options.timestamps->value, kept);
    ++cookies.sent;
    cookies_until = now + kCookieAge;
    suspect(Attack::syn_flood, peer, now, out);
    send_tcp(local, peer, muted.said, {}, now, out, {});
}

void Stack::Impl::note_in_time_stamp(const Connection& connection, wire::TcpHeader& header,
                                     Instant now) const {
    const Seq peer_initial = connection.receiver().next() - 1u;
    const auto read =
        read_cookie(secret, connection.local(), connection.peer(), peer_initial, Seq{header.sequence}, now);
    if (!read) return;
    wire::TcpHeader agreed;
    if (header.options.window_shift) agreed.options.window_shift = connection.peer_shift();
    agreed.options.sack_permitted = header.options.sack_permitted;
    agreed.flags.ece = agreed.flags.cwr = header.flags.ece;
    auto& value = header.options.timestamps->value;
    value = options_in_time_stamp(value, agreed);
}

bool Stack::Impl::accept_cookie(Listener& listener, const wire::TcpHeader& header, const Endpoint& local,
                                const Endpoint& peer, Buffer payload, Instant now, Sink& out) {
    const Seq initial = Seq{header.acknowledgment} - 1u, peer_initial = Seq{header.sequence} - 1u;
    const auto segment = read_cookie(secret, local, peer, peer_initial, initial, now);
    if (!segment) {
        ++cookies.refused;
        count_drop(DropReason::tcp_bad_cookie);
        return false;
    }
    if (exhausted(options.blocks.connections, connections.size() + listeners.size())) {
        drop_for_blocks(DropReason::tcp_no_block, peer, local, options.blocks.connections, now, out);
        return true;
    }
    if (!peer_may_connect(peer, now, out)) {
        send_refusal(header, local, peer, payload.size(), now, out);
        return true;
    }
    wire::TcpHeader syn;
    syn.source_port = header.source_port;
    syn.destination_port = header.destination_port;
    syn.sequence = peer_initial.value;
    syn.flags.syn = true;
    syn.window = header.window;
    syn.options.mss = *segment;
    if (header.options.timestamps && options.timestamps) {
        syn.options.timestamps = header.options.timestamps;
        read_options_of_time_stamp(header.options.timestamps->echo, syn);
    }
    ++cookies.taken;
    ++listener.half_open;
    Connection& connection =
        add_connection(local, peer, initial, listener.id, listener.options.connection, listener.options.room);
    // It goes the way of every connection, but that nobody hears it. When our SYN left is not known: the
    // second one keeps it from being a sample of the round trip (Karn).
    Muted muted;
    connection.open_passive(syn, now, muted);
    connection.receive(syn, {}, false, now, muted);
    Outlet outlet(*this, connection, now, out);
    connection.receive(header, std::move(payload), false, now, outlet);
    if (outlet.unwanted) connection.abort(false, now, outlet);
    settle(connection);
    return true;
}

}  // namespace vmlab::stack
