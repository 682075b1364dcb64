#include "tests/packets/runner/wire_packet.hpp"

#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "stack/wire/udp.hpp"

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

void put_checksum(std::vector<std::uint8_t>& segment, std::size_t at, Ipv4Address from, Ipv4Address to,
                  std::uint8_t protocol, bool bad) {
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
        flow.peer_known = true;
        flow.peer_initial = tcp.sequence;
    }
    std::vector<std::uint8_t> options;
    for (const auto& option : *tcp.options) put_option(options, option, flow);
    while (options.size() % 4 != 0) options.push_back(0);
    std::vector<std::uint8_t> out;
    put16(out, ports.source);
    put16(out, ports.destination);
    put32(out, tcp.sequence);
    put32(out, tcp.acknowledgment ? *tcp.acknowledgment + flow.offset : 0);
    put(out, {(20 + options.size()) / 4 << 4 | (tcp.flags.ae ? 1u : 0u), flag_byte(tcp.flags)});
    put16(out, tcp.window.value_or(0));
    put16(out, 0);
    put16(out, tcp.urgent.value_or(0));
    out.insert(out.end(), options.begin(), options.end());
    const std::uint32_t first = tcp.sequence - flow.peer_initial - (tcp.flags.syn ? 0u : 1u);
    for (std::uint32_t i = 0; i < tcp.size; ++i) out.push_back(std::uint8_t(pattern_at(first + i)));
    return out;
}

struct IcmpWord {
    const char* type;
    const char* code;
    std::uint8_t type_number, code_number;
};
constexpr IcmpWord kIcmpWords[] = {
    {"echo_reply", "", 0, 0},
    {"unreachable", "net_unreachable", 3, 0},
    {"unreachable", "host_unreachable", 3, 1},
    {"unreachable", "protocol_unreachable", 3, 2},
    {"unreachable", "port_unreachable", 3, 3},
    {"unreachable", "net", 3, 0},
    {"unreachable", "host", 3, 1},
    {"unreachable", "protocol", 3, 2},
    {"unreachable", "port", 3, 3},
    {"unreachable", "frag_needed", 3, 4},
    {"unreachable", "source_route_failed", 3, 5},
    {"unreachable", "net_unknown", 3, 6},
    {"unreachable", "host_unknown", 3, 7},
    {"unreachable", "source_host_isolated", 3, 8},
    {"unreachable", "net_prohibited", 3, 9},
    {"unreachable", "host_prohibited", 3, 10},
    {"unreachable", "net_unreachable_for_tos", 3, 11},
    {"unreachable", "host_unreachable_for_tos", 3, 12},
    {"unreachable", "packet_filtered", 3, 13},
    {"unreachable", "communication_prohibited", 3, 13},
    {"unreachable", "host_precedence_violation", 3, 14},
    {"unreachable", "precedence_cutoff", 3, 15},
    {"source_quench", "", 4, 0},
    {"redirect", "redirect_for_network", 5, 0},
    {"redirect", "redirect_for_host", 5, 1},
    {"echo_request", "", 8, 0},
    {"time_exceeded", "ttl_exceeded", 11, 0},
    {"time_exceeded", "reassembly", 11, 1},
    {"time_exceeded", "exc_ttl", 11, 0},
    {"time_exceeded", "exc_fragtime", 11, 1},
    {"parameter_problem", "pointer", 12, 0},
    {"parameter_problem", "", 12, 0},
    {"unreachable", "precedence_violation", 3, 14},
    {"timestamp_request", "", 13, 0},
    {"timestamp_reply", "", 14, 0},
    {"information_request", "", 15, 0},
    {"information_reply", "", 16, 0},
    {"address_mask_request", "", 17, 0},
    {"address_mask_reply", "", 18, 0},
};

/// type_3, code_255
std::optional<std::uint8_t> numbered(const std::string& word, std::string_view prefix) {
    if (!word.starts_with(prefix) || word.size() == prefix.size()) return std::nullopt;
    unsigned value = 0;
    for (const char c : word.substr(prefix.size())) {
        if (c < '0' || c > '9' || value > 25) return std::nullopt;
        value = value * 10 + unsigned(c - '0');
    }
    return std::uint8_t(value);
}

IcmpWord icmp_word(const IcmpSpec& icmp) {
    const auto code = numbered(icmp.code, "code_");
    if (const auto type = numbered(icmp.type, "type_")) return {"", "", *type, code.value_or(0)};
    for (const auto& word : kIcmpWords) {
        if (icmp.type != word.type) continue;
        if (code) return {word.type, "", word.type_number, *code};
        if (icmp.code.empty() || icmp.code == word.code) return word;
    }
    throw NotOurs("ICMP '" + icmp.type + " " + icmp.code + "'");
}

bool is_error(const IcmpWord& word) {
    return word.type_number == wire::kIcmpUnreachable || word.type_number == wire::kIcmpSourceQuench ||
           word.type_number == wire::kIcmpRedirect || word.type_number == wire::kIcmpTimeExceeded ||
           word.type_number == wire::kIcmpParameterProblem;
}

