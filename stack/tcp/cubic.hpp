// CUBIC (RFC 9438): after a loss the window returns along a cubic curve to where the loss was, flat around
// it, and then searches on.
//
//     W(t) = C (t - K)^3 + Wmax        C = 0.4 segments per second cubed
//     K    = cbrt((Wmax - window) / C)  when the curve is back at Wmax
//     loss: window = 0.7 window; Wmax = the window before, or 0.85 of it when it had not come back to the
//           last one (fast convergence: room for newcomers, section 4.7)
//
// Where Reno would be faster (short round trips, small windows) a Reno-like window is followed instead
// (section 4.3): Westimate grows by 0.7 of a segment per window, and by a whole one once it is past the
// window of the loss. The 0.53 of section 4.3 gives Reno's average window when losses come at equal
// distances; when they come at random it falls behind, and behind what Linux reaches. tests/bench/goodput.cpp
// measures it. Whole numbers only: bytes and milliseconds.
#pragma once

#include <cstdint>

#include "stack/tcp/window.hpp"

namespace vmlab::stack {

class Cubic {
public:
    /// Congestion avoidance, by one ACK.
    void grow(Window& window, const Delivery& delivery);
    /// A loss: gives the new threshold, and ends the curve.
    std::uint32_t reduce(const Window& window);
    /// The sender was idle: that time is not the curve's (section 5.8).
    void skip(Duration idle) { begin_ += idle; }

    /// W(t) of the curve begun at `begin`; for `t` since then.
    [[nodiscard]] std::uint32_t curve(const Window& window, Duration t) const;

private:
    void begin(const Window& window, Instant now);

    Instant begin_{};
    std::uint32_t most_ = 0;                          // Wmax
    std::uint32_t prior_ = 0;                         // the window at the last loss
    std::uint32_t origin_ = 0;                        // where the curve is flat
    std::uint32_t k_ = 0;                             // milliseconds
    std::uint32_t estimate_ = 0;                      // Westimate
    std::uint32_t credit_ = 0, estimate_credit_ = 0;  // what division left over
    bool begun_ = false;
};

}  // namespace vmlab::stack
