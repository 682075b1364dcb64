#include "stack/connection_outlet.hpp"

#include <fmt/compile.h>
#include <fmt/core.h>

namespace vmlab::stack {
namespace {

RecordKind kind_of(CloseReason reason, bool was_established) {
    if (!was_established && reason == CloseReason::refused) return RecordKind::refusal;
    return RecordKind::close;
}

std::string pair_of(const Connection& c) {
    return fmt::format(FMT_COMPILE("connection {} {} - {}"), c.id(), c.local().str(), c.peer().str());
}

}  // namespace

void Stack::Impl::Outlet::send_segment(const wire::TcpHeader& header, const Buffer& payload) {
    if (header.flags.syn && now < stack.cookies_until && header.flags.ack && header.options.timestamps) {
        wire::TcpHeader noted = header;
        stack.note_in_time_stamp(connection, noted, now);
        return carry(noted, payload);
    }
    carry(header, payload);
}

void Stack::Impl::Outlet::carry(const wire::TcpHeader& header, const Buffer& payload) {
    const ConnectionOptions& chosen = connection.options();
    const std::uint8_t ecn = connection.departs_markable() ? wire::kEcnCapable : 0;
    stack.send_tcp(connection.local(), connection.peer(), header, payload, now, out,
                   {chosen.ttl, std::uint8_t(chosen.diffserv << 2 | ecn)});
}

void Stack::Impl::Outlet::established() {
    if (connection.listener() == 0) {
        if (out.keeps(RecordKind::state))
            out.record({RecordKind::state,
                        pair_of(connection) + " established",
                        {},
                        about_connection(connection.id())});
        return out.connected(connection.id(), connection.local(), connection.peer());
    }
    const auto it = stack.listeners.find(connection.listener());
    if (it == stack.listeners.end()) {
        unwanted = true;
        return;
    }
    vm_assert(it->second.half_open > 0);
    --it->second.half_open;
    stack.uncount(connection, false);
    if (out.keeps(RecordKind::state))
        out.record({RecordKind::state,
                    fmt::format(FMT_COMPILE("{} accepted on port {}"), pair_of(connection), it->second.port),
                    {it->second.options.where},
                    about_connection(connection.id()),
                    {about_port(it->second.port)}});
    out.accepted(connection.listener(), connection.id(), connection.local(), connection.peer());
}

void Stack::Impl::Outlet::received(Buffer data) {
    if (!unwanted) out.received(connection.id(), std::move(data));
}

void Stack::Impl::Outlet::peer_closed() {
    if (!unwanted) out.peer_closed(connection.id());
}

void Stack::Impl::Outlet::acknowledged(std::size_t bytes) {
    if (!unwanted) out.acknowledged(connection.id(), bytes);
}

void Stack::Impl::Outlet::closed(CloseReason reason, std::string_view why) {
    if (unwanted) return;
    const bool was_established = connection.was_established();
    if (!was_established && connection.listener() != 0) return;  // half-open: no user has heard of it
    if (const RecordKind kind = kind_of(reason, was_established); out.keeps(kind))
        out.record({kind,
                    fmt::format(FMT_COMPILE("{} {}: {}"), pair_of(connection), name_of(reason), why),
                    {},
                    about_connection(connection.id())});
    if (was_established) out.closed(connection.id(), reason, std::string(why));
    else out.connect_failed(connection.id(), reason, std::string(why));
}

void Stack::Impl::Outlet::urgent(std::size_t bytes) {
    if (!unwanted) out.urgent(connection.id(), bytes);
}

/// The user hears of it, and when nothing gets through, IP asks anew who its first hop is (MUST-20): another
/// adapter may have taken over its address.
void Stack::Impl::Outlet::advised(Advice advice, std::string_view why) {
    const IpAddress peer = connection.peer().address;
    const auto way = stack.is_local(peer) ? std::nullopt : stack.way_to(peer);
    if (way && way->hop.is_v4() && advice == Advice::delivery_trouble &&
        stack.redirects.forget(way->hop.v4()))
        stack.last_path.reset();
    if (way && advice == Advice::delivery_trouble && stack.neighbours.find({way->interface, way->hop}))
        stack.ask_for(way->interface, way->hop, now, out);
    const bool is_known = connection.was_established() || connection.listener() == 0;
    if (is_known && connection.options().advice && !unwanted) out.advised(connection.id(), advice, why);
}

void Stack::Impl::Outlet::suspected(Suspicion what) {
    const Attack attack = what == Suspicion::ack_split        ? Attack::ack_split
                          : what == Suspicion::optimistic_ack ? Attack::optimistic_ack
                                                              : Attack::injection;
    stack.suspect(attack, connection.peer(), now, out);
}

/// What is certain counts for all connections to that peer.
void Stack::Impl::Outlet::path_changed(const PathNews& news) {
    const IpAddress peer = connection.peer().address;
    const auto way = stack.is_local(peer) ? std::nullopt : stack.way_to(peer);
    if (news.what == PathNews::What::whole) stack.known_mtus.erase(peer);
    else if (news.what != PathNews::What::doubted) stack.learn_path_mtu(peer, std::uint16_t(news.mtu), now);
    const auto text = [&] {
        switch (news.what) {
            case PathNews::What::doubted:
                return fmt::format(
                    "{}: full segments are not answered, and nobody says why; packets of {} bytes "
                    "from now on",
                    pair_of(connection), news.mtu);
            case PathNews::What::swallows:
                return fmt::format(
                    "the path to {} swallows packets of {} bytes without a word, and carries {}", peer.str(),
                    news.lost, news.mtu);
            case PathNews::What::settled: break;
            case PathNews::What::whole:
                return fmt::format("the path to {} carries {} bytes after all", peer.str(), news.mtu);
        }
        return fmt::format("the path to {} carries packets of {} bytes", peer.str(), news.mtu);
    };
    std::vector<SourceLocation> rests_on;
    if (way && stack.interfaces[way->interface].config.where.known())
        rests_on.push_back(stack.interfaces[way->interface].config.where);
    out.record({RecordKind::decision, text(), std::move(rests_on), about_connection(connection.id())});
}

void Stack::Impl::Outlet::dropped(DropReason reason) {
    stack.count_drop(reason);
    if (stack.drop_is_news(reason, now))
        out.record({RecordKind::drop,
                    fmt::format("{}: {} in state {}", name_of(reason), pair_of(connection),
                                name_of(connection.state())),
                    {}});
}

}  // namespace vmlab::stack
