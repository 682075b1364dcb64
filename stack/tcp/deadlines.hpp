// The deadlines of all connections of a stack, on a timing wheel with lazy deletion.
//
// A connection's deadline moves with nearly every segment, almost always later. So an entry is left where it
// is when the deadline moves later, and looked at again when its time comes; only a nearer deadline makes a
// new entry. An entry whose time is not the one noted in its connection is dead. A peer decides how often a
// near deadline follows a far one, and so how many dead entries there are: when they outnumber the
// connections, all are swept away.
#pragma once

#include "stack/tcp/connection_table.hpp"
#include "stack/tcp/timer_wheel.hpp"

namespace vmlab::stack {

class Deadlines {
public:
    explicit Deadlines(const ConnectionTable& connections) : connections_(connections) {}

    /// To be called whenever the connection's deadline may have moved.
    void note(Connection& connection) {
        const Instant at = connection.deadline();
        if (at >= connection.noted_deadline) return;
        connection.noted_deadline = at;
        wheel_.add({at, connection.id()});
        if (wheel_.size() > 2 * connections_.size() + kLeastSwept) sweep();
    }
    /// The nearest true deadline; kNever when no timer runs.
    [[nodiscard]] Instant nearest() {
        while (const auto top = wheel_.nearest()) {
            Connection* const connection = connections_.find(top->id);
            const bool alive = connection && connection->noted_deadline == top->at;
            if (alive && connection->deadline() == top->at) return top->at;
            wheel_.take_nearest();
            if (!alive) continue;
            connection->noted_deadline = kNever;
            note(*connection);
        }
        return kNever;
    }
    /// A connection whose deadline has come, taken off the wheel; null when there is none. note() it
    /// afterwards.
    [[nodiscard]] Connection* take_due(Instant now) {
        if (nearest() > now) return nullptr;
        Connection* const connection = connections_.find(wheel_.nearest()->id);
        connection->noted_deadline = kNever;
        wheel_.take_nearest();
        return connection;
    }

    /// Entries on the wheel, dead ones among them.
    [[nodiscard]] std::size_t size() const { return wheel_.size(); }

private:
    static constexpr std::size_t kLeastSwept = 64;

    void sweep() {
        wheel_.clear();
        for (Connection* const connection : connections_.all()) {
            connection->noted_deadline = connection->deadline();
            if (connection->noted_deadline != kNever)
                wheel_.add({connection->noted_deadline, connection->id()});
        }
    }

    const ConnectionTable& connections_;
    TimerWheel wheel_;
};

}  // namespace vmlab::stack
