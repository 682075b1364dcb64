// NETSTAT CONFIG, IDENTIFY SSL, CLIENTS, UP, and the snapshot as JSON. The SSL layouts are ours.
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
    for (auto& line : lines)
        while (line.ends_with(' ')) line.pop_back();
    return lines;
}

Lines report_config_ports(const stack::ServerSnapshot& of) {
    Lines lines = {"Port Reservations:", "", "  Port         Prot  User      Options"};
    for (const auto& port : of.config.ports) {
        const std::string range =
            port.low == port.high ? std::to_string(port.low) : fmt::format("{}-{}", port.low, port.high);
        std::string options = port.autolog ? "" : "NOAUTOLOG";
        if (port.secure) options += (options.empty() ? "SECURE " : " SECURE ") + port.secure->value;
        auto line = fmt::format("  {:<12} {:<5} {:<9} {}", range, port.udp ? "UDP" : "TCP", port.user.view(),
                                options);
        while (line.ends_with(' ')) line.pop_back();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

Lines report_netstat_config(const stack::ServerSnapshot& of, std::string_view what) {
    if (abbreviates(what, "SSL")) return report_config_ssl(of);
    if (abbreviates(what, "OBEY")) return report_config_list("Obey List:", of.config.obey);
    if (abbreviates(what, "AUTOLOG")) return report_config_list("Autolog List:", of.config.autolog);
    if (abbreviates(what, "PORT")) return report_config_ports(of);
    if (abbreviates(what, "HOME")) return report_netstat_home(of);
    return {};
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

Lines report_netstat_clients(const stack::ServerSnapshot& of) {
    Lines lines = {"Current clients:"};
    for (const auto& client : of.clients) {
        lines.push_back("");
        lines.push_back(fmt::format("Client: {:<11} Authorization: {{none}}", client.view()));
        std::size_t listening = 0, connected = 0;
        for (const auto& socket : of.sockets) {
            if (socket.client != client) continue;
            ++(socket.connection.state == stack::TcpState::listen ? listening : connected);
        }
        lines.push_back(fmt::format("Sockets: {} listening, {} connected", listening, connected));
    }
    if (of.clients.empty()) lines.push_back("None");
    return lines;
}

Lines report_netstat_up(const stack::ServerSnapshot& of, const Zone& zone) {
    return {fmt::format("TCP/IP started at {} on {} with profile file {}", hh_mm_ss(of.started, zone.offset),
                        mm_dd_yy(of.started, zone.offset), of.config.profile.str())};
}

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
                                          {"connections", connections}};
    // Names and labels come from files: what is no UTF-8 is replaced, never thrown at.
    return whole.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace vmlab::sim
