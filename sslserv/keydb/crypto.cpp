// Everything that calls wolfCrypt. The two thread-local values are the bridge to the library's argument-less
// callbacks: they hold nothing beyond the life of a CryptoScope on the stack.
#include "sslserv/keydb/crypto.hpp"

#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/cryptocb.h>
#include <wolfssl/wolfcrypt/des3.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/settings.h>

#include <algorithm>
#include <ctime>

#include "sslserv/keydb/der.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sslserv {
namespace {

thread_local RandomStream* current_random = nullptr;
thread_local Instant current_now{};

constexpr int kDevice = 7010;

int answer_library(int, wc_CryptoInfo* info, void*) {
    if (info->algo_type != WC_ALGO_TYPE_RNG) return CRYPTOCB_UNAVAILABLE;
    vm_assert(current_random != nullptr);
    current_random->fill({info->rng.out, info->rng.sz});
    return 0;
}

/// Seeds the library's own generators, whose output is never used: the device above answers first. The bytes
/// only have to pass the library's test for repetition.
int seed_library(OS_Seed*, byte* seed, word32 size) {
    for (word32 i = 0; i < size; ++i) seed[i] = byte(i * 167 + (i >> 2) + 13);
    return 0;
}

std::time_t tell_library_time(std::time_t* out) {
    const auto now = std::chrono::floor<seconds>(current_now.time_since_epoch()).count();
    if (out) *out = std::time_t(now);
    return std::time_t(now);
}

int initialize_library() {
    vm_assert(wolfSSL_Init() == WOLFSSL_SUCCESS);
    vm_assert(wc_SetSeed_Cb(seed_library) == 0);
    vm_assert(wc_SetTimeCb(tell_library_time) == 0);
    vm_assert(wc_CryptoCb_RegisterDevice(kDevice, answer_library, nullptr) == 0);
    return kDevice;
}

struct Rng {
    Rng() { vm_assert(wc_InitRng_ex(&rng, nullptr, crypto_device()) == 0); }
    ~Rng() { wc_FreeRng(&rng); }
    Rng(const Rng&) = delete;
    Rng& operator=(const Rng&) = delete;
    WC_RNG rng;
};
struct Rsa {
    Rsa() { wc_InitRsaKey_ex(&key, nullptr, crypto_device()); }
    ~Rsa() { wc_FreeRsaKey(&key); }
    Rsa(const Rsa&) = delete;
    Rsa& operator=(const Rsa&) = delete;
    RsaKey key;
};
struct Ec {
    Ec() { wc_ecc_init_ex(&key, nullptr, crypto_device()); }
    ~Ec() { wc_ecc_free(&key); }
    Ec(const Ec&) = delete;
    Ec& operator=(const Ec&) = delete;
    ecc_key key;
};

const byte* ptr(ByteView view) { return view.empty() ? reinterpret_cast<const byte*>("") : view.data(); }
word32 len(ByteView view) { return word32(view.size()); }

const Bytes& rsa_oid() {
    static const Bytes oid = der::object_id("1.2.840.113549.1.1.1");
    return oid;
}
const Bytes& ec_oid() {
    static const Bytes oid = der::object_id("1.2.840.10045.2.1");
    return oid;
}

const Bytes& dsa_oid() {
    static const Bytes oid = der::object_id("1.2.840.10040.4.1");
    return oid;
}

/// The kind that an AlgorithmIdentifier (content of its SEQUENCE) names.
KeyKind kind_of_algorithm(ByteView algorithm) {
    der::Reader reader(algorithm);
    const auto oid = reader.next(der::kObjectId);
    if (oid && std::ranges::equal(oid->whole, rsa_oid())) return KeyKind::rsa;
    if (oid && std::ranges::equal(oid->whole, ec_oid())) return KeyKind::ec;
    if (oid && std::ranges::equal(oid->whole, dsa_oid())) return KeyKind::dsa;
    return KeyKind::other;
}

KeyKind kind_of_private(ByteView pkcs8) {
    der::Reader outer(pkcs8);
    const auto info = outer.next(der::kSequence);
    if (!info) return KeyKind::other;
    der::Reader reader(info->content);
    if (!reader.next(der::kInteger)) return KeyKind::other;
    const auto algorithm = reader.next(der::kSequence);
    return algorithm ? kind_of_algorithm(algorithm->content) : KeyKind::other;
}

bool load(Rsa& rsa, ByteView pkcs8) {
    word32 index = 0;
    return wc_RsaPrivateKeyDecode(ptr(pkcs8), &index, &rsa.key, len(pkcs8)) == 0;
}

bool load(Ec& ec, ByteView pkcs8) {
    word32 index = 0;
    if (wc_EccPrivateKeyDecode(ptr(pkcs8), &index, &ec.key, len(pkcs8)) != 0) return false;
    return ec.key.type != ECC_PRIVATEKEY_ONLY || wc_ecc_make_pub(&ec.key, nullptr) == 0;
}

bool load_public(Rsa& rsa, ByteView info) {
    word32 index = 0;
    return wc_RsaPublicKeyDecode(ptr(info), &index, &rsa.key, len(info)) == 0;
}

bool load_public(Ec& ec, ByteView info) {
    word32 index = 0;
    return wc_EccPublicKeyDecode(ptr(info), &index, &ec.key, len(info)) == 0;
}

// ── DSA (FIPS 186-4 section 4): the numbers of a key, and the public half of a private one

/// The content of an INTEGER without its leading zero; at most 4096 bits, not negative.
std::optional<ByteView> magnitude(const std::optional<der::Item>& number) {
    if (!number || number->content.empty() || (number->content[0] & 0x80) != 0) return std::nullopt;
    ByteView bytes = number->content;
    if (bytes[0] == 0) bytes = bytes.subspan(1);
    return bytes.empty() || bytes.size() > 512 ? std::nullopt : std::optional(bytes);
}

struct DsaDomain {
    ByteView p{}, g{};
    unsigned bits() const {
        unsigned top = 0;
        for (unsigned byte = p[0]; byte != 0; byte >>= 1) ++top;
        return unsigned(p.size() - 1) * 8 + top;
    }
};
/// p, q and g of an AlgorithmIdentifier (content of its SEQUENCE).
std::optional<DsaDomain> read_dsa_domain(ByteView algorithm) {
    der::Reader reader(algorithm);
    (void)reader.next(der::kObjectId);
    const auto parameters = reader.next(der::kSequence);
    if (!parameters) return std::nullopt;
    der::Reader numbers(parameters->content);
    const auto p = magnitude(numbers.next(der::kInteger));
    const auto q = magnitude(numbers.next(der::kInteger));
    const auto g = magnitude(numbers.next(der::kInteger));
    if (!p || !q || !g) return std::nullopt;
    return DsaDomain{*p, *g};
}

/// g^x mod p; empty when the library refuses.
Bytes dsa_public_number(const DsaDomain& domain, ByteView x) {
    mp_int p, g, secret, y;
    if (mp_init_multi(&p, &g, &secret, &y, nullptr, nullptr) != MP_OKAY) return {};
    Bytes out(domain.p.size());
    bool done = mp_read_unsigned_bin(&p, ptr(domain.p), len(domain.p)) == MP_OKAY;
    done = done && mp_read_unsigned_bin(&g, ptr(domain.g), len(domain.g)) == MP_OKAY;
    done = done && mp_read_unsigned_bin(&secret, ptr(x), len(x)) == MP_OKAY;
    done = done && mp_exptmod(&g, &secret, &p, &y) == MP_OKAY;
    done = done && mp_to_unsigned_bin_len(&y, out.data(), int(out.size())) == MP_OKAY;
    mp_forcezero(&secret);
    return done ? out : Bytes{};
}

std::optional<PublicKey> dsa_public_key_of(ByteView pkcs8) {
    der::Reader outer(pkcs8);
    const auto whole = outer.next(der::kSequence);
    if (!whole) return std::nullopt;
    der::Reader reader(whole->content);
    (void)reader.next(der::kInteger);
    const auto algorithm = reader.next(der::kSequence);
    const auto secret = reader.next(der::kOctetString);
    const auto domain = algorithm ? read_dsa_domain(algorithm->content) : std::nullopt;
    if (!domain || !secret) return std::nullopt;
    der::Reader number(secret->content);
    const auto x = magnitude(number.next(der::kInteger));
    if (!x) return std::nullopt;
    Bytes y = dsa_public_number(*domain, *x);
    if (y.empty()) return std::nullopt;
    const auto first = std::ranges::find_if(y, [](std::uint8_t byte) { return byte != 0; });
    y.erase(y.begin(), first);
    if (y.empty() || (y[0] & 0x80) != 0) y.insert(y.begin(), 0);
    return PublicKey{KeyKind::dsa, domain->bits(),
                     der::sequence({algorithm->whole, der::bit_string(der::item(der::kInteger, y))})};
}

struct HashChoice {
    wc_HashType type;
    int oid;
};
HashChoice choice_of(SignatureHash hash) {
    switch (hash) {
        case SignatureHash::md5: return {WC_HASH_TYPE_MD5, MD5h};
        case SignatureHash::sha1: return {WC_HASH_TYPE_SHA, SHAh};
        case SignatureHash::sha256: return {WC_HASH_TYPE_SHA256, SHA256h};
        case SignatureHash::sha384: return {WC_HASH_TYPE_SHA384, SHA384h};
        case SignatureHash::sha512: return {WC_HASH_TYPE_SHA512, SHA512h};
        case SignatureHash::unknown: break;
    }
    return {WC_HASH_TYPE_NONE, 0};
}

Bytes digest_of(HashChoice choice, ByteView message) {
    const int size = wc_HashGetDigestSize(choice.type);
    if (size <= 0) return {};
    Bytes digest(static_cast<std::size_t>(size));
    if (wc_Hash(choice.type, ptr(message), len(message), digest.data(), word32(size)) != 0) return {};
    return digest;
}

/// DigestInfo of PKCS#1 v1.5.
Bytes digest_info(HashChoice choice, ByteView message) {
    const Bytes digest = digest_of(choice, message);
    if (digest.empty()) return {};
    Bytes encoded(MAX_DER_DIGEST_SZ);
    encoded.resize(wc_EncodeSignature(encoded.data(), digest.data(), word32(digest.size()), choice.oid));
    return encoded;
}

Bytes make_rsa(unsigned bits) {
    Rng rng;
    Rsa rsa;
    if (wc_MakeRsaKey(&rsa.key, int(bits), WC_RSA_EXPONENT, &rng.rng) != 0) return {};
    Bytes pkcs1(5000);
    const int size = wc_RsaKeyToDer(&rsa.key, pkcs1.data(), word32(pkcs1.size()));
    if (size <= 0) return {};
    pkcs1.resize(std::size_t(size));
    return der::sequence(
        {der::integer(0), der::sequence({rsa_oid(), der::null()}), der::item(der::kOctetString, pkcs1)});
}

Bytes make_ec(unsigned bits) {
    Rng rng;
    Ec ec;
    if (wc_ecc_make_key_ex(&rng.rng, int(bits / 8), &ec.key, bits == 384 ? ECC_SECP384R1 : ECC_SECP256R1) !=
        0)
        return {};
    Bytes pkcs8(1000);
    word32 size = word32(pkcs8.size());
    const int written = wc_EccKeyToPKCS8(&ec.key, pkcs8.data(), &size);
    if (written <= 0) return {};
    pkcs8.resize(std::size_t(written));
    return pkcs8;
}

}  // namespace

