// What is known by the packet itself to belong to an attack, and the account of all attacks. The limits of
// the profile are in limits.cpp.
#include "stack/attacks.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stack/stack_impl.hpp"
#include "stack/wire/summary.hpp"
#include "stack/wire/udp.hpp"

namespace vmlab::stack {

const char* name_of(Attack attack) {
    switch (attack) {
        case Attack::stress: return "SSTRESS";
        case Attack::syn_flood: return "SynFlood";
        case Attack::zero_window: return "ZeroWin";
        case Attack::smurf_in: return "Smurf-IC";
        case Attack::smurf_out: return "Smurf-OB";
        case Attack::smurf_reply: return "Smurf-RP";
        case Attack::fraggle: return "Fraggle";
        case Attack::ping_of_death: return "POD";
        case Attack::kiss_of_death: return "KOD";
        case Attack::kox: return "KOX";
        case Attack::land: return "Land";
        case Attack::blat: return "Blat";
        case Attack::stream: return "Stream";
        case Attack::r4p3d: return "R4P3D";
        case Attack::teardrop: return "Teardrop";
        case Attack::ack_split: return "AckSplit";
        case Attack::optimistic_ack: return "OptAck";
        case Attack::injection: return "Inject";
        case Attack::count_: break;
    }
    return "?";
}

void AttackLog::note(Attack attack, const IpAddress& from, Instant now) {
    const auto same = [&](const AttackRow& row) { return row.attack == attack && row.from == from; };
    auto row = std::find_if(rows_.begin(), rows_.end(), same);
    if (row == rows_.end()) {
        if (rows_.size() >= kMostRows)
            rows_.erase(std::min_element(rows_.begin(), rows_.end(),
                                         [](const auto& a, const auto& b) { return a.last_at < b.last_at; }));
        row = rows_.insert(rows_.end(), AttackRow{attack, from, 0, now, now});
    }
    ++row->count;
    row->last_at = now;
}

namespace {

/// Small services of old that answer whoever asks (RFC 862 to 867): echo, daytime, quote of the day, chargen.
bool answers_everybody(std::uint16_t port) { return port == 7 || port == 13 || port == 17 || port == 19; }

/// A SYN of a socket to itself; or with URG, to the same port of another host, as its invented source has it.
std::optional<Attack> attack_of_syn(const wire::Ipv4Header& ip, std::span<const std::uint8_t> segment,
                                    bool impossible) {
    const auto [fault, size, tcp] = wire::parse_tcp(segment, ip.source, ip.destination);
    if (fault != wire::TcpFault::none || !tcp.flags.syn || tcp.flags.ack) return std::nullopt;
    if (tcp.source_port != tcp.destination_port) return std::nullopt;
    if (tcp.flags.urg) return Attack::blat;
    if (impossible && ip.source == ip.destination) return Attack::land;
    return std::nullopt;
}

}  // namespace

std::optional<Attack> Stack::Impl::attack_of(const wire::Ipv4Header& ip, const Buffer& packet, bool to_group,
                                             bool impossible) const {
    const auto payload = packet.span().subspan(ip.size());
    switch (ip.protocol) {
        case wire::kProtocolIgmp:
            if (!ip.is_fragment()) return std::nullopt;
            return impossible ? Attack::kox : Attack::kiss_of_death;
        case wire::kProtocolIcmp:
            if (!to_group || ip.fragment_offset != 0 || payload.empty()) return std::nullopt;
            return payload[0] == wire::kIcmpEchoRequest ? std::optional(Attack::smurf_in) : std::nullopt;
        case wire::kProtocolUdp:
            if (!to_group || ip.fragment_offset != 0 || payload.size() < wire::kUdpHeader)
                return std::nullopt;
            return answers_everybody(std::uint16_t(payload[2] << 8 | payload[3]))
                       ? std::optional(Attack::fraggle)
                       : std::nullopt;
        case wire::kProtocolTcp: {
            constexpr std::size_t kFlags = 13;
            constexpr std::uint8_t kSyn = 0x02;
            if (ip.is_fragment() || payload.size() < wire::kTcpHeader || !(payload[kFlags] & kSyn))
                return std::nullopt;
            return attack_of_syn(ip, payload, impossible);
        }
        default: return std::nullopt;
    }
}

void Stack::Impl::report_attack(Attack attack, const Endpoint& peer, std::string what,
                                const SourceLocation& limit, Instant now, Sink& out) {
    attacks.note(attack, peer.address, now);
    if (attack_records[std::size_t(attack)].allows(now)) {
        Record record{RecordKind::refusal, fmt::format("{}: {}", name_of(attack), what), {}};
        if (limit.known()) record.rests_on = {limit};
        out.record(std::move(record));
    }
    out.attacked(attack, peer);
}

void Stack::Impl::drop_attack(Attack attack, DropReason reason, const IpAddress& from, const Buffer& packet,
                              Instant now, Sink& out) {
    count_drop(reason);
    report_attack(attack, {from, 0}, wire::summary_of_ip(packet.span()), {}, now, out);
}

void Stack::Impl::suspect(Attack attack, const Endpoint& peer, Instant now, Sink& out) {
    if (suspicions[std::size_t(attack)].allows(now)) return;
    report_attack(attack, peer, fmt::format("more than {} a second, now from {}", kFew, peer.str()), {}, now,
                  out);
}

void Stack::Impl::expect_echo(const IpAddress& from, std::uint16_t identifier, Instant now) {
    constexpr Duration kPatience = minutes{1};
    constexpr std::size_t kMostEchoes = 1024;
    if (echoes.size() >= kMostEchoes) std::erase_if(echoes, [&](const auto& e) { return e.second <= now; });
    if (echoes.size() >= kMostEchoes) echoes.erase(echoes.begin());
    echoes[{from, identifier}] = now + kPatience;
}

bool Stack::Impl::expects_echo(const IpAddress& from, std::uint16_t identifier, Instant now) const {
    const auto found = echoes.find({from, identifier});
    return found != echoes.end() && found->second > now;
}

}  // namespace vmlab::stack
