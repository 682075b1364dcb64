// NETSTAT (JSON: the data of every report, from the same snapshot. Programs read it; people read the reports.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

using Json = nlohmann::ordered_json;

/// Where it is written; null when nowhere.
Json place(const SourceLocation& where) { return where.known() ? Json(where.str()) : Json(); }

double milliseconds_of(Duration time) { return double(duration_cast<microseconds>(time).count()) / 1000; }

template <typename Items, typename What>
Json list_of(const Items& items, What&& what) {
    Json list = Json::array();
    for (const auto& item : items) list.push_back(what(item));
    return list;
}

Json json_of(const Settings& settings) {
    return list_of(settings, [](const Setting& s) {
        return Json{{"name", s.name}, {"value", s.value}, {"where", place(s.where)}};
    });
}

Json json_of_users(const std::vector<Sourced<Userid>>& users) {
    return list_of(users, [](const auto& user) {
        return Json{{"user", user.value.str()}, {"where", place(user.where)}};
    });
}

// ── the running stack ─────────────────────────────────────────────────────────────────────────────────────

Json json_of_connection(const stack::SocketSnapshot& socket) {
    const auto& c = socket.connection;
    return {{"connection", c.id},
            {"client", socket.client.str()},
            {"local", c.local.str()},
            {"foreign", c.state == stack::TcpState::listen ? "*..*" : c.peer.str()},
            {"state", name_of(c.state)},
            {"bytes_in", c.bytes_in},
            {"bytes_out", c.bytes_out},
            {"retransmitted", c.retransmitted},
            {"receive_queue", c.receive_queue},
            {"send_queue", c.send_queue},
            {"receive_window", c.receive_window},
            {"send_window", c.send_window},
            {"congestion_window", c.congestion_window},
            {"round_trip_ms", milliseconds_of(c.smoothed_rtt)},
            {"retransmission_timeout_ms", milliseconds_of(c.rto)},
            {"ssl_server", socket.ssl_server.str()},
            {"secured", socket.ssl_server.empty() ? ""
                        : socket.is_static        ? "Static"
                                                  : "Dynamic"},
            {"label", socket.label},
            {"protocol", socket.protocol},
            {"cipher", socket.cipher}};
}

Json json_of_client(const stack::ServerSnapshot& of, const Userid& client) {
    const bool obeys = std::any_of(of.config.obey.begin(), of.config.obey.end(),
                                   [&](const auto& entry) { return entry.value == client; });
    std::size_t listening = 0, connected = 0;
    for (const auto& socket : of.sockets)
        if (socket.client == client)
            ++(socket.connection.state == stack::TcpState::listen ? listening : connected);
    return {{"client", client.str()},
            {"authorization", obeys ? "obey" : "none"},
            {"sockets", listening + connected},
            {"listening", listening},
            {"connected", connected}};
}

Json json_of_link(const stack::ServerSnapshot& of, const stack::LinkConfig& link) {
    Json json = {{"link", link.name}, {"type", link.type}, {"mtu", link.mtu}, {"up", false}};
    json["bytes_in"] = json["bytes_out"] = 0;
    for (const auto& interface : of.stack.interfaces) {
        if (interface.config.name != link.name) continue;
        json["up"] = interface.config.up;
        json["bytes_in"] = interface.bytes_in;
        json["bytes_out"] = interface.bytes_out;
    }
    json["forwarding"] = of.config.forwarding ? "Enabled" : "Disabled";
    return json;
}

Json json_of_device(const stack::ServerSnapshot& of, const stack::DeviceConfig& device) {
    Json links = Json::array();
    bool ready = false, first = true;
    for (const auto& link : of.config.links) {
        if (link.device != device.name) continue;
        links.push_back(json_of_link(of, link));
        if (std::exchange(first, false)) ready = links.back()["up"];
    }
    return {{"device", device.name},
            {"type", device.type},
            {"vdev", device.vdev},
            {"status", ready ? "Ready" : "Inactive"},
            {"links", links}};
}

Json json_of_route(const stack::ServerSnapshot& of, const stack::Route& route) {
    return {
        {"destination", route.destination.str()},      {"mask", route.mask.str()},
        {"first_hop", route.first_hop.str()},          {"mtu", packet_size(of, route.mtu, route.interface)},
        {"link", interface_name(of, route.interface)}, {"where", place(route.where)}};
}

