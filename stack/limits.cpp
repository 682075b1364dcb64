// Limits over all connections together: how many one address may hold, how many may be half-open, how many
// may wait for a window that stays shut (FOREIGNIPCONLIMIT, PENDINGCONNECTIONLIMIT, PERSISTCONNECTIONLIMIT);
// and how many blocks all of them may use (pools with a LIMIT).
#include <fmt/core.h>

#include <utility>

#include "stack/connection_outlet.hpp"
#include "stack/stack_impl.hpp"

namespace vmlab::stack {

bool Stack::Impl::peer_may_connect(const Endpoint& peer, Instant now, Sink& out) {
    const auto& limit = options.limits.per_peer;
    if (*limit == 0) return true;
    const auto found = peers.find(peer.address);
    if (found == peers.end() || found->second < *limit) return true;
    report_attack(Attack::stress, peer,
                  fmt::format("connection from {} refused: {} has {} connections, FOREIGNIPCONLIMIT is {}",
                              peer.str(), peer.address.str(), found->second, *limit),
                  limit.where, now, out);
    return false;
}

void Stack::Impl::count_pending(Connection& connection, Instant now, Sink& out) {
    pending.insert(connection.id());
    connection.counted.pending = true;
    const auto& limit = options.limits.pending;
    if (*limit == 0 || pending.size() <= *limit) return;
    // One by chance: a flood hits mostly its own.
    const ConnectionId low = *pending.begin(), high = *pending.rbegin();
    const auto victim = pending.lower_bound(low + ConnectionId(dice.below(high - low + 1)));
    Connection& dropped = *connections.find(*victim);
    report_attack(Attack::syn_flood, dropped.peer(),
                  fmt::format("half-open connection {} with {} dropped: {} are half-open, "
                              "PENDINGCONNECTIONLIMIT is {}",
                              dropped.id(), dropped.peer().str(), pending.size(), *limit),
                  limit.where, now, out);
    drop_for_limit(dropped, now, out);
}

void Stack::Impl::count_persist(Connection& connection, Instant now, Sink& out) {
    if (connection.counted.place == 0) {
        connection.counted.place = place_behind(persisting);
        persisting.emplace(connection.counted.place, connection.id());
    }
    const auto& limit = options.limits.persist;
    if (*limit == 0 || persisting.size() <= *limit) return;
    Connection& oldest = *connections.find(persisting.begin()->second);
    report_attack(Attack::zero_window, oldest.peer(),
                  fmt::format("connection {} with {} dropped: {} wait for a window, PERSISTCONNECTIONLIMIT "
                              "is {}",
                              oldest.id(), oldest.peer().str(), persisting.size(), *limit),
                  limit.where, now, out);
    drop_for_limit(oldest, now, out);
}

/// A half-open one goes without a word; an established one by RST, and its user hears of it.
void Stack::Impl::drop_for_limit(Connection& connection, Instant now, Sink& out) {
    const bool half_open = !connection.was_established();
    Outlet outlet(*this, connection, now, out);
    connection.abort(half_open, now, outlet);
    if (!half_open)
        out.closed(connection.id(), CloseReason::dropped,
                   "dropped as part of an attack: its window was shut");
    remove(connection);
}

void Stack::Impl::count_buffers(Connection& connection) {
    const std::size_t out = connection.sender().queued_bytes(), in = connection.receiver().unconsumed();
    if (out + in + connection.counted.buffers == 0) return;
    const auto size = std::uint32_t(options.data_buffer);
    const auto buffers = [&](std::size_t bytes) {
        return bytes == 0 ? 0 : bytes <= size ? 1 : (std::uint32_t(bytes) + size - 1) / size;
    };
    const std::uint32_t now = buffers(out) + buffers(in);
    data_buffers += std::size_t{now} - std::exchange(connection.counted.buffers, now);
}

void Stack::Impl::drop_for_blocks(DropReason reason, const Endpoint& peer, const Endpoint& local,
                                  const Sourced<std::size_t>& blocks, Instant now, Sink& out) {
    count_drop(reason);
    if (!drop_is_news(reason, now)) return;
    out.record(
        {RecordKind::drop,
         fmt::format("{}: from {} to {}, the limit is {}", name_of(reason), peer.str(), local.str(), *blocks),
         {blocks.where}});
}

void Stack::Impl::uncount(Connection& connection, bool ends) {
    auto& counted = connection.counted;
    if (counted.place != 0) (counted.peer ? persisting : time_waits).erase(std::exchange(counted.place, 0));
    if (counted.pending) {
        pending.erase(connection.id());
        counted.pending = false;
    }
    if (!ends || !counted.peer) return;
    counted.peer = false;
    const auto found = peers.find(connection.peer().address);
    if (--found->second == 0) peers.erase(found);
}

}  // namespace vmlab::stack
