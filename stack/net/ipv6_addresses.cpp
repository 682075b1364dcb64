#include "stack/net/ipv6_addresses.hpp"

#include <algorithm>

namespace vmlab::stack {
namespace {

constexpr IpAddress kLinkLocal{std::array<std::uint8_t, 16>{0xfe, 0x80}};

Instant after(Instant now, Duration life) { return life == Duration::max() ? Instant::max() : now + life; }

unsigned common_prefix(const IpAddress& a, const IpAddress& b) {
    unsigned bits = 0;
    while (bits < 128 && a.shares_prefix(b, bits + 1)) ++bits;
    return bits;
}

}  // namespace

const char* name_of(Ipv6Own::State state) {
    switch (state) {
        case Ipv6Own::State::tentative: return "tentative";
        case Ipv6Own::State::preferred: return "preferred";
        case Ipv6Own::State::deprecated: return "deprecated";
        case Ipv6Own::State::duplicate: return "duplicate";
    }
    return "?";
}

void Ipv6Addresses::begin(Ipv6Own own, Instant now, Actions& actions) {
    if (proves_) {
        own.state = Ipv6Own::State::tentative;
        own.proved_at = now + kRetransmit;
        actions.solicit.push_back(own.address);
    } else {
        own.state = Ipv6Own::State::preferred;
        actions.ready.push_back(own.address);
    }
    addresses_.push_back(std::move(own));
}

Ipv6Addresses::Actions Ipv6Addresses::enable(const MacAddress& mac, bool configures, Instant now) {
    Actions actions;
    const IpAddress own = wire::address_of_mac(kLinkLocal, mac);
    if (!find(own)) begin({.address = own, .prefix = 64}, now, actions);
    enabled_ = true;
    solicitations_left_ = configures ? kRouterSolicitations : 0;
    ask_routers_at_ =
        configures ? now + kRetransmit : Instant::max();  // when the address they are asked from is proved
    return actions;
}

Ipv6Addresses::Actions Ipv6Addresses::add(const IpAddress& address, unsigned prefix,
                                          const SourceLocation& where, Instant now) {
    Actions actions;
    for (auto& own : addresses_) {
        if (own.address != address) continue;
        own.prefix = prefix;
        own.where = where;
        own.automatic = false;
        own.preferred_until = own.valid_until = Instant::max();
        return actions;
    }
    begin({.address = address, .prefix = prefix, .where = where}, now, actions);
    return actions;
}

void Ipv6Addresses::remove(const IpAddress& address) {
    std::erase_if(addresses_, [&](const Ipv6Own& own) { return own.address == address; });
}

bool Ipv6Addresses::contest(const IpAddress& address) {
    for (auto& own : addresses_) {
        if (own.address != address || own.state != Ipv6Own::State::tentative) continue;
        own.state = Ipv6Own::State::duplicate;
        own.proved_at = Instant::max();
        return true;
    }
    return false;
}

Ipv6Addresses::Actions Ipv6Addresses::receive_router(const wire::RouterMessage& router, const MacAddress& mac,
                                                     Instant now) {
    Actions actions;
    solicitations_left_ = 0;
    ask_routers_at_ = Instant::max();
    for (const auto& prefix : router.prefixes) {
        if (!prefix.autonomous || prefix.length != 64 || prefix.valid == Duration{}) continue;
        const IpAddress address = wire::address_of_mac(prefix.prefix, mac);
        const auto known = std::find_if(addresses_.begin(), addresses_.end(),
                                        [&](const Ipv6Own& own) { return own.address == address; });
        if (known == addresses_.end()) {
            const auto automatic = std::count_if(addresses_.begin(), addresses_.end(),
                                                 [](const Ipv6Own& own) { return own.automatic; });
            if (std::size_t(automatic) >= kMostAutomatic) continue;
            begin({.address = address,
                   .prefix = prefix.length,
                   .automatic = true,
                   .preferred_until = after(now, prefix.preferred),
                   .valid_until = after(now, prefix.valid)},
                  now, actions);
            continue;
        }
        if (!known->automatic) continue;
        known->preferred_until = after(now, prefix.preferred);
        if (known->state == Ipv6Own::State::deprecated && prefix.preferred > Duration{})
            known->state = Ipv6Own::State::preferred;
        // A short life is only believed when little is left: nobody may take an address away by a lie.
        const bool longer = prefix.valid > kTwoHours || after(now, prefix.valid) > known->valid_until;
        if (longer) known->valid_until = after(now, prefix.valid);
        else if (known->valid_until - now > kTwoHours) known->valid_until = now + kTwoHours;
    }
    return actions;
}

Ipv6Addresses::Actions Ipv6Addresses::tick(Instant now) {
    Actions actions;
    for (auto& own : addresses_) {
        if (own.proved_at <= now) {
            own.proved_at = Instant::max();
            own.state = Ipv6Own::State::preferred;
            actions.ready.push_back(own.address);
        }
        if (own.preferred_until <= now && own.state == Ipv6Own::State::preferred)
            own.state = Ipv6Own::State::deprecated;
        if (own.valid_until <= now) actions.gone.push_back(own.address);
    }
    std::erase_if(addresses_, [&](const Ipv6Own& own) { return own.valid_until <= now; });
    if (ask_routers_at_ <= now) {
        actions.ask_routers = true;
        ask_routers_at_ = --solicitations_left_ > 0 ? now + kRouterInterval : Instant::max();
    }
    return actions;
}

Instant Ipv6Addresses::soonest() const {
    Instant next = ask_routers_at_;
    for (const auto& own : addresses_) {
        next = std::min({next, own.proved_at, own.valid_until});
        if (own.state == Ipv6Own::State::preferred) next = std::min(next, own.preferred_until);
    }
    return next;
}

const Ipv6Own* Ipv6Addresses::find(const IpAddress& address) const {
    for (const auto& own : addresses_)
        if (own.address == address) return &own;
    return nullptr;
}

bool Ipv6Addresses::listens(const IpAddress& group) const {
    if (!enabled_ && addresses_.empty()) return false;
    if (group == wire::kAllNodes) return true;
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const Ipv6Own& own) {
        return own.state != Ipv6Own::State::duplicate && wire::solicited_node(own.address) == group;
    });
}

const Ipv6Own* Ipv6Addresses::source_for(const IpAddress& destination) const {
    // A group on the link, and what is on the link, is spoken to from an address of the link.
    const bool link = destination.is_link_local() || destination.is_multicast();
    const auto rank = [&](const Ipv6Own& own) {
        return std::tuple(own.address == destination, own.address.is_link_local() == link,
                          own.state == Ipv6Own::State::preferred, common_prefix(own.address, destination));
    };
    const Ipv6Own* best = nullptr;
    for (const auto& own : addresses_) {
        if (!own.usable() || (!link && own.address.is_link_local())) continue;
        if (!best || rank(*best) < rank(own)) best = &own;
    }
    return best;
}

}  // namespace vmlab::stack
