// The notation of packets: tcpdump's, more or less.
//
//     < [ect0] S. 0:0(0) ack 1 win 1000 urg 5 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
//     > udp (100)
//     < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]     or
//     < [1:1461(1460)] icmp unreachable frag_needed mtu 1200
#include <algorithm>

#include "tests/packets/runner/parsers.hpp"

namespace vmlab::packets {
namespace {

/// What other players know, and this stack has not: Multipath TCP, AccECN, TCP-AO.
constexpr std::string_view kOptionsOfOthers[] = {"mp_",         "mpc", "mpj",     "dss", "add_addr",
                                                 "remove_addr", "ECN", "AccECN",  "ACC", "e0b",
                                                 "e1b",         "ceb", "exp-ecn", "exp", "ao"};

constexpr std::uint64_t k8 = 0xff, k16 = 0xffff, k32 = 0xffffffff;

std::optional<std::uint32_t> number_or_any(Scanner& in) {
    if (in.take("...")) return std::nullopt;
    return std::uint32_t(in.number(k32));
}

void parse_ip_word(Scanner& in, PacketSpec& packet) {
    const std::string word = in.word();
    using Ecn = PacketSpec::Ecn;
    if (word == "noecn") packet.ecn = Ecn::none;
    else if (word == "ect0") packet.ecn = Ecn::ect0;
    else if (word == "ect1") packet.ecn = Ecn::ect1;
    else if (word == "ect01") packet.ecn = Ecn::ect01;
    else if (word == "ce") packet.ecn = Ecn::ce;
    else if (word == "tos") packet.tos = std::uint8_t(in.number(k8));
    else if (word == "ttl") packet.ttl = std::uint8_t(in.number(k8));
    else if (word == "from") packet.from = in.address();
    else if (word == "to") packet.to = in.address();
    else if (word == "ipopt") packet.ip_options = parse_bytes(in);
    else if (word == "badsum") packet.bad_checksum = true;
    else if (word == "flowlabel") packet.flow_label = std::uint32_t(in.number(0xfffff));
    else in.fail("'" + word + "' is nothing that an IP header says");
    if (packet.ecn == Ecn::ect01 && !packet.outbound) in.fail("ect01 is for packets that leave");
    if (packet.ip_options.size() > 40 || packet.ip_options.size() % 4 != 0)
        in.fail("IP options fill words of four bytes, ten at most");
}

void parse_ip_info(Scanner& in, PacketSpec& packet) {
    const bool round = in.take("(");
    if (!round && !in.take("[")) return;
    do parse_ip_word(in, packet);
    while (in.take(","));
    in.expect(round ? ")" : "]");
}

TcpFlagsSpec flags_of_number(std::uint64_t bits) {
    TcpFlagsSpec f;
    f.fin = bits & 1, f.syn = bits & 2, f.rst = bits & 4, f.psh = bits & 8, f.ack = bits & 16;
    f.urg = bits & 32, f.ece = bits & 64, f.cwr = bits & 128, f.ae = bits & 256;
    return f;
}

TcpFlagsSpec parse_flags(Scanner& in) {
    in.skip();
    TcpFlagsSpec f;
    if (in.take("-")) return f;
    if (in.looking_at_number()) return flags_of_number(in.number(0x1ff));
    bool any = false;
    const std::string letters = in.word();
    for (const char c : letters) {
        any = true;
        if (c == 'F') f.fin = true;
        else if (c == 'S') f.syn = true;
        else if (c == 'R') f.rst = true;
        else if (c == 'P') f.psh = true;
        else if (c == 'U') f.urg = true;
        else if (c == 'E') f.ece = true;
        else if (c == 'W' || c == 'C') f.cwr = true;
        else if (c == 'A') f.ae = true;
        else in.fail("'" + letters + "' is no row of flags");
    }
    if (in.peek() == '.') {
        any = f.ack = true;
        (void)in.take(".");
        if (in.peek() >= '0' && in.peek() <= '7' && in.peek(1) == ' ') {  // the ACE counter (accurate ECN)
            const auto ace = in.number(7);
            f.ece = ace & 1, f.cwr = ace & 2, f.ae = ace & 4;
        }
    }
    if (!any) in.fail("flags expected: letters of FSRPUEWA, a dot for ACK, or - for none");
    return f;
}

/// 1:1001(1000)
void parse_sequence(Scanner& in, std::uint32_t& begin, std::uint32_t& size) {
    begin = std::uint32_t(in.number(k32));
    in.expect(":");
    const auto end = std::uint32_t(in.number(k32));
    in.expect("(");
    size = std::uint32_t(in.number(k16));
    in.expect(")");
    if (end != begin + size) in.fail("the end of the range is not its beginning and the size");
}

Option parse_sack(Scanner& in) {
    Option option{Option::Kind::sack};
    if (in.take("...")) throw NotOurs("SACK blocks of any value");
    while (in.looking_at_number()) {
        const auto left = std::uint32_t(in.number(k32));
        in.expect(":");
        option.sack.emplace_back(left, std::uint32_t(in.number(k32)));
    }
    if (option.sack.empty() || option.sack.size() > 4) in.fail("one to four SACK blocks");
    return option;
}

Option parse_option(Scanner& in) {
    const std::string word = in.word();
    using Kind = Option::Kind;
    Option option;
    if (word == "nop") option.kind = Kind::nop;
    else if (word == "eol") option.kind = Kind::eol;
    else if (word == "sackOK") option.kind = Kind::sack_ok;
    else if (word == "sack") return parse_sack(in);
    else if (word == "mss") option = {Kind::mss, number_or_any(in)};
    else if (word == "wscale") option = {Kind::wscale, number_or_any(in)};
    else if (word == "TS") {
        option.kind = Kind::timestamps;
        in.expect("val");
        option.first = number_or_any(in);
        in.expect("ecr");
        option.second = number_or_any(in);
    } else if (word == "FO" || word == "FOEXP") {
        option.kind = Kind::fast_open;
        option.first = word == "FO" ? 0 : 1;
        if (!in.peek_word().empty()) option.bytes = parse_bytes(in);
    } else if (word == "md5") {
        option.kind = Kind::md5;
        option.bytes = parse_bytes(in);
    } else if (word == "raw") {
        option.kind = Kind::raw;
        option.bytes = parse_bytes(in);
    } else {
        for (const std::string_view other : kOptionsOfOthers)
            if (word.starts_with(other)) throw NotOurs("the TCP option " + word);
        in.fail("'" + word + "' is no TCP option");
    }
    return option;
}

std::size_t size_of(const Option& option) {
    switch (option.kind) {
        case Option::Kind::eol:
        case Option::Kind::nop: return 1;
        case Option::Kind::mss: return 4;
        case Option::Kind::wscale: return 3;
        case Option::Kind::sack_ok: return 2;
        case Option::Kind::sack: return 2 + 8 * option.sack.size();
        case Option::Kind::timestamps: return 10;
        case Option::Kind::fast_open: return 2 + 2 * option.first.value_or(0) + option.bytes.size();
        case Option::Kind::md5: return 2 + option.bytes.size();
        case Option::Kind::raw: return option.bytes.size();
    }
    return 0;
}

void parse_options(Scanner& in, TcpSpec& tcp, bool outbound) {
    if (!in.take("<")) return;
    if (in.take("...")) {
        if (!outbound) in.fail("<...> is for packets that leave");
        tcp.options.reset();
        return in.expect(">");
    }
    std::size_t size = 0;
    do {
        tcp.options->push_back(parse_option(in));
        size += size_of(tcp.options->back());
    } while (in.take(","));
    if (size > 40) in.fail("options of more than 40 bytes");
    in.expect(">");
}

bool is_experiment(const Option& option) {
    return option.kind == Option::Kind::fast_open && option.first == 1u;
}

TcpSpec parse_tcp(Scanner& in, bool outbound) {
    TcpSpec tcp;
    tcp.flags = parse_flags(in);
    parse_sequence(in, tcp.sequence, tcp.size);
    if (in.peek_word() == "ack") {
        in.expect("ack");
        tcp.acknowledgment = std::uint32_t(in.number(k32));
    }
    if (in.peek_word() == "win") {
        in.expect("win");
        if (!in.take("...")) tcp.window = std::uint16_t(in.number(k16));
    }
    if (in.peek_word() == "urg") {
        in.expect("urg");
        tcp.urgent = std::uint16_t(in.number(k16));
    }
    parse_options(in, tcp, outbound);
    if (outbound && tcp.options && std::any_of(tcp.options->begin(), tcp.options->end(), is_experiment))
        throw NotOurs("Fast Open's option of before RFC 7413");
    if (in.take("{")) throw NotOurs("packets made wrong by rules in braces");
    return tcp;
}

/// [1:1001(1000)], what an ICMP message says of the packet that it is about.
void parse_quoted(Scanner& in, IcmpSpec& icmp) {
    in.expect("[");
    if (const bool udp = in.peek_word() == "udp"; udp || in.peek_word() == "raw") {
        (void)in.word();
        icmp.quoted = udp ? IcmpSpec::Quoted::udp : IcmpSpec::Quoted::raw;
        in.expect("(");
        icmp.size = std::uint32_t(in.number(k16));
        in.expect(")");
    } else {
        icmp.quoted = IcmpSpec::Quoted::tcp;
        parse_sequence(in, icmp.sequence, icmp.size);
    }
    in.expect("]");
}

IcmpSpec parse_icmp(Scanner& in, bool quoted_before) {
    IcmpSpec icmp;
    if (quoted_before) parse_quoted(in, icmp);
    in.expect("icmp");
    icmp.type = in.word();
    if (icmp.type.empty()) in.fail("an ICMP type expected");
    for (auto next = in.peek_word(); !next.empty() && !in.looking_at_number(); next = in.peek_word()) {
        if (next == "mtu") {
            in.expect("mtu");
            icmp.mtu = std::uint32_t(in.number(k16));
        } else if (next == "id") {
            in.expect("id");
            icmp.id = std::uint32_t(in.number(k16));
        } else if (icmp.code.empty()) {
            icmp.code = in.word();
        } else {
            in.fail("'" + std::string(next) + "' is nothing that an ICMP message says");
        }
    }
    if (!quoted_before && in.looking_at("[")) parse_quoted(in, icmp);
    return icmp;
}

}  // namespace

std::vector<std::uint8_t> parse_bytes(Scanner& in) {
    const std::string digits = in.word();
    const auto value = [&](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        in.fail("'" + digits + "' is not hexadecimal");
    };
    if (digits.empty() || digits.size() % 2 != 0) in.fail("hexadecimal digits expected, in pairs");
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes.push_back(std::uint8_t(value(digits[i]) * 16 + value(digits[i + 1])));
    return bytes;
}

PacketSpec parse_packet(Scanner& in, bool outbound) {
    PacketSpec packet;
    packet.outbound = outbound;
    in.skip();
    const bool quoted_before = in.peek() == '[' && in.peek(1) >= '0' && in.peek(1) <= '9';
    if (!quoted_before) parse_ip_info(in, packet);
    const auto word = in.peek_word();
    if (word == "ipv4" || word == "ipv6" || word == "gre" || word == "GREv0" || word == "mpls")
        throw NotOurs("packets in tunnels");
    if (word == "sctp" || word == "udplite" || word == "psp") throw NotOurs(std::string(word));
    if (quoted_before || word == "icmp") {
        packet.content = parse_icmp(in, quoted_before);
        return packet;
    }
    const bool udp = word == "udp";
    if (udp) in.expect("udp");
    if (in.looking_at_number() && !in.looking_at("0x")) {
        packet.ports.emplace();
        packet.ports->source = std::uint16_t(in.number(k16));
        in.expect(">");
        packet.ports->destination = std::uint16_t(in.number(k16));
    }
    if (udp) {
        in.expect("(");
        packet.content = UdpSpec{std::uint32_t(in.number(65507))};
        in.expect(")");
        return packet;
    }
    packet.content = parse_tcp(in, outbound);
    return packet;
}

}  // namespace vmlab::packets
