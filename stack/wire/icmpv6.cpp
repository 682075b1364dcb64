#include "stack/wire/icmpv6.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ipv6.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint8_t kSourceLink = 1, kTargetLink = 2, kPrefix = 3, kRedirected = 4, kMtu = 5;
constexpr std::uint32_t kForEver = 0xffffffff;

IpAddress address_from(std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, 16> copy;
    std::copy_n(bytes.begin(), 16, copy.begin());
    return IpAddress(copy);
}

Duration lifetime_from(std::uint32_t value) {
    return value == kForEver ? Duration::max() : Duration(seconds{value});
}
std::uint32_t lifetime_of(Duration life) {
    return life == Duration::max() ? kForEver : std::uint32_t(life / seconds{1});
}

/// Each option to `take(kind, body)`. False when a length is zero or reaches over the end.
template <typename Take>
bool each_option(std::span<const std::uint8_t> options, Take take) {
    while (!options.empty()) {
        if (options.size() < 2 || options[1] == 0 || options[1] * 8u > options.size()) return false;
        take(options[0], options.subspan(2, options[1] * 8u - 2));
        options = options.subspan(options[1] * 8u);
    }
    return true;
}

/// Nothing for a group's: what goes to one neighbour is for one neighbour.
std::optional<MacAddress> mac_from(std::span<const std::uint8_t> body) {
    if (body.size() != 6) return std::nullopt;
    MacAddress mac;
    std::copy(body.begin(), body.end(), mac.bytes.begin());
    return mac.is_group() ? std::nullopt : std::optional(mac);
}

void put_link(std::vector<std::uint8_t>& to, std::uint8_t kind, const MacAddress& mac) {
    to.insert(to.end(), {kind, 1});
    to.insert(to.end(), mac.bytes.begin(), mac.bytes.end());
}

void put32(std::vector<std::uint8_t>& to, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) to.push_back(std::uint8_t(value >> shift));
}

}  // namespace

ParsedIcmp parse_icmpv6(std::span<const std::uint8_t> bytes, const IpAddress& source,
                        const IpAddress& destination) {
    if (bytes.size() < kIcmpHeader) return {IcmpFault::malformed, {}};
    const auto sum = sum_pseudo_header(source, destination, kProtocolIcmpv6, std::uint32_t(bytes.size())) +
                     sum_words(bytes);
    if (fold_checksum(sum) != 0) return {IcmpFault::bad_checksum, {}};
    ByteReader in(bytes);
    ParsedIcmp parsed;
    parsed.message.type = in.u8();
    parsed.message.code = in.u8();
    in.u16();
    parsed.message.rest = in.u32();
    parsed.message.payload = in.rest();
    return parsed;
}

void emit_icmpv6_header(std::uint8_t type, std::uint8_t code, std::uint32_t rest, const IpAddress& source,
                        const IpAddress& destination, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.u8(type);
    out.u8(code);
    out.u16(0);
    out.u32(rest);
    const auto sum =
        fold_checksum(sum_pseudo_header(source, destination, kProtocolIcmpv6, std::uint32_t(room.size())) +
                      sum_words(room));
    room[2] = std::uint8_t(sum >> 8);
    room[3] = std::uint8_t(sum);
}

std::optional<NeighbourMessage> parse_neighbour(const IcmpMessage& message) {
    if (message.code != 0 || message.payload.size() < 16) return std::nullopt;
    NeighbourMessage n;
    n.target = address_from(message.payload);
    if (n.target.is_multicast()) return std::nullopt;
    const bool asks = message.type == kNeighbourSolicitation;
    if (!asks) {
        n.router = message.rest >> 31 != 0;
        n.solicited = (message.rest >> 30 & 1) != 0;
        n.overrides = (message.rest >> 29 & 1) != 0;
    }
    const bool good = each_option(message.payload.subspan(16), [&](std::uint8_t kind, auto body) {
        if (kind == (asks ? kSourceLink : kTargetLink)) n.link = mac_from(body);
    });
    return good ? std::optional(n) : std::nullopt;
}

NeighbourBody make_neighbour(std::uint8_t type, const NeighbourMessage& n) {
    NeighbourBody body;
    const auto& target = n.target.bytes();
    body.bytes.assign(target.begin(), target.end());
    const bool asks = type == kNeighbourSolicitation;
    if (!asks)
        body.flags = (n.router ? 1u << 31 : 0) | (n.solicited ? 1u << 30 : 0) | (n.overrides ? 1u << 29 : 0);
    if (n.link) put_link(body.bytes, asks ? kSourceLink : kTargetLink, *n.link);
    return body;
}

