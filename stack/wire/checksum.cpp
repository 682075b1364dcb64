// Built at -O3 in every configuration: the vectoriser is worth two to five times here.
#include "stack/wire/checksum.hpp"

namespace vmlab::stack::wire {
namespace {

[[gnu::always_inline]] inline std::uint64_t sum_wide(const std::uint8_t* at, std::size_t words) {
    std::uint64_t sum = 0;  // lanes of 64 bits cannot overflow
    for (std::size_t i = 0; i < words; ++i) {
        std::uint32_t word;
        std::memcpy(&word, at + 4 * i, 4);
        sum += word;
    }
    return sum;
}

[[gnu::always_inline]] inline std::uint64_t copy_wide(std::uint8_t* to, const std::uint8_t* at,
                                                      std::size_t words) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < words; ++i) {
        std::uint32_t word;
        std::memcpy(&word, at + 4 * i, 4);
        std::memcpy(to + 4 * i, &word, 4);
        sum += word;
    }
    return sum;
}

std::uint64_t sum_anywhere(const std::uint8_t* at, std::size_t words) { return sum_wide(at, words); }

std::uint64_t copy_anywhere(std::uint8_t* __restrict to, const std::uint8_t* __restrict at,
                            std::size_t words) {
    return copy_wide(to, at, words);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::uint64_t copy_avx2(std::uint8_t* __restrict to,
                                                const std::uint8_t* __restrict at, std::size_t words) {
    return copy_wide(to, at, words);
}
[[gnu::target("avx2")]] std::uint64_t sum_avx2(const std::uint8_t* at, std::size_t words) {
    return sum_wide(at, words);
}
#endif

/// The loops for this machine.
struct Loops {
    std::uint64_t (*sum)(const std::uint8_t*, std::size_t) = sum_anywhere;
    std::uint64_t (*copy)(std::uint8_t* __restrict, const std::uint8_t* __restrict,
                          std::size_t) = copy_anywhere;

    Loops() {
#if defined(__x86_64__)
        if (!__builtin_cpu_supports("avx2")) return;
        sum = sum_avx2;
        copy = copy_avx2;
#endif
    }
};
const Loops loops;

}  // namespace

std::uint64_t sum_payload(const std::uint8_t* at, std::size_t words) { return loops.sum(at, words); }

std::uint64_t copy_and_sum(std::uint8_t* to, std::span<const std::uint8_t> from) {
    const std::size_t words = from.size() / 4;
    const auto rest = from.subspan(4 * words);
    if (!rest.empty()) std::memcpy(to + 4 * words, rest.data(), rest.size());
    return loops.copy(to, from.data(), words) + sum_words(rest);
}

}  // namespace vmlab::stack::wire
