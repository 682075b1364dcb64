// The laptop's kernel as a host of the virtual LAN: what crosses a TAP interface of the host.
#pragma once

#include "simulator/system/outside.hpp"
#include "simulator/system/system.hpp"

namespace vmlab::sim {

class TapHost final : public Machine {
public:
    /// Frames for this interface come from the kernel; its interface 0 is plugged into the LAN.
    static constexpr std::uint16_t kKernel = 1;

    using Machine::Machine;
    void receive(Event& event, System& world) override {
        auto* const arrived = std::get_if<FramesArrived>(&event.payload);
        if (!arrived) return;
        for (Buffer& frame : arrived->frames)
            if (arrived->interface == kKernel) world.transmit(*this, 0, std::move(frame));
            else world.outside().kernel_frame(frame);
    }
};

}  // namespace vmlab::sim
