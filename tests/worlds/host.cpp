#include "tests/worlds/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vmlab::test {
namespace {

constexpr std::size_t kSendCredit = 64 * 1024;
constexpr Duration kReadsEvery = milliseconds{300};
constexpr Duration kOpensAgain = seconds{1};

}  // namespace

class WorldHost::Wire final : public stack::NewsSink {
public:
    Wire(WorldHost& host, sim::System& world) : NewsSink(host.news_), host_(host), world_(world) {}
    CauseId record(Record) override { return CauseId::none; }
    void send_frame(stack::InterfaceId interface, Buffer frame) override {
        world_.transmit(host_, interface, std::move(frame));
    }

private:
    WorldHost& host_;
    sim::System& world_;
};

stack::InterfaceId WorldHost::plug(Ipv4Address address, unsigned prefix, std::uint16_t mtu,
                                   sim::System& world) {
    MacAddress mac{{0x02, 0x01}};
    for (std::size_t i = 0; i < 4; ++i) mac.bytes[2 + i] = std::uint8_t(address.value >> (24 - 8 * i));
    const auto id = stack_.add_interface({.name = "eth", .mac = mac, .mtu = mtu});
    Wire wire(*this, world);
    stack_.add_address(id, address, mask_of_prefix(prefix), world.now(), wire);
    return id;
}

void WorldHost::route(Ipv4Address destination, unsigned prefix, Ipv4Address hop,
                      stack::InterfaceId interface) {
    stack_.add_route({.destination = destination,
                      .mask = mask_of_prefix(prefix),
                      .first_hop = hop,
                      .interface = interface});
}

void WorldHost::listen(std::uint16_t port) {
    if (!stack_.listen(port, {})) complain_(fmt::format("port {} is taken", port));
}

void WorldHost::send_datagram(const Endpoint& to, std::size_t bytes, sim::System& world) {
    Wire wire(*this, world);
    Buffer data = Buffer::allocate(bytes);
    for (std::size_t i = 0; i < bytes; ++i) data.writable()[i] = byte_of(0, true, i);
    stack_.send_datagram(to.port, to, std::move(data), world.now(), wire);
    drain(world);
}

void WorldHost::open(std::size_t flow, sim::System& world) { openings_[world.now()].push_back(flow); }

void WorldHost::add_end(stack::ConnectionId id, std::size_t flow, bool client) {
    const FlowPlan& plan = flows_[flow].plan;
    End end;
    end.flow = flow;
    end.client = client;
    end.to_send = client ? plan.up : plan.down;
    end.to_receive = client ? plan.down : plan.up;
    ends_[id] = end;
}

void WorldHost::abort_flows(sim::System& world) {
    Wire wire(*this, world);
    for (std::size_t i = 0; i < flows_.size(); ++i)
        if (flows_[i].plan.aborted && flows_[i].plan.client == number_) flows_[i].client_done = true;
    std::erase_if(ends_, [&](const auto& item) {
        const bool aborted = flows_[item.second.flow].plan.aborted && item.second.client;
        if (aborted) stack_.abort(item.first, world.now(), wire);
        return aborted;
    });
    for (auto& [at, flows] : openings_)
        std::erase_if(flows, [&](std::size_t flow) { return flows_[flow].plan.aborted; });
    drain(world);
}

void WorldHost::forget_unserved() {
    for (std::size_t i = 0; i < flows_.size(); ++i) {
        if (!flows_[i].plan.aborted || flows_[i].plan.server != number_) continue;
        bool serves = false;
        for (const auto& [id, end] : ends_) serves = serves || end.flow == i;
        if (!serves) flows_[i].server_done = true;
    }
}

void WorldHost::receive(sim::Event& event, sim::System& world) {
    Wire wire(*this, world);
    if (auto* arrived = std::get_if<sim::FramesArrived>(&event.payload)) {
        stack_.receive_frames(arrived->interface, arrived->frames, world.now(), wire);
    } else if (std::holds_alternative<sim::DeadlinePassed>(event.payload)) {
        stack_.tick(world.now(), wire);
        while (!openings_.empty() && openings_.begin()->first <= world.now()) {
            const auto due = openings_.extract(openings_.begin());
            for (const auto flow : due.mapped()) {
                const FlowPlan& plan = flows_[flow].plan;
                ++flows_[flow].attempts;
                const auto id = stack_.connect(plan.at, plan.client_port, world.now(), wire);
                if (id) add_end(*id, flow, true);
                else openings_[world.now() + kOpensAgain].push_back(flow);
            }
        }
    }
    drain(world);
    pump(world);
    if (auto wrong = check()) complain_(*wrong);
}

std::optional<Instant> WorldHost::next_deadline() const {
    std::optional<Instant> at = stack_.next_deadline();
    const auto sooner = [&at](Instant other) { at = at ? std::min(*at, other) : other; };
    if (reads_at_) sooner(*reads_at_);
    if (!openings_.empty()) sooner(openings_.begin()->first);
    return at;
}

void WorldHost::drain(sim::System& world) {
    for (std::size_t i = 0; i < news_.size(); ++i) {
        stack::News n = std::move(news_[i]);
        news(n, world);
    }
    news_.clear();
}