std::optional<RouterMessage> parse_router(const IcmpMessage& advertisement) {
    if (advertisement.code != 0 || advertisement.payload.size() < 8) return std::nullopt;
    RouterMessage r;
    r.hop_limit = std::uint8_t(advertisement.rest >> 24);
    r.lifetime = seconds{advertisement.rest & 0xffff};
    const bool good = each_option(advertisement.payload.subspan(8), [&](std::uint8_t kind, auto body) {
        if (kind == kSourceLink) r.link = mac_from(body);
        ByteReader in(body);
        if (kind == kMtu && body.size() == 6) {
            in.u16();
            r.mtu = in.u32();
        }
        if (kind != kPrefix || body.size() != 30) return;
        PrefixInformation p;
        p.length = in.u8();
        const auto flags = in.u8();
        p.on_link = (flags & 0x80) != 0;
        p.autonomous = (flags & 0x40) != 0;
        p.valid = lifetime_from(in.u32());
        p.preferred = lifetime_from(in.u32());
        in.u32();
        p.prefix = address_from(in.rest());
        if (p.length <= 128 && p.preferred <= p.valid && !p.prefix.is_link_local() &&
            !p.prefix.is_multicast())
            r.prefixes.push_back(p);
    });
    return good ? std::optional(r) : std::nullopt;
}

NeighbourBody make_router(const RouterMessage& r) {
    NeighbourBody body;
    body.flags = std::uint32_t(r.hop_limit) << 24 | (lifetime_of(r.lifetime) & 0xffff);
    put32(body.bytes, 0);  // reachable time and retransmission timer: say nothing
    put32(body.bytes, 0);
    if (r.link) put_link(body.bytes, kSourceLink, *r.link);
    if (r.mtu) {
        body.bytes.insert(body.bytes.end(), {kMtu, 1, 0, 0});
        put32(body.bytes, *r.mtu);
    }
    for (const auto& p : r.prefixes) {
        body.bytes.insert(body.bytes.end(),
                          {kPrefix, 4, std::uint8_t(p.length),
                           std::uint8_t((p.on_link ? 0x80 : 0) | (p.autonomous ? 0x40 : 0))});
        put32(body.bytes, lifetime_of(p.valid));
        put32(body.bytes, lifetime_of(p.preferred));
        put32(body.bytes, 0);
        body.bytes.insert(body.bytes.end(), p.prefix.bytes().begin(), p.prefix.bytes().end());
    }
    return body;
}

std::optional<RedirectMessage> parse_redirect(const IcmpMessage& message) {
    constexpr std::size_t kAddresses = 32;
    if (message.code != 0 || message.payload.size() < kAddresses) return std::nullopt;
    RedirectMessage r;
    r.target = address_from(message.payload);
    r.destination = address_from(message.payload.subspan(16));
    if (r.destination.is_multicast() || (!r.target.is_link_local() && r.target != r.destination))
        return std::nullopt;
    const bool good = each_option(message.payload.subspan(kAddresses), [&](std::uint8_t kind, auto body) {
        if (kind == kTargetLink) r.link = mac_from(body);
    });
    return good ? std::optional(r) : std::nullopt;
}

NeighbourBody make_redirect(const RedirectMessage& r, std::span<const std::uint8_t> packet) {
    constexpr std::size_t kMostQuoted = kLeastIpv6Mtu - kIpv6Header - kIcmpHeader - 32 - 8 - 8;
    NeighbourBody body;
    for (const auto& address : {r.target, r.destination})
        body.bytes.insert(body.bytes.end(), address.bytes().begin(), address.bytes().end());
    if (r.link) put_link(body.bytes, kTargetLink, *r.link);
    const std::size_t quoted = std::min(packet.size(), kMostQuoted) / 8 * 8;
    body.bytes.insert(body.bytes.end(), {kRedirected, std::uint8_t(quoted / 8 + 1), 0, 0, 0, 0, 0, 0});
    body.bytes.insert(body.bytes.end(), packet.begin(), packet.begin() + std::ptrdiff_t(quoted));
    return body;
}

IpAddress solicited_node(const IpAddress& address) {
    const auto& b = address.bytes();
    return IpAddress(
        std::array<std::uint8_t, 16>{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, b[13], b[14], b[15]});
}

IpAddress address_of_mac(const IpAddress& prefix, const MacAddress& mac) {
    auto b = prefix.bytes();
    const auto& m = mac.bytes;
    const std::array<std::uint8_t, 8> identifier{
        std::uint8_t(m[0] ^ 2), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
    std::copy(identifier.begin(), identifier.end(), b.begin() + 8);
    return IpAddress(b);
}

}  // namespace vmlab::stack::wire
