#include "stack/wire/ipv6.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kDestinationOptions = 60;
constexpr std::uint8_t kBadField = 0,
                       kUnknownOption = 2;  // codes of the Parameter Problem (RFC 4443 section 3.4)
constexpr int kMostHeaders = 8;             // nobody honest sends more

IpAddress read_address(ByteReader& in) {
    std::array<std::uint8_t, 16> bytes{};
    if (const auto field = in.bytes(16); field.size() == 16)
        std::copy(field.begin(), field.end(), bytes.begin());
    return IpAddress(bytes);
}

void say_problem(ParsedIpv6& parsed, std::uint8_t code, std::size_t at, bool though_group) {
    parsed.fault = Ipv6Fault::problem;
    parsed.problem_code = code;
    parsed.problem_at = std::uint32_t(at);
    parsed.problem_though_group = though_group;
}

/// The options of a hop-by-hop or destination header that stands in [begin, end). False when the packet ends
/// here.
bool read_options(std::span<const std::uint8_t> packet, std::size_t begin, std::size_t end,
                  ParsedIpv6& parsed) {
    for (std::size_t at = begin + 2; at < end;) {
        const std::uint8_t kind = packet[at];
        if (kind == 0) {  // Pad1
            ++at;
            continue;
        }
        if (at + 1 >= end || at + 2 + packet[at + 1] > end) return parsed.fault = Ipv6Fault::malformed, false;
        if (kind != 1) {  // PadN; the two high bits say what becomes of any other
            switch (kind >> 6) {
                case 0: break;
                case 1: return parsed.fault = Ipv6Fault::discarded, false;
                default: return say_problem(parsed, kUnknownOption, at, kind >> 6 == 2), false;
            }
        }
        at += 2u + packet[at + 1];
    }
    return true;
}

/// The extension header at parsed.payload_at. True when the next one may be looked at.
bool step(std::span<const std::uint8_t> packet, std::size_t end, ParsedIpv6& parsed) {
    const std::size_t at = parsed.payload_at;
    const auto malformed = [&] { return parsed.fault = Ipv6Fault::malformed, false; };
    switch (parsed.protocol) {
        case kNextFragment: {
            if (at + kFragmentHeader > end) return malformed();
            ByteReader in(packet.subspan(at, kFragmentHeader));
            const auto next = in.u8();
            in.u8();
            const auto field = in.u16();
            parsed.fragment = Ipv6Fragment{std::uint16_t(field & 0xfff8), (field & 1) != 0, in.u32()};
            const std::size_t size = end - at - kFragmentHeader;
            if (parsed.fragment->more && size % 8 != 0)
                return say_problem(parsed, kBadField, 4, false), false;
            if (parsed.fragment->offset + size > 65535)
                return say_problem(parsed, kBadField, at + 2, false), false;
            parsed.before = std::uint8_t(at);
            parsed.protocol = next;
            parsed.payload_at = at + kFragmentHeader;
            return false;  // what is behind belongs to the whole
        }
        case kHopByHop:
            if (at != kIpv6Header) return say_problem(parsed, 1, parsed.before, false), false;
            [[fallthrough]];
        case kRouting:
        case kDestinationOptions: {
            if (at + 8 > end) return malformed();
            const std::size_t behind = at + (packet[at + 1] + 1u) * 8u;
            if (behind > end || behind > 255) return malformed();
            if (parsed.protocol == kRouting) {
                if (packet[at + 3] != 0) return say_problem(parsed, kBadField, at + 2, false), false;
            } else if (!read_options(packet, at, behind, parsed)) {
                return false;
            }
            parsed.before = std::uint8_t(at);
            parsed.protocol = packet[at];
            parsed.payload_at = behind;
            return true;
        }
        default: return false;
    }
}

}  // namespace

ParsedIpv6 parse_ipv6(std::span<const std::uint8_t> packet) {
    ParsedIpv6 parsed;
    if (packet.size() < kIpv6Header || packet[0] >> 4 != 6)
        return parsed.fault = Ipv6Fault::malformed, parsed;
    ByteReader in(packet);
    const auto first = in.u32();
    Ipv6Header& h = parsed.header;
    h.traffic_class = std::uint8_t(first >> 20);
    h.flow_label = first & 0xfffff;
    h.payload_length = in.u16();
    h.next_header = in.u8();
    h.hop_limit = in.u8();
    h.source = read_address(in);
    h.destination = read_address(in);
    const std::size_t end = kIpv6Header + h.payload_length;
    // An IPv4 address in IPv6's clothes may not be on a wire (RFC 4291 section 2.5.5.2): elsewhere it means
    // IPv4.
    if (end > packet.size() || h.source.is_v4() || h.destination.is_v4())
        return parsed.fault = Ipv6Fault::malformed, parsed;
    parsed.protocol = h.next_header;
    int headers = 0;
    while (step(packet, end, parsed))
        if (++headers > kMostHeaders) return parsed.fault = Ipv6Fault::malformed, parsed;
    return parsed;
}

void emit_ipv6(const Ipv6Header& header, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.u32(6u << 28 | std::uint32_t(header.traffic_class) << 20 | (header.flow_label & 0xfffff));
    out.u16(header.payload_length);
    out.u8(header.next_header);
    out.u8(header.hop_limit);
    out.bytes(header.source.bytes());
    out.bytes(header.destination.bytes());
}

void emit_fragment_header(std::uint8_t next, const Ipv6Fragment& fragment, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.u8(next);
    out.u8(0);
    out.u16(std::uint16_t(fragment.offset | (fragment.more ? 1 : 0)));
    out.u32(fragment.identification);
}

std::optional<QuotedPacket> parse_quoted_ipv6(std::span<const std::uint8_t> quoted) {
    if (quoted.size() < kIpv6Header || quoted[0] >> 4 != 6) return std::nullopt;
    // Its end is cut off, so its length is what is there.
    ParsedIpv6 parsed;
    ByteReader in(quoted.subspan(8));
    parsed.header.source = read_address(in);
    parsed.header.destination = read_address(in);
    parsed.protocol = quoted[6];
    int headers = 0;
    while (step(quoted, quoted.size(), parsed))
        if (++headers > kMostHeaders) return std::nullopt;
    const bool first_part = !parsed.fragment || parsed.fragment->offset == 0;
    if (parsed.fault == Ipv6Fault::malformed || !first_part || quoted.size() < parsed.payload_at + 8)
        return std::nullopt;
    return QuotedPacket{parsed.header.source, parsed.header.destination, parsed.protocol,
                        quoted.subspan(parsed.payload_at)};
}

}  // namespace vmlab::stack::wire
