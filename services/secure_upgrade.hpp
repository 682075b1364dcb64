// When is TLS put under a connection? One table for all services.
//
// FTP (SECURECONTROL for AUTH, SECUREDATA for PROT), SMTP (TLS) and Telnet (SECURECONNECTION) ask the same
// question with the same words: what the configuration says × whether the client asks × whether TLS can be
// had now. The table gives the decision; how it is said is the protocol's:
//
//   decision      FTP control     FTP data     SMTP             Telnet
//   clear         serve           serve        serve            serve
//   secure        234, TLS        TLS          220, TLS         SB FOLLOWS, TLS
//   refuse_tls    534 (AUTH)      534 (PROT)   502              DONT START-TLS, serve in clear
//   unavailable   421, close      425          454, stays open  DONT START-TLS, serve in clear
//   demand_tls    534 (USER)      534, 521     530              close
//   no_service    421, close      425          454, stays open  close
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/base/socket_api.hpp"

namespace vmlab::services {

/// REQUIRED | PREFERRED | ALLOWED | NEVER of the configuration files. PREFERRED is Telnet's alone.
enum class SecureLevel : std::uint8_t { never, allowed, preferred, required };

/// The client's side of the question. Telnet: WILL START-TLS, or WONT and anything else; FTP data: PROT P or
/// C.
enum class ClientWish : std::uint8_t { asks, does_not };

enum class SecureDecision : std::uint8_t {
    clear,        ///< serve without TLS
    secure,       ///< put TLS under the connection
    refuse_tls,   ///< the configuration forbids TLS; the client may go on in clear
    unavailable,  ///< TLS is allowed but cannot be had now; the client may go on in clear if the protocol
                  ///< lets it
    demand_tls,   ///< TLS is required and the client has not asked for it: no service until it does
    no_service,   ///< TLS is required and cannot be had now: no service at all
};

/// The decision and the sentence that `why` prints for it.
struct SecureVerdict {
    SecureDecision decision = SecureDecision::clear;
    std::string_view reason;
};

/// Pure: looks the three answers up in the table. `available` does not matter unless the client asks.
[[nodiscard]] SecureVerdict decide(SecureLevel level, ClientWish wish, TlsStatus available);

/// Does the server bring up TLS by itself (Telnet: DO START-TLS at once), rather than wait to be asked?
[[nodiscard]] constexpr bool server_asks_first(SecureLevel level) {
    return level == SecureLevel::preferred || level == SecureLevel::required;
}

[[nodiscard]] const char* name_of(SecureLevel level);        ///< "REQUIRED"
[[nodiscard]] const char* name_of(SecureDecision decision);  ///< "demand TLS"
[[nodiscard]] const char* text_of(TlsStatus status);         ///< "no SSL server is available"

/// Reads a level as an operator types it, in any case. PREFERRED only where the service knows it.
[[nodiscard]] std::optional<SecureLevel> read_secure_level(std::string_view word, bool preferred_known);

}  // namespace vmlab::services
