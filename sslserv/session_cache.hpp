// The session cache of a pool: what SSLDCSSM keeps in its DCSS. A client that comes back resumes at any
// member that shares the cache: up to TLS 1.2 by session id, from TLS 1.3 on by a ticket, whose key is here.
//
// An entry lives for CACHELIFE of the world's time and is dropped at the first look after that, or when a
// member cleans up (CACHECLEANUP connections). The cache is bounded: what expires first makes room.
//
// A key seals tickets for CACHELIFE and opens them for another, so that each ticket has its whole life.
//
// Looking a session or a key up takes the segment's owner. While it is not there a look-up gets no answer,
// and the member that asked waits for it; new sessions, which look nothing up, go on. So does a client that
// shows an id which no member ever gave (one that offers TLS 1.3 makes one up): there is nothing to look up.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "stack/base/random.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

using TicketKeyName = std::array<std::uint8_t, 16>;

struct TicketKey {
    TicketKeyName name{};
    std::array<std::uint8_t, 32> encryption{}, authentication{};
    Instant seals_until{}, opens_until{};
};

/// What tells an id, or the name of a ticket's key, that members of a pool gave from one that somebody made
/// up. A member knows that by itself, whether it has the pool's segment or not. Of a very long run the oldest
/// names are forgotten.
class SessionNames {
public:
    /// Names that are remembered at least, twice what a cache holds; twice as many at most.
    static constexpr std::size_t kKept = 8'192;

    void add(std::string_view name);
    [[nodiscard]] bool given(std::string_view name) const;

private:
    std::unordered_set<std::uint64_t> newer_{}, older_{};
};

class SessionCache {
public:
    struct Counts {
        std::size_t entries = 0;  ///< sessions by id
        /// Look-ups by id or ticket: of what can be resumed, of anything else, and how often age was why.
        std::uint64_t hits = 0, misses = 0, expired = 0;
        std::uint64_t stored = 0, displaced = 0;
        std::uint64_t tickets = 0;     ///< sealed
        std::uint64_t unanswered = 0;  ///< look-ups while nobody served the cache
        bool served = true;
    };

    static constexpr std::size_t kMostEntries = 4096;

    /// `names`: those of the pool; by default of a server by itself.
    explicit SessionCache(std::size_t most_entries = kMostEntries,
                          std::shared_ptr<SessionNames> names = std::make_shared<SessionNames>())
        : most_entries_(most_entries), names_(std::move(names)) {}
    SessionCache(const SessionCache&) = delete;
    SessionCache& operator=(const SessionCache&) = delete;

    /// `key` names the session (label and session id). Nothing is kept when `life` is zero.
    void put(std::string key, std::vector<std::uint8_t> session, Instant now, Duration life);
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> find(const std::string& key, Instant now);
    void remove(const std::string& key);

    /// The key for a ticket of this life (> 0), which counts as sealed; made from `random` when there is
    /// none.
    const TicketKey& sealing_key(Instant now, Duration life, RandomStream& random);
    /// Nothing when it is gone (a miss) or nobody answers.
    [[nodiscard]] std::optional<TicketKey> find_key(const TicketKeyName& name, Instant now);
    enum class Ticket : std::uint8_t { resumes, expired, unfit };
    /// What a look-up came to whose key was found.
    void count_ticket(Ticket what);

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
    /// When a session expires, and its number: of those that expire together, the older goes first.
    using Turn = std::pair<Instant, std::uint64_t>;
    struct Entry {
        std::vector<std::uint8_t> session;
        Turn turn;
    };
    using Entries = std::unordered_map<std::string, Entry>;
    void erase(Entries::iterator at);

    /// The look-up gets no answer.
    bool unanswered(std::string_view name);

    std::size_t most_entries_;
    std::shared_ptr<SessionNames> names_;
    Entries entries_{};
    std::map<Turn, const std::string*> turns_{};  ///< the keys of the entries
    std::uint64_t next_order_ = 0;
    std::deque<TicketKey> ticket_keys_{};  ///< oldest first
    Counts counts_{};
    std::optional<Absence> absence_{};
};

}  // namespace vmlab::sslserv
