// What routers of the link said of better first hops (ICMP redirect, RFC 1122 section 3.2.2.2): per
// destination, for a while. Whoever said it must have been the first hop in use, and the new one a neighbour:
// the caller sees to that.
#pragma once

#include <map>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/net/routes.hpp"

namespace vmlab::stack {

class Redirects {
public:
    struct Hop {
        Ipv4Address address{};
        InterfaceId interface = 0;
        Instant until{};  ///< then the route counts again
    };

    void learn(Ipv4Address destination, Ipv4Address hop, InterfaceId interface, Instant now) {
        expire(now);
        if (hops_.size() >= kMost && !hops_.contains(destination)) return;
        hops_[destination] = {hop, interface, now + kStays};
    }
    [[nodiscard]] const Hop* find(Ipv4Address destination) const {
        if (hops_.empty()) return nullptr;
        const auto found = hops_.find(destination);
        return found == hops_.end() ? nullptr : &found->second;
    }
    /// True when one was forgotten.
    bool expire(Instant now) {
        return std::erase_if(hops_, [&](const auto& one) { return one.second.until <= now; }) > 0;
    }
    /// That hop does not answer, or its road does not lead there.
    bool forget(Ipv4Address hop) {
        return std::erase_if(hops_, [&](const auto& one) { return one.second.address == hop; }) > 0;
    }
    void clear() { hops_.clear(); }
    [[nodiscard]] Instant deadline() const {
        Instant soonest = Instant::max();
        for (const auto& [destination, hop] : hops_) soonest = soonest < hop.until ? soonest : hop.until;
        return soonest;
    }
    [[nodiscard]] std::size_t size() const { return hops_.size(); }

private:
    static constexpr std::size_t kMost = 256;
    static constexpr Duration kStays = minutes{10};

    std::map<Ipv4Address, Hop> hops_;
};

}  // namespace vmlab::stack
