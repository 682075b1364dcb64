// Devices come up with the product's console lines; then the servers are started in its order.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {
namespace {

/// A locally administered Ethernet address that a reader of a capture can tell: 02-00 and the IPv4 address;
/// without one, the words of the IPv6 address, folded.
MacAddress mac_for(const IpAddress& address) {
    MacAddress mac{{0x02, 0x00}};
    for (std::size_t i = address.is_v4() ? 12 : 0; i < 16; ++i) mac.bytes[2 + i % 4] ^= address.bytes()[i];
    return mac;
}

IpAddress first_home_of(const ServerConfig& config, const std::string& link) {
    IpAddress found;
    for (const auto& home : config.home)
        if (home.link == link && (found.is_unspecified() || (home.address.is_v4() && !found.is_v4())))
            found = home.address;
    return found;
}

}  // namespace

/// Why is this link not active: the statements that decide it go first.
Said TcpipServer::inactive(Said said, const std::string& name, const SourceLocation& user) const {
    const auto rest_on = [&said](const SourceLocation& where) {
        if (where.known()) said.rests_on.push_back(where);
    };
    for (const auto& link : config_.links) {
        if (link.name != name) continue;
        for (const auto& device : config_.devices) {
            if (device.name != link.device) continue;
            if (!device.started) rest_on(device.start_where);
            else if (!device.attached) rest_on(device.attach_where);
            else if (!device.uncoupled.empty()) std::ranges::for_each(device.network_where, rest_on);
            else if (!link.suits(device)) {
                rest_on(link.layer_where);
                std::ranges::for_each(device.network_where, rest_on);
            }
            rest_on(device.where);
        }
        rest_on(link.where);
    }
    rest_on(user);
    return said;
}

void TcpipServer::start(Instant now, ServerSink& out) {
    started_ = now;
    up_ = true;
    note_autolog(out);
    note_ssl_servers(out);
    note_ports(out);
    bring_up_devices(now, out);
    xautolog_all(autolog_.begin(now), out);
    drain(now, out);
}

// What answers "why is it not there" later: who was to be started, who may have which port.

void TcpipServer::note_autolog(ServerSink& out) {
    std::string list;
    for (const auto& entry : config_.autolog) list += " " + entry->str();
    out.record({RecordKind::state,
                "AUTOLOG starts" + (list.empty() ? " nobody" : list),
                {config_.autolog_where},
                kAboutAutolog});
}

void TcpipServer::note_ssl_servers(ServerSink& out) {
    const auto& ssl = config_.ssl;
    if (!ssl.server)
        return void(out.record({RecordKind::state,
                                "no SSLSERVERID statement: this stack has no SSL server",
                                {{config_.profile, 0, 0}},
                                kAboutSslServers}));
    std::string list;
    for (const auto& member : ssl.members) list += " " + member.str();
    out.record({RecordKind::state,
                fmt::format("SSLSERVERID {}: the SSL servers are{}", ssl.server->value.view(),
                            list.empty() ? " nobody" : list),
                ssl.members.empty() ? ssl.strangers : std::vector{ssl.server->where}, kAboutSslServers});
    for (std::size_t i = 1; i < ssl.members.size(); ++i)
        out.record({RecordKind::state,
                    fmt::format("{} is to be started after {}, if SSLLIMITS asks for {} SSL servers",
                                ssl.members[i].view(), ssl.members[0].view(), i + 1),
                    {ssl.limits_where},
                    about_machine(ssl.members[i]),
                    {about_machine(ssl.members[0])}});
}

void TcpipServer::note_ports(ServerSink& out) {
    out.record(
        {RecordKind::state, "the PORT statement reserves ports", {config_.ports_where}, kAboutPortList});
    for (const auto& entry : config_.ports)
        out.record({RecordKind::state,
                    fmt::format("{} {} reserved for {}", about_ports(entry.low, entry.high),
                                entry.low == entry.high ? "is" : "are", entry.user.view()),
                    {entry.where},
                    about_ports(entry.low, entry.high),
                    {about_machine(entry.user), kAboutAutolog}});
}

