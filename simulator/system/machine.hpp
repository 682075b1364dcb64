// A machine of the world: a virtual machine of z/VM, or another host on the network. A thin shell around a
// core.
#pragma once

#include <optional>
#include <vector>

#include "simulator/system/event.hpp"

namespace vmlab::sim {

class System;

class Machine {
public:
    explicit Machine(Name8 name) : name_(name) {}
    virtual ~Machine() = default;
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    const Name8& name() const { return name_; }
    MachineIndex index() const { return index_; }

    /// Something happened. Consequences go to `world`, which appends; nothing re-enters a machine.
    virtual void receive(Event& event, System& world) = 0;
    /// When this machine wants a DeadlinePassed; asked after every event it received.
    virtual std::optional<Instant> next_deadline() const { return std::nullopt; }

private:
    friend class System;
    Name8 name_;
    MachineIndex index_{};
    std::vector<Instant> wakes_at_;  ///< the DeadlinePassed that are under way, the earliest last
};

}  // namespace vmlab::sim
