// The road of a packet out of the stack, the mirror of ingress.cpp:
//
//   connection → send_tcp ─┐
//        user → datagram ──┼► send_ip → send_routed → send_to_neighbour → send_frame
//               send_icmp ─┘     │           └► send_fragments ↗     └► waits for ARP
//                                └► ourselves: the loopback queue, taken by the next tick
//   forward_ip ───────────────────► send_routed
//
// A frame is made once, with room for every header in front of the payload; each station fills its own part
// in.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "stack/stack_impl.hpp"
#include "stack/wire/arp.hpp"

namespace vmlab::stack {
namespace {

constexpr std::size_t kMostLoopback = 8192;
constexpr std::size_t kMostQuoted = 548;  // RFC 1812 section 4.3.2.3: the whole error within 576 bytes

std::span<std::uint8_t> writable(Buffer& buffer, std::size_t from, std::size_t size) {
    return std::span(buffer.writable(), buffer.size()).subspan(from, size);
}

}  // namespace

void Stack::Impl::send_tcp(const Endpoint& local, const Endpoint& peer, const wire::TcpHeader& header,
                           const Buffer& payload, std::optional<std::uint64_t> payload_sum, Instant now,
                           Sink& out, const Manner& manner) {
    const std::size_t header_size = header.size();
    Buffer frame = Buffer::with_header(kLowerHeaders + header_size, payload);
    const Departure what{local.address.v4(), peer.address.v4(),   wire::kProtocolTcp, true,
                         manner.ttl,         manner.traffic_class};
    wire::emit_tcp_header(header, what.source, what.destination,
                          writable(frame, kLowerHeaders, header_size + payload.size()), payload_sum);
    send_ip(what, std::move(frame), now, out);
}

void Stack::Impl::send_icmp(Ipv4Address source, Ipv4Address destination, std::uint8_t type, std::uint8_t code,
                            std::uint32_t rest, std::span<const std::uint8_t> payload, Instant now,
                            Sink& out) {
    Buffer frame = Buffer::allocate(kLowerHeaders + wire::kIcmpHeader + payload.size());
    auto message = writable(frame, kLowerHeaders, wire::kIcmpHeader + payload.size());
    if (!payload.empty()) std::memcpy(message.data() + wire::kIcmpHeader, payload.data(), payload.size());
    wire::emit_icmp_header(type, code, rest, message);
    send_ip({source, destination, wire::kProtocolIcmp}, std::move(frame), now, out);
}

void Stack::Impl::send_icmp_error(const Buffer& packet, std::uint8_t type, std::uint8_t code,
                                  std::uint32_t rest, Instant now, Sink& out) {
    const auto [fault, ip] = wire::parse_ipv4(packet.span());
    if (fault != wire::Ipv4Fault::none || ip.fragment_offset != 0) return;
    if (ip.source.is_multicast() || ip.source.is_unspecified() || ip.destination.is_multicast() ||
        is_broadcast(ip.source) || is_broadcast(ip.destination) || is_local(ip.source))
        return;
    if (ip.protocol == wire::kProtocolIcmp) {  // never an error about an error
        const auto first = packet.size() > ip.size() ? packet[ip.size()] : wire::kIcmpUnreachable;
        if (first != wire::kIcmpEchoRequest && first != wire::kIcmpEchoReply) return;
    }
    if (!icmp_errors.allows(now)) return;
    const Ipv4Address source = is_local(ip.destination) ? ip.destination : source_for(ip.source);
    if (source.is_unspecified()) return;
    send_icmp(source, ip.source, type, code, rest, packet.span().first(std::min(packet.size(), kMostQuoted)),
              now, out);
}

void Stack::Impl::send_ip(const Departure& what, Buffer frame, Instant now, Sink& out) {
    vm_assert(frame.size() - wire::kEthernetHeader <= 65535);
    wire::Ipv4Header ip;
    ip.total_length = std::uint16_t(frame.size() - wire::kEthernetHeader);
    ip.identification = next_identification++;
    ip.dont_fragment = what.dont_fragment;
    ip.traffic_class = what.traffic_class;
    ip.ttl = what.ttl != 0 ? what.ttl : options.ttl;  // MUST-49
    ip.protocol = what.protocol;
    ip.source = what.source;
    ip.destination = what.destination;
    wire::emit_ipv4(ip, writable(frame, wire::kEthernetHeader, wire::kIpv4Header));

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
    const Route* const route = routes.find(what.destination);
    if (!route) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::ip_no_route, frame, now, out, options.routes_where);
    }
    send_routed(*route, what.destination, what.dont_fragment, std::move(frame), now, out);
}

