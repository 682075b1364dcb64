// NewReno's window (RFC 5681, RFC 6582), counted in bytes (RFC 3465).
//
//   congestion avoidance  + one segment per window acknowledged
//   loss                  threshold = half of what is in flight
#pragma once

#include <algorithm>

#include "stack/tcp/window.hpp"

namespace vmlab::stack {

class NewReno {
public:
    void grow(Window& window, const Delivery& delivery) {
        credit_ += delivery.bytes;
        if (credit_ < window.size) return;
        credit_ -= window.size;
        window.grow(window.segment);
    }
    /// The new threshold (RFC 5681 equation 4).
    std::uint32_t reduce(const Window& window, std::uint32_t in_flight) {
        credit_ = 0;
        return std::max(in_flight / 2, 2 * window.segment);
    }

private:
    std::uint32_t credit_ = 0;
};

}  // namespace vmlab::stack
