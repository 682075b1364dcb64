// ICMP for IPv4 (RFC 792, RFC 1122 section 3.2.2): echo, and the errors that quote the packet they are about.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vmlab::stack::wire {

inline constexpr std::size_t kIcmpHeader = 8;

inline constexpr std::uint8_t kIcmpEchoReply = 0;
inline constexpr std::uint8_t kIcmpUnreachable = 3;
inline constexpr std::uint8_t kIcmpSourceQuench = 4;
inline constexpr std::uint8_t kIcmpRedirect = 5;
inline constexpr std::uint8_t kIcmpEchoRequest = 8;
inline constexpr std::uint8_t kIcmpTimeExceeded = 11;
inline constexpr std::uint8_t kIcmpParameterProblem = 12;

inline constexpr std::uint8_t kUnreachableNet = 0;
inline constexpr std::uint8_t kUnreachableHost = 1;
inline constexpr std::uint8_t kUnreachableProtocol = 2;
inline constexpr std::uint8_t kUnreachablePort = 3;
inline constexpr std::uint8_t kFragmentationNeeded = 4;
inline constexpr std::uint8_t kRedirectHost = 1;
inline constexpr std::uint8_t kTimeExceededTransit = 0;
inline constexpr std::uint8_t kTimeExceededReassembly = 1;

struct IcmpMessage {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint32_t rest = 0;  ///< echo: identifier << 16 | sequence; fragmentation needed: the next hop's MTU;
                             ///< redirect: the better first hop
    std::span<const std::uint8_t> payload{};  ///< echo data, or the quoted packet

    bool is_error() const {
        return type == kIcmpUnreachable || type == kIcmpSourceQuench || type == kIcmpRedirect ||
               type == kIcmpTimeExceeded || type == kIcmpParameterProblem;
    }
};

enum class IcmpFault : std::uint8_t { none, malformed, bad_checksum };

struct ParsedIcmp {
    IcmpFault fault = IcmpFault::none;
    IcmpMessage message{};
};

/// `bytes` is the whole payload of the IP datagram.
[[nodiscard]] ParsedIcmp parse_icmp(std::span<const std::uint8_t> bytes);
/// Writes the header in front of a payload that already stands in its place: room = header + payload.
void emit_icmp_header(std::uint8_t type, std::uint8_t code, std::uint32_t rest, std::span<std::uint8_t> room);

}  // namespace vmlab::stack::wire
