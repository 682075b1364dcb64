// The routing table: longest prefix first, and of equal ones the first that was added.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

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

/// A route of IPv6; `until`: one that a router gave (RFC 4861 section 6.3.4).
struct Ipv6Route {
    IpAddress prefix{};
    unsigned length = 0;    ///< 0 = default
    IpAddress first_hop{};  ///< unspecified = on the link
    InterfaceId interface = 0;
    std::uint16_t mtu = 0;  ///< 0 = the interface's
    Instant until = Instant::max();
    SourceLocation where{};
    bool given = false;  ///< by the host's configuration: no address brought it, and no router
};

class Ipv6Routes {
public:
    /// A route to the same prefix by the same hop and interface replaces its predecessor.
    void add(const Ipv6Route& wanted);
    void remove(const IpAddress& prefix, unsigned length, const IpAddress& first_hop, InterfaceId interface);
    /// This very route, not one that leads there.
    [[nodiscard]] bool has(const IpAddress& prefix, unsigned length, const IpAddress& first_hop,
                           InterfaceId interface) const;
    /// All whose `until` is at or before `now`.
    void expire(Instant now);
    [[nodiscard]] Instant deadline() const { return routes_.empty() ? Instant::max() : soonest(); }
    [[nodiscard]] const Ipv6Route* find(const IpAddress& destination) const;
    [[nodiscard]] const std::vector<Ipv6Route>& all() const { return routes_; }
    template <typename Which>
    void remove_those(Which which) {
        std::erase_if(routes_, which);
    }

private:
    [[nodiscard]] Instant soonest() const;

    std::vector<Ipv6Route> routes_;  // longest prefix first
};

class Routes {
public:
    /// A route to the same destination by the same hop and interface replaces its predecessor.
    void add(const Route& route);
    void clear() { routes_.clear(); }
    /// The best route, or null. Valid until the next add.
    [[nodiscard]] const Route* find(Ipv4Address destination) const;
    /// Of routes by several hops that are equally good, the one whose turn it is by this number.
    [[nodiscard]] const Route* find(Ipv4Address destination, std::uint32_t turn) const;
    [[nodiscard]] const std::vector<Route>& all() const { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace vmlab::stack
