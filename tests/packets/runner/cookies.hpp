// Cookies of TCP Fast Open: those that scripts name are their own kernel's. What our SYN,ACK gives stands for
// what the script says that it should give; those that Linux's suites know by heart stand for ours of the key
// that they are made with.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/tcp/initial_sequence.hpp"

namespace vmlab::packets {

using CookieBytes = std::vector<std::uint8_t>;

/// Sixteen bytes, as a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4 or as they are.
[[nodiscard]] stack::SipKey fast_open_key(std::string_view text);

class Cookies {
public:
    /// What goes onto the wire for a cookie that the script lets a client say.
    [[nodiscard]] CookieBytes on_wire(const CookieBytes& said, const IpAddress& client,
                                      const IpAddress& server) const;
    /// Is what we give the cookie that the script expects? The first time, it is.
    [[nodiscard]] bool stands_for(const CookieBytes& expected, const CookieBytes& given,
                                  const IpAddress& client, const IpAddress& server);

private:
    std::map<CookieBytes, CookieBytes> learned_;
};

}  // namespace vmlab::packets
