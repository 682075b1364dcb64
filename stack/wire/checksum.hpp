// The internet checksum (RFC 1071), and the pseudo-header of UDP and TCP.
//
// Sums are kept unfolded in 64 bits and in the machine's own byte order, so that a loop the compiler can
// vectorise does the work; only the final fold knows about network order. Sums of parts may be added when
// every part but the last has an even length.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "stack/base/assert.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

/// The unfolded sum of many bytes, for sum_words(): `words` of 32 bits each.
[[nodiscard]] std::uint64_t sum_payload(const std::uint8_t* at, std::size_t words);

/// Copies and sums in one go: sum_words(from).
[[nodiscard]] std::uint64_t copy_and_sum(std::uint8_t* to, std::span<const std::uint8_t> from);

/// The unfolded sum of `bytes` as 16-bit words; an odd last byte counts as if a zero followed. (Since 2^16
/// leaves 1 when divided by 0xffff, wider words may be summed instead of those of 16: the fold gives the
/// same.)
[[nodiscard]] inline std::uint64_t sum_words(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kFew = 128;
    // 2^64 leaves 1 as well: the carry comes round.
    constexpr auto add = [](std::uint64_t& sum, const std::uint8_t* at) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        sum += word;
        sum += sum < word;
    };
    constexpr auto halves = [](std::uint64_t sum) { return (sum & 0xffffffff) + (sum >> 32); };
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t rest = 0, sum = 0, other = 0;
    if (left > kFew) {
        rest = sum_payload(at, left / 4);
        at += left & ~std::size_t{3};
        left &= 3;
    }
    for (; left >= 16; at += 16, left -= 16) {
        add(sum, at);
        add(other, at + 8);
    }
    if (left == 0) return rest + halves(sum) + halves(other);
    if (left & 8) {
        add(sum, at);
        at += 8;
    }
    if (left & 4) {
        std::uint32_t word;
        std::memcpy(&word, at, 4);
        rest += word;
        at += 4;
    }
    if (left & 3) {
        std::array<std::uint8_t, 4> last{at[0]};
        if (left & 2) last[1] = at[1];
        if ((left & 3) == 3) last[2] = at[2];
        rest += std::bit_cast<std::uint32_t>(last);
    }
    return rest + halves(sum) + halves(other);
}

/// A word in network order, and back.
[[nodiscard]] inline std::uint32_t network_word(const std::uint8_t* at) {
    std::uint32_t value;
    std::memcpy(&value, at, 4);
    return to_network(value);
}
inline void set_network_word(std::uint8_t* at, std::uint32_t value) {
    value = to_network(value);
    std::memcpy(at, &value, 4);
}

/// The unfolded sum of two addresses, for the pseudo-header in front of UDP and TCP (RFC 9293 section 3.1; of
/// IPv6, RFC 8200 section 8.1). What an IPv4 address has in front of its four bytes sums up to 0xffff, which
/// is nothing.
[[nodiscard]] inline std::uint64_t sum_pair(Ipv4Address source, Ipv4Address destination) {
    return std::uint64_t(to_network(source.value)) + to_network(destination.value);
}
[[nodiscard]] inline std::uint64_t sum_pair(const IpAddress& source, const IpAddress& destination) {
    return sum_words(source.bytes()) + sum_words(destination.bytes());
}

/// The unfolded sum of the pseudo-header; `addresses`: sum_pair() of them; `length` in bytes.
[[nodiscard]] inline std::uint64_t sum_pseudo_header(std::uint64_t addresses, std::uint8_t protocol,
                                                     std::uint32_t length) {
    return addresses + to_network(protocol) + to_network(length);
}

[[nodiscard]] inline std::uint64_t sum_pseudo_header(const IpAddress& source, const IpAddress& destination,
                                                     std::uint8_t protocol, std::uint32_t length) {
    return sum_pseudo_header(sum_pair(source, destination), protocol, length);
}

/// To 16 bits; it stays the same sum.
[[nodiscard]] inline std::uint16_t fold(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return std::uint16_t(sum);
}

/// The complement of the folded sum, as a number to be written in network order. A correct packet, checksum
/// field included, gives 0.
[[nodiscard]] inline std::uint16_t fold_checksum(std::uint64_t sum) {
    const auto folded = std::uint16_t(~fold(sum));
    return std::endian::native == std::endian::little ? std::uint16_t(folded << 8 | folded >> 8) : folded;
}

/// Writes words of 32 bits in network order and sums them as they go: what was just written is slow to read
/// again.
class SummingWriter {
public:
    explicit SummingWriter(std::span<std::uint8_t> room)
        : at_(room.data()), end_(room.data() + room.size()) {}

    void word(std::uint32_t value) {
        vm_assert(end_ - at_ >= 4);
        const std::uint32_t as_sent = to_network(value);
        std::memcpy(at_, &as_sent, 4);
        sum_ += as_sent;
        at_ += 4;
    }
    /// Of the words so far, for fold_checksum().
    std::uint64_t sum() const { return sum_; }

private:
    std::uint8_t* at_;
    std::uint8_t* end_;
    std::uint64_t sum_ = 0;
};

[[nodiscard]] inline std::uint16_t checksum_of(std::span<const std::uint8_t> bytes) {
    return fold_checksum(sum_words(bytes));
}

}  // namespace vmlab::stack::wire
