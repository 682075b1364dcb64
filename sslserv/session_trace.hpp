// What TRACE prints: which sessions it is about, and the lines that a debugger reads. Pure functions.
//
//   NORMAL        how a handshake ended
//   CONNECTIONS   what the client offered, certificates, changes of state; DATA: the first bytes of each read
//                 and write, after decryption
//   FLOW          each request of TCPIP and what the server does with it
//   DEBUG         all of this, of all sessions: no filter
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sslserv/keydb/crypto.hpp"
#include "sslserv/policy.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/ssl_api.hpp"

namespace vmlab::sslserv {

/// True when `trace` prints what belongs to `level`, of a session between these ends.
[[nodiscard]] bool traces(const Trace& trace, TraceLevel level, const Endpoint& local, const Endpoint& peer);
/// True when it prints data.
[[nodiscard]] bool traces_data(const Trace& trace);

/// "CONNECTIONS DATA 9.60.60.4..1031 20", as SSLADMIN TRACE takes it.
[[nodiscard]] std::string text_of(const Trace& trace);
[[nodiscard]] std::string_view name_of(TraceLevel level);
/// "ALL", "9.60.60.4", "..23", "9.60.60.4..1031".
[[nodiscard]] std::string scope_of(const Trace& trace);

/// Sixteen bytes to a line, hexadecimal and as text: "   0000  47455420 2F204854 …  GET / HT…".
[[nodiscard]] std::vector<std::string> dump_of(ByteView bytes);
/// "subject CN=…; issuer CN=…; serial 0A…; valid 2019-10-09 to 2029-10-06; RSA 2048".
[[nodiscard]] std::string fields_of_certificate(ByteView der);
/// The session that a request names, if it is about one.
[[nodiscard]] std::optional<SslSessionId> session_of(const SslRequest& request);

}  // namespace vmlab::sslserv
