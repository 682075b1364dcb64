#include "stack/base/random.hpp"

#include <bit>
#include <cstring>

#include "stack/base/assert.hpp"

namespace vmlab {
namespace {

void quarter_round(std::array<std::uint32_t, 16>& s, int a, int b, int c, int d) {
    const auto A = std::size_t(a), B = std::size_t(b), C = std::size_t(c), D = std::size_t(d);
    s[A] += s[B];
    s[D] = std::rotl(s[D] ^ s[A], 16);
    s[C] += s[D];
    s[B] = std::rotl(s[B] ^ s[C], 12);
    s[A] += s[B];
    s[D] = std::rotl(s[D] ^ s[A], 8);
    s[C] += s[D];
    s[B] = std::rotl(s[B] ^ s[C], 7);
}

/// 96 bits of the owner's name (two FNV-1a passes): the nonce that separates the streams of one seed.
std::array<std::uint32_t, 3> nonce_of(std::string_view owner) {
    std::uint64_t a = 0xcbf29ce484222325u;
    std::uint64_t b = 0x9e3779b97f4a7c15u;
    for (const char c : owner) {
        a = (a ^ std::uint8_t(c)) * 0x100000001b3u;
        b = (b + std::uint8_t(c)) * 0x100000001b3u;
    }
    return {std::uint32_t(a), std::uint32_t(a >> 32), std::uint32_t(b ^ b >> 32)};
}

}  // namespace

Seed seed_from_number(std::uint64_t number) {
    Seed seed{};
    for (std::size_t i = 0; i < 8; ++i) seed[i] = std::uint8_t(number >> (8 * i));
    return seed;
}

RandomStream::RandomStream(const Seed& seed, std::string_view owner)
    : state_{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574} {
    for (std::size_t i = 0; i < 8; ++i)
        state_[4 + i] = std::uint32_t(seed[4 * i]) | std::uint32_t(seed[4 * i + 1]) << 8 |
                        std::uint32_t(seed[4 * i + 2]) << 16 | std::uint32_t(seed[4 * i + 3]) << 24;
    const auto nonce = nonce_of(owner);
    state_[12] = 0;
    for (std::size_t i = 0; i < 3; ++i) state_[13 + i] = nonce[i];
}

void RandomStream::refill() {
    auto s = state_;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 4; ++i) quarter_round(s, i, 4 + i, 8 + i, 12 + i);
        for (int i = 0; i < 4; ++i) quarter_round(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
    }
    for (std::size_t i = 0; i < 16; ++i) {
        const std::uint32_t word = s[i] + state_[i];
        for (std::size_t k = 0; k < 4; ++k) block_[4 * i + k] = std::uint8_t(word >> (8 * k));
    }
    ++state_[12];
    used_ = 0;
}

void RandomStream::fill(std::span<std::uint8_t> out) {
    for (auto& byte : out) {
        if (used_ == block_.size()) refill();
        byte = block_[used_++];
    }
}

std::uint64_t RandomStream::u64() {
    std::array<std::uint8_t, 8> bytes;
    fill(bytes);
    std::uint64_t value = 0;
    for (const auto b : bytes) value = value << 8 | b;
    return value;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
    vm_assert(bound > 0);
    const std::uint64_t unfair = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = u64();
    while (value >= unfair) value = u64();
    return value % bound;
}

}  // namespace vmlab
