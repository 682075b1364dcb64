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

}  // namespace vmlab::stack
