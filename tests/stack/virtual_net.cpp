#include "tests/stack/virtual_net.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "stack/wire/summary.hpp"

namespace vmlab::stack::test {
namespace {

Ipv4Address address_of(const char* dotted) { return *Ipv4Address::parse(dotted); }

Seen look_at(const Buffer& frame, Instant at, std::size_t from) {
    Seen seen;
    seen.at = at;
    seen.from = from;
    seen.bytes = frame.size();
    const auto ethernet = wire::parse_ethernet(frame.span());
    if (!ethernet || ethernet->type != wire::kEtherTypeIpv4) return seen;
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    const auto [fault, ip] = wire::parse_ipv4(packet);
    if (fault != wire::Ipv4Fault::none || ip.protocol != wire::kProtocolTcp || ip.is_fragment()) return seen;
    const auto segment = packet.subspan(ip.size(), ip.total_length - ip.size());
    const auto parsed = wire::parse_tcp(segment, ip.source, ip.destination);
    if (parsed.fault != wire::TcpFault::none) return seen;
    seen.is_tcp = true;
    seen.tcp = parsed.header;
    seen.traffic_class = ip.traffic_class;
    seen.payload = segment.size() - parsed.header_size;
    return seen;
}

}  // namespace

// ── Host
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

Host::Host(Net& in, std::size_t number, std::string called, const StackOptions& options)
    : net(in),
      index(number),
      name(std::move(called)),
      stack(options, RandomStream(seed_from_number(number), name)) {}

InterfaceId Host::attach(std::size_t lan, const char* address, unsigned prefix, std::uint16_t mtu) {
    InterfaceConfig config;
    config.name = "ETH0";
    config.mtu = mtu;
    const auto count = std::uint8_t(stack.snapshot().interfaces.size());
    config.mac = {{2, 0, 0, 0, std::uint8_t(index + 1), count}};
    const InterfaceId id = stack.add_interface(config);
    net.lans[lan].ports.push_back({index, id, config.mac});
    net.lan_of[{index, id}] = lan;
    stack.add_address(id, address_of(address), mask_of_prefix(prefix), net.now, *this);
    return id;
}

void Host::route_default(const char* hop, InterfaceId interface) {
    Route route;
    route.first_hop = address_of(hop);
    route.interface = interface;
    stack.add_route(route);
}

ConnectionId Host::connect(const char* address, std::uint16_t port, std::uint16_t local_port) {
    const auto id = stack.connect({*IpAddress::parse(address), port}, local_port, net.now, *this);
    return id.value_or(0);
}

void Host::send(ConnectionId id, std::string_view what) {
    stack.send(id, Buffer::copy_of(what), net.now, *this);
}

void Host::stream(ConnectionId id, std::size_t bytes, bool then_shutdown) {
    streams[id] = {bytes, 0, then_shutdown};
    pump();
}

void Host::pump() {
    for (auto& [id, bytes] : std::exchange(taken, {})) stack.consumed(id, bytes, net.now, *this);
    for (auto& [id, s] : streams) {
        while (s.left > 0 && stack.unacknowledged(id) < kSendCredit) {
            const std::size_t n = std::min<std::size_t>(s.left, 10'000);
            Buffer b = Buffer::allocate(n);
            for (std::size_t i = 0; i < n; ++i) b.writable()[i] = std::uint8_t(pattern_at(s.at + i));
            s.at += n;
            s.left -= n;
            stack.send(id, std::move(b), net.now, *this);
        }
        if (s.left == 0 && s.then_shutdown) {
            s.then_shutdown = false;
            stack.shutdown(id, net.now, *this);
        }
    }
    std::erase_if(streams, [](const auto& item) { return item.second.left == 0; });
}

ConnectionSnapshot Host::row(ConnectionId id) const {
    for (const auto& row : stack.snapshot().connections)
        if (row.id == id) return row;
    return {};
}

TcpState Host::state(ConnectionId id) const { return row(id).state; }

std::size_t Host::connection_count() const {
    std::size_t n = 0;
    for (const auto& row : stack.snapshot().connections) n += row.state != TcpState::listen;
    return n;
}

CauseId Host::record(Record what) {
    records.push_back(std::string(name_of(what.kind)) + " " + what.text);
    return CauseId::none;
}
void Host::send_frame(InterfaceId interface, Buffer frame) {
    net.transmit(index, interface, std::move(frame));
}
void Host::accepted(ConnectionId, ConnectionId id, const Endpoint&, const Endpoint&) {
    accepted_ids.push_back(id);
}
void Host::connected(ConnectionId id, const Endpoint&, const Endpoint&) { connected_ids.push_back(id); }
void Host::connect_failed(ConnectionId id, CloseReason reason, std::string) { failed_ids[id] = reason; }
void Host::received(ConnectionId id, Buffer data) {
    CHECK_FALSE(data.empty());
    CHECK(std::find(peer_closed_ids.begin(), peer_closed_ids.end(), id) == peer_closed_ids.end());
    text[id] += data.view();
    if (takes) taken.emplace_back(id, data.size());
}
void Host::peer_closed(ConnectionId id) { peer_closed_ids.push_back(id); }
void Host::closed(ConnectionId id, CloseReason reason, std::string why) {
    CHECK_MESSAGE(closed_ids.count(id) == 0, "closed twice: ", why);
    closed_ids[id] = reason;
    streams.erase(id);
}
void Host::acknowledged(ConnectionId id, std::size_t bytes) { acknowledged_bytes[id] += bytes; }
void Host::datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer data) {
    datagrams.emplace_back(data.view());
}
void Host::echo_reply(std::uint16_t, std::uint16_t sequence, const IpAddress&, std::size_t) {
    echo_sequences.push_back(sequence);
}
void Host::icmp_error(const IcmpReport& report) { icmp_errors.emplace_back(report.type, report.code); }

// ── Net
// ───────────────────────────────────────────────────────────────────────────────────────────────────────

Host& Net::add_host(const char* name, const StackOptions& options) {
    hosts.push_back(std::make_unique<Host>(*this, hosts.size(), name, options));
    return *hosts.back();
}

std::size_t Net::add_lan(const Faults& faults) {
    lans.push_back({faults, {}});
    return lans.size() - 1;
}

void Net::transmit(std::size_t host, InterfaceId interface, Buffer frame) {
    ++frames;
    if (keeps_frames || filter) {
        Seen one = look_at(frame, now, host);
        if (filter && !filter(one)) return;
        if (keeps_frames) {
            one.line = wire::summary_of_frame(frame.span());
            seen.push_back(std::move(one));
        }
    }
    if (keeps_raw > 0) {
        if (raw.size() < keeps_raw) raw.push_back(frame);
        else raw[frames % keeps_raw] = frame;
    }
    Lan& lan = lans[lan_of.at({host, interface})];
    const auto queued = queue_on(lan, host, frame);
    if (!queued) return;
    const Faults& f = lan.faults;
    const auto ethernet = wire::parse_ethernet(frame.span());
    for (const auto& port : lan.ports) {
        if (port.host == host && port.interface == interface) continue;
        if (!ethernet->destination.is_group() && ethernet->destination != port.mac) continue;
        if (f.lose && random.chance(f.lose)) continue;
        Duration delay = f.delay + *queued;
        if (f.reorder && random.chance(f.reorder)) delay += f.reorder_by;
        Buffer carried = frame;
        if (f.corrupt && random.chance(f.corrupt)) {
            carried = Buffer::copy_of(frame.span());
            carried.writable()[random.below(carried.size())] ^= std::uint8_t(1u << random.below(8));
        }
        if (f.duplicate && random.chance(f.duplicate)) deliver(port, carried, delay + f.delay / 2);
        deliver(port, std::move(carried), delay);
    }
}

std::optional<Duration> Net::queue_on(Lan& lan, std::size_t host, Buffer& frame) {
    const Faults& f = lan.faults;
    if (f.bytes_per_second == 0) return Duration{0};
    Instant& until = lan.busy_until[host];
    until = std::max(until, now);
    const auto waiting = std::uint64_t((until - now).count()) * f.bytes_per_second / 1'000'000'000;
    if (f.queue != 0 && waiting + frame.size() > f.queue) {
        ++lan.overflowed;
        return std::nullopt;
    }
    const auto packet = frame.span().subspan(wire::kEthernetHeader);
    auto [fault, ip] = wire::parse_ipv4(packet);
    if (f.marked_above != 0 && waiting > f.marked_above && fault == wire::Ipv4Fault::none &&
        (ip.traffic_class & wire::kEcnMarked) != 0) {
        frame = Buffer::copy_of(frame.span());
        ip.traffic_class |= wire::kEcnMarked;
        ip.options = {};
        wire::emit_ipv4(ip, std::span(frame.writable(), frame.size()).subspan(wire::kEthernetHeader));
        ++lan.marked;
    }
    until += Duration{std::int64_t(frame.size() * 1'000'000'000 / f.bytes_per_second)};
    return until - now;
}

void Net::deliver(const Port& to, Buffer frame, Duration delay) {
    events_.push({now + delay, sequence_++, to.host, to.interface, std::move(frame)});
}

void Net::inject(std::size_t host, InterfaceId interface, Buffer frame) {
    hosts[host]->stack.receive_frame(interface, std::move(frame), now, *hosts[host]);
    hosts[host]->pump();
}

bool Net::step(Instant limit) {
    Instant tick_at = Instant::max();
    Host* ticker = nullptr;
    for (auto& host : hosts) {
        const auto at = host->stack.next_deadline();
        if (at && *at < tick_at) {
            tick_at = *at;
            ticker = host.get();
        }
    }
    const Instant frame_at = events_.empty() ? Instant::max() : events_.top().at;
    if (std::min(frame_at, tick_at) > limit || (events_.empty() && !ticker)) {
        now = std::max(now, limit);
        return false;
    }
    if (frame_at <= tick_at) {
        now = std::max(now, frame_at);
        Event event = events_.top();
        events_.pop();
        Host& host = *hosts[event.host];
        host.stack.receive_frame(event.interface, std::move(event.frame), now, host);
        host.pump();
    } else {
        now = std::max(now, tick_at);
        ticker->stack.tick(now, *ticker);
        ticker->pump();
    }
    if (checks)
        for (const auto& host : hosts) CHECK(host->stack.inconsistency() == "");
    return true;
}

void Net::run_for(Duration d) {
    const Instant limit = now + d;
    while (step(limit)) {
    }
}

bool Net::run_until(const std::function<bool()>& condition, Duration d) {
    const Instant limit = now + d;
    while (!condition())
        if (!step(limit)) return condition();
    return true;
}

bool is_pattern(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != pattern_at(i)) return false;
    return true;
}

// ── Pair
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

Pair::Pair(std::uint64_t seed, const Faults& faults, const StackOptions& options, std::uint16_t mtu)
    : net(seed), client(net.add_host("CLIENT", options)), server(net.add_host("SERVER", options)) {
    const auto lan = net.add_lan(faults);
    client.attach(lan, "9.60.60.9", 24, mtu);
    server.attach(lan, "9.60.60.3", 24, mtu);
    listener = *server.stack.listen(21, {});
}

bool Pair::open(Duration limit) {
    at_client = client.connect("9.60.60.3", 21);
    const bool up =
        net.run_until([&] { return !client.connected_ids.empty() && !server.accepted_ids.empty(); }, limit);
    if (up) at_server = server.accepted_ids.back();
    return up;
}

std::string timeline(const Net& net, std::size_t from) {
    std::map<std::size_t, std::uint32_t> initial;  // by host
    std::string lines;
    Instant begin{};
    for (std::size_t i = 0; i < net.seen.size(); ++i) {
        const Seen& one = net.seen[i];
        if (!one.is_tcp) continue;
        const auto& f = one.tcp.flags;
        if (f.syn) initial.emplace(one.from, one.tcp.sequence);
        if (i < from) continue;
        if (begin == Instant{}) begin = one.at;
        const std::size_t other = 1 - one.from;
        const std::uint32_t seq = one.tcp.sequence - initial[one.from];
        std::string flags;
        for (const auto& [on, letter] :
             {std::pair(f.syn, 'S'), {f.fin, 'F'}, {f.rst, 'R'}, {f.psh, 'P'}, {f.ack, 'A'}})
            if (on) flags += letter;
        lines += fmt::format("{:.3f} {} {} {}:{}", double((one.at - begin) / microseconds{1}) / 1e6,
                             net.hosts[one.from]->name, flags, seq, seq + one.payload);
        if (f.ack) lines += fmt::format(" ack {}", one.tcp.acknowledgment - initial[other]);
        lines += '\n';
    }
    return lines;
}

Buffer forged_packet(const Host& from, const Host& to, wire::Ipv4Header header,
                     std::span<const std::uint8_t> payload) {
    Buffer frame = Buffer::with_header(34, Buffer::copy_of(payload));
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    header.total_length = std::uint16_t(20 + payload.size());
    wire::emit_ipv4(header, room.subspan(14));
    const bool to_all = header.destination.is_multicast() || header.destination.value % 256 == 255;
    wire::emit_ethernet({to_all ? MacAddress::broadcast() : to.stack.snapshot().interfaces[0].config.mac,
                         from.stack.snapshot().interfaces[0].config.mac, wire::kEtherTypeIpv4},
                        room);
    return frame;
}

Buffer forged(const Host& from, const Host& to, const char* source, const char* destination,
              wire::TcpHeader header, std::string_view payload) {
    std::vector<std::uint8_t> segment(header.size());
    segment.insert(segment.end(), payload.begin(), payload.end());
    wire::Ipv4Header ip;
    ip.ttl = 64;
    ip.protocol = wire::kProtocolTcp;
    ip.source = address_of(source);
    ip.destination = address_of(destination);
    wire::emit_tcp_header(header, ip.source, ip.destination, segment);
    return forged_packet(from, to, ip, segment);
}

}  // namespace vmlab::stack::test
