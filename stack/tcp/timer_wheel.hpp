// A hierarchical timing wheel (Varghese and Lauck, 1987) over exact instants.
//
// Eight levels of 64 slots; a slot of level k spans 64^k ticks of 2^20 ns (about a millisecond), so that
// every instant has its place. An entry stands at the level of the highest 6-bit digit in which its tick
// differs from the wheel's current one. So all entries of a level come before those of the levels above, and
// the nearest entry is the least of the first slot in use at the lowest level in use: a bit map per level
// finds that slot without walking. When the wheel turns on, the slot it enters at each level is dealt out to
// the levels below. Adding and turning cost the same however many timers run.
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
        if (nearest_ && entry < *nearest_) nearest_ = entry;
        else if (size_ == 1) nearest_ = entry;
    }

    /// Takes all entries out; the present stays.
    void clear() {
        for (std::size_t level = 0; level < kLevels; ++level)
            for (; used_[level] != 0; used_[level] &= used_[level] - 1)
                slots_[level][std::size_t(std::countr_zero(used_[level]))].clear();
        size_ = 0;
        nearest_.reset();
    }

    /// The earliest entry, the lowest id among equals; nothing when no timer runs.
    std::optional<Entry> nearest() {
        if (!nearest_ && size_ > 0) nearest_ = *std::min_element(first_slot().begin(), first_slot().end());
        return nearest_;
    }

    /// Takes out the entry that nearest() gives; there must be one.
    void take_nearest() {
        vm_assert(nearest().has_value());
        auto& slot = first_slot();
        const auto found = std::find(slot.begin(), slot.end(), *nearest_);
        vm_assert(found != slot.end());
        *found = slot.back();
        slot.pop_back();
        if (slot.empty()) used_[first_level()] &= ~(std::uint64_t{1} << first_index());
        --size_;
        nearest_.reset();
    }

    /// The wheel's present. Every entry at or before it must have been taken; it never goes back.
    void turn_to(Instant now) {
        const std::uint64_t tick = tick_of(now);
        if (tick <= current_) return;
        current_ = tick;
        for (std::size_t level = kLevels - 1; level > 0; --level) {
            const std::size_t index = digit(tick, level);
            if ((used_[level] >> index & 1) == 0) continue;
            used_[level] &= ~(std::uint64_t{1} << index);
            std::vector<Entry> dealt;
            dealt.swap(slots_[level][index]);
            for (const Entry& entry : dealt) place(entry);
        }
    }

private:
    static constexpr std::size_t kLevels = 8;  // 8 digits of 6 bits hold the 43 bits of a tick
    static constexpr unsigned kTickShift = 20, kDigitBits = 6;

    static std::uint64_t tick_of(Instant at) {
        return std::uint64_t(std::max<std::int64_t>(at.time_since_epoch().count(), 0)) >> kTickShift;
    }
    static std::size_t digit(std::uint64_t tick, std::size_t level) {
        return std::size_t(tick >> (kDigitBits * level)) & 63;
    }

    void place(const Entry& entry) {
        const std::uint64_t tick = std::max(tick_of(entry.at), current_);
        const std::uint64_t differs = tick ^ current_;
        const std::size_t level = differs == 0 ? 0 : std::size_t(std::bit_width(differs) - 1) / kDigitBits;
        const std::size_t index = digit(tick, level);
        slots_[level][index].push_back(entry);
        used_[level] |= std::uint64_t{1} << index;
    }

    std::size_t first_level() const {
        std::size_t level = 0;
        while (used_[level] == 0) ++level;
        return level;
    }
    std::size_t first_index() const { return std::size_t(std::countr_zero(used_[first_level()])); }
    std::vector<Entry>& first_slot() { return slots_[first_level()][first_index()]; }

    std::array<std::array<std::vector<Entry>, 64>, kLevels> slots_{};
    std::array<std::uint64_t, kLevels> used_{};
    std::uint64_t current_ = 0;
    std::size_t size_ = 0;
    std::optional<Entry> nearest_{};
};

}  // namespace vmlab::stack
