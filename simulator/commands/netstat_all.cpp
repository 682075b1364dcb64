// NETSTAT ALL, SOCKETS, CLIENTS, TELNET: connections by client, with all that the stack counts about them.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/netstat.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

double milliseconds_of(Duration time) { return double(duration_cast<microseconds>(time).count()) / 1000; }

bool shows(const ConnFilter& filter, const stack::SocketSnapshot& socket) {
    if (!filter.client.empty() && filter.client != socket.client) return false;
    return filter.address.is_unspecified() || socket.connection.peer.address == filter.address;
}

void report_connection(const stack::SocketSnapshot& socket, const PortNames& ports, Lines& lines) {
    const auto& c = socket.connection;
    const bool listens = c.state == stack::TcpState::listen;
    lines.push_back(fmt::format("Client: {:<8}  Connection: {:<6}  State: {}", socket.client.view(), c.id,
                                name_of(c.state)));
    lines.push_back(fmt::format("  Local socket: {:<22}  Foreign socket: {}", ports.local(c.local),
                                listens ? "*..*" : c.peer.str()));
    if (!socket.ssl_server.empty())
        lines.push_back(fmt::format("  Secured by: {:<8}  {}  Label: {:<8}  {}", socket.ssl_server.view(),
                                    socket.is_static ? "Static" : "Dynamic", socket.label, socket.protocol));
    if (!listens) {
        lines.push_back(fmt::format("  Bytes in: {:<12}  Bytes out: {:<12}  Segments retransmitted: {}",
                                    c.bytes_in, c.bytes_out, c.retransmitted));
        lines.push_back(fmt::format("  Receive queue: {:<7}  Send queue: {}", c.receive_queue, c.send_queue));
        lines.push_back(fmt::format("  Receive window: {:<6}  Send window: {:<10}  Congestion window: {}",
                                    c.receive_window, c.send_window, c.congestion_window));
        lines.push_back(fmt::format("  Round trip: {:.3f} ms  Retransmission timeout: {:.3f} ms",
                                    milliseconds_of(c.smoothed_rtt), milliseconds_of(c.rto)));
    }
    lines.push_back("");
}

}  // namespace

Lines report_netstat_all(const stack::ServerSnapshot& of, const PortNames& ports, const ConnFilter& filter) {
    Lines lines = {"TCP connections:", ""};
    for (const auto& socket : of.sockets)
        if (shows(filter, socket)) report_connection(socket, ports, lines);
    if (lines.size() == 2) lines.insert(lines.end(), {"None", ""});
    lines.push_back("Frames and datagrams dropped:");
    const std::size_t before = lines.size();
    for (std::size_t i = 0; i < of.stack.drops.size(); ++i)
        if (of.stack.drops[i] != 0)
            lines.push_back(
                fmt::format("  {:<24} {}", stack::name_of(stack::DropReason(i)), of.stack.drops[i]));
    if (lines.size() == before) lines.push_back("  None");
    return without_trailing_blanks(std::move(lines));
}

Lines report_netstat_sockets(const stack::ServerSnapshot& of, const PortNames& ports,
                             const ConnFilter& filter) {
    Lines lines = {"Socket interface:", ""};
    for (const auto& client : of.clients) {
        if (!filter.client.empty() && filter.client != client) continue;
        const auto first = lines.size();
        for (const auto& socket : of.sockets) {
            if (socket.client != client || !shows(filter, socket)) continue;
            const auto& c = socket.connection;
            lines.push_back(fmt::format("  {:<7} Stream  {:<22} {:<22} {}", c.id, ports.local(c.local),
                                        c.state == stack::TcpState::listen ? "*..*" : c.peer.str(),
                                        name_of(c.state)));
        }
        const Lines heading = {fmt::format("Client: {:<8}  Sockets: {}", client.view(), lines.size() - first),
                               "  Socket  Type    Bound to               Connected to           State"};
        lines.insert(lines.begin() + std::ptrdiff_t(first), heading.begin(), heading.end());
        lines.push_back("");
    }
    if (lines.size() == 2) lines.push_back("None");
    while (lines.back().empty()) lines.pop_back();
    return without_trailing_blanks(std::move(lines));
}

Lines report_netstat_clients(const stack::ServerSnapshot& of, const ConnFilter& filter) {
    Lines lines = {"Current clients:"};
    for (const auto& client : of.clients) {
        if (!filter.client.empty() && filter.client != client) continue;
        const bool obeys = std::any_of(of.config.obey.begin(), of.config.obey.end(),
                                       [&](const auto& entry) { return entry.value == client; });
        lines.push_back("");
        lines.push_back(
            fmt::format("Client: {:<11} Authorization: {{{}}}", client.view(), obeys ? "obey" : "none"));
        std::size_t listening = 0, connected = 0;
        for (const auto& socket : of.sockets) {
            if (socket.client != client) continue;
            ++(socket.connection.state == stack::TcpState::listen ? listening : connected);
        }
        lines.push_back(fmt::format("Sockets: {} listening, {} connected", listening, connected));
    }
    if (lines.size() == 1) lines.push_back("None");
    return lines;
}

Lines report_netstat_telnet(const std::vector<services::TelnetSessionSnapshot>& sessions, const Zone& zone) {
    Lines lines = {
        "Telnet sessions:", "",
        "Conn     Foreign Socket         LDEV Type        Secure  Bytes In   Bytes Out  Last Input",
        "----     ------- ------         ---- ----        ------  -----      ---------  ----------"};
    for (const auto& session : sessions)
        lines.push_back(fmt::format("{:<8} {:<22} {:<4} {:<11} {:<7} {:<10} {:<10} {}", session.socket,
                                    session.peer.str(),
                                    session.device ? fmt::format("{:04X}", *session.device) : "-",
                                    session.kind, session.secured ? "Yes" : "No", session.bytes_in,
                                    session.bytes_out, hh_mm_ss(session.last_input, zone.offset)));
    if (sessions.empty()) lines.push_back("None");
    return lines;
}

}  // namespace vmlab::sim
