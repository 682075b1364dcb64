#include "stack/tcp/initial_sequence.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace vmlab::stack {
namespace {

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }
    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

/// Of at most eight bytes, the first the lowest.
std::uint64_t word_of(std::span<const std::uint8_t> bytes) {
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
        if (bytes.size() == 8) {
            std::memcpy(&word, bytes.data(), 8);
            return word;
        }
    }
    for (std::size_t k = 0; k < bytes.size(); ++k) word |= std::uint64_t(bytes[k]) << (8 * k);
    return word;
}

}  // namespace

std::uint64_t siphash(const SipKey& key, std::span<const std::uint8_t> message) {
    SipState s{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
               key[1] ^ 0x7465646279746573u};
    const std::uint64_t size = std::uint64_t(message.size() & 0xff) << 56;
    for (; message.size() >= 8; message = message.subspan(8)) s.absorb(word_of(message.first(8)));
    s.absorb(word_of(message) | size);
    s.v2 ^= 0xff;
    for (int n = 0; n < 4; ++n) s.round();
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

SequenceSecret::SequenceSecret(RandomStream& random) : key_{random.u64(), random.u64()} {}

std::uint64_t SequenceSecret::mix(const Endpoint& local, const Endpoint& peer, std::uint8_t purpose) const {
    std::array<std::uint8_t, 37> text{};
    auto at = std::copy(local.address.bytes().begin(), local.address.bytes().end(), text.begin());
    at = std::copy(peer.address.bytes().begin(), peer.address.bytes().end(), at);
    *at++ = std::uint8_t(local.port >> 8);
    *at++ = std::uint8_t(local.port);
    *at++ = std::uint8_t(peer.port >> 8);
    *at++ = std::uint8_t(peer.port);
    *at = purpose;
    return siphash(key_, text);
}

SipKey SequenceSecret::derived_key(std::uint8_t purpose) const {
    const std::array<std::uint8_t, 2> first{purpose, 0}, second{purpose, 1};
    return {siphash(key_, first), siphash(key_, second)};
}

Seq SequenceSecret::initial_sequence(const Endpoint& local, const Endpoint& peer, Instant now) const {
    const auto clock = now.time_since_epoch() / microseconds{4};
    return {std::uint32_t(clock) + std::uint32_t(mix(local, peer, 1))};
}

std::uint32_t SequenceSecret::timestamp_offset(const Endpoint& local, const Endpoint& peer) const {
    return std::uint32_t(mix(local, peer, 2));
}

std::uint32_t SequenceSecret::port_offset(const IpAddress& local, const Endpoint& peer) const {
    return std::uint32_t(mix({local, 0}, peer, 3));
}

std::uint32_t SequenceSecret::cookie_offset(const Endpoint& local, const Endpoint& peer) const {
    return std::uint32_t(mix(local, peer, 4));
}

std::uint32_t SequenceSecret::cookie_hash(const Endpoint& local, const Endpoint& peer, Seq peer_initial,
                                          std::uint32_t minute) const {
    const std::uint64_t pair = mix(local, peer, 5);
    std::array<std::uint8_t, 16> text{};
    for (std::size_t i = 0; i < 8; ++i) text[i] = std::uint8_t(pair >> (8 * i));
    for (std::size_t i = 0; i < 4; ++i) text[8 + i] = std::uint8_t(minute >> (8 * i));
    for (std::size_t i = 0; i < 4; ++i) text[12 + i] = std::uint8_t(peer_initial.value >> (8 * i));
    return std::uint32_t(siphash(key_, text));
}

}  // namespace vmlab::stack
