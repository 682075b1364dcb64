// What NETSTAT CONFIG shows of the profile: one list of settings for the report and for JSON.
#include <fmt/format.h>

#include "simulator/commands/netstat.hpp"

namespace vmlab::sim {
namespace {

template <typename T>
Setting setting(std::string_view name, const T& value, const SourceLocation& where) {
    return {std::string(name), fmt::format("{}", value), where};
}
template <typename T>
Setting setting(std::string_view name, const Sourced<T>& value) {
    return setting(name, *value, value.where);
}
Setting flag(std::string_view name, const Sourced<bool>& value, bool negated = false) {
    return setting(name, *value != negated ? "Yes" : "No", value.where);
}

std::string_view check_name(ClientCertCheck check) {
    switch (check) {
        case ClientCertCheck::none: break;
        case ClientCertCheck::preferred: return "PREFERRED";
        case ClientCertCheck::required: return "REQUIRED";
    }
    return "NONE";
}

}  // namespace

Settings assorted_settings(const profiles::ProfileTcpip& profile) {
    const auto& parms = profile.assorted;
    return {flag("ALWAYSWINDOWSCALE", parms.always_window_scale),
            flag("CHECKCONSISTENCY", parms.check_consistency),
            flag("EQUALCOSTMULTIPATH", parms.equal_cost_multipath),
            flag("FREELOWPORTS", parms.restrict_low_ports, true),
            flag("IGNOREIPV6REDIRECT", parms.ignore_redirect_v6),
            flag("IGNOREREDIRECT", parms.ignore_redirect),
            flag("NOFWD", parms.forwarding, true),
            flag("NOFWDIPV6", parms.forwarding_v6, true),
            flag("NORFC1323", parms.rfc1323, true),
            flag("NOUDPQUEUELIMIT", parms.udp_queue_limit, true),
            flag("OVERRIDEPRECEDENCE", parms.override_precedence),
            flag("PATHMTUDISCOVERY", parms.path_mtu_discovery),
            flag("PERMITTEDUSERSONLY", parms.permitted_users_only),
            flag("PROXYARP", parms.proxy_arp),
            flag("RESTRICTLOWPORTS", parms.restrict_low_ports),
            flag("SECUREIPV6LOCAL", parms.secure_local_v6),
            flag("SECURELOCAL", parms.secure_local),
            flag("SOURCEIPV6VIPA", parms.source_vipa_v6),
            flag("SOURCEVIPA", parms.source_vipa),
            flag("VARSUBNETTING", parms.variable_subnetting)};
}

Settings internal_client_settings(const profiles::ProfileTcpip& profile) {
    Settings settings;
    const profiles::InternalClientParms defaults;
    const auto& parms = profile.telnet ? *profile.telnet : defaults;
    for (const auto& port : parms.ports) settings.push_back(setting("PORT", port));
    if (parms.ports.empty()) settings.push_back(setting("PORT", 23, {}));
    settings.push_back(
        setting("SECURECONNECTION", name_of(*parms.secure_connection), parms.secure_connection.where));
    if (parms.tls_label) settings.push_back(setting("TLSLABEL", *parms.tls_label));
    else settings.push_back(setting("TLSLABEL", "<none>", {}));
    const auto check = parms.client_cert_full ? "FULL" : check_name(*parms.client_cert_check);
    settings.push_back(setting("CLIENTCERTCHECK", check, parms.client_cert_check.where));
    settings.push_back(setting("TIMEMARK", parms.time_mark));
    settings.push_back(setting("INACTIVE", parms.inactive));
    settings.push_back(setting("SCANINTERVAL", parms.scan_interval));
    settings.push_back(setting("EOJTIMEOUT", parms.eoj_timeout));
    settings.push_back(setting("CCSTERMNAME", parms.terminal_name));
    settings.push_back(flag("NOTN3270E", parms.tn3270e, true));
    settings.push_back(flag("TRANSFORM", parms.transform));
    return settings;
}

Settings time_settings(const profiles::ProfileTcpip& profile) {
    return {setting("KEEPALIVE INTERVAL", profile.keep_alive.interval),
            flag("KEEPALIVE SENDGARBAGE", profile.keep_alive.send_garbage),
            setting("SOMAXCONN", profile.listen_backlog), setting("ARPAGE", profile.arp_age),
            setting("MAXRESTART", profile.max_restart)};
}

Settings trace_settings(const profiles::ProfileTcpip& profile) {
    static constexpr const char* kChanges[] = {"TRACE", "MORETRACE", "LESSTRACE", "NOTRACE"};
    Settings settings;
    for (const auto& statement : profile.traces) {
        std::string names;
        for (const auto& name : statement.names) names += (names.empty() ? "" : " ") + *name;
        settings.push_back(setting(kChanges[std::size_t(statement.change)], names, statement.where));
    }
    const bool to_file = profile.trace_output && profile.trace_output->file;
    settings.push_back(setting("Output", to_file ? "FILE " + profile.trace_output->file->str() : "SCREEN",
                               profile.trace_output ? profile.trace_output->where : SourceLocation{}));
    return settings;
}

}  // namespace vmlab::sim
