// The road of a packet out of the stack, the mirror of ingress.cpp:
//
//   connection → send_tcp ─┐
//        user → datagram ──┼► send_ip → send_routed → send_to_neighbour → send_frame
//               send_icmp ─┘     │           └► send_fragments ↗     └► waits for ARP
//                                └► ourselves: the loopback queue, taken by the next tick
//   forward ──────────────────────► send_routed
//
// A frame is made once, with room for every header in front of the payload; each station fills its own part
// in.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "stack/stack_impl.hpp"
#include "stack/wire/arp.hpp"
#include "stack/wire/checksum.hpp"

namespace vmlab::stack {
namespace {

constexpr std::size_t kMostLoopback = 8192;
constexpr std::size_t kMostQuoted = 548;  // RFC 1812 section 4.3.2.3: the whole error within 576 bytes

std::uint16_t ether_type_of(const IpAddress& address) {
    return address.is_v4() ? wire::kEtherTypeIpv4 : wire::kEtherTypeIpv6;
}

/// What differs from one packet to the next of a pair of hosts. `ttl`: 0 = the usual one.
wire::Ipv4Header varying(std::size_t size, std::uint16_t identification, bool dont_fragment,
                         std::uint8_t traffic_class, std::uint8_t ttl, std::uint8_t usual_ttl) {
    wire::Ipv4Header ip;
    ip.total_length = std::uint16_t(size);
    ip.identification = identification;
    ip.dont_fragment = dont_fragment;
    ip.traffic_class = traffic_class;
    ip.ttl = ttl != 0 ? ttl : usual_ttl;  // MUST-49
    return ip;
}

/// Of an IPv6 packet behind its Ethernet header.
IpAddress destination_in(const Buffer& frame) {
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), frame.data() + wire::kEthernetHeader + 24, bytes.size());
    return IpAddress(bytes);
}

}  // namespace

void Stack::Impl::send_tcp(const Endpoint& local, const Endpoint& peer, const wire::TcpHeader& header,
                           const Buffer& payload, Instant now, Sink& out, const Manner& manner) {
    const std::size_t lower = lower_headers(peer.address), tcp = header.size();
    Buffer frame = Buffer::with_header(lower + tcp, payload);
    std::uint64_t sum = 0;
    if (!payload.empty()) {
        const auto bytes = frame.span().subspan(lower + tcp);
        if (const KnownSum known = frame.known_sum(); known.is_of(bytes)) {
            sum = known.sum;
        } else {
            sum = wire::sum_words(bytes);
            frame.remember_sum(lower + tcp, bytes.size(), wire::fold(sum));
        }
    }
    const Path* const path = path_between(local.address, peer.address);
    const bool plain = path && path->plain;
    const auto room = frame.writable(0, lower + tcp);
    wire::emit_tcp_header(header,
                          plain ? path->plain->addresses() : wire::sum_pair(local.address, peer.address),
                          room.subspan(lower), sum, payload.size());
    const std::size_t size = frame.size() - wire::kEthernetHeader;
    const bool fits = path && size <= path->mtu;
    if (!plain || !fits) {
        const Departure what{local.address,      peer.address,
                             wire::kProtocolTcp, options.path_mtu_discovery,
                             manner.ttl,         manner.traffic_class};
        if (!fits) return send_ip(what, std::move(frame), now, out);
        emit_ip(what, frame);
        return send_frame(path->interface, path->mac, ether_type_of(peer.address), std::move(frame), out);
    }
    path->plain->write(varying(size, next_identification++, options.path_mtu_discovery, manner.traffic_class,
                               manner.ttl, options.ttl),
                       room);
    hand_over(path->interface, std::move(frame), out);
}

