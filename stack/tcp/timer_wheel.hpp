// A hierarchical timing wheel (Varghese and Lauck, 1987) over exact instants.
//
// Nine levels of 64 slots; a slot of level k spans 64^k ticks of 2^10 ns (about a microsecond), so that every
// instant has its place. An entry stands at the level of the highest 6-bit digit in which its tick differs
// from the wheel's present. So all entries of a level come before those of the levels above, and a bit map
// per level finds the first slot in use without walking.
//
// Only the nearest entries need an order: those up to the wheel's present, which stand in a heap. When the
// heap is empty, the present moves to the first slot in use, and that is dealt out to the levels below or,
// from the lowest, into the heap. An entry is dealt out nine times at most, whatever the number of timers;
// and what is added ahead of the present finds the heap, however late it comes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/assert.hpp"
#include "stack/base/time.hpp"

namespace vmlab::stack {

class TimerWheel {
public:
    struct Entry {
        Instant at{};
        std::uint32_t id = 0;
        friend bool operator<(const Entry& a, const Entry& b) {
            return a.at != b.at ? a.at < b.at : a.id < b.id;
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    std::size_t size() const { return size_; }

    void add(const Entry& entry) {
        place(entry);
        ++size_;
    }

    /// Takes all entries out; the present stays.
    void clear() {
        for (std::size_t level = 0; level < kLevels; ++level)
            for (; used_[level] != 0; used_[level] &= used_[level] - 1)
                empty(slots_[level][std::size_t(std::countr_zero(used_[level]))]);
        empty(near_);
        size_ = 0;
    }

    /// The earliest entry, the lowest id among equals; nothing when no timer runs.
    std::optional<Entry> nearest() {
        if (size_ == 0) return std::nullopt;
        while (near_.empty()) deal_out_first();
        return near_.front();
    }

    /// Whose entry will be nearest soon, as far as that can be seen without looking for it.
    std::optional<std::uint32_t> hint() const {
        if (!near_.empty()) return near_.front().id;
        if (used_[0] == 0) return std::nullopt;
        return slots_[0][std::size_t(std::countr_zero(used_[0]))].front().id;
    }

    /// Takes out the entry that nearest() gives; there must be one.
    void take_nearest() {
        vm_assert(nearest().has_value());
        std::pop_heap(near_.begin(), near_.end(), later);
        near_.pop_back();
        if (near_.empty()) empty(near_);
        --size_;
    }

private:
    static constexpr std::size_t kLevels = 9;  // 9 digits of 6 bits hold the 53 bits of a tick
    static constexpr unsigned kTickShift = 10, kDigitBits = 6;
    static constexpr std::size_t kKept = 256;  // entries that an empty slot has room for

    static bool later(const Entry& a, const Entry& b) { return b < a; }
    static std::uint64_t tick_of(Instant at) {
        return std::uint64_t(std::max<std::int64_t>(at.time_since_epoch().count(), 0)) >> kTickShift;
    }

    /// What a crowd of timers has needed is given back when it has gone.
    static void empty(std::vector<Entry>& entries) {
        entries.clear();
        if (entries.capacity() > kKept) entries.shrink_to_fit();
    }

    void place(const Entry& entry) {
        const std::uint64_t tick = tick_of(entry.at);
        if (tick <= present_) {
            near_.push_back(entry);
            return std::push_heap(near_.begin(), near_.end(), later);
        }
        const std::size_t level = std::size_t(std::bit_width(tick ^ present_) - 1) / kDigitBits;
        const std::size_t index = std::size_t(tick >> (kDigitBits * level)) & 63;
        slots_[level][index].push_back(entry);
        used_[level] |= std::uint64_t{1} << index;
    }

    void deal_out_first() {
        std::size_t level = 0;
        while (used_[level] == 0) ++level;
        const auto index = std::uint64_t(std::countr_zero(used_[level]));
        used_[level] &= used_[level] - 1;
        const auto shift = kDigitBits * level;
        present_ = ((present_ >> shift & ~std::uint64_t{63}) | index) << shift;
        dealt_.swap(slots_[level][index]);
        for (const Entry& entry : dealt_) place(entry);
        empty(dealt_);
    }

    std::array<std::array<std::vector<Entry>, 64>, kLevels> slots_{};
    std::array<std::uint64_t, kLevels> used_{};
    std::vector<Entry> near_{};   // a heap; every tick in it is at or before the present
    std::vector<Entry> dealt_{};  // empty between calls
    std::uint64_t present_ = 0;   // a tick; it never goes back
    std::size_t size_ = 0;
};

}  // namespace vmlab::stack
