// What an OBEYFILE makes of a running configuration (profile_tcpip.hpp): lists replace lists, values replace
// values.
#include <algorithm>

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

}  // namespace

void apply_obeyfile(ProfileTcpip& running, const ProfileTcpip& change) {
    replace_if_given(running.autolog, change.autolog);
    replace_if_given(running.ports, change.ports);
    replace_if_given(running.obey, change.obey);
    replace_if_given(running.inform, change.inform);
    replace_if_given(running.permit, change.permit);
    replace_if_given(running.restricted, change.restricted);
    replace_if_given(running.home, change.home);
    replace_if_given(running.gateway, change.gateway);
    replace_if_given(running.ssl_limits.max_sessions, change.ssl_limits.max_sessions);
    replace_if_given(running.ssl_limits.max_per_server, change.ssl_limits.max_per_server);
    replace_if_given(running.assorted.restrict_low_ports, change.assorted.restrict_low_ports);
    replace_if_given(running.assorted.permitted_users_only, change.assorted.permitted_users_only);
    replace_if_given(running.assorted.secure_local, change.assorted.secure_local);
    replace_if_given(running.assorted.forwarding, change.assorted.forwarding);
    if (change.ssl_server) running.ssl_server = change.ssl_server;
    if (change.telnet) running.telnet = change.telnet;
    running.devices.insert(running.devices.end(), change.devices.begin(), change.devices.end());
    running.links.insert(running.links.end(), change.links.begin(), change.links.end());
    running.starts.insert(running.starts.end(), change.starts.begin(), change.starts.end());
    for (const auto& [name, number] : change.numbers) running.numbers[name] = number;
}

}  // namespace vmlab::profiles
