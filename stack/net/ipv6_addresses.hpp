// The IPv6 addresses of one interface: how they come, are proved to be nobody else's, and go.
//
//   add ──► tentative ──one solicitation, a second of silence──► preferred ──its time──► deprecated ──its
//   time──► (gone)
//               │ somebody has it, or asks for it as well
//               ▼
//           duplicate: kept and shown, never used (RFC 4862 section 5.4.5)
//
// An interface that configures itself takes a link-local address from its MAC, asks for routers three times,
// and makes an address of every prefix that a router gives for it (RFC 4862). The routers themselves, and
// what is on the link, are routes with an end (RFC 4861 section 6.3).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"
#include "stack/wire/icmpv6.hpp"

namespace vmlab::stack {

struct Ipv6Own {
    enum class State : std::uint8_t { tentative, preferred, deprecated, duplicate };

    IpAddress address{};
    unsigned prefix = 64;
    State state = State::tentative;
    bool automatic = false;                    ///< made from a router's prefix
    Instant preferred_until = Instant::max();  ///< then deprecated: good for old connections
    Instant valid_until = Instant::max();      ///< then gone
    Instant proved_at = Instant::max();        ///< of a tentative one: when nobody has objected
    SourceLocation where{};

    bool usable() const { return state == State::preferred || state == State::deprecated; }
};
[[nodiscard]] const char* name_of(Ipv6Own::State state);

class Ipv6Addresses {
public:
    /// What the owner has to send, or to write down.
    struct Actions {
        std::vector<IpAddress> solicit{};  ///< duplicate address detection of these
        bool ask_routers = false;
        std::vector<IpAddress> ready{}, gone{};
    };

    [[nodiscard]] bool enabled() const { return enabled_; }
    /// The link-local address of `mac` is taken; routers are asked when `configures`.
    Actions enable(const MacAddress& mac, bool configures, Instant now);
    /// Whether addresses that begin from now on are proved; else they are ready at once.
    void set_proving(bool proves) { proves_ = proves; }
    /// An address that a file or a user gives. A second time it only changes prefix and place.
    Actions add(const IpAddress& address, unsigned prefix, const SourceLocation& where, Instant now);
    void remove(const IpAddress& address);
    void clear() { *this = {}; }

    /// Somebody else claims, or tries to get, an address that is still tentative. True when it was lost by
    /// that.
    bool contest(const IpAddress& address);
    /// Makes and prolongs addresses (RFC 4862 section 5.5.3).
    Actions receive_router(const wire::RouterMessage& router, const MacAddress& mac, Instant now);
    Actions tick(Instant now);
    [[nodiscard]] Instant deadline() const { return addresses_.empty() ? ask_routers_at_ : soonest(); }

    [[nodiscard]] const Ipv6Own* find(const IpAddress& address) const;
    [[nodiscard]] bool has(const IpAddress& address) const {
        const Ipv6Own* const own = find(address);
        return own && own->usable();
    }
    /// Groups in which this interface listens: all nodes, and the solicited-node group of each address.
    [[nodiscard]] bool listens(const IpAddress& group) const;
    /// The best to speak from to `destination` (RFC 6724 section 5: scope, not deprecated, longest prefix in
    /// common); null when there is none.
    [[nodiscard]] const Ipv6Own* source_for(const IpAddress& destination) const;
    [[nodiscard]] const std::vector<Ipv6Own>& all() const { return addresses_; }

private:
    static constexpr Duration kRetransmit = seconds{1};      // RFC 4861 section 10
    static constexpr Duration kRouterInterval = seconds{4};  // RTR_SOLICITATION_INTERVAL
    static constexpr int kRouterSolicitations = 3;           // MAX_RTR_SOLICITATIONS
    static constexpr std::size_t kMostAutomatic = 16;        // a liar's prefixes do not fill memory
    static constexpr Duration kTwoHours = hours{2};          // RFC 4862 section 5.5.3 e)

    [[nodiscard]] Instant soonest() const;
    void begin(Ipv6Own own, Instant now, Actions& actions);

    bool enabled_ = false, proves_ = true;
    std::vector<Ipv6Own> addresses_{};
    int solicitations_left_ = 0;
    Instant ask_routers_at_ = Instant::max();
};

}  // namespace vmlab::stack
