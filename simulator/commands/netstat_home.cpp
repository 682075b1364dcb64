// NETSTAT HOME, GATE, DEVLINKS and ARP: addresses, routes, interfaces, neighbours.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

const stack::InterfaceSnapshot* interface_named(const stack::ServerSnapshot& of, std::string_view name) {
    for (const auto& interface : of.stack.interfaces)
        if (interface.config.name == name) return &interface;
    return nullptr;
}

std::string route_line(const stack::Route& route, const stack::ServerSnapshot& of) {
    const bool is_default = route.mask.is_unspecified();
    const bool direct = route.first_hop.is_unspecified();
    const bool host = route.mask.is_limited_broadcast();
    const std::string flags =
        std::string("U") + (direct ? "T" : "G") + (host ? "H" : "") + (direct ? "" : "S");
    const auto mtu = packet_size(of, route.mtu, route.interface);
    return fmt::format("{:<15} {:<16} {:<16} {:<4} {:<5} {:<6} {}",
                       is_default ? "Default" : route.destination.str(),
                       is_default ? "<none>"
                       : host     ? "HOST"
                                  : route.mask.str(),
                       direct ? "<direct>" : route.first_hop.str(), flags, mtu, "<none>",
                       interface_name(of, route.interface));
}

/// HOME's entries, then the addresses that came by themselves.
Lines home6_lines(const stack::ServerSnapshot& of) {
    Lines lines;
    const auto add = [&](const IpAddress& address, unsigned prefix, std::string_view link,
                         std::string_view state) {
        lines.push_back(
            fmt::format("{:<43} {:<16} {}", fmt::format("{}/{}", address.str(), prefix), link, state));
    };
    const auto is_home = [&](const IpAddress& address, std::string_view link) {
        return std::any_of(of.config.home.begin(), of.config.home.end(),
                           [&](const auto& entry) { return entry.address == address && entry.link == link; });
    };
    for (const auto& entry : of.config.home) {
        if (entry.address.is_v4()) continue;
        std::string_view state = "inactive";
        if (const auto* interface = interface_named(of, entry.link))
            for (const auto& own : interface->ipv6)
                if (own.address == entry.address) state = name_of(own.state);
        add(entry.address, entry.prefix, entry.link, state);
    }
    for (const auto& interface : of.stack.interfaces)
        for (const auto& own : interface.ipv6)
            if (!is_home(own.address, interface.config.name))
                add(own.address, own.prefix, interface.config.name, name_of(own.state));
    return lines;
}

void report_link(const stack::LinkConfig& link, const stack::ServerSnapshot& of, Lines& lines) {
    const auto* interface = interface_named(of, link.name);
    lines.push_back(fmt::format("  Link {:<16} Type: {:<15}  Port Number: 0", link.name, link.type));
    lines.push_back("    Transport Type: IP");
    lines.push_back(fmt::format("    BytesIn: {:<16} BytesOut: {}",
                                interface == nullptr ? 0 : interface->bytes_in,
                                interface == nullptr ? 0 : interface->bytes_out));
    lines.push_back(fmt::format("    Forwarding: {:<13} MTU: {:<10} IPv6: {}",
                                of.config.forwarding ? "Enabled" : "Disabled", link.mtu,
                                interface == nullptr || interface->ipv6.empty() ? "Disabled" : "Enabled"));
    lines.push_back("    IPv4 Path MTU Discovery: Disabled");
    lines.push_back("    Broadcast Capability: Yes");
    lines.push_back("    Multicast Capability: Yes");
}

}  // namespace

std::string interface_name(const stack::ServerSnapshot& of, stack::InterfaceId id) {
    for (const auto& interface : of.stack.interfaces)
        if (interface.id == id) return interface.config.name;
    return "?";
}

unsigned packet_size(const stack::ServerSnapshot& of, unsigned mtu, stack::InterfaceId id) {
    if (mtu != 0) return mtu;
    for (const auto& interface : of.stack.interfaces)
        if (interface.id == id) return interface.config.mtu;
    return 0;
}

Lines report_netstat_home(const stack::ServerSnapshot& of) {
    Lines lines = {"IPv4 Home address entries:", "",
                   "Address         Subnet Mask       Link             VSWITCH",
                   "-------         -----------       ----             -------"};
    for (const auto& entry : of.config.home)
        if (entry.address.is_v4())
            lines.push_back(fmt::format("{:<15} {:<17} {:<16} {}", entry.address.str(),
                                        mask_of_prefix(entry.prefix).str(), entry.link, "<none>"));
    lines.push_back("");
    const Lines ipv6 = home6_lines(of);
    lines.push_back(ipv6.empty() ? "IPv6 Home address entries: None" : "IPv6 Home address entries:");
    if (!ipv6.empty())
        lines.insert(lines.end(), {"", "Address/Prefix Length                       Link             State",
                                   "---------------------                       ----             -----"});
    lines.insert(lines.end(), ipv6.begin(), ipv6.end());
    return lines;
}