const Stack::Impl::Path* Stack::Impl::path_between(const IpAddress& source, const IpAddress& destination) {
    if (last_path && last_path->destination == destination && last_path->source == source) return &*last_path;
    last_path.reset();
    if (is_local(destination) || destination.is_multicast()) return nullptr;
    const auto way = way_to(destination);
    if (!way) return nullptr;
    const Interface& via = interfaces[way->interface];
    if (!via.config.up || (way->hop.is_v4() && via.is_broadcast(way->hop.v4()))) return nullptr;
    const MacAddress* const mac = neighbours.find({way->interface, way->hop});
    if (!mac) return nullptr;
    Path& found = last_path.emplace(Path{source, destination, way->interface, way->mtu, *mac});
    if (destination.is_v4()) found.plain.emplace(*mac, via.config.mac, source.v4(), destination.v4());
    return &found;
}

void Stack::Impl::send_icmp(const Departure& what, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                            std::span<const std::uint8_t> payload, Instant now, Sink& out) {
    const std::size_t lower = lower_headers(what.destination);
    Buffer frame = Buffer::allocate(lower + wire::kIcmpHeader + payload.size());
    auto message = frame.writable(lower, wire::kIcmpHeader + payload.size());
    if (!payload.empty()) std::memcpy(message.data() + wire::kIcmpHeader, payload.data(), payload.size());
    if (what.destination.is_v4()) wire::emit_icmp_header(type, code, rest, message);
    else wire::emit_icmpv6_header(type, code, rest, what.source, what.destination, message);
    send_ip(what, std::move(frame), now, out);
}

namespace {

struct TypeAndCode {
    std::uint8_t type, code;
};
TypeAndCode of_ipv4(Trouble what) {
    switch (what) {
        case Trouble::no_route: return {wire::kIcmpUnreachable, wire::kUnreachableNet};
        case Trouble::no_neighbour: return {wire::kIcmpUnreachable, wire::kUnreachableHost};
        case Trouble::protocol: return {wire::kIcmpUnreachable, wire::kUnreachableProtocol};
        case Trouble::port: return {wire::kIcmpUnreachable, wire::kUnreachablePort};
        case Trouble::too_big: return {wire::kIcmpUnreachable, wire::kFragmentationNeeded};
        case Trouble::hops: return {wire::kIcmpTimeExceeded, wire::kTimeExceededTransit};
        case Trouble::reassembly: return {wire::kIcmpTimeExceeded, wire::kTimeExceededReassembly};
        case Trouble::option:
        case Trouble::header: break;
    }
    return {wire::kIcmpParameterProblem, 0};
}
TypeAndCode of_ipv6(Trouble what) {
    switch (what) {
        case Trouble::no_route: return {wire::kIcmpv6Unreachable, wire::kIcmpv6NoRoute};
        case Trouble::no_neighbour: return {wire::kIcmpv6Unreachable, wire::kIcmpv6AddressUnreachable};
        case Trouble::port: return {wire::kIcmpv6Unreachable, wire::kIcmpv6PortUnreachable};
        case Trouble::too_big: return {wire::kIcmpv6TooBig, 0};
        case Trouble::hops: return {wire::kIcmpv6TimeExceeded, wire::kTimeExceededTransit};
        case Trouble::reassembly: return {wire::kIcmpv6TimeExceeded, wire::kTimeExceededReassembly};
        case Trouble::protocol: return {wire::kIcmpv6ParameterProblem, wire::kUnrecognizedNextHeader};
        case Trouble::option: return {wire::kIcmpv6ParameterProblem, 2};
        case Trouble::header: break;
    }
    return {wire::kIcmpv6ParameterProblem, 0};
}

/// May anything be said about this packet, and is it worth the word? Never about an error, never to a group.
bool may_be_answered(const wire::QuotedPacket& packet, Trouble what) {
    if (packet.source.is_multicast() || packet.source.is_unspecified()) return false;
    const bool of_groups =
        !packet.destination.is_v4() && (what == Trouble::too_big || what == Trouble::option);
    if (packet.destination.is_multicast() && !of_groups) return false;
    const std::uint8_t type = packet.payload[0];
    if (packet.protocol == wire::kProtocolIcmp)
        return type == wire::kIcmpEchoRequest || type == wire::kIcmpEchoReply;
    return packet.protocol != wire::kProtocolIcmpv6 || type >= wire::kIcmpv6EchoRequest;
}

}  // namespace

