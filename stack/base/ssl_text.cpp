#include "stack/base/ssl_text.hpp"

#include <fmt/core.h>

#include "stack/base/overloaded.hpp"

namespace vmlab {

std::string text_of(const SslRequest& request) {
    return std::visit(
        overloaded{
            [](const SslOpen& r) {
                return fmt::format("session {} opened: label {}, {}, {} to {}", r.session, r.label,
                                   r.role == TlsRole::server ? "server" : "client", r.peer.str(),
                                   r.local.str());
            },
            [](const SslFromWire& r) {
                return fmt::format("session {}: {} bytes from the wire", r.session, size_of(r.data));
            },
            [](const SslFromApplication& r) {
                return fmt::format("session {}: {} bytes of the application", r.session, r.data.size());
            },
            [](const SslShutdown& r) { return fmt::format("session {}: close_notify wanted", r.session); },
            [](const SslWireClosed& r) {
                return fmt::format("session {}: the wire is closed, by {}", r.session,
                                   r.orderly ? "FIN" : "a reset");
            },
            [](const SslDrop& r) { return fmt::format("session {} dropped", r.session); },
            [](const SslLabelQuery& r) { return fmt::format("is label {} known?", r.label); },
            [](const SslSessionLimit& r) { return fmt::format("at most {} sessions", r.most); },
            [](const SslRejected& r) { return "not taken: " + r.why; },
        },
        request);
}

}  // namespace vmlab
