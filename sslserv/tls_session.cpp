// Everything that calls wolfSSL's TLS half. The order: contexts, the library's callbacks, the session's work.
//
// Explicit in every context, because the library's own defaults depend on how it was built: cipher list,
// protocol range, verification, key floors, no tickets, no internal session cache. A session also gets the
// Diffie-Hellman group (RFC 7919 ffdhe2048) by itself, since setting it on the context would test the
// well-known prime each time.
#include "sslserv/tls_session.hpp"

#include <fmt/core.h>
#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/dh.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/settings.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "sslserv/alerts.hpp"
#include "sslserv/keydb/certificate.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/session_cache.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sslserv {
namespace {

constexpr std::size_t kRecord = 16384;      ///< plaintext of one record
constexpr std::size_t kSmallRecord = 1400;  ///< up to here a record is copied into a frame-sized block
constexpr std::size_t kMostHello = 5 + kRecord;

// ── what the library's errors mean
// ─────────────────────────────────────────────────────────────────────────────────

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
    {ASN_NO_SIGNER_E, kGskCertificateValidation},
    {ASN_SELF_SIGNED_E, kGskCertificateValidation},
    {ASN_SIG_CONFIRM_E, kGskSignature},
    {VERIFY_CERT_ERROR, kGskCertificateValidation},
    {DOMAIN_NAME_MISMATCH, kGskCertificateValidation},
    {IPADDR_MISMATCH, kGskCertificateValidation},
    {RSA_KEY_SIZE_E, kGskCertificateValidation},
    {ECC_KEY_SIZE_E, kGskCertificateValidation},
    {VERIFY_MAC_ERROR, kGskMac},
    {DECRYPT_ERROR, kGskMac},
    {AES_GCM_AUTH_E, kGskMac},
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

int code_of(int library_error) {
    for (const auto& each : kErrors)
        if (each.library == library_error) return each.code;
    return kGskProtocol;
}

TlsFailure failure_of(int code, std::string detail) {
    return {code, std::string(return_code(code).text), std::move(detail)};
}

// ── contexts
// ───────────────────────────────────────────────────────────────────────────────────────────────────────

int wire_version(Protocol version) { return 0x0300 + int(version) - int(Protocol::sslv3); }

struct DhGroup {
    std::array<byte, 256> prime{};
    std::array<byte, 8> generator{};
    word32 prime_size = 256, generator_size = 8;
    DhGroup() {
        std::array<byte, 256> order{};
        word32 order_size = 256;
        vm_assert(wc_DhCopyNamedKey(WC_FFDHE_2048, prime.data(), &prime_size, generator.data(),
                                    &generator_size, order.data(), &order_size) == 0);
    }
};
const DhGroup& dh_group() {
    static const DhGroup group;
    return group;
}

constexpr Protocol kVersions[] = {Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1, Protocol::tlsv1_2,
                                  Protocol::tlsv1_3};

bool fits(const CipherSuite& suite, ProtocolSet protocols, KeyKind key) {
    if (!negotiable(suite)) return false;
    bool version = false;
    for (const auto v : kVersions)
        version = version || (protocols.has(v) && v >= suite.first && v <= suite.last);
    if (!version) return false;
    if (key == KeyKind::other || suite.key == SuiteKey::any) return true;
    return suite.key == (key == KeyKind::rsa ? SuiteKey::rsa : SuiteKey::ecdsa);
}

/// The library's list, TLS 1.3 first as it must be. `key` other = whatever the peer has.
std::string suite_list(const Protection& protection, KeyKind key) {
    std::string list;
    const auto append = [&](bool tls13) {
        for (const auto* suite : protection.included) {
            if ((suite->first == Protocol::tlsv1_3) != tls13 || !fits(*suite, protection.protocols, key))
                continue;
            if (!list.empty()) list += ':';
            list += suite->library;
        }
    };
    append(true);
    append(false);
    return list;
}

}  // namespace