Json json_of_route(const stack::ServerSnapshot& of, const stack::Ipv6Route& route) {
    return {{"destination", fmt::format("{}/{}", route.prefix.str(), route.length)},
            {"first_hop", route.first_hop.str()},
            {"mtu", packet_size(of, route.mtu, route.interface)},
            {"link", interface_name(of, route.interface)},
            {"where", place(route.where)}};
}

/// Of all interfaces, link-local ones, too, and how far they are proved.
Json json_of_ipv6(const stack::ServerSnapshot& of) {
    Json list = Json::array();
    for (const auto& interface : of.stack.interfaces)
        for (const auto& own : interface.ipv6)
            list.push_back({{"address", own.address.str()},
                            {"prefix", own.prefix},
                            {"link", interface.config.name},
                            {"state", name_of(own.state)},
                            {"where", place(own.where)}});
    return list;
}

Json json_of_neighbours(const stack::ServerSnapshot& of, bool v4) {
    Json list = Json::array();
    for (const auto& entry : of.stack.neighbours)
        if (entry.address.is_v4() == v4)
            list.push_back({{"address", entry.address.str()},
                            {"hardware", entry.mac.str()},
                            {"link", interface_name(of, entry.interface)}});
    return list;
}

Json json_of_limit(const Sourced<std::size_t>& limit) {
    return {{"limit", *limit == 0 ? Json("none") : Json(*limit)}, {"where", place(limit.where)}};
}

Json json_of_dos(const stack::ServerSnapshot& of) {
    const auto& limits = of.config.limits;
    Json attacks = Json::array();
    for (const auto& row : of.stack.attacks)
        attacks.push_back({{"attack", stack::name_of(row.attack)},
                           {"address", row.from.str()},
                           {"detected", row.count},
                           {"first", iso_utc(row.first_at)},
                           {"last", iso_utc(row.last_at)}});
    const auto& cookies = of.stack.cookies;
    return {{"limits",
             {{"FOREIGNIPCONLIMIT", json_of_limit(limits.per_peer)},
              {"PENDINGCONNECTIONLIMIT", json_of_limit(limits.pending)},
              {"PERSISTCONNECTIONLIMIT", json_of_limit(limits.persist)}}},
            {"attacks", attacks},
            {"syn_cookies", {{"sent", cookies.sent}, {"taken", cookies.taken}, {"refused", cookies.refused}}},
            {"blocked", list_of(of.stack.blocked, [](const stack::BlockedNetwork& network) {
                 return Json{{"address", network.address.str()},
                             {"mask", network.address.is_v4() ? mask_of_prefix(network.prefix).str()
                                                              : fmt::format("/{}", network.prefix)},
                             {"where", network.where.known() ? network.where.str() : "NETSTAT BLOCK"}};
             })}};
}

Json json_of_drops(const stack::ServerSnapshot& of) {
    Json drops = Json::object();
    for (std::size_t i = 0; i < of.stack.drops.size(); ++i)
        if (of.stack.drops[i] != 0) drops[stack::name_of(stack::DropReason(i))] = of.stack.drops[i];
    return drops;
}

Json json_of_session(const services::TelnetSessionSnapshot& session) {
    return {{"connection", session.socket},
            {"foreign", session.peer.str()},
            {"device", session.device ? fmt::format("{:04X}", *session.device) : "-"},
            {"kind", session.kind},
            {"terminal_type", session.terminal_type},
            {"secured", session.secured ? "Yes" : "No"},
            {"bytes_in", session.bytes_in},
            {"bytes_out", session.bytes_out},
            {"last_input", iso_utc(session.last_input)}};
}

// ── what it runs with ─────────────────────────────────────────────────────────────────────────────────────

Json json_of_port(const stack::PortReservation& port) {
    return {{"port",
             port.low == port.high ? fmt::to_string(port.low) : fmt::format("{}-{}", port.low, port.high)},
            {"protocol", port.udp ? "UDP" : "TCP"},
            {"user", port.user.str()},
            {"autolog", port.autolog},
            {"option", port.autolog ? "" : "NOAUTOLOG"},
            {"secure", port.secure ? port.secure->value : ""},
            {"where", place(port.where)}};
}

