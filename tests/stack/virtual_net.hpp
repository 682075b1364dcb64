// Hosts with stacks on wires, in virtual time: what the tests of the stack play on.
//
// A Net is a queue of events ordered by (time, sequence). Wires can lose, duplicate, delay, reorder and
// corrupt, by a seeded stream. A Host is a stack and a user that writes down what it hears; it takes received
// bytes at once unless told otherwise, and keeps its send queues filled.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "stack/stack.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack::test {

inline const Instant kStart = Instant{seconds{1'700'000'000}};

struct Faults {
    std::uint32_t lose = 0, duplicate = 0, reorder = 0, corrupt = 0;  // parts per million
    Duration delay = milliseconds{1};
    Duration reorder_by = milliseconds{3};
    std::uint64_t bytes_per_second = 0;  ///< of each sender's road; 0 = no limit
    std::size_t queue = 0;               ///< bytes that wait for their turn on it; 0 = no limit
    std::size_t marked_above = 0;  ///< a queue longer than this marks what may be marked (CE); 0 = never
};

class Net;

class Host final : public Sink {
public:
    Host(Net& net, std::size_t index, std::string name, const StackOptions& options);

    struct Stream {
        std::size_t left = 0;  // still to be handed to the stack
        std::size_t at = 0;    // position of the pattern
        bool then_shutdown = false;
    };

    // what the user heard
    std::map<ConnectionId, std::string> text;  // received bytes
    std::vector<ConnectionId> accepted_ids, connected_ids, peer_closed_ids;
    std::map<ConnectionId, CloseReason> closed_ids, failed_ids;
    std::map<ConnectionId, std::size_t> acknowledged_bytes;
    std::vector<std::string> datagrams;
    std::vector<std::uint16_t> echo_sequences;
    std::vector<std::pair<int, int>> icmp_errors;  // type, code
    std::vector<std::string> records;
    std::vector<Attack> attacks;
    std::vector<std::string> conflicts;  // address and hardware address
    bool takes = true;                   // received bytes are consumed at once

    // what the user does
    InterfaceId attach(std::size_t lan, const char* address, unsigned prefix, std::uint16_t mtu = 1500);
    void route_default(const char* hop, InterfaceId interface);
    ConnectionId connect(const char* address, std::uint16_t port, std::uint16_t local_port = 0);
    void send(ConnectionId id, std::string_view what);
    /// Keeps the send queue filled with `bytes` of a pattern, then shuts down if wanted.
    void stream(ConnectionId id, std::size_t bytes, bool then_shutdown);
    void pump();
    TcpState state(ConnectionId id) const;
    ConnectionSnapshot row(ConnectionId id) const;
    std::uint64_t drops(DropReason reason) const { return stack.snapshot().drops[std::size_t(reason)]; }
    std::size_t connection_count() const;  // without listeners

    Net& net;
    std::size_t index;
    std::string name;
    Stack stack;
    std::map<ConnectionId, Stream> streams;
    std::vector<std::pair<ConnectionId, std::size_t>> taken;

    // Sink
    CauseId record(Record what) override;
    void send_frame(InterfaceId interface, Buffer frame) override;
    void accepted(ConnectionId, ConnectionId, const Endpoint&, const Endpoint&) override;
    void connected(ConnectionId, const Endpoint&, const Endpoint&) override;
    void connect_failed(ConnectionId, CloseReason, std::string) override;
    void received(ConnectionId, Buffer) override;
    void peer_closed(ConnectionId) override;
    void closed(ConnectionId, CloseReason, std::string) override;
    void acknowledged(ConnectionId, std::size_t) override;
    void attacked(Attack attack, const Endpoint&) override { attacks.push_back(attack); }
    void conflicted(InterfaceId, Ipv4Address address, const MacAddress& by) override {
        conflicts.push_back(address.str() + " " + by.str());
    }
    void datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer) override;
    void echo_reply(std::uint16_t, std::uint16_t, const IpAddress&, std::size_t) override;
    void icmp_error(const IcmpReport& report) override;
};

/// A frame seen on a wire, taken apart where it is TCP.
struct Seen {
    Instant at{};
    std::size_t from = 0;  // host
    wire::TcpHeader tcp{};
    std::size_t payload = 0;
    std::uint8_t traffic_class = 0;
    bool is_tcp = false;    // of IPv4
    std::size_t bytes = 0;  // of the frame
    std::string line;       // empty unless the Net keeps lines
};

class Net {
public:
    explicit Net(std::uint64_t seed = 1) : random(seed_from_number(seed), "net") {}

    Host& add_host(const char* name, const StackOptions& options = {});
    std::size_t add_lan(const Faults& faults = {});
    void transmit(std::size_t host, InterfaceId interface, Buffer frame);
    /// Puts a frame on the road to one host, now and unharmed.
    void inject(std::size_t host, InterfaceId interface, Buffer frame);

    /// One event. False when nothing is left before `limit`.
    bool step(Instant limit);
    void run_for(Duration d);
    /// True when the condition came to hold within `d`.
    bool run_until(const std::function<bool()>& condition, Duration d);
    /// False if the frame vanishes on the wire.
    std::function<bool(const Seen&)> filter;
    bool keeps_frames = false;
    /// The last frames sent, whole: what a fuzzer mutates. Kept when `keeps_raw` > 0, at most that many.
    std::size_t keeps_raw = 0;
    std::vector<Buffer> raw;
    std::vector<Seen> seen;
    std::uint64_t frames = 0;
    /// Every connection's queue is walked and compared with its counts after each event.
    bool checks = true;

    Instant now = kStart;
    RandomStream random;
    std::vector<std::unique_ptr<Host>> hosts;

    struct Port {
        std::size_t host;
        InterfaceId interface;
        MacAddress mac;
    };
    struct Lan {
        Faults faults;
        std::vector<Port> ports;
        std::map<std::size_t, Instant> busy_until{};  ///< by the port that sends
        std::uint64_t overflowed = 0, marked = 0;     ///< frames
    };
    std::vector<Lan> lans;
    std::map<std::pair<std::size_t, InterfaceId>, std::size_t> lan_of;

private:
    struct Event {
        Instant at;
        std::uint64_t sequence;
        std::size_t host;
        InterfaceId interface;
        Buffer frame;
        bool operator>(const Event& o) const { return at != o.at ? at > o.at : sequence > o.sequence; }
    };
    /// The time a frame waits and takes on a road of limited bandwidth; nothing when the queue is full.
    std::optional<Duration> queue_on(Lan& lan, std::size_t host, Buffer& frame);
    void deliver(const Port& to, Buffer frame, Duration delay);

    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t sequence_ = 0;
};

/// The byte at position i of every streamed pattern.
inline char pattern_at(std::size_t i) { return char('A' + (i * 31 + i / 251) % 57); }
bool is_pattern(const std::string& text);

/// Two hosts on one wire, a server listening on port 21, and an established connection between them.
struct Pair {
    explicit Pair(std::uint64_t seed = 1, const Faults& faults = {}, const StackOptions& options = {},
                  std::uint16_t mtu = 1500);
    /// Opens client → server; gives false if that does not work out.
    bool open(Duration limit = minutes{5});

    Net net;
    Host& client;
    Host& server;
    ConnectionId listener = 0, at_client = 0, at_server = 0;
};

/// The TCP segments seen since `from`, one a line, with numbers relative to each side's SYN and seconds since
/// the first: "0.001 SERVER SA 0:0 ack 1".
std::string timeline(const Net& net, std::size_t from = 0);

/// A TCP segment as a frame from `from` to `to`, for what no stack of ours would send.
Buffer forged(const Host& from, const Host& to, const char* source, const char* destination,
              wire::TcpHeader header, std::string_view payload = {});

}  // namespace vmlab::stack::test
