// NETSTAT CONFIG, POOLSIZE, IDENTIFY SSL, UP, and the snapshot as JSON. The layouts are ours.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

/// What a pool member's state is called: Active when it takes sessions.
std::string_view member_status(stack::MemberState state) {
    switch (state) {
        case stack::MemberState::ready: return "Active";
        case stack::MemberState::starting: return "Starting";
        case stack::MemberState::down: break;
    }
    return "Inactive";
}

Lines report_config_ssl(const stack::ServerSnapshot& of) {
    const auto& ssl = of.config.ssl;
    Lines lines = {"SSL Configuration:", ""};
    if (!ssl.server) {
        lines.push_back("  No SSLSERVERID statement: secure connections are not supported");
        return lines;
    }
    lines.push_back(fmt::format("  SSL Server ID:    {:<12} Timeout: {}", ssl.server->value.view(),
                                duration_cast<seconds>(ssl.timeout).count()));
    lines.push_back(fmt::format("  Maximum Sessions: {:<12} Maximum Per Server: {:<8} Active Sessions: {}",
                                ssl.max_sessions, ssl.max_per_server, of.secure_sessions));
    lines.push_back("");
    lines.push_back("  SSL Server   Status      Active   Maximum  High     Total");
    lines.push_back("  ----------   ------      ------   -------  ----     -----");
    for (const auto& member : of.members)
        lines.push_back(fmt::format("  {:<12} {:<11} {:<8} {:<8} {:<8} {}", member.userid.view(),
                                    member_status(member.state), member.active, ssl.max_per_server,
                                    member.high, member.total));
    if (of.members.empty()) lines.push_back("  <none>");
    return lines;
}

Lines report_config_list(std::string heading, const std::vector<Sourced<Userid>>& users) {
    Lines lines = {std::move(heading), ""};
    for (const auto& user : users)
        lines.push_back(
            fmt::format("  {:<8}  {}", user.value.view(), user.where.known() ? user.where.str() : ""));
    if (users.empty()) lines.push_back("  <none>");
    return lines;
}

/// A value, and the line that says so; without one it is the default.
template <typename T>
std::string value_line(std::string_view name, const T& value, const SourceLocation& where) {
    return fmt::format("  {:<24} {:<12} {}", name, value, where.known() ? where.str() : "default");
}
template <typename T>
std::string value_line(std::string_view name, const Sourced<T>& value) {
    return value_line(name, *value, value.where);
}
std::string flag_line(std::string_view name, const Sourced<bool>& value, bool negated = false) {
    return value_line(name, *value != negated ? "Yes" : "No", value.where);
}

Lines report_config_parms(const profiles::ProfileTcpip& profile) {
    const auto& parms = profile.assorted;
    return {"Assorted Parameters:",
            "",
            flag_line("ALWAYSWINDOWSCALE", parms.always_window_scale),
            flag_line("CHECKCONSISTENCY", parms.check_consistency),
            flag_line("EQUALCOSTMULTIPATH", parms.equal_cost_multipath),
            flag_line("FREELOWPORTS", parms.restrict_low_ports, true),
            flag_line("IGNOREREDIRECT", parms.ignore_redirect),
            flag_line("NOFWD", parms.forwarding, true),
            flag_line("NORFC1323", parms.rfc1323, true),
            flag_line("NOUDPQUEUELIMIT", parms.udp_queue_limit, true),
            flag_line("OVERRIDEPRECEDENCE", parms.override_precedence),
            flag_line("PATHMTUDISCOVERY", parms.path_mtu_discovery),
            flag_line("PERMITTEDUSERSONLY", parms.permitted_users_only),
            flag_line("PROXYARP", parms.proxy_arp),
            flag_line("RESTRICTLOWPORTS", parms.restrict_low_ports),
            flag_line("SECURELOCAL", parms.secure_local),
            flag_line("SOURCEVIPA", parms.source_vipa),
            flag_line("VARSUBNETTING", parms.variable_subnetting)};
}

