// A connection's TLS. The order: what the library's errors mean, its callbacks, the session's work.
//
// Beside what its context fixes, a session gets the Diffie-Hellman group (RFC 7919 ffdhe2048) by itself,
// since setting it on the context would test the well-known prime each time.
#include "sslserv/tls_session.hpp"

#include <fmt/core.h>
#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/dh.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/settings.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sslserv/alerts.hpp"
#include "sslserv/keydb/certificate.hpp"
#include "sslserv/keydb/revocations.hpp"
#include "sslserv/record_queue.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/session_tickets.hpp"
#include "sslserv/tls_context.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sslserv {
namespace {

constexpr std::size_t kRecord = 16384;      ///< plaintext of one record
constexpr std::size_t kSmallRecord = 1400;  ///< up to here a record is copied into a frame-sized block
constexpr std::size_t kMostHello = 5 + kRecord;
// RFC 5246 section 6.2.1, and what an alert's record in clear is made of: header, level, description.
constexpr char kChangeCipherSpec = 20, kAlertRecord = 21, kHandshakeRecord = 22;
constexpr char kFatal = 2;
constexpr int kAlertSize = 7;

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

}  // namespace

TlsFailure failure_of(int code, std::string detail) {
    return {code, std::string(return_code(code).text), std::move(detail)};
}

// ── a session, as the callbacks below need to see it
// ───────────────────────────────────────────────────────────────

struct TlsSession::Impl {
    enum class State : std::uint8_t { handshaking, open, over };

    std::shared_ptr<const TlsContext> context;
    TlsSessionOptions options;
    RandomStream& random;
    WOLFSSL* ssl = nullptr;
    State state = State::handshaking;
    TlsSink* out = nullptr;  ///< during a call
    Instant now{};           ///< of the call
    RecordQueue inbox{};
    Bytes first{};  ///< a server holds the first flight back until it can be read
    bool first_seen = false;
    bool has_spoken = false;  ///< something was sent
    bool answered = false;    ///< and that was of the handshake
    int alert_left = -1;      ///< a fatal alert, in clear
    bool has_judged = false;  ///< a certificate of the peer's
    ClientHello hello{};
    std::optional<std::vector<Buffer>> sealed{};  ///< while one record is written: what it became
    std::vector<Buffer> unsent{};                 ///< written before the handshake was done
    bool shutdown_wanted = false, close_sent = false, close_received = false;
    std::string verify_note{};    ///< what is wrong with the peer's certificate
    bool by_certificate = false;  ///< and that ends the handshake
    Bytes peer_certificate{};     ///< as it was shown, DER
    std::string cached_as{};      ///< its key in the session cache, once it is there
    Bytes resumable{};
    bool ticket_came = false;  ///< since resumable was written

    Impl(std::shared_ptr<const TlsContext> shared, const TlsSessionOptions& wanted, RandomStream& stream)
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
    std::string made_under() const { return shared().cache_domain + char('0' + int(options.check)); }
    std::string cache_key(const unsigned char* id, int size) const {
        return made_under() + std::string(reinterpret_cast<const char*>(id), std::size_t(size));
    }

    static int give_wire_bytes(WOLFSSL*, char* room, int size, void* pointer);
    static int take_wire_bytes(WOLFSSL*, char* bytes, int size, void* pointer);
    static int store_session(WOLFSSL* ssl, WOLFSSL_SESSION* saved);
    static WOLFSSL_SESSION* find_session(WOLFSSL* ssl, const unsigned char* id, int size, int* keep);
    static int work_on_ticket(WOLFSSL* ssl, unsigned char name[], unsigned char iv[], unsigned char mac[],
                              int sealing, unsigned char* text, int size, int* new_size, void*);
    static int note_ticket(WOLFSSL*, const unsigned char*, int, void* pointer);
    static int judge_certificate(int accepted, WOLFSSL_X509_STORE_CTX* store);
    int object(std::string why);
    bool has_rules_of_its_own() const;
    std::optional<std::pair<int, std::string>> objection_to(const std::optional<CertificateInfo>& info,
                                                            int depth) const;
    static int note_secret(WOLFSSL* ssl, int id, const unsigned char* secret, int size, void* pointer);

