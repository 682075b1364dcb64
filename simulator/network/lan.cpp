#include "simulator/network/lan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <stdexcept>

#include "stack/wire/ipv4.hpp"
#include "stack/wire/summary.hpp"

namespace vmlab::sim {
namespace {

/// A switch forgets nothing here, but a flood of invented source addresses must not cost memory.
constexpr std::size_t kLearnedAddresses = 1024;

/// A MAC address as a number.
std::uint64_t address_at(const Buffer& frame, std::size_t offset) {
    std::uint64_t address = 0;
    std::memcpy(&address, frame.data() + offset, 6);
    return address;
}

}  // namespace

std::size_t Network::add_lan(std::string name) {
    lans_.push_back({std::move(name)});
    if (capture_) lans_.back().capture_interface = capture_->add_interface(lans_.back().name);
    return lans_.size() - 1;
}

void Network::attach(std::size_t lan, MachineIndex machine, std::uint16_t interface) {
    auto& ports = lans_.at(lan).ports;
    if (plugs_.size() <= std::size_t(machine)) plugs_.resize(std::size_t(machine) + 1);
    auto& plugs = plugs_[std::size_t(machine)];
    if (plugs.size() <= interface) plugs.resize(interface + 1u);
    if (Plug& old = plugs[interface]; old.known) {
        lans_[old.lan].ports[old.port].plugged = old.used = old.lan == lan;
        if (old.used) return;
    }
    plugs[interface] = {true, true, lan, ports.size()};
    ports.push_back({machine, interface});
}

void Network::detach(MachineIndex machine, std::uint16_t interface) {
    if (!lan_of(machine, interface)) return;
    Plug& plug = plugs_[std::size_t(machine)][interface];
    plug.used = lans_[plug.lan].ports[plug.port].plugged = false;
}

std::optional<std::size_t> Network::lan_of(MachineIndex machine, std::uint16_t interface) const {
    if (std::size_t(machine) >= plugs_.size() || interface >= plugs_[std::size_t(machine)].size())
        return std::nullopt;
    const Plug& plug = plugs_[std::size_t(machine)][interface];
    return plug.used ? std::optional(plug.lan) : std::nullopt;
}

std::size_t Network::find(std::string_view name) const {
    if (const auto lan = lookup(name)) return *lan;
    throw std::out_of_range("no LAN named " + std::string(name));
}

std::optional<std::size_t> Network::lookup(std::string_view name) const {
    for (std::size_t i = 0; i < lans_.size(); ++i)
        if (lans_[i].name == name) return i;
    return std::nullopt;
}

std::optional<CauseId> Network::cause_of_frame(std::size_t number) const {
    return number >= 1 && number <= captured_.size() ? std::optional(captured_[number - 1]) : std::nullopt;
}

void Network::capture_to(Capture* capture) {
    capture_ = capture;
    if (!capture) return;
    for (auto& lan : lans_) lan.capture_interface = capture->add_interface(lan.name);
}

void Network::transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) {
    if (std::size_t(from) >= plugs_.size() || interface >= plugs_[std::size_t(from)].size()) return;
    const Plug& plug = plugs_[std::size_t(from)][interface];
    if (!plug.used || frame.size() < 14) return;
    Lan& lan = lans_[plug.lan];
    if (!capture_) return switch_frame(lan, plug.port, std::move(frame), nullptr, world);
    Verdict verdict;
    switch_frame(lan, plug.port, frame, &verdict, world);
    capture_->add(lan.capture_interface, world.now(), std::move(frame), std::move(verdict));
    captured_.push_back(world.cause());
}

void Network::switch_frame(Lan& lan, std::size_t port, Buffer frame, Verdict* verdict, System& world) {
    const auto source = address_at(frame, 6);
    const bool is_group = (frame[6] & 1) != 0;
    if (std::size_t* const known = lan.learned.find(source)) *known = port;
    else if (!is_group && lan.learned.size() < kLearnedAddresses) lan.learned.add(source, port);
    if (const std::size_t* const known = lan.learned.find(address_at(frame, 0))) {
        if (*known != port && lan.ports[*known].plugged)
            deliver(lan, port, lan.ports[*known], frame, verdict, world);
        return;
    }
    for (std::size_t i = 0; i < lan.ports.size(); ++i)
        if (i != port && lan.ports[i].plugged) deliver(lan, port, lan.ports[i], frame, verdict, world);
}

