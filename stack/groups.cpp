// The groups of IPv6 in which this host listens, for switches and routers that send them only where somebody
// does (RFC 3810): the solicited-node groups of its addresses. That of all nodes is never reported.
//
//   act: an address begins → report "joins", from the unspecified address while there is no other (RFC 3590)
//        the link-local address is proved → the same again, from it
//   receive_group_query → report_groups_at → tick_ipv6 → report "listens"
//   the last address of a group goes → report "leaves"
#include <algorithm>

#include "stack/stack_impl.hpp"
#include "stack/wire/mld.hpp"

namespace vmlab::stack {

void Stack::Impl::report_groups(InterfaceId interface, bool joins, Instant now, Sink& out) {
    std::vector<IpAddress> groups;
    for (const auto& one : interfaces[interface].ipv6.all()) {
        if (one.state == Ipv6Own::State::duplicate) continue;
        const IpAddress group = wire::solicited_node(one.address);
        if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
    }
    send_group_report(interface, joins ? wire::GroupRecord::joins : wire::GroupRecord::listens, groups, now,
                      out);
}

void Stack::Impl::leave_groups(InterfaceId interface, std::span<const IpAddress> addresses, Instant now,
                               Sink& out) {
    std::vector<IpAddress> groups;
    for (const auto& address : addresses) {
        const IpAddress group = wire::solicited_node(address);
        const bool known = std::find(groups.begin(), groups.end(), group) != groups.end();
        if (!known && !interfaces[interface].ipv6.listens(group)) groups.push_back(group);
    }
    if (interfaces[interface].config.proves)
        send_group_report(interface, wire::GroupRecord::leaves, groups, now, out);
}

void Stack::Impl::send_group_report(InterfaceId interface, wire::GroupRecord record,
                                    std::span<const IpAddress> groups, Instant now, Sink& out) {
    if (groups.empty()) return;
    IpAddress source;
    for (const auto& one : interfaces[interface].ipv6.all())
        if (one.usable() && one.address.is_link_local()) source = one.address;
    const auto body = wire::make_mld_report(record, groups);
    const std::size_t lower = lower_headers(wire::kMldRouters) + wire::kRouterAlert.size();
    Buffer frame = Buffer::allocate(lower + wire::kIcmpHeader + body.bytes.size());
    const auto room = std::span(frame.writable(), frame.size());
    std::copy(wire::kRouterAlert.begin(), wire::kRouterAlert.end(),
              room.begin() + std::ptrdiff_t(lower - wire::kRouterAlert.size()));
    const auto message = room.subspan(lower);
    std::copy(body.bytes.begin(), body.bytes.end(), message.begin() + wire::kIcmpHeader);
    wire::emit_icmpv6_header(wire::kMldReport, 0, body.flags, source, wire::kMldRouters, message);
    constexpr std::uint8_t kHopByHop = 0;
    send_ip({source, wire::kMldRouters, kHopByHop, false, wire::kMldHopLimit, 0, interface}, std::move(frame),
            now, out);
}

void Stack::Impl::receive_group_query(const Datagram& what, const wire::IcmpMessage& message, Instant now) {
    const auto query = wire::parse_mld_query(message);
    const bool of_the_link =
        what.interface && what.hop_limit == wire::kMldHopLimit && what.source.is_link_local();
    if (!query || !of_the_link) return count_drop(DropReason::discovery_malformed);
    const bool ours = query->group == IpAddress() || interfaces[*what.interface].ipv6.listens(query->group);
    if (!ours) return;
    // Not all hosts of the link at once (section 6.2).
    const auto most = std::uint64_t(query->within / milliseconds{1});
    const Instant at = now + milliseconds{dice.below(most + 1)};
    const auto [planned, fresh] = report_groups_at.emplace(*what.interface, at);
    if (!fresh) planned->second = std::min(planned->second, at);
}

void Stack::Impl::tick_groups(Instant now, Sink& out) {
    for (auto planned = report_groups_at.begin(); planned != report_groups_at.end();) {
        if (planned->second > now) {
            ++planned;
            continue;
        }
        report_groups(planned->first, false, now, out);
        planned = report_groups_at.erase(planned);
    }
}

}  // namespace vmlab::stack
