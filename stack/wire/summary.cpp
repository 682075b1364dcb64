#include "stack/wire/summary.hpp"

#include <fmt/core.h>

#include "stack/wire/arp.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/icmpv6.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "stack/wire/udp.hpp"

namespace vmlab::stack::wire {
namespace {

std::string letters_of(const TcpFlags& f) {
    std::string s;
    if (f.syn) s += 'S';
    if (f.fin) s += 'F';
    if (f.rst) s += 'R';
    if (f.psh) s += 'P';
    if (f.ack) s += 'A';
    if (f.urg) s += 'U';
    if (f.ece) s += 'E';
    if (f.cwr) s += 'C';
    return s;
}

template <typename Header>
std::string summary_of_tcp(const Header& ip, std::span<const std::uint8_t> segment) {
    const auto [fault, header_size, h] = parse_tcp(segment, ip.source, ip.destination);
    if (fault == TcpFault::bad_checksum)
        return fmt::format("{} > {} TCP with a bad checksum", ip.source.str(), ip.destination.str());
    if (fault == TcpFault::malformed)
        return fmt::format("{} > {} TCP malformed", ip.source.str(), ip.destination.str());
    return fmt::format("{}..{} > {}..{} [{}] seq {} ack {} win {} len {}{}", ip.source.str(), h.source_port,
                       ip.destination.str(), h.destination_port, letters_of(h.flags), h.sequence,
                       h.acknowledgment, h.window, segment.size() - header_size,
                       fault == TcpFault::bad_option ? " with a bad option" : "");
}

template <typename Header>
std::string summary_of_udp(const Header& ip, std::span<const std::uint8_t> bytes) {
    const auto [fault, h] = parse_udp(bytes, ip.source, ip.destination);
    if (fault != UdpFault::none)
        return fmt::format("{} > {} UDP {}", ip.source.str(), ip.destination.str(),
                           fault == UdpFault::malformed ? "malformed" : "with a bad checksum");
    return fmt::format("{}..{} > {}..{} UDP len {}", ip.source.str(), h.source_port, ip.destination.str(),
                       h.destination_port, h.length - kUdpHeader);
}

std::string summary_of_icmp(const Ipv4Header& ip, std::span<const std::uint8_t> bytes) {
    const auto [fault, m] = parse_icmp(bytes);
    if (fault != IcmpFault::none)
        return fmt::format("{} > {} ICMP {}", ip.source.str(), ip.destination.str(),
                           fault == IcmpFault::malformed ? "malformed" : "with a bad checksum");
    if (m.type == kIcmpEchoRequest || m.type == kIcmpEchoReply)
        return fmt::format("{} > {} ICMP echo {} id {} seq {} len {}", ip.source.str(), ip.destination.str(),
                           m.type == kIcmpEchoRequest ? "request" : "reply", m.rest >> 16, m.rest & 0xffff,
                           m.payload.size());
    return fmt::format("{} > {} ICMP type {} code {}", ip.source.str(), ip.destination.str(), m.type, m.code);
}

std::string summary_of_icmpv6(const Ipv6Header& ip, std::span<const std::uint8_t> bytes) {
    const auto parsed = parse_icmpv6(bytes, ip.source, ip.destination);
    const auto fault = parsed.fault;
    const IcmpMessage& m = parsed.message;
    if (fault != IcmpFault::none)
        return fault == IcmpFault::malformed ? " ICMPv6 malformed" : " ICMPv6 with a bad checksum";
    const auto target = [&] {
        const auto n = parse_neighbour(m);
        return n ? n->target.str() : "a malformed target";
    };
    switch (m.type) {
        case kIcmpv6EchoRequest:
        case kIcmpv6EchoReply:
            return fmt::format(" ICMPv6 echo {} id {} seq {} len {}",
                               m.type == kIcmpv6EchoRequest ? "request" : "reply", m.rest >> 16,
                               m.rest & 0xffff, m.payload.size());
        case kNeighbourSolicitation: return " ICMPv6 who has " + target();
        case kNeighbourAdvertisement: return " ICMPv6 here is " + target();
        case kRouterSolicitation: return " ICMPv6 who routes";
        case kRouterAdvertisement: return " ICMPv6 router advertisement";
        default: return fmt::format(" ICMPv6 type {} code {}", m.type, m.code);
    }
}

}  // namespace

std::string summary_of_ipv4(std::span<const std::uint8_t> packet) {
    const auto [fault, ip] = parse_ipv4(packet);
    if (fault == Ipv4Fault::malformed) return fmt::format("IPv4 malformed, {} bytes", packet.size());
    if (fault == Ipv4Fault::bad_checksum)
        return fmt::format("IPv4 with a bad header checksum, {} bytes", packet.size());
    const auto payload = packet.subspan(ip.size(), ip.total_length - ip.size());
    if (ip.is_fragment())
        return fmt::format("{} > {} fragment of {} at {} len {} protocol {}", ip.source.str(),
                           ip.destination.str(), ip.identification, ip.fragment_offset, payload.size(),
                           ip.protocol);
    switch (ip.protocol) {
        case kProtocolTcp: return summary_of_tcp(ip, payload);
        case kProtocolUdp: return summary_of_udp(ip, payload);
        case kProtocolIcmp: return summary_of_icmp(ip, payload);
        default:
            return fmt::format("{} > {} IP protocol {} len {}", ip.source.str(), ip.destination.str(),
                               ip.protocol, payload.size());
    }
}

std::string summary_of_ipv6(std::span<const std::uint8_t> packet) {
    const auto parsed = parse_ipv6(packet);
    const auto& ip = parsed.header;
    if (parsed.fault == Ipv6Fault::malformed) return fmt::format("IPv6 malformed, {} bytes", packet.size());
    const auto pair = ip.source.str() + " > " + ip.destination.str();
    if (parsed.fault != Ipv6Fault::none) return pair + " IPv6 with an option that nobody knows";
    const auto payload =
        packet.subspan(parsed.payload_at, kIpv6Header + ip.payload_length - parsed.payload_at);
    if (const auto& part = parsed.fragment; part && (part->more || part->offset != 0))
        return fmt::format("{} fragment of {} at {} len {} protocol {}", pair, part->identification,
                           part->offset, payload.size(), parsed.protocol);
    switch (parsed.protocol) {
        case kProtocolTcp: return summary_of_tcp(ip, payload);
        case kProtocolUdp: return summary_of_udp(ip, payload);
        case kProtocolIcmpv6: return pair + summary_of_icmpv6(ip, payload);
        default: return fmt::format("{} IP protocol {} len {}", pair, parsed.protocol, payload.size());
    }
}

std::string summary_of_ip(std::span<const std::uint8_t> packet) {
    return !packet.empty() && packet[0] >> 4 == 6 ? summary_of_ipv6(packet) : summary_of_ipv4(packet);
}

std::string summary_of_frame(std::span<const std::uint8_t> frame) {
    const auto ethernet = parse_ethernet(frame);
    if (!ethernet) return fmt::format("runt frame of {} bytes", frame.size());
    const auto rest = frame.subspan(kEthernetHeader);
    if (ethernet->type == kEtherTypeIpv4) return summary_of_ipv4(rest);
    if (ethernet->type == kEtherTypeIpv6) return summary_of_ipv6(rest);
    if (ethernet->type != kEtherTypeArp)
        return fmt::format("{} > {} ethertype {:04X} len {}", ethernet->source.str(),
                           ethernet->destination.str(), ethernet->type, rest.size());
    const auto arp = parse_arp(rest);
    if (!arp) return "ARP malformed";
    if (arp->operation == ArpOperation::reply)
        return fmt::format("ARP {} is at {}", arp->sender.str(), arp->sender_mac.str());
    return fmt::format("ARP who has {}, tell {}", arp->target.str(), arp->sender.str());
}

}  // namespace vmlab::stack::wire
