// Who listens to which groups of a link: multicast listener discovery, version 2 (RFC 3810), as far as a host
// needs it that takes a group's packets from everybody.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/wire/icmpv6.hpp"

namespace vmlab::stack::wire {

inline constexpr std::uint8_t kMldQuery = 130;
inline constexpr std::uint8_t kMldReport = 143;
inline constexpr std::uint8_t kMldHopLimit = 1;
/// ff02::16, where whoever keeps count of listeners hears reports.
inline constexpr IpAddress kMldRouters{
    std::array<std::uint8_t, 16>{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16}};
/// The Hop-by-Hop header of every report: a router looks at it though it is not for the router (RFC 2711).
inline constexpr std::array<std::uint8_t, 8> kRouterAlert{58, 0, 5, 2, 0, 0, 1, 0};

/// What a report says of a group: that it is listened to, or since now, or no more.
enum class GroupRecord : std::uint8_t { listens = 2, leaves = 3, joins = 4 };

/// Of version 1 or 2: who listens to `group` (unspecified: to any) says so within that time.
struct MldQuery {
    Duration within{};
    IpAddress group{};
};
[[nodiscard]] std::optional<MldQuery> parse_mld_query(const IcmpMessage& message);
[[nodiscard]] NeighbourBody make_mld_report(GroupRecord record, std::span<const IpAddress> groups);

}  // namespace vmlab::stack::wire
