// Is a packet that left the one that the script expects? And how would a script write it?
#include <fmt/core.h>

#include <algorithm>

#include "tests/packets/runner/icmp_words.hpp"
#include "tests/packets/runner/wire_packet.hpp"

namespace vmlab::packets {

namespace {

using Kind = Option::Kind;

std::string text_of(const TcpFlagsSpec& f) {
    std::string out;
    for (const auto& [on, letter] : {std::pair(f.syn, 'S'),
                                     {f.fin, 'F'},
                                     {f.rst, 'R'},
                                     {f.psh, 'P'},
                                     {f.urg, 'U'},
                                     {f.ece, 'E'},
                                     {f.cwr, 'W'},
                                     {f.ae, 'A'},
                                     {f.ack, '.'}})
        if (on) out += letter;
    return out.empty() ? "-" : out;
}

std::string text_of(const Option& o, const Flow& flow) {
    switch (o.kind) {
        case Kind::nop: return "nop";
        case Kind::eol: return "eol";
        case Kind::mss: return fmt::format("mss {}", o.first.value_or(0));
        case Kind::wscale: return fmt::format("wscale {}", o.first.value_or(0));
        case Kind::sack_ok: return "sackOK";
        case Kind::timestamps:
            return fmt::format("TS val {} ecr {}",
                               o.first.value_or(0) - (flow.stamped ? flow.stamp_offset : 0),
                               o.second.value_or(0));
        case Kind::sack: {
            std::string out = "sack";
            for (const auto& [left, right] : o.sack)
                out += fmt::format(" {}:{}", left - flow.peer_base, right - flow.peer_base);
            return out;
        }
        default: {
            std::string out = o.kind == Kind::fast_open ? "FO " : "raw ";
            for (const auto b : o.bytes) out += fmt::format("{:02x}", b);
            return out;
        }
    }
}

bool counts(const Option& o) { return o.kind != Kind::nop && o.kind != Kind::eol; }

bool same(const Option& expected, const Option& live, Flow& flow, Duration slack) {
    if (expected.kind != live.kind) return false;
    if (expected.kind == Kind::fast_open && expected.first == live.first && flow.gives_cookies)
        return flow.cookies->stands_for(expected.bytes, live.bytes, flow.peer, flow.host);
    if (expected.kind == Kind::timestamps) {
        if (expected.second && *expected.second != *live.second) return false;
        if (!expected.first || !flow.compares_stamps) return true;
        if (!flow.stamped) {
            flow.stamped = true;
            flow.stamp_offset = *live.first - *expected.first;
        }
        const auto off = std::int32_t(*live.first - flow.stamp_offset - *expected.first);
        return std::abs(off) <= slack / milliseconds{1} + 1;
    }
    if (expected.first && expected.first != live.first) return false;
    const auto same_block = [&](const auto& a, const auto& b) {
        return a.first + flow.peer_base == b.first && a.second + flow.peer_base == b.second;
    };
    return std::equal(expected.sack.begin(), expected.sack.end(), live.sack.begin(), live.sack.end(),
                      same_block) &&
           expected.bytes == live.bytes;
}

/// What the script's numbers of the peer count from. An RST to a SYN that nobody wanted names true ones.
std::uint32_t base_of(const TcpSpec& tcp, const Flow& flow) {
    return tcp.flags.syn || !flow.anchored ? 0 : flow.peer_base;
}

/// Each expected option is there and no other; order and padding are the sender's affair.
std::string options_difference(const TcpSpec& expected, const std::vector<Option>& live, Flow& flow,
                               Duration slack) {
    std::vector<Option> left;
    std::copy_if(live.begin(), live.end(), std::back_inserter(left), counts);
    for (const auto& option : *expected.options) {
        if (!counts(option)) continue;
        const auto found = std::find_if(left.begin(), left.end(),
                                        [&](const Option& one) { return same(option, one, flow, slack); });
        if (found == left.end()) return "option <" + text_of(option, {}) + "> is not there";
        left.erase(found);
    }
    return left.empty() ? "" : "option <" + text_of(left.front(), flow) + "> was not expected";
}

/// The options without the report of a duplicate below the ACK: whoever reports it says it first.
std::vector<Option> without_report(const TcpSpec& live) {
    std::vector<Option> options = *live.options;
    for (auto& option : options)
        if (!option.sack.empty() && std::int32_t(*live.acknowledgment - option.sack[0].second) >= 0)
            option.sack.erase(option.sack.begin());
    std::erase_if(options, [](const Option& o) { return o.kind == Kind::sack && o.sack.empty(); });
    return options;
}

std::string options_difference(const TcpSpec& expected, const TcpSpec& live, Flow& flow, Duration slack) {
    if (!expected.options) return {};
    auto found = options_difference(expected, *live.options, flow, slack);
    if (found.empty() || !flow.other_kernel) return found;
    if (!options_difference(expected, without_report(live), flow, slack).empty()) return found;
    flow.differs.emplace_back("reports of duplicates");
    return {};
}

std::string tcp_difference(const TcpSpec& expected, const Live& live, Flow& flow, Duration slack) {
    const TcpSpec& tcp = live.tcp;
    TcpFlagsSpec flags = tcp.flags;
    if (flow.other_kernel && tcp.size > 0 && flags.psh != expected.flags.psh) {
        flow.differs.emplace_back("PSH");
        flags.psh = expected.flags.psh;
    }
    if (flags != expected.flags)
        return fmt::format("flags {}, not {}", text_of(tcp.flags), text_of(expected.flags));
    if (tcp.flags.syn && (!flow.anchored || flow.reopened)) {
        if (flow.reopened) flow.stamped = false;
        flow.anchored = true;
        flow.reopened = false;
        flow.offset = tcp.sequence - expected.sequence;
        flow.initial = expected.sequence;
    }
    flow.gives_cookies = flow.cookies && tcp.flags.syn && tcp.flags.ack;
    const std::uint32_t sequence = tcp.sequence - flow.offset;
    if (sequence != expected.sequence)
        return fmt::format("sequence number {}, not {}", sequence, expected.sequence);
    if (tcp.size != expected.size) return fmt::format("{} bytes, not {}", tcp.size, expected.size);
    const std::uint32_t acknowledgment = expected.acknowledgment.value_or(0);
    const std::uint32_t said = *tcp.acknowledgment - base_of(tcp, flow);
    if (tcp.flags.ack && said != acknowledgment) return fmt::format("ack {}, not {}", said, acknowledgment);
    if (!tcp.flags.ack && *tcp.acknowledgment != 0) return "an acknowledgment number without ACK";
    if (expected.window && *tcp.window != *expected.window && flow.other_kernel && *tcp.window != 0 &&
        *expected.window != 0)
        flow.differs.emplace_back("win");
    else if (expected.window && *tcp.window != *expected.window)
        return fmt::format("win {}, not {}", *tcp.window, *expected.window);
    if (*tcp.urgent != expected.urgent.value_or(0))
        return fmt::format("urg {}, not {}", *tcp.urgent, expected.urgent.value_or(0));
    return options_difference(expected, tcp, flow, slack);
}

std::string ip_difference(const PacketSpec& expected, const Live& live) {
    using Ecn = PacketSpec::Ecn;
    const int ecn = live.traffic_class & 3;
    const bool ecn_right = expected.ecn == Ecn::unchecked || (expected.ecn == Ecn::none && ecn == 0) ||
                           (expected.ecn == Ecn::ect0 && ecn == 2) ||
                           (expected.ecn == Ecn::ect1 && ecn == 1) || (expected.ecn == Ecn::ce && ecn == 3) ||
                           (expected.ecn == Ecn::ect01 && (ecn == 1 || ecn == 2));
    if (!ecn_right) return fmt::format("ECN bits {:02b}", ecn);
    if (expected.tos && *expected.tos != live.traffic_class)
        return fmt::format("tos {:#04x}, not {:#04x}", live.traffic_class, *expected.tos);
    if (expected.ttl && *expected.ttl != live.ttl)
        return fmt::format("ttl {}, not {}", live.ttl, *expected.ttl);
    if (expected.flow_label && *expected.flow_label != live.flow_label)
        return fmt::format("flowlabel {:#07x}, not {:#07x}", live.flow_label, *expected.flow_label);
    for (const auto& named : {expected.to, expected.from})
        if (named && named->is_v4() != live.source.is_v4())
            throw NotOurs("addresses of the other family than the run's");
    if (expected.to && *expected.to != live.destination) return "to " + live.destination.str();
    if (expected.from && *expected.from != live.source) return "from " + live.source.str();
    if (!expected.ports) return {};
    if (expected.ports->source == live.ports.source && expected.ports->destination == live.ports.destination)
        return {};
    return fmt::format("ports {} > {}", live.ports.source, live.ports.destination);
}

}  // namespace

std::string difference(const PacketSpec& expected, const Live& live, Flow& flow, Duration slack) {
    if (!live.fault.empty()) return live.fault;
    if (const auto* icmp = std::get_if<IcmpSpec>(&expected.content)) {
        if (live.kind != Live::Kind::icmp) return "it is no ICMP message";
        if (!is_icmp(*icmp, live.icmp_type, live.icmp_code, live.source.is_v4()))
            return "it is ICMP " + icmp_name(live.icmp_type, live.icmp_code, live.source.is_v4());
    } else if (const auto* udp = std::get_if<UdpSpec>(&expected.content)) {
        if (live.kind != Live::Kind::udp) return "it is no datagram";
        if (live.payload.size() != udp->size) return fmt::format("{} bytes", live.payload.size());
    } else {
        if (live.kind != Live::Kind::tcp) return "it is no TCP segment";
        const auto found = tcp_difference(std::get<TcpSpec>(expected.content), live, flow, slack);
        if (!found.empty()) return found;
    }
    return ip_difference(expected, live);
}

std::string line_of(const Live& live, const Flow& flow) {
    if (live.kind == Live::Kind::udp) return fmt::format("> udp ({})", live.payload.size());
    if (live.kind == Live::Kind::icmp)
        return "> icmp " + icmp_name(live.icmp_type, live.icmp_code, live.source.is_v4());
    if (live.kind == Live::Kind::other) return "> (" + live.fault + ")";
    const TcpSpec& tcp = live.tcp;
    const std::uint32_t begin = tcp.sequence - (flow.anchored   ? flow.offset
                                                : tcp.flags.syn ? tcp.sequence
                                                                : 0);
    std::string line = fmt::format("> {} {}:{}({})", text_of(tcp.flags), begin, begin + tcp.size, tcp.size);
    if (tcp.flags.ack) line += fmt::format(" ack {}", *tcp.acknowledgment - base_of(tcp, flow));
    line += fmt::format(" win {}", *tcp.window);
    if (*tcp.urgent != 0) line += fmt::format(" urg {}", *tcp.urgent);
    std::string options;
    for (const auto& option : *tcp.options)
        if (counts(option)) options += (options.empty() ? "" : ",") + text_of(option, flow);
    return options.empty() ? line : line + " <" + options + ">";
}

}  // namespace vmlab::packets
