#include "simulator/edge/port_map.hpp"

#include <fmt/core.h>

namespace vmlab::sim {
namespace {

constexpr unsigned kLastServicePort = 9999;
constexpr unsigned kLastPort = 65535;

}  // namespace

std::optional<std::uint16_t> PortMap::loopback_port(const Endpoint& where) const {
    if (where.address != exposed && !where.address.is_unspecified()) return std::nullopt;
    if (passive_first != 0 && where.port >= passive_first && where.port <= passive_last) return where.port;
    if (where.port == 0 || where.port > kLastServicePort) return std::nullopt;
    return std::uint16_t(base + where.port);
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
