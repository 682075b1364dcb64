// The inside of a TlsContext, for the two files that call the library's TLS half.
#pragma once

#include "sslserv/tls_session.hpp"

struct WOLFSSL_CTX;  // the library's

namespace vmlab::sslserv {

/// All that can be negotiated, oldest first.
inline constexpr Protocol kVersions[] = {Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1,
                                         Protocol::tlsv1_2, Protocol::tlsv1_3};

/// As the wire writes it: 0x0303 is TLS 1.2.
[[nodiscard]] inline int wire_version(Protocol version) {
    return 0x0300 + int(version) - int(Protocol::sslv3);
}

struct TlsContext::Impl {
    WOLFSSL_CTX* ctx = nullptr;
    TlsRole role = TlsRole::server;
    Protection protection{};
    Protocol lowest{}, highest{};
    bool usable = true;  ///< some protocol is on and some suite fits the key
    /// Stands for all that a session was made under: label, certificate, protocols, suites, and who counts as
    /// a good client. Sessions resume within it only, since the library takes a cached session's suite
    /// without asking its own list.
    std::string cache_domain{};
    std::shared_ptr<SessionCache> cache{};
    Duration cache_life{};
    std::shared_ptr<const Revocations> revocations{};
    Bytes authorities{};  ///< the names in a certificate request, encoded (RFC 5246 section 7.4.4)

    ~Impl();
    bool set_protocols();
    std::optional<TlsFailure> set_own_certificate(const TlsSettings& settings);
    void trust(const TlsSettings& settings);
    void set_session_cache(const TlsSettings& settings, const Bytes& suites);
};

/// System SSL's return code for an error of the library's; a protocol violation for those without a name
/// here.
[[nodiscard]] int return_code_of_library(int library_error);

}  // namespace vmlab::sslserv