Json json_of_ssl(const stack::ServerSnapshot& of) {
    const auto& ssl = of.config.ssl;
    return {{"server", ssl.server ? Json(ssl.server->value.str()) : Json()},
            {"where", ssl.server ? place(ssl.server->where) : Json()},
            {"timeout", duration_cast<seconds>(ssl.timeout).count()},
            {"max_sessions", ssl.max_sessions},
            {"max_per_server", ssl.max_per_server},
            {"secure_sessions", of.secure_sessions},
            {"secure_refused", of.secure_refused},
            {"servers", list_of(of.members, [](const stack::MemberSnapshot& member) {
                 return Json{{"server", member.userid.str()},
                             {"status", std::string(member_status(member.state))},
                             {"active", member.active},
                             {"high", member.high},
                             {"total", member.total}};
             })}};
}

Json json_of_pools(const stack::ServerSnapshot& of) {
    return list_of(of.pools, [](const stack::PoolSnapshot& row) {
        const auto& config = row.config;
        return Json{{"object", pool_object(row.pool)},
                    {"blocks", row.blocks},
                    {"free", row.blocks - row.in_use},
                    {"least_free", row.least_free},
                    {"permit", row.permit},
                    {"limit", config.limit ? Json(**config.limit) : Json("none")},
                    {"buffer_size", config.buffer_size == 0 ? Json() : Json(config.buffer_size)},
                    {"where", place(config.blocks.where)}};
    });
}

Json json_of_config(const stack::ServerSnapshot& of, const profiles::ProfileTcpip& profile) {
    const auto& config = of.config;
    return {{"autolog", json_of_users(config.autolog)},
            {"inform", json_of_users(config.inform)},
            {"internal_client", json_of(internal_client_settings(profile))},
            {"keepalive", json_of(time_settings(profile))},
            {"obey", json_of_users(config.obey)},
            {"parms", json_of(assorted_settings(profile))},
            {"permit", json_of_users(config.permit)},
            {"ports", list_of(config.ports, json_of_port)},
            {"restrict", json_of_users(config.restricted)},
            {"trace", json_of(trace_settings(profile))}};
}

}  // namespace

std::string netstat_json(const stack::ServerSnapshot& of, const profiles::ProfileTcpip& profile,
                         const std::vector<services::TelnetSessionSnapshot>& telnet) {
    const Json whole = {
        {"stack", of.config.userid.str()},
        {"level", of.config.level.tcpip()},
        {"service", list_of(of.config.level.service(), [](Apar apar) { return Json(name_of(apar)); })},
        {"started", iso_utc(of.started)},
        {"profile", of.config.profile.str()},
        {"ssl", json_of_ssl(of)},
        {"transmission_blocks", list_of(transmission_blocks(of, {}, {.all = true}),
                                        [](const TransmissionBlock& row) {
                                            return Json{{"user", row.user},
                                                        {"connection", row.connection},
                                                        {"local", row.local},
                                                        {"foreign", row.foreign},
                                                        {"state", row.state}};
                                        })},
        {"connections", list_of(of.sockets, json_of_connection)},
        {"clients", list_of(of.clients, [&](const Userid& client) { return json_of_client(of, client); })},
        {"telnet", list_of(telnet, json_of_session)},
        {"devices", list_of(of.config.devices,
                            [&](const stack::DeviceConfig& device) { return json_of_device(of, device); })},
        {"home", list_of(of.config.home,
                         [](const stack::HomeEntry& entry) {
                             return Json{{"address", entry.address.str()},
                                         {"mask", entry.address.is_v4() ? mask_of_prefix(entry.prefix).str()
                                                                        : fmt::format("/{}", entry.prefix)},
                                         {"link", entry.link},
                                         {"where", place(entry.where)}};
                         })},
        {"routes",
         list_of(of.stack.routes, [&](const stack::Route& route) { return json_of_route(of, route); })},
        {"home_ipv6", json_of_ipv6(of)},
        {"routes_ipv6",
         list_of(of.stack.routes6, [&](const stack::Ipv6Route& route) { return json_of_route(of, route); })},
        {"arp", json_of_neighbours(of, true)},
        {"neighbors", json_of_neighbours(of, false)},
        {"dos", json_of_dos(of)},
        {"drops", json_of_drops(of)},
        {"pools", json_of_pools(of)},
        {"config", json_of_config(of, profile)}};
    // Names and labels come from files: what is no UTF-8 is replaced, never thrown at.
    return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vmlab::sim
