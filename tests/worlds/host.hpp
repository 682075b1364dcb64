// A host of a random world: a bare stack, and the ends of the flows that live on it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/system/system.hpp"
#include "stack/news.hpp"
#include "stack/stack.hpp"

namespace vmlab::test {

/// One exchange: the client opens, both send, both shut down.
struct FlowPlan {
    std::size_t client = 0, server = 0;  ///< hosts
    Endpoint at{};                       ///< where the server listens; no two flows have one port
    std::uint16_t client_port = 0;
    std::uint64_t up = 0, down = 0;  ///< bytes to the server, to the client
    Duration begins{};
    bool slow_reader = false;    ///< the server takes what has come every now and then only
    bool aborted = false;        ///< the client does not close; once the wires are healed it resets
    std::size_t chunk = 10'000;  ///< bytes of each send
};

/// The byte at this place of a flow's stream.
[[nodiscard]] inline std::uint8_t byte_of(std::uint16_t port, bool up, std::uint64_t at) {
    return std::uint8_t(at * 31 + at / 251 + port * 7 + (up ? 13 : 0));
}

struct FlowState {
    FlowPlan plan{};
    std::size_t attempts = 0;
    bool client_done = false, server_done = false;
    [[nodiscard]] bool done() const { return client_done && server_done; }
};

class WorldHost final : public sim::Machine {
public:
    using Complain = std::function<void(std::string)>;

    WorldHost(Name8 name, std::size_t number, const stack::StackOptions& options, RandomStream random,
              std::vector<FlowState>& flows, Complain complain)
        : Machine(name),
          number_(number),
          stack_(options, std::move(random)),
          flows_(flows),
          complain_(std::move(complain)) {}  // NOLINT: of the world, which outlives its hosts

    stack::InterfaceId plug(Ipv4Address address, unsigned prefix, std::uint16_t mtu, sim::System& world);
    void route(Ipv4Address destination, unsigned prefix, Ipv4Address hop, stack::InterfaceId interface);
    void listen(std::uint16_t port);
    /// A datagram of this size to everybody who reads it; its bytes are byte_of(0, …).
    void send_datagram(const Endpoint& to, std::size_t bytes, sim::System& world);
    /// Opens its part of the flow (again).
    void open(std::size_t flow, sim::System& world);
    /// The wires are healed: flows that are to be aborted are.
    void abort_flows(sim::System& world);
    /// Of those, the server need not end what it never began.
    void forget_unserved();

    void receive(sim::Event& event, sim::System& world) override;
    std::optional<Instant> next_deadline() const override;

    /// What must hold of the stack whenever it rests; a sentence if not.
    [[nodiscard]] std::optional<std::string> check() const;
    /// What is left when all is over; a sentence if anything is.
    [[nodiscard]] std::optional<std::string> check_end() const;
    [[nodiscard]] std::string state() const;
    [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }
    [[nodiscard]] std::size_t datagrams(std::uint16_t port) const {
        const auto found = datagrams_.find(port);
        return found == datagrams_.end() ? 0 : found->second;
    }

private:
    class Wire;
    struct End {
        std::size_t flow = 0;
        bool client = false;
        std::uint64_t to_send = 0, sent = 0, to_receive = 0, received = 0;
        std::size_t untaken = 0;  ///< bytes that the reader has not taken yet
        bool connected = false, shut = false, peer_closed = false;
    };

    void drain(sim::System& world);
    void news(stack::News& n, sim::System& world);
    void take(End& end, stack::News& n, sim::System& world);
    void pump(sim::System& world);
    void push(stack::ConnectionId id, End& end, sim::System& world);
    void ended(stack::ConnectionId id, const stack::News& n, sim::System& world);
    void add_end(stack::ConnectionId id, std::size_t flow, bool client);

    std::size_t number_;
    stack::Stack stack_;
    std::vector<stack::News> news_;
    std::vector<FlowState>& flows_;
    Complain complain_;
    std::map<stack::ConnectionId, End> ends_;
    std::map<Instant, std::vector<std::size_t>> openings_;  ///< flows to open (again)
    std::optional<Instant> reads_at_;
    std::uint64_t bytes_received_ = 0;
    std::map<std::uint16_t, std::size_t> datagrams_;  ///< by port

    friend class RandomWorld;
};

}  // namespace vmlab::test
