// Sequence numbers: 32 bits that wrap (RFC 9293 section 3.4). Order is only meaningful between numbers less
// than 2^31 apart, which windows guarantee.
#pragma once

#include <cstdint>

namespace vmlab::stack {

struct Seq {
    std::uint32_t value = 0;

    friend constexpr Seq operator+(Seq a, std::uint32_t n) { return {a.value + n}; }
    friend constexpr Seq operator-(Seq a, std::uint32_t n) { return {a.value - n}; }
    /// How far a is ahead of b; negative when behind.
    friend constexpr std::int32_t operator-(Seq a, Seq b) { return std::int32_t(a.value - b.value); }
    friend constexpr bool operator==(Seq, Seq) = default;
    friend constexpr bool operator<(Seq a, Seq b) { return a - b < 0; }
    friend constexpr bool operator>(Seq a, Seq b) { return a - b > 0; }
    friend constexpr bool operator<=(Seq a, Seq b) { return a - b <= 0; }
    friend constexpr bool operator>=(Seq a, Seq b) { return a - b >= 0; }
};

constexpr Seq earlier(Seq a, Seq b) { return a < b ? a : b; }
constexpr Seq later(Seq a, Seq b) { return a < b ? b : a; }

}  // namespace vmlab::stack
