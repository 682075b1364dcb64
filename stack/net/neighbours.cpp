#include "stack/net/neighbours.hpp"

#include <algorithm>

namespace vmlab::stack {

const MacAddress* Neighbours::find(Key key) {
    const auto it = entries_.find(key);
    if (it == entries_.end() || !it->second.known) return nullptr;
    it->second.used = true;
    return &it->second.mac;
}

bool Neighbours::wait_for(Key key, Buffer packet, Instant now, std::optional<Buffer>& pushed_out) {
    auto it = entries_.find(key);
    const bool is_new = it == entries_.end();
    if (is_new) {
        make_room();
        it = entries_.emplace(key, Entry{}).first;
        it->second.asked = 1;
        it->second.due = now + kAskAgain;
        deadline_ = std::min(deadline_, it->second.due);
    }
    auto& waiting = it->second.waiting;
    if (waiting_ >= kMostWaitingAll && waiting.empty()) {
        pushed_out = std::move(packet);
        return is_new;
    }
    if (waiting.size() >= kMostWaiting || waiting_ >= kMostWaitingAll) {
        pushed_out = std::move(waiting.front());
        waiting.erase(waiting.begin());
        --waiting_;
    }
    waiting.push_back(std::move(packet));
    ++waiting_;
    return is_new;
}

std::vector<Buffer> Neighbours::take_waiting(Entry& entry) {
    waiting_ -= entry.waiting.size();
    return std::exchange(entry.waiting, {});
}

std::vector<Buffer> Neighbours::learn(Key key, MacAddress mac, bool may_create, Instant now) {
    auto it = entries_.find(key);
    if (it == entries_.end()) {
        if (!may_create) return {};
        make_room();
        it = entries_.emplace(key, Entry{}).first;
    }
    Entry& entry = it->second;
    entry.mac = mac;
    entry.known = true;
    entry.used = false;
    entry.asked = 0;
    entry.due = now + age_;
    deadline_ = std::min(deadline_, entry.due);
    return take_waiting(entry);
}

/// The entry that would age out first makes room; one that nobody waits for, if there is such.
void Neighbours::make_room() {
    if (entries_.size() < most_) return;
    auto oldest = entries_.begin();
    const auto rank = [](const Entry& e) { return std::pair(!e.waiting.empty(), e.due); };
    for (auto it = entries_.begin(); it != entries_.end(); ++it)
        if (rank(it->second) < rank(oldest->second)) oldest = it;
    take_waiting(oldest->second);
    entries_.erase(oldest);
}

Neighbours::Overdue Neighbours::tick(Instant now) {
    Overdue overdue;
    if (now < deadline_) return overdue;
    for (auto it = entries_.begin(); it != entries_.end();) {
        Entry& entry = it->second;
        if (entry.due > now) {
            ++it;
            continue;
        }
        const bool unused = entry.known && entry.asked == 0 && !entry.used;
        if (unused || entry.asked >= kMostRequests) {
            if (!entry.waiting.empty()) overdue.failed.emplace_back(it->first, take_waiting(entry));
            it = entries_.erase(it);
            continue;
        }
        ++entry.asked;
        entry.due = now + kAskAgain;
        overdue.ask.push_back(it->first);
        ++it;
    }
    refresh_deadline();
    return overdue;
}

template <typename Which>
bool Neighbours::forget_those(Which which) {
    bool any = false;
    for (auto it = entries_.begin(); it != entries_.end();) {
        if (!which(it->first)) {
            ++it;
            continue;
        }
        any = true;
        take_waiting(it->second);
        it = entries_.erase(it);
    }
    refresh_deadline();
    return any;
}

void Neighbours::forget(InterfaceId interface) {
    forget_those([&](const Key& key) { return key.first == interface; });
}

bool Neighbours::forget(const IpAddress& address) {
    return forget_those([&](const Key& key) { return key.second == address; });
}

void Neighbours::refresh_deadline() {
    deadline_ = Instant::max();
    for (const auto& [key, entry] : entries_) deadline_ = std::min(deadline_, entry.due);
}

}  // namespace vmlab::stack
