// Which wire the interfaces of stacks are on: what CP does with virtual networks, and where devices lead.
//
// A VSWITCH with an uplink is on LAN0; without one, and a guest LAN, is a wire of its own. A real device
// leads where its kind leads (site::wire_of).
#include <fmt/format.h>

#include <algorithm>

#include "profiles/values.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/site.hpp"
#include "simulator/world.hpp"
#include "stack/server/port_table.hpp"

namespace vmlab::sim {
namespace {

/// &USERID stands for the user.
std::string with_userid(std::string text, const Userid& user) {
    constexpr std::string_view kWord = "&USERID";
    for (auto at = text.find(kWord); at != text.npos; at = text.find(kWord, at + user.view().size()))
        text.replace(at, kWord.size(), user.view());
    return text;
}

}  // namespace

/// COMMAND, NICDEF and SPECIAL of the directory entry, before IPL.
void World::begin_session_of(const Userid& user, System& world) {
    const DirectoryEntry* entry = directory_.find(user);
    if (!entry) return;
    for (const auto& command : entry->commands) {
        command_where_ = command.where;
        const auto answer = run_at_logon(user, with_userid(*command, user), *this);
        for (const auto& line : answer.lines) world.console_line(user, line.text);
        if (answer.rc != 0)
            world.record({RecordKind::refusal,
                          fmt::format("COMMAND of {}: {}", user.view(),
                                      answer.lines.empty() ? *command : answer.lines.back().text),
                          {command.where}});
        command_where_ = {};
    }
    const auto say_reply = [&](const NetworkReply& reply) {
        if (reply.said.message) world.console(user, reply.said);
        else world.console_line(user, reply.said.text);
    };
    for (const auto& nic : entry->nics) {
        say_reply(networks_.apply(DefineAdapter{user, nic.adapter}, nic.adapter.where));
        if (nic.network) say_reply(networks_.apply(CoupleAdapter{user, nic.adapter.vdev, nic.network}, {}));
    }
}

NetworkReply World::change_networks(const Userid&, NetworkOrder order) {
    NetworkReply reply = networks_.apply(order, command_where_);
    if (reply.rc == 0) rewire();
    return reply;
}

const VirtualAdapter* World::adapter_of(const Userid& tcpip, std::string_view vdev) const {
    const auto number = profiles::read_vdev(vdev);
    return number ? networks_.adapter(tcpip, *number) : nullptr;
}

/// What is known of the adapters that devices are.
void World::tell_adapters(const Userid& tcpip, stack::ServerConfig& config) const {
    for (auto& device : config.devices) {
        const auto* adapter = adapter_of(tcpip, device.vdev);
        if (!adapter) continue;
        device.network_where = adapter->rests_on;
        if (!adapter->network) device.uncoupled = adapter->why_not;
        else if (adapter->type == AdapterType::qdio)
            device.network_layer2 = networks_.find(*adapter->network)->layer2;
    }
}

/// The links that come up get their numbers in the order in which the stack will count its interfaces.
void World::plug_in(const Userid& tcpip, const stack::ServerConfig& config) {
    RunningStack& stack = stacks_.at(tcpip);
    for (const auto& device : config.devices) {
        if (!device.started || !device.attached || !device.uncoupled.empty()) continue;
        const bool suits = std::ranges::all_of(config.links, [&](const auto& l) { return l.suits(device); });
        if (!suits) continue;
        for (const auto& link : config.links)
            if (link.device == device.name &&
                std::ranges::find(stack.interfaces, link.name) == stack.interfaces.end())
                stack.interfaces.push_back(link.name);
    }
    rewire(tcpip, stack);
}

/// The session is over: its adapters are gone, and nothing of it hangs on a wire.
void World::unplug(const Userid& user) {
    networks_.forget_adapters_of(user);
    const auto stack = stacks_.find(user);
    if (stack == stacks_.end()) return;
    for (std::size_t i = 0; i < stack->second.interfaces.size(); ++i)
        network_.detach(virtual_machine(user)->index(), std::uint16_t(i));
    stack->second.interfaces.clear();
}

void World::rewire() {
    for (auto& [tcpip, stack] : stacks_) rewire(tcpip, stack);
}

void World::rewire(const Userid& tcpip, RunningStack& stack) {
    const auto machine = virtual_machine(tcpip)->index();
    for (std::size_t i = 0; i < stack.interfaces.size(); ++i) {
        const auto interface = std::uint16_t(i);
        const auto* link = stack.profile.link(stack.interfaces[i]);
        const auto* device = link ? stack.profile.device(*link->device) : nullptr;
        if (!device || device->kind == profiles::DeviceKind::virtual_ip) continue;  // a VIPA is on no wire
        const auto before = network_.lan_of(machine, interface);
        const auto* adapter = adapter_of(tcpip, device->vdev);
        if (!adapter) network_.attach(network_.find(site::wire_of(device->type)), machine, interface);
        else if (adapter->network)
            network_.attach(wire_of(*networks_.find(*adapter->network)), machine, interface);
        else network_.detach(machine, interface);
        if (adapter && before != network_.lan_of(machine, interface))
            note_rewired(tcpip, stack, stack.interfaces[i], *adapter);
    }
}

/// What answers why an address is not reached any more, or again.
void World::note_rewired(const Userid& tcpip, const RunningStack& stack, const std::string& link,
                         const VirtualAdapter& adapter) {
    const auto note = [&](const IpAddress& address, const SourceLocation& where) {
        Record record{
            RecordKind::state,
            fmt::format("{} is reached through the adapter at {}", address.str(), vdev_text(adapter.vdev)),
            {where},
            stack::about_address(address)};
        if (!adapter.network) {
            record.kind = RecordKind::decision;
            record.text =
                fmt::format("{} is not reached: the adapter at {} is not connected to a network: {}",
                            address.str(), vdev_text(adapter.vdev), adapter.why_not);
            record.rests_on = adapter.rests_on;
            record.rests_on.push_back(where);
        }
        system_.record(tcpip, std::move(record));
    };
    for (const auto& home : stack.profile.home.entries)
        if (*home.link == link) note(home.address, home.where);
    for (const auto& home : stack.profile.home_v6.entries)
        if (*home.link == link) note(home.address, home.where);
}

std::size_t World::wire_of(const VirtualNetwork& network) {
    if (network.leads_out()) return network_.find(site::kWires[0]);
    if (const auto own = own_wires_.find(network.id); own != own_wires_.end()) return own->second;
    const std::string name = network.id.name.str();
    const std::size_t wire =
        network_.add_lan(network_.lookup(name) ? network.id.owner.str() + "." + name : name);
    own_wires_.emplace(network.id, wire);
    return wire;
}

}  // namespace vmlab::sim
