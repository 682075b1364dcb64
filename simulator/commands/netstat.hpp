// The reports of NETSTAT: pure functions from a stack's snapshot to lines. One .cpp per report.
//
// CONN, HOME and GATE follow the product's columns from memory, the SSL reports are ours: no public source
// shows them. Nothing is graded on their layout.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/profile_tcpip.hpp"
#include "services/telnet/server.hpp"
#include "stack/base/time.hpp"
#include "stack/server/snapshot.hpp"

namespace vmlab::sim {

/// Names of ports as ETC SERVICES has them: 23 → "TELNET".
struct PortNames {
    std::map<std::uint16_t, std::string> names{};

    /// "9.60.60.3..TELNET", "*..FTP-C", "*..*".
    std::string local(const Endpoint& at) const;
};

struct ConnFilter {
    bool all = false;     ///< ALLCONN: also connections that are over but for TIME-WAIT
    Userid client{};      ///< (CLIENT userid; empty = everybody
    IpAddress address{};  ///< (IPADDR address; unspecified = any
};

using Lines = std::vector<std::string>;

[[nodiscard]] Lines report_netstat_heading(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_conn(const stack::ServerSnapshot& of, const PortNames& ports,
                                        const ConnFilter& filter);
/// A row of CONN: a TCP connection or listener, an SSL server that is ready, a UDP port.
struct TransmissionBlock {
    std::string user, connection, local, foreign, state;
    bool ipv6 = false;  ///< a connection of IPv6; listeners, who hear both families, are not
};
[[nodiscard]] std::vector<TransmissionBlock> transmission_blocks(const stack::ServerSnapshot& of,
                                                                 const PortNames& ports,
                                                                 const ConnFilter& filter);
[[nodiscard]] Lines report_netstat_home(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_gate(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_devlinks(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_arp(const stack::ServerSnapshot& of, std::string_view address);
/// The same of IPv6, whose layout is ours.
[[nodiscard]] Lines report_netstat_neighbor(const stack::ServerSnapshot& of, std::string_view address);
[[nodiscard]] Lines report_netstat_clients(const stack::ServerSnapshot& of, const ConnFilter& filter);
[[nodiscard]] Lines report_netstat_all(const stack::ServerSnapshot& of, const PortNames& ports,
                                       const ConnFilter& filter);
[[nodiscard]] Lines report_netstat_sockets(const stack::ServerSnapshot& of, const PortNames& ports,
                                           const ConnFilter& filter);
[[nodiscard]] Lines report_netstat_telnet(const std::vector<services::TelnetSessionSnapshot>& sessions,
                                          const Zone& zone);
[[nodiscard]] Lines report_netstat_dos(const stack::ServerSnapshot& of, Instant now);
[[nodiscard]] Lines report_netstat_limits(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_blocked(const stack::ServerSnapshot& of);
/// "?" when it is gone.
[[nodiscard]] std::string interface_name(const stack::ServerSnapshot& of, stack::InterfaceId id);
/// The largest packet of a route, whose own MTU may be 0: then it is that of its link. 0: it is gone.
[[nodiscard]] unsigned packet_size(const stack::ServerSnapshot& of, unsigned mtu, stack::InterfaceId id);

/// "Data buffer": what NETSTAT POOLSIZE calls the blocks of a pool.
[[nodiscard]] std::string_view pool_object(stack::PoolId pool);
/// The pools whose use is counted, and the names of the others.
[[nodiscard]] Lines report_netstat_poolsize(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_up(const stack::ServerSnapshot& of, const Zone& zone);
/// CONFIG with one operand (ALL: all of them); an empty answer for other words. `profile`: what the stack
/// runs with, after every OBEYFILE.
[[nodiscard]] Lines report_netstat_config(const stack::ServerSnapshot& of,
                                          const profiles::ProfileTcpip& profile, std::string_view what);
[[nodiscard]] Lines without_trailing_blanks(Lines lines);
[[nodiscard]] Lines report_netstat_identify_ssl(const stack::ServerSnapshot& of, const PortNames& ports);

/// A value of the profile, and the line that says so; an unknown place: the default.
struct Setting {
    std::string name, value;
    SourceLocation where{};
};
using Settings = std::vector<Setting>;
[[nodiscard]] Settings assorted_settings(const profiles::ProfileTcpip& profile);
[[nodiscard]] Settings internal_client_settings(const profiles::ProfileTcpip& profile);
[[nodiscard]] Settings time_settings(const profiles::ProfileTcpip& profile);
[[nodiscard]] Settings trace_settings(
    const profiles::ProfileTcpip& profile);  ///< in order; the last is "Output"

/// What a pool member's state is called: Active when it takes sessions.
[[nodiscard]] std::string_view member_status(stack::MemberState state);

/// What every report shows, as JSON, for programs. Times are UTC, as in 2019-10-09T00:16:00Z.
[[nodiscard]] std::string netstat_json(const stack::ServerSnapshot& of, const profiles::ProfileTcpip& profile,
                                       const std::vector<services::TelnetSessionSnapshot>& telnet);

}  // namespace vmlab::sim
