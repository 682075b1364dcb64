#include "stack/tcp/cubic.hpp"

#include <algorithm>

namespace vmlab::stack {
namespace {

/// The largest r with r^3 <= n.
std::uint32_t cube_root(std::uint64_t n) {
    std::uint64_t root = 0;
    for (int bit = 20; bit >= 0; --bit) {  // 2^63 has a root of 2^21
        const std::uint64_t next = root | std::uint64_t{1} << bit;
        if (next * next * next <= n) root = next;
    }
    return std::uint32_t(root);
}

constexpr std::int64_t kFarthest = 100'000;  // ms from the flat part of the curve: beyond, it is steep enough

}  // namespace

void Cubic::begin(const Window& window, Instant now) {
    begun_ = true;
    begin_ = now;
    estimate_ = window.size;
    credit_ = estimate_credit_ = 0;
    if (window.size < most_) {  // K^3 = (Wmax - window) / C, in segments and seconds
        origin_ = most_;
        k_ = cube_root(std::uint64_t{most_ - window.size} * 2'500'000'000 / window.segment);
    } else {
        origin_ = window.size;
        k_ = 0;
    }
}

std::uint32_t Cubic::curve(const Window& window, Duration t) const {
    const std::int64_t away = std::clamp<std::int64_t>(t / milliseconds{1} - k_, -kFarthest, kFarthest);
    const std::int64_t rise = away * away * away / 1000 * window.segment / 2'500'000;
    return std::uint32_t(std::clamp<std::int64_t>(origin_ + rise, 0, Window::kMost));
}

void Cubic::grow(Window& window, const Delivery& delivery) {
    if (!begun_) begin(window, delivery.now);
    // (target - window) / window of a segment for each one acknowledged (section 4.4 and 4.5).
    const std::uint32_t target = std::clamp(curve(window, delivery.now - begin_ + delivery.smoothed),
                                            window.size, window.size + window.size / 2);
    const std::uint64_t credit = std::uint64_t{target - window.size} * delivery.bytes + credit_;
    credit_ = std::uint32_t(credit % window.size);
    const std::uint64_t gain = credit / window.size;

    const bool past_the_loss = estimate_ >= prior_;
    const std::uint64_t share =
        std::uint64_t{window.segment} * delivery.bytes * (past_the_loss ? 10 : 7) / 10 + estimate_credit_;
    estimate_credit_ = std::uint32_t(share % window.size);
    estimate_ = std::uint32_t(std::min<std::uint64_t>(estimate_ + share / window.size, Window::kMost));

    window.grow(gain);
    window.size = std::max(window.size, estimate_);
}

std::uint32_t Cubic::reduce(const Window& window) {
    begun_ = false;
    most_ = window.size < most_ ? std::uint32_t(std::uint64_t{window.size} * 17 / 20) : window.size;
    prior_ = window.size;
    return std::max(std::uint32_t(std::uint64_t{window.size} * 7 / 10), 2 * window.segment);
}

}  // namespace vmlab::stack
