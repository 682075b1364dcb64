// NETSTAT CONN and ALLCONN: the transmission blocks.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

/// Pool members talk to the stack by IUCV; their Listen row says that they are there. Its port is the one
/// that SSLADMIN's predecessor used.
constexpr std::uint16_t kSslAdminPort = 9999;

using Row = TransmissionBlock;

std::string row_text(const Row& row) {
    return fmt::format("{:<8} {:<8} {:<22} {:<22} {}", row.user, row.connection, row.local, row.foreign,
                       row.state);
}

bool is_over(stack::TcpState state) {
    return state == stack::TcpState::time_wait || state == stack::TcpState::closed;
}

}  // namespace

std::vector<TransmissionBlock> transmission_blocks(const stack::ServerSnapshot& of, const PortNames& ports,
                                                   const ConnFilter& filter) {
    std::vector<Row> rows;
    const auto wanted = [&](const Userid& user) { return filter.client.empty() || filter.client == user; };
    for (const auto& socket : of.sockets) {
        const auto& connection = socket.connection;
        if (!wanted(socket.client) || (!filter.all && is_over(connection.state))) continue;
        if (!filter.address.is_unspecified() && connection.peer.address != filter.address) continue;
        rows.push_back({socket.client.str(), std::to_string(connection.id), ports.local(connection.local),
                        connection.state == stack::TcpState::listen ? "*..*" : connection.peer.str(),
                        name_of(connection.state),
                        connection.state != stack::TcpState::listen && !connection.peer.address.is_v4()});
    }
    if (!filter.address.is_unspecified()) return rows;
    for (std::size_t i = 0; i < of.members.size(); ++i) {
        const auto& member = of.members[i];
        const bool listed = std::any_of(rows.begin(), rows.end(),
                                        [&](const Row& row) { return row.user == member.userid.view(); });
        if (member.state != stack::MemberState::ready || listed || !wanted(member.userid)) continue;
        rows.push_back({member.userid.str(), std::to_string(101 + i),
                        ports.local({IpAddress(), kSslAdminPort}), "*..*", name_of(stack::TcpState::listen)});
    }
    for (const auto port : of.stack.udp_ports) {
        const auto owner = std::find_if(
            of.config.ports.begin(), of.config.ports.end(),
            [&](const auto& entry) { return entry.udp && entry.low <= port && port <= entry.high; });
        const Userid user = owner == of.config.ports.end() ? Userid() : owner->user;
        if (wanted(user))
            rows.push_back({user.str(), "UDP", ports.local({IpAddress(), port}), "*..*", "UDP"});
    }
    return rows;
}

std::string PortNames::local(const Endpoint& at) const {
    const auto name = names.find(at.port);
    if (name == names.end()) return at.str();
    std::string text = at.str();
    return text.substr(0, text.find("..") + 2) + name->second;
}

Lines report_netstat_heading(const stack::ServerSnapshot& of) {
    return {fmt::format("VM TCP/IP Netstat Level {}       TCP/IP Server Name: {}", of.config.level.tcpip(),
                        of.config.userid.view()),
            ""};
}

Lines report_netstat_conn(const stack::ServerSnapshot& of, const PortNames& ports, const ConnFilter& filter) {
    Lines lines = {"Active IPv4 Transmission Blocks:", "",
                   "User Id  Conn     Local Socket           Foreign Socket         State",
                   "---- --  ----     ----- ------           ------- ------         -----"};
    auto rows = transmission_blocks(of, ports, filter);
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.user < b.user; });
    for (const auto& row : rows)
        if (!row.ipv6) lines.push_back(row_text(row));
    lines.push_back("");
    if (std::none_of(rows.begin(), rows.end(), [](const Row& row) { return row.ipv6; })) {
        lines.push_back("Active IPv6 Transmission Blocks: None");
        return lines;
    }
    lines.insert(lines.end(), {"Active IPv6 Transmission Blocks:", "", "User Id  Conn     State",
                               "---- --  ----     -----"});
    for (const auto& row : rows) {
        if (!row.ipv6) continue;
        lines.push_back(fmt::format("{:<8} {:<8} {}", row.user, row.connection, row.state));
        lines.push_back("         Local Socket:   " + row.local);
        lines.push_back("         Foreign Socket: " + row.foreign);
    }
    return lines;
}

}  // namespace vmlab::sim
