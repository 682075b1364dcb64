#include "tests/worlds/wire_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::test {
namespace {

using namespace stack::wire;

/// A 32-bit sequence number as the 64-bit one nearest to `near`.
std::uint64_t unwrapped(std::uint32_t offset, std::uint64_t near) {
    const auto low = std::uint32_t(near);
    return near + std::uint64_t(std::int64_t(std::int32_t(offset - low)));
}

}  // namespace

WireWatch::Side* WireWatch::side(const Way& way) {
    const auto found = sides_.find(way);
    return found == sides_.end() ? nullptr : &found->second;
}

std::optional<std::string> WireWatch::look(std::span<const std::uint8_t> frame) {
    const auto ethernet = parse_ethernet(frame);
    if (!ethernet || ethernet->type != kEtherTypeIpv4) return std::nullopt;
    const auto packet = frame.subspan(kEthernetHeader);
    const auto [fault, ip] = parse_ipv4(packet);
    if (fault != Ipv4Fault::none) return "an IPv4 header of ours is wrong";
    if (ip.protocol != kProtocolTcp || ip.is_fragment()) return std::nullopt;
    const auto segment = packet.subspan(ip.size(), ip.total_length - ip.size());
    const auto parsed = parse_tcp(segment, ip.source, ip.destination);
    const TcpHeader& tcp = parsed.header;
    if (parsed.fault != TcpFault::none) return "a TCP header of ours is wrong";
    const Way way{Endpoint{ip.source, tcp.source_port}, Endpoint{ip.destination, tcp.destination_port}};
    if (tcp.flags.syn) {
        Side& known = sides_[way];
        if (known.next == 0 || known.initial != tcp.sequence) {  // a new incarnation
            if (!tcp.flags.ack) sides_.erase({way[1], way[0]});
            known = Side{.initial = tcp.sequence, .next = 1};
        }
        known.shift =
            tcp.options.window_shift ? std::optional<unsigned>(*tcp.options.window_shift) : std::nullopt;
    }
    Side* const own = side(way);
    Side* const other = side({way[1], way[0]});
    if (!own || tcp.flags.rst) return std::nullopt;  // an answer to what is no connection here
    const auto text = [&](std::string what) {
        return fmt::format("{} -> {} seq {} len {} ack {}: {}", way[0].str(), way[1].str(),
                           tcp.sequence - own->initial, segment.size() - parsed.header_size,
                           other ? tcp.acknowledgment - other->initial : tcp.acknowledgment, what);
    };
    if (other && tcp.flags.ack)
        if (auto said = look_at_acknowledgment(*own, *other, tcp.acknowledgment, tcp.window, tcp.flags.syn))
            return text(*said);
    const auto payload = segment.subspan(parsed.header_size);
    const std::uint64_t first = unwrapped(tcp.sequence - own->initial, own->next);
    const std::uint64_t end = first + payload.size() + tcp.flags.fin + tcp.flags.syn;
    if (end == first) return std::nullopt;
    if (first > own->next) return text("leaves a gap");
    if (own->fin && end > *own->fin + 1) return text("data behind the FIN");
    if (tcp.flags.fin) {
        if (own->fin && *own->fin != end - 1) return text("the FIN has moved");
        own->fin = end - 1;
    }
    const bool probe = payload.size() <= 1;
    if (other && !tcp.flags.syn && other->right_edge > 0 &&
        end > other->right_edge + (probe ? 1 : 0) + tcp.flags.fin)
        return text(fmt::format("beyond the window, which ends at {}", other->right_edge));
    for (std::size_t i = 0; i < payload.size(); ++i)
        if (payload[i] != content_(way[0], way[1], first - 1 + i))
            return text(fmt::format("byte {} is not what was sent first", first - 1 + i));
    own->next = std::max(own->next, end);
    return std::nullopt;
}

std::optional<std::string> WireWatch::look_at_acknowledgment(Side& own, const Side& other, std::uint32_t ack,
                                                             std::uint32_t window, bool syn) {
    const std::uint64_t number = unwrapped(ack - other.initial, other.next);
    if (number > other.next) return "acknowledges what was never sent";
    if (number < own.acknowledged)
        return fmt::format("its acknowledgments went back from {}", own.acknowledged);
    own.acknowledged = number;
    const bool scaled = !syn && own.shift && other.shift;
    const std::uint64_t edge = number + (std::uint64_t(window) << (scaled ? *own.shift : 0));
    constexpr std::uint64_t kRounding = 1 << 14;
    if (edge + (scaled ? std::min<std::uint64_t>(kRounding, 1u << *own.shift) : 1) <= own.right_edge)
        return fmt::format("its window shrank from {} to {}", own.right_edge, edge);
    own.right_edge = std::max(own.right_edge, edge);
    return std::nullopt;
}

}  // namespace vmlab::test
