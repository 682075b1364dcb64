#include "sslserv/session_cache.hpp"

namespace vmlab::sslserv {

void SessionCache::erase(Entries::iterator at) {
    turns_.erase(at->second.turn);
    entries_.erase(at);
}

void SessionCache::put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life) {
    if (life <= Duration{} || most_entries_ == 0) return;
    remove(key);
    if (entries_.size() >= most_entries_) {
        erase(turns_.begin()->second);
        ++counts_.displaced;
    }
    const Turn turn{now + life, next_order_++};
    turns_.emplace(turn, entries_.emplace(std::move(key), Entry{std::move(session), turn}).first);
    ++counts_.stored;
}

std::optional<std::vector<std::uint8_t>> SessionCache::find(const std::string& key, Instant now) {
    if (!served()) {
        ++counts_.unanswered;
        return std::nullopt;
    }
    const auto at = entries_.find(key);
    if (at != entries_.end() && at->second.turn.first > now) {
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

const TicketKey& SessionCache::sealing_key(Instant now, Duration life, RandomStream& random) {
    std::erase_if(ticket_keys_, [&](const TicketKey& key) { return key.opens_until <= now; });
    if (ticket_keys_.empty() || ticket_keys_.back().seals_until <= now) {
        TicketKey key;
        random.fill(key.name);
        random.fill(key.encryption);
        random.fill(key.authentication);
        key.seals_until = now + life;
        key.opens_until = key.seals_until + life;
        ticket_keys_.push_back(key);
    }
    ++counts_.tickets;
    return ticket_keys_.back();
}

std::optional<TicketKey> SessionCache::find_key(const TicketKeyName& name, Instant now) {
    if (!served()) {
        ++counts_.unanswered;
        return std::nullopt;
    }
    for (const auto& key : ticket_keys_)
        if (key.name == name && key.opens_until > now) return key;
    ++counts_.misses;
    return std::nullopt;
}

void SessionCache::count_ticket(Ticket what) {
    ++(what == Ticket::resumes ? counts_.hits : counts_.misses);
    if (what == Ticket::expired) ++counts_.expired;
}

void SessionCache::clean(Instant now) {
    while (!turns_.empty() && turns_.begin()->first.first <= now) {
        ++counts_.expired;
        erase(turns_.begin()->second);
    }
}

SessionCache::Counts SessionCache::counts() const {
    Counts counts = counts_;
    counts.entries = entries_.size();
    counts.served = served();
    return counts;
}

}  // namespace vmlab::sslserv
