// The session cache of a pool: what SSLDCSSM keeps in its DCSS. A client that comes back resumes at any
// member that shares the cache (TLS 1.2 and older, by session id).
//
// An entry lives for CACHELIFE of the world's time and is dropped at the first look after that, or when a
// member cleans up (CACHECLEANUP connections). The cache is bounded: the oldest entry makes room.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stack/base/time.hpp"

namespace vmlab::sslserv {

class SessionCache {
public:
    struct Counts {
        std::size_t entries = 0;
        std::uint64_t hits = 0, misses = 0, expired = 0, stored = 0, displaced = 0;
    };

    explicit SessionCache(std::size_t most_entries = 4096) : most_entries_(most_entries) {}

    /// `key` names the session (label and session id). Nothing is kept when `life` is zero.
    void put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life);
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> find(const std::string& key, Instant now);
    void remove(const std::string& key);
    /// Drops what has expired.
    void clean(Instant now);
    [[nodiscard]] Counts counts() const;

private:
    struct Entry {
        std::vector<std::uint8_t> session;
        Instant expires;
        std::uint64_t order;
    };
    void erase(std::map<std::string, Entry>::iterator at);

    std::size_t most_entries_;
    std::map<std::string, Entry> entries_{};
    std::map<std::uint64_t, std::string> by_age_{};
    std::uint64_t next_order_ = 0;
    Counts counts_{};
};

}  // namespace vmlab::sslserv