void Stack::Impl::send_trouble(const Buffer& packet, Trouble what, std::uint32_t rest, Instant now,
                               Sink& out) {
    const auto about = wire::parse_quoted(packet.span());
    if (!about || !may_be_answered(*about, what)) return;
    // Ourselves we tell of a port only: whatever else goes wrong on our own way is known where it happens.
    if (what != Trouble::port && is_local(about->source)) return;
    const bool v4 = about->source.is_v4();
    if (v4 && (is_broadcast(about->source.v4()) || is_broadcast(about->destination.v4()))) return;
    if (!icmp_errors.allows(now)) return;
    const IpAddress source = is_local(about->destination) ? about->destination : source_for(about->source);
    if (source.is_unspecified()) return;
    const auto [type, code] = v4 ? of_ipv4(what) : of_ipv6(what);
    const std::size_t most = v4 ? kMostQuoted : wire::kLeastIpv6Mtu - wire::kIpv6Header - wire::kIcmpHeader;
    send_icmp({source, about->source, v4 ? wire::kProtocolIcmp : wire::kProtocolIcmpv6}, type, code, rest,
              packet.span().first(std::min(packet.size(), most)), now, out);
}

void Stack::Impl::emit_ip(const Departure& what, Buffer& frame) {
    const std::size_t size = frame.size() - wire::kEthernetHeader;
    if (!what.destination.is_v4()) {
        vm_assert(size - wire::kIpv6Header <= 65535);
        wire::Ipv6Header ip;
        ip.payload_length = std::uint16_t(size - wire::kIpv6Header);
        ip.next_header = what.protocol;
        ip.traffic_class = what.traffic_class;
        ip.hop_limit = what.ttl != 0 ? what.ttl : options.ttl;
        ip.source = what.source;
        ip.destination = what.destination;
        return wire::emit_ipv6(ip, frame.writable(wire::kEthernetHeader, wire::kIpv6Header));
    }
    vm_assert(size <= 65535);
    wire::Ipv4Header ip =
        varying(size, next_identification++, what.dont_fragment, what.traffic_class, what.ttl, options.ttl);
    ip.protocol = what.protocol;
    ip.source = what.source.v4();
    ip.destination = what.destination.v4();
    wire::emit_ipv4(ip, frame.writable(wire::kEthernetHeader, wire::kIpv4Header));
}

void Stack::Impl::send_ip(const Departure& what, Buffer frame, Instant now, Sink& out) {
    emit_ip(what, frame);
    if (is_local(what.destination)) {
        if (exhausted(options.blocks.envelopes, neighbours.waiting() + loopback.size()))
            return drop_for_blocks(DropReason::ip_no_envelope, {what.source, 0}, {what.destination, 0},
                                   options.blocks.envelopes, now, out);
        if (loopback.size() >= kMostLoopback) return count_drop(DropReason::loopback_full);
        frame.remove_prefix(wire::kEthernetHeader);
        loopback.push_back(std::move(frame));
        loopback_at = std::min(loopback_at, now);
        return;
    }
    if (what.destination.is_multicast() && !what.destination.is_v4()) {
        if (what.interface && interfaces[*what.interface].config.up)
            send_frame(*what.interface, wire::mac_of_group(what.destination), wire::kEtherTypeIpv6,
                       std::move(frame), out);
        return;
    }
    auto way = way_to(what.destination);
    // Discovery is about the link itself: no route leads it away from there.
    if (what.interface && (what.destination.is_link_local() || what.ttl == wire::kDiscoveryHopLimit))
        way = Way{*what.interface, what.destination, interfaces[*what.interface].config.mtu, {}};
    if (!way) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::ip_no_route, frame, now, out, options.routes_where);
    }
    const bool whole = what.dont_fragment && what.destination.is_v4();
    const bool never_cut = what.protocol == wire::kProtocolTcp && !what.destination.is_v4();
    send_routed(*way, whole || never_cut, std::move(frame), now, out);
}

