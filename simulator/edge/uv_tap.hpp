// A TAP interface of the laptop: the kernel is a host on the virtual LAN. Frames that it sends become events
// of the machine that stands for it; frames for that machine are written to the interface.
#pragma once

#include <memory>
#include <string>

#include "simulator/edge/uv_driver.hpp"
#include "stack/base/bytes.hpp"

namespace vmlab::sim {

class UvTap {
public:
    /// `machine` gets FramesArrived with this interface number.
    UvTap(UvDriver& driver, Name8 machine, std::uint16_t interface);
    ~UvTap();
    UvTap(const UvTap&) = delete;
    UvTap& operator=(const UvTap&) = delete;

    /// Opens the interface of that name, or makes it for as long as we run. A sentence and what to do when
    /// that is not allowed, else empty.
    std::string open(const std::string& name);
    /// What the kernel has no room for is lost, as on a wire.
    void send(const Buffer& frame);
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sim