CryptoScope::CryptoScope(RandomStream& random, Instant now)
    : outer_random_(current_random), outer_now_(current_now) {
    (void)crypto_device();
    current_random = &random;
    current_now = now;
}

CryptoScope::~CryptoScope() {
    current_random = outer_random_;
    current_now = outer_now_;
}

int crypto_device() {
    static const int device = initialize_library();
    return device;
}

Bytes make_key(KeyKind kind, unsigned bits, RandomStream& random) {
    const CryptoScope scope(random, Instant{});
    if (kind == KeyKind::rsa) return make_rsa(bits);
    if (kind == KeyKind::ec && (bits == 256 || bits == 384)) return make_ec(bits);
    return {};
}

std::optional<PublicKey> public_key_of(ByteView pkcs8) {
    (void)crypto_device();
    PublicKey found{kind_of_private(pkcs8), 0, Bytes(3000)};
    int size = 0;
    if (found.kind == KeyKind::rsa) {
        Rsa rsa;
        if (!load(rsa, pkcs8)) return std::nullopt;
        size = wc_RsaKeyToPublicDer(&rsa.key, found.info.data(), word32(found.info.size()));
        found.bits = unsigned(wc_RsaEncryptSize(&rsa.key)) * 8;
    } else if (found.kind == KeyKind::ec) {
        Ec ec;
        if (!load(ec, pkcs8)) return std::nullopt;
        size = wc_EccPublicKeyToDer(&ec.key, found.info.data(), word32(found.info.size()), 1);
        found.bits = unsigned(wc_ecc_size(&ec.key)) * 8;
    } else if (found.kind == KeyKind::dsa) {
        return dsa_public_key_of(pkcs8);
    }
    if (size <= 0) return std::nullopt;
    found.info.resize(std::size_t(size));
    return found;
}

