// TCP headers and their options (RFC 9293 section 3.1, RFC 7323, RFC 2018).
//
// What can be said here can be emitted and parsed back. Unknown options are skipped by their length (MUST-6);
// an option that does not fit is a fault of the segment (MUST-7).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kTcpHeader = 20;  ///< without options
inline constexpr std::size_t kTcpOptionRoom = 40;

struct TcpFlags {
    /// In the order of the header's bits, from the lowest.
    bool fin : 1 = false, syn : 1 = false, rst : 1 = false, psh : 1 = false;
    bool ack : 1 = false, urg : 1 = false, ece : 1 = false, cwr : 1 = false;

    friend bool operator==(const TcpFlags&, const TcpFlags&) = default;
};

struct Timestamps {
    std::uint32_t value = 0;
    std::uint32_t echo = 0;

    friend bool operator==(const Timestamps&, const Timestamps&) = default;
};

struct SackBlock {
    std::uint32_t left = 0;   ///< first byte held
    std::uint32_t right = 0;  ///< first byte behind them

    friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

/// TCP Fast Open's option (RFC 7413): without bytes it asks for a cookie; else 4 to 16 of them, an even
/// number.
struct FastOpenCookie {
    std::array<std::uint8_t, 16> bytes{};  ///< those beyond `size` are zero
    std::uint8_t size = 0;

    friend bool operator==(const FastOpenCookie&, const FastOpenCookie&) = default;
};

struct TcpOptions {
    std::optional<std::uint16_t> mss{};          ///< on SYN only (MUST-65)
    std::optional<std::uint8_t> window_shift{};  ///< on SYN only; 0..14, larger values are read as 14
    bool sack_permitted = false;                 ///< on SYN only
    std::optional<Timestamps> timestamps{};
    std::array<SackBlock, 4> sack{};
    std::uint8_t sack_count = 0;                ///< at most 4, at most 3 beside timestamps
    std::optional<FastOpenCookie> fast_open{};  ///< on SYN only

    /// None; quicker than an assignment.
    void clear() {
        mss.reset();
        window_shift.reset();
        sack_permitted = false;
        timestamps.reset();
        sack_count = 0;
        fast_open.reset();
    }
    friend bool operator==(const TcpOptions&, const TcpOptions&) = default;
};

struct TcpHeader {
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    TcpFlags flags{};
    std::uint16_t window = 0;  ///< as on the wire, not scaled
    std::uint16_t urgent = 0;
    TcpOptions options{};

    /// Bytes of the header with its options padded to a multiple of four.
    std::size_t size() const;
    friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

enum class TcpFault : std::uint8_t { none, malformed, bad_checksum, bad_option };

struct ParsedTcp {
    TcpFault fault = TcpFault::none;
    std::uint8_t header_size = 0;  ///< as on the wire: where the payload begins
    TcpHeader header{};
};

/// `segment` is the payload of an IP datagram between the two addresses; its checksum is always verified
/// (MUST-3), from `known` if that is the payload's sum.
[[nodiscard]] ParsedTcp parse_tcp(std::span<const std::uint8_t> segment, const IpAddress& source,
                                  const IpAddress& destination, const KnownSum& known = {});
/// The same into a header that is there already; `addresses`: sum_pair() of the two (checksum.hpp). What is
/// in the header is only good when there is no fault.
[[nodiscard]] TcpFault read_tcp(std::span<const std::uint8_t> segment, std::uint64_t addresses,
                                TcpHeader& header, std::size_t& header_size, const KnownSum& known = {});
/// Writes the header in front of a payload that already stands in its place, with checksum (MUST-2), from
/// `known` if that is the payload's sum: room = header.size() bytes + payload.
void emit_tcp_header(const TcpHeader& header, const IpAddress& source, const IpAddress& destination,
                     std::span<std::uint8_t> room, const KnownSum& known = {});
/// The same where both sums are there: `addresses` as above, `payload` of `length` bytes; room =
/// header.size() bytes.
void emit_tcp_header(const TcpHeader& header, std::uint64_t addresses, std::span<std::uint8_t> room,
                     std::uint64_t payload, std::size_t length);

}  // namespace vmlab::stack::wire
