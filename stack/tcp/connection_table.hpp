// All connections of a stack: found by number and by pair of endpoints, each in constant time.
//
// Two tables with open addressing and linear probing; removal shifts back, so that there are no tombstones.
// The hash is keyed: a stranger cannot choose endpoints that collide. Nothing is iterated except for a
// snapshot, and then in the order of the numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "stack/tcp/connection.hpp"

namespace vmlab::stack {

class ConnectionTable {
public:
    explicit ConnectionTable(std::uint64_t key);

    Connection& add(const ConnectionSetup& setup);
    [[nodiscard]] Connection* find(SocketId id) const {
        return last_ && last_->id() == id ? last_ : search(id);
    }
    [[nodiscard]] Connection* find(const Endpoint& local, const Endpoint& peer) const {
        const bool again = last_ && last_->local() == local && last_->peer() == peer;
        return again ? last_ : search(local, peer);
    }
    /// It is looked for soon: its lines may come from far.
    void fetch(SocketId id) const;
    void remove(SocketId id);
    [[nodiscard]] std::size_t size() const { return count_; }
    /// By number.
    [[nodiscard]] std::vector<Connection*> all() const;

private:
    static constexpr std::size_t kLeastShrunk = 1024;  // slots: a smaller table stays as it is

    [[nodiscard]] Connection* found(Connection* connection) const;
    [[nodiscard]] Connection* search(SocketId id) const;
    [[nodiscard]] Connection* search(const Endpoint& local, const Endpoint& peer) const;
    [[nodiscard]] std::size_t home_of(SocketId id) const;
    [[nodiscard]] std::size_t home_of(const Endpoint& local, const Endpoint& peer) const;
    [[nodiscard]] std::size_t mask() const { return by_id_.size() - 1; }
    void resize(std::size_t size);
    void place(std::unique_ptr<Connection> connection);

    std::uint64_t key_, other_key_;
    std::size_t count_ = 0;
    std::vector<std::unique_ptr<Connection>> by_id_;
    std::vector<Connection*> by_endpoints_;
    mutable Connection* last_ = nullptr;  // found last: segments and calls come in rows
};

}  // namespace vmlab::stack
