// A running stack takes over another configuration (OBEYFILE, NETSTAT OBEY), and what operators change in it
// without one. What is not written into the profile is lost when the stack starts again.
#include <fmt/core.h>

#include <algorithm>

#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {
namespace {

bool was_started(const std::vector<DeviceConfig>& devices, const std::string& name) {
    return std::any_of(devices.begin(), devices.end(),
                       [&](const DeviceConfig& device) { return device.name == name && device.started; });
}

bool was_uncoupled(const std::vector<DeviceConfig>& devices, const std::string& name) {
    return std::any_of(devices.begin(), devices.end(), [&](const DeviceConfig& device) {
        return device.name == name && !device.uncoupled.empty();
    });
}

}  // namespace

void TcpipServer::apply(ServerConfig next, Instant now, ServerSink& out) {
    if (!up_) return;
    next.userid = config_.userid;
    next.level = config_.level;
    next.profile = config_.profile;
    next.zone = config_.zone;
    next.ssl.server = config_.ssl.server;
    next.ssl.timeout = config_.ssl.timeout;
    next.ssl.members = config_.ssl.members;
    // Who is outside comes by an address of HOME.
    const bool moves = next.home != config_.home;
    const auto announce = [&](bool now_there) {
        if (!moves) return;
        for (const auto& [id, listener] : listeners_)
            out.listening({listener.address, listener.port}, now_there);
    };
    announce(false);
    const ServerConfig before = std::exchange(config_, std::move(next));
    announce(true);
    if (config_.autolog_where != before.autolog_where) note_autolog(out);
    if (config_.ports_where != before.ports_where) note_ports(out);
    note_lost_ports(before, out);
    pool_.set_limits(config_.ssl);
    if (config_.ssl.max_per_server != before.ssl.max_per_server)
        for (const auto& member : pool_.members())
            if (member.state != MemberState::down)
                out.ssl(member.userid, SslSessionLimit{config_.ssl.max_per_server});
    pools_.apply(config_.pools);
    stack_.set_options(options_of(config_));
    if (*config_.keep_alive.interval != *before.keep_alive.interval ||
        *config_.keep_alive.send_garbage != *before.keep_alive.send_garbage)
        for (const auto& [id, conduit] : conduits_) keep_alive(conduit, now);
    for (const auto& network : before.blocked) stack_.unblock(network.address, network.prefix);
    for (const auto& network : config_.blocked) stack_.block(network);
    apply_devices(before.devices, out);
    apply_addresses(before.home, now, out);
    choose_sources(out);
    stack_.clear_routes();
    install_routes(before.gateway, out);
    std::vector<std::pair<Userid, std::uint16_t>> ports;
    for (const auto& [id, listener] : listeners_) ports.emplace_back(listener.client, listener.port);
    xautolog_all(autolog_.apply(ports, now), out);
    drain(now, out);
}

/// The trap of PORT: its first statement in a file replaces the list, so that what it does not name is lost.
void TcpipServer::note_lost_ports(const ServerConfig& before, ServerSink& out) {
    for (const auto& old : before.ports) {
        const bool kept =
            std::any_of(config_.ports.begin(), config_.ports.end(), [&](const PortReservation& entry) {
                return entry.udp == old.udp && entry.low <= old.low && old.high <= entry.high &&
                       entry.user == old.user;
            });
        if (kept || old.udp) continue;
        const std::string range = about_ports(old.low, old.high);
        out.record({RecordKind::decision,
                    fmt::format("{} {} no longer reserved for {}: PORT was given again without it", range,
                                old.low == old.high ? "is" : "are", old.user.view()),
                    {config_.ports_where},
                    range,
                    {kAboutPortList}});
    }
}

/// The link of an address comes up or goes down.
void TcpipServer::note_link_of(const HomeEntry& home, const DeviceConfig& device, ServerSink& out) {
    if (device.started) return note_address(home, out);
    out.record({RecordKind::decision,
                fmt::format("{} is not reached: device {} of link {} is stopped", home.address.str(),
                            device.name, home.link),
                {device.start_where, home.where},
                about_address(home.address)});
}

/// START and STOP, devices that are new, and adapters that had no network when they were to start.
void TcpipServer::apply_devices(const std::vector<DeviceConfig>& before, ServerSink& out) {
    const auto active = interfaces();
    for (const auto& device : config_.devices) {
        const bool idle = std::none_of(config_.links.begin(), config_.links.end(), [&](const auto& link) {
            return link.device == device.name && active.contains(link.name);
        });
        const bool coupled_since = idle && device.uncoupled.empty() && was_uncoupled(before, device.name);
        if (device.started == was_started(before, device.name) && !(device.started && coupled_since))
            continue;
        if (device.started && !initialize_device(device, out)) continue;
        if (!device.started) out.console(say<DTCOSD082E>().because(device.start_where));
        for (const auto& link : config_.links) {
            if (link.device != device.name) continue;
            bool known = false;
            for (const auto& interface : stack_.snapshot().interfaces) {
                if (interface.config.name != link.name) continue;
                known = true;
                stack_.set_up(interface.id, device.started);
                for (const auto& home : config_.home)
                    if (home.link == link.name) note_link_of(home, device, out);
            }
            if (!known && device.started) bring_up_link(device, link, out);
        }
    }
}

/// HOME was given again without it.
void TcpipServer::lose_address(InterfaceId interface, const IpAddress& address,
                               const std::vector<HomeEntry>& before, Instant now, ServerSink& out) {
    StackNews sink(*this, out);
    if (address.is_v4()) stack_.remove_address(interface, address.v4());
    else stack_.remove_address(interface, address, now, sink);
    std::vector<SourceLocation> rests_on;
    if (!config_.home.empty()) rests_on.push_back(config_.home.front().where);
    for (const auto& home : before)
        if (home.address == address) rests_on.push_back(home.where);
    out.record({RecordKind::decision,
                fmt::format("{} is no address any more: HOME was given again without it", address.str()),
                std::move(rests_on), about_address(address)});
}

/// Takes away the addresses that HOME does not name any more, then assigns the new ones.
void TcpipServer::apply_addresses(const std::vector<HomeEntry>& before, Instant now, ServerSink& out) {
    std::vector<HomeEntry> assigned;
    for (const auto& interface : stack_.snapshot().interfaces) {
        std::vector<std::pair<IpAddress, unsigned>> held;
        for (const auto& [address, mask] : interface.addresses)
            held.emplace_back(address, prefix_of_mask(mask).value_or(0));
        for (const auto& own : interface.ipv6)
            if (!own.automatic && (own.where.known() || !own.address.is_link_local()))
                held.emplace_back(own.address, own.prefix);
        for (const auto& each : held) {
            const IpAddress address = each.first;
            const unsigned prefix = each.second;
            const auto named =
                std::find_if(config_.home.begin(), config_.home.end(), [&](const HomeEntry& home) {
                    return home.address == address && home.prefix == prefix &&
                           home.link == interface.config.name;
                });
            if (named == config_.home.end()) lose_address(interface.id, address, before, now, out);
            else if (interface.config.up) assigned.push_back(*named);
        }
    }
    // An entry that could not be assigned then, and cannot now, was complained about then.
    const auto active = interfaces();
    for (const auto& home : before)
        if (!active.contains(home.link)) assigned.push_back(home);
    assign_addresses(assigned, now, out);
}

void TcpipServer::set_blocked(const BlockedNetwork& network, bool blocked) {
    if (blocked) stack_.block(network);
    else stack_.unblock(network.address, network.prefix);
}

}  // namespace vmlab::stack
