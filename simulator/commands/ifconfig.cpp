// IFCONFIG: the interfaces of a stack. It only displays; the layout follows the product's from memory.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

void report_interface(const stack::LinkConfig& link, const stack::ServerSnapshot& of, Lines& lines) {
    const auto& all = of.stack.interfaces;
    const auto interface =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.config.name == link.name; });
    const bool up = interface != all.end() && interface->config.up;
    std::string name = link.name;
    if (interface != all.end()) {
        for (const auto& [address, mask] : interface->addresses) {
            lines.push_back(fmt::format("{:<9} inet addr: {} mask: {}", name, address.str(), mask.str()));
            name.clear();
        }
        for (const auto& own : interface->ipv6) {
            lines.push_back(fmt::format("{:<9} inet6 addr: {}/{}{}", name, own.address.str(), own.prefix,
                                        own.usable() ? "" : fmt::format(" ({})", name_of(own.state))));
            name.clear();
        }
    }
    if (!name.empty()) lines.push_back(fmt::format("{:<9} no address", name));
    lines.push_back(fmt::format("          {} BROADCAST MULTICAST MTU: {}", up ? "UP" : "DOWN", link.mtu));
    for (const auto& device : of.config.devices)
        if (device.name == link.device)
            lines.push_back(
                fmt::format("          vdev: {} type: {} {}", device.vdev, device.type, link.type));
    const bool ipv6 = interface != all.end() && !interface->ipv6.empty();
    lines.push_back(fmt::format("          forwarding: {} ipv6: {}",
                                of.config.forwarding ? "ENABLED" : "DISABLED",
                                ipv6 ? "ENABLED" : "DISABLED"));
    lines.push_back(fmt::format("          RX bytes: {} TX bytes: {}",
                                interface == all.end() ? 0 : interface->bytes_in,
                                interface == all.end() ? 0 : interface->bytes_out));
}

}  // namespace

Outcome run_ifconfig(Call& call) {
    const auto stack = chosen_stack(call);
    const auto snapshot = call.world.stack(stack);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(stack));
    if (call.args.size() > 1) return call.fail(24, say<DTCNET913E>(call.args.upper_word(1)));
    const std::string wanted = call.args.upper_word(0);
    const bool all = wanted.empty() || wanted == "-ALL";
    Lines lines;
    for (const auto& link : snapshot->config.links)
        if (all || link.name == wanted) report_interface(link, *snapshot, lines);
    if (!all && lines.empty()) return call.fail(8, say<DTCNET914E>(wanted));
    call.lines(std::move(lines));
    return 0;
}

}  // namespace vmlab::sim
