#include "tests/worlds/world.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "simulator/network/lan.hpp"
#include "tests/worlds/host.hpp"
#include "tests/worlds/wire_watch.hpp"

namespace vmlab::test {
namespace {

using namespace sim;

constexpr Instant kStart{seconds{1'000'000}};
constexpr Duration kTimeWait = minutes{4};
/// Long enough for any backed-off timer to fire again, several times.
constexpr Duration kHealing = minutes{30};
/// By then what was lost is sent again, and neighbours are known or asked for anew: a reset that comes now is
/// in order, and a datagram does not find the queue for its neighbour full.
constexpr Duration kCalming = minutes{3};
constexpr std::uint16_t kFirstPort = 5000, kDatagramPort = 9, kLastPort = 10;

Ipv4Address address_on(std::size_t lan, std::size_t host) {
    return Ipv4Address::of(10, 0, unsigned(lan), unsigned(1 + host));
}

}  // namespace

class RandomWorld final : private Fabric {
public:
    RandomWorld(std::uint64_t seed, Capture* capture)
        : system_(kStart, seed_from_number(seed), nobody_),
          random_(system_.random("world")),
          network_(system_.random("network")),
          watch_([this](const Endpoint& from, const Endpoint& to, std::uint64_t at) {
              return is_flow_port(to.port) ? byte_of(to.port, true, at) : byte_of(from.port, false, at);
          }) {
        system_.set_fabric(*this);
        make_lans();
        network_.capture_to(capture);
        make_hosts();
        make_flows();
        make_faults();
    }

    RunResult run() {
        const Instant healed = system_.now() + safety_;
        while (!over() && !system_.idle() && system_.next_time() <= healed) step();
        if (!over()) system_.run_until(healed);
        for (std::size_t lan = 0; lan < network_.lans(); ++lan) {
            count_hits(lan);
            network_.heal(lan);
        }
        const Instant calm = system_.now() + kCalming;
        while (!over() && !system_.idle() && system_.next_time() <= calm) step();
        if (!over()) {
            system_.run_until(calm);
            for (auto* host : hosts_) {
                host->abort_flows(system_);
                host->forget_unserved();
            }
            send_last_datagrams();
        }
        const Instant limit = system_.now() + kHealing;
        while (!over() && !all_done() && !system_.idle() && system_.next_time() <= limit) step();
        if (!over() && !all_done())
            complain("not everything finished after the wires were healed:\n" + state());
        const Instant quiet = system_.now() + kTimeWait + minutes{5};
        while (!over() && !system_.idle() && system_.next_time() <= quiet) step();
        for (auto* host : hosts_)
            if (const auto left = over() ? std::nullopt : host->check_end()) complain(*left);
        for (std::size_t i = 0; i < lan_of_.size() && !over(); ++i)
            if (hosts_[i]->datagrams(kLastPort) != 1)
                complain(fmt::format("{} got {} datagrams of one, over healed wires",
                                     hosts_[i]->name().view(), hosts_[i]->datagrams(kLastPort)));
        for (auto* host : hosts_) result_.bytes += host->bytes_received();
        result_.events = system_.events();
        return std::move(result_);
    }

private:
    bool over() const { return !result_.violation.empty(); }
    void step() { system_.step(); }
    void complain(std::string what) {
        if (over()) return;
        const double at = double((system_.now() - kStart) / microseconds{1}) / 1e6;
        result_.violation = fmt::format("at {:.6f} s: {}", at, what);
    }
    bool is_flow_port(std::uint16_t port) const {
        return port >= kFirstPort && port < kFirstPort + flows_.size();
    }
    bool all_done() const {
        for (const auto& flow : flows_)
            if (!flow.done()) return false;
        return true;
    }
    std::string state() const {
        std::string text;
        for (const auto* host : hosts_) text += host->state();
        return text;
    }
    std::uint64_t pick(std::uint64_t low, std::uint64_t high) { return low + random_.below(high - low + 1); }
    bool once_in(std::uint64_t n) { return random_.below(n) == 0; }

    void make_lans();
    void make_hosts();
    void make_flows();
    void make_faults();
    void send_last_datagrams();
    WireFault random_fault();
    void count_hits(std::size_t lan);
    void transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) override;

