// The one queue of the world, ordered by (time, sequence). Pushing and popping move a 24-byte key, not the
// event.
#pragma once

#include <cstdint>
#include <vector>

#include "simulator/system/event.hpp"

namespace vmlab::sim {

class EventQueue {
public:
    /// Events of one instant come out in the order in which they went in.
    void push(Event event);
    /// Takes the next event out; the queue must not be empty.
    Event pop();
    /// The event that went in last; null when it has come out. What joins it comes out as if it had gone in
    /// behind it.
    Event* last() { return last_ == kNone ? nullptr : &slots_[last_]; }

    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    Instant next_time() const { return heap_.front().at; }

private:
    struct Key {
        Instant at;
        std::uint64_t sequence;
        std::uint32_t slot;
        bool before(const Key& other) const {
            return at != other.at ? at < other.at : sequence < other.sequence;
        }
    };

    std::vector<Key> heap_;  // four children per node: fewer cache lines per pop than two
    std::vector<Event> slots_;
    std::vector<std::uint32_t> free_;
    static constexpr std::uint32_t kNone = UINT32_MAX;

    std::uint32_t last_ = kNone;  ///< slot of the event that went in last, while it waits
    std::uint64_t sequence_ = 0;
};

}  // namespace vmlab::sim
