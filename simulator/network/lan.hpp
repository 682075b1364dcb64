// Virtual LANs: switches with impairments. Frames that machines transmit become FramesArrived events.
//
// A LAN learns which port a source address is behind; known unicast goes there, the rest to every other port.
// What a wire does to frames is decided for each receiver (impairments.hpp): first its rate and queue, then
// what happens to every frame, then its faults, in their order.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/network/capture.hpp"
#include "simulator/network/impairments.hpp"
#include "simulator/network/wire_words.hpp"
#include "simulator/system/system.hpp"

namespace vmlab::sim {

/// MAC address → port. Frames come in rows from one station to another: what was asked for last is near.
class AddressTable {
public:
    AddressTable() = default;
    AddressTable(AddressTable&&) = default;  // a copy would remember elements of another table

    /// Null when the address is not known.
    std::size_t* find(std::uint64_t address) {
        for (Recent& recent : recent_)
            if (recent.port && recent.address == address) return recent.port;
        const auto known = ports_.find(address);
        if (known == ports_.end()) return nullptr;
        recent_[turn_ ^= 1] = {address, &known->second};
        return &known->second;
    }
    void add(std::uint64_t address, std::size_t port) { ports_.emplace(address, port); }
    std::size_t size() const { return ports_.size(); }

private:
    struct Recent {
        std::uint64_t address = 0;
        std::size_t* port = nullptr;
    };

    std::unordered_map<std::uint64_t, std::size_t> ports_;  // its elements stay where they are
    std::array<Recent, 2> recent_{};
    std::size_t turn_ = 0;
};

class Network final : public Fabric {
public:
    explicit Network(RandomStream random) : random_(std::move(random)) {}

    /// Adds a LAN and returns its number.
    std::size_t add_lan(std::string name);
    /// Plugs a machine's interface into a LAN, out of the one it was in. An interface that is not plugged in
    /// transmits into nothing.
    void attach(std::size_t lan, MachineIndex machine, std::uint16_t interface);
    /// Pulls it out: it hears nothing, and transmits into nothing.
    void detach(MachineIndex machine, std::uint16_t interface);
    /// The LAN that it is plugged into, if any.
    [[nodiscard]] std::optional<std::size_t> lan_of(MachineIndex machine, std::uint16_t interface) const;

    Impairments& impairments(std::size_t lan) { return lans_[lan].settings.rules; }
    WireSettings& settings(std::size_t lan) { return lans_[lan].settings; }
    const WireSettings& settings(std::size_t lan) const { return lans_[lan].settings; }
    const ImpairmentCounters& counters(std::size_t lan) const { return lans_[lan].counters; }
    /// The fault's times count from `from`; one without a name gets a number.
    void add_fault(std::size_t lan, WireFault fault, Instant from);
    /// Nothing passes in [from, until): a fault named "partition".
    void partition(std::size_t lan, Instant from, Instant until);
    const std::vector<WireFault>& faults(std::size_t lan) const { return lans_[lan].faults; }
    /// The wire is again as it was made; its counters stay.
    void heal(std::size_t lan);
    /// What a scenario says, from `start` on. A sentence for what does not fit, else empty.
    std::string apply(const WirePlan& plan, Instant start);
    /// A sentence for each fault that never fired.
    std::vector<std::string> inert_faults() const;
    std::size_t lans() const { return lans_.size(); }
    const std::string& name_of(std::size_t lan) const { return lans_[lan].name; }
    /// The LAN of that name; throws std::out_of_range if there is none.
    std::size_t find(std::string_view name) const;
    /// The same, or nothing.
    std::optional<std::size_t> lookup(std::string_view name) const;

    /// Frames are also written to this capture, every LAN one interface; null = off.
    void capture_to(Capture* capture);
    /// The record that a captured frame follows from; frames count from 1, as Wireshark does. Nothing when
    /// there is no such frame in the capture.
    std::optional<CauseId> cause_of_frame(std::size_t number) const;

    void transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) override;
    void dropped(const Name8& by, std::string_view text, Instant now) override;

private:
    struct Port {
        MachineIndex machine{};
        std::uint16_t interface = 0;
        Instant free_at{};              ///< with a rate: when the wire towards it is free again
        std::deque<Instant> leaving{};  ///< with a limit of frames: when each that waits has been sent
        bool in_burst = false;
        bool plugged = true;
    };
    /// A direction of a TCP connection.
    using Flow = std::array<IpAddress, 2>;
    using FlowPorts = std::pair<std::uint16_t, std::uint16_t>;
    struct Lan {
        std::string name;
        std::vector<Port> ports{};
        AddressTable learned{};
        WireSettings settings{};
        ImpairmentCounters counters{};
        std::vector<WireFault> faults{};
        std::vector<WireFault> ended{};                                 ///< by heal()
        std::map<std::pair<Flow, FlowPorts>, std::uint32_t> initial{};  ///< of SYNs seen, for faults
        std::uint32_t capture_interface = 0;
        Instant too_large_said_at{};
        std::optional<Instant> lost_said_at{};

        /// Frames need no look at all.
        bool plain() const {
            return settings.rules.clean() && !settings.rate.bits_per_second && !settings.mtu &&
                   faults.empty();
        }
    };

    void switch_frame(Lan& lan, std::size_t port, Buffer frame, Verdict* verdict, System& world);
    void deliver(Lan& lan, std::size_t from, Port& to, const Buffer& frame, Verdict* verdict, System& world);
    void note_too_large(Lan& lan, const Port& from, const Buffer& frame, System& world);
    static std::optional<Duration> queue_up(Lan& lan, Port& to, std::size_t size, Instant now);
    static void note_lost(Lan& lan, const Name8& to, const WireFault* by, const Buffer& frame, System& world);
    /// The fault that lost the frame, if one did.
    const WireFault* apply_faults(Lan& lan, const Name8& from, const Name8& to, const Buffer& frame,
                                  Instant now, Deliveries& deliveries, Verdict* verdict);

    std::vector<Lan> lans_;
    /// Where an interface is plugged in.
    struct Plug {
        bool used = false, known = false;  ///< known: it was there before, and may come back to its port
        std::size_t lan = 0, port = 0;
    };

    std::vector<std::vector<Plug>> plugs_;  // by machine, then interface
    RandomStream random_;
    Capture* capture_ = nullptr;
    std::vector<CauseId> captured_;  ///< what each captured frame follows from
};

}  // namespace vmlab::sim
