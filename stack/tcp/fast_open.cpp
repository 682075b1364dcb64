#include "stack/tcp/fast_open.hpp"

#include <algorithm>

namespace vmlab::stack {

wire::FastOpenCookie make_cookie(const SipKey& key, const IpAddress& client, const IpAddress& server) {
    std::array<std::uint8_t, 32> text{};
    std::copy(client.bytes().begin(), client.bytes().end(), text.begin());
    std::copy(server.bytes().begin(), server.bytes().end(), text.begin() + 16);
    const std::uint64_t value = siphash(key, text);
    wire::FastOpenCookie cookie;
    cookie.size = 8;
    for (std::size_t i = 0; i < 8; ++i) cookie.bytes[i] = std::uint8_t(value >> (8 * i));
    return cookie;
}

// ── the server's keys
// ─────────────────────────────────────────────────────────────────────────────────────────

void FastOpenKeys::keep_time(Instant now) {
    if (!since_) since_ = now;
    if (fixed_ || now - *since_ < kAge) return;
    turn();
    since_ = now;
}

wire::FastOpenCookie FastOpenKeys::cookie(const IpAddress& client, const IpAddress& server, Instant now) {
    keep_time(now);
    return make_cookie(current_, client, server);
}

FastOpenKeys::Verdict FastOpenKeys::judge(const wire::FastOpenCookie& said, const IpAddress& client,
                                          const IpAddress& server, Instant now) {
    keep_time(now);
    if (said == make_cookie(current_, client, server)) return Verdict::good;
    return said == make_cookie(previous_, client, server) ? Verdict::old : Verdict::bad;
}

void FastOpenKeys::turn() {
    ++turns_;
    previous_ = current_;
    for (std::uint8_t i = 0; i < 2; ++i) {
        const std::array<std::uint8_t, 5> text{i, std::uint8_t(turns_), std::uint8_t(turns_ >> 8),
                                               std::uint8_t(turns_ >> 16), std::uint8_t(turns_ >> 24)};
        current_[i] = siphash(master_, text);
    }
}

void FastOpenKeys::set(const SipKey& key) {
    fixed_ = true;
    current_ = previous_ = key;
}

// ── the client's memory
// ───────────────────────────────────────────────────────────────────────────────────────

std::optional<FastOpenServers::Known> FastOpenServers::find(const IpAddress& server, Instant now) {
    const auto found = entries_.find(server);
    if (found == entries_.end()) return Known{};
    Entry& entry = found->second;
    if (entry.not_before && now < *entry.not_before) return std::nullopt;
    entry.used = now;
    return entry.known;
}

void FastOpenServers::learn(const IpAddress& server, const FastOpenNews& news, Instant now) {
    if (!news.cookie && !news.failed) return;
    Entry& entry = entries_[server];
    entry.used = now;
    entry.not_before.reset();
    if (news.cookie) entry.known = {*news.cookie, news.segment};
    if (news.failed) entry.not_before = now + kPause;
    if (entries_.size() <= kMost) return;
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
    }));
}

}  // namespace vmlab::stack
