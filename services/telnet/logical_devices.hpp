// The logical devices that the Telnet server may create: LDEVRANGE, lowest free first.
#pragma once

#include <optional>
#include <set>

#include "services/telnet/config.hpp"

namespace vmlab::services {

class LogicalDevices {
public:
    explicit LogicalDevices(TelnetConfig::DeviceRange range) : range_(range) {}

    /// The lowest device not in use; nothing when all are.
    std::optional<LogicalDevice> reserve() {
        unsigned device = range_.first;
        for (const LogicalDevice used : in_use_) {
            if (used != device) break;
            ++device;
        }
        if (device > range_.last) return std::nullopt;
        in_use_.insert(LogicalDevice(device));
        return LogicalDevice(device);
    }
    void release(LogicalDevice device) { in_use_.erase(device); }

private:
    TelnetConfig::DeviceRange range_;
    std::set<LogicalDevice> in_use_;
};

}  // namespace vmlab::services