struct TlsContext::Impl {
    WOLFSSL_CTX* ctx = nullptr;
    TlsRole role = TlsRole::server;
    Protection protection{};
    Protocol lowest{}, highest{};
    bool usable = true;  ///< some protocol is on and some suite fits the key
    /// Stands for all that a session was made under: label, certificate, protocols, suites. Sessions resume
    /// within it only, since the library takes a cached session's suite without asking its own list.
    std::string cache_domain{};
    std::shared_ptr<SessionCache> cache{};
    Duration cache_life{};

    ~Impl() { wolfSSL_CTX_free(ctx); }
    bool set_protocols();
    std::optional<TlsFailure> set_own_certificate(const TlsSettings& settings);
    void set_session_cache(const TlsSettings& settings, const std::string& suites);
};

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

// ── a session, as the callbacks below need to see it
// ───────────────────────────────────────────────────────────────

struct TlsSession::Impl {
    enum class State : std::uint8_t { handshaking, open, over };

    std::shared_ptr<TlsContext> context;
    TlsSessionOptions options;
    RandomStream& random;
    WOLFSSL* ssl = nullptr;
    State state = State::handshaking;
    TlsSink* out = nullptr;  ///< during a call
    Instant now{};           ///< of the call
    std::deque<Buffer> inbox{};
    Bytes first{};  ///< a server holds the first flight back until it can be read
    bool first_seen = false;
    ClientHello hello{};
    std::optional<std::vector<Buffer>> sealed{};  ///< while one record is written: what it became
    std::vector<Buffer> unsent{};                 ///< written before the handshake was done
    bool shutdown_wanted = false, close_sent = false, close_received = false;
    std::string verify_note{};
    std::string cached_as{};  ///< its key in the session cache, once it is there
    Bytes resumable{};

