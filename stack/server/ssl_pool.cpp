#include "stack/server/ssl_pool.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "stack/base/assert.hpp"

namespace vmlab::stack {

const char* name_of(MemberState state) {
    switch (state) {
        case MemberState::down: return "Inactive";
        case MemberState::starting: return "Starting";
        case MemberState::ready: return "Active";
        case MemberState::quiescing: return "Quiescing";
    }
    return "?";
}

SslPool::SslPool(const SslConfig& config)
    : configured_(config.server.has_value()),
      max_sessions_(config.max_sessions),
      max_per_server_(config.max_per_server),
      limits_where_(config.limits_where) {
    for (const auto& userid : config.members) members_.push_back({userid});
    std::sort(members_.begin(), members_.end(),
              [](const auto& a, const auto& b) { return a.userid < b.userid; });
}

void SslPool::set_limits(const SslConfig& config) {
    max_sessions_ = config.max_sessions;
    max_per_server_ = config.max_per_server;
    limits_where_ = config.limits_where;
}

bool SslPool::any_ready() const {
    return std::any_of(members_.begin(), members_.end(),
                       [](const auto& m) { return m.state == MemberState::ready; });
}

std::size_t SslPool::sessions() const {
    return std::accumulate(members_.begin(), members_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& m) { return sum + m.active; });
}

SslPool::Choice SslPool::choose(const std::vector<Userid>& tried) {
    const auto refuse = [this](std::string why, std::vector<SourceLocation> rests_on = {}) {
        ++refused_;
        return Choice{{}, std::move(why), std::move(rests_on)};
    };
    if (!configured_) return refuse("no SSLSERVERID statement");
    if (!any_ready()) return refuse("no SSL server is ready");
    if (sessions() >= max_sessions_)
        return refuse(fmt::format("SSLLIMITS MAXSESSIONS {} is reached", max_sessions_), {limits_where_});
    MemberSnapshot* best = nullptr;
    for (auto& member : members_) {
        if (member.state != MemberState::ready || member.active >= max_per_server_) continue;
        if (std::find(tried.begin(), tried.end(), member.userid) != tried.end()) continue;
        if (!best || member.active < best->active) best = &member;
    }
    if (!best && !tried.empty()) return refuse("no other SSL server could be asked");
    if (!best)
        return refuse(fmt::format("every ready SSL server has MAXPERSSLSERVER {} sessions", max_per_server_),
                      {limits_where_});
    ++best->active;
    ++best->total;
    best->high = std::max(best->high, best->active);
    return {best->userid, {}, {}};
}

void SslPool::release(const Userid& member) {
    if (auto* found = find(member); found && found->active > 0) --found->active;
}

void SslPool::set_state(const Userid& member, MemberState state) {
    auto* found = find(member);
    if (!found) return;
    found->state = state;
}

std::optional<Userid> SslPool::take(const Userid& member, const std::string& parameters) {
    auto* found = find(member);
    if (!found) return std::nullopt;
    for (const auto& other : members_) {
        const bool there = other.state == MemberState::ready || other.state == MemberState::quiescing;
        if (there && other.userid != member && parameters_[other.userid] != parameters) return other.userid;
    }
    parameters_[member] = parameters;
    found->state = MemberState::ready;
    return std::nullopt;
}

MemberState SslPool::state_of(const Userid& member) const {
    for (const auto& m : members_)
        if (m.userid == member) return m.state;
    return MemberState::down;
}

bool SslPool::is_member(const Userid& userid) const {
    return std::any_of(members_.begin(), members_.end(), [&](const auto& m) { return m.userid == userid; });
}

MemberSnapshot* SslPool::find(const Userid& userid) {
    for (auto& m : members_)
        if (m.userid == userid) return &m;
    return nullptr;
}

}  // namespace vmlab::stack