/// A router never cuts IPv6 (RFC 8200 section 5), nor what forbids it.
void Stack::Impl::forward(const Onward& what, const Arrival& from, Buffer packet, Instant now, Sink& out) {
    if (what.hops <= 1) {
        drop_packet(DropReason::ip_ttl_expired, packet, now, out);
        return send_trouble(packet, Trouble::hops, 0, now, out);
    }
    const auto way = way_to(what.destination);
    if (!way || !from.interface) {
        drop_packet(DropReason::ip_no_route, packet, now, out, options.routes_where);
        return send_trouble(packet, Trouble::no_route, 0, now, out);
    }
    if (packet.size() > way->mtu && !what.may_be_cut) {
        drop_packet(DropReason::ip_too_big, packet, now, out, way->where);
        return send_trouble(packet, Trouble::too_big, way->mtu, now, out);
    }
    if (way->interface == *from.interface && !from.link_broadcast) {
        if (what.source.is_v4()) send_redirect4(what, *way, packet, now, out);
        else send_redirect6(what, *way, packet, now, out);
    }
    packet = Buffer::with_header(wire::kEthernetHeader, packet);
    constexpr std::size_t kHopLimit = 7;                                               // of IPv6
    const std::size_t header = std::size_t(packet[wire::kEthernetHeader] & 0x0f) * 4;  // of IPv4
    if (what.destination.is_v4()) wire::decrement_ttl(packet.writable(wire::kEthernetHeader, header));
    else --packet.writable(wire::kEthernetHeader + kHopLimit, 1)[0];
    send_routed(*way, !what.may_be_cut, std::move(packet), now, out);
}

void Stack::Impl::send_redirect4(const Onward& what, const Way& way, const Buffer& packet, Instant now,
                                 Sink& out) {
    const Interface& link = interfaces[way.interface];
    const bool neighbours_all = link.network_of(what.source.v4()) && link.network_of(way.hop.v4()) &&
                                link.network_of(what.source.v4()) == link.network_of(way.hop.v4());
    const auto about = wire::parse_quoted(packet.span());
    if (!neighbours_all || !about || !may_be_answered(*about, Trouble::no_route)) return;
    if (!redirects_sent.allows(now)) return;
    send_icmp({link.source_for(what.source.v4()), what.source, wire::kProtocolIcmp}, wire::kIcmpRedirect,
              wire::kRedirectHost, way.hop.v4().value,
              packet.span().first(std::min(packet.size(), kMostQuoted)), now, out);
}

std::optional<Stack::Impl::Way> Stack::Impl::way_to(const IpAddress& destination) const {
    const auto way = [&](const auto& route) {
        const Interface& via = interfaces[route.interface];
        const bool v4 = destination.is_v4();
        Way found{route.interface, destination, route.mtu, route.where};
        if (!route.first_hop.is_unspecified()) found.hop = route.first_hop;
        if (found.mtu == 0) found.mtu = !v4 && via.ipv6_mtu != 0 ? via.ipv6_mtu : via.config.mtu;
        return found;
    };
    if (destination.is_v4()) {
        const Route* const route = options.multipath ? routes.find(destination.v4(), destination.v4().value)
                                                     : routes.find(destination.v4());
        if (!route) return std::nullopt;
        Way found = way(*route);
        const Redirects::Hop* const better = redirects.find(destination.v4());
        if (better && better->interface == found.interface) found.hop = better->address;
        return found;
    }
    const Ipv6Route* const route = routes6.find(destination);
    return route ? std::optional(way(*route)) : std::nullopt;
}

void Stack::Impl::send_routed(const Way& way, bool dont_fragment, Buffer frame, Instant now, Sink& out) {
    const Interface& via = interfaces[way.interface];
    if (!via.config.up || via.config.is_virtual) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::interface_down, frame, now, out, via.config.where);
    }
    const bool v4 = frame[wire::kEthernetHeader] >> 4 == 4;
    std::uint16_t mtu = way.mtu;
    if (!dont_fragment && !v4) {  // what a router told us of the road; of IPv4 it cuts by itself
        const auto known = known_mtus.find(destination_in(frame));
        if (known != known_mtus.end() && known->second.until > now) mtu = std::min(mtu, known->second.mtu);
    }
    if (frame.size() - wire::kEthernetHeader <= mtu)
        return send_to_neighbour(way.interface, way.hop, std::move(frame), now, out);
    Way narrow = way;
    narrow.mtu = mtu;
    if (!dont_fragment)
        return v4 ? send_fragments(narrow, frame, now, out) : send_fragments6(narrow, frame, now, out);
    frame.remove_prefix(wire::kEthernetHeader);
    drop_packet(DropReason::ip_too_big, frame, now, out, via.config.where);
}

