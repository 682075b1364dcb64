// Session tickets of TLS 1.3 (RFC 8446 section 4.6.1): the server's state of a session, sealed, kept by the
// client. AES-256-CBC, then HMAC-SHA256 (RFC 5077 section 4) with a key of the pool's segment; what a session
// was made under is authenticated with it, so that a ticket opens nowhere else.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sslserv/keydb/crypto.hpp"
#include "sslserv/session_cache.hpp"

namespace vmlab::sslserv {

struct SealedTicket {
    TicketKeyName key{};
    std::array<std::uint8_t, 16> iv{};
    Digest256 mac{};
    Bytes text{};  ///< at most 24 bytes longer than the state
};

/// `made_under` as the session cache has it (label, certificate, policy, what is asked of clients).
[[nodiscard]] SealedTicket seal_ticket(SessionCache& cache, ByteView state, std::string_view made_under,
                                       Instant now, Duration life, RandomStream& random);
/// Nothing when it was sealed under something else, by a key that is gone, or more than its life ago; counted
/// as a look-up.
[[nodiscard]] std::optional<Bytes> open_ticket(SessionCache& cache, const SealedTicket& ticket,
                                               std::string_view made_under, Instant now);

}  // namespace vmlab::sslserv
