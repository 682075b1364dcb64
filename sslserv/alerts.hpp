// TLS alerts (RFC 5246 section 7.2, RFC 8446 section 6): their names, and what a peer's alert means as a
// return code.
#pragma once

#include <string_view>

namespace vmlab::sslserv {

inline constexpr int kAlertUnexpectedMessage = 10;
inline constexpr int kAlertHandshakeFailure = 40;
inline constexpr int kAlertProtocolVersion = 70;
inline constexpr int kAlertInappropriateFallback = 86;

/// "unknown_ca"; "alert" when the registry has no name for it.
[[nodiscard]] std::string_view alert_name(int alert);
/// The alert that tells the peer of a failure with this return code.
[[nodiscard]] int alert_of_return_code(int code);
/// What a fatal alert of the peer says about why our handshake failed (System SSL return code).
[[nodiscard]] int return_code_of_alert(int alert);

}  // namespace vmlab::sslserv
