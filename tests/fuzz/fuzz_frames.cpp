// libFuzzer entry: what a peer, a stranger and the user can do to one host. Run by scripts/fuzz.
//
// The input is a script, a byte at a time; at its end it reads as zeros. A step lets time pass, throws a
// frame as it stands, sends a fragment, an ICMP error or a TCP segment of one of four peers, or does
// something to a connection as its user. Segments are built around what the host said last to that peer, so
// that most of them are believed, and their checksums are right: no fuzzer guesses a sequence number. However
// the script ends, nothing may crash, and after the users have closed everything, nothing may be left.
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "stack/stack.hpp"
#include "stack/wire/arp.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/icmpv6.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace {

using namespace vmlab;
using namespace vmlab::stack;

constexpr Ipv4Address kHost = Ipv4Address::of(9, 60, 60, 3), kPeer = Ipv4Address::of(9, 60, 60, 9);
constexpr IpAddress kHost6{
    std::array<std::uint8_t, 16>{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}};
constexpr IpAddress kPeer6{
    std::array<std::uint8_t, 16>{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}};
constexpr IpAddress kLink{std::array<std::uint8_t, 16>{0xfe, 0x80}};
constexpr MacAddress kHostMac{{2, 0, 0, 0, 2, 0}}, kPeerMac{{2, 0, 0, 0, 1, 0}};
constexpr std::uint16_t kFirstPort = 5000;
constexpr std::size_t kPeers = 4;

/// What the host said last to one of the peers.
struct Heard {
    std::uint32_t next = 0, acknowledged = 1000, timestamp = 0, window = 0;
    std::uint16_t host_port = 21;
};

class World final : public Sink {
public:
    explicit World(std::span<const std::uint8_t> script) : in_(script) {
        InterfaceConfig config;
        config.mac = kHostMac;
        config.autoconfigures = true;
        interface_ = stack_.add_interface(config);
        stack_.add_address(interface_, kHost, mask_of_prefix(24), now_, *this);
        stack_.add_address(interface_, kHost6, 64, {}, now_, *this);
        stack_.listen(21, {.backlog = 2});  // beyond it there are SYN cookies
        stack_.add_route(Route{{}, {}, kPeer, interface_, 0, {}});
        stack_.bind_udp(69);
        Buffer reply = Buffer::allocate(wire::kEthernetHeader + wire::kArpPacket);
        const std::span room(reply.writable(), reply.size());
        wire::emit_ethernet({kHostMac, kPeerMac, wire::kEtherTypeArp}, room);
        wire::emit_arp({wire::ArpOperation::request, kPeerMac, kPeer, {}, kHost},
                       room.subspan(wire::kEthernetHeader));
        stack_.receive_frame(interface_, std::move(reply), now_, *this);
    }

    void run() {
        while (!in_.rest().empty()) {
            step(in_.u8());
            act();
            for (int i = 0; i < 16 && due(); ++i) stack_.tick(now_, *this);
            act();
        }
    }

    /// The users go; what is left ends by itself.
    void end() {
        for (const auto& row : stack_.snapshot().connections) stack_.close(row.id, now_, *this);
        for (int i = 0; i < 100'000 && stack_.next_deadline(); ++i) {
            now_ = std::max(now_, *stack_.next_deadline());
            stack_.tick(now_, *this);
            act();
        }
        vm_assert(!stack_.next_deadline());
        for (const auto& row : stack_.snapshot().connections) vm_assert(row.state == TcpState::listen);
    }

    CauseId record(Record) override { return CauseId::none; }
    void send_frame(InterfaceId, Buffer frame) override { listen_to(frame.span()); }
    void accepted(ConnectionId, ConnectionId id, const Endpoint&, const Endpoint&) override {
        ids_.push_back(id);
    }
    void connected(ConnectionId, const Endpoint&, const Endpoint&) override {}
    void connect_failed(ConnectionId, CloseReason, std::string) override {}
    void received(ConnectionId id, Buffer data) override {
        vm_assert(!data.empty());
        taken_.emplace_back(id, data.size());
    }
    void peer_closed(ConnectionId) override {}
    void closed(ConnectionId, CloseReason, std::string) override {}
    void acknowledged(ConnectionId, std::size_t) override {}
    void attacked(Attack, const Endpoint&) override {}
    void datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer) override {}
    void echo_reply(std::uint16_t, std::uint16_t, const IpAddress&, std::size_t) override {}
    void icmp_error(const IcmpReport&) override {}

