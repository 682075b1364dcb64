// The road of a packet into the stack, top to bottom:
//
//   receive_frame → receive_ip   → receive_local  → receive_transport → receive_tcp → connection | listener
//                 ↘ receive_ipv6 → receive_local6 ↗                   ↘ receive_udp → user | port unreachable
//                 ↘ receive_arp  ↘ forward                         ↘ receive_icmp, receive_icmpv6
//
//   next_of_row → receive_row: a plain segment of a connection that is known takes the quick road
//
// Each station takes its header off, and whatever does not go on has a DropReason.
#include <fmt/core.h>

#include "stack/connection_outlet.hpp"
#include "stack/stack_impl.hpp"
#include "stack/wire/arp.hpp"
#include "stack/wire/mld.hpp"
#include "stack/wire/udp.hpp"

namespace vmlab::stack {

void Stack::Impl::receive_frame(InterfaceId interface, Buffer frame, Instant now, Sink& out) {
    // An adapter is plugged in whether or not a link uses it.
    if (interface >= interfaces.size()) return drop_frame(DropReason::interface_down, frame, now, out);
    Interface& in = interfaces[interface];
    if (!in.config.up) return drop_frame(DropReason::interface_down, frame, now, out, in.config.where);
    ++in.frames_in;
    in.bytes_in += frame.size();
    const auto ethernet = wire::parse_ethernet(frame.span());
    if (!ethernet) return drop_frame(DropReason::frame_too_short, frame, now, out);
    const auto& to = ethernet->destination;
    const bool group = to.is_broadcast() || (to.bytes[0] == 0x33 && to.bytes[1] == 0x33);
    if (!group && to != in.config.mac) return count_drop(DropReason::not_for_us);

    frame.remove_prefix(wire::kEthernetHeader);
    if (ethernet->type == wire::kEtherTypeIpv4)
        return receive_ip({interface, group}, std::move(frame), now, out);
    if (ethernet->type == wire::kEtherTypeIpv6 && in.ipv6.enabled())
        return receive_ipv6({interface, group}, std::move(frame), now, out);
    if (ethernet->type == wire::kEtherTypeArp) return receive_arp(interface, frame.span(), now, out);
    count_drop(DropReason::unknown_ethertype);
}

void Stack::Impl::receive_arp(InterfaceId interface, std::span<const std::uint8_t> packet, Instant now,
                              Sink& out) {
    const auto arp = wire::parse_arp(packet);
    if (!arp || arp->sender_mac.is_group()) return count_drop(DropReason::arp_malformed);
    Interface& in = interfaces[interface];
    if (in.has(arp->sender)) {  // our own echo, or somebody who believes to have our address
        if (arp->sender_mac != in.config.mac) defend(interface, arp->sender, arp->sender_mac, now, out);
        return;
    }
    const bool for_us = in.has(arp->target);
    if (!arp->sender.is_unspecified() && !arp->sender.is_multicast() && !in.is_broadcast(arp->sender)) {
        last_path.reset();
        for (auto& waiting : neighbours.learn({interface, arp->sender}, arp->sender_mac, for_us, now))
            send_frame(interface, arp->sender_mac, wire::kEtherTypeIpv4, std::move(waiting), out);
    }
    if (arp->operation != wire::ArpOperation::request) return;
    if (for_us || answers_for(interface, arp->target))
        send_arp(interface, false, arp->sender_mac, arp->target, arp->sender, out);
}

bool Stack::Impl::answers_for(InterfaceId interface, Ipv4Address target) const {
    if (!options.proxy_arp || !options.forwarding || target.is_unspecified()) return false;
    const auto way = way_to(target);
    return way && way->interface != interface && way->hop == target && interfaces[way->interface].config.up &&
           !interfaces[way->interface].is_broadcast(target);
}

/// RFC 5227 section 2.4 (c): a server keeps its address, and says so no oftener than every ten seconds, lest
/// two such hosts shout at each other for ever.
void Stack::Impl::defend(InterfaceId interface, Ipv4Address address, const MacAddress& claimed_by,
                         Instant now, Sink& out) {
    constexpr Duration kDefendInterval = seconds{10};
    Defence& defence = defended[address];
    if (now < defence.until) return;
    defence = {interface, now + kDefendInterval};
    const Interface& in = interfaces[interface];
    out.record({RecordKind::decision,
                fmt::format("address {} is also claimed by {} on {}", address.str(), claimed_by.str(),
                            in.config.name),
                {in.config.where}});
    send_arp(interface, true, MacAddress{}, address, address, out);
    out.conflicted(interface, address, claimed_by);
}

void Stack::Impl::receive_ip(const Arrival& from, Buffer packet, Instant now, Sink& out) {
    const auto [fault, ip] = wire::parse_ipv4(packet.span());
    if (fault == wire::Ipv4Fault::malformed) return drop_packet(DropReason::ip_malformed, packet, now, out);
    if (fault == wire::Ipv4Fault::bad_checksum)
        return drop_packet(DropReason::ip_bad_checksum, packet, now, out);
    if (fault == wire::Ipv4Fault::too_long)
        return drop_attack(Attack::ping_of_death, DropReason::ip_too_long, ip.source, packet, now, out);
    packet.remove_suffix(packet.size() - ip.total_length);  // Ethernet padding

    if (from.interface) {  // MUST-63: nobody on a wire may be these
        const bool impossible = ip.source.is_multicast() || ip.source.is_unspecified() ||
                                ip.source.is_loopback() || is_broadcast(ip.source) || is_local(ip.source);
        const bool to_group =
            from.link_broadcast || ip.destination.is_multicast() || is_broadcast(ip.destination);
        if (const auto attack = attack_of(ip, packet, to_group, impossible))
            return drop_attack(*attack, impossible ? DropReason::ip_bad_source : DropReason::attack,
                               ip.source, packet, now, out);
        if (impossible) return drop_packet(DropReason::ip_bad_source, packet, now, out);
        if (ip.destination.is_loopback()) return drop_packet(DropReason::not_for_us, packet, now, out);
    }
    for (const auto& network : blocked)
        if (from.interface && network.has(ip.source))
            return drop_packet(DropReason::ip_blocked, packet, now, out, network.where);
    if (is_local(ip.destination) || is_broadcast(ip.destination))
        return receive_local(ip, from, std::move(packet), now, out);
    if (from.link_broadcast || ip.destination.is_multicast()) return count_drop(DropReason::not_for_us);
    if (!options.forwarding) return drop_packet(DropReason::ip_not_forwarding, packet, now, out);
    forward({ip.source, ip.destination, ip.ttl, !ip.dont_fragment}, from, std::move(packet), now, out);
}

void Stack::Impl::receive_local(const wire::Ipv4Header& ip, const Arrival& from, Buffer packet, Instant now,
                                Sink& out) {
    Datagram what{
        ip.source, ip.destination,   ip.protocol, from.link_broadcast || is_broadcast(ip.destination),
        ip.ttl,    ip.traffic_class, 0,           from.interface};
    if (!ip.is_fragment()) {
        // The packet is only needed again for an error that quotes it, and no error is about TCP.
        const Buffer quoted = ip.protocol == wire::kProtocolTcp ? Buffer{} : packet;
        packet.remove_prefix(ip.size());
        return receive_transport(what, std::move(packet), quoted, now, out);
    }
    auto outcome = reassembly.receive(
        {ip.source, ip.destination, ip.identification, ip.protocol, ip.fragment_offset, ip.more_fragments,
         packet.slice(ip.size(), packet.size() - ip.size()), packet, ip.traffic_class},
        now);
    if (outcome.dropped == DropReason::reassembly_overlap && from.interface)
        return drop_attack(Attack::teardrop, *outcome.dropped, ip.source, packet, now, out);
    if (outcome.dropped) return drop_packet(*outcome.dropped, packet, now, out);
    what.traffic_class = outcome.traffic_class;
    if (outcome.whole) receive_transport(what, std::move(*outcome.whole), outcome.first, now, out);
}

void Stack::Impl::receive_ipv6(const Arrival& from, Buffer packet, Instant now, Sink& out) {
    const auto parsed = wire::parse_ipv6(packet.span());
    if (parsed.fault == wire::Ipv6Fault::malformed)
        return drop_packet(DropReason::ip_malformed, packet, now, out);
    const auto& ip = parsed.header;
    packet.remove_suffix(packet.size() - wire::kIpv6Header - ip.payload_length);
    if (from.interface) {
        const bool impossible = ip.source.is_multicast() || ip.source.is_loopback() || is_local(ip.source) ||
                                (ip.source.is_unspecified() && parsed.protocol != wire::kProtocolIcmpv6);
        if (impossible) return drop_packet(DropReason::ip_bad_source, packet, now, out);
        if (ip.destination.is_loopback() || ip.destination.is_unspecified())
            return drop_packet(DropReason::not_for_us, packet, now, out);
    }
    for (const auto& network : blocked)
        if (from.interface && network.has(ip.source))
            return drop_packet(DropReason::ip_blocked, packet, now, out, network.where);
    const bool listens = ip.destination.is_multicast() && from.interface &&
                         (interfaces[*from.interface].ipv6.listens(ip.destination) ||
                          (ip.destination == wire::kAllRouters && advertising.contains(*from.interface)));
    if (listens || is_local(ip.destination)) return receive_local6(parsed, from, std::move(packet), now, out);
    if (from.link_broadcast || ip.destination.is_multicast()) return count_drop(DropReason::not_for_us);
    if (!forwards6()) return drop_packet(DropReason::ip_not_forwarding, packet, now, out);
    // Nothing of a link is carried to another.
    if (ip.source.is_link_local() || ip.destination.is_link_local() || ip.source.is_unspecified())
        return drop_packet(DropReason::not_for_us, packet, now, out);
    forward({ip.source, ip.destination, ip.hop_limit, false}, from, std::move(packet), now, out);
}

void Stack::Impl::receive_local6(const wire::ParsedIpv6& ip, const Arrival& from, Buffer packet, Instant now,
                                 Sink& out) {
    const bool to_group = ip.header.destination.is_multicast();
    if (ip.fault != wire::Ipv6Fault::none) {
        drop_packet(DropReason::ip_unknown_option, packet, now, out);
        if (ip.fault == wire::Ipv6Fault::problem && (!to_group || ip.problem_though_group))
            send_trouble(packet, ip.problem_code == 2 ? Trouble::option : Trouble::header, ip.problem_at, now,
                         out);
        return;
    }
    Datagram what{ip.header.source,    ip.header.destination,   ip.protocol, to_group,
                  ip.header.hop_limit, ip.header.traffic_class, ip.before,   from.interface};
    Buffer payload = packet.slice(ip.payload_at, packet.size() - ip.payload_at);
    const auto& part = ip.fragment;
    if (!part || (!part->more && part->offset == 0))  // RFC 6946: a fragment that is the whole
        return receive_transport(what, std::move(payload), packet, now, out);
    auto outcome =
        reassembly.receive({ip.header.source, ip.header.destination, part->identification, ip.protocol,
                            part->offset, part->more, std::move(payload), packet, ip.header.traffic_class},
                           now);
    if (outcome.dropped == DropReason::reassembly_overlap && from.interface)
        return drop_attack(Attack::teardrop, *outcome.dropped, what.source, packet, now, out);
    what.traffic_class = outcome.traffic_class;
    if (outcome.dropped) return drop_packet(*outcome.dropped, packet, now, out);
    if (outcome.whole) receive_transport(what, std::move(*outcome.whole), outcome.first, now, out);
}

void Stack::Impl::receive_transport(const Datagram& what, Buffer payload, const Buffer& packet, Instant now,
                                    Sink& out) {
    constexpr std::uint8_t kNothing = 59;
    const bool v4 = what.destination.is_v4();
    switch (what.protocol) {
        case wire::kProtocolTcp: return receive_tcp(what, std::move(payload), now, out);
        case wire::kProtocolUdp: return receive_udp(what, payload, packet, now, out);
        case wire::kProtocolIcmp:
            if (v4) return receive_icmp(what, payload, now, out);
            break;
        case wire::kProtocolIcmpv6:
            if (!v4) return receive_icmpv6(what, payload, now, out);
            break;
        case kNothing:
            if (!v4) return;
            break;
        default: break;
    }
    drop_packet(DropReason::ip_unknown_protocol, packet, now, out);
    if (!what.to_group) send_trouble(packet, Trouble::protocol, what.protocol_at, now, out);
}

// ── ICMP and UDP
// ──────────────────────────────────────────────────────────────────────────────────────────────

void Stack::Impl::receive_icmp(const Datagram& what, const Buffer& payload, Instant now, Sink& out) {
    const auto [fault, message] = wire::parse_icmp(payload.span());
    if (fault == wire::IcmpFault::malformed) return count_drop(DropReason::icmp_malformed);
    if (fault == wire::IcmpFault::bad_checksum) return count_drop(DropReason::icmp_bad_checksum);
    if (message.type == wire::kIcmpRedirect) return receive_redirect(what, message, now, out);
    if (message.is_error()) return receive_icmp_error(what.source, message, now, out);
    if (message.type == wire::kIcmpEchoRequest && !what.to_group)
        return send_icmp({what.destination, what.source, wire::kProtocolIcmp}, wire::kIcmpEchoReply, 0,
                         message.rest, message.payload, now, out);
    if (message.type != wire::kIcmpEchoReply) return;
    const auto identifier = std::uint16_t(message.rest >> 16);
    if (!expects_echo(what.source, identifier, now)) {
        count_drop(DropReason::attack);
        return report_attack(Attack::smurf_reply, {what.source, 0},
                             fmt::format("echo reply from {} that was not asked for", what.source.str()), {},
                             now, out);
    }
    out.echo_reply(identifier, std::uint16_t(message.rest), what.source, message.payload.size());
}

void Stack::Impl::receive_icmpv6(const Datagram& what, const Buffer& payload, Instant now, Sink& out) {
    const auto [fault, message] = wire::parse_icmpv6(payload.span(), what.source, what.destination);
    if (fault == wire::IcmpFault::malformed) return count_drop(DropReason::icmp_malformed);
    if (fault == wire::IcmpFault::bad_checksum) return count_drop(DropReason::icmp_bad_checksum);
    if (message.type < wire::kIcmpv6EchoRequest) {
        // The same words as of IPv4, for whoever hears of it.
        static constexpr auto kAsOfIpv4 =
            [](const wire::IcmpMessage& m) -> std::pair<std::uint8_t, std::uint8_t> {
            switch (m.type) {
                case wire::kIcmpv6TooBig: return {wire::kIcmpUnreachable, wire::kFragmentationNeeded};
                case wire::kIcmpv6TimeExceeded: return {wire::kIcmpTimeExceeded, m.code};
                case wire::kIcmpv6ParameterProblem:
                    if (m.code == wire::kUnrecognizedNextHeader)
                        return {wire::kIcmpUnreachable, wire::kUnreachableProtocol};
                    return {wire::kIcmpParameterProblem, m.code};
                default:
                    if (m.code == wire::kIcmpv6PortUnreachable)
                        return {wire::kIcmpUnreachable, wire::kUnreachablePort};
                    return {wire::kIcmpUnreachable,
                            m.code == wire::kIcmpv6NoRoute ? wire::kUnreachableNet : wire::kUnreachableHost};
            }
        };
        wire::IcmpMessage same = message;
        std::tie(same.type, same.code) = kAsOfIpv4(message);
        return receive_icmp_error(what.source, same, now, out);
    }
    const bool of_the_link = what.hop_limit == wire::kDiscoveryHopLimit && what.interface;
    switch (message.type) {
        case wire::kIcmpv6EchoRequest:
            return send_icmp({what.to_group ? source_for(what.source) : what.destination, what.source,
                              wire::kProtocolIcmpv6, false, 0, 0, what.interface},
                             wire::kIcmpv6EchoReply, 0, message.rest, message.payload, now, out);
        case wire::kIcmpv6EchoReply:
            return out.echo_reply(std::uint16_t(message.rest >> 16), std::uint16_t(message.rest), what.source,
                                  message.payload.size());
        case wire::kNeighbourSolicitation:
            if (of_the_link) return receive_solicitation(what, message, now, out);
            return count_drop(DropReason::discovery_malformed);
        case wire::kNeighbourAdvertisement:
            if (of_the_link) return receive_advertisement(what, message, now, out);
            return count_drop(DropReason::discovery_malformed);
        case wire::kRouterAdvertisement:
            if (of_the_link) return receive_router(what, message, now, out);
            return count_drop(DropReason::discovery_malformed);
        case wire::kMldQuery: return receive_group_query(what, message, now);
        case wire::kIcmpv6Redirect:
            if (of_the_link) return receive_redirect6(what, message, now, out);
            return count_drop(DropReason::discovery_malformed);
        case wire::kRouterSolicitation:
            if (of_the_link && advertising.contains(*what.interface))
                return send_router(*what.interface, now, out);
            return;
        default: return;
    }
}

/// MUST-54: the error goes to whoever sent what it quotes.
void Stack::Impl::receive_icmp_error(const IpAddress& from, const wire::IcmpMessage& message, Instant now,
                                     Sink& out) {
    const auto quoted = wire::parse_quoted(message.payload);
    if (!quoted) return count_drop(DropReason::icmp_malformed);
    if (!is_local(quoted->source)) return count_drop(DropReason::not_for_us);
    if (message.type == wire::kIcmpSourceQuench) return;  // MUST-55

    const bool too_big = message.type == wire::kIcmpUnreachable && message.code == wire::kFragmentationNeeded;
    if (too_big && quoted->destination.is_v4() && !options.path_mtu_discovery) return;  // we let routers cut
    const auto mtu = std::uint16_t(std::min<std::uint32_t>(message.rest, 65535));
    ByteReader in(quoted->payload);
    const auto first = in.u16();
    const auto second = in.u16();
    const auto third = in.u32();
    const bool echo = (quoted->protocol == wire::kProtocolIcmp && first >> 8 == wire::kIcmpEchoRequest) ||
                      (quoted->protocol == wire::kProtocolIcmpv6 && first >> 8 == wire::kIcmpv6EchoRequest);
    if (quoted->protocol == wire::kProtocolUdp || echo) {
        if (too_big) learn_path_mtu(quoted->destination, mtu, now);
        return out.icmp_error(
            {from, message.type, message.code, !echo, echo ? std::uint16_t(third >> 16) : first});
    }
    if (quoted->protocol != wire::kProtocolTcp) return;

    Connection* const connection = connections.find({quoted->source, first}, {quoted->destination, second});
    if (!connection) return count_drop(DropReason::tcp_no_connection);
    Outlet outlet(*this, *connection, now, out);
    const bool unreachable = message.type == wire::kIcmpUnreachable;
    if (too_big) {
        if (connection->receive_path_mtu(mtu, third, now, outlet))
            learn_path_mtu(quoted->destination, mtu, now);
    } else {
        const bool hard = unreachable && (message.code == wire::kUnreachableProtocol ||
                                          message.code == wire::kUnreachablePort);
        connection->receive_path_error(
            hard ? Connection::PathError::hard : Connection::PathError::soft, third,
            hard ? "ICMP from the network: the peer's port or protocol is unreachable"
                 : "ICMP from the network: the peer cannot be reached now",
            outlet);
    }
    settle(*connection);
}

/// RFC 1122 section 3.2.2.2: only from the first hop in use, and only to another neighbour.
void Stack::Impl::receive_redirect(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                                   Sink& out) {
    const auto quoted = wire::parse_quoted(message.payload);
    if (!quoted || !quoted->destination.is_v4()) return count_drop(DropReason::icmp_malformed);
    if (!is_local(quoted->source) || !what.interface) return count_drop(DropReason::not_for_us);
    const Ipv4Address hop{message.rest};
    const auto way = way_to(quoted->destination);
    const Interface& in = interfaces[*what.interface];
    const bool good = !options.ignores_redirects && way && way->interface == *what.interface &&
                      way->hop == what.source && in.network_of(hop) && !is_local(hop) &&
                      !in.is_broadcast(hop);
    if (!good) return count_drop(DropReason::redirect_refused);
    out.record({RecordKind::decision,
                fmt::format("{} is reached by {} from now on: {} says so", quoted->destination.str(),
                            hop.str(), what.source.str()),
                {way->where}});
    redirects.learn(quoted->destination.v4(), hop, *what.interface, now);
    last_path.reset();
}

void Stack::Impl::receive_udp(const Datagram& what, const Buffer& payload, const Buffer& packet, Instant now,
                              Sink& out) {
    const auto [fault, udp] = wire::parse_udp(payload.span(), what.source, what.destination);
    if (fault == wire::UdpFault::malformed) return drop_packet(DropReason::udp_malformed, packet, now, out);
    if (fault == wire::UdpFault::bad_checksum)
        return drop_packet(DropReason::udp_bad_checksum, packet, now, out);
    if (!udp_ports.contains(udp.destination_port)) {
        drop_packet(DropReason::udp_no_socket, packet, now, out);
        if (!what.to_group) send_trouble(packet, Trouble::port, 0, now, out);
        return;
    }
    if (options.udp_queue != 0 && ++udp_waiting[udp.destination_port] > options.udp_queue)
        return drop_packet(DropReason::udp_queue_full, packet, now, out, options.udp_queue_where);
    out.datagram(udp.destination_port, {what.source, udp.source_port},
                 {what.destination, udp.destination_port},
                 payload.slice(wire::kUdpHeader, udp.length - wire::kUdpHeader));
}

// ── TCP
// ───────────────────────────────────────────────────────────────────────────────────────────────────────

void Stack::Impl::receive_tcp(const Datagram& what, Buffer segment, Instant now, Sink& out) {
    if (what.to_group) return count_drop(DropReason::tcp_to_broadcast);  // MUST-57
    const auto [fault, header_size, header] =
        wire::parse_tcp(segment.span(), what.source, what.destination, known_sum(segment));
    if (fault == wire::TcpFault::malformed) return count_drop(DropReason::tcp_malformed);
    if (fault == wire::TcpFault::bad_checksum) return count_drop(DropReason::tcp_bad_checksum);  // MUST-3
    const Endpoint local{what.destination, header.destination_port};
    const Endpoint peer{what.source, header.source_port};
    if (fault == wire::TcpFault::bad_option) {  // MUST-7
        count_drop(DropReason::tcp_bad_option);
        if (drop_is_news(DropReason::tcp_bad_option, now))
            out.record({RecordKind::drop,
                        fmt::format("{}: from {} to {}", name_of(DropReason::tcp_bad_option), peer.str(),
                                    local.str()),
                        {}});
        return;
    }
    // One such is what RFC 9293 says of it (dropped; RST where nobody listens), many are an attack.
    if (header.flags == wire::TcpFlags{} && !suspicions[std::size_t(Attack::stream)].allows(now)) {
        count_drop(DropReason::attack);
        return report_attack(Attack::stream, peer, fmt::format("a segment without flags to {}", local.str()),
                             {}, now, out);
    }
    segment.remove_prefix(header_size);

    std::optional<Seq> above{};
    if (Connection* const connection = connections.find(local, peer)) {
        Listener* const heir = connection->may_be_reused_by(header) ? listener_for(local) : nullptr;
        if (!heir) {
            if (!segment.empty() && exhausted(options.blocks.data_buffers, data_buffers))
                return drop_for_blocks(DropReason::tcp_no_data_buffer, peer, local,
                                       options.blocks.data_buffers, now, out);
            Segment first{header, std::move(segment), what.traffic_class};
            return receive_row(*connection, first, what.interface, now, out);
        }
        // MAY-2: the new connection's numbers begin above all that the old one used.
        above = connection->sender().nxt() + 64 * 1024;
        remove(*connection);
    }
    if (Listener* const listener = listener_for(local)) {
        const Seq initial = secret.initial_sequence(local, peer, now);
        return receive_for_listener(*listener, header, local, peer, std::move(segment),
                                    above ? later(initial, *above) : initial, now, out);
    }
    receive_unwanted(header, local, peer, segment.size(), now, out);
}

void Stack::Impl::receive_row(Connection& connection, Segment& first, std::optional<InterfaceId> interface,
                              Instant now, Sink& out) {
    Outlet outlet(*this, connection, now, out);
    const auto take = [&](Segment& segment, bool more) {
        connection.note_traffic_class(segment.traffic_class);
        connection.receive(segment.header, std::move(segment.payload), more, now, outlet);
    };
    if (following.empty()) {
        take(first, false);
    } else {
        Connection* same = &connection;
        Segment second;
        Segment *here = &first, *next = &second;
        for (bool more = true; more && connection.state() != TcpState::closed && !outlet.unwanted;
             std::swap(here, next)) {
            more = next_of_row(same, interface, *next);
            take(*here, more && !next->payload.empty());
        }
    }
    if (outlet.unwanted) connection.abort(false, now, outlet);
    settle(connection);
}

bool Stack::Impl::next_of_row(Connection*& connection, std::optional<InterfaceId> interface,
                              Segment& segment) {
    // Where data buffers are few, each segment is asked whether there is room for it.
    if (following.empty() || !interface || *options.blocks.data_buffers != 0 || !blocked.empty() ||
        !all_local)
        return false;
    if (*interface >= interfaces.size()) return false;
    Interface& in = interfaces[*interface];
    const Buffer& frame = following.front();
    const auto plain = wire::read_plain_segment(frame.span(), in.config.mac);
    if (plain.size == 0 || !in.config.up) return false;
    const Endpoint local{plain.destination, plain.destination_port}, peer{plain.source, plain.source_port};
    if (!connection) connection = connections.find(local, peer);
    else if (connection->local() != local || connection->peer() != peer) return false;
    if (!connection || connection->state() == TcpState::time_wait) return false;
    std::size_t header_size = 0;
    const auto bytes = frame.span().subspan(kLowerHeaders, plain.size);
    if (wire::read_tcp(bytes, wire::sum_pair(plain.source, plain.destination), segment.header, header_size,
                       known_sum(frame)) != wire::TcpFault::none ||
        !segment.header.flags.ack)
        return false;
    ++in.frames_in;
    in.bytes_in += frame.size();
    segment.payload = std::move(following.front());
    segment.traffic_class = plain.traffic_class;
    segment.payload.remove_suffix(segment.payload.size() - kLowerHeaders - plain.size);
    segment.payload.remove_prefix(kLowerHeaders + header_size);
    following = following.subspan(1);
    if (!following.empty()) __builtin_prefetch(following.front().data());
    return true;
}

/// LISTEN (RFC 9293 section 3.10.7.2).
void Stack::Impl::receive_for_listener(Listener& listener, const wire::TcpHeader& header,
                                       const Endpoint& local, const Endpoint& peer, Buffer payload,
                                       Seq initial, Instant now, Sink& out) {
    if (header.flags.rst) return count_drop(DropReason::tcp_no_connection);
    if (header.flags.ack || !header.flags.syn) {
        if (header.flags.ack && !header.flags.syn && now < cookies_until &&
            accept_cookie(listener, header, local, peer, payload, now, out))
            return;
        return receive_unwanted(header, local, peer, payload.size(), now, out);
    }
    if (listener.half_open >= listener.options.backlog) {
        count_drop(DropReason::tcp_backlog_full);
        if (drop_is_news(DropReason::tcp_backlog_full, now))
            out.record({RecordKind::drop,
                        fmt::format("{}: SYN from {} to port {}, {} half-open; answered with a cookie",
                                    name_of(DropReason::tcp_backlog_full), peer.str(), listener.port,
                                    listener.half_open),
                        {listener.options.where, listener.options.backlog_where}});
        return send_cookie(listener, header, local, peer, now, out);
    }
    if (exhausted(options.blocks.connections, connections.size() + listeners.size()))
        return drop_for_blocks(DropReason::tcp_no_block, peer, local, options.blocks.connections, now, out);
    if (!peer_may_connect(peer, now, out)) return send_refusal(header, local, peer, payload.size(), now, out);
    if (wants_cookies()) {  // should chance drop it, its ACK can still make it
        initial = cookie_for(header, local, peer, now);
        cookies_until = now + kCookieAge;
    }
    ++listener.half_open;
    Connection& connection =
        add_connection(local, peer, initial, listener.id, listener.options.connection, listener.options.room);
    Outlet outlet(*this, connection, now, out);
    if (listener.options.fast_open != 0 && header.options.fast_open)
        open_passive_fast(listener, connection, header, std::move(payload), now, outlet);
    else connection.open_passive(header, now, outlet);  // data on a SYN is not kept: it will come again
    settle(connection);
    if (!connection.was_established()) count_pending(connection, now, out);
}

/// CLOSED (RFC 9293 section 3.10.7.1): nobody wanted it, and the sender hears so.
void Stack::Impl::receive_unwanted(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                                   std::size_t payload, Instant now, Sink& out) {
    count_drop(DropReason::tcp_no_connection);
    if (header.flags.rst) return;
    if (!header.flags.syn && !stray_acks.allows(now))  // our answers would be a flood as well
        return report_attack(Attack::r4p3d, peer,
                             fmt::format("more than {} ACKs a second without a connection", kFewStrayAcks),
                             {}, now, out);
    if (drop_is_news(DropReason::tcp_no_connection, now)) {
        if (header.flags.syn && !header.flags.ack)
            out.record({RecordKind::refusal,
                        fmt::format("connection from {} to {} refused: nothing listens on port {}",
                                    peer.str(), local.str(), local.port),
                        {},
                        {},
                        {about_port(local.port), "port list"}});
        else
            out.record({RecordKind::drop,
                        fmt::format("{}: from {} to {}", name_of(DropReason::tcp_no_connection), peer.str(),
                                    local.str()),
                        {}});
    }
    send_refusal(header, local, peer, payload, now, out);
}

/// RST to a segment that no connection takes.
void Stack::Impl::send_refusal(const wire::TcpHeader& header, const Endpoint& local, const Endpoint& peer,
                               std::size_t payload, Instant now, Sink& out) {
    wire::TcpHeader reset;
    reset.source_port = local.port;
    reset.destination_port = peer.port;
    reset.flags.rst = true;
    if (header.flags.ack) {
        reset.sequence = header.acknowledgment;
    } else {
        reset.flags.ack = true;
        reset.acknowledgment = header.sequence + std::uint32_t(payload) + (header.flags.syn ? 1u : 0u) +
                               (header.flags.fin ? 1u : 0u);
    }
    send_tcp(local, peer, reset, {}, now, out, {});
}

}  // namespace vmlab::stack
