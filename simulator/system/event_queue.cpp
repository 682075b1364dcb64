#include "simulator/system/event_queue.hpp"

#include <algorithm>
#include <utility>

#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kKeptSlots = 4096;  ///< of a usual run; kept however few events wait

}  // namespace

void EventQueue::push(Event event) {
    std::uint32_t slot;
    if (free_.empty()) {
        slot = std::uint32_t(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    const Key key{event.at, sequence_++, slot};
    slots_[slot] = std::move(event);
    last_ = slot;
    heap_.push_back(key);
    std::size_t at = heap_.size() - 1;
    while (at > 0) {
        const std::size_t parent = (at - 1) / 4;
        if (!key.before(heap_[parent])) break;
        heap_[at] = heap_[parent];
        at = parent;
    }
    heap_[at] = key;
}

Event EventQueue::pop() {
    vm_assert(!heap_.empty());
    const std::uint32_t slot = heap_.front().slot;
    const Key last = heap_.back();
    heap_.pop_back();
    const std::size_t count = heap_.size();
    std::size_t at = 0;
    while (count > 0) {
        const std::size_t first = 4 * at + 1;
        if (first >= count) break;
        std::size_t least = first;
        for (std::size_t child = first + 1; child < std::min(first + 4, count); ++child)
            if (heap_[child].before(heap_[least])) least = child;
        if (!heap_[least].before(last)) break;
        heap_[at] = heap_[least];
        at = least;
    }
    if (count > 0) heap_[at] = last;
    free_.push_back(slot);
    if (slot == last_) last_ = kNone;
    Event event = std::move(slots_[slot]);
    slots_[slot].payload = DeadlinePassed{};
    if (slots_.size() > kKeptSlots && slots_.size() / 16 > count) {
        // After a flood: the memory of it goes back.
        std::vector<Event> fewer(count);
        std::uint32_t kept = kNone;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (heap_[i].slot == last_) kept = i;
            fewer[i] = std::move(slots_[std::exchange(heap_[i].slot, i)]);
        }
        last_ = kept;
        slots_ = std::move(fewer);
        free_ = {};
        heap_.shrink_to_fit();
    }
    return event;
}

}  // namespace vmlab::sim
