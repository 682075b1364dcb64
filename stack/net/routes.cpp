#include "stack/net/routes.hpp"

#include <algorithm>

namespace vmlab::stack {

void Routes::add(const Route& route) {
    Route r = route;
    r.destination.value &= r.mask.value;
    for (auto& known : routes_) {
        if (known.destination == r.destination && known.mask == r.mask && known.first_hop == r.first_hop &&
            known.interface == r.interface) {
            known = r;
            return;
        }
    }
    // A contiguous mask with more ones is the larger number.
    const auto at = std::find_if(routes_.begin(), routes_.end(),
                                 [&](const Route& known) { return known.mask.value < r.mask.value; });
    routes_.insert(at, r);
}

const Route* Routes::find(Ipv4Address destination) const {
    for (const auto& route : routes_)
        if ((destination.value & route.mask.value) == route.destination.value) return &route;
    return nullptr;
}

const Route* Routes::find(Ipv4Address destination, std::uint32_t turn) const {
    const Route* const first = find(destination);
    if (!first || first->first_hop.is_unspecified()) return first;
    std::vector<const Route*> equal;
    for (const auto& route : routes_)
        if (route.destination == first->destination && route.mask == first->mask &&
            !route.first_hop.is_unspecified())
            equal.push_back(&route);
    return equal[turn % equal.size()];
}

void Ipv6Routes::add(const Ipv6Route& wanted) {
    Ipv6Route route = wanted;
    route.prefix = route.prefix.prefix(route.length);
    for (auto& known : routes_)
        if (known.prefix == route.prefix && known.length == route.length &&
            known.first_hop == route.first_hop && known.interface == route.interface) {
            known = route;
            return;
        }
    const auto at = std::find_if(routes_.begin(), routes_.end(),
                                 [&](const Ipv6Route& known) { return known.length < route.length; });
    routes_.insert(at, route);
}

void Ipv6Routes::remove(const IpAddress& prefix, unsigned length, const IpAddress& first_hop,
                        InterfaceId interface) {
    remove_those([&](const Ipv6Route& r) {
        return r.prefix == prefix.prefix(length) && r.length == length && r.first_hop == first_hop &&
               r.interface == interface;
    });
}

bool Ipv6Routes::has(const IpAddress& prefix, unsigned length, const IpAddress& first_hop,
                     InterfaceId interface) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const Ipv6Route& r) {
        return r.prefix == prefix.prefix(length) && r.length == length && r.first_hop == first_hop &&
               r.interface == interface;
    });
}

void Ipv6Routes::expire(Instant now) {
    remove_those([&](const Ipv6Route& r) { return r.until <= now; });
}

Instant Ipv6Routes::soonest() const {
    Instant next = Instant::max();
    for (const auto& route : routes_) next = std::min(next, route.until);
    return next;
}

const Ipv6Route* Ipv6Routes::find(const IpAddress& destination) const {
    for (const auto& route : routes_)
        if (destination.shares_prefix(route.prefix, route.length)) return &route;
    return nullptr;
}

}  // namespace vmlab::stack
