#include "simulator/given/lan_plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace vmlab::sim {
namespace {

/// Where hosts are that find no room beside a stack (TEST-NET-2, RFC 5737).
constexpr Ipv4Address kBehindRouter = Ipv4Address::of(198, 51, 100, 0);
constexpr std::uint8_t kBehindRouterPrefix = 24;
/// The host number of NS1, unless NSINTERADDR says otherwise.
constexpr std::uint32_t kNameServer = 2;
/// A network that is no longer than this has addresses for a router.
constexpr unsigned kLongestPrefix = 30;

struct Subnet {
    Ipv4Address network{};
    std::uint8_t prefix = 24;

    bool has(Ipv4Address address) const {
        return (address.value & mask_of_prefix(prefix).value) == network.value;
    }
    std::uint32_t size() const { return 1u << (32 - prefix); }  // prefix >= 1
};

/// The addresses that are spoken for, and networks to choose others from.
class Addresses {
public:
    void take(Ipv4Address address) { taken_.insert(address); }
    bool is_free(Ipv4Address address) const { return !taken_.contains(address); }

    /// The host number `wanted` of a network if it is free, else the first one that is.
    std::optional<Ipv4Address> choose(const Subnet& subnet, std::uint32_t wanted) {
        if (subnet.prefix > kLongestPrefix) return std::nullopt;
        const std::uint32_t last = subnet.size() - 2;
        for (std::uint32_t tried = 0; tried <= std::min(last, kMostTries); ++tried) {
            const std::uint32_t number = tried == 0 ? wanted : tried;
            const Ipv4Address address{subnet.network.value + number};
            if (number < 1 || number > last || !is_free(address)) continue;
            take(address);
            return address;
        }
        return std::nullopt;
    }

private:
    static constexpr std::uint32_t kMostTries = 4096;
    std::set<Ipv4Address> taken_{};
};

/// The addresses of a profile that are on LAN0, PRIMARYINTERFACE's before the others.
std::vector<profiles::HomeStatement> on_wires(const profiles::ProfileTcpip& profile) {
    std::vector<profiles::HomeStatement> found;
    for (const auto& home : profile.home.entries) {
        const auto* link = profile.link(*home.link);
        const auto* device = link == nullptr ? nullptr : profile.device(*link->device);
        const auto prefix = prefix_of_mask(home.mask);
        // HiperSockets and CTCs lead to other stacks only.
        if (device == nullptr || device->kind != profiles::DeviceKind::osd || !prefix || *prefix == 0)
            continue;
        const bool primary = profile.primary_interface && **profile.primary_interface == *home.link;
        found.insert(primary ? found.begin() : found.end(), home);
    }
    return found;
}

Subnet subnet_of(const profiles::HomeStatement& home) {
    const unsigned prefix = *prefix_of_mask(home.mask);
    return {{home.address.value & home.mask.value}, static_cast<std::uint8_t>(prefix)};
}

/// Router interfaces for the networks of one stack.
void add_router(const profiles::ProfileTcpip& profile, Addresses& addresses, LanPlan& plan) {
    for (const auto& home : on_wires(profile)) {
        const Subnet subnet = subnet_of(home);
        const auto has_router = [&] {
            return std::any_of(plan.router.begin(), plan.router.end(),
                               [&](const auto& router) { return subnet.has(router.address); });
        };
        for (const auto& route : profile.gateway.entries) {
            if (!subnet.has(route.first_hop) || !addresses.is_free(route.first_hop)) continue;
            addresses.take(route.first_hop);
            plan.router.push_back({route.first_hop, subnet.prefix});
        }
        if (has_router()) continue;
        if (const auto own = addresses.choose(subnet, 1)) plan.router.push_back({*own, subnet.prefix});
    }
}

void add_hosts(Subnet subnet, Ipv4Address first_hop, std::uint32_t name_server_number, Addresses addresses,
               LanPlan& plan) {
    Ipv4Address* const hosts[] = {&plan.name_server, &plan.workstation, &plan.second_workstation,
                                  &plan.laptop};
    const std::uint32_t numbers[] = {name_server_number, 4, 7, 200};
    for (std::size_t i = 0; i < std::size(hosts); ++i) {
        if (const auto chosen = addresses.choose(subnet, numbers[i])) {
            *hosts[i] = *chosen;
            continue;
        }
        const Subnet behind{kBehindRouter, kBehindRouterPrefix};
        const Ipv4Address hop{kBehindRouter.value + 1};
        plan.router.push_back({hop, behind.prefix});
        addresses.take(hop);
        return add_hosts(behind, hop, kNameServer, std::move(addresses), plan);
    }
    plan.first_hop = first_hop;
    plan.prefix = subnet.prefix;
}

/// The addresses of HOME that are on LAN0.
std::vector<profiles::HomeV6Statement> on_wires6(const profiles::ProfileTcpip& profile) {
    std::vector<profiles::HomeV6Statement> found;
    for (const auto& home : profile.home_v6.entries) {
        const auto* link = profile.link(*home.link);
        const auto* device = link == nullptr ? nullptr : profile.device(*link->device);
        if (device != nullptr && device->kind == profiles::DeviceKind::osd) found.push_back(home);
    }
    return found;
}

/// ROUTER on the IPv6 networks of one stack.
void add_router6(const profiles::ProfileTcpip& profile, std::set<IpAddress>& taken, Ipv6Plan& plan) {
    for (const auto& home : on_wires6(profile)) {
        const auto inside = [&](const IpAddress& address) {
            return !address.is_unspecified() && !home.address.is_link_local() &&
                   address.shares_prefix(home.address, home.prefix);
        };
        for (const auto& route : profile.gateway_v6.entries)
            if ((inside(route.first_hop) || route.first_hop.is_link_local()) &&
                taken.insert(route.first_hop).second)
                plan.router.push_back({route.first_hop, inside(route.first_hop) ? home.prefix : 64});
        const bool has_router = std::any_of(plan.router.begin(), plan.router.end(),
                                            [&](const auto& router) { return inside(router.address); });
        const IpAddress own = host_of(home.address.prefix(home.prefix), 1);
        if (!has_router && inside(own) && taken.insert(own).second) plan.router.push_back({own, home.prefix});
    }
}

}  // namespace

