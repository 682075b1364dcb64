#include "stack/server/autolog.hpp"

#include <algorithm>

namespace vmlab::stack {

/// As many servers as the limits need: ceil(MAXSESSIONS / MAXPERSSLSERVER), and no more than there are.
std::size_t Autolog::servers_wanted() const {
    const auto& ssl = config_->ssl;
    const std::size_t per_server = std::max<std::size_t>(ssl.max_per_server, 1);
    return std::min(ssl.members.size(), (ssl.max_sessions + per_server - 1) / per_server);
}

std::vector<Userid> Autolog::begin(Instant now) {
    if (!config_->ssl.server || config_->ssl.members.empty()) return finish();
    deadline_ = now + config_->ssl.timeout;
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

std::vector<Userid> Autolog::finish() {
    deadline_.reset();
    std::vector<Userid> list;
    for (const auto& entry : config_->autolog) list.push_back(entry.value);
    return list;
}

std::vector<Userid> Autolog::member_ready() {
    if (!waiting()) return {};
    auto list = rest_of_pool();
    const auto servers = finish();
    list.insert(list.end(), servers.begin(), servers.end());
    return list;
}

std::vector<Userid> Autolog::member_gone() { return waiting() ? rest_of_pool() : std::vector<Userid>{}; }

std::vector<Userid> Autolog::tick(Instant now) {
    if (!deadline_ || now < *deadline_) return {};
    auto list = rest_of_pool();
    const auto servers = finish();
    list.insert(list.end(), servers.begin(), servers.end());
    return list;
}

}  // namespace vmlab::stack