    Outside nobody_;
    System system_;
    RandomStream random_;
    Network network_;
    WireWatch watch_;
    std::vector<std::uint16_t> mtus_;  ///< by LAN
    std::vector<WorldHost*> hosts_;
    std::vector<std::size_t> lan_of_;  ///< of each host that is no router
    std::vector<FlowState> flows_;
    Duration safety_{};
    RunResult result_;
};

/// One to three LANs in a row, with routers between them.
void RandomWorld::make_lans() {
    constexpr std::uint16_t kMtus[] = {576, 1500, 1500, 9000};
    const auto lans = pick(1, 3);
    for (std::size_t i = 0; i < lans; ++i) {
        network_.add_lan(fmt::format("LAN{}", i));
        mtus_.push_back(kMtus[random_.below(std::size(kMtus))]);
        auto& wire = network_.settings(i);
        wire.rules.delay = microseconds{pick(5, 30'000)};
        if (once_in(2))
            wire.rate = {.bits_per_second = pick(1, 100) * 1'000'000, .queue_frames = pick(10, 200)};
        result_.story += fmt::format("LAN{}: mtu {}, {}\n", i, mtus_.back(), describe(wire));
    }
}

void RandomWorld::make_hosts() {
    const auto add = [&](std::string name, stack::StackOptions options) -> WorldHost& {
        options.time_wait = kTimeWait;
        auto host =
            std::make_unique<WorldHost>(*Name8::parse(name), hosts_.size(), options, system_.random(name),
                                        flows_, [this](std::string what) { complain(std::move(what)); });
        hosts_.push_back(host.get());
        system_.add(std::move(host));
        return *hosts_.back();
    };
    constexpr std::size_t kBuffers[] = {2'000, 16'000, 64 * 1024, 256 * 1024};
    const auto count = pick(2, 5);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t lan = i < mtus_.size() ? i : random_.below(mtus_.size());
        auto& host =
            add(fmt::format("H{}", i), {.receive_buffer = kBuffers[random_.below(std::size(kBuffers))]});
        network_.attach(lan, host.index(), host.plug(address_on(lan, 10 + i), 24, mtus_[lan], system_));
        if (mtus_.size() > 1) host.route({}, 0, address_on(lan, lan == 0 ? 1 : 0), 0);
        for (const auto port : {kDatagramPort, kLastPort}) (void)host.stack_.bind_udp(port);
        lan_of_.push_back(lan);
    }
    for (std::size_t i = 0; i + 1 < mtus_.size(); ++i) {  // router i: .2 on its left, .1 on its right
        auto& router = add(fmt::format("R{}", i), {.forwarding = true});
        const auto left = router.plug(address_on(i, 1), 24, mtus_[i], system_);
        network_.attach(i, router.index(), left);
        const auto right = router.plug(address_on(i + 1, 0), 24, mtus_[i + 1], system_);
        network_.attach(i + 1, router.index(), right);
        if (i > 0) router.route(Ipv4Address::of(10, 0, unsigned(i - 1), 0), 24, address_on(i, 0), left);
        if (i + 2 < mtus_.size())
            router.route(Ipv4Address::of(10, 0, unsigned(i + 2), 0), 24, address_on(i + 1, 1), right);
    }
    // Hosts of the middle send everything to the left; that router knows the way.
}

void RandomWorld::make_flows() {
    const auto count = pick(1, 6);
    safety_ = milliseconds{pick(2'000, 40'000)};
    const auto hosts = lan_of_.size();
    for (std::size_t i = 0; i < count; ++i) {
        FlowPlan plan;
        plan.client = random_.below(hosts);
        plan.server = (plan.client + pick(1, hosts - 1)) % hosts;
        plan.at = {address_on(lan_of_[plan.server], 10 + plan.server), std::uint16_t(kFirstPort + i)};
        plan.client_port = once_in(3) ? std::uint16_t(2000 + i) : std::uint16_t(0);
        plan.up = once_in(4) ? pick(0, 10) : pick(100, 200'000);
        plan.down = once_in(4) ? pick(0, 10) : pick(100, 200'000);
        plan.begins = microseconds{pick(0, std::uint64_t(safety_ / microseconds{1}))};
        plan.slow_reader = once_in(4);
        plan.chunk = pick(1, 20) * 997;
        plan.aborted = once_in(10);
        result_.story += fmt::format(
            "H{} -> H{} port {}: {} up, {} down{}{}\n", plan.client, plan.server, plan.at.port, plan.up,
            plan.down, plan.slow_reader ? ", slow reader" : "", plan.aborted ? ", aborted" : "");
        flows_.push_back({plan});
    }
    for (std::size_t i = 0; i < flows_.size(); ++i) {
        hosts_[flows_[i].plan.server]->listen(flows_[i].plan.at.port);
        hosts_[flows_[i].plan.client]->openings_[kStart + flows_[i].plan.begins].push_back(i);
        system_.post(hosts_[flows_[i].plan.client]->index(), DeadlinePassed{});
    }
    for (auto* host : hosts_) system_.post(host->index(), DeadlinePassed{});
    for (std::uint64_t n = pick(0, 3); n > 0; --n) {
        const auto from = random_.below(hosts), to = (from + 1) % hosts;
        hosts_[from]->send_datagram({address_on(lan_of_[to], 10 + to), kDatagramPort}, pick(1, 20'000),
                                    system_);
    }
}

/// Damage is done to TCP only: ARP has no checksum, and the wire of a real network has one.
WireFault RandomWorld::random_fault() {
    WireFault fault;
    fault.match.after = Instant{milliseconds{pick(0, std::uint64_t(safety_ / milliseconds{1}))}};
    fault.match.until = fault.match.after + milliseconds{pick(100, 10'000)};
    fault.effect.reorder_delay = milliseconds{pick(1, 500)};
    switch (random_.below(8)) {
        case 0: fault.effect.loss = std::uint32_t(pick(1'000, 300'000)); break;
        case 1:
            fault.effect.burst = {std::uint32_t(pick(1'000, 50'000)), std::uint32_t(pick(20'000, 500'000)),
                                  1'000'000};
            break;
        case 2: fault.effect.duplicate = std::uint32_t(pick(1'000, 500'000)); break;
        case 3: fault.effect.reorder = std::uint32_t(pick(1'000, 300'000)); break;
        case 4:
            fault.effect.corrupt = std::uint32_t(pick(1'000, 200'000));
            fault.match.protocol = 6;
            break;
        case 5: fault.effect.jitter = milliseconds{pick(1, 200)}; break;
        case 6:  // certain segments only
            fault.match.protocol = 6;
            fault.match.until = Instant::max();
            fault.match.nth = NumberRange{pick(1, 5), pick(5, 8)};
            if (once_in(2)) fault.match.flags_set = once_in(2) ? kTcpSyn : kTcpFin;
            else fault.match.payload = NumberRange{0, once_in(2) ? 0u : 100'000u};
            fault.effect.loss = 1'000'000;
            break;
        default: fault.effect.loss = 1'000'000; break;  // a partition
    }
    if (once_in(3)) fault.match.from = hosts_[random_.below(hosts_.size())]->name();
    return fault;
}

void RandomWorld::make_faults() {
    for (std::uint64_t n = pick(0, 6); n > 0; --n) {
        const auto lan = random_.below(network_.lans());
        network_.add_fault(lan, random_fault(), kStart);
    }
    result_.story += fmt::format("faults for {} ms\n", safety_ / milliseconds{1});
}

/// Some of them in fragments: nothing is lost any more.
void RandomWorld::send_last_datagrams() {
    const auto hosts = lan_of_.size();
    for (std::size_t from = 0; from < hosts; ++from) {
        const auto to = (from + 1) % hosts;
        hosts_[from]->send_datagram({address_on(lan_of_[to], 10 + to), kLastPort}, pick(1, 2'000), system_);
    }
}

void RandomWorld::count_hits(std::size_t lan) {
    for (const auto& fault : network_.faults(lan)) result_.hit += fault.fired;
    result_.hit += network_.counters(lan).queue_full;
}

/// Every frame passes here: into the trace and, where a host of its source sends it, before the watch.
void RandomWorld::transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) {
    constexpr std::uint64_t kPrime = 0x100000001b3;
    const auto mix = [&](std::uint64_t n) { result_.trace = (result_.trace ^ n) * kPrime; };
    mix(std::uint64_t(world.now().time_since_epoch().count()));
    mix(std::uint64_t(from));
    for (const auto byte : frame.span()) mix(byte);
    ++result_.frames;
    const bool routed = std::size_t(from) >= lan_of_.size();
    if (!routed)
        if (const auto wrong = watch_.look(frame.span())) complain(*wrong);
    network_.transmit(from, interface, std::move(frame), world);
}

RunResult run_random_world(std::uint64_t seed, Capture* capture) { return RandomWorld(seed, capture).run(); }

}  // namespace vmlab::test
