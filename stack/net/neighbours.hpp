// Who is where on the links of all interfaces: the ARP cache (RFC 826, RFC 1122 section 2.3.2) and the
// neighbours of IPv6 (RFC 4861 section 7.3), which live by one machine. One that is asked again though known
// is asked by itself (PROBE).
//
//   (nothing) ──wanted──► resolving ──reply──► known ──aged and used──► known, asked again ──reply──► known
//                            │ three requests, a second apart                │ three requests unanswered
//                            ▼                                               ▼
//                         (nothing): what waited is dropped, by name      (nothing)
//
// Entries are made only for those we want to speak to and for those who ask for us; both are bounded, so that
// a stranger cannot fill the cache.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/net/routes.hpp"

namespace vmlab::stack {

class Neighbours {
public:
    using Key = std::pair<InterfaceId, IpAddress>;

    explicit Neighbours(Duration age) : age_(age) {}

    /// The address's MAC, or null while it is unknown. Marks the entry as used.
    const MacAddress* find(Key key);
    /// Keeps an IP packet until the address is known. True if a request should go out now. A packet that
    /// finds no place pushes out the oldest, which is given back.
    bool wait_for(Key key, Buffer packet, Instant now, std::optional<Buffer>& pushed_out);

    /// What somebody said of itself. Without `may_create`, only an entry that exists is changed. Gives the
    /// packets that waited for it.
    std::vector<Buffer> learn(Key key, MacAddress mac, bool may_create, Instant now);

    struct Overdue {
        std::vector<Key> ask{};                                     ///< send a request for these
        std::vector<std::pair<Key, std::vector<Buffer>>> failed{};  ///< nobody answered: what waited
    };
    Overdue tick(Instant now);
    [[nodiscard]] Instant deadline() const { return deadline_; }
    void forget(InterfaceId interface);
    /// The address on every interface. False when nothing was known of it.
    bool forget(const IpAddress& address);
    /// From the next answer on.
    void set_age(Duration age) { age_ = age; }

    /// Entries kept at once; the oldest makes room. 0 = kMostEntries, which no number exceeds.
    void set_most(std::size_t most) { most_ = most == 0 || most > kMostEntries ? kMostEntries : most; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Packets that wait for an answer.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

    template <typename F>
    void for_each_known(F&& f) const {
        for (const auto& [key, entry] : entries_)
            if (entry.known) f(key, entry.mac);
    }

private:
    struct Entry {
        MacAddress mac{};
        bool known = false;
        bool used = false;
        int asked = 0;  // requests since the last answer
        Instant due{};  // known and asked == 0: when it is too old; else: when to ask again
        std::vector<Buffer> waiting{};
    };
    static constexpr std::size_t kMostEntries = 1024;
    static constexpr std::size_t kMostWaiting = 64;       // for one address: the largest datagram, cut up
    static constexpr std::size_t kMostWaitingAll = 1024;  // for all of them
    static constexpr int kMostRequests = 3;
    static constexpr Duration kAskAgain = seconds{1};

    template <typename Which>
    bool forget_those(Which which);
    std::vector<Buffer> take_waiting(Entry& entry);
    void make_room();
    void refresh_deadline();

    Duration age_;
    std::size_t most_ = kMostEntries;
    std::map<Key, Entry> entries_;
    std::size_t waiting_ = 0;  // packets in all entries
    Instant deadline_ = Instant::max();
};

}  // namespace vmlab::stack
