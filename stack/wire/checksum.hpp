// The internet checksum (RFC 1071), and the pseudo-header of UDP and TCP.
//
// Sums are kept unfolded in 64 bits and in the machine's own byte order, so that a loop the compiler can
// vectorise does the work; only the final fold knows about network order. Sums of parts may be added when
// every part but the last has an even length.
#pragma once

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
/// leaves 1 when divided by 0xffff, words of 32 bits may be summed instead of those of 16: the fold gives the
/// same.)
[[nodiscard]] inline std::uint64_t sum_words(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kHeaderWords = 16;
    const std::size_t words = bytes.size() / 4;
    std::uint64_t sum = 0;
    if (words > kHeaderWords) {
        sum = sum_payload(bytes.data(), words);
    } else {
        for (std::size_t i = 0; i < words; ++i) {
            std::uint32_t word;
            std::memcpy(&word, bytes.data() + 4 * i, 4);
            sum += word;
        }
    }
    if (const auto rest = bytes.subspan(4 * words); !rest.empty()) {
        std::uint32_t word = 0;
        std::memcpy(&word, rest.data(), rest.size());
        sum += word;
    }
    return sum;
}

/// The unfolded sum of the pseudo-header in front of UDP and TCP (RFC 9293 section 3.1); `length` in bytes.
[[nodiscard]] inline std::uint64_t sum_pseudo_header(Ipv4Address source, Ipv4Address destination,
                                                     std::uint8_t protocol, std::uint32_t length) {
    return std::uint64_t(to_network(source.value)) + to_network(destination.value) + to_network(protocol) +
           to_network(length);
}

/// The same for either family (of IPv6, RFC 8200 section 8.1): what an IPv4 address has in front of its four
/// bytes sums up to 0xffff, which is nothing.
[[nodiscard]] inline std::uint64_t sum_pseudo_header(const IpAddress& source, const IpAddress& destination,
                                                     std::uint8_t protocol, std::uint32_t length) {
    return sum_words(source.bytes()) + sum_words(destination.bytes()) + to_network(protocol) +
           to_network(length);
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
