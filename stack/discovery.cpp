// Who is where, and who routes, on links of IPv6: solicitations and advertisements (RFC 4861), duplicate
// addresses (RFC 4862).
//
//   send_to_neighbour, unknown → send_solicitation → (the link) → receive_advertisement → what waited leaves
//   receive_solicitation, ours → send_advertisement
//   receive_router → Ipv6Addresses: addresses; routes6: the default, what is on the link
//   tick_ipv6 → addresses proved, aged, gone; routes that end; our own advertisements
//
// All of it is believed only with a hop limit of 255: no router was in between.
#include <fmt/core.h>

#include <algorithm>

#include "stack/stack_impl.hpp"

namespace vmlab::stack {
namespace {

constexpr Duration kAdvertiseAgain = seconds{200};  // within RFC 4861's 198 to 600 for MaxRtrAdvInterval
constexpr Duration kRedirectStays = minutes{10};
constexpr IpAddress kLinkLocalPrefix{std::array<std::uint8_t, 16>{0xfe, 0x80}};
constexpr std::size_t kMostRouterRoutes = 32;  // a liar's routes do not fill memory

}  // namespace

void Stack::Impl::receive_solicitation(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                                       Sink& out) {
    const auto asked = wire::parse_neighbour(message);
    const bool proving = what.source.is_unspecified();  // somebody wants the address for itself
    if (!asked || (proving && (!what.to_group || asked->link)))
        return count_drop(DropReason::discovery_malformed);
    const InterfaceId interface = *what.interface;
    Interface& in = interfaces[interface];
    if (proving && in.ipv6.contest(asked->target)) return lose_address(interface, asked->target, {}, out);
    if (!in.ipv6.has(asked->target)) return;
    if (proving) return send_advertisement(interface, asked->target, wire::kAllNodes, now, out);
    if (asked->link) {
        last_path.reset();
        for (auto& waiting : neighbours.learn({interface, what.source}, *asked->link, true, now))
            send_frame(interface, *asked->link, wire::kEtherTypeIpv6, std::move(waiting), out);
    }
    send_advertisement(interface, asked->target, what.source, now, out);
}

void Stack::Impl::receive_advertisement(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                                        Sink& out) {
    const auto said = wire::parse_neighbour(message);
    if (!said || (what.to_group && said->solicited)) return count_drop(DropReason::discovery_malformed);
    const InterfaceId interface = *what.interface;
    Interface& in = interfaces[interface];
    if (in.ipv6.contest(said->target)) return lose_address(interface, said->target, said->link, out);
    if (in.ipv6.find(said->target)) {
        if (drop_is_news(DropReason::discovery_malformed, now))
            out.record({RecordKind::decision,
                        fmt::format("address {} is also claimed by {} on {}", said->target.str(),
                                    said->link ? said->link->str() : "somebody", in.config.name),
                        {in.config.where}});
        return;
    }
    const MacAddress* const known = neighbours.find({interface, said->target});
    const MacAddress* const mac = said->link ? &*said->link : known;
    if (!mac || (known && *known != *mac && !said->overrides)) return;
    const MacAddress to = *mac;
    last_path.reset();
    for (auto& waiting : neighbours.learn({interface, said->target}, to, false, now))
        send_frame(interface, to, wire::kEtherTypeIpv6, std::move(waiting), out);
}

void Stack::Impl::receive_router(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                                 Sink& out) {
    const auto said = wire::parse_router(message);
    if (!said || !what.source.is_link_local()) return count_drop(DropReason::discovery_malformed);
    const InterfaceId interface = *what.interface;
    Interface& in = interfaces[interface];
    if (!in.config.autoconfigures || advertising.contains(interface)) return;
    last_path.reset();
    if (said->link) neighbours.learn({interface, what.source}, *said->link, true, now);
    if (said->mtu && *said->mtu >= wire::kLeastIpv6Mtu)
        in.ipv6_mtu = std::uint16_t(std::min<std::uint32_t>(*said->mtu, in.config.mtu));
    const auto keep = [&](const IpAddress& prefix, unsigned length, const IpAddress& hop, Duration life) {
        if (life == Duration{}) return routes6.remove(prefix, length, hop, interface);
        if (routes6.all().size() >= kMostRouterRoutes && !routes6.has(prefix, length, hop, interface)) return;
        routes6.add({prefix, length, hop, interface, 0, life == Duration::max() ? kNever : now + life,
                     in.config.where});
    };
    keep({}, 0, what.source, said->lifetime);
    for (const auto& prefix : said->prefixes)
        if (prefix.on_link) keep(prefix.prefix, prefix.length, {}, prefix.valid);
    act(interface, in.ipv6.receive_router(*said, in.config.mac, now), now, out);
}

void Stack::Impl::receive_redirect6(const Datagram& what, const wire::IcmpMessage& message, Instant now,
                                    Sink& out) {
    const auto said = wire::parse_redirect(message);
    if (!said || !what.source.is_link_local() || is_local(said->target))
        return count_drop(DropReason::discovery_malformed);
    const InterfaceId interface = *what.interface;
    const auto way = way_to(said->destination);
    // Only the router that has the packets now may send them elsewhere (RFC 4861 section 8.1); it may have
    // said so by another address than the one that we know.
    const MacAddress* const mac = way ? neighbours.find({interface, way->hop}) : nullptr;
    const MacAddress* const sender = neighbours.find({interface, what.source});
    const bool from_hop =
        way && way->interface == interface && way->hop != said->destination &&
        (way->hop == what.source || (mac && ((sender && *sender == *mac) ||
                                             wire::address_of_mac(kLinkLocalPrefix, *mac) == what.source)));
    if (!from_hop) return count_drop(DropReason::discovery_malformed);
    const std::string text = fmt::format("{} goes to {}: {} said so", said->destination.str(),
                                         said->target.str(), what.source.str());
    if (!*options.redirects6) {
        std::vector<SourceLocation> rests_on;
        if (options.redirects6.where.known()) rests_on.push_back(options.redirects6.where);
        return void(out.record({RecordKind::decision, "not believed: " + text, std::move(rests_on)}));
    }
    const auto learned = std::count_if(routes6.all().begin(), routes6.all().end(),
                                       [](const Ipv6Route& route) { return route.until != kNever; });
    if (std::size_t(learned) >= kMostRouterRoutes) return;
    last_path.reset();
    routes6.remove_those([&](const Ipv6Route& route) {
        return route.length == 128 && route.prefix == said->destination && route.until != kNever;
    });
    const bool on_link = said->target == said->destination;
    routes6.add({said->destination, 128, on_link ? IpAddress{} : said->target, interface, 0,
                 now + kRedirectStays, way->where});
    if (said->link)
        for (auto& waiting : neighbours.learn({interface, said->target}, *said->link, true, now))
            send_frame(interface, *said->link, wire::kEtherTypeIpv6, std::move(waiting), out);
    out.record({RecordKind::decision, text, {way->where}});
}

void Stack::Impl::send_redirect6(const Onward& what, const Way& way, const Buffer& packet, Instant now,
                                 Sink& out) {
    const auto back = way_to(what.source);
    const bool neighbour = back && back->interface == way.interface && back->hop == what.source;
    if (!neighbour || (!way.hop.is_link_local() && way.hop != what.destination)) return;
    const Ipv6Own* const own = interfaces[way.interface].ipv6.source_for(wire::kAllNodes);
    if (!own || !own->address.is_link_local() || !icmp_errors.allows(now)) return;
    wire::RedirectMessage message{way.hop, what.destination, {}};
    if (const MacAddress* const mac = neighbours.find({way.interface, way.hop})) message.link = *mac;
    send_discovery(way.interface, own->address, what.source, wire::kIcmpv6Redirect,
                   wire::make_redirect(message, packet.span()), now, out);
}

void Stack::Impl::lose_address(InterfaceId interface, const IpAddress& address,
                               const std::optional<MacAddress>& to, Sink& out) {
    const Ipv6Own* const own = interfaces[interface].ipv6.find(address);
    out.proved(interface, address, false, own ? own->where : SourceLocation{});
    out.record({RecordKind::refusal,
                fmt::format("address {} on {} is not used: {} has it already", address.str(),
                            interfaces[interface].config.name, to ? to->str() : "somebody else on the link"),
                {own && own->where.known() ? own->where : interfaces[interface].config.where}});
}

void Stack::Impl::send_discovery(InterfaceId interface, const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t type, const wire::NeighbourBody& body, Instant now, Sink& out) {
    send_icmp({source, destination, wire::kProtocolIcmpv6, false, wire::kDiscoveryHopLimit, 0, interface},
              type, 0, body.flags, body.bytes, now, out);
}

void Stack::Impl::send_solicitation(InterfaceId interface, const IpAddress& target, Instant now, Sink& out) {
    const Interface& in = interfaces[interface];
    const Ipv6Own* const own = in.ipv6.find(target);
    const bool proving = own && own->state == Ipv6Own::State::tentative;
    const Ipv6Own* const source = proving ? nullptr : in.ipv6.source_for(target);
    if (!proving && !source) return;
    const auto body = wire::make_neighbour(
        wire::kNeighbourSolicitation,
        {target, proving ? std::nullopt : std::optional(in.config.mac), false, false, false});
    const bool known = !proving && neighbours.find({interface, target}) != nullptr;
    send_discovery(interface, source ? source->address : IpAddress{},
                   known ? target : wire::solicited_node(target), wire::kNeighbourSolicitation, body, now,
                   out);
}

void Stack::Impl::send_advertisement(InterfaceId interface, const IpAddress& target, const IpAddress& to,
                                     Instant now, Sink& out) {
    const auto body = wire::make_neighbour(
        wire::kNeighbourAdvertisement,
        {target, interfaces[interface].config.mac, forwards6(), !to.is_multicast(), true});
    send_discovery(interface, target, to, wire::kNeighbourAdvertisement, body, now, out);
}

void Stack::Impl::send_router(InterfaceId interface, Instant now, Sink& out) {
    auto& [what, next] = advertising.at(interface);
    next = now + kAdvertiseAgain;
    const Interface& in = interfaces[interface];
    const Ipv6Own* const source = in.ipv6.source_for(wire::kAllNodes);
    if (!source) {
        next = now + seconds{1};  // its own address is not proved yet
        return;
    }
    what.link = in.config.mac;
    send_discovery(interface, source->address, wire::kAllNodes, wire::kRouterAdvertisement,
                   wire::make_router(what), now, out);
}

void Stack::Impl::act(InterfaceId interface, const Ipv6Addresses::Actions& actions, Instant now, Sink& out) {
    Interface& in = interfaces[interface];
    if (!actions.solicit.empty()) report_groups(interface, true, now, out);
    for (const auto& address : actions.solicit) send_solicitation(interface, address, now, out);
    for (const auto& address : actions.ready) {
        const Ipv6Own& own = *in.ipv6.find(address);
        if (!own.automatic && !in.config.is_virtual)
            routes6.add({own.address,
                         own.prefix,
                         {},
                         interface,
                         0,
                         kNever,
                         own.where.known() ? own.where : in.config.where});
        if (in.config.proves)  // else nobody was asked, and nothing has happened
            out.record({RecordKind::state,
                        fmt::format("address {} on {} is ours", address.str(), in.config.name),
                        {own.where}});
        out.proved(interface, address, true, own.where);
        if (!in.config.proves) continue;
        if (address.is_link_local()) report_groups(interface, true, now, out);
        send_advertisement(interface, address, wire::kAllNodes, now, out);
    }
    if (!actions.gone.empty()) all_local = false;
    for (const auto& address : actions.gone)
        out.record({RecordKind::state,
                    fmt::format("address {} on {} has reached its end", address.str(), in.config.name),
                    {}});
    if (!actions.gone.empty()) leave_groups(interface, actions.gone, now, out);
    if (!actions.ask_routers) return;
    if (const Ipv6Own* const source = in.ipv6.source_for(wire::kAllRouters)) {
        wire::NeighbourBody body;
        body.bytes = {1, 1};  // our link address, so that the router need not ask
        body.bytes.insert(body.bytes.end(), in.config.mac.bytes.begin(), in.config.mac.bytes.end());
        send_discovery(interface, source->address, wire::kAllRouters, wire::kRouterSolicitation, body, now,
                       out);
    }
}

void Stack::Impl::tick_ipv6(Instant now, Sink& out) {
    last_path.reset();
    routes6.expire(now);
    for (std::size_t i = 0; i < interfaces.size(); ++i)
        if (interfaces[i].ipv6.deadline() <= now) act(InterfaceId(i), interfaces[i].ipv6.tick(now), now, out);
    for (auto& [interface, router] : advertising)
        if (router.next <= now) send_router(interface, now, out);
    tick_groups(now, out);
}

Instant Stack::Impl::ipv6_deadline() const {
    Instant next = routes6.deadline();
    for (const auto& in : interfaces) next = std::min(next, in.ipv6.deadline());
    for (const auto& [interface, router] : advertising) next = std::min(next, router.next);
    for (const auto& [interface, at] : report_groups_at) next = std::min(next, at);
    return next;
}

// ── the public calls of IPv6
// ──────────────────────────────────────────────────────────────────────────────────────────────────

void Stack::set_autoconfiguration(InterfaceId interface, bool on) {
    vm_assert(interface < impl_->interfaces.size());
    impl_->interfaces[interface].config.autoconfigures = on;
}

void Stack::enable_ipv6(InterfaceId interface, Instant now, Sink& out) {
    vm_assert(interface < impl_->interfaces.size());
    Interface& in = impl_->interfaces[interface];
    in.ipv6.set_proving(in.config.proves);
    impl_->act(interface, in.ipv6.enable(in.config.mac, in.config.autoconfigures, now), now, out);
}

void Stack::add_address(InterfaceId interface, const IpAddress& address, unsigned prefix,
                        const SourceLocation& where, Instant now, Sink& out) {
    vm_assert(interface < impl_->interfaces.size() && !address.is_v4() && prefix <= 128);
    Interface& in = impl_->interfaces[interface];
    if (in.config.is_virtual) in.ipv6.set_proving(false);
    else if (!in.ipv6.enabled()) enable_ipv6(interface, now, out);
    impl_->last_path.reset();
    impl_->act(interface, in.ipv6.add(address, prefix, where, now), now, out);
}

void Stack::remove_address(InterfaceId interface, const IpAddress& address, Instant now, Sink& out) {
    vm_assert(interface < impl_->interfaces.size());
    Interface& in = impl_->interfaces[interface];
    impl_->last_path.reset();
    impl_->all_local = false;
    if (const Ipv6Own* const own = in.ipv6.find(address))
        impl_->routes6.remove(address, own->prefix, {}, interface);
    const bool listened = in.ipv6.has(address);
    in.ipv6.remove(address);
    if (listened) impl_->leave_groups(interface, {&address, 1}, now, out);
}

void Stack::add_route(const Ipv6Route& route) {
    vm_assert(route.interface < impl_->interfaces.size());
    Ipv6Route usable = route;
    usable.given = true;
    if (usable.mtu != 0) usable.mtu = std::max(usable.mtu, wire::kLeastIpv6Mtu);
    impl_->last_path.reset();
    impl_->routes6.add(usable);
}

void Stack::advertise(InterfaceId interface, const wire::RouterMessage& what, Instant now) {
    vm_assert(interface < impl_->interfaces.size());
    impl_->advertising[interface] = {what, now};
}

}  // namespace vmlab::stack
