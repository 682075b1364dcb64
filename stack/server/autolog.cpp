#include "stack/server/autolog.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vmlab::stack {

// ── starting
// ──────────────────────────────────────────────────────────────────────────────────────────────────

/// As many servers as the limits need: ceil(MAXSESSIONS / MAXPERSSLSERVER), and no more than there are.
std::size_t Autolog::servers_wanted() const {
    const auto& ssl = config_->ssl;
    const std::size_t per_server = std::max<std::size_t>(ssl.max_per_server, 1);
    return std::min(ssl.members.size(), (ssl.max_sessions + per_server - 1) / per_server);
}

std::vector<Userid> Autolog::begin(Instant now) {
    if (!config_->ssl.server || config_->ssl.members.empty()) return finish(now);
    deadline_ = now + config_->ssl.timeout;
    note_deadline();
    return {config_->ssl.members.front()};
}

std::vector<Userid> Autolog::rest_of_pool() {
    if (pool_started_) return {};
    pool_started_ = true;
    const auto& members = config_->ssl.members;
    const std::size_t wanted = servers_wanted();
    if (wanted <= 1) return {};
    return {members.begin() + 1, members.begin() + std::ptrdiff_t(wanted)};
}

/// The AUTOLOG list; from now on its servers are watched.
std::vector<Userid> Autolog::finish(Instant now) {
    deadline_.reset();
    std::vector<Userid> list;
    for (const auto& entry : config_->autolog) {
        list.push_back(entry.value);
        if (find(entry.value)) continue;
        Server server;
        server.userid = entry.value;
        server.where = entry.where;
        watch(server, now);
        servers_.push_back(std::move(server));
    }
    note_deadline();
    return list;
}

/// The ports that PORT reserves for the server without NOAUTOLOG.
void Autolog::watch(Server& server, Instant now) const {
    server.ports.clear();
    for (const auto& port : config_->ports)
        if (port.autolog && port.user == server.userid)
            server.ports.push_back({port.low, port.high, port.udp, port.where, 0, now});
}

std::vector<Userid> Autolog::apply(const std::vector<std::pair<Userid, std::uint16_t>>& listening,
                                   Instant now) {
    if (waiting()) return {};  // the list is read when the waiting ends
    const auto& list = config_->autolog;
    std::erase_if(servers_, [&](const Server& server) {
        return std::none_of(list.begin(), list.end(),
                            [&](const auto& entry) { return entry.value == server.userid; });
    });
    for (auto& server : servers_) {
        watch(server, now);
        server.elsewhere.clear();
        for (const auto& [client, port] : listening)
            if (client == server.userid) listens(client, port, {});
    }
    std::vector<Userid> added;
    for (const auto& entry : list) {
        if (find(entry.value)) continue;
        added.push_back(entry.value);
        servers_.push_back({.userid = entry.value, .where = entry.where});
        watch(servers_.back(), now);
    }
    note_deadline();
    return added;
}

std::vector<Userid> Autolog::member_ready(Instant now) {
    if (!waiting()) return {};
    auto list = rest_of_pool();
    const auto servers = finish(now);
    list.insert(list.end(), servers.begin(), servers.end());
    return list;
}

std::vector<Userid> Autolog::tick(Instant now) {
    if (!deadline_ || now < *deadline_) return {};
    deadline_ = now;
    return member_ready(now);
}

// ── watching
// ──────────────────────────────────────────────────────────────────────────────────────────────────

Autolog::Server* Autolog::find(const Userid& userid) {
    const auto found = std::find_if(servers_.begin(), servers_.end(),
                                    [&](const Server& server) { return server.userid == userid; });
    return found == servers_.end() ? nullptr : &*found;
}

void Autolog::connected(const Userid& client) {
    Server* server = find(client);
    if (!server) return;
    server->was_connected = true;
    server->gone_since.reset();
    note_deadline();
}

void Autolog::listens(const Userid& client, std::uint16_t port, const SourceLocation& where) {
    Server* server = find(client);
    if (!server) return;
    bool reserved = false;
    for (const auto& entry : config_->ports)
        reserved |= !entry.udp && entry.user == client && entry.low <= port && port <= entry.high;
    if (!reserved) server->elsewhere.push_back({port, where});
    for (auto& watched : server->ports) {
        if (watched.udp || port < watched.low || watched.high < port) continue;
        ++watched.listeners;
        watched.silent_since.reset();
    }
    note_deadline();
}

void Autolog::listens_no_more(const Userid& client, std::uint16_t port, Instant now) {
    Server* server = find(client);
    if (!server) return;
    std::erase_if(server->elsewhere, [&](const auto& other) { return other.value == port; });
    for (auto& watched : server->ports) {
        if (watched.udp || port < watched.low || watched.high < port || watched.listeners == 0) continue;
        if (--watched.listeners == 0) watched.silent_since = now;
    }
    note_deadline();
}

void Autolog::gone(const Userid& client, Instant now) {
    Server* server = find(client);
    if (server && server->was_connected && !server->gone_since) server->gone_since = now;
    note_deadline();
}

std::optional<Instant> Autolog::Server::missing_since() const {
    if (given_up) return std::nullopt;
    auto since = gone_since;
    for (const auto& port : ports)
        if (port.silent_since && (!since || *port.silent_since < *since)) since = port.silent_since;
    return since;
}

std::vector<Autolog::Missing> Autolog::missing(Instant now) {
    std::vector<Missing> all;
    for (auto& server : servers_)
        if (const auto since = server.missing_since(); since && *since + kServerPatience <= now)
            all.push_back(describe(server, now));
    note_deadline();
    return all;
}

/// Says what is missing, and counts the restart.
Autolog::Missing Autolog::describe(Server& server, Instant now) const {
    Missing missing;
    missing.server = server.userid;
    const auto is_due = [&](const std::optional<Instant>& since) {
        return since && *since + kServerPatience <= now;
    };
    std::string ports;
    for (const auto& other : server.elsewhere) missing.rests_on.push_back(other.where);
    for (auto& port : server.ports) {
        if (!is_due(port.silent_since)) continue;
        ports += fmt::format("{}{}{}", ports.empty() ? "" : ", ", port.udp ? "UDP " : "", port.low);
        if (port.high != port.low) ports += fmt::format("-{}", port.high);
        missing.rests_on.push_back(port.where);
        port.silent_since = now;
    }
    missing.rests_on.push_back(server.where);
    if (is_due(server.gone_since)) missing.what = "is not logged on";
    else missing.what = "does not listen on port " + ports;
    for (std::size_t i = 0; i < server.elsewhere.size(); ++i)
        missing.what += fmt::format("{}{}", i == 0 ? ", but on " : ", ", *server.elsewhere[i]);
    if (server.gone_since) server.gone_since = now;
    server.given_up = server.restarts >= *config_->max_restart;
    if (server.given_up) missing.rests_on.push_back(config_->max_restart.where);
    else missing.again = ++server.restarts;
    return missing;
}

void Autolog::note_deadline() {
    next_ = deadline_;
    for (const auto& server : servers_)
        if (const auto since = server.missing_since(); since && (!next_ || *since + kServerPatience < *next_))
            next_ = *since + kServerPatience;
}

}  // namespace vmlab::stack
