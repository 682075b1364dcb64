#include "simulator/edge/port_map.hpp"

#include <fmt/core.h>

namespace vmlab::sim {
namespace {

/// Up to here every port must find its place; higher ones are exposed if they do.
constexpr unsigned kLastServicePort = 9999;
constexpr unsigned kLastPort = 65535;

}  // namespace

std::optional<std::uint16_t> PortMap::loopback_port(const Endpoint& where) const {
    if (where.address.is_v4() && where.address != exposed) return std::nullopt;
    if (is_passive(where.port)) return where.port;
    const unsigned moved = base + where.port;
    if (where.port == 0 || moved > kLastPort || is_passive(moved)) return std::nullopt;
    return std::uint16_t(moved);
}

bool PortMap::is_needed(const Endpoint& where) const {
    return where.port <= kLastServicePort || is_passive(where.port);
}

bool PortMap::is_passive(unsigned port) const {
    return passive_first != 0 && port >= passive_first && port <= passive_last;
}

std::optional<std::string> PortMap::objection() const {
    if (base < 1024 || base + kLastServicePort > kLastPort)
        return fmt::format(
            "--port-base {}: use a number from 1024 to {} (service ports up to {} are added to it)", base,
            kLastPort - kLastServicePort, kLastServicePort);
    const bool overlaps =
        passive_first != 0 && passive_last > base && passive_first <= base + kLastServicePort;
    if (overlaps)
        return fmt::format("--port-base {}: its ports {} to {} meet the passive range {}-{} of FTP", base,
                           base + 1, base + kLastServicePort, passive_first, passive_last);
    return std::nullopt;
}

}  // namespace vmlab::sim
