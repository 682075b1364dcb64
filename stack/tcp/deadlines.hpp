// The deadlines of all connections of a stack, on a timing wheel with lazy deletion.
//
// A connection's deadline moves with nearly every segment, almost always later. So an entry is left where it
// is when the deadline moves later, and looked at again when its time comes; only a nearer deadline makes a
// new entry. An entry whose time is not the one noted in its connection is dead. A peer decides how often a
// near deadline follows a far one, and so how many dead entries there are: when they outnumber the
// connections, all are swept away.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "stack/tcp/connection_table.hpp"
#include "stack/tcp/timer_wheel.hpp"

namespace vmlab::stack {

class Deadlines {
public:
    explicit Deadlines(const ConnectionTable& connections) : connections_(connections) {}

    /// To be called whenever the connection's deadline may have moved. What has become of it is looked at
    /// when somebody asks: within one event it often moves there and back.
    void note(Connection& connection) {
        if (std::exchange(connection.counted.deadline, true)) return;
        moved_.push_back(&connection);
    }
    /// It is about to go.
    void forget(Connection& connection) {
        if (std::exchange(connection.counted.deadline, false)) std::erase(moved_, &connection);
        doubt(connection);
    }
    /// The nearest true deadline; kNever when no timer runs.
    [[nodiscard]] Instant nearest() {
        look_at_moved();
        while (find_first() && !first_is_true_) prove_first();
        return first_ ? first_->at : kNever;
    }
    /// A connection whose deadline has come, no longer noted; null when there is none. note() it afterwards.
    /// Asks less than nearest(): what is noted for later need not be true.
    [[nodiscard]] Connection* take_due(Instant now) {
        look_at_moved();
        while (find_first() && first_->at <= now) {
            if (!first_is_true_) {
                prove_first();
                continue;
            }
            Connection* const connection = connections_.find(first_->id);
            connection->noted_deadline = kNever;
            first_.reset();
            return connection;
        }
        return nullptr;
    }

    /// Entries, dead ones among them.
    [[nodiscard]] std::size_t size() const { return wheel_.size() + (first_ ? 1 : 0); }

private:
    static constexpr std::size_t kLeastSwept = 64;

    void look_at_moved() {
        for (Connection* const connection : moved_) look_at(*connection);
        moved_.clear();
    }
    /// Compares the first entry with its connection. One that is not true goes, and its connection gets one
    /// that is.
    void prove_first() {
        Connection* const connection = connections_.find(first_->id);
        const bool alive = connection && connection->noted_deadline == first_->at;
        const Instant at = alive ? connection->deadline() : kNever;
        first_is_true_ = alive && (at == first_->at || (at != kNever && wheel_.size() == 0));
        if (first_is_true_) {
            connection->noted_deadline = first_->at = at;
            return;
        }
        first_.reset();
        if (!alive) return;
        connection->noted_deadline = kNever;
        if (at != kNever) add(*connection, at);
    }
    void look_at(Connection& connection) {
        connection.counted.deadline = false;
        const Instant at = connection.deadline();
        if (at < connection.noted_deadline) add(connection, at);
        else if (at != connection.noted_deadline) doubt(connection);
    }
    void doubt(const Connection& connection) {
        if (first_ && first_->id == connection.id()) first_is_true_ = false;
    }
    void add(Connection& connection, Instant at) {
        connection.noted_deadline = at;
        const TimerWheel::Entry entry{at, connection.id()};
        if (first_ && first_->id == entry.id) {  // it only comes nearer
            first_->at = at;
            first_is_true_ = true;
            return;
        }
        const auto next = first_ ? first_ : wheel_.nearest();
        if (next && *next < entry) {
            wheel_.add(entry);
        } else {
            if (first_) wheel_.add(*first_);
            first_ = entry;
            first_is_true_ = true;
        }
        if (size() > 2 * connections_.size() + kLeastSwept) sweep();
    }
    /// Is there an entry at all? Then the earliest is first_.
    [[nodiscard]] bool find_first() {
        if (first_) return true;
        first_ = wheel_.nearest();
        first_is_true_ = false;
        if (!first_) return false;
        wheel_.take_nearest();
        if (const auto next = wheel_.hint()) connections_.fetch(*next);
        return true;
    }
    void sweep() {
        wheel_.clear();
        first_.reset();
        for (Connection* const connection : connections_.all()) {
            connection->noted_deadline = connection->deadline();
            if (connection->noted_deadline != kNever)
                wheel_.add({connection->noted_deadline, connection->id()});
        }
    }

    const ConnectionTable& connections_;
    TimerWheel wheel_;
    std::vector<Connection*> moved_{};  // those that are marked so
    /// The earliest of all entries stands beside the wheel: where few connections talk it is moved again and
    /// again without being laid down. While there is none, the wheel has the earliest.
    std::optional<TimerWheel::Entry> first_{};
    bool first_is_true_ = false;  // it was compared with its connection, and that has not changed since
};

}  // namespace vmlab::stack