void Network::deliver(Lan& lan, std::size_t from, Port& to, const Buffer& frame, Verdict* verdict,
                      System& world) {
    ++lan.counters.frames;
    if (lan.plain()) return world.post_frame(to.machine, to.interface, frame, lan.settings.rules.delay);
    const Name8& receiver = world.machine(to.machine).name();
    Verdict words;
    Verdict* const noted = verdict ? &words : nullptr;
    Deliveries deliveries{Delivery{}};
    const auto queued = queue_up(lan, to, frame.size(), world.now());
    if (lan.settings.mtu && frame.size() > lan.settings.mtu + 14) {
        ++lan.counters.too_large;
        if (verdict) words = "dropped: larger than the wire's MTU";
        note_too_large(lan, lan.ports[from], frame, world);
        deliveries.clear();
    } else if (!queued) {
        ++lan.counters.queue_full;
        if (verdict) words = "dropped: the queue is full";
        deliveries.clear();
    } else {
        impair(lan.settings.rules, to.in_burst, random_, deliveries, lan.counters, noted);
        const WireFault* fault = nullptr;
        if (!lan.faults.empty())
            fault = apply_faults(lan, world.machine(lan.ports[from].machine).name(), receiver, frame,
                                 world.now(), deliveries, noted);
        if (deliveries.size() == 0) note_lost(lan, receiver, fault, frame, world);
    }
    if (verdict && !words.empty())
        *verdict += fmt::format("{}to {}: {}", verdict->empty() ? "" : "; ", receiver.view(), words);
    for (const auto& delivery : deliveries)
        world.post_frame(to.machine, to.interface, delivery.corrupt ? corrupted(frame, random_) : frame,
                         *queued + delivery.after);
}

/// Said at most once a second and wire, of the machine whose frame it is.
void Network::note_too_large(Lan& lan, const Port& from, const Buffer& frame, System& world) {
    if (world.now() < lan.too_large_said_at + seconds{1}) return;
    lan.too_large_said_at = world.now();
    world.record({RecordKind::drop,
                  fmt::format("larger than the {} bytes that wire {} carries: {}", lan.settings.mtu, lan.name,
                              stack::wire::summary_of_frame(frame.span())),
                  {},
                  "wire " + lan.name,
                  {fmt::format("interface {}", from.interface)}});
}

/// Said at most once a second and wire, as the wire's own: who sent the frame has done nothing.
void Network::note_lost(Lan& lan, const Name8& to, const WireFault* by, const Buffer& frame, System& world) {
    if (lan.lost_said_at && world.now() < *lan.lost_said_at + seconds{1}) return;
    lan.lost_said_at = world.now();
    const auto wire = Name8::parse(lan.name);
    world.record(wire.value_or(Name8("WIRE")),
                 {RecordKind::drop,
                  fmt::format("wire {} loses frames to {}{}, as {}", lan.name, to.view(),
                              by ? fmt::format(" by fault '{}'", by->name) : "",
                              stack::wire::summary_of_frame(frame.span())),
                  {},
                  "wire " + lan.name});
}

/// How long the frame waits and is being sent; nothing when it finds the queue full.
std::optional<Duration> Network::queue_up(Lan& lan, Port& to, std::size_t size, Instant now) {
    const WireRate& rate = lan.settings.rate;
    if (!rate.bits_per_second) return Duration{};
    constexpr std::uint64_t kNanoseconds = 1'000'000'000;
    const double per_byte = 8.0 * double(kNanoseconds) / double(rate.bits_per_second);
    if (lan.settings.mtu && size > lan.settings.mtu + 14) return std::nullopt;
    const Duration waiting = to.free_at > now ? to.free_at - now : Duration{};
    if (rate.queue_bytes && double(waiting.count()) / per_byte + double(size) > double(rate.queue_bytes))
        return std::nullopt;
    while (!to.leaving.empty() && to.leaving.front() <= now) to.leaving.pop_front();
    if (rate.queue_frames && to.leaving.size() >= rate.queue_frames) return std::nullopt;
    to.free_at =
        std::max(to.free_at, now) + Duration(std::int64_t(size * 8 * kNanoseconds / rate.bits_per_second));
    if (rate.queue_frames) to.leaving.push_back(to.free_at);
    return to.free_at - now;
}