std::optional<PublicKey> read_public_key(ByteView info) {
    (void)crypto_device();
    der::Reader outer(info);
    const auto spki = outer.next(der::kSequence);
    if (!spki) return std::nullopt;
    der::Reader reader(spki->content);
    const auto algorithm = reader.next(der::kSequence);
    if (!algorithm) return std::nullopt;
    PublicKey found{kind_of_algorithm(algorithm->content), 0, Bytes(info.begin(), info.end())};
    if (found.kind == KeyKind::rsa) {
        Rsa rsa;
        if (!load_public(rsa, info)) return std::nullopt;
        found.bits = unsigned(wc_RsaEncryptSize(&rsa.key)) * 8;
    } else if (found.kind == KeyKind::ec) {
        Ec ec;
        if (!load_public(ec, info)) return std::nullopt;
        found.bits = unsigned(wc_ecc_size(&ec.key)) * 8;
    } else if (found.kind == KeyKind::dsa) {
        const auto domain = read_dsa_domain(algorithm->content);
        if (!domain) return std::nullopt;
        found.bits = domain->bits();
    }
    return found;
}

Bytes sign(ByteView pkcs8, SignatureHash hash, ByteView message, RandomStream& random) {
    const CryptoScope scope(random, Instant{});
    const auto choice = choice_of(hash);
    const KeyKind kind = kind_of_private(pkcs8);
    Bytes signature(1100);
    word32 size = word32(signature.size());
    Rng rng;
    if (kind == KeyKind::rsa) {
        Rsa rsa;
        const Bytes encoded = digest_info(choice, message);
        if (encoded.empty() || !load(rsa, pkcs8)) return {};
        const int written =
            wc_RsaSSL_Sign(encoded.data(), len(encoded), signature.data(), size, &rsa.key, &rng.rng);
        if (written <= 0) return {};
        size = word32(written);
    } else if (kind == KeyKind::ec) {
        Ec ec;
        const Bytes digest = digest_of(choice, message);
        if (digest.empty() || !load(ec, pkcs8)) return {};
        if (wc_ecc_sign_hash(digest.data(), len(digest), signature.data(), &size, &rng.rng, &ec.key) != 0)
            return {};
    } else {
        return {};
    }
    signature.resize(size);
    return signature;
}

