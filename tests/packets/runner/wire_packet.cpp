#include "tests/packets/runner/wire_packet.hpp"

#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/icmpv6.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "stack/wire/udp.hpp"
#include "tests/packets/runner/icmp_words.hpp"

namespace vmlab::packets {

namespace wire = stack::wire;
using Kind = Option::Kind;

namespace {

constexpr std::uint8_t kFastOpen = 34, kExperiment = 254, kMd5 = 19;

void put32(std::vector<std::uint8_t>& out, std::uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(std::uint8_t(v >> shift));
}
void put16(std::vector<std::uint8_t>& out, std::uint32_t v) {
    out.push_back(std::uint8_t(v >> 8));
    out.push_back(std::uint8_t(v));
}
void put(std::vector<std::uint8_t>& out, std::initializer_list<std::size_t> bytes) {
    for (const auto b : bytes) out.push_back(std::uint8_t(b));
}

std::uint32_t echo_on_wire(std::uint32_t echo, const Flow& flow) {
    return flow.stamped && echo != 0 ? echo + flow.stamp_offset : echo;
}

void put_option(std::vector<std::uint8_t>& out, const Option& o, const Flow& flow) {
    switch (o.kind) {
        case Kind::eol: return put(out, {0});
        case Kind::nop: return put(out, {1});
        case Kind::mss: put(out, {2, 4}); return put16(out, o.first.value_or(0));
        case Kind::wscale: return put(out, {3, 3, o.first.value_or(0)});
        case Kind::sack_ok: return put(out, {4, 2});
        case Kind::sack:
            put(out, {5, 2 + 8 * o.sack.size()});
            for (const auto& [left, right] : o.sack) {
                put32(out, left + flow.offset);
                put32(out, right + flow.offset);
            }
            return;
        case Kind::timestamps:
            put(out, {8, 10});
            put32(out, o.first.value_or(0));
            return put32(out, echo_on_wire(o.second.value_or(0), flow));
        case Kind::fast_open:
            if (o.first == 1u) put(out, {kExperiment, 4 + o.bytes.size(), 0xf9, 0x89});
            else put(out, {kFastOpen, 2 + o.bytes.size()});
            break;
        case Kind::md5: put(out, {kMd5, 2 + o.bytes.size()}); break;
        case Kind::raw: break;
    }
    out.insert(out.end(), o.bytes.begin(), o.bytes.end());
}

std::uint8_t flag_byte(const TcpFlagsSpec& f) {
    return std::uint8_t(f.fin | f.syn << 1 | f.rst << 2 | f.psh << 3 | f.ack << 4 | f.urg << 5 | f.ece << 6 |
                        f.cwr << 7);
}

void put_checksum(std::vector<std::uint8_t>& segment, std::size_t at, const IpAddress& from,
                  const IpAddress& to, std::uint8_t protocol, bool bad) {
    auto sum =
        wire::fold_checksum(wire::sum_pseudo_header(from, to, protocol, std::uint32_t(segment.size())) +
                            wire::sum_words(segment));
    if (bad) sum ^= 0x0400;
    segment[at] = std::uint8_t(sum >> 8);
    segment[at + 1] = std::uint8_t(sum);
}

/// The header and payload of a segment of the peer's.
std::vector<std::uint8_t> segment_of(const TcpSpec& tcp, Flow& flow, const Ports& ports) {
    if (tcp.flags.syn && !tcp.flags.rst) {
        if (!flow.peer_known) flow.peer_base = tcp.sequence;
        flow.peer_known = true;
        flow.peer_initial = tcp.sequence;
    }
    std::vector<std::uint8_t> options;
    const bool opens = tcp.flags.syn && !tcp.flags.ack && flow.cookies;
    for (Option option : *tcp.options) {
        if (opens && option.kind == Kind::fast_open)
            option.bytes = flow.cookies->on_wire(option.bytes, flow.peer, flow.host);
        put_option(options, option, flow);
    }
    while (options.size() % 4 != 0) options.push_back(0);
    std::vector<std::uint8_t> out;
    put16(out, ports.source);
    put16(out, ports.destination);
    const std::uint32_t sequence = tcp.sequence + (tcp.flags.syn ? 0 : flow.peer_base);
    put32(out, sequence);
    put32(out, tcp.acknowledgment ? *tcp.acknowledgment + flow.offset : 0);
    put(out, {(20 + options.size()) / 4 << 4 | (tcp.flags.ae ? 1u : 0u), flag_byte(tcp.flags)});
    put16(out, tcp.window.value_or(0));
    put16(out, 0);
    put16(out, tcp.urgent.value_or(0));
    out.insert(out.end(), options.begin(), options.end());
    const std::uint32_t first = sequence - flow.peer_initial - (tcp.flags.syn ? 0u : 1u);
    for (std::uint32_t i = 0; i < tcp.size; ++i) out.push_back(std::uint8_t(pattern_at(first + i)));
    return out;
}

/// What IP says of a packet, in either family.
struct Ip {
    IpAddress source{}, destination{};
    std::uint8_t traffic_class = 0, ttl = 64, protocol = 0;
    std::uint32_t flow_label = 0;
    std::vector<std::uint8_t> options{};  // of IPv4
    std::size_t said_size = 0;            // of the content, if it is not all there
};

/// A header, and the content behind it.
Buffer packet_of(const Ip& ip, const std::vector<std::uint8_t>& content) {
    const std::size_t size = ip.said_size != 0 ? ip.said_size : content.size();
    const std::size_t headers =
        wire::kEthernetHeader +
        (ip.source.is_v4() ? wire::kIpv4Header + ip.options.size() : wire::kIpv6Header);
    if (headers + size > 65535) throw NotOurs("a packet of more than 65535 bytes");
    Buffer frame = Buffer::allocate(headers + content.size());
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    if (ip.source.is_v4()) {
        wire::Ipv4Header h;
        h.ttl = ip.ttl;
        h.traffic_class = ip.traffic_class;
        h.protocol = ip.protocol;
        h.source = ip.source.v4();
        h.destination = ip.destination.v4();
        h.options = ip.options;
        h.total_length = std::uint16_t(h.size() + size);
        wire::emit_ipv4(h, room.subspan(wire::kEthernetHeader));
    } else {
        wire::Ipv6Header h;
        h.traffic_class = ip.traffic_class;
        h.flow_label = ip.flow_label;
        h.payload_length = std::uint16_t(size);
        h.next_header = ip.protocol;
        h.hop_limit = ip.ttl;
        h.source = ip.source;
        h.destination = ip.destination;
        wire::emit_ipv6(h, room.subspan(wire::kEthernetHeader));
    }
    if (!content.empty()) std::memcpy(frame.writable() + headers, content.data(), content.size());
    wire::emit_ethernet({kHostMac, kPeerMac, ip.source.is_v4() ? wire::kEtherTypeIpv4 : wire::kEtherTypeIpv6},
                        room);
    return frame;
}

std::vector<std::uint8_t> icmp_of(const IcmpSpec& icmp, const Flow& flow, const Ip& carrier) {
    const IcmpWord word = icmp_word(icmp, carrier.source.is_v4());
    std::vector<std::uint8_t> out(wire::kIcmpHeader);
    const bool raw = icmp.quoted == IcmpSpec::Quoted::raw;  // its size is the whole message's
    if (raw || !word.is_error()) {
        for (std::uint32_t i = raw ? wire::kIcmpHeader : 0; i < icmp.size; ++i)
            out.push_back(std::uint8_t(pattern_at(i)));
    } else {
        const bool tcp = icmp.quoted != IcmpSpec::Quoted::udp;  // unless said otherwise our SYN
        std::vector<std::uint8_t> quoted;
        put16(quoted, flow.host_port);
        put16(quoted, flow.peer_port);
        if (tcp) put32(quoted, icmp.sequence + flow.offset);
        else put16(quoted, 8 + icmp.size), put16(quoted, 0);
        const Ip ip{flow.host,
                    flow.peer,
                    0,
                    60,
                    tcp ? wire::kProtocolTcp : wire::kProtocolUdp,
                    0,
                    {},
                    20 + std::size_t(icmp.size)};
        const Buffer packet = packet_of(ip, quoted);
        out.insert(out.end(), packet.data() + wire::kEthernetHeader, packet.data() + packet.size());
    }
    const std::uint32_t rest = icmp.mtu.value_or(0) | icmp.id.value_or(0) << 16;
    if (carrier.source.is_v4()) wire::emit_icmp_header(word.type_number, word.code_number, rest, out);
    else
        wire::emit_icmpv6_header(word.type_number, word.code_number, rest, carrier.source,
                                 carrier.destination, out);
    return out;
}

}  // namespace

Buffer frame_of(const PacketSpec& packet, Flow& flow) {
    Ip ip;
    const auto ecn = packet.ecn == PacketSpec::Ecn::ect0   ? 2
                     : packet.ecn == PacketSpec::Ecn::ect1 ? 1
                     : packet.ecn == PacketSpec::Ecn::ce   ? 3
                                                           : 0;
    ip.ttl = packet.ttl.value_or(64);
    ip.traffic_class = packet.tos.value_or(std::uint8_t(ecn));
    ip.flow_label = packet.flow_label.value_or(0);
    ip.source = packet.from.value_or(flow.peer);
    ip.destination = packet.to.value_or(flow.host);
    ip.options = packet.ip_options;
    const bool v4 = ip.source.is_v4();
    if (v4 != ip.destination.is_v4()) throw NotOurs("addresses of the other family than the run's");
    if (!v4 && !ip.options.empty()) throw NotOurs("options of IPv4 in IPv6");
    const Ports ports = packet.ports.value_or(Ports{flow.peer_port, flow.host_port});
    std::vector<std::uint8_t> content;
    if (const auto* tcp = std::get_if<TcpSpec>(&packet.content)) {
        ip.protocol = wire::kProtocolTcp;
        content = segment_of(*tcp, flow, ports);
        put_checksum(content, 16, ip.source, ip.destination, ip.protocol, packet.bad_checksum);
    } else if (const auto* udp = std::get_if<UdpSpec>(&packet.content)) {
        ip.protocol = wire::kProtocolUdp;
        content.resize(wire::kUdpHeader);
        for (std::uint32_t i = 0; i < udp->size; ++i) content.push_back(std::uint8_t(pattern_at(i)));
        wire::emit_udp_header(ports.source, ports.destination, ip.source, ip.destination, content);
    } else {
        ip.protocol = v4 ? wire::kProtocolIcmp : wire::kProtocolIcmpv6;
        content = icmp_of(std::get<IcmpSpec>(packet.content), flow, ip);
    }
    return packet_of(ip, content);
}

Buffer advertisement_of(const IpAddress& target, const IpAddress& to) {
    const auto body =
        wire::make_neighbour(wire::kNeighbourAdvertisement, {target, kPeerMac, false, true, true});
    std::vector<std::uint8_t> content(wire::kIcmpHeader);
    content.insert(content.end(), body.bytes.begin(), body.bytes.end());
    wire::emit_icmpv6_header(wire::kNeighbourAdvertisement, 0, body.flags, target, to, content);
    return packet_of({target, to, 0, wire::kDiscoveryHopLimit, wire::kProtocolIcmpv6}, content);
}

// ── what left
// ─────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

void read_options(std::span<const std::uint8_t> bytes, Live& live) {
    ByteReader in(bytes);
    while (!in.rest().empty()) {
        const auto kind = in.u8();
        if (kind == 0) {
            for (const auto b : in.rest())  // MUST-69
                if (b != 0) live.fault = "bytes that are not zero behind the end of the options";
            return;
        }
        Option option{Kind::nop};
        if (kind == 1) {
            live.tcp.options->push_back(option);
            continue;
        }
        const auto length = in.u8();  // MUST-68
        const auto body = in.bytes(length < 2 ? 0xffff : length - 2u);
        if (in.failed()) {
            live.fault = "an option whose length is wrong";
            return;
        }
        ByteReader field(body);
        option.bytes.assign(body.begin(), body.end());
        if (kind == 2) option = {Kind::mss, field.u16()};
        else if (kind == 3) option = {Kind::wscale, field.u8()};
        else if (kind == 4) option = {Kind::sack_ok};
        else if (kind == 8) {
            option = {Kind::timestamps, field.u32()};
            option.second = field.u32();
        } else if (kind == 5) {
            option = {Kind::sack};
            while (!field.rest().empty() && !field.failed()) {
                const auto left = field.u32();
                option.sack.emplace_back(left, field.u32());
            }
        } else if (kind == kFastOpen) {
            option.kind = Kind::fast_open;
            option.first = 0;
        } else {
            option.kind = Kind::raw;
            option.first = kind;
        }
        live.tcp.options->push_back(std::move(option));
    }
}

void read_tcp(std::span<const std::uint8_t> segment, Live& live) {
    const auto [fault, header_size, h] = wire::parse_tcp(segment, live.source, live.destination);
    if (fault != wire::TcpFault::none) {
        live.fault =
            fault == wire::TcpFault::bad_checksum ? "its TCP checksum is wrong" : "its header is wrong";
        return;
    }
    live.kind = Live::Kind::tcp;
    live.ports = {h.source_port, h.destination_port};
    const auto& f = h.flags;
    live.tcp.flags = {f.fin, f.syn, f.rst, f.psh, f.ack, f.urg, f.ece, f.cwr, (segment[12] & 1) != 0};
    live.tcp.sequence = h.sequence;
    live.tcp.acknowledgment = h.acknowledgment;
    live.tcp.window = h.window;
    live.tcp.urgent = h.urgent;
    const auto payload = segment.subspan(header_size);
    live.payload.assign(payload.begin(), payload.end());
    live.tcp.size = std::uint32_t(payload.size());
    read_options(segment.subspan(wire::kTcpHeader, header_size - wire::kTcpHeader), live);
}

}  // namespace

