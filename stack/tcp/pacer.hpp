// Pacing: segments leave at a rate, not in bursts. Each one moves the moment at which the next may leave.
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/base/time.hpp"

namespace vmlab::stack {

class Pacer {
public:
    void set_rate(std::uint64_t bytes_per_second) { rate_ = bytes_per_second; }
    [[nodiscard]] std::uint64_t rate() const { return rate_; }
    [[nodiscard]] bool allows(Instant now) const { return rate_ == 0 || next_ <= now; }
    [[nodiscard]] Instant next() const { return next_; }
    void sent(std::uint32_t bytes, Instant now) {
        if (rate_ == 0) return;
        next_ = std::max(next_, now) + Duration{std::int64_t(std::uint64_t{bytes} * 1'000'000'000 / rate_)};
    }

private:
    std::uint64_t rate_ = 0;  // 0 = no limit
    Instant next_{};
};

}  // namespace vmlab::stack