std::string_view check_name(ClientCertCheck check) {
    switch (check) {
        case ClientCertCheck::none: break;
        case ClientCertCheck::preferred: return "PREFERRED";
        case ClientCertCheck::required: return "REQUIRED";
    }
    return "NONE";
}

Lines report_config_internal_client(const profiles::ProfileTcpip& profile) {
    Lines lines = {"Internal Client (Telnet) Parameters:", ""};
    const profiles::InternalClientParms defaults;
    const auto& parms = profile.telnet ? *profile.telnet : defaults;
    for (const auto& port : parms.ports) lines.push_back(value_line("PORT", port));
    if (parms.ports.empty()) lines.push_back(value_line("PORT", 23, {}));
    lines.push_back(
        value_line("SECURECONNECTION", name_of(*parms.secure_connection), parms.secure_connection.where));
    if (parms.tls_label) lines.push_back(value_line("TLSLABEL", *parms.tls_label));
    else lines.push_back(value_line("TLSLABEL", "<none>", {}));
    lines.push_back(
        value_line("CLIENTCERTCHECK", check_name(*parms.client_cert_check), parms.client_cert_check.where));
    lines.push_back(value_line("TIMEMARK", parms.time_mark));
    lines.push_back(value_line("INACTIVE", parms.inactive));
    lines.push_back(value_line("SCANINTERVAL", parms.scan_interval));
    lines.push_back(value_line("EOJTIMEOUT", parms.eoj_timeout));
    lines.push_back(value_line("CCSTERMNAME", parms.terminal_name));
    lines.push_back(flag_line("NOTN3270E", parms.tn3270e, true));
    lines.push_back(flag_line("TRANSFORM", parms.transform));
    return lines;
}

Lines report_config_times(const profiles::ProfileTcpip& profile) {
    return {"Keepalive, Backlog, ARP:",
            "",
            value_line("KEEPALIVE INTERVAL", profile.keep_alive.interval),
            flag_line("KEEPALIVE SENDGARBAGE", profile.keep_alive.send_garbage),
            value_line("SOMAXCONN", profile.listen_backlog),
            value_line("ARPAGE", profile.arp_age),
            value_line("MAXRESTART", profile.max_restart)};
}

Lines report_config_trace(const profiles::ProfileTcpip& profile) {
    static constexpr const char* kChanges[] = {"TRACE", "MORETRACE", "LESSTRACE", "NOTRACE"};
    Lines lines = {"Trace Statements, in order:", ""};
    for (const auto& statement : profile.traces) {
        std::string names;
        for (const auto& name : statement.names) names += (names.empty() ? "" : " ") + *name;
        lines.push_back(value_line(kChanges[std::size_t(statement.change)], names, statement.where));
    }
    if (profile.traces.empty()) lines.push_back("  <none>");
    const bool to_file = profile.trace_output && profile.trace_output->file;
    lines.push_back("");
    lines.push_back(value_line("Output", to_file ? "FILE " + profile.trace_output->file->str() : "SCREEN",
                               profile.trace_output ? profile.trace_output->where : SourceLocation{}));
    return lines;
}

Lines report_config_ports(const stack::ServerSnapshot& of) {
    Lines lines = {"Port Reservations:", "", "  Port         Prot  User      Options"};
    for (const auto& port : of.config.ports) {
        const std::string range =
            port.low == port.high ? std::to_string(port.low) : fmt::format("{}-{}", port.low, port.high);
        std::string options = port.autolog ? "" : "NOAUTOLOG";
        if (port.secure) options += (options.empty() ? "SECURE " : " SECURE ") + port.secure->value;
        lines.push_back(fmt::format("  {:<12} {:<5} {:<9} {}", range, port.udp ? "UDP" : "TCP",
                                    port.user.view(), options));
    }
    return lines;
}

}  // namespace