/// START: false when the virtual machine does not have the device.
bool TcpipServer::initialize_device(const DeviceConfig& device, ServerSink& out) {
    if (device.is_virtual()) return true;
    const bool ctc = device.type == "CTC";
    Said begins = ctc ? say<DTCCTC080I>() : device.type == "HIPERS" ? say<DTCOSD960I>() : say<DTCOSD080I>();
    out.console(std::move(begins).because(device.where));
    out.console(say<DTCPRI385I>(device.name));
    out.console(say<DTCPRI386I>(device.type, "Not started"));
    out.console(say<DTCPRI387I>(0));
    out.console(say<DTCPRI388I>(device.vdev));
    if (device.attached) return suits_network(device, out);
    const unsigned vdev = unsigned(std::strtoul(device.vdev.c_str(), nullptr, 16));
    const std::string pair = fmt::format("{:08X} or {:08X}", vdev, vdev + 1);
    Said error = ctc ? say<DTCCTC045E>(device.name, pair) : say<DTCOSD045E>(device.name, pair);
    if (device.attach_where.known()) error.rests_on.push_back(device.attach_where);
    error.rests_on.push_back(device.where);
    out.console(std::move(error));
    out.console(ctc ? say<DTCCTC082E>() : say<DTCOSD082E>());
    out.console(say<DTCPRI386I_END>(device.type, "No status available"));
    return false;
}

/// An adapter that is coupled to nothing does not come up; a network of layer 3 takes no links of layer 2,
/// nor the reverse.
bool TcpipServer::suits_network(const DeviceConfig& device, ServerSink& out) {
    const auto fails = [&](Said error) {
        error.rests_on.insert(error.rests_on.end(), device.network_where.begin(), device.network_where.end());
        out.console(std::move(error));
        out.console(say<DTCOSD082E>());
        out.console(say<DTCPRI386I_END>(device.type, "No status available"));
        return false;
    };
    if (!device.uncoupled.empty()) return fails(say<DTCOSD965E>(device.name, device.vdev, device.uncoupled));
    const auto layer = [](bool layer2) { return layer2 ? "2 (ETHERNET)" : "3 (IP)"; };
    for (const auto& link : config_.links) {
        if (link.suits(device)) continue;
        Said error =
            say<DTCOSD961E>(device.name, link.name, layer(link.layer2), layer(*device.network_layer2));
        error.rests_on = {link.layer_where.known() ? link.layer_where : link.where};
        return fails(std::move(error));
    }
    return true;
}

void TcpipServer::bring_up_link(const DeviceConfig& device, const LinkConfig& link, ServerSink& out) {
    if (device.is_virtual()) {
        (void)stack_.add_interface(
            {.name = link.name, .mtu = link.mtu, .where = link.where, .is_virtual = true});
        return;
    }
    const auto mac = mac_for(first_home_of(config_, link.name));
    if (device.type != "CTC") {
        out.console(say<DTCQDI001I>(device.name, device.vdev));
        out.console(say<DTCQDI007I>());
        out.console(say<DTCOSD238I>(device.name));
        out.console(say<DTCOSD319I>(device.name));
        out.console(say<DTCOSD341I>(mac.str(), device.name));
    }
    const auto id =
        stack_.add_interface({.name = link.name, .mac = mac, .mtu = link.mtu, .where = link.where});
    // What a wire does to this link's frames (simulator/network/lan.cpp) leads here.
    out.record({RecordKind::state,
                fmt::format("link {} carries datagrams of up to {} bytes", link.name, link.mtu),
                {link.where},
                fmt::format("interface {}", id)});
}

void TcpipServer::bring_up_devices(Instant now, ServerSink& out) {
    for (const auto& device : config_.devices)
        if (device.started && initialize_device(device, out))
            for (const auto& link : config_.links)
                if (link.device == device.name) bring_up_link(device, link, out);
    for (const auto& network : config_.blocked) stack_.block(network);
    assign_addresses({}, now, out);
    choose_sources(out);
    if (!interfaces().empty()) out.console(say<DTCOSD234I>("UNASSIGNED"));
    install_routes({}, out);
}

