#include "stack/tcp/connection_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmlab::stack {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t scramble(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

std::uint64_t word_at(const IpAddress& address, std::size_t at) {
    std::uint64_t word;
    std::memcpy(&word, address.bytes().data() + at, 8);
    return word;
}

/// All its lines at once: of many connections this one has hardly been looked at lately.
void fetch_lines(const Connection* connection) {
    for (std::size_t at = 0; connection && at < sizeof(Connection); at += 64)
        __builtin_prefetch(reinterpret_cast<const char*>(connection) + at);
}

}  // namespace

ConnectionTable::ConnectionTable(std::uint64_t key) : key_(key), other_key_(scramble(key + 1)) {}

std::size_t ConnectionTable::home_of(SocketId id) const { return std::size_t(scramble(id ^ key_)) & mask(); }

std::size_t ConnectionTable::home_of(const Endpoint& local, const Endpoint& peer) const {
    // Products of two keyed words, folded: a stranger who knows neither key cannot tell which endpoints
    // collide.
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
        const auto product = static_cast<Wide>(a) * b;
        return std::uint64_t(product) ^ std::uint64_t(product >> 64);
    };
    const std::uint64_t ports = std::uint64_t(local.port) << 16 | peer.port;
    const std::uint64_t of_peer =
        fold(word_at(peer.address, 0) ^ key_, word_at(peer.address, 8) ^ ports ^ other_key_);
    const std::uint64_t of_local =
        fold(word_at(local.address, 0) ^ other_key_, word_at(local.address, 8) ^ of_peer ^ key_);
    return std::size_t(of_local) & mask();
}

Connection& ConnectionTable::add(const ConnectionSetup& setup) {
    if (4 * (count_ + 1) > 3 * by_id_.size()) resize(std::max<std::size_t>(16, 2 * by_id_.size()));
    auto connection = std::make_unique<Connection>(setup);
    Connection& added = *connection;
    place(std::move(connection));
    ++count_;
    return added;
}

void ConnectionTable::place(std::unique_ptr<Connection> connection) {
    std::size_t at = home_of(connection->local(), connection->peer());
    while (by_endpoints_[at]) at = (at + 1) & mask();
    by_endpoints_[at] = connection.get();
    at = home_of(connection->id());
    while (by_id_[at]) at = (at + 1) & mask();
    by_id_[at] = std::move(connection);
}

void ConnectionTable::resize(std::size_t size) {
    auto old = std::exchange(by_id_, decltype(by_id_)(size));
    by_endpoints_ = decltype(by_endpoints_)(size);
    for (auto& connection : old)
        if (connection) place(std::move(connection));
}

void ConnectionTable::fetch(SocketId id) const {
    if (!by_id_.empty()) fetch_lines(by_id_[home_of(id)].get());
}

Connection* ConnectionTable::found(Connection* connection) const {
    connection->fetch();
    return last_ = connection;
}

Connection* ConnectionTable::search(SocketId id) const {
    if (by_id_.empty()) return nullptr;
    std::size_t at = home_of(id);
    for (fetch_lines(by_id_[at].get()); by_id_[at]; at = (at + 1) & mask())
        if (by_id_[at]->id() == id) return found(by_id_[at].get());
    return nullptr;
}

Connection* ConnectionTable::search(const Endpoint& local, const Endpoint& peer) const {
    if (by_id_.empty()) return nullptr;
    std::size_t at = home_of(local, peer);
    for (fetch_lines(by_endpoints_[at]); Connection* const one = by_endpoints_[at]; at = (at + 1) & mask())
        if (one->local() == local && one->peer() == peer) return found(one);
    return nullptr;
}

namespace {

/// Empties slot `hole` and moves back what had probed past it.
template <typename Slots, typename Home>
void close_hole(Slots& slots, std::size_t hole, Home home) {
    const std::size_t mask = slots.size() - 1;
    slots[hole] = nullptr;
    for (std::size_t at = (hole + 1) & mask; slots[at]; at = (at + 1) & mask) {
        const std::size_t wanted = home(*slots[at]);
        if (((at - wanted) & mask) < ((at - hole) & mask))
            continue;  // it stands between its home and the hole
        slots[hole] = std::move(slots[at]);
        slots[at] = nullptr;
        hole = at;
    }
}

}  // namespace

void ConnectionTable::remove(SocketId id) {
    Connection* const gone = find(id);
    if (!gone) return;
    last_ = nullptr;
    std::size_t at = home_of(gone->local(), gone->peer());
    while (by_endpoints_[at] != gone) at = (at + 1) & mask();
    close_hole(by_endpoints_, at, [&](const Connection& c) { return home_of(c.local(), c.peer()); });
    at = home_of(id);
    while (by_id_[at].get() != gone) at = (at + 1) & mask();
    close_hole(by_id_, at, [&](const Connection& c) { return home_of(c.id()); });
    --count_;
    if (by_id_.size() > kLeastShrunk && 8 * count_ < by_id_.size()) resize(by_id_.size() / 2);
}

std::vector<Connection*> ConnectionTable::all() const {
    std::vector<Connection*> connections;
    connections.reserve(count_);
    for (const auto& connection : by_id_)
        if (connection) connections.push_back(connection.get());
    std::sort(connections.begin(), connections.end(),
              [](const Connection* a, const Connection* b) { return a->id() < b->id(); });
    return connections;
}

}  // namespace vmlab::stack
