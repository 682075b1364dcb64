// What an OBEYFILE makes of a running configuration (profile_tcpip.hpp): lists replace lists, values replace
// values.
#include "profiles/profile_tcpip.hpp"

namespace vmlab::profiles {
namespace {

template <typename Entry>
void replace_if_given(StatementList<Entry>& running, const StatementList<Entry>& change) {
    if (change.given) running = change;
}

/// A value counts as given when the file says where.
template <typename T>
void replace_if_given(Sourced<T>& running, const Sourced<T>& change) {
    if (change.where.known()) running = change;
}

template <typename T>
void replace_if_given(std::optional<T>& running, const std::optional<T>& change) {
    if (change) running = change;
}

template <typename T>
void append(std::vector<T>& running, const std::vector<T>& change) {
    running.insert(running.end(), change.begin(), change.end());
}

void apply_assorted(AssortedParms& running, const AssortedParms& change) {
    using A = AssortedParms;
    static constexpr Sourced<bool> A::*kFields[] = {&A::restrict_low_ports,
                                                    &A::permitted_users_only,
                                                    &A::secure_local,
                                                    &A::secure_local_v6,
                                                    &A::forwarding,
                                                    &A::forwarding_v6,
                                                    &A::proxy_arp,
                                                    &A::ignore_redirect,
                                                    &A::ignore_redirect_v6,
                                                    &A::source_vipa,
                                                    &A::source_vipa_v6,
                                                    &A::udp_queue_limit,
                                                    &A::equal_cost_multipath,
                                                    &A::equal_cost_multipath_v6,
                                                    &A::path_mtu_discovery,
                                                    &A::check_consistency,
                                                    &A::always_window_scale,
                                                    &A::rfc1323,
                                                    &A::variable_subnetting,
                                                    &A::override_precedence};
    for (const auto field : kFields) replace_if_given(running.*field, change.*field);
}

void apply_limits(ProfileTcpip& running, const ProfileTcpip& change) {
    replace_if_given(running.ssl_limits.max_sessions, change.ssl_limits.max_sessions);
    replace_if_given(running.ssl_limits.max_per_server, change.ssl_limits.max_per_server);
    AttackLimits& limits = running.attack_limits;
    replace_if_given(limits.foreign_ip_connections, change.attack_limits.foreign_ip_connections);
    replace_if_given(limits.pending_connections, change.attack_limits.pending_connections);
    replace_if_given(limits.persist_connections, change.attack_limits.persist_connections);
    replace_if_given(running.keep_alive.interval, change.keep_alive.interval);
    replace_if_given(running.keep_alive.send_garbage, change.keep_alive.send_garbage);
    replace_if_given(running.data_buffer_limits.send, change.data_buffer_limits.send);
    replace_if_given(running.data_buffer_limits.receive, change.data_buffer_limits.receive);
    replace_if_given(running.max_restart, change.max_restart);
    replace_if_given(running.listen_backlog, change.listen_backlog);
    replace_if_given(running.arp_age, change.arp_age);
    replace_if_given(running.packet_trace_size, change.packet_trace_size);
    replace_if_given(running.time_stamp, change.time_stamp);
    for (const PoolKind& kind : kPools) {
        replace_if_given(running.pools[kind.pool].blocks, change.pools[kind.pool].blocks);
        replace_if_given(running.pools[kind.pool].buffer_size, change.pools[kind.pool].buffer_size);
        replace_if_given(running.pools[kind.pool].limit, change.pools[kind.pool].limit);
    }
}

}  // namespace

std::vector<StatementSeen> start_only_statements(const ProfileTcpip& change) {
    std::vector<StatementSeen> seen;
    const auto add = [&](const char* keyword, const SourceLocation& where) {
        seen.push_back({keyword, where, LineState::in_force});
    };
    if (change.ssl_server) add("SSLSERVERID", change.ssl_server->where);
    if (change.telnet && !change.telnet->ports.empty())
        add("INTERNALCLIENTPARMS PORT", change.telnet->ports.front().where);
    if (change.primary_interface) add("PRIMARYINTERFACE", change.primary_interface->where);
    return seen;
}

void apply_obeyfile(ProfileTcpip& running, const ProfileTcpip& change) {
    replace_if_given(running.autolog, change.autolog);
    replace_if_given(running.ports, change.ports);
    replace_if_given(running.obey, change.obey);
    replace_if_given(running.inform, change.inform);
    replace_if_given(running.permit, change.permit);
    replace_if_given(running.restricted, change.restricted);
    replace_if_given(running.home, change.home);
    replace_if_given(running.home_v6, change.home_v6);
    replace_if_given(running.gateway, change.gateway);
    replace_if_given(running.gateway_v6, change.gateway_v6);
    replace_if_given(running.translate, change.translate);
    replace_if_given(running.blocked, change.blocked);
    replace_if_given(running.trace_only, change.trace_only);
    replace_if_given(running.monitor_records, change.monitor_records);
    if (change.telnet) {
        auto ports = running.telnet ? running.telnet->ports : std::vector<Sourced<std::uint16_t>>{};
        running.telnet = change.telnet;
        running.telnet->ports = std::move(ports);
    }
    replace_if_given(running.trace_output, change.trace_output);
    replace_if_given(running.sys_contact, change.sys_contact);
    replace_if_given(running.sys_location, change.sys_location);
    replace_if_given(running.vswitch_controller, change.vswitch_controller);
    replace_if_given(running.bsd_routing, change.bsd_routing);
    apply_assorted(running.assorted, change.assorted);
    apply_limits(running, change);
    append(running.devices, change.devices);
    append(running.links, change.links);
    append(running.starts, change.starts);
    append(running.traces, change.traces);
    append(running.others, change.others);
}

}  // namespace vmlab::profiles
