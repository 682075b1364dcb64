// ICMPv6 (RFC 4443) and what it carries of neighbour discovery (RFC 4861): who is where on a link, and who
// routes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/wire/icmp.hpp"

namespace vmlab::stack::wire {

inline constexpr std::uint8_t kIcmpv6Unreachable = 1;
inline constexpr std::uint8_t kIcmpv6TooBig = 2;
inline constexpr std::uint8_t kIcmpv6TimeExceeded = 3;
inline constexpr std::uint8_t kIcmpv6ParameterProblem = 4;
inline constexpr std::uint8_t kIcmpv6EchoRequest = 128;
inline constexpr std::uint8_t kIcmpv6EchoReply = 129;
inline constexpr std::uint8_t kRouterSolicitation = 133;
inline constexpr std::uint8_t kRouterAdvertisement = 134;
inline constexpr std::uint8_t kNeighbourSolicitation = 135;
inline constexpr std::uint8_t kNeighbourAdvertisement = 136;
inline constexpr std::uint8_t kIcmpv6Redirect = 137;

inline constexpr std::uint8_t kIcmpv6NoRoute = 0;
inline constexpr std::uint8_t kIcmpv6AddressUnreachable = 3;
inline constexpr std::uint8_t kIcmpv6PortUnreachable = 4;
inline constexpr std::uint8_t kUnrecognizedNextHeader = 1;

inline constexpr std::uint8_t kDiscoveryHopLimit = 255;  ///< proof that no router was in between

/// `bytes` is the whole payload; the checksum is over the pseudo-header, too. An IcmpMessage as of IPv4, but
/// that types below 128 are errors.
[[nodiscard]] ParsedIcmp parse_icmpv6(std::span<const std::uint8_t> bytes, const IpAddress& source,
                                      const IpAddress& destination);
/// Writes the header in front of a payload that already stands in its place: room = header + payload.
void emit_icmpv6_header(std::uint8_t type, std::uint8_t code, std::uint32_t rest, const IpAddress& source,
                        const IpAddress& destination, std::span<std::uint8_t> room);

/// A solicitation (who has the target?) or an advertisement (the target is here).
struct NeighbourMessage {
    IpAddress target{};
    std::optional<MacAddress> link{};                           ///< the sender's address, or the target's
    bool router = false, solicited = false, overrides = false;  ///< of an advertisement
};
/// `message` is of either type. Nothing when it is not as RFC 4861 section 7.1 wants it (the hop limit is the
/// caller's).
[[nodiscard]] std::optional<NeighbourMessage> parse_neighbour(const IcmpMessage& message);
/// The body behind the ICMPv6 header, and the header's 32 bits of flags.
struct NeighbourBody {
    std::uint32_t flags = 0;
    std::vector<std::uint8_t> bytes{};
};
[[nodiscard]] NeighbourBody make_neighbour(std::uint8_t type, const NeighbourMessage& message);

struct PrefixInformation {
    IpAddress prefix{};
    unsigned length = 0;
    bool on_link = false, autonomous = false;
    Duration valid{}, preferred{};  ///< Duration::max() = for ever
};
struct RouterMessage {
    std::uint8_t hop_limit = 0;  ///< 0 = says nothing
    Duration lifetime{};         ///< as a default router; 0 = it is none
    std::optional<MacAddress> link{};
    std::optional<std::uint32_t> mtu{};
    std::vector<PrefixInformation> prefixes{};
};
[[nodiscard]] std::optional<RouterMessage> parse_router(const IcmpMessage& advertisement);
[[nodiscard]] NeighbourBody make_router(const RouterMessage& message);

/// What is for `destination` goes better to `target`: another router, or the destination itself, which is on
/// the link (RFC 4861 section 8).
struct RedirectMessage {
    IpAddress target{}, destination{};
    std::optional<MacAddress> link{};  ///< the target's
};
[[nodiscard]] std::optional<RedirectMessage> parse_redirect(const IcmpMessage& message);
/// `packet`: the one that took the longer way; as much of it is quoted as fits.
[[nodiscard]] NeighbourBody make_redirect(const RedirectMessage& message,
                                          std::span<const std::uint8_t> packet);

/// ff02::1:ffxx:xxxx, where the owner of `address` listens for who looks for it (RFC 4291 section 2.7.1).
[[nodiscard]] IpAddress solicited_node(const IpAddress& address);
inline constexpr IpAddress kAllNodes{
    std::array<std::uint8_t, 16>{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr IpAddress kAllRouters{
    std::array<std::uint8_t, 16>{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
/// The prefix with the interface identifier that a MAC gives (RFC 2464 section 4).
[[nodiscard]] IpAddress address_of_mac(const IpAddress& prefix, const MacAddress& mac);

}  // namespace vmlab::stack::wire