    Impl(std::shared_ptr<TlsContext> shared, const TlsSessionOptions& wanted, RandomStream& stream)
        : context(std::move(shared)), options(wanted), random(stream) {}
    ~Impl() {
        wolfSSL_free(ssl);
        wolfSSL_ERR_clear_error();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    bool is_server() const { return context->impl_->role == TlsRole::server; }
    TlsContext::Impl& shared() const { return *context->impl_; }
    /// What is asked of clients belongs to it: a session made without a certificate opens no door that wants
    /// one.
    std::string cache_key(const unsigned char* id, int size) const {
        return shared().cache_domain + char('0' + int(options.check)) +
               std::string(reinterpret_cast<const char*>(id), std::size_t(size));
    }

    static int give_wire_bytes(WOLFSSL*, char* room, int size, void* pointer);
    static int take_wire_bytes(WOLFSSL*, char* bytes, int size, void* pointer);
    static int store_session(WOLFSSL* ssl, WOLFSSL_SESSION* saved);
    static WOLFSSL_SESSION* find_session(WOLFSSL* ssl, const unsigned char* id, int size, int* keep);
    static int judge_certificate(int accepted, WOLFSSL_X509_STORE_CTX* store);
    static int note_secret(WOLFSSL* ssl, int id, const unsigned char* secret, int size, void* pointer);

    void set_up();
    void look_at_first_flight();
    void refuse_first_flight(int code, int alert, std::string detail);
    void handshake();
    void finish_handshake();
    void log_secrets();
    void deliver();
    void send(const Buffer& data);
    void send_close();
    void fail(int library_error);
    void end(TlsFailure why);
};

/// The scopes of one call into the library.
class TlsSession::Call {
public:
    Call(Impl& session, Instant now, TlsSink& out) : scope_(session.random, now), session_(session) {
        session_.out = &out;
        session_.now = now;
    }
    ~Call() { session_.out = nullptr; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

private:
    CryptoScope scope_;
    Impl& session_;
};

// ── the library's callbacks: each gets back the session that was registered with it
// ─────────────────────────────

int TlsSession::Impl::give_wire_bytes(WOLFSSL*, char* room, int size, void* pointer) {
    auto& session = *static_cast<Impl*>(pointer);
    std::size_t given = 0;
    while (given < std::size_t(size) && !session.inbox.empty()) {
        Buffer& next = session.inbox.front();
        const std::size_t n = std::min(std::size_t(size) - given, next.size());
        std::memcpy(room + given, next.data(), n);
        given += n;
        if (n == next.size()) session.inbox.pop_front();
        else next.remove_prefix(n);
    }
    return given == 0 ? WOLFSSL_CBIO_ERR_WANT_READ : int(given);
}

int TlsSession::Impl::take_wire_bytes(WOLFSSL*, char* bytes, int size, void* pointer) {
    auto& session = *static_cast<Impl*>(pointer);
    auto data = Buffer::copy_of({reinterpret_cast<const std::uint8_t*>(bytes), std::size_t(size)});
    if (session.sealed) session.sealed->push_back(std::move(data));
    else if (session.out) session.out->ciphertext(std::move(data), 0);
    return size;
}

int TlsSession::Impl::store_session(WOLFSSL* ssl, WOLFSSL_SESSION* saved) {
    auto& session = *static_cast<Impl*>(wolfSSL_GetIOReadCtx(ssl));
    auto& shared = session.shared();
    if (!shared.cache || wolfSSL_version(ssl) > TLS1_2_VERSION) return 0;
    unsigned int id_size = 0;
    const unsigned char* id = wolfSSL_SESSION_get_id(saved, &id_size);
    const int size = wolfSSL_i2d_SSL_SESSION(saved, nullptr);
    if (id == nullptr || id_size == 0 || size <= 0) return 0;
    Bytes bytes(static_cast<std::size_t>(size));
    unsigned char* at = bytes.data();
    if (wolfSSL_i2d_SSL_SESSION(saved, &at) != size) return 0;
    session.cached_as = session.cache_key(id, int(id_size));
    shared.cache->put(session.cached_as, std::move(bytes), session.now, shared.cache_life);
    return 0;
}

WOLFSSL_SESSION* TlsSession::Impl::find_session(WOLFSSL* ssl, const unsigned char* id, int size, int* keep) {
    *keep = 0;
    auto& session = *static_cast<Impl*>(wolfSSL_GetIOReadCtx(ssl));
    auto& shared = session.shared();
    if (!shared.cache) return nullptr;
    session.cached_as = session.cache_key(id, size);
    const auto bytes = shared.cache->find(session.cached_as, session.now);
    if (!bytes) return nullptr;
    const unsigned char* at = bytes->data();
    return wolfSSL_d2i_SSL_SESSION(nullptr, &at, long(bytes->size()));
}

int TlsSession::Impl::judge_certificate(int accepted, WOLFSSL_X509_STORE_CTX* store) {
    auto& session = *static_cast<Impl*>(store->userCtx);
    const auto object = [&](std::string why) {
        session.verify_note = std::move(why);
        return session.is_server() && session.options.check == ClientCertCheck::preferred ? 1 : 0;
    };
    if (accepted == 0)
        return object(wolfSSL_ERR_reason_error_string(static_cast<unsigned long>(store->error)));
    const int depth = store->error_depth;
    if (depth < 0 || depth >= store->totalCerts) return 1;
    const auto& shown = store->certs[depth];
    const auto info = read_certificate({shown.buffer, shown.length});
    const bool root = depth > 0 && info && info->self_issued();
    if (session.shared().protection.sha2_certificates_only && !root && !(info && info->signed_with_sha2()))
        return object("the certificate is not signed with SHA-2");
    const auto& host = session.options.host;
    if (depth > 0 || host.empty() || (info && carries_host(*info, host))) return 1;
    store->error = DOMAIN_NAME_MISMATCH;
    return object(fmt::format("the certificate is not for {}", host));
}

static std::string hex(ByteView bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

int TlsSession::Impl::note_secret(WOLFSSL* ssl, int id, const unsigned char* secret, int size,
                                  void* pointer) {
    auto& session = *static_cast<Impl*>(pointer);
    const char* name = nullptr;
    switch (id) {
        case CLIENT_HANDSHAKE_TRAFFIC_SECRET: name = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"; break;
        case SERVER_HANDSHAKE_TRAFFIC_SECRET: name = "SERVER_HANDSHAKE_TRAFFIC_SECRET"; break;
        case CLIENT_TRAFFIC_SECRET: name = "CLIENT_TRAFFIC_SECRET_0"; break;
        case SERVER_TRAFFIC_SECRET: name = "SERVER_TRAFFIC_SECRET_0"; break;
        case EXPORTER_SECRET: name = "EXPORTER_SECRET"; break;
        default: return 0;
    }
    std::array<unsigned char, 32> client{};
    if (session.out && wolfSSL_get_client_random(ssl, client.data(), client.size()) == client.size())
        session.out->key_log(
            fmt::format("{} {} {}", name, hex(client), hex({secret, static_cast<std::size_t>(size)})));
    return 0;
}

void TlsContext::Impl::set_session_cache(const TlsSettings& settings, const std::string& suites) {
    cache = role == TlsRole::server ? settings.cache : nullptr;
    cache_life = settings.cache_life;
    std::string made_under = suites;
    for (const auto version : kVersions) made_under += protection.protocols.has(version) ? '+' : '-';
    made_under.append(settings.certificate.begin(), settings.certificate.end());
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
    if (role == TlsRole::server) wolfSSL_CTX_no_ticket_TLSv13(impl.ctx);
    const auto life = std::max<std::int64_t>(1, duration_cast<seconds>(settings.cache_life).count());
    wolfSSL_CTX_set_timeout(impl.ctx, unsigned(life));
    wolfSSL_CTX_SetMinRsaKey_Sz(impl.ctx, short(impl.protection.min_rsa_bits));
    wolfSSL_CTX_SetMinEccKey_Sz(impl.ctx, short(impl.protection.min_ec_bits));
    wolfSSL_CTX_SetMinDhKey_Sz(impl.ctx, impl.protection.nist ? 2048 : 1024);
    const auto key = settings.pkcs8.empty() ? std::nullopt : public_key_of(settings.pkcs8);
    impl.usable = impl.set_protocols();
    const auto kind = role == TlsRole::server && key ? key->kind : KeyKind::other;
    const std::string list = suite_list(impl.protection, kind);
    if (role == TlsRole::client && !impl.usable) return failure_of(kGskUnsupported, "no protocol is enabled");
    if (role == TlsRole::client && list.empty())
        return failure_of(kGskNoCiphers, "no cipher suite is enabled that fits the protocols");
    impl.usable = impl.usable && !list.empty();
    impl.set_session_cache(settings, list);
    if (impl.usable && wolfSSL_CTX_set_cipher_list(impl.ctx, list.c_str()) != WOLFSSL_SUCCESS)
        return failure_of(kGskNoCiphers, "the cipher list is not accepted");
    if (auto failure = impl.set_own_certificate(settings)) return *failure;
    for (const auto& authority : settings.trusted)
        (void)wolfSSL_CTX_load_verify_buffer_ex(impl.ctx, authority.data(), long(authority.size()),
                                                WOLFSSL_FILETYPE_ASN1, 0, WOLFSSL_LOAD_FLAG_DATE_ERR_OKAY);
    wolfSSL_ERR_clear_error();
    return context;
}

void TlsSession::Impl::set_up() {
    auto* ctx = shared().ctx;
    wolfSSL_CTX_SetIORecv(ctx, give_wire_bytes);
    wolfSSL_CTX_SetIOSend(ctx, take_wire_bytes);
    if (shared().cache) {
        wolfSSL_CTX_sess_set_new_cb(ctx, store_session);
        wolfSSL_CTX_sess_set_get_cb(ctx, find_session);
    }
    ssl = wolfSSL_new(ctx);
    vm_assert(ssl != nullptr);
    wolfSSL_SetIOReadCtx(ssl, this);
    wolfSSL_SetIOWriteCtx(ssl, this);
    wolfSSL_SetCertCbCtx(ssl, this);
    wolfSSL_KeepArrays(ssl);
    int verify = WOLFSSL_VERIFY_NONE;
    if (is_server()) {
        const auto& group = dh_group();
        vm_assert(wolfSSL_SetTmpDH(ssl, group.prime.data(), int(group.prime_size), group.generator.data(),
                                   int(group.generator_size)) == WOLFSSL_SUCCESS);
        wolfSSL_SetEnableDhKeyTest(ssl, 0);
        wolfSSL_set_tls13_secret_cb(ssl, note_secret, this);
        if (options.check != ClientCertCheck::none) verify = WOLFSSL_VERIFY_PEER;
        if (options.check == ClientCertCheck::required) verify |= WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    } else {
        if (options.verify_peer) verify = WOLFSSL_VERIFY_PEER;
        if (!options.host.empty() && !Ipv4Address::parse(options.host))
            wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, options.host.data(), word16(options.host.size()));
        if (!options.resume.empty()) {
            const unsigned char* at = options.resume.data();
            if (auto* saved = wolfSSL_d2i_SSL_SESSION(nullptr, &at, long(options.resume.size()))) {
                wolfSSL_set_session(ssl, saved);
                wolfSSL_SESSION_free(saved);
            }
        }
    }
    wolfSSL_set_verify(ssl, verify, verify == WOLFSSL_VERIFY_NONE ? nullptr : judge_certificate);
}

// ── the first flight
// ───────────────────────────────────────────────────────────────────────────────────────────────

void TlsSession::Impl::refuse_first_flight(int code, int alert, std::string detail) {
    auto why = failure_of(code, std::move(detail));
    if (alert >= 0) {
        const std::uint8_t record[] = {0x15, 3, 1, 0, 2, 2, std::uint8_t(alert)};
        out->ciphertext(Buffer::copy_of(record), 0);
        why.alert_sent = alert;
    }
    end(std::move(why));
}

void TlsSession::Impl::look_at_first_flight() {
    while (!inbox.empty()) {
        const auto bytes = inbox.front().span();
        first.insert(first.end(), bytes.begin(), bytes.end());
        inbox.pop_front();
    }
    const auto kind = read_first_flight(first, hello);
    if (kind == FirstFlight::incomplete && first.size() < kMostHello) return;
    first_seen = true;
    const auto& shared = this->shared();
    if (kind == FirstFlight::plain) {
        const auto shown = ByteView(first).first(std::min<std::size_t>(first.size(), 8));
        return refuse_first_flight(
            kGskMessageFormat, -1,
            fmt::format("the client does not speak TLS; it begins with {}", hex(shown)));
    }
    if (kind == FirstFlight::sslv2)
        return refuse_first_flight(kGskUnsupported, kAlertProtocolVersion, "the client speaks SSL2");
    if (kind == FirstFlight::client_hello) {
        const bool too_old = !shared.usable || hello.version < wire_version(shared.lowest);
        if (shared.protection.protocols.empty() || (shared.usable && too_old))
            return refuse_first_flight(
                kGskUnsupported, kAlertProtocolVersion,
                fmt::format("no common protocol; the client offers {}", offer_of(hello)));
    }
    if (!shared.usable)
        return refuse_first_flight(kGskNoCiphers, kAlertHandshakeFailure,
                                   "no cipher suite is enabled that fits protocols and key");
    inbox.push_back(Buffer::copy_of(first));
    first = {};
}

// ── handshake, data, end
// ───────────────────────────────────────────────────────────────────────────────────────────

void TlsSession::Impl::handshake() {
    const int rc = is_server() ? wolfSSL_accept(ssl) : wolfSSL_connect(ssl);
    if (rc == WOLFSSL_SUCCESS) return finish_handshake();
    const int error = wolfSSL_get_error(ssl, rc);
    if (error != WOLFSSL_ERROR_WANT_READ) fail(error);
}

void TlsSession::Impl::log_secrets() {
    std::array<unsigned char, 32> client{};
    std::array<unsigned char, 48> master{};
    auto* session = wolfSSL_get_session(ssl);
    if (session == nullptr || wolfSSL_get_client_random(ssl, client.data(), client.size()) != client.size())
        return;
    if (wolfSSL_SESSION_get_master_key(session, master.data(), int(master.size())) != int(master.size()))
        return;
    out->key_log(fmt::format("CLIENT_RANDOM {} {}", hex(client), hex(master)));
}

void TlsSession::Impl::finish_handshake() {
    state = State::open;
    TlsEstablished how;
    const int version = wolfSSL_version(ssl);
    how.version = Protocol(int(Protocol::sslv3) + version - SSL3_VERSION);
    const auto code = std::uint16_t(wolfSSL_get_current_cipher_suite(ssl));
    const auto* suite = find_cipher_suite(code);
    how.cipher = suite ? std::string(suite->name) : fmt::format("0x{:04x}", code);
    how.resumed = wolfSSL_session_reused(ssl) != 0;
    if (is_server()) how.note = verify_note;
    if (version <= TLS1_2_VERSION) {
        log_secrets();
        auto* session = is_server() ? nullptr : wolfSSL_get1_session(ssl);
        const int size = session ? wolfSSL_i2d_SSL_SESSION(session, nullptr) : 0;
        if (size > 0) {
            resumable.resize(std::size_t(size));
            unsigned char* at = resumable.data();
            wolfSSL_i2d_SSL_SESSION(session, &at);
        }
        wolfSSL_SESSION_free(session);
    }
    wolfSSL_FreeArrays(ssl);
    out->established(how);
    for (const auto& data : std::exchange(unsent, {})) send(data);
    if (shutdown_wanted) send_close();
}

void TlsSession::Impl::deliver() {
    while (state == State::open && !close_received) {
        Buffer room = Buffer::allocate(kRecord);
        const int n = wolfSSL_read(ssl, room.writable(), int(kRecord));
        if (n > 0) {
            const auto size = static_cast<std::size_t>(n);
            if (size <= kSmallRecord) {
                out->plaintext(Buffer::copy_of(room.span().first(size)));
            } else {
                room.remove_suffix(kRecord - size);
                out->plaintext(std::move(room));
            }
            continue;
        }
        const int error = wolfSSL_get_error(ssl, n);
        if (error == WOLFSSL_ERROR_WANT_READ) return;
        if (error != WOLFSSL_ERROR_ZERO_RETURN) return fail(error);
        close_received = true;
        inbox.clear();
        out->peer_closed();
    }
}

void TlsSession::Impl::send(const Buffer& data) {
    for (std::size_t at = 0; at < data.size() && !close_sent && state == State::open; at += kRecord) {
        const int size = int(std::min(kRecord, data.size() - at));
        sealed.emplace();
        const int n = wolfSSL_write(ssl, data.data() + at, size);
        const auto pieces = *std::exchange(sealed, std::nullopt);
        for (const auto& piece : pieces)
            out->ciphertext(piece, &piece == &pieces.back() && n == size ? std::size_t(size) : 0);
        if (n != size) fail(wolfSSL_get_error(ssl, n));
    }
}

void TlsSession::Impl::send_close() {
    if (close_sent || state != State::open) return;
    close_sent = true;
    (void)wolfSSL_shutdown(ssl);
}

void TlsSession::Impl::fail(int library_error) {
    TlsFailure why;
    WOLFSSL_ALERT_HISTORY history{};
    wolfSSL_get_alert_history(ssl, &history);
    why.alert_sent = history.last_tx.code;
    why.alert_received = history.last_rx.code;
    if (library_error == FATAL_ERROR && why.alert_received >= 0) {
        why.code = return_code_of_alert(why.alert_received);
        why.detail =
            fmt::format("the peer sent alert {} {}", why.alert_received, alert_name(why.alert_received));
    } else {
        why.code = code_of(library_error);
        why.detail = library_error == WOLFSSL_ERROR_ZERO_RETURN
                         ? "the peer closed during the handshake"
                         : wolfSSL_ERR_reason_error_string(static_cast<unsigned long>(library_error));
        if (!verify_note.empty() && verify_note != why.detail) why.detail += ": " + verify_note;
        if (library_error == DOMAIN_NAME_MISMATCH || library_error == VERIFY_CERT_ERROR)
            why.code = kGskCertificateValidation;
    }
    if (is_server() && state == State::handshaking &&
        (why.code == kGskNoCiphers || why.code == kGskUnsupported))
        why.detail += fmt::format("; the client offers {}", offer_of(hello));
    if (why.alert_sent >= 0)
        why.detail += fmt::format("; alert {} {} sent", why.alert_sent, alert_name(why.alert_sent));
    why.reason = return_code(why.code).text;
    // A connection that ended with a fatal alert is not resumed (RFC 5246 section 7.2.2). One that was never
    // established proves nothing about the session it named.
    if (state == State::open && !cached_as.empty()) shared().cache->remove(cached_as);
    end(std::move(why));
}

void TlsSession::Impl::end(TlsFailure why) {
    state = State::over;
    inbox.clear();
    unsent.clear();
    first = {};
    wolfSSL_ERR_clear_error();
    out->failed(why);
}

// ── the public face
// ────────────────────────────────────────────────────────────────────────────────────────────────

TlsSession::TlsSession(std::shared_ptr<TlsContext> context, const TlsSessionOptions& options,
                       RandomStream& random, Instant now)
    : impl_(std::make_unique<Impl>(std::move(context), options, random)) {
    const CryptoScope scope(random, now);
    impl_->set_up();
}

TlsSession::~TlsSession() = default;

void TlsSession::start(Instant now, TlsSink& out) {
    if (impl_->is_server() || impl_->state != Impl::State::handshaking) return;
    const Call call(*impl_, now, out);
    impl_->handshake();
}

void TlsSession::receive(Buffer data, Instant now, TlsSink& out) {
    if (data.empty() || impl_->state == Impl::State::over || impl_->close_received) return;
    const Call call(*impl_, now, out);
    impl_->inbox.push_back(std::move(data));
    if (impl_->is_server() && !impl_->first_seen) {
        impl_->look_at_first_flight();
        if (!impl_->first_seen) return;
    }
    if (impl_->state == Impl::State::handshaking) impl_->handshake();
    impl_->deliver();
}

void TlsSession::write(Buffer data, Instant now, TlsSink& out) {
    if (impl_->state == Impl::State::handshaking) {
        if (!impl_->shutdown_wanted) impl_->unsent.push_back(std::move(data));
        return;
    }
    const Call call(*impl_, now, out);
    impl_->send(data);
}

void TlsSession::shutdown(Instant now, TlsSink& out) {
    impl_->shutdown_wanted = true;
    const Call call(*impl_, now, out);
    impl_->send_close();
}

void TlsSession::wire_closed(Instant now, TlsSink& out) {
    if (impl_->state != Impl::State::handshaking) return;
    const Call call(*impl_, now, out);
    impl_->end(failure_of(kGskSocketClosed, impl_->first.empty() && !impl_->first_seen && impl_->is_server()
                                                ? "the peer closed before it said anything"
                                                : "the peer closed during the handshake"));
}

bool TlsSession::is_open() const { return impl_->state == Impl::State::open; }
bool TlsSession::is_over() const { return impl_->state == Impl::State::over; }
bool TlsSession::close_sent() const { return impl_->close_sent; }
bool TlsSession::close_received() const { return impl_->close_received; }
Bytes TlsSession::resumable() const { return impl_->resumable; }
const ClientHello& TlsSession::client_hello() const { return impl_->hello; }

}  // namespace vmlab::sslserv
