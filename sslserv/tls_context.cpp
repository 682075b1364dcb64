// What many sessions share, as the library keeps it.
//
// Explicit in every context, because the library's own defaults depend on how it was built: cipher list,
// protocol range, verification, key floors, no tickets before TLS 1.3, no internal session cache.
#include "sslserv/tls_context.hpp"

#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#include <algorithm>
#include <utility>

#include "sslserv/keydb/certificate.hpp"
#include "sslserv/keydb/revocations.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/session_cache.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sslserv {
namespace {

constexpr int kAuthoritiesOfContext = 0;        ///< index of the library's extra data: keydb/crypto.cpp
constexpr std::size_t kMostAuthorities = 8192;  ///< bytes: a certificate request is one record
/// How long a client offers a session again: the upper limit of RFC 5246 appendix F.1.4. A ticket says
/// itself.
constexpr Duration kClientKeeps = hours(24);

bool fits(const CipherSuite& suite, ProtocolSet protocols, KeyKind key) {
    if (!suite.negotiable) return false;
    bool version = false;
    for (const auto v : kVersions)
        version = version || (protocols.has(v) && v >= suite.first && v <= suite.last);
    if (!version) return false;
    if (key == KeyKind::other || suite.key == SuiteKey::any) return true;
    return suite.key == (key == KeyKind::rsa ? SuiteKey::rsa : SuiteKey::ecdsa);
}

/// Code points as the library wants them, TLS 1.3 first as it must be. `key` other = whatever the peer has.
Bytes suite_list(const Protection& protection, KeyKind key) {
    Bytes list;
    const auto append = [&](bool tls13) {
        for (const auto* suite : protection.included) {
            if ((suite->first == Protocol::tlsv1_3) != tls13 || !fits(*suite, protection.protocols, key))
                continue;
            list.push_back(std::uint8_t(suite->code >> 8));
            list.push_back(std::uint8_t(suite->code));
        }
    };
    append(true);
    append(false);
    return list;
}

}  // namespace

TlsContext::Impl::~Impl() { wolfSSL_CTX_free(ctx); }

TlsContext::TlsContext() : impl_(std::make_unique<Impl>()) {}
TlsContext::~TlsContext() = default;

/// False when no protocol is left.
bool TlsContext::Impl::set_protocols() {
    const auto& on = protection.protocols;
    const bool tls13 =
        on.has(Protocol::tlsv1_3) && std::ranges::any_of(protection.included, [](const auto* suite) {
            return suite->first == Protocol::tlsv1_3;
        });
    if (!tls13) protection.protocols.remove(Protocol::tlsv1_3);
    bool any = false;
    for (const auto version : kVersions) {
        if (!on.has(version)) continue;
        if (!any) lowest = version;
        highest = version;
        any = true;
    }
    if (!any) return false;
    constexpr int kMinimum[] = {
        0, WOLFSSL_SSLV3, WOLFSSL_TLSV1, WOLFSSL_TLSV1_1, WOLFSSL_TLSV1_2, WOLFSSL_TLSV1_3};
    vm_assert(wolfSSL_CTX_SetMinVersion(ctx, kMinimum[int(lowest)]) == WOLFSSL_SUCCESS);
    vm_assert(wolfSSL_CTX_set_max_proto_version(ctx, wire_version(highest)) == WOLFSSL_SUCCESS);
    constexpr long kHoles[] = {0,
                               WOLFSSL_OP_NO_SSLv3,
                               WOLFSSL_OP_NO_TLSv1,
                               WOLFSSL_OP_NO_TLSv1_1,
                               WOLFSSL_OP_NO_TLSv1_2,
                               WOLFSSL_OP_NO_TLSv1_3};
    for (const auto version : kVersions)
        if (!on.has(version)) wolfSSL_CTX_set_options(ctx, kHoles[int(version)]);
    return true;
}

