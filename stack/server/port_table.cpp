#include "stack/server/port_table.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vmlab::stack {

namespace {

/// An address that PORT names must be one of HOME's: nobody would come by another.
PortDecision allowed_at(const ServerConfig& config, const PortReservation& entry, std::uint16_t port) {
    const bool ours = entry.address.is_unspecified() ||
                      std::any_of(config.home.begin(), config.home.end(),
                                  [&](const HomeEntry& home) { return home.address == entry.address; });
    if (ours) return {true, {}, entry.where, {}, entry.address};
    return {false,
            fmt::format("port {} is reserved at {}, which is no home address", port, entry.address.str()),
            entry.where};
}

}  // namespace

std::string about_address(const IpAddress& address) { return "address " + address.str(); }

const PortReservation* reservation_of(const ServerConfig& config, std::uint16_t port,
                                      const IpAddress& address) {
    for (const auto& entry : config.ports)
        if (!entry.udp && entry.low <= port && port <= entry.high &&
            (entry.address.is_unspecified() || address.is_unspecified() || entry.address == address))
            return &entry;
    return nullptr;
}

bool in_list(const std::vector<Sourced<Userid>>& list, const Userid& user) {
    return std::any_of(list.begin(), list.end(), [&](const auto& entry) {
        const auto pattern = entry.value.view();
        if (!pattern.empty() && pattern.back() == '*')
            return user.view().starts_with(pattern.substr(0, pattern.size() - 1));
        return entry.value == user;
    });
}

PortDecision decide_listen(const ServerConfig& config, const Userid& user, std::uint16_t port) {
    bool reserved = false;
    const PortReservation* other = nullptr;
    for (const auto& entry : config.ports) {
        if (entry.udp || port < entry.low || entry.high < port) continue;
        reserved = true;
        if (entry.user == user || entry.user == kAnyUser) return allowed_at(config, entry, port);
        other = &entry;
    }
    if (reserved)
        return {false, fmt::format("port {} is reserved for {}", port, other->user.view()), other->where};
    if (*config.restrict_low_ports && port < 1024 && !in_list(config.obey, user))
        return {false,
                fmt::format("port {} is below 1024 and not reserved for {} (RESTRICTLOWPORTS)", port,
                            user.view()),
                config.restrict_low_ports.where,
                {kAboutPortList}};
    return {};
}

PortDecision decide_client(const ServerConfig& config, const Userid& user) {
    if (user == kInternalClient) return {};
    for (const auto& entry : config.restricted)
        if (in_list({entry}, user))
            return {false, fmt::format("{} is in the RESTRICT list", user.view()), entry.where};
    if (*config.permitted_users_only && !in_list(config.permit, user) && !in_list(config.obey, user))
        return {false,
                fmt::format("{} is not in the PERMIT list (PERMITTEDUSERSONLY)", user.view()),
                config.permitted_users_only.where,
                {}};
    return {};
}

}  // namespace vmlab::stack