Live take_apart(const Buffer& frame, Instant at) {
    Live live;
    live.at = at;
    auto content = frame.span().subspan(wire::kEthernetHeader);
    std::uint8_t protocol = 0;
    if (wire::parse_ethernet(frame.span())->type == wire::kEtherTypeIpv4) {
        const auto [fault, ip] = wire::parse_ipv4(content);
        if (fault != wire::Ipv4Fault::none) {
            live.fault = "its IPv4 header is wrong";
            return live;
        }
        live.source = ip.source;
        live.destination = ip.destination;
        live.traffic_class = ip.traffic_class;
        live.ttl = ip.ttl;
        protocol = ip.protocol;
        content = content.subspan(ip.size(), ip.total_length - ip.size());
    } else {
        const auto ip = wire::parse_ipv6(content);
        if (ip.fault != wire::Ipv6Fault::none) {
            live.fault = "its IPv6 header is wrong";
            return live;
        }
        live.source = ip.header.source;
        live.destination = ip.header.destination;
        live.traffic_class = ip.header.traffic_class;
        live.ttl = ip.header.hop_limit;
        live.flow_label = ip.header.flow_label;
        protocol = ip.protocol;
        content = content.subspan(ip.payload_at);
    }
    const bool v4 = live.source.is_v4();
    if (protocol == wire::kProtocolTcp) {
        read_tcp(content, live);
    } else if (protocol == wire::kProtocolUdp) {
        const auto udp = wire::parse_udp(content, live.source, live.destination);
        if (udp.fault != wire::UdpFault::none) live.fault = "its UDP header is wrong";
        live.kind = Live::Kind::udp;
        live.ports = {udp.header.source_port, udp.header.destination_port};
        if (content.size() >= wire::kUdpHeader)
            live.payload.assign(content.begin() + wire::kUdpHeader, content.end());
    } else if (protocol == (v4 ? wire::kProtocolIcmp : wire::kProtocolIcmpv6)) {
        const auto icmp =
            v4 ? wire::parse_icmp(content) : wire::parse_icmpv6(content, live.source, live.destination);
        if (icmp.fault != wire::IcmpFault::none) live.fault = "its ICMP header is wrong";
        live.kind = Live::Kind::icmp;
        live.icmp_type = icmp.message.type;
        live.icmp_code = icmp.message.code;
        live.icmp_rest = icmp.message.rest;
        live.payload.assign(icmp.message.payload.begin(), icmp.message.payload.end());
    }
    return live;
}

}  // namespace vmlab::packets