std::map<std::string, InterfaceId> TcpipServer::interfaces() const {
    std::map<std::string, InterfaceId> active;
    for (const auto& interface : stack_.snapshot().interfaces)
        if (interface.config.up) active[interface.config.name] = interface.id;
    return active;
}

void TcpipServer::note_address(const HomeEntry& home, ServerSink& out) {
    out.record({RecordKind::state,
                fmt::format("{} is the address of link {}", home.address.str(), home.link),
                {home.where},
                about_address(home.address)});
}

void TcpipServer::note_proved(InterfaceId interface, const IpAddress& address, bool ours,
                              const SourceLocation& where, ServerSink& out) {
    const auto all = stack_.snapshot().interfaces;
    const std::string& name = all[interface].config.name;
    std::string device = name;
    for (const auto& link : config_.links)
        if (link.name == name) device = link.device;
    if (all[interface].config.is_virtual) return note_address({address, 0, name, where}, out);
    if (ours) {
        Said said = say<DTCOSD962I>(device, address.str());
        if (where.known()) {
            note_address({address, 0, name, where}, out);
            said.rests_on.push_back(where);
        }
        return out.console(std::move(said));
    }
    Said said = say<DTCOSD963E>(device, address.str());
    if (where.known()) said.rests_on.push_back(where);
    out.record({RecordKind::refusal,
                fmt::format("{} is not assigned: another host on the network of link {} has it",
                            address.str(), name),
                said.rests_on, about_address(address)});
    out.console(std::move(said));
}

/// HOME. Of entries that were in force `before` nothing more is said.
void TcpipServer::assign_addresses(const std::vector<HomeEntry>& before, Instant now, ServerSink& out) {
    const auto active = interfaces();
    StackNews sink(*this, out);
    for (const auto& home : config_.home) {
        if (std::find(before.begin(), before.end(), home) != before.end()) continue;
        const auto found = active.find(home.link);
        if (found == active.end()) {
            Said said = inactive(say<DTCIPI902E>(home.address.str(), home.link), home.link, home.where);
            out.record(
                {RecordKind::refusal,
                 fmt::format("{} is not assigned: link {} is not active", home.address.str(), home.link),
                 said.rests_on, about_address(home.address)});
            out.console(std::move(said));
            continue;
        }
        if (!home.address.is_v4()) {  // whether it is ours is known in a second: note_proved
            stack_.add_address(found->second, home.address, home.prefix, home.where, now, sink);
            continue;
        }
        note_address(home, out);
        stack_.add_address(found->second, home.address.v4(), mask_of_prefix(home.prefix), now, sink);
        for (const auto& link : config_.links)
            if (link.name == home.link && !has_virtual(home.link))
                out.console(say<DTCOSD246I>(link.device, home.address.str()).because(home.where));
    }
}

bool TcpipServer::has_virtual(const std::string& link_name) const {
    for (const auto& link : config_.links)
        for (const auto& device : config_.devices)
            if (link.name == link_name && device.name == link.device) return device.is_virtual();
    return false;
}

/// SOURCEVIPA, SOURCEIPV6VIPA: the virtual address that stands in HOME before a link's own, and nearest to
/// it.
void TcpipServer::choose_sources(ServerSink& out) {
    const HomeEntry *before4 = nullptr, *before6 = nullptr;
    std::map<std::string, Sources> chosen;
    std::vector<Record> said;
    for (const auto& home : config_.home) {
        const bool v4 = home.address.is_v4();
        const HomeEntry*& before = v4 ? before4 : before6;
        const auto& wanted = v4 ? config_.source_vipa : config_.source_vipa6;
        if (has_virtual(home.link)) {
            before = &home;
            continue;
        }
        Sources& sources = chosen[home.link];
        const bool first = v4 ? sources.v4.is_unspecified() : sources.v6.is_unspecified();
        if (!*wanted || before == nullptr || !first) continue;
        if (v4) sources.v4 = before->address.v4();
        else sources.v6 = before->address;
        said.push_back({RecordKind::decision,
                        fmt::format("what leaves by link {} comes from {}", home.link, before->address.str()),
                        {wanted.where, before->where, home.where}});
    }
    bool changed = false;
    for (const auto& [name, interface] : interfaces())
        if (stack_.set_sources(interface, chosen[name])) changed = true;
    if (!changed) return;
    for (auto& record : said) out.record(std::move(record));
}

