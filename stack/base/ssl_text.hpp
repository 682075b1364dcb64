// Requests to an SSL server in words, as the stack's TRACE SSL and a server's TRACE FLOW print them.
#pragma once

#include <string>

#include "stack/base/ssl_api.hpp"

namespace vmlab {

/// Without its data: "session 1007: 517 bytes from the wire".
[[nodiscard]] std::string text_of(const SslRequest& request);

}  // namespace vmlab
