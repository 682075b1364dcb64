// The logical devices that the Telnet server may create: LDEVRANGE, lowest free first.
#pragma once

#include <map>
#include <optional>

#include "services/telnet/config.hpp"

namespace vmlab::services {

class LogicalDevices {
public:
    explicit LogicalDevices(TelnetConfig::DeviceRange range) : range_(range) {}

    /// The lowest device not in use, for the session of this socket; nothing when all are in use.
    std::optional<LogicalDevice> reserve(SocketId socket) {
        unsigned device = range_.first;
        for (const auto& [used, owner] : in_use_) {
            if (used != device) break;
            ++device;
        }
        if (device > range_.last) return std::nullopt;
        in_use_[LogicalDevice(device)] = socket;
        return LogicalDevice(device);
    }
    void release(LogicalDevice device) { in_use_.erase(device); }
    /// The socket for which a device is reserved.
    std::optional<SocketId> socket_of(LogicalDevice device) const {
        const auto found = in_use_.find(device);
        return found == in_use_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    TelnetConfig::DeviceRange range_;
    std::map<LogicalDevice, SocketId> in_use_;
};

}  // namespace vmlab::services
