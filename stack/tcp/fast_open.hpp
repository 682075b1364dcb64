// TCP Fast Open (RFC 7413): data in the SYN, for whoever proves by a cookie that it was here before.
//
//   first time   SYN + request ──►            the server's cookie: a keyed function of both addresses,
//                ◄── SYN,ACK + cookie          so that it has nothing to remember (4.1.2)
//   from then    SYN + cookie + data ──►      taken at once, and answered before the handshake is through
//                ◄── SYN,ACK of both           or of the SYN alone: the data comes again by the ordinary way
//
// Off unless a listener or an active open asks for it: what a SYN carries may come twice (section 6.1). A
// client falls back to a plain SYN when the first one is not answered, or does not fit the path, and then
// leaves that server alone for a while (4.1.3.1). A server takes so many connections before their handshake
// is through, and no more (5.1). Its key turns: the one before is good for as long again (4.1.2).
//
//   stack/fast_open.cpp         what a listener does about it, and what is kept of servers
//   stack/tcp/connection.cpp    what goes with a SYN
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/tcp/initial_sequence.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

/// Of one connection.
enum class FastOpen : std::uint8_t {
    none,
    asks,      ///< its SYN asks for a cookie
    offers,    ///< its SYN carries a cookie, and data if there is any
    plain,     ///< that SYN was not answered: the next ones carry nothing
    used,      ///< the peer took the data with the SYN
    accepted,  ///< our user has it, although the handshake may not be through
};

/// What a connection tells of its server.
struct FastOpenNews {
    std::optional<wire::FastOpenCookie> cookie{};
    std::uint16_t segment = 0;  ///< what its SYN,ACK asked for
    bool failed = false;        ///< the SYN with data did not get through, or was refused
};

/// What a server gives to `client` under `key`: eight bytes.
[[nodiscard]] wire::FastOpenCookie make_cookie(const SipKey& key, const IpAddress& client,
                                               const IpAddress& server);

/// The keys of a server.
class FastOpenKeys {
public:
    explicit FastOpenKeys(const SipKey& first) : master_(first), current_(first), previous_(first) {}

    [[nodiscard]] wire::FastOpenCookie cookie(const IpAddress& client, const IpAddress& server, Instant now);
    enum class Verdict { bad, old, good };  ///< old: good, and a newer one is to be given
    [[nodiscard]] Verdict judge(const wire::FastOpenCookie& said, const IpAddress& client,
                                const IpAddress& server, Instant now);
    /// A new key: cookies of the old one are good until the next turn.
    void turn();
    /// This key and no other; it turns no more by itself.
    void set(const SipKey& key);

private:
    static constexpr Duration kAge = hours{6};  // then the key turns by itself

    void keep_time(Instant now);

    SipKey master_, current_, previous_;
    std::uint32_t turns_ = 0;
    std::optional<Instant> since_{};  ///< of the current key's first use
    bool fixed_ = false;
};

/// What a client remembers of servers; of so many, and the one that was used least lately is forgotten.
class FastOpenServers {
public:
    struct Known {
        wire::FastOpenCookie cookie{};  ///< nothing in it: to be asked for
        std::uint16_t segment = 0;
    };
    /// What to begin with; nothing when Fast Open failed there a short while ago.
    [[nodiscard]] std::optional<Known> find(const IpAddress& server, Instant now);
    void learn(const IpAddress& server, const FastOpenNews& news, Instant now);
    void clear() { entries_.clear(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    static constexpr std::size_t kMost = 256;

private:
    static constexpr Duration kPause = hours{1};  // after a failure

    struct Entry {
        Known known{};
        Instant used{};
        std::optional<Instant> not_before{};
    };
    std::map<IpAddress, Entry> entries_;
};

}  // namespace vmlab::stack