const WireFault* Network::apply_faults(Lan& lan, const Name8& from, const Name8& to, const Buffer& frame,
                                       Instant now, Deliveries& deliveries, Verdict* verdict) {
    constexpr std::size_t kMostFlows = 4096;
    const FrameFacts facts = read_frame(frame.span());
    const std::pair flow{Flow{facts.source, facts.destination},
                         FlowPorts{facts.source_port, facts.destination_port}};
    std::optional<std::uint32_t> initial;
    if (facts.protocol == stack::wire::kProtocolTcp) {
        if ((facts.flags & kTcpSyn) != 0) {
            if (lan.initial.size() >= kMostFlows) lan.initial.clear();
            lan.initial[flow] = facts.sequence;
        }
        if (const auto seen = lan.initial.find(flow); seen != lan.initial.end()) initial = seen->second;
    }
    for (WireFault& fault : lan.faults) {
        if (deliveries.size() == 0) return nullptr;
        if (!fault.match.has(facts, from, to, now, initial)) continue;
        ++fault.matched;
        if (fault.match.nth && !fault.match.nth->has(fault.matched)) continue;
        Verdict words;
        if (!impair(fault.effect, fault.in_burst, random_, deliveries, lan.counters,
                    verdict ? &words : nullptr))
            continue;
        ++fault.fired;
        if (verdict)
            *verdict += fmt::format("{}{} by fault '{}'", verdict->empty() ? "" : ", ",
                                    words.empty() ? "delayed" : words, fault.name);
        if (deliveries.size() == 0) return &fault;
    }
    return nullptr;
}

void Network::dropped(const Name8& by, std::string_view text, Instant now) {
    if (!capture_) return;
    const auto colon = text.find(": ");
    if (colon != text.npos)
        capture_->comment_on(text.substr(colon + 2),
                             fmt::format("{} drops it: {}", by.view(), text.substr(0, colon)), now);
}

void Network::add_fault(std::size_t lan, WireFault fault, Instant from) {
    auto& faults = lans_.at(lan).faults;
    if (fault.name.empty()) fault.name = fmt::format("{}", faults.size() + 1);
    fault.match.after += from.time_since_epoch();
    if (fault.match.until != Instant::max()) fault.match.until += from.time_since_epoch();
    faults.push_back(std::move(fault));
}

void Network::partition(std::size_t lan, Instant from, Instant until) {
    WireFault fault{.name = "partition"};
    fault.match.after = from;
    fault.match.until = until;
    fault.effect.loss = 1'000'000;
    add_fault(lan, std::move(fault), Instant{});
}

void Network::heal(std::size_t lan) {
    Lan& healed = lans_.at(lan);
    healed.settings = {};
    std::ranges::move(healed.faults, std::back_inserter(healed.ended));
    healed.faults.clear();
}

std::string Network::apply(const WirePlan& plan, Instant start) {
    const auto lan = lookup(plan.wire);
    if (!lan) return fmt::format("there is no wire {}", plan.wire);
    for (const auto& word : plan.words)
        if (const auto wrong = set_wire_word(lans_[*lan].settings, word.key, word.value)) return *wrong;
    for (const auto& fault : plan.faults) add_fault(*lan, fault, start);
    return {};
}

std::vector<std::string> Network::inert_faults() const {
    std::vector<std::string> sentences;
    for (const auto& lan : lans_)
        for (const auto* faults : {&lan.ended, &lan.faults})
            for (const auto& fault : *faults)
                if (fault.fired == 0)
                    sentences.push_back(
                        fmt::format("fault '{}' of wire {} never fired: {}", fault.name, lan.name,
                                    fault.matched ? fmt::format("{} frames matched", fault.matched)
                                                  : "no frame matched"));
    return sentences;
}

}  // namespace vmlab::sim