/// GATEWAY. Of entries that were in force `before` nothing more is said.
void TcpipServer::install_routes(const std::vector<GatewayEntry>& before, ServerSink& out) {
    const auto active = interfaces();
    for (const auto& route : config_.gateway) {
        const auto found = active.find(route.link);
        const auto no_block = found == active.end() ? std::nullopt : exhausted(PoolId::ip_route);
        if (no_block)
            out.record({RecordKind::refusal,
                        fmt::format("route to {} refused: {}", route.destination.str(), no_block->why),
                        {no_block->where, route.where}});
        else if (found != active.end() && route.destination.is_v4())
            stack_.add_route({route.destination.v4(), mask_of_prefix(route.prefix),
                              route.first_hop.is_v4() ? route.first_hop.v4() : Ipv4Address{}, found->second,
                              route.mtu, route.where});
        else if (found != active.end())
            stack_.add_route({.prefix = route.destination,
                              .length = route.prefix,
                              .first_hop = route.first_hop,
                              .interface = found->second,
                              .mtu = route.mtu,
                              .where = route.where});
        else if (std::find(before.begin(), before.end(), route) == before.end())
            out.console(
                inactive(say<DTCIPI903E>(route.destination.str(), route.link), route.link, route.where));
    }
}

/// The statement that makes the stack start this machine.
SourceLocation TcpipServer::named_at(const Userid& userid) const {
    for (const auto& entry : config_.autolog)
        if (entry.value == userid) return entry.where;
    return config_.ssl.server ? config_.ssl.server->where : SourceLocation{};
}

void TcpipServer::xautolog_all(const std::vector<Userid>& list, ServerSink& out) {
    for (const auto& userid : list) {
        std::vector<SourceLocation> says_so;
        if (pool_.is_member(userid)) {
            pool_.set_state(userid, MemberState::starting);
            says_so.push_back(config_.ssl.server->where);
        }
        for (const auto& entry : config_.autolog)
            if (entry.value == userid) says_so.push_back(entry.where);
        out.record({RecordKind::decision, fmt::format("{} is to be started", userid.view()),
                    std::move(says_so), about_machine(userid)});
        const SourceLocation where = named_at(userid);
        Said said = say<DTCIPI907I>(userid);
        if (where.known()) said.rests_on.push_back(where);
        out.console(std::move(said));
        out.xautolog(userid, where);
    }
}

void TcpipServer::tick_autolog(Instant now, ServerSink& out) {
    const bool waited = autolog_.waiting();
    const auto late = autolog_.tick(now);
    if (waited && !autolog_.waiting())
        out.console(say<DTCIPI904W>(duration_cast<seconds>(config_.ssl.timeout).count())
                        .because(config_.ssl.server->where));
    xautolog_all(late, out);
    restart_missing(now, out);
}

/// The servers of the AUTOLOG list that ended, or do not listen where PORT says they do.
void TcpipServer::restart_missing(Instant now, ServerSink& out) {
    for (const auto& missing : autolog_.missing(now)) {
        const auto most = *config_.max_restart;
        Said said = missing.again == 0 ? say<DTCIPI910E>(missing.server, missing.what, most)
                                       : say<DTCIPI909W>(missing.server, missing.what, missing.again, most);
        for (const auto& where : missing.rests_on)
            if (where.known()) said.rests_on.push_back(where);
        out.record({RecordKind::decision, fmt::format("{} {}", missing.server.view(), missing.what),
                    said.rests_on, about_machine(missing.server)});
        out.console(std::move(said));
        if (missing.again != 0) out.xautolog(missing.server, named_at(missing.server));
    }
}

void TcpipServer::member_starting(const Userid& member) { pool_.set_state(member, MemberState::starting); }

}  // namespace vmlab::stack