private:
    bool due() const {
        const auto at = stack_.next_deadline();
        return at && *at <= now_;
    }
    void act() {
        if (!takes_) return;
        for (const auto& [id, bytes] : std::exchange(taken_, {})) stack_.consumed(id, bytes, now_, *this);
    }

    void listen_to(std::span<const std::uint8_t> frame) {
        const auto [fault, ip] = wire::parse_ipv4(frame.subspan(wire::kEthernetHeader));
        if (fault != wire::Ipv4Fault::none || ip.protocol != wire::kProtocolTcp || ip.is_fragment()) return;
        const auto segment = frame.subspan(wire::kEthernetHeader + ip.size(), ip.total_length - ip.size());
        const auto tcp = wire::parse_tcp(segment, ip.source, ip.destination);
        vm_assert(tcp.fault == wire::TcpFault::none);  // what we send ourselves is always right
        const auto& h = tcp.header;
        const auto peer = std::size_t(h.destination_port - kFirstPort);
        if (peer >= kPeers || h.flags.rst) return;
        Heard& heard = heard_[peer];
        heard.host_port = h.source_port;
        heard.next = h.sequence + std::uint32_t(segment.size() - tcp.header_size) + h.flags.syn + h.flags.fin;
        if (h.flags.ack) heard.acknowledged = h.acknowledgment;
        if (h.options.timestamps) heard.timestamp = h.options.timestamps->value;
    }

    void step(std::uint8_t what) {
        if (what % 16 == 13) return send_ipv6();
        if (what % 16 == 9) return send_arp();
        switch (what % 8) {
            case 0: return pass();
            case 1: return throw_frame();
            case 2: return use_connection();
            case 3: return send_fragment(what >> 3);
            case 4: return send_icmp_error(what >> 3);
            default: return send_segment(what >> 3);
        }
    }

    void pass() {
        const auto amount = in_.u8();
        now_ += amount < 200 ? Duration(milliseconds{amount}) : Duration(seconds{amount - 199});
        peer_clock_ += amount;
    }

    void throw_frame() {
        const auto length = in_.u8();
        stack_.receive_frame(interface_, Buffer::copy_of(in_.bytes(length)), now_, *this);
    }

    void use_connection() {
        const auto what = in_.u8();
        const auto id = ids_.empty() ? ConnectionId{1000} : ids_[in_.u8() % ids_.size()];
        switch (what % 8) {
            case 0: {
                const auto made =
                    stack_.connect({kPeer, std::uint16_t(kFirstPort + what / 8 % kPeers)}, 0, now_, *this);
                if (made) ids_.push_back(*made);
                return;
            }
            case 1: return stack_.shutdown(id, now_, *this);
            case 2: return stack_.close(id, now_, *this);
            case 3: return stack_.abort(id, now_, *this);
            case 4: takes_ = !takes_; return;
            case 5:
                return stack_.set_options(id, {.no_delay = (what & 8) != 0, .keep_alive = (what & 16) != 0},
                                          now_);
            default:
                if (stack_.takes_data(id))
                    stack_.send(id, Buffer::allocate(std::size_t(in_.u8()) * (what & 8 ? 1 : 200)), now_,
                                *this);
        }
    }

    /// `kind` says which fields are as they should be; the script says the rest.
    void send_segment(std::uint8_t kind) {
        const std::size_t peer = kind % kPeers;
        const Heard& heard = heard_[peer];
        const auto flags = in_.u8();
        wire::TcpHeader h;
        h.source_port = std::uint16_t(kFirstPort + peer);
        h.destination_port = heard.host_port;
        h.sequence = heard.acknowledged;
        h.acknowledgment = heard.next;
        h.window = 0xffff;
        h.flags = {.fin = (flags & 1) != 0,
                   .syn = (flags & 2) != 0,
                   .rst = (flags & 4) != 0,
                   .ack = (flags & 8) == 0,
                   .urg = (flags & 16) != 0};
        if (kind & 4) h.sequence += std::uint32_t(std::int8_t(in_.u8())) * (flags & 32 ? 1 : 700);
        if (kind & 8) h.acknowledgment += std::uint32_t(std::int8_t(in_.u8())) * (flags & 32 ? 1 : 700);
        if (kind & 16) h.window = std::uint16_t(in_.u8() * (flags & 32 ? 1 : 257));
        if (flags & 64) add_options(h, heard);
        const std::size_t payload = flags & 128 ? in_.u8() * 6u : 0u;
        std::vector<std::uint8_t> segment(h.size() + payload, 0x41);
        wire::emit_tcp_header(h, kPeer, kHost, segment);
        send_packet(wire::Ipv4Header{.protocol = wire::kProtocolTcp}, segment);
    }

    /// Of one of four echo requests or datagrams; the checksum of an echo request of zeros behind its type is
    /// right.
    void send_fragment(std::uint8_t kind) {
        wire::Ipv4Header ip;
        ip.identification = kind % 4;
        ip.more_fragments = (kind & 8) == 0;
        ip.protocol = kind & 4 ? wire::kProtocolUdp : wire::kProtocolIcmp;
        ip.fragment_offset = std::uint16_t(in_.u8() * (kind & 16 ? 256u : 8u));
        std::vector<std::uint8_t> payload(in_.u8() * 8u + (ip.more_fragments ? 0u : in_.u8() % 8u));
        if (ip.fragment_offset == 0 && payload.size() >= 8) {
            payload[0] = kind & 4 ? 0 : wire::kIcmpEchoRequest;
            payload[2] = kind & 4 ? 0 : 0xf7;  // the checksum of ICMP, the port of UDP
            payload[3] = kind & 4 ? 69 : 0xff;
            payload[5] = kind & 4 ? 8 : 0;
        }
        send_packet(ip, payload);
    }

    /// Any payload behind a good header; the checksum of ICMPv6 is right.
    void send_ipv6() {
        constexpr std::array<std::uint8_t, 8> kNext{58, 58, 58, 0, 43, 44, 60, 17};
        const IpAddress sources[] = {wire::address_of_mac(kLink, kPeerMac), IpAddress(), kPeer6, kHost6};
        const IpAddress destinations[] = {wire::address_of_mac(kLink, kHostMac), kHost6, wire::kAllNodes,
                                          wire::solicited_node(kHost6)};
        const auto choice = in_.u8();
        const auto body = in_.bytes(std::min<std::size_t>(in_.u8(), in_.rest().size()));
        wire::Ipv6Header ip;
        ip.payload_length = std::uint16_t(body.size());
        ip.next_header = kNext[choice % 8];
        ip.hop_limit = choice & 128 ? 64 : 255;
        ip.source = sources[choice / 8 % 4];
        ip.destination = destinations[choice / 32 % 4];
        Buffer frame = Buffer::allocate(wire::kEthernetHeader + wire::kIpv6Header + body.size());
        const std::span room(frame.writable(), frame.size());
        wire::emit_ethernet({kHostMac, kPeerMac, wire::kEtherTypeIpv6}, room);
        wire::emit_ipv6(ip, room.subspan(wire::kEthernetHeader));
        const auto payload = room.subspan(wire::kEthernetHeader + wire::kIpv6Header);
        std::copy(body.begin(), body.end(), payload.begin());
        if (ip.next_header == wire::kProtocolIcmpv6 && body.size() >= wire::kIcmpHeader) {
            ByteReader fields(body);
            const auto type = fields.u8(), code = fields.u8();
            fields.u16();
            wire::emit_icmpv6_header(type, code, fields.u32(), ip.source, ip.destination, payload);
        }
        stack_.receive_frame(interface_, std::move(frame), now_, *this);
    }

    /// Whoever the script says, of whomever.
    void send_arp() {
        const auto choice = in_.u8();
        const auto address = [&] { return Ipv4Address{(kHost.value & ~0xffu) | in_.u8()}; };
        Buffer frame = Buffer::allocate(wire::kEthernetHeader + wire::kArpPacket);
        const std::span room(frame.writable(), frame.size());
        wire::emit_ethernet({choice & 1 ? MacAddress::broadcast() : kHostMac, kPeerMac, wire::kEtherTypeArp},
                            room);
        wire::emit_arp({choice & 2 ? wire::ArpOperation::request : wire::ArpOperation::reply,
                        kPeerMac,
                        choice & 4 ? Ipv4Address{} : address(),
                        {},
                        address()},
                       room.subspan(wire::kEthernetHeader));
        stack_.receive_frame(interface_, std::move(frame), now_, *this);
    }

    void send_icmp_error(std::uint8_t kind) {
        const Heard& heard = heard_[kind % kPeers];
        const auto type = in_.u8(), code = in_.u8();
        std::uint32_t rest = in_.u16();
        if (type == wire::kIcmpRedirect) rest = (kHost.value & ~0xffu) | (rest & 0xff);  // a neighbour
        std::vector<std::uint8_t> message(wire::kIcmpHeader + wire::kIpv4Header + 8);
        const std::span quoted = std::span(message).subspan(wire::kIcmpHeader);
        wire::Ipv4Header ip;
        ip.total_length = 40;
        ip.protocol = wire::kProtocolTcp;
        ip.source = kHost;
        ip.destination = kPeer;
        wire::emit_ipv4(ip, quoted);
        ByteWriter out(quoted.subspan(wire::kIpv4Header));
        out.u16(heard.host_port);
        out.u16(std::uint16_t(kFirstPort + kind % kPeers));
        out.u32(heard.next - in_.u8());
        wire::emit_icmp_header(kind & 4 ? wire::kIcmpUnreachable : type,
                               kind & 8 ? wire::kFragmentationNeeded : code, rest, message);
        send_packet(wire::Ipv4Header{.protocol = wire::kProtocolIcmp}, message);
    }

    void send_packet(wire::Ipv4Header ip, std::span<const std::uint8_t> payload) {
        ip.total_length = std::uint16_t(wire::kIpv4Header + payload.size());
        ip.ttl = 64;
        ip.source = kPeer;
        ip.destination = kHost;
        Buffer frame =
            Buffer::with_header(wire::kEthernetHeader + wire::kIpv4Header, Buffer::copy_of(payload));
        const std::span room(frame.writable(), frame.size());
        wire::emit_ipv4(ip, room.subspan(wire::kEthernetHeader));
        wire::emit_ethernet({kHostMac, kPeerMac, wire::kEtherTypeIpv4}, room);
        stack_.receive_frame(interface_, std::move(frame), now_, *this);
    }

    void add_options(wire::TcpHeader& h, const Heard& heard) {
        const auto which = in_.u8();
        if (which & 1) h.options.timestamps = wire::Timestamps{peer_clock_, heard.timestamp};
        if (which & 2) h.options.timestamps = wire::Timestamps{in_.u32(), heard.timestamp};
        if (h.flags.syn) {
            if (which & 4) h.options.mss = in_.u16();
            if (which & 8) h.options.window_shift = std::uint8_t(in_.u8() % 15);
            h.options.sack_permitted = (which & 16) != 0;
        }
        if ((which & 32) == 0) return;
        h.options.sack_count = h.flags.syn ? 1 : std::uint8_t(1 + which / 64 % 3);
        for (std::size_t i = 0; i < h.options.sack_count; ++i) {
            const std::uint32_t left = heard.next - in_.u8() * 200u;
            h.options.sack[i] = {left, left + in_.u8() * 200u};
        }
    }

    ByteReader in_;
    Stack stack_{StackOptions{.receive_buffer = 32 * 1024}, RandomStream(seed_from_number(1), "fuzz")};
    InterfaceId interface_ = 0;
    Instant now_{seconds{1'700'000'000}};
    std::uint32_t peer_clock_ = 0xfffff000;  // wraps soon
    std::array<Heard, kPeers> heard_{};
    std::vector<ConnectionId> ids_;
    std::vector<std::pair<ConnectionId, std::size_t>> taken_;
    bool takes_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    World world({data, size});
    world.run();
    world.end();
    return 0;
}