/// An IPv4 header and the packet behind it.
Buffer packet_of(const wire::Ipv4Header& ip, const std::vector<std::uint8_t>& content) {
    Buffer frame = Buffer::allocate(wire::kEthernetHeader + ip.size() + content.size());
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    wire::emit_ipv4(ip, room.subspan(wire::kEthernetHeader));
    if (!content.empty())
        std::memcpy(frame.writable() + wire::kEthernetHeader + ip.size(), content.data(), content.size());
    wire::emit_ethernet({kHostMac, kPeerMac, wire::kEtherTypeIpv4}, room);
    return frame;
}

std::vector<std::uint8_t> icmp_of(const IcmpSpec& icmp, const Flow& flow) {
    const IcmpWord word = icmp_word(icmp);
    std::vector<std::uint8_t> out(wire::kIcmpHeader);
    if (!is_error(word)) {
        for (std::uint32_t i = 0; i < icmp.size; ++i) out.push_back(std::uint8_t(pattern_at(i)));
    } else {
        const bool tcp = icmp.quoted != IcmpSpec::Quoted::udp;  // unless said otherwise our SYN
        std::vector<std::uint8_t> quoted;
        put16(quoted, flow.host_port);
        put16(quoted, flow.peer_port);
        if (tcp) put32(quoted, icmp.sequence + flow.offset);
        else put16(quoted, 8 + icmp.size), put16(quoted, 0);
        wire::Ipv4Header ip;
        ip.total_length = std::uint16_t(40 + icmp.size);
        ip.ttl = 60;
        ip.protocol = tcp ? wire::kProtocolTcp : wire::kProtocolUdp;
        ip.source = flow.host;
        ip.destination = flow.peer;
        const Buffer packet = packet_of(ip, quoted);
        out.insert(out.end(), packet.data() + wire::kEthernetHeader, packet.data() + packet.size());
    }
    const std::uint32_t rest = icmp.mtu.value_or(0) | icmp.id.value_or(0) << 16;
    wire::emit_icmp_header(word.type_number, word.code_number, rest, out);
    return out;
}

}  // namespace

Buffer frame_of(const PacketSpec& packet, Flow& flow) {
    wire::Ipv4Header ip;
    ip.ttl = packet.ttl.value_or(64);
    const auto ecn = packet.ecn == PacketSpec::Ecn::ect0   ? 2
                     : packet.ecn == PacketSpec::Ecn::ect1 ? 1
                     : packet.ecn == PacketSpec::Ecn::ce   ? 3
                                                           : 0;
    ip.traffic_class = packet.tos.value_or(std::uint8_t(ecn));
    ip.source = packet.from.value_or(flow.peer);
    ip.destination = packet.to.value_or(flow.host);
    ip.options = packet.ip_options;
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
        ip.protocol = wire::kProtocolIcmp;
        content = icmp_of(std::get<IcmpSpec>(packet.content), flow);
    }
    if (ip.size() + content.size() > 65535) throw NotOurs("a packet of more than 65535 bytes");
    ip.total_length = std::uint16_t(ip.size() + content.size());
    return packet_of(ip, content);
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
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    const auto [fault, ip] = wire::parse_ipv4(packet);
    if (fault != wire::Ipv4Fault::none) {
        live.fault = "its IPv4 header is wrong";
        return live;
    }
    live.source = ip.source;
    live.destination = ip.destination;
    live.traffic_class = ip.traffic_class;
    live.ttl = ip.ttl;
    const auto content = packet.subspan(ip.size(), ip.total_length - ip.size());
    if (ip.protocol == wire::kProtocolTcp) {
        read_tcp(content, live);
    } else if (ip.protocol == wire::kProtocolUdp) {
        const auto udp = wire::parse_udp(content, ip.source, ip.destination);
        if (udp.fault != wire::UdpFault::none) live.fault = "its UDP header is wrong";
        live.kind = Live::Kind::udp;
        live.ports = {udp.header.source_port, udp.header.destination_port};
        if (content.size() >= wire::kUdpHeader)
            live.payload.assign(content.begin() + wire::kUdpHeader, content.end());
    } else if (ip.protocol == wire::kProtocolIcmp) {
        const auto icmp = wire::parse_icmp(content);
        if (icmp.fault != wire::IcmpFault::none) live.fault = "its ICMP header is wrong";
        live.kind = Live::Kind::icmp;
        live.icmp_type = icmp.message.type;
        live.icmp_code = icmp.message.code;
        live.icmp_rest = icmp.message.rest;
        live.payload.assign(icmp.message.payload.begin(), icmp.message.payload.end());
    }
    return live;
}

std::string icmp_name(std::uint8_t type, std::uint8_t code) {
    for (const auto& word : kIcmpWords)
        if (word.type_number == type && word.code_number == code)
            return std::string(word.type) + " " + word.code;
    return "type " + std::to_string(type) + " code " + std::to_string(code);
}

bool is_icmp(const IcmpSpec& spec, std::uint8_t type, std::uint8_t code) {
    const IcmpWord word = icmp_word(spec);
    return word.type_number == type && (spec.code.empty() || word.code_number == code);
}

}  // namespace vmlab::packets