std::optional<TlsFailure> TlsContext::Impl::set_own_certificate(const TlsSettings& settings) {
    if (settings.certificate.empty()) return std::nullopt;
    std::string pem = to_pem(settings.certificate, "CERTIFICATE");
    for (const auto& issuer : settings.chain) pem += to_pem(issuer, "CERTIFICATE");
    if (settings.pkcs8.empty()) return failure_of(kGskNoPrivateKey, "the record has no private key");
    const auto* text = reinterpret_cast<const unsigned char*>(pem.data());
    if (wolfSSL_CTX_use_certificate_chain_buffer(ctx, text, long(pem.size())) != WOLFSSL_SUCCESS)
        return failure_of(kGskCertificateValidation, "the certificate or its key size is not accepted");
    if (wolfSSL_CTX_use_PrivateKey_buffer(ctx, settings.pkcs8.data(), long(settings.pkcs8.size()),
                                          WOLFSSL_FILETYPE_ASN1) != WOLFSSL_SUCCESS)
        return failure_of(kGskCertificateValidation, "the private key is not accepted");
    return std::nullopt;
}

/// Authorities that a peer's certificate may come from; clients are told their names, as many as fit.
void TlsContext::Impl::trust(const TlsSettings& settings) {
    std::vector<Bytes> names;
    for (const auto& authority : settings.trusted) {
        (void)wolfSSL_CTX_load_verify_buffer_ex(ctx, authority.data(), long(authority.size()),
                                                WOLFSSL_FILETYPE_ASN1, 0, WOLFSSL_LOAD_FLAG_DATE_ERR_OKAY);
        const auto info = read_certificate(authority);
        if (!info || std::ranges::find(names, info->subject_der) != names.end()) continue;
        const auto& name = names.emplace_back(info->subject_der);
        if (authorities.size() + 2 + name.size() > kMostAuthorities) continue;
        authorities.push_back(std::uint8_t(name.size() >> 8));
        authorities.push_back(std::uint8_t(name.size()));
        authorities.insert(authorities.end(), name.begin(), name.end());
    }
    revocations = settings.revocations;
    vm_assert(wolfSSL_CTX_set_ex_data(ctx, kAuthoritiesOfContext, &authorities) == WOLFSSL_SUCCESS);
    wolfSSL_ERR_clear_error();
}

void TlsContext::Impl::set_session_cache(const TlsSettings& settings, const Bytes& suites) {
    cache = role == TlsRole::server ? settings.cache : nullptr;
    cache_life = settings.cache_life;
    std::string made_under(suites.begin(), suites.end());
    for (const auto version : kVersions) made_under += protection.protocols.has(version) ? '+' : '-';
    made_under.append(settings.certificate.begin(), settings.certificate.end());
    for (const auto& authority : settings.trusted) made_under.append(authority.begin(), authority.end());
    if (settings.revocations) {
        const auto lists = settings.revocations->fingerprint();
        made_under.append(lists.begin(), lists.end());
    }
    const auto digest = sha256({reinterpret_cast<const std::uint8_t*>(made_under.data()), made_under.size()});
    cache_domain = settings.label + '\0' + std::string(digest.begin(), digest.end());
    wolfSSL_CTX_set_session_cache_mode(
        ctx, cache ? WOLFSSL_SESS_CACHE_SERVER | WOLFSSL_SESS_CACHE_NO_INTERNAL : WOLFSSL_SESS_CACHE_OFF);
}