Lines report_netstat_config(const stack::ServerSnapshot& of, const profiles::ProfileTcpip& profile,
                            std::string_view what) {
    if (abbreviates(what, "ALL")) {
        Lines all;
        for (const char* const part :
             {"AUTOLOG", "BLOCK", "HOME", "INFORM", "INTERNALCLIENT", "KEEPALIVE", "LIMITS", "OBEY", "PARMS",
              "PERMIT", "PORT", "RESTRICT", "SSL", "TRACE"}) {
            if (!all.empty()) all.push_back("");
            for (auto& line : report_netstat_config(of, profile, part)) all.push_back(std::move(line));
        }
        return all;
    }
    Lines lines;
    if (abbreviates(what, "SSL")) lines = report_config_ssl(of);
    else if (abbreviates(what, "AUTOLOG")) lines = report_config_list("Autolog List:", of.config.autolog);
    else if (abbreviates(what, "BLOCK")) lines = report_netstat_blocked(of);
    else if (abbreviates(what, "HOME")) lines = report_netstat_home(of);
    else if (abbreviates(what, "INFORM")) lines = report_config_list("Inform List:", of.config.inform);
    else if (abbreviates(what, "INTernalclient")) lines = report_config_internal_client(profile);
    else if (abbreviates(what, "KEEPalive")) lines = report_config_times(profile);
    else if (abbreviates(what, "LIMits")) lines = report_netstat_limits(of);
    else if (abbreviates(what, "OBEY")) lines = report_config_list("Obey List:", of.config.obey);
    else if (abbreviates(what, "PARMs")) lines = report_config_parms(profile);
    else if (abbreviates(what, "PERMIT")) lines = report_config_list("Permit List:", of.config.permit);
    else if (abbreviates(what, "PORT")) lines = report_config_ports(of);
    else if (abbreviates(what, "RESTRICT"))
        lines = report_config_list("Restrict List:", of.config.restricted);
    else if (abbreviates(what, "TRACE")) lines = report_config_trace(profile);
    return without_trailing_blanks(std::move(lines));
}

Lines report_netstat_poolsize(const profiles::ProfileTcpip& profile) {
    Lines lines = {"TCP/IP pools as configured (how many blocks are in use is not counted):", "",
                   "  Statement                   Blocks   Buffer   Limit    Given at"};
    for (const auto& kind : profiles::kPools) {
        const auto& size = profile.pools[kind.pool];
        lines.push_back(fmt::format("  {:<27} {:<8} {:<8} {:<8} {}", kind.statement, *size.blocks,
                                    kind.buffer_size == 0 ? "" : std::to_string(*size.buffer_size),
                                    size.limit ? std::to_string(**size.limit) : "none",
                                    size.blocks.where.known() ? size.blocks.where.str() : "default"));
    }
    return lines;
}

Lines without_trailing_blanks(Lines lines) {
    for (auto& line : lines)
        while (line.ends_with(' ')) line.pop_back();
    return lines;
}

Lines report_netstat_identify_ssl(const stack::ServerSnapshot& of, const PortNames& ports) {
    Lines lines = {
        "Secure Connections:", "",
        "Conn     SSL Server Type    Label    Local Socket           Foreign Socket         Cipher Details",
        "----     ---------- ----    -----    ----- ------           ------- ------         --------------"};
    for (const auto& socket : of.sockets) {
        if (socket.ssl_server.empty()) continue;
        std::string cipher =
            socket.protocol.empty() ? "<in handshake>" : socket.protocol + '_' + socket.cipher;
        lines.push_back(fmt::format("{:<8} {:<10} {:<7} {:<8} {:<22} {:<22} {}", socket.connection.id,
                                    socket.ssl_server.view(), socket.is_static ? "Static" : "Dynamic",
                                    socket.label, ports.local(socket.connection.local),
                                    socket.connection.peer.str(), cipher));
    }
    if (lines.size() == 4) lines.push_back("None");
    return lines;
}

Lines report_netstat_up(const stack::ServerSnapshot& of, const Zone& zone) {
    return {fmt::format("TCP/IP started at {} on {} with profile file {}", hh_mm_ss(of.started, zone.offset),
                        mm_dd_yy(of.started, zone.offset), of.config.profile.str())};
}