bool verify(ByteView public_info, SignatureHash hash, ByteView message, ByteView signature) {
    const auto key = read_public_key(public_info);
    const auto choice = choice_of(hash);
    if (!key || signature.empty()) return false;
    if (key->kind == KeyKind::rsa) {
        Rsa rsa;
        if (!load_public(rsa, public_info)) return false;
        Bytes recovered(1100);
        const int size = wc_RsaSSL_Verify(ptr(signature), len(signature), recovered.data(),
                                          word32(recovered.size()), &rsa.key);
        if (size <= 0) return false;
        recovered.resize(std::size_t(size));
        const Bytes expected = digest_info(choice, message);
        return !expected.empty() && recovered == expected;
    }
    if (key->kind == KeyKind::ec) {
        Ec ec;
        const Bytes digest = digest_of(choice, message);
        int right = 0;
        return !digest.empty() && load_public(ec, public_info) &&
               wc_ecc_verify_hash(ptr(signature), len(signature), digest.data(), len(digest), &right,
                                  &ec.key) == 0 &&
               right == 1;
    }
    return false;
}

Digest256 sha256(ByteView message) {
    Digest256 digest{};
    vm_assert(wc_Sha256Hash(ptr(message), len(message), digest.data()) == 0);
    return digest;
}

std::array<std::uint8_t, 20> sha1(ByteView message) {
    std::array<std::uint8_t, 20> digest{};
    vm_assert(wc_ShaHash(ptr(message), len(message), digest.data()) == 0);
    return digest;
}