std::variant<std::shared_ptr<TlsContext>, TlsFailure> TlsContext::make(TlsRole role,
                                                                       const TlsSettings& settings,
                                                                       RandomStream& random, Instant now) {
    const CryptoScope scope(random, now);
    std::shared_ptr<TlsContext> context(new TlsContext);
    auto& impl = *context->impl_;
    impl.role = role;
    impl.protection = settings.protection;
    impl.ctx =
        wolfSSL_CTX_new(role == TlsRole::server ? wolfSSLv23_server_method() : wolfSSLv23_client_method());
    vm_assert(impl.ctx != nullptr);
    vm_assert(wolfSSL_CTX_SetDevId(impl.ctx, crypto_device()) == WOLFSSL_SUCCESS);
    wolfSSL_CTX_set_group_messages(impl.ctx);
    wolfSSL_CTX_NoTicketTLSv12(impl.ctx);
    const Duration kept = role == TlsRole::server ? settings.cache_life : kClientKeeps;
    const auto life = std::max<std::int64_t>(1, duration_cast<seconds>(kept).count());
    wolfSSL_CTX_set_timeout(impl.ctx, unsigned(life));
    wolfSSL_CTX_set_TicketHint(impl.ctx, int(life));
    wolfSSL_CTX_SetMinRsaKey_Sz(impl.ctx, short(impl.protection.min_rsa_bits));
    wolfSSL_CTX_SetMinEccKey_Sz(impl.ctx, short(impl.protection.min_ec_bits));
    wolfSSL_CTX_SetMinDhKey_Sz(impl.ctx, impl.protection.nist ? 2048 : 1024);
    const auto key = settings.pkcs8.empty() ? std::nullopt : public_key_of(settings.pkcs8);
    impl.usable = impl.set_protocols();
    const auto kind = role == TlsRole::server && key ? key->kind : KeyKind::other;
    const Bytes list = suite_list(impl.protection, kind);
    if (role == TlsRole::client && !impl.usable) return failure_of(kGskUnsupported, "no protocol is enabled");
    if (role == TlsRole::client && list.empty())
        return failure_of(kGskNoCiphers, "no cipher suite is enabled that fits the protocols");
    impl.usable = impl.usable && !list.empty();
    impl.set_session_cache(settings, list);
    if (impl.usable &&
        wolfSSL_CTX_set_cipher_list_bytes(impl.ctx, list.data(), int(list.size())) != WOLFSSL_SUCCESS)
        return failure_of(kGskNoCiphers, "the cipher list is not accepted");
    if (auto failure = impl.set_own_certificate(settings)) return *failure;
    impl.trust(settings);
    return context;
}

// ── what the library says of a failure ──

namespace {

struct ErrorMeaning {
    int library;
    int code;
};
constexpr ErrorMeaning kErrors[] = {
    {MATCH_SUITE_ERROR, kGskNoCiphers},
    {UNSUPPORTED_SUITE, kGskNoCiphers},
    {VERSION_ERROR, kGskUnsupported},
    {NO_PEER_CERT, kGskNoCertificate},
    {ASN_BEFORE_DATE_E, kGskCertificateDate},
    {ASN_AFTER_DATE_E, kGskCertificateDate},
    {CRL_CERT_REVOKED, kGskRevoked},
    {CRL_MISSING, kGskRevocationList},
    {ASN_NO_SIGNER_E, kGskCertificateValidation},
    {ASN_SELF_SIGNED_E, kGskCertificateValidation},
    {ASN_SIG_CONFIRM_E, kGskSignature},
    {VERIFY_CERT_ERROR, kGskCertificateValidation},
    {DOMAIN_NAME_MISMATCH, kGskCertificateValidation},
    {IPADDR_MISMATCH, kGskCertificateValidation},
    {KEYUSE_SIGNATURE_E, kGskKeyUsage},
    {KEYUSE_ENCIPHER_E, kGskKeyUsage},
    {EXTKEYUSE_AUTH_E, kGskKeyUsage},
    {RSA_KEY_SIZE_E, kGskCertificateValidation},
    {ECC_KEY_SIZE_E, kGskCertificateValidation},
    {VERIFY_MAC_ERROR, kGskMac},
    {DECRYPT_ERROR, kGskMac},
    {AES_GCM_AUTH_E, kGskMac},
    {DH_CHECK_PUB_E, kGskCryptography},
    {PEER_KEY_ERROR, kGskCryptography},
    {ECC_PEERKEY_ERROR, kGskCryptography},
    {IS_POINT_E, kGskCryptography},
    {ECC_INF_E, kGskCryptography},
    {ECC_OUT_OF_RANGE_E, kGskCryptography},
    {SECURE_RENEGOTIATION_E, kGskRenegotiation},
    {UNKNOWN_RECORD_TYPE, kGskMessageFormat},
    {LENGTH_ERROR, kGskMessageFormat},
    {BUFFER_ERROR, kGskMessageFormat},
    {INCOMPLETE_DATA, kGskMessageFormat},
    {PARSE_ERROR, kGskMessageFormat},
    {SOCKET_PEER_CLOSED_E, kGskSocketClosed},
    {SOCKET_ERROR_E, kGskSocketClosed},
    {WOLFSSL_ERROR_ZERO_RETURN, kGskSocketClosed},
    {MEMORY_E, kGskNoStorage},
};

}  // namespace

int return_code_of_library(int library_error) {
    for (const auto& each : kErrors)
        if (each.library == library_error) return each.code;
    return kGskProtocol;
}

}  // namespace vmlab::sslserv
