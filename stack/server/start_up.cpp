// Devices come up with the product's console lines; then the servers are started in its order.
#include <fmt/core.h>

#include <map>

#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {
namespace {

/// A locally administered Ethernet address that a reader of a capture can tell: 02-00 and the IPv4 address.
MacAddress mac_for(Ipv4Address address) {
    MacAddress mac{{0x02, 0x00}};
    for (std::size_t i = 0; i < 4; ++i) mac.bytes[2 + i] = std::uint8_t(address.value >> (24 - 8 * i));
    return mac;
}

Ipv4Address first_home_of(const ServerConfig& config, const std::string& link) {
    for (const auto& home : config.home)
        if (home.link == link) return home.address;
    return {};
}

}  // namespace

void TcpipServer::start(Instant now, ServerSink& out) {
    started_ = now;
    up_ = true;
    note_configuration(out);
    bring_up_devices(now, out);
    xautolog_all(autolog_.begin(now), out);
    drain(now, out);
}

/// What answers "why is it not there" later: who was to be started, who may have which port.
void TcpipServer::note_configuration(ServerSink& out) {
    const auto list_of = [](const auto& entries, const auto& name_of_entry) {
        std::string list;
        for (const auto& entry : entries) list += " " + std::string(name_of_entry(entry));
        return list.empty() ? std::string(" nobody") : list;
    };
    out.record({RecordKind::state,
                "AUTOLOG starts" + list_of(config_.autolog, [](const auto& e) { return e->view(); }),
                {config_.autolog_where},
                kAboutAutolog});
    const auto& ssl = config_.ssl;
    if (!ssl.server)
        out.record({RecordKind::state,
                    "no SSLSERVERID statement: this stack has no SSL server",
                    {{config_.profile, 0, 0}},
                    kAboutSslServers});
    else
        out.record({RecordKind::state,
                    fmt::format("SSLSERVERID {}: the SSL servers are{}", ssl.server->value.view(),
                                list_of(ssl.members, [](const auto& m) { return m.view(); })),
                    ssl.members.empty() ? ssl.strangers : std::vector{ssl.server->where}, kAboutSslServers});
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

void TcpipServer::bring_up_devices(Instant now, ServerSink& out) {
    std::map<std::string, InterfaceId> interfaces;
    for (const auto& device : config_.devices) {
        if (!device.started) continue;
        out.console(say<DTCOSD080I>().because(device.where));
        out.console(say<DTCPRI385I>(device.name));
        out.console(say<DTCPRI386I>(device.type, "Not started"));
        out.console(say<DTCPRI387I>(0));
        out.console(say<DTCPRI388I>(device.vdev));
        for (const auto& link : config_.links) {
            if (link.device != device.name) continue;
            const auto mac = mac_for(first_home_of(config_, link.name));
            interfaces[link.name] =
                stack_.add_interface({.name = link.name, .mac = mac, .mtu = link.mtu, .where = link.where});
            out.console(say<DTCQDI001I>(device.name, device.vdev));
            out.console(say<DTCQDI007I>());
            out.console(say<DTCOSD238I>(device.name));
            out.console(say<DTCOSD319I>(device.name));
            out.console(say<DTCOSD341I>(mac.str(), device.name));
        }
    }
    StackNews sink(*this, out);
    for (const auto& home : config_.home) {
        const auto found = interfaces.find(home.link);
        if (found == interfaces.end()) {
            out.console(say<DTCIPI902E>(home.address.str(), home.link).because(home.where));
            continue;
        }
        stack_.add_address(found->second, home.address, home.mask, now, sink);
        for (const auto& link : config_.links)
            if (link.name == home.link)
                out.console(say<DTCOSD246I>(link.device, home.address.str()).because(home.where));
    }
    if (!interfaces.empty()) out.console(say<DTCOSD234I>("UNASSIGNED"));
    for (const auto& route : config_.gateway) {
        const auto found = interfaces.find(route.link);
        if (found == interfaces.end()) {
            out.console(say<DTCIPI903E>(route.destination.str(), route.link).because(route.where));
            continue;
        }
        stack_.add_route(
            {route.destination, route.mask, route.first_hop, found->second, route.mtu, route.where});
    }
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
        out.console(say<DTCIPI907I>(userid));
        out.xautolog(userid);
    }
}

void TcpipServer::member_starting(const Userid& member) { pool_.set_state(member, MemberState::starting); }

}  // namespace vmlab::stack
