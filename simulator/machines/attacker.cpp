#include "simulator/machines/attacker.hpp"

#include <algorithm>

#include "stack/wire/arp.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "stack/wire/udp.hpp"

namespace vmlab::sim {
namespace {

namespace wire = stack::wire;

constexpr Duration kAskAgain = seconds{1};
constexpr std::string_view kNames[kAttackKinds] = {
    "syn-flood",     "land",   "blat",      "smurf",    "smurf-reply", "fraggle", "ping-of-death",
    "kiss-of-death", "stream", "ack-flood", "teardrop", "reset",       "data",    "claim"};

Duration interval_of(const AttackPlan& attack) {
    return Duration(seconds{1}) / std::max<std::uint32_t>(1, attack.rate);
}

/// Nobody needs the victim's hardware address to speak to all.
bool is_for_all(AttackKind kind) {
    return kind == AttackKind::smurf || kind == AttackKind::fraggle || kind == AttackKind::claim;
}

}  // namespace

std::string_view name_of(AttackKind kind) { return kNames[std::size_t(kind)]; }

std::span<const std::string_view> attack_names() { return kNames; }

std::optional<AttackKind> find_attack(std::string_view name) {
    const auto found = std::find(std::begin(kNames), std::end(kNames), name);
    if (found == std::end(kNames)) return std::nullopt;
    return AttackKind(found - std::begin(kNames));
}

Attacker::Attacker(AttackerPlan plan, Ipv4Address victim, std::uint8_t prefix, Instant start,
                   RandomStream random)
    : Machine(plan.name),
      plan_(std::move(plan)),
      victim_(victim),
      broadcast_{victim.value | ~mask_of_prefix(prefix).value},
      random_(std::move(random)) {
    mac_.bytes = {0x02, 0x02};
    for (std::size_t i = 0; i < 4; ++i) mac_.bytes[2 + i] = std::uint8_t(plan_.address.value >> (24 - 8 * i));
    for (const auto& attack : plan_.attacks)
        running_.push_back({attack, start + attack.at, start + attack.at + attack.lasts});
}

std::optional<Instant> Attacker::next_deadline() const {
    std::optional<Instant> next;
    for (const auto& each : running_) {
        const bool waits = !victim_mac_ && !is_for_all(each.plan.kind) && asked_;
        const Instant at = waits ? std::max(each.next, *asked_ + kAskAgain) : each.next;
        if (!next || at < *next) next = at;
    }
    return next;
}

void Attacker::receive(Event& event, System& world) {
    if (auto* arrived = std::get_if<FramesArrived>(&event.payload))
        for (const auto& frame : arrived->frames) hear(frame, world);
    else if (std::holds_alternative<DeadlinePassed>(event.payload)) tick(world);
}

/// ARP alone: it answers for its address, and learns its victim's.
void Attacker::hear(const Buffer& frame, System& world) {
    const auto ethernet = wire::parse_ethernet(frame.span());
    if (!ethernet || ethernet->type != wire::kEtherTypeArp) return;
    const auto arp = wire::parse_arp(frame.span().subspan(wire::kEthernetHeader));
    if (!arp) return;
    if (arp->sender == victim_) victim_mac_ = arp->sender_mac;
    if (arp->operation == wire::ArpOperation::request && arp->target == plan_.address)
        send_arp(true, plan_.address, arp->sender_mac, arp->sender, world);
}

void Attacker::tick(System& world) {
    const Instant now = world.now();
    for (auto& each : running_) {
        if (each.next > now) continue;
        if (!victim_mac_ && !is_for_all(each.plan.kind)) {
            if (asked_ && *asked_ + kAskAgain > now) continue;
            asked_ = now;
            send_arp(false, plan_.address, MacAddress::broadcast(), victim_, world);
            continue;
        }
        strike(each.plan, world);
        ++sent_;
        each.struck = true;
        each.next = std::max(each.next + interval_of(each.plan), now);
    }
    std::erase_if(running_, [&](const Running& each) {
        return each.next >= each.until && (each.struck || each.plan.lasts != Duration{});
    });
}

Ipv4Address Attacker::source_of(const AttackPlan& attack) {
    if (attack.kind == AttackKind::land || (attack.kind == AttackKind::blat && !attack.from)) return victim_;
    if (!attack.from) return plan_.address;
    const auto& [network, prefix] = *attack.from;
    if (prefix >= 31) return network;
    const std::uint64_t hosts = (std::uint64_t(1) << (32 - prefix)) - 2;
    return {network.value + 1 + std::uint32_t(random_.below(hosts))};
}

void Attacker::strike(const AttackPlan& attack, System& world) {
    const Ipv4Address from = source_of(attack);
    const auto echo = [&](std::uint8_t type, Ipv4Address to) {
        std::vector<std::uint8_t> message(wire::kIcmpHeader + 8);
        wire::emit_icmp_header(type, 0, random_.u32(), message);
        send_ip(wire::kProtocolIcmp, from, to, std::move(message), 0, false, world);
    };
    const auto fragments = [&](std::uint8_t protocol, std::size_t size, std::uint16_t second) {
        send_ip(protocol, from, victim_, std::vector<std::uint8_t>(size), 0, true, world);
        send_ip(protocol, from, victim_, std::vector<std::uint8_t>(size), second, false, world);
        ++identification_;
    };
    switch (attack.kind) {
        case AttackKind::smurf: return echo(wire::kIcmpEchoRequest, broadcast_);
        case AttackKind::smurf_reply: return echo(wire::kIcmpEchoReply, victim_);
        case AttackKind::fraggle: {
            std::vector<std::uint8_t> datagram(wire::kUdpHeader + 4);
            wire::emit_udp_header(7, 7, from, broadcast_, datagram);
            return send_ip(wire::kProtocolUdp, from, broadcast_, std::move(datagram), 0, false, world);
        }
        case AttackKind::ping_of_death: return fragments(wire::kProtocolIcmp, 1000, 65'000);
        case AttackKind::kiss_of_death: return fragments(wire::kProtocolIgmp, 16, 16);
        case AttackKind::teardrop: return fragments(wire::kProtocolUdp, 64, 24);
        case AttackKind::claim: return send_arp(false, victim_, MacAddress::broadcast(), victim_, world);
        default: return send_segment(attack, world);
    }
}

/// The attacks that are TCP's.
void Attacker::send_segment(const AttackPlan& attack, System& world) {
    const AttackKind kind = attack.kind;
    const bool same_port = kind == AttackKind::land || kind == AttackKind::blat;
    wire::TcpHeader header;
    header.source_port =
        same_port ? attack.port
                  : std::uint16_t(attack.low_port +
                                  random_.below(std::uint64_t(attack.high_port) - attack.low_port + 1));
    header.destination_port = attack.port;
    header.sequence = random_.u32();
    header.window = 8192;
    header.flags.syn = same_port || kind == AttackKind::syn_flood;
    header.flags.urg = kind == AttackKind::blat;
    header.flags.rst = kind == AttackKind::reset;
    header.flags.ack = kind == AttackKind::data || kind == AttackKind::ack_flood;
    if (header.flags.ack) header.acknowledgment = random_.u32();
    const std::size_t payload = kind == AttackKind::data ? 16 : 0;
    std::vector<std::uint8_t> segment(header.size() + payload, std::uint8_t('x'));
    const Ipv4Address from = source_of(attack);
    wire::emit_tcp_header(header, from, victim_, segment);
    send_ip(wire::kProtocolTcp, from, victim_, std::move(segment), 0, false, world);
}

void Attacker::send_ip(std::uint8_t protocol, Ipv4Address from, Ipv4Address to,
                       std::vector<std::uint8_t> payload, std::uint16_t offset, bool more, System& world) {
    constexpr std::size_t kHeaders = wire::kEthernetHeader + wire::kIpv4Header;
    Buffer frame = Buffer::with_header(kHeaders, Buffer::copy_of(payload));
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    wire::Ipv4Header ip;
    ip.total_length = std::uint16_t(wire::kIpv4Header + payload.size());
    ip.identification = more || offset ? identification_ : ++identification_;
    ip.fragment_offset = offset;
    ip.more_fragments = more;
    ip.ttl = 64;
    ip.protocol = protocol;
    ip.source = from;
    ip.destination = to;
    wire::emit_ipv4(ip, room.subspan(wire::kEthernetHeader));
    const MacAddress station = to == broadcast_ ? MacAddress::broadcast() : *victim_mac_;
    wire::emit_ethernet({station, mac_, wire::kEtherTypeIpv4}, room);
    world.transmit(*this, 0, std::move(frame));
}

void Attacker::send_arp(bool reply, Ipv4Address claimed, MacAddress to, Ipv4Address target, System& world) {
    Buffer frame = Buffer::allocate(wire::kEthernetHeader + wire::kArpPacket);
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    wire::emit_ethernet({to, mac_, wire::kEtherTypeArp}, room);
    wire::emit_arp({reply ? wire::ArpOperation::reply : wire::ArpOperation::request, mac_, claimed,
                    reply ? to : MacAddress{}, target},
                   room.subspan(wire::kEthernetHeader));
    world.transmit(*this, 0, std::move(frame));
}

}  // namespace vmlab::sim