Digest256 hmac_sha256(ByteView key, ByteView message) {
    Digest256 digest{};
    Hmac hmac;
    vm_assert(wc_HmacInit(&hmac, nullptr, INVALID_DEVID) == 0);
    vm_assert(wc_HmacSetKey(&hmac, WC_SHA256, ptr(key), len(key)) == 0);
    vm_assert(wc_HmacUpdate(&hmac, ptr(message), len(message)) == 0);
    vm_assert(wc_HmacFinal(&hmac, digest.data()) == 0);
    wc_HmacFree(&hmac);
    return digest;
}

namespace {

Bytes hmac_of(int hash, std::size_t size, ByteView key, ByteView input) {
    Bytes out(size);
    Hmac hmac;
    bool done = wc_HmacInit(&hmac, nullptr, INVALID_DEVID) == 0;
    done = done && wc_HmacSetKey(&hmac, hash, ptr(key), len(key)) == 0;
    done = done && wc_HmacUpdate(&hmac, ptr(input), len(input)) == 0;
    done = done && wc_HmacFinal(&hmac, out.data()) == 0;
    wc_HmacFree(&hmac);
    return done ? out : Bytes{};
}

Bytes aes_cbc_of(ByteView key, ByteView iv, ByteView input) {
    if (iv.size() != 16 || input.size() % 16 != 0) return {};
    Bytes out(input.size());
    Aes aes;
    bool done = wc_AesInit(&aes, nullptr, INVALID_DEVID) == 0;
    done = done && wc_AesSetKey(&aes, ptr(key), len(key), ptr(iv), AES_ENCRYPTION) == 0;
    done = done && wc_AesCbcEncrypt(&aes, out.data(), ptr(input), len(input)) == 0;
    wc_AesFree(&aes);
    return done ? out : Bytes{};
}

Bytes aes_gcm_of(ByteView key, ByteView iv, ByteView additional, ByteView input) {
    Bytes out(input.size() + 16);
    Aes aes;
    bool done = wc_AesInit(&aes, nullptr, INVALID_DEVID) == 0;
    done = done && wc_AesGcmSetKey(&aes, ptr(key), len(key)) == 0;
    done = done && wc_AesGcmEncrypt(&aes, out.data(), ptr(input), len(input), ptr(iv), len(iv),
                                    out.data() + input.size(), 16, ptr(additional), len(additional)) == 0;
    wc_AesFree(&aes);
    return done ? out : Bytes{};
}

Bytes triple_des_cbc_of(ByteView key, ByteView iv, ByteView input) {
    if (key.size() != 24 || iv.size() != 8 || input.size() % 8 != 0) return {};
    Bytes out(input.size());
    Des3 des;
    bool done = wc_Des3Init(&des, nullptr, INVALID_DEVID) == 0;
    done = done && wc_Des3_SetKey(&des, ptr(key), ptr(iv), DES_ENCRYPTION) == 0;
    done = done && wc_Des3_CbcEncrypt(&des, out.data(), ptr(input), len(input)) == 0;
    wc_Des3Free(&des);
    return done ? out : Bytes{};
}

Bytes hash_drbg_of(ByteView entropy, ByteView reseed) {
    Bytes out(4 * WC_SHA256_DIGEST_SIZE);
    const int rc = wc_RNG_HealthTest(1, ptr(entropy), len(entropy), ptr(reseed), len(reseed), out.data(),
                                     word32(out.size()));
    return rc == 0 ? out : Bytes{};
}

}  // namespace

