// The internet checksum (RFC 1071), and the pseudo-header of UDP and TCP.
//
// Sums are kept unfolded in 64 bits and in the machine's own byte order, so that a loop the compiler can
// vectorise does the work; only the final fold knows about network order. Sums of parts may be added when
// every part but the last has an even length.
#pragma once

#include <cstdint>
#include <span>

#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

/// The unfolded sum of `bytes` as 16-bit words; an odd last byte counts as if a zero followed.
[[nodiscard]] std::uint64_t sum_words(std::span<const std::uint8_t> bytes);

/// The unfolded sum of the pseudo-header in front of UDP and TCP (RFC 9293 section 3.1); `length` in bytes.
[[nodiscard]] std::uint64_t sum_pseudo_header(Ipv4Address source, Ipv4Address destination,
                                              std::uint8_t protocol, std::uint32_t length);

/// The complement of the folded sum, as a number to be written in network order. A correct packet, checksum
/// field included, gives 0.
[[nodiscard]] std::uint16_t fold_checksum(std::uint64_t sum);

[[nodiscard]] inline std::uint16_t checksum_of(std::span<const std::uint8_t> bytes) {
    return fold_checksum(sum_words(bytes));
}

}  // namespace vmlab::stack::wire