    void set_up(Instant made);
    void look_at_first_flight();
    void refuse_first_flight(int code, int alert, std::string detail);
    bool speaks_in_clear() const;
    bool has_keys() const;
    void send_alert(int alert);
    void handshake();
    void finish_handshake();
    void keep_resumable();
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
    const auto given = static_cast<Impl*>(pointer)->inbox.take({room, std::size_t(size)});
    return given == 0 ? WOLFSSL_CBIO_ERR_WANT_READ : int(given);
}

int TlsSession::Impl::take_wire_bytes(WOLFSSL*, char* bytes, int size, void* pointer) {
    auto& session = *static_cast<Impl*>(pointer);
    auto data = Buffer::copy_of({reinterpret_cast<const std::uint8_t*>(bytes), std::size_t(size)});
    // Behind a fatal alert nothing is said: the library has a second one for some first flights.
    if (session.alert_left >= 0) return size;
    if (size == kAlertSize && bytes[0] == kAlertRecord && bytes[5] == kFatal)
        session.alert_left = static_cast<unsigned char>(bytes[6]);
    session.has_spoken = true;
    session.answered = session.answered || bytes[0] == kHandshakeRecord;
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

/// What the library has against a certificate.
static std::string words_of(int error, const std::optional<CertificateInfo>& info) {
    if (info && (error == ASN_NO_SIGNER_E || error == ASN_SELF_SIGNED_E))
        return fmt::format("{} comes from {}, which is not trusted", info->subject, info->issuer);
    if (info && error == ASN_AFTER_DATE_E)
        return "the certificate is not valid after " + iso_utc(info->not_after);
    if (info && error == ASN_BEFORE_DATE_E)
        return "the certificate is not valid before " + iso_utc(info->not_before);
    if (error == EXTKEYUSE_AUTH_E) return "the certificate is not meant for this side of a connection";
    return wolfSSL_ERR_reason_error_string(static_cast<unsigned long>(error));
}

/// Seals or opens a ticket in place.
int TlsSession::Impl::work_on_ticket(WOLFSSL* ssl, unsigned char name[], unsigned char iv[],
                                     unsigned char mac[], int sealing, unsigned char* text, int size,
                                     int* new_size, void*) {
    auto& session = *static_cast<Impl*>(wolfSSL_GetIOReadCtx(ssl));
    auto& shared = session.shared();
    const ByteView given(text, std::size_t(size));
    if (sealing != 0) {
        const auto ticket = seal_ticket(*shared.cache, given, session.made_under(), session.now,
                                        shared.cache_life, session.random);
        std::ranges::copy(ticket.key, name);
        std::ranges::copy(ticket.iv, iv);
        std::ranges::copy(ticket.mac, mac);
        std::ranges::copy(ticket.text, text);
        *new_size = int(ticket.text.size());
        return WOLFSSL_TICKET_RET_OK;
    }
    SealedTicket ticket;
    std::copy_n(name, ticket.key.size(), ticket.key.begin());
    std::copy_n(iv, ticket.iv.size(), ticket.iv.begin());
    std::copy_n(mac, ticket.mac.size(), ticket.mac.begin());
    ticket.text.assign(given.begin(), given.end());
    const auto state = open_ticket(*shared.cache, ticket, session.made_under(), session.now);
    if (!state) return WOLFSSL_TICKET_RET_REJECT;
    std::ranges::copy(*state, text);
    *new_size = int(state->size());
    return WOLFSSL_TICKET_RET_OK;
}

int TlsSession::Impl::note_ticket(WOLFSSL*, const unsigned char*, int, void* pointer) {
    static_cast<Impl*>(pointer)->ticket_came = true;
    return 0;
}

int TlsSession::Impl::judge_certificate(int accepted, WOLFSSL_X509_STORE_CTX* store) {
    auto& session = *static_cast<Impl*>(store->userCtx);
    session.has_judged = true;
    const int depth = store->error_depth;
    const bool shown = depth >= 0 && depth < store->totalCerts;
    const ByteView der =
        shown ? ByteView{store->certs[depth].buffer, store->certs[depth].length} : ByteView{};
    if (depth == 0 && session.is_server()) session.peer_certificate.assign(der.begin(), der.end());
    if (accepted != 0 && !(shown && session.has_rules_of_its_own())) return 1;
    const auto info = shown ? read_certificate(der) : std::nullopt;
    if (accepted == 0) return session.object(words_of(store->error, info));
    const auto objection = session.objection_to(info, depth);
    if (!objection) return 1;
    store->error = objection->first;
    return session.object(objection->second);
}

/// Ends the handshake, except where a certificate is only preferred.
int TlsSession::Impl::object(std::string why) {
    verify_note = std::move(why);
    by_certificate = !is_server() || options.check != ClientCertCheck::preferred;
    return by_certificate ? 0 : 1;
}

/// Beside the library's.
bool TlsSession::Impl::has_rules_of_its_own() const {
    return shared().protection.weakest_hash != SignatureHash::md5 || shared().revocations ||
           !options.host.empty();
}

/// What the library has nothing against may still be signed too weakly, revoked, or for another host: the
/// library's error for that, and words.
std::optional<std::pair<int, std::string>> TlsSession::Impl::objection_to(
    const std::optional<CertificateInfo>& info, int depth) const {
    const auto& protection = shared().protection;
    const bool root = depth > 0 && info && info->self_issued();
    if (protection.weakest_hash != SignatureHash::md5 && !root &&
        !(info && meets_floor(info->hash, protection)))
        return std::pair(int(VERIFY_CERT_ERROR),
                         fmt::format("the certificate is not signed with {}", name_of_floor(protection)));
    if (shared().revocations && info && !root)
        if (const auto verdict = shared().revocations->judge(*info, now))
            return std::pair(int(verdict->revoked ? CRL_CERT_REVOKED : CRL_MISSING), verdict->why);
    if (depth == 0 && !options.host.empty() && !(info && carries_host(*info, options.host)))
        return std::pair(int(DOMAIN_NAME_MISMATCH),
                         fmt::format("the certificate is not for {}", options.host));
    return std::nullopt;
}

static std::string hex(ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
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
    if (session.out && session.out->logs_keys() &&
        wolfSSL_get_client_random(ssl, client.data(), client.size()) == client.size())
        session.out->key_log(
            fmt::format("{} {} {}", name, hex(client), hex({secret, static_cast<std::size_t>(size)})));
    return 0;
}

void TlsSession::Impl::set_up(Instant made) {
    auto* ctx = shared().ctx;
    wolfSSL_CTX_SetIORecv(ctx, give_wire_bytes);
    wolfSSL_CTX_SetIOSend(ctx, take_wire_bytes);
    if (shared().cache) {
        wolfSSL_CTX_sess_set_new_cb(ctx, store_session);
        wolfSSL_CTX_sess_set_get_cb(ctx, find_session);
        if (shared().cache_life > Duration{}) wolfSSL_CTX_set_TicketEncCb(ctx, work_on_ticket);
    }
    // Else a client without a certificate gets no alert before TLS 1.3. (wolfSSL_mutual_auth refuses
    // servers.)
    if (is_server()) wolfSSL_CTX_mutual_auth(ctx, options.check == ClientCertCheck::required ? 1 : 0);
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
        wolfSSL_set_SessionTicket_cb(ssl, note_ticket, this);
        if (options.verify_peer) verify = WOLFSSL_VERIFY_PEER;
        if (!options.host.empty() && !Ipv4Address::parse(options.host))
            wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, options.host.data(), word16(options.host.size()));
        if (!options.resume.empty()) {
            const unsigned char* at = options.resume.data();
            if (auto* saved = wolfSSL_d2i_SSL_SESSION(nullptr, &at, long(options.resume.size()))) {
                // The library would send the id of an old one, and not expect it to be taken.
                const auto age = long(duration_cast<seconds>(made.time_since_epoch()).count()) -
                                 wolfSSL_SESSION_get_time(saved);
                if (age < wolfSSL_SESSION_get_timeout(saved)) wolfSSL_set_session(ssl, saved);
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
    if (alert >= 0) send_alert(alert);
    why.alert_sent = alert;
    end(std::move(why));
}

/// What a server sends in a handshake can be read by everybody: before TLS 1.3 until its Finished, from
/// TLS 1.3 on up to its ServerHello.
bool TlsSession::Impl::speaks_in_clear() const {
    if (!is_server() || state != State::handshaking) return false;
    return !has_spoken || (wolfSSL_version(ssl) <= TLS1_2_VERSION && wolfSSL_session_reused(ssl) == 0);
}

/// The keys of the session are there: of its cipher, or of its MAC where the cipher is NULL.
bool TlsSession::Impl::has_keys() const {
    const auto any = [](const unsigned char* bytes, int size) {
        return bytes != nullptr &&
               std::any_of(bytes, bytes + std::max(size, 0), [](auto b) { return b != 0; });
    };
    return any(wolfSSL_GetServerWriteKey(ssl), wolfSSL_GetKeySize(ssl)) ||
           any(wolfSSL_GetMacSecret(ssl, 0), wolfSSL_GetHmacSize(ssl));
}

void TlsSession::Impl::send_alert(int alert) {
    const auto minor = has_spoken ? std::uint8_t(wolfSSL_version(ssl)) : std::uint8_t(1);
    const std::uint8_t record[] = {0x15, 3, minor, 0, 2, 2, std::uint8_t(alert)};
    out->ciphertext(Buffer::copy_of(record), 0);
}

void TlsSession::Impl::look_at_first_flight() {
    const bool can_tell = join_records(first);
    const auto kind = can_tell ? read_first_flight(first, hello) : FirstFlight::incomplete;
    if (kind == FirstFlight::incomplete && first.size() < kMostHello) return;
    first_seen = true;
    const auto& shared = this->shared();
    if (kind == FirstFlight::plain) {
        const auto shown = ByteView(first).first(std::min<std::size_t>(first.size(), 8));
        return refuse_first_flight(
            kGskMessageFormat, -1,
            fmt::format("the client does not speak TLS; it begins with {}", hex(shown)));
    }
    if (kind == FirstFlight::tls && first.front() == kChangeCipherSpec)
        return refuse_first_flight(kGskProtocol, kAlertUnexpectedMessage,
                                   "the client begins with a change of ciphers");
    if (kind == FirstFlight::sslv2)
        return refuse_first_flight(kGskUnsupported, kAlertProtocolVersion, "the client speaks SSL2");
    if (kind == FirstFlight::client_hello) {
        const auto& protection = shared.protection;
        const auto version = choose_version(hello, protection.protocols, protection.knows_tls_1_3);
        if (protection.protocols.empty() || (shared.usable && !version))
            return refuse_first_flight(
                kGskUnsupported, kAlertProtocolVersion,
                fmt::format("no common protocol; the client offers {}", offer_of(hello)));
        if (shared.usable && hello.fallback && protection.fallback_scsv && *version < shared.highest)
            return refuse_first_flight(kGskProtocol, kAlertInappropriateFallback,
                                       fmt::format("the client fell back to {} although {} is enabled",
                                                   short_name_of(*version), short_name_of(shared.highest)));
    }
    if (!shared.usable)
        return refuse_first_flight(kGskNoCiphers, kAlertHandshakeFailure,
                                   "no cipher suite is enabled that fits protocols and key");
    inbox.push(Buffer::copy_of(first));
    Bytes().swap(first);  // with its memory
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
    if (is_server()) how.peer_certificate = std::move(peer_certificate);
    if (version <= TLS1_2_VERSION) {
        if (out->logs_keys()) log_secrets();
        if (!is_server()) keep_resumable();
    }
    wolfSSL_FreeArrays(ssl);
    out->established(how);
    for (const auto& data : std::exchange(unsent, {})) send(data);
    if (shutdown_wanted) send_close();
}

void TlsSession::Impl::keep_resumable() {
    auto* session = wolfSSL_get1_session(ssl);
    const int size = session ? wolfSSL_i2d_SSL_SESSION(session, nullptr) : 0;
    if (size > 0) {
        resumable.resize(std::size_t(size));
        unsigned char* at = resumable.data();
        wolfSSL_i2d_SSL_SESSION(session, &at);
    }
    wolfSSL_SESSION_free(session);
}

void TlsSession::Impl::deliver() {
    while (state == State::open && !close_received && inbox.ready()) {
        Buffer room = Buffer::allocate(kRecord);
        const int n = wolfSSL_read(ssl, room.writable(), int(kRecord));
        if (std::exchange(ticket_came, false)) keep_resumable();
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
    why.alert_sent = alert_left >= 0 ? alert_left : history.last_tx.code;
    why.alert_received = history.last_rx.code;
    if (library_error == FATAL_ERROR && why.alert_received >= 0) {
        why.code = return_code_of_alert(why.alert_received);
        why.detail =
            fmt::format("the peer sent alert {} {}", why.alert_received, alert_name(why.alert_received));
    } else {
        why.code = return_code_of_library(library_error);
        why.detail = library_error == WOLFSSL_ERROR_ZERO_RETURN
                         ? "the peer closed during the handshake"
                         : wolfSSL_ERR_reason_error_string(static_cast<unsigned long>(library_error));
        if (by_certificate) why.detail = verify_note;
        why.by_peer_certificate = by_certificate || library_error == NO_PEER_CERT;
    }
    why.peer_certificate = std::move(peer_certificate);
    if (is_server() && state == State::handshaking &&
        (why.code == kGskNoCiphers || why.code == kGskUnsupported))
        why.detail += fmt::format("; the client offers {}", offer_of(hello));
    // The library does not tell the peer of every failure.
    if (why.alert_sent < 0 && why.alert_received < 0 && why.code != kGskSocketClosed && speaks_in_clear()) {
        why.alert_sent = alert_of_return_code(why.code);
        send_alert(why.alert_sent);
    }
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
    Bytes().swap(first);  // with its memory
    wolfSSL_ERR_clear_error();
    out->failed(why);
}

// ── the public face
// ────────────────────────────────────────────────────────────────────────────────────────────────

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, const TlsSessionOptions& options,
                       RandomStream& random, Instant now)
    : impl_(std::make_unique<Impl>(std::move(context), options, random)) {
    const CryptoScope scope(random, now);
    impl_->set_up(now);
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
    if (impl_->is_server() && !impl_->first_seen) {
        const auto bytes = data.span();
        impl_->first.insert(impl_->first.end(), bytes.begin(), bytes.end());
        impl_->look_at_first_flight();
    } else {
        impl_->inbox.push(std::move(data));
    }
    if (!impl_->inbox.ready()) return;
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
HandshakeWork TlsSession::work() const {
    const auto& my = *impl_;
    const auto* suite = find_cipher_suite(std::uint16_t(wolfSSL_get_current_cipher_suite(my.ssl)));
    HandshakeWork work;
    work.as_client = !my.is_server();
    work.resumed = wolfSSL_session_reused(my.ssl) != 0;
    work.signs = suite == nullptr || suite->exchange != KeyExchange::rsa;
    const bool answered = my.is_server() ? my.answered : my.has_judged;
    work.reached = my.state == Impl::State::open || my.has_keys() ? HandshakeReached::keys
                   : answered                                     ? HandshakeReached::answered
                                                                  : HandshakeReached::nothing;
    return work;
}

const ClientHello& TlsSession::client_hello() const { return impl_->hello; }

}  // namespace vmlab::sslserv
