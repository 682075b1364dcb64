// Virtual LANs: switches with impairments. Frames that machines transmit become FramesArrived events.
//
// A LAN learns which port a source address is behind; known unicast goes there, the rest to every other port.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/network/capture.hpp"
#include "simulator/network/impairments.hpp"
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
    /// Plugs a machine's interface into a LAN. An interface that is not plugged in transmits into nothing.
    void attach(std::size_t lan, MachineIndex machine, std::uint16_t interface);

    Impairments& impairments(std::size_t lan) { return lans_[lan].rules; }
    const ImpairmentCounters& counters(std::size_t lan) const { return lans_[lan].counters; }
    void partition(std::size_t lan, Instant from, Instant until) {
        lans_[lan].partitions.push_back({from, until});
    }
    std::size_t lans() const { return lans_.size(); }
    const std::string& name_of(std::size_t lan) const { return lans_[lan].name; }
    /// The LAN of that name; throws std::out_of_range if there is none.
    std::size_t find(std::string_view name) const;

    /// Frames are also written to this capture, every LAN one interface; null = off.
    void capture_to(Capture* capture);
    /// The record that a captured frame follows from; frames count from 1, as Wireshark does. Nothing when
    /// there is no such frame in the capture.
    std::optional<CauseId> cause_of_frame(std::size_t number) const;

    void transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) override;

private:
    struct Port {
        MachineIndex machine{};
        std::uint16_t interface = 0;
    };
    struct Lan {
        std::string name;
        std::vector<Port> ports{};
        AddressTable learned{};
        Impairments rules{};
        ImpairmentCounters counters{};
        std::vector<Partition> partitions{};
        Instant free_at{};  // with a bandwidth: when the wire is free again
        std::uint32_t capture_interface = 0;
    };

    void deliver(Lan& lan, const Port& to, const Buffer& frame, Duration queued, System& world);

    std::vector<Lan> lans_;
    /// Where an interface is plugged in.
    struct Plug {
        bool used = false;
        std::size_t lan = 0, port = 0;
    };

    std::vector<std::vector<Plug>> plugs_;  // by machine, then interface
    RandomStream random_;
    Capture* capture_ = nullptr;
    std::vector<CauseId> captured_;  ///< what each captured frame follows from
};

}  // namespace vmlab::sim