void WorldHost::news(stack::News& n, sim::System& world) {
    using Kind = stack::News::Kind;
    const auto found = ends_.find(n.id);
    End* const end = found == ends_.end() ? nullptr : &found->second;
    switch (n.kind) {
        case Kind::accepted:
            for (std::size_t i = 0; i < flows_.size(); ++i)
                if (flows_[i].plan.at.port == n.local.port) add_end(n.id, i, false);
            ends_[n.id].connected = true;
            break;
        case Kind::connected:
            if (end) end->connected = true;
            break;
        case Kind::received:
            if (end) take(*end, n, world);
            else complain_("data for what is no connection");
            break;
        case Kind::peer_closed:
            if (!end) break;
            if (end->peer_closed) complain_("the peer closed twice");
            end->peer_closed = true;
            if (end->received != end->to_receive)
                complain_(fmt::format("the end after {} bytes of {}", end->received, end->to_receive));
            break;
        case Kind::connect_failed:
        case Kind::closed:
            if (end) ended(n.id, n, world);
            break;
        case Kind::datagram:
            ++datagrams_[std::uint16_t(n.id)];
            for (std::size_t i = 0; i < n.data.size(); ++i)
                if (n.data[i] != byte_of(0, true, i)) return complain_("a datagram came changed");
            break;
        default: break;
    }
}

void WorldHost::take(End& end, stack::News& n, sim::System& world) {
    const FlowPlan& plan = flows_[end.flow].plan;
    if (end.peer_closed) complain_("data behind the end");
    for (const Buffer& part : n.received)
        for (std::size_t i = 0; i < part.size(); ++i, ++end.received)
            if (part[i] != byte_of(plan.at.port, !end.client, end.received))
                return complain_(fmt::format("{}: byte {} of port {} is wrong", name().view(), end.received,
                                             plan.at.port));
    if (end.received > end.to_receive) complain_("more bytes than were sent");
    std::size_t bytes = 0;
    for (const Buffer& part : n.received) bytes += part.size();
    bytes_received_ += bytes;
    end.untaken += bytes;
    if (!plan.slow_reader || end.client) return;
    if (!reads_at_) reads_at_ = world.now() + kReadsEvery;
}

/// A connection that ends before its flow was served is a violation, but for those that are to be aborted.
void WorldHost::ended(stack::ConnectionId id, const stack::News& n, sim::System&) {
    const End end = ends_[id];
    FlowState& flow = flows_[end.flow];
    ends_.erase(id);
    if (flow.plan.aborted && !end.client && n.reason == CloseReason::reset) {
        flow.server_done = true;
        return;
    }
    const bool whole =
        end.shut && end.sent == end.to_send && end.received == end.to_receive && end.peer_closed;
    if (!whole || n.reason != CloseReason::finished)
        return complain_(fmt::format(
            "{}: the connection of port {} ended ({}) with {} of {} bytes sent, {} of {} received",
            name().view(), flow.plan.at.port, n.why, end.sent, end.to_send, end.received, end.to_receive));
    (end.client ? flow.client_done : flow.server_done) = true;
}

void WorldHost::pump(sim::System& world) {
    Wire wire(*this, world);
    const bool reads = reads_at_ && *reads_at_ <= world.now();
    if (reads) reads_at_.reset();
    std::vector<stack::ConnectionId> ids;
    for (const auto& [id, end] : ends_) ids.push_back(id);
    for (const auto id : ids) {
        const auto found = ends_.find(id);
        if (found == ends_.end()) continue;
        End& end = found->second;
        const bool waits = flows_[end.flow].plan.slow_reader && !end.client && !reads;
        if (end.untaken > 0 && !waits) stack_.consumed(id, std::exchange(end.untaken, 0), world.now(), wire);
        if (end.connected) push(id, end, world);
        drain(world);
    }
}

void WorldHost::push(stack::ConnectionId id, End& end, sim::System& world) {
    Wire wire(*this, world);
    const FlowPlan& plan = flows_[end.flow].plan;
    while (end.sent < end.to_send && stack_.unacknowledged(id) < kSendCredit) {
        const auto size = std::size_t(std::min<std::uint64_t>(end.to_send - end.sent, plan.chunk));
        Buffer data = Buffer::allocate(size);
        for (std::size_t i = 0; i < size; ++i)
            data.writable()[i] = byte_of(plan.at.port, end.client, end.sent + i);
        end.sent += size;
        stack_.send(id, std::move(data), world.now(), wire);
    }
    if (end.sent == end.to_send && !end.shut && !(plan.aborted && end.client)) {
        end.shut = true;
        stack_.shutdown(id, world.now(), wire);
    }
}

std::optional<std::string> WorldHost::check() const {
    for (const auto& [id, end] : ends_)
        if (stack_.unacknowledged(id) > 0 && !stack_.next_deadline())
            return fmt::format("{}: connection {} has data outstanding and no timer runs", name().view(), id);
    return std::nullopt;
}

std::optional<std::string> WorldHost::check_end() const {
    const auto use = stack_.use();
    for (const auto& row : stack_.snapshot().connections)
        if (row.state != stack::TcpState::listen)
            return fmt::format("{}: connection {} is left in {}", name().view(), row.id, name_of(row.state));
    if (use.data_buffers != 0)
        return fmt::format("{}: {} data buffers are left", name().view(), use.data_buffers);
    if (use.envelopes != 0) return fmt::format("{}: {} packets are left", name().view(), use.envelopes);
    return std::nullopt;
}

std::string WorldHost::state() const {
    std::string text;
    for (const auto& row : stack_.snapshot().connections)
        if (row.state != stack::TcpState::listen)
            text += fmt::format("  {} {} {} -> {} send queue {} cwnd {} window {}\n", name().view(),
                                name_of(row.state), row.local.str(), row.peer.str(), row.send_queue,
                                row.congestion_window, row.send_window);
    return text;
}

}  // namespace vmlab::test
