#include "sslserv/session_cache.hpp"

namespace vmlab::sslserv {

void SessionCache::erase(std::map<std::string, Entry>::iterator at) {
    by_age_.erase(at->second.order);
    entries_.erase(at);
}

void SessionCache::put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life) {
    if (life <= Duration{} || most_entries_ == 0) return;
    remove(key);
    if (entries_.size() >= most_entries_) {
        erase(entries_.find(by_age_.begin()->second));
        ++counts_.displaced;
    }
    by_age_.emplace(next_order_, key);
    entries_.emplace(std::move(key), Entry{std::move(session), now + life, next_order_});
    ++next_order_;
    ++counts_.stored;
}

std::optional<std::vector<std::uint8_t>> SessionCache::find(const std::string& key, Instant now) {
    if (!served()) {
        ++counts_.unanswered;
        return std::nullopt;
    }
    const auto at = entries_.find(key);
    if (at != entries_.end() && at->second.expires > now) {
        ++counts_.hits;
        return at->second.session;
    }
    ++counts_.misses;
    if (at != entries_.end()) {
        ++counts_.expired;
        erase(at);
    }
    return std::nullopt;
}

void SessionCache::remove(const std::string& key) {
    if (const auto at = entries_.find(key); at != entries_.end()) erase(at);
}

void SessionCache::clean(Instant now) {
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto next = std::next(at);
        if (at->second.expires <= now) {
            ++counts_.expired;
            erase(at);
        }
        at = next;
    }
}

SessionCache::Counts SessionCache::counts() const {
    Counts counts = counts_;
    counts.entries = entries_.size();
    counts.served = served();
    return counts;
}

}  // namespace vmlab::sslserv