Ipv6Plan plan_ipv6(const std::vector<CheckedStack>& stacks, std::optional<IpAddress> name_server) {
    constexpr unsigned kLongestPrefix6 = 112;  // leaves 16 bits to number hosts with
    Ipv6Plan plan;
    std::set<IpAddress> taken{Ipv6Plan::kRouterOfLink};
    std::vector<profiles::HomeV6Statement> homes;
    for (const auto& stack : stacks) {
        for (const auto& home : stack.profile.home_v6.entries) taken.insert(home.address);
        for (const auto& home : on_wires6(stack.profile))
            if (!home.address.is_link_local()) homes.push_back(home);
    }
    for (const auto& stack : stacks) add_router6(stack.profile, taken, plan);
    if (homes.empty() || homes.front().prefix > kLongestPrefix6) return plan;
    const unsigned prefix = homes.front().prefix;
    const IpAddress network = homes.front().address.prefix(prefix);
    const auto choose = [&](std::uint16_t number) {
        while (!taken.insert(host_of(network, number)).second) ++number;
        return host_of(network, number);
    };
    const bool inside = name_server && name_server->shares_prefix(network, prefix);
    plan.name_server = inside ? *name_server : choose(2);
    taken.insert(plan.name_server);
    plan.workstation = choose(4);
    plan.second_workstation = choose(7);
    plan.laptop = choose(0x200);
    plan.prefix = prefix;
    for (const auto& router : plan.router)
        if (router.address.shares_prefix(network, prefix)) plan.first_hop = router.address;
    return plan;
}

LanPlan plan_lan(const std::vector<CheckedStack>& stacks, std::optional<Ipv4Address> name_server) {
    Addresses addresses;
    for (const auto& stack : stacks)
        for (const auto& home : stack.profile.home.entries) addresses.take(home.address);
    const auto homes =
        stacks.empty() ? std::vector<profiles::HomeStatement>() : on_wires(stacks.front().profile);
    if (homes.empty()) return {};
    LanPlan plan;
    plan.home = homes.front().address;
    plan.router.clear();
    for (const auto& stack : stacks) add_router(stack.profile, addresses, plan);
    const Subnet subnet = subnet_of(homes.front());
    const auto beside = std::find_if(plan.router.begin(), plan.router.end(),
                                     [&](const auto& router) { return subnet.has(router.address); });
    const Ipv4Address hop = beside == plan.router.end() ? Ipv4Address{} : beside->address;
    const bool inside = name_server && subnet.has(*name_server);
    add_hosts(subnet, hop, inside ? name_server->value - subnet.network.value : kNameServer,
              std::move(addresses), plan);
    return plan;
}

}  // namespace vmlab::sim