namespace {

using Json = nlohmann::ordered_json;

Json json_of_home(const stack::ServerSnapshot& of) {
    Json home = Json::array();
    for (const auto& entry : of.config.home)
        home.push_back({{"address", entry.address.str()}, {"mask", entry.mask.str()}, {"link", entry.link}});
    return home;
}

Json json_of_routes(const stack::ServerSnapshot& of) {
    Json routes = Json::array();
    for (const auto& route : of.stack.routes)
        routes.push_back({{"destination", route.destination.str()},
                          {"mask", route.mask.str()},
                          {"first_hop", route.first_hop.str()},
                          {"mtu", route.mtu}});
    return routes;
}

Json json_of_interfaces(const stack::ServerSnapshot& of) {
    Json interfaces = Json::array();
    for (const auto& interface : of.stack.interfaces)
        interfaces.push_back({{"link", interface.config.name},
                              {"up", interface.config.up},
                              {"mtu", interface.config.mtu},
                              {"bytes_in", interface.bytes_in},
                              {"bytes_out", interface.bytes_out}});
    return interfaces;
}

Json json_of_neighbours(const stack::ServerSnapshot& of) {
    Json neighbours = Json::array();
    for (const auto& entry : of.stack.neighbours)
        neighbours.push_back({{"address", entry.address.str()}, {"hardware", entry.mac.str()}});
    return neighbours;
}

Json json_of_attacks(const stack::ServerSnapshot& of) {
    Json attacks = Json::object();
    for (std::size_t i = 0; i < of.stack.attacks.size(); ++i)
        attacks[stack::name_of(stack::Attack(i))] = of.stack.attacks[i].count;
    return attacks;
}

Json json_of_drops(const stack::ServerSnapshot& of) {
    Json drops = Json::object();
    for (std::size_t i = 0; i < of.stack.drops.size(); ++i)
        if (of.stack.drops[i] != 0) drops[stack::name_of(stack::DropReason(i))] = of.stack.drops[i];
    return drops;
}

}  // namespace

std::string netstat_json(const stack::ServerSnapshot& of) {
    nlohmann::ordered_json connections = nlohmann::ordered_json::array();
    for (const auto& socket : of.sockets)
        connections.push_back({{"connection", socket.connection.id},
                               {"client", socket.client.str()},
                               {"local", socket.connection.local.str()},
                               {"foreign", socket.connection.peer.str()},
                               {"state", name_of(socket.connection.state)},
                               {"bytes_in", socket.connection.bytes_in},
                               {"bytes_out", socket.connection.bytes_out},
                               {"ssl_server", socket.ssl_server.str()},
                               {"label", socket.label},
                               {"protocol", socket.protocol},
                               {"cipher", socket.cipher}});
    nlohmann::ordered_json members = nlohmann::ordered_json::array();
    for (const auto& member : of.members)
        members.push_back({{"server", member.userid.str()},
                           {"status", std::string(member_status(member.state))},
                           {"active", member.active},
                           {"high", member.high},
                           {"total", member.total}});
    const nlohmann::ordered_json whole = {{"stack", of.config.userid.str()},
                                          {"level", of.config.level},
                                          {"secure_sessions", of.secure_sessions},
                                          {"max_sessions", of.config.ssl.max_sessions},
                                          {"max_per_server", of.config.ssl.max_per_server},
                                          {"ssl_servers", members},
                                          {"connections", connections},
                                          {"home", json_of_home(of)},
                                          {"routes", json_of_routes(of)},
                                          {"interfaces", json_of_interfaces(of)},
                                          {"arp", json_of_neighbours(of)},
                                          {"attacks", json_of_attacks(of)},
                                          {"drops", json_of_drops(of)}};
    // Names and labels come from files: what is no UTF-8 is replaced, never thrown at.
    return whole.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace vmlab::sim
