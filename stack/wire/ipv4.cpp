#include "stack/wire/ipv4.hpp"

#include <cstring>

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kReservedFlag = 0x8000;
constexpr std::uint16_t kOffsetMask = 0x1fff;

}  // namespace

ParsedIpv4 parse_ipv4(std::span<const std::uint8_t> packet) {
    if (packet.size() < kIpv4Header || packet[0] >> 4 != 4) return {Ipv4Fault::malformed, {}};
    const std::size_t size = std::size_t(packet[0] & 0x0f) * 4;
    if (size < kIpv4Header || size > packet.size()) return {Ipv4Fault::malformed, {}};
    if (checksum_of(packet.first(size)) != 0) return {Ipv4Fault::bad_checksum, {}};

    ByteReader in(packet.subspan(1));
    Ipv4Header h;
    h.traffic_class = in.u8();
    h.total_length = in.u16();
    h.identification = in.u16();
    const auto flags = in.u16();
    h.dont_fragment = (flags & kDontFragment) != 0;
    h.more_fragments = (flags & kMoreFragments) != 0;
    h.fragment_offset = std::uint16_t((flags & kOffsetMask) * 8);
    h.ttl = in.u8();
    h.protocol = in.u8();
    in.u16();
    h.source = {in.u32()};
    h.destination = {in.u32()};
    h.options = packet.subspan(kIpv4Header, size - kIpv4Header);
    if (h.total_length < size || h.total_length > packet.size() || (flags & kReservedFlag) != 0)
        return {Ipv4Fault::malformed, {}};
    // The whole datagram, its header included, has 65535 bytes at most.
    if (std::size_t(h.fragment_offset) + h.total_length > 65535) return {Ipv4Fault::too_long, h};
    // Every fragment but the last carries a multiple of 8 bytes (RFC 791 section 3.1).
    if (h.more_fragments && (h.total_length - size) % 8 != 0) return {Ipv4Fault::malformed, {}};
    return {Ipv4Fault::none, h};
}

void emit_ipv4(const Ipv4Header& header, std::span<std::uint8_t> room) {
    vm_assert(header.options.size() % 4 == 0 && header.options.size() <= 40);
    SummingWriter out(room.first(kIpv4Header));
    const unsigned flags =
        (header.dont_fragment ? kDontFragment : 0u) | (header.more_fragments ? kMoreFragments : 0u);
    out.word(std::uint32_t(0x40 | header.size() / 4) << 24 | std::uint32_t(header.traffic_class) << 16 |
             header.total_length);
    out.word(std::uint32_t(header.identification) << 16 | flags | header.fragment_offset / 8u);
    out.word(std::uint32_t(header.ttl) << 24 | std::uint32_t(header.protocol) << 16);
    out.word(header.source.value);
    out.word(header.destination.value);
    if (!header.options.empty())
        std::memcpy(room.subspan(kIpv4Header).data(), header.options.data(), header.options.size());
    const auto sum = fold_checksum(out.sum() + sum_words(header.options));
    room[10] = std::uint8_t(sum >> 8);
    room[11] = std::uint8_t(sum);
}

std::optional<QuotedPacket> parse_quoted_ipv4(std::span<const std::uint8_t> quoted) {
    if (quoted.size() < kIpv4Header + 8 || quoted[0] >> 4 != 4) return std::nullopt;
    const std::size_t size = std::size_t(quoted[0] & 0x0f) * 4;
    if (size < kIpv4Header || size + 8 > quoted.size()) return std::nullopt;
    const bool later_fragment = ((quoted[6] & 0x1f) << 8 | quoted[7]) != 0;
    if (later_fragment) return std::nullopt;
    ByteReader in(quoted.subspan(12));
    QuotedPacket packet;
    packet.protocol = quoted[9];
    packet.source = Ipv4Address{in.u32()};
    packet.destination = Ipv4Address{in.u32()};
    packet.payload = quoted.subspan(size);
    return packet;
}

void decrement_ttl(std::span<std::uint8_t> packet) {
    vm_assert(packet.size() >= kIpv4Header && packet[8] > 0);
    const std::size_t size = std::size_t(packet[0] & 0x0f) * 4;
    --packet[8];
    packet[10] = packet[11] = 0;
    const auto sum = checksum_of(packet.first(size));
    packet[10] = std::uint8_t(sum >> 8);
    packet[11] = std::uint8_t(sum);
}

}  // namespace vmlab::stack::wire
