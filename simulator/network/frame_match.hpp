// Which frames a fault is about: stations, addresses, protocol, ports, TCP flags, sequence, size, time, and
// which of the frames that match all this.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// What a rule may ask of a frame; read from its bytes, whatever their checksums say.
struct FrameFacts {
    std::uint16_t ether_type = 0;
    std::uint8_t protocol = 0;  ///< of IP; 0 when it is none, or a later fragment
    IpAddress source{}, destination{};
    std::uint16_t source_port = 0, destination_port = 0;  ///< TCP, UDP
    std::uint8_t flags = 0;                               ///< TCP, as in its header
    std::uint32_t sequence = 0;                           ///< TCP
    std::size_t payload = 0;                              ///< bytes behind the TCP or UDP header
};
[[nodiscard]] FrameFacts read_frame(std::span<const std::uint8_t> frame);

inline constexpr std::uint8_t kTcpFin = 1, kTcpSyn = 2, kTcpRst = 4, kTcpPsh = 8, kTcpAck = 16;

/// Both ends included.
struct NumberRange {
    std::uint64_t low = 0, high = UINT64_MAX;
    bool has(std::uint64_t n) const { return low <= n && n <= high; }
};

struct Subnet {
    IpAddress address{};
    unsigned prefix = 128;  ///< of 128 bits: an IPv4 prefix and 96
    bool has(const IpAddress& other) const;
};

/// What is not set matches everything.
struct FrameMatch {
    std::optional<Name8> from{}, to{};  ///< stations of the wire: one direction
    std::optional<Subnet> source{}, destination{};
    std::optional<std::uint16_t> ether_type{};
    std::optional<std::uint8_t> protocol{};
    std::optional<NumberRange> source_port{}, destination_port{}, payload{};
    std::uint8_t flags_set = 0, flags_clear = 0;
    /// TCP, counted from the sender's SYN (its first byte is 1); matches a segment that has a byte of it.
    std::optional<NumberRange> sequence{};
    std::optional<NumberRange> nth{};         ///< of the frames that match all else, from 1
    Instant after{}, until = Instant::max();  ///< in force in [after, until)

    /// All but `nth`. `initial`: the sender's initial sequence number, where a SYN of it was seen.
    bool has(const FrameFacts& frame, const Name8& sender, const Name8& receiver, Instant now,
             std::optional<std::uint32_t> initial) const;
};

}  // namespace vmlab::sim
