// NETSTAT CONFIG, POOLSIZE, IDENTIFY SSL, UP. The layouts are ours.
#include <fmt/format.h>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {

std::string_view member_status(stack::MemberState state) {
    switch (state) {
        case stack::MemberState::ready: return "Active";
        case stack::MemberState::starting: return "Starting";
        case stack::MemberState::quiescing: return "Quiescing";
        case stack::MemberState::down: break;
    }
    return "Inactive";
}

namespace {

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

/// Values, and the lines that say so; without one a value is the default.
Lines report_settings(std::string heading, const Settings& settings) {
    Lines lines = {std::move(heading), ""};
    for (const auto& setting : settings)
        lines.push_back(fmt::format("  {:<24} {:<12} {}", setting.name, setting.value,
                                    setting.where.known() ? setting.where.str() : "default"));
    return lines;
}

Lines report_config_trace(const profiles::ProfileTcpip& profile) {
    const Settings settings = trace_settings(profile);
    Lines lines = {"Trace Statements, in order:", ""};
    if (settings.size() == 1) lines.push_back("  <none>");
    for (auto& line : report_settings("", settings))
        if (!line.empty()) lines.push_back(std::move(line));
    lines.insert(lines.end() - 1, "");
    return lines;
}

Lines report_config_ports(const stack::ServerSnapshot& of) {
    Lines lines = {"Port Reservations:", "", "  Port         Prot  User      Options"};
    for (const auto& port : of.config.ports) {
        const std::string range =
            port.low == port.high ? std::to_string(port.low) : fmt::format("{}-{}", port.low, port.high);
        std::vector<std::string> options;
        if (!port.address.is_unspecified()) options.push_back("at " + port.address.str());
        if (!port.autolog) options.emplace_back("NOAUTOLOG");
        if (port.secure) options.push_back("SECURE " + port.secure->value);
        lines.push_back(fmt::format("  {:<12} {:<5} {:<9} {}", range, port.udp ? "UDP" : "TCP",
                                    port.user.view(), fmt::join(options, " ")));
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
    else if (abbreviates(what, "INTernalclient"))
        lines = report_settings("Internal Client (Telnet) Parameters:", internal_client_settings(profile));
    else if (abbreviates(what, "KEEPalive"))
        lines = report_settings("Keepalive, Backlog, ARP:", time_settings(profile));
    else if (abbreviates(what, "LIMits")) lines = report_netstat_limits(of);
    else if (abbreviates(what, "OBEY")) lines = report_config_list("Obey List:", of.config.obey);
    else if (abbreviates(what, "PARMs"))
        lines = report_settings("Assorted Parameters:", assorted_settings(profile));
    else if (abbreviates(what, "PERMIT")) lines = report_config_list("Permit List:", of.config.permit);
    else if (abbreviates(what, "PORT")) lines = report_config_ports(of);
    else if (abbreviates(what, "RESTRICT"))
        lines = report_config_list("Restrict List:", of.config.restricted);
    else if (abbreviates(what, "TRACE")) lines = report_config_trace(profile);
    return without_trailing_blanks(std::move(lines));
}

std::string_view pool_object(stack::PoolId pool) {
    constexpr std::string_view kObjects[] = {
        "Address translation", "CCB", "Data buffer", "Envelope", "IP route", "RCB", "SCB", "TCB"};
    static_assert(std::size(kObjects) == stack::kPoolCount);
    return kObjects[std::size_t(pool)];
}

Lines report_netstat_poolsize(const stack::ServerSnapshot& of) {
    Lines lines = {"TCPIP Free pool status:", "",
                   "  Object               No. alloc  # free   Lo-water  Permit  Limit   Size    Given at",
                   "  ======               =========  ======   ========  ======  =====   ====    ========"};
    for (const auto& row : of.pools) {
        const auto& config = row.config;
        lines.push_back(fmt::format("  {:<20} {:<10} {:<8} {:<9} {:<7} {:<7} {:<7} {}", pool_object(row.pool),
                                    row.blocks, row.blocks - row.in_use, row.least_free, row.permit,
                                    config.limit ? std::to_string(**config.limit) : "none",
                                    config.buffer_size == 0 ? "" : std::to_string(config.buffer_size),
                                    config.blocks.where.known() ? config.blocks.where.str() : "default"));
    }
    lines.insert(lines.end(),
                 {"", "Not simulated: ACB, large envelope, NCB, SKCB, small and tiny data buffer, UCB"});
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
        const std::string protocol = of.config.level.has(Apar::PI99184) ? socket.protocol + '_' : "";
        const std::string cipher = socket.protocol.empty() ? "<in handshake>" : protocol + socket.cipher;
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

}  // namespace vmlab::sim