void Stack::Impl::send_fragments(const Way& way, const Buffer& frame, Instant now, Sink& out) {
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    const auto [fault, whole] = wire::parse_ipv4(packet);
    vm_assert(fault == wire::Ipv4Fault::none);
    const std::size_t header = whole.size();
    const auto payload = packet.subspan(header, whole.total_length - header);
    if (way.mtu < header + 8) return count_drop(DropReason::ip_too_big);
    const std::size_t step = (way.mtu - header) / 8 * 8;
    for (std::size_t at = 0; at < payload.size(); at += step) {
        const std::size_t size = std::min(step, payload.size() - at);
        wire::Ipv4Header ip = whole;
        ip.total_length = std::uint16_t(header + size);
        ip.fragment_offset = std::uint16_t(whole.fragment_offset + at);
        ip.more_fragments = whole.more_fragments || at + size < payload.size();
        Buffer fragment = Buffer::allocate(wire::kEthernetHeader + header + size);
        wire::emit_ipv4(ip, fragment.writable(wire::kEthernetHeader, header));
        std::memcpy(fragment.writable() + wire::kEthernetHeader + header, payload.data() + at, size);
        send_to_neighbour(way.interface, way.hop, std::move(fragment), now, out);
    }
}

void Stack::Impl::send_fragments6(const Way& way, const Buffer& frame, Instant now, Sink& out) {
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    const auto whole = wire::parse_ipv6(packet);
    vm_assert(whole.fault == wire::Ipv6Fault::none && whole.payload_at == wire::kIpv6Header);
    constexpr std::size_t kHeaders = wire::kIpv6Header + wire::kFragmentHeader;
    const auto payload = packet.subspan(wire::kIpv6Header);
    const std::size_t step = (std::max<std::size_t>(way.mtu, wire::kLeastIpv6Mtu) - kHeaders) / 8 * 8;
    const std::uint32_t identification = dice.u32();  // nobody else is to guess it (RFC 7739)
    for (std::size_t at = 0; at < payload.size(); at += step) {
        const std::size_t size = std::min(step, payload.size() - at);
        wire::Ipv6Header ip = whole.header;
        ip.payload_length = std::uint16_t(wire::kFragmentHeader + size);
        ip.next_header = wire::kNextFragment;
        Buffer fragment = Buffer::allocate(wire::kEthernetHeader + kHeaders + size);
        wire::emit_ipv6(ip, fragment.writable(wire::kEthernetHeader, wire::kIpv6Header));
        wire::emit_fragment_header(
            whole.protocol, {std::uint16_t(at), at + size < payload.size(), identification},
            fragment.writable(wire::kEthernetHeader + wire::kIpv6Header, wire::kFragmentHeader));
        std::memcpy(fragment.writable() + wire::kEthernetHeader + kHeaders, payload.data() + at, size);
        send_to_neighbour(way.interface, way.hop, std::move(fragment), now, out);
    }
}

void Stack::Impl::send_to_neighbour(InterfaceId interface, const IpAddress& hop, Buffer frame, Instant now,
                                    Sink& out) {
    const std::uint16_t type = ether_type_of(hop);
    if (hop.is_v4() && interfaces[interface].is_broadcast(hop.v4()))
        return send_frame(interface, MacAddress::broadcast(), type, std::move(frame), out);
    if (const MacAddress* const mac = neighbours.find({interface, hop}))
        return send_frame(interface, *mac, type, std::move(frame), out);
    if (exhausted(options.blocks.envelopes, neighbours.waiting() + loopback.size())) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::ip_no_envelope, frame, now, out, options.blocks.envelopes.where);
    }
    std::optional<Buffer> pushed_out;
    const bool ask = neighbours.wait_for({interface, hop}, std::move(frame), now, pushed_out);
    if (pushed_out) count_drop(DropReason::arp_no_answer);
    if (ask) ask_for(interface, hop, now, out);
}

