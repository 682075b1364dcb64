// The deadlines of all connections of a stack: a heap with lazy deletion.
//
// A connection's deadline moves with nearly every segment, almost always later. So an entry is left where it
// is when the deadline moves later, and looked at again when its time comes; only a nearer deadline makes a
// new entry. An entry whose time is not the one noted in its connection is dead.
#pragma once

#include <algorithm>
#include <vector>

#include "stack/tcp/connection_table.hpp"

namespace vmlab::stack {

class Deadlines {
public:
    explicit Deadlines(const ConnectionTable& connections) : connections_(connections) {}

    /// To be called whenever the connection's deadline may have moved.
    void note(Connection& connection) {
        const Instant at = connection.deadline();
        if (at >= connection.noted_deadline) return;
        connection.noted_deadline = at;
        push({at, connection.id()});
    }
    /// The nearest true deadline; kNever when no timer runs.
    [[nodiscard]] Instant nearest() {
        while (!heap_.empty()) {
            const Entry top = heap_.front();
            Connection* const connection = connections_.find(top.id);
            const bool alive = connection && connection->noted_deadline == top.at;
            if (alive && connection->deadline() == top.at) return top.at;
            pop();
            if (!alive) continue;
            connection->noted_deadline = kNever;
            note(*connection);
        }
        return kNever;
    }
    /// A connection whose deadline has come, taken off the heap; null when there is none. note() it
    /// afterwards.
    [[nodiscard]] Connection* take_due(Instant now) {
        if (nearest() > now) return nullptr;
        Connection* const connection = connections_.find(heap_.front().id);
        connection->noted_deadline = kNever;
        pop();
        return connection;
    }

private:
    struct Entry {
        Instant at;
        SocketId id;
    };
    static bool is_later(const Entry& a, const Entry& b) { return a.at != b.at ? a.at > b.at : a.id > b.id; }
    /// Dead entries are few beside the living, however many connections came and went.
    void drop_dead() {
        std::erase_if(heap_, [this](const Entry& entry) {
            const Connection* const connection = connections_.find(entry.id);
            return !connection || connection->noted_deadline != entry.at;
        });
        std::make_heap(heap_.begin(), heap_.end(), is_later);
    }
    void push(Entry entry) {
        if (heap_.size() > 256 + 4 * connections_.size()) drop_dead();
        heap_.push_back(entry);
        std::push_heap(heap_.begin(), heap_.end(), is_later);
    }
    void pop() {
        std::pop_heap(heap_.begin(), heap_.end(), is_later);
        heap_.pop_back();
    }

    const ConnectionTable& connections_;
    std::vector<Entry> heap_;
};

}  // namespace vmlab::stack