Bytes compute(Primitive what, ByteView key, ByteView iv, ByteView additional, ByteView input) {
    (void)crypto_device();
    switch (what) {
        case Primitive::aes_cbc: return aes_cbc_of(key, iv, input);
        case Primitive::aes_gcm: return aes_gcm_of(key, iv, additional, input);
        case Primitive::triple_des_cbc: return triple_des_cbc_of(key, iv, input);
        case Primitive::sha1: return digest_of(choice_of(SignatureHash::sha1), input);
        case Primitive::sha256: return digest_of(choice_of(SignatureHash::sha256), input);
        case Primitive::sha384: return digest_of(choice_of(SignatureHash::sha384), input);
        case Primitive::sha512: return digest_of(choice_of(SignatureHash::sha512), input);
        case Primitive::hmac_sha1: return hmac_of(WC_SHA, WC_SHA_DIGEST_SIZE, key, input);
        case Primitive::hmac_sha256: return hmac_of(WC_SHA256, WC_SHA256_DIGEST_SIZE, key, input);
        case Primitive::hash_drbg: return hash_drbg_of(key, input);
    }
    return {};
}

Digest256 key_from_password(std::string_view password, ByteView salt, std::uint32_t iterations) {
    Digest256 key{};
    const auto* text = reinterpret_cast<const byte*>(password.empty() ? "" : password.data());
    vm_assert(wc_PBKDF2(key.data(), text, int(password.size()), ptr(salt), int(salt.size()), int(iterations),
                        int(key.size()), WC_SHA256) == 0);
    return key;
}

Bytes aes256_cbc_encrypt(const Digest256& key, ByteView iv16, ByteView plain) {
    vm_assert(iv16.size() == 16);
    const std::size_t padding = 16 - plain.size() % 16;
    Bytes padded(plain.begin(), plain.end());
    padded.insert(padded.end(), padding, std::uint8_t(padding));
    Bytes out(padded.size());
    Aes aes;
    vm_assert(wc_AesInit(&aes, nullptr, INVALID_DEVID) == 0);
    vm_assert(wc_AesSetKey(&aes, key.data(), 32, iv16.data(), AES_ENCRYPTION) == 0);
    vm_assert(wc_AesCbcEncrypt(&aes, out.data(), padded.data(), word32(padded.size())) == 0);
    wc_AesFree(&aes);
    return out;
}

std::optional<Bytes> aes256_cbc_decrypt(const Digest256& key, ByteView iv16, ByteView cipher) {
    if (iv16.size() != 16 || cipher.empty() || cipher.size() % 16 != 0) return std::nullopt;
    Bytes out(cipher.size());
    Aes aes;
    vm_assert(wc_AesInit(&aes, nullptr, INVALID_DEVID) == 0);
    vm_assert(wc_AesSetKey(&aes, key.data(), 32, iv16.data(), AES_DECRYPTION) == 0);
    const int rc = wc_AesCbcDecrypt(&aes, out.data(), cipher.data(), word32(cipher.size()));
    wc_AesFree(&aes);
    const std::size_t padding = out.back();
    if (rc != 0 || padding == 0 || padding > 16) return std::nullopt;
    for (std::size_t i = out.size() - padding; i < out.size(); ++i)
        if (out[i] != padding) return std::nullopt;
    out.resize(out.size() - padding);
    return out;
}

}  // namespace vmlab::sslserv

/// The library's milliseconds, for the age of TLS 1.3 tickets.
extern "C" long long vmlab_wolfssl_time_ms(void) {
    using namespace vmlab;
    return std::chrono::floor<milliseconds>(sslserv::current_now.time_since_epoch()).count();
}

/// The library asks while it writes a certificate request (wolfssl/client-certificates.patch). The list is
/// the first of the extra data of the session's context, where tls_context.cpp puts it.
extern "C" unsigned int vmlab_wolfssl_authorities(const void* ssl, const unsigned char** list) {
    auto* ctx = wolfSSL_get_SSL_CTX(static_cast<WOLFSSL*>(const_cast<void*>(ssl)));
    const auto* names = static_cast<const vmlab::sslserv::Bytes*>(wolfSSL_CTX_get_ex_data(ctx, 0));
    if (names == nullptr) return 0;
    *list = names->data();
    return unsigned(names->size());
}
