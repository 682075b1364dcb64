// The session cache of a pool: what SSLDCSSM keeps in its DCSS. A client that comes back resumes at any
// member that shares the cache (TLS 1.2 and older, by session id).
//
// An entry lives for CACHELIFE of the world's time and is dropped at the first look after that, or when a
// member cleans up (CACHECLEANUP connections). The cache is bounded: the oldest entry makes room.
//
// Looking a session up takes the segment's owner. While it is not there a look-up gets no answer, and the
// member that asked waits for it; new sessions, which look nothing up, go on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

class SessionCache {
public:
    struct Counts {
        std::size_t entries = 0;
        std::uint64_t hits = 0, misses = 0, expired = 0, stored = 0, displaced = 0;
        std::uint64_t unanswered = 0;  ///< look-ups while nobody served the cache
        bool served = true;
    };

    explicit SessionCache(std::size_t most_entries = 4096) : most_entries_(most_entries) {}

    /// `key` names the session (label and session id). Nothing is kept when `life` is zero.
    void put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life);
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> find(const std::string& key, Instant now);
    void remove(const std::string& key);
    /// Why nobody serves the cache, for a record: a sentence, the lines it rests on, Record::consulted.
    struct Absence {
        std::string why;
        std::vector<SourceLocation> rests_on{};
        std::vector<std::string> consulted{};
    };
    /// The owner of the segment is there, or is not.
    void set_served() { absence_.reset(); }
    void set_unserved(Absence why) { absence_ = std::move(why); }
    [[nodiscard]] bool served() const { return !absence_; }
    /// Requires !served().
    [[nodiscard]] const Absence& absence() const { return *absence_; }

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
    std::optional<Absence> absence_{};
};

}  // namespace vmlab::sslserv
