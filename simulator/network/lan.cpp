#include "simulator/network/lan.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

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
    plugs[interface] = {true, lan, ports.size()};
    ports.push_back({machine, interface});
}

std::size_t Network::find(std::string_view name) const {
    for (std::size_t i = 0; i < lans_.size(); ++i)
        if (lans_[i].name == name) return i;
    throw std::out_of_range("no LAN named " + std::string(name));
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
    const std::size_t port = plug.port;
    const Instant now = world.now();
    if (capture_) {
        capture_->add(lan.capture_interface, now, frame.span());
        captured_.push_back(world.cause());
    }
    if (std::any_of(lan.partitions.begin(), lan.partitions.end(),
                    [now](const Partition& p) { return p.from <= now && now < p.until; })) {
        ++lan.counters.partitioned;
        return;
    }
    Duration queued{};
    if (lan.rules.bits_per_second) {
        const auto airtime =
            Duration(std::int64_t(frame.size() * 8 * 1'000'000'000 / lan.rules.bits_per_second));
        lan.free_at = std::max(lan.free_at, now) + airtime;
        queued = lan.free_at - now;
    }
    const auto source = address_at(frame, 6);
    const bool is_group = (frame[6] & 1) != 0;
    if (std::size_t* const known = lan.learned.find(source)) *known = port;
    else if (!is_group && lan.learned.size() < kLearnedAddresses) lan.learned.add(source, port);
    if (const std::size_t* const known = lan.learned.find(address_at(frame, 0))) {
        if (*known != port) deliver(lan, lan.ports[*known], frame, queued, world);
        return;
    }
    for (std::size_t i = 0; i < lan.ports.size(); ++i)
        if (i != port) deliver(lan, lan.ports[i], frame, queued, world);
}

void Network::deliver(Lan& lan, const Port& to, const Buffer& frame, Duration queued, System& world) {
    const Impairments& rules = lan.rules;
    const bool clean =
        !rules.loss && !rules.duplicate && !rules.reorder && !rules.corrupt && rules.jitter == Duration{};
    if (clean) {
        ++lan.counters.frames;
        return world.post_frame(to.machine, to.interface, frame, queued + rules.delay);
    }
    for (const auto& delivery : decide_deliveries(rules, random_, lan.counters))
        world.post_frame(to.machine, to.interface, delivery.corrupt ? corrupted(frame, random_) : frame,
                         queued + delivery.after);
}

}  // namespace vmlab::sim
