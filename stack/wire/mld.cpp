#include "stack/wire/mld.hpp"

#include <algorithm>

namespace vmlab::stack::wire {

std::optional<MldQuery> parse_mld_query(const IcmpMessage& message) {
    constexpr std::size_t kGroup = 16;
    constexpr unsigned kPlain = 32768;  // from here on a mantissa and an exponent (RFC 3810 section 5.1.3)
    if (message.code != 0 || message.payload.size() < kGroup) return std::nullopt;
    std::array<std::uint8_t, kGroup> group{};
    std::copy_n(message.payload.begin(), kGroup, group.begin());
    const unsigned code = message.rest >> 16;
    const unsigned time = code < kPlain ? code : ((code & 0xfff) | 0x1000) << ((code >> 12 & 7) + 3);
    const MldQuery query{milliseconds{time}, IpAddress(group)};
    const bool good = query.group == IpAddress() || query.group.is_multicast();
    return good ? std::optional(query) : std::nullopt;
}

NeighbourBody make_mld_report(GroupRecord record, std::span<const IpAddress> groups) {
    NeighbourBody body;
    body.flags = std::uint32_t(groups.size());
    for (const auto& group : groups) {
        body.bytes.insert(body.bytes.end(), {std::uint8_t(record), 0, 0, 0});  // no sources
        body.bytes.insert(body.bytes.end(), group.bytes().begin(), group.bytes().end());
    }
    return body;
}

}  // namespace vmlab::stack::wire