Lines report_netstat_gate(const stack::ServerSnapshot& of) {
    Lines lines = {"Known IPv4 gateways:", "",
                   "Subnet Address  Subnet Mask      FirstHop         Flgs PktSz Metric Link",
                   "--------------  -----------      --------         ---- ----- ------ ------"};
    auto routes = of.stack.routes;
    // The default comes first, as on the product's screen; the others by address.
    std::stable_sort(routes.begin(), routes.end(), [](const auto& a, const auto& b) {
        const bool a_default = a.mask.is_unspecified(), b_default = b.mask.is_unspecified();
        return a_default != b_default ? a_default : a.destination < b.destination;
    });
    for (const auto& route : routes) lines.push_back(route_line(route, of));
    lines.push_back("");
    if (of.stack.routes6.empty()) {
        lines.push_back("Known IPv6 gateways: None");
        return lines;
    }
    lines.insert(lines.end(), {"Known IPv6 gateways:", "",
                               "Network/Prefix Length                       Flgs PktSz Metric Link",
                               "---------------------                       ---- ----- ------ ----"});
    auto routes6 = of.stack.routes6;
    std::stable_sort(routes6.begin(), routes6.end(), [](const auto& a, const auto& b) {
        const bool a_default = a.length == 0, b_default = b.length == 0;
        return a_default != b_default ? a_default : a.prefix < b.prefix;
    });
    for (const auto& route : routes6) {
        const bool direct = route.first_hop.is_unspecified();
        lines.push_back(fmt::format(
            "{:<43} {:<4} {:<5} {:<6} {}",
            route.length == 0 ? "Default" : fmt::format("{}/{}", route.prefix.str(), route.length),
            std::string("U") + (direct ? "T" : "G") + (route.length == 128 ? "H" : "") +
                (route.given && !direct ? "S" : ""),
            packet_size(of, route.mtu, route.interface), "<none>", interface_name(of, route.interface)));
        lines.push_back("  FirstHop: " + (direct ? std::string("<direct>") : route.first_hop.str()));
    }
    return lines;
}

Lines report_netstat_devlinks(const stack::ServerSnapshot& of) {
    Lines lines;
    for (const auto& device : of.config.devices) {
        const auto link =
            std::find_if(of.config.links.begin(), of.config.links.end(),
                         [&](const auto& candidate) { return candidate.device == device.name; });
        const auto* interface = link == of.config.links.end() ? nullptr : interface_named(of, link->name);
        const bool ready = interface != nullptr && interface->config.up;
        if (!lines.empty()) lines.push_back("");
        lines.push_back(fmt::format("Device {:<16} Type: {:<14}  Status: {}", device.name, device.type,
                                    ready ? "Ready" : "Inactive"));
        lines.push_back("  Queue size: 0     CPU: 0     IPv4 Router Type: NonRouter");
        for (const auto& each : of.config.links)
            if (each.device == device.name) report_link(each, of, lines);
    }
    return lines;
}

Lines report_netstat_arp(const stack::ServerSnapshot& of, std::string_view address) {
    const bool all = address.empty() || address == "*" || iequals(address, "ALL");
    Lines lines = {
        all ? std::string("Querying ARP cache") : fmt::format("Querying ARP cache for address {}", address),
        ""};
    bool any = false;
    for (const auto& neighbour : of.stack.neighbours) {
        if (!neighbour.address.is_v4() || (!all && neighbour.address.str() != address)) continue;
        lines.push_back(fmt::format("Link {:<16} Address {:<15} {}", interface_name(of, neighbour.interface),
                                    neighbour.address.str(), neighbour.mac.str()));
        any = true;
    }
    if (!any) lines.push_back("No ARP cache entries found");
    return lines;
}

Lines report_netstat_neighbor(const stack::ServerSnapshot& of, std::string_view address) {
    const auto wanted = IpAddress::parse(address);
    const bool all = address.empty() || address == "*" || iequals(address, "ALL");
    Lines lines = {all ? std::string("Querying neighbor cache")
                       : fmt::format("Querying neighbor cache for address {}", address),
                   ""};
    bool any = false;
    for (const auto& neighbour : of.stack.neighbours) {
        if (neighbour.address.is_v4() || (!all && neighbour.address != wanted)) continue;
        lines.push_back(fmt::format("Link {:<16} Address {:<39} {}", interface_name(of, neighbour.interface),
                                    neighbour.address.str(), neighbour.mac.str()));
        any = true;
    }
    if (!any) lines.push_back("No neighbor cache entries found");
    return lines;
}

}  // namespace vmlab::sim
