// The routing table: longest prefix first, and of equal ones the first that was added.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab::stack {

using InterfaceId = std::uint16_t;

struct Route {
    Ipv4Address destination{};
    Ipv4Address mask{};       ///< 0.0.0.0 = default
    Ipv4Address first_hop{};  ///< unspecified = directly attached
    InterfaceId interface = 0;
    std::uint16_t mtu = 0;  ///< 0 = the interface's
    SourceLocation where{};
};

class Routes {
public:
    /// A route to the same destination by the same hop and interface replaces its predecessor.
    void add(const Route& route);
    void clear() { routes_.clear(); }
    /// The best route, or null. Valid until the next add.
    [[nodiscard]] const Route* find(Ipv4Address destination) const;
    [[nodiscard]] const std::vector<Route>& all() const { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace vmlab::stack
