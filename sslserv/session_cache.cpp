#include "sslserv/session_cache.hpp"

namespace vmlab::sslserv {
namespace {

/// FNV-1a, 64 bits.
std::uint64_t number_of(std::string_view name) {
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char c : name) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return sum;
}

std::string_view text_of(const TicketKeyName& name) {
    return {reinterpret_cast<const char*>(name.data()), name.size()};
}

}  // namespace

void SessionNames::add(std::string_view name) {
    if (newer_.size() >= kKept) older_ = std::exchange(newer_, {});
    newer_.insert(number_of(name));
}

bool SessionNames::given(std::string_view name) const {
    const auto number = number_of(name);
    return newer_.contains(number) || older_.contains(number);
}

bool SessionCache::unanswered(std::string_view name) {
    if (served() || !names_->given(name)) return false;
    ++counts_.unanswered;
    return true;
}

void SessionCache::erase(Entries::iterator at) {
    turns_.erase(at->second.turn);
    entries_.erase(at);
}

void SessionCache::put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life) {
    if (life <= Duration{} || most_entries_ == 0) return;
    remove(key);
    names_->add(key);
    if (entries_.size() >= most_entries_) {
        erase(entries_.find(*turns_.begin()->second));
        ++counts_.displaced;
    }
    const Turn turn{now + life, next_order_++};
    const auto at = entries_.emplace(std::move(key), Entry{std::move(session), turn}).first;
    turns_.emplace_hint(turns_.end(), turn, &at->first);
    ++counts_.stored;
}

std::optional<std::vector<std::uint8_t>> SessionCache::find(const std::string& key, Instant now) {
    if (unanswered(key)) return std::nullopt;
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
        names_->add(text_of(key.name));
    }
    ++counts_.tickets;
    return ticket_keys_.back();
}

std::optional<TicketKey> SessionCache::find_key(const TicketKeyName& name, Instant now) {
    if (unanswered(text_of(name))) return std::nullopt;
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
        erase(entries_.find(*turns_.begin()->second));
    }
}

SessionCache::Counts SessionCache::counts() const {
    Counts counts = counts_;
    counts.entries = entries_.size();
    counts.served = served();
    return counts;
}

}  // namespace vmlab::sslserv
