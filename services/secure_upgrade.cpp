// The table of secure_upgrade.hpp.
#include "services/secure_upgrade.hpp"

#include "stack/base/names.hpp"

namespace vmlab::services {
namespace {

using enum SecureDecision;

// Row: SecureLevel. First the client asks: TLS ready, label unknown, no server; last: the client does not
// ask.
struct Row {
    SecureVerdict ready, label_unknown, no_server, not_asked;
};

constexpr Row kTable[] = {
    // never
    {{refuse_tls, "TLS is NEVER used here"},
     {refuse_tls, "TLS is NEVER used here"},
     {refuse_tls, "TLS is NEVER used here"},
     {clear, "TLS is NEVER used here"}},
    // allowed
    {{secure, "TLS is ALLOWED and the client asked for it"},
     {unavailable, "TLS is ALLOWED, but the TLS label is not recognized"},
     {unavailable, "TLS is ALLOWED, but no SSL server is available"},
     {clear, "TLS is ALLOWED and the client did not ask for it"}},
    // preferred
    {{secure, "TLS is PREFERRED and the client agreed"},
     {unavailable, "TLS is PREFERRED, but the TLS label is not recognized"},
     {unavailable, "TLS is PREFERRED, but no SSL server is available"},
     {clear, "TLS is PREFERRED and the client declined it"}},
    // required
    {{secure, "TLS is REQUIRED and the client asked for it"},
     {no_service, "TLS is REQUIRED, but the TLS label is not recognized"},
     {no_service, "TLS is REQUIRED, but no SSL server is available"},
     {demand_tls, "TLS is REQUIRED and the client has not asked for it"}},
};

}  // namespace

SecureVerdict decide(SecureLevel level, ClientWish wish, TlsStatus available) {
    const Row& row = kTable[static_cast<std::size_t>(level)];
    if (wish == ClientWish::does_not) return row.not_asked;
    switch (available) {
        case TlsStatus::ready: return row.ready;
        case TlsStatus::label_unknown: return row.label_unknown;
        case TlsStatus::no_server: break;
    }
    return row.no_server;
}

const char* name_of(SecureLevel level) {
    constexpr const char* names[] = {"NEVER", "ALLOWED", "PREFERRED", "REQUIRED"};
    return names[static_cast<std::size_t>(level)];
}

const char* name_of(SecureDecision decision) {
    constexpr const char* names[] = {"clear",       "secure",     "refuse TLS",
                                     "unavailable", "demand TLS", "no service"};
    return names[static_cast<std::size_t>(decision)];
}

const char* text_of(TlsStatus status) {
    switch (status) {
        case TlsStatus::ready: return "TLS is available";
        case TlsStatus::label_unknown: return "the TLS label is not recognized";
        case TlsStatus::no_server: break;
    }
    return "no SSL server is available";
}

std::optional<SecureLevel> read_secure_level(std::string_view word, bool preferred_known) {
    for (const auto level : {SecureLevel::never, SecureLevel::allowed, SecureLevel::required})
        if (iequals(word, name_of(level))) return level;
    if (preferred_known && iequals(word, name_of(SecureLevel::preferred))) return SecureLevel::preferred;
    return std::nullopt;
}

}  // namespace vmlab::services