void Stack::Impl::forward_ip(const wire::Ipv4Header& ip, const Arrival& from, Buffer packet, Instant now,
                             Sink& out) {
    if (ip.ttl <= 1) {
        drop_packet(DropReason::ip_ttl_expired, packet, now, out);
        return send_icmp_error(packet, wire::kIcmpTimeExceeded, wire::kTimeExceededTransit, 0, now, out);
    }
    const Route* const route = routes.find(ip.destination);
    if (!route || !from.interface) {
        drop_packet(DropReason::ip_no_route, packet, now, out, options.routes_where);
        return send_icmp_error(packet, wire::kIcmpUnreachable, wire::kUnreachableNet, 0, now, out);
    }
    const std::uint16_t mtu = route->mtu ? route->mtu : interfaces[route->interface].config.mtu;
    if (packet.size() > mtu && ip.dont_fragment) {
        drop_packet(DropReason::ip_too_big, packet, now, out, route->where);
        return send_icmp_error(packet, wire::kIcmpUnreachable, wire::kFragmentationNeeded, mtu, now, out);
    }
    const Ipv4Address destination = ip.destination;
    const bool dont_fragment = ip.dont_fragment;
    packet = Buffer::with_header(wire::kEthernetHeader, packet);
    wire::decrement_ttl(writable(packet, wire::kEthernetHeader, packet.size() - wire::kEthernetHeader));
    send_routed(*route, destination, dont_fragment, std::move(packet), now, out);
}

void Stack::Impl::send_routed(const Route& route, Ipv4Address destination, bool dont_fragment, Buffer frame,
                              Instant now, Sink& out) {
    const Interface& via = interfaces[route.interface];
    const std::uint16_t mtu = route.mtu ? route.mtu : via.config.mtu;
    const Ipv4Address hop = route.first_hop.is_unspecified() ? destination : route.first_hop;
    if (!via.config.up) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::interface_down, frame, now, out, via.config.where);
    }
    if (frame.size() - wire::kEthernetHeader <= mtu)
        return send_to_neighbour(route.interface, hop, std::move(frame), now, out);
    if (!dont_fragment) return send_fragments(route.interface, hop, mtu, frame, now, out);
    frame.remove_prefix(wire::kEthernetHeader);
    drop_packet(DropReason::ip_too_big, frame, now, out, via.config.where);
}

void Stack::Impl::send_fragments(InterfaceId interface, Ipv4Address hop, std::uint16_t mtu,
                                 const Buffer& frame, Instant now, Sink& out) {
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    const auto [fault, whole] = wire::parse_ipv4(packet);
    vm_assert(fault == wire::Ipv4Fault::none);
    const std::size_t header = whole.size();
    const auto payload = packet.subspan(header, whole.total_length - header);
    if (mtu < header + 8) return count_drop(DropReason::ip_too_big);
    const std::size_t step = (mtu - header) / 8 * 8;
    for (std::size_t at = 0; at < payload.size(); at += step) {
        const std::size_t size = std::min(step, payload.size() - at);
        wire::Ipv4Header ip = whole;
        ip.total_length = std::uint16_t(header + size);
        ip.fragment_offset = std::uint16_t(whole.fragment_offset + at);
        ip.more_fragments = whole.more_fragments || at + size < payload.size();
        Buffer fragment = Buffer::allocate(wire::kEthernetHeader + header + size);
        wire::emit_ipv4(ip, writable(fragment, wire::kEthernetHeader, header));
        std::memcpy(fragment.writable() + wire::kEthernetHeader + header, payload.data() + at, size);
        send_to_neighbour(interface, hop, std::move(fragment), now, out);
    }
}

void Stack::Impl::send_to_neighbour(InterfaceId interface, Ipv4Address hop, Buffer frame, Instant now,
                                    Sink& out) {
    if (interfaces[interface].is_broadcast(hop))
        return send_frame(interface, MacAddress::broadcast(), wire::kEtherTypeIpv4, std::move(frame), out);
    if (const MacAddress* const mac = neighbours.find({interface, hop}))
        return send_frame(interface, *mac, wire::kEtherTypeIpv4, std::move(frame), out);
    if (exhausted(options.blocks.envelopes, neighbours.waiting() + loopback.size())) {
        frame.remove_prefix(wire::kEthernetHeader);
        return drop_packet(DropReason::ip_no_envelope, frame, now, out, options.blocks.envelopes.where);
    }
    std::optional<Buffer> pushed_out;
    const bool ask = neighbours.wait_for({interface, hop}, std::move(frame), now, pushed_out);
    if (pushed_out) count_drop(DropReason::arp_no_answer);
    if (ask) send_arp(interface, true, MacAddress{}, interfaces[interface].source_for(hop), hop, out);
}

void Stack::Impl::send_frame(InterfaceId interface, const MacAddress& to, std::uint16_t type, Buffer frame,
                             Sink& out) {
    Interface& via = interfaces[interface];
    wire::emit_ethernet({to, via.config.mac, type}, writable(frame, 0, wire::kEthernetHeader));
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
                   writable(frame, wire::kEthernetHeader, wire::kArpPacket));
    send_frame(interface, is_request ? MacAddress::broadcast() : to_mac, wire::kEtherTypeArp,
               std::move(frame), out);
}

/// MUST-44: the address we speak from, by the route the packet will take. Unspecified when there is none.
Ipv4Address Stack::Impl::source_for(Ipv4Address destination) const {
    if (is_local(destination)) return destination;
    const Route* const route = routes.find(destination);
    if (!route) return {};
    return interfaces[route->interface].source_for(route->first_hop.is_unspecified() ? destination
                                                                                     : route->first_hop);
}

std::uint16_t Stack::Impl::path_mtu(Ipv4Address destination) const {
    const Route* const route = is_local(destination) ? nullptr : routes.find(destination);
    if (!route) return 1500;
    return route->mtu ? route->mtu : interfaces[route->interface].config.mtu;
}

}  // namespace vmlab::stack
