#include "simulator/network/frame_match.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::sim {
namespace {

using namespace stack::wire;

constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

void read_transport(std::span<const std::uint8_t> bytes, FrameFacts& facts) {
    constexpr std::size_t kUdpHeader = 8;
    ByteReader in(bytes);
    if (facts.protocol != kProtocolTcp && facts.protocol != kProtocolUdp) return;
    facts.source_port = in.u16();
    facts.destination_port = in.u16();
    if (facts.protocol == kProtocolUdp) {
        facts.payload = bytes.size() - std::min(bytes.size(), kUdpHeader);
        return;
    }
    facts.sequence = in.u32();
    (void)in.u32();
    const std::size_t header = 4u * (in.u8() >> 4);
    facts.flags = in.u8();
    facts.payload = bytes.size() - std::min(bytes.size(), header);
}

void read_ipv4(std::span<const std::uint8_t> packet, FrameFacts& facts) {
    ByteReader in(packet);
    const std::size_t header = 4u * (in.u8() & 15);
    (void)in.u8();
    const std::size_t length = in.u16();
    (void)in.u16();
    const bool later_fragment = (in.u16() & 0x1fff) != 0;
    (void)in.u8();
    const auto protocol = in.u8();
    (void)in.u16();
    facts.source = Ipv4Address{in.u32()};
    facts.destination = Ipv4Address{in.u32()};
    if (later_fragment || in.failed() || header > packet.size()) return;
    facts.protocol = protocol;
    read_transport(packet.first(std::clamp(length, header, packet.size())).subspan(header), facts);
}

/// Extension headers are not walked: such a packet has the protocol of its first one.
void read_ipv6(std::span<const std::uint8_t> packet, FrameFacts& facts) {
    constexpr std::size_t kHeader = 40;
    if (packet.size() < kHeader) return;
    ByteReader in(packet);
    (void)in.u32();
    const std::size_t length = in.u16();
    facts.protocol = in.u8();
    (void)in.u8();
    for (auto* address : {&facts.source, &facts.destination}) {
        std::array<std::uint8_t, 16> bytes{};
        std::ranges::copy(in.bytes(bytes.size()), bytes.begin());
        *address = IpAddress(bytes);
    }
    read_transport(in.rest().first(std::min(length, in.rest().size())), facts);
}

bool in_range(const std::optional<NumberRange>& range, std::uint64_t number) {
    return !range || range->has(number);
}

/// A segment takes up its payload, and a number each for SYN and FIN.
bool has_sequence(const NumberRange& wanted, const FrameFacts& frame, std::uint32_t initial) {
    const std::uint64_t first = std::uint32_t(frame.sequence - initial);
    const std::uint64_t length =
        frame.payload + ((frame.flags & kTcpSyn) != 0) + ((frame.flags & kTcpFin) != 0);
    return length > 0 && first <= wanted.high && first + length > wanted.low;
}

}  // namespace

FrameFacts read_frame(std::span<const std::uint8_t> frame) {
    FrameFacts facts;
    const auto ethernet = parse_ethernet(frame);
    if (!ethernet) return facts;
    facts.ether_type = ethernet->type;
    const auto packet = frame.subspan(kEthernetHeader);
    if (ethernet->type == kEtherTypeIpv4) read_ipv4(packet, facts);
    else if (ethernet->type == kEtherTypeIpv6) read_ipv6(packet, facts);
    return facts;
}

bool Subnet::has(const IpAddress& other) const {
    for (unsigned bit = 0; bit < prefix; bit += 8) {
        const auto keep = std::uint8_t(prefix - bit >= 8 ? 0xff : 0xff << (8 - (prefix - bit)));
        if ((address.bytes()[bit / 8] ^ other.bytes()[bit / 8]) & keep) return false;
    }
    return true;
}

bool FrameMatch::has(const FrameFacts& frame, const Name8& sender, const Name8& receiver, Instant now,
                     std::optional<std::uint32_t> initial) const {
    if (now < after || now >= until) return false;
    if ((from && *from != sender) || (to && *to != receiver)) return false;
    if (ether_type && *ether_type != frame.ether_type) return false;
    if (protocol && *protocol != frame.protocol) return false;
    if ((source && !source->has(frame.source)) || (destination && !destination->has(frame.destination)))
        return false;
    if (!in_range(source_port, frame.source_port) || !in_range(destination_port, frame.destination_port) ||
        !in_range(payload, frame.payload))
        return false;
    if ((frame.flags & flags_set) != flags_set || (frame.flags & flags_clear) != 0) return false;
    return !sequence ||
           (initial && frame.protocol == kProtocolTcp && has_sequence(*sequence, frame, *initial));
}

}  // namespace vmlab::sim