void Stack::Impl::ask_for(InterfaceId interface, const IpAddress& address, Instant now, Sink& out) {
    if (!address.is_v4()) return send_solicitation(interface, address, now, out);
    send_arp(interface, true, MacAddress{}, interfaces[interface].source_for(address.v4()), address.v4(),
             out);
}

void Stack::Impl::send_frame(InterfaceId interface, const MacAddress& to, std::uint16_t type, Buffer frame,
                             Sink& out) {
    wire::emit_ethernet({to, interfaces[interface].config.mac, type},
                        frame.writable(0, wire::kEthernetHeader));
    hand_over(interface, std::move(frame), out);
}

void Stack::Impl::hand_over(InterfaceId interface, Buffer frame, Sink& out) {
    Interface& via = interfaces[interface];
    ++via.frames_out;
    via.bytes_out += frame.size();
    out.send_frame(interface, std::move(frame));
}

void Stack::Impl::send_arp(InterfaceId interface, bool is_request, const MacAddress& to_mac,
                           Ipv4Address sender, Ipv4Address target, Sink& out) {
    if (!interfaces[interface].config.up) return;
    Buffer frame = Buffer::allocate(wire::kEthernetHeader + wire::kArpPacket);
    wire::emit_arp({is_request ? wire::ArpOperation::request : wire::ArpOperation::reply,
                    interfaces[interface].config.mac, sender, to_mac, target},
                   frame.writable(wire::kEthernetHeader, wire::kArpPacket));
    send_frame(interface, is_request ? MacAddress::broadcast() : to_mac, wire::kEtherTypeArp,
               std::move(frame), out);
}

/// MUST-44: the address we speak from, by the route the packet will take. Unspecified when there is none.
IpAddress Stack::Impl::source_for(const IpAddress& destination) const {
    if (is_local(destination)) return destination;
    const auto way = way_to(destination);
    if (!way) return {};
    const Interface& via = interfaces[way->interface];
    if (destination.is_v4()) {
        const bool chosen = !via.sources.v4.is_unspecified() && is_local(via.sources.v4);
        return chosen ? via.sources.v4 : via.source_for(way->hop.v4());
    }
    const bool chosen = !via.sources.v6.is_unspecified() && is_local(via.sources.v6);
    if (chosen && !destination.is_link_local() && !destination.is_multicast()) return via.sources.v6;
    const Ipv6Own* const own = via.ipv6.source_for(destination);
    return own ? own->address : IpAddress{};
}

std::uint16_t Stack::Impl::link_mtu(const IpAddress& destination) const {
    const auto way = is_local(destination) ? std::nullopt : way_to(destination);
    return way ? way->mtu : 1500;
}

std::uint16_t Stack::Impl::path_mtu(const IpAddress& destination) const {
    const auto known = known_mtus.find(destination);
    const std::uint16_t link = link_mtu(destination);
    return known == known_mtus.end() ? link : std::min(link, known->second.mtu);
}

void Stack::Impl::learn_path_mtu(const IpAddress& destination, std::uint16_t mtu, Instant now) {
    constexpr std::size_t kMostKnown = 256;
    constexpr Duration kStays = minutes{10};   // RFC 1191 section 6.3, RFC 8201 section 5.3
    constexpr std::uint16_t kLeastIpv4 = 552;  // what a liar cannot push us below
    const auto least = destination.is_v4() ? kLeastIpv4 : std::uint16_t(wire::kLeastIpv6Mtu);
    std::erase_if(known_mtus, [&](const auto& known) { return known.second.until <= now; });
    if (known_mtus.size() >= kMostKnown && !known_mtus.contains(destination)) return;
    known_mtus[destination] = {std::max(mtu, least), now + kStays};
}

}  // namespace vmlab::stack
