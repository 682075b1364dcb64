// The primitives of keys and certificates: hashes, key pairs, signatures, password-based keys. The only door
// to the library's wolfCrypt half; what the bytes mean (DER, PEM, X.509) is certificate.hpp's business.
//
// The library asks for randomness and time through process-wide callbacks without an argument. They are
// answered from the CryptoScope that is open in the calling thread; no scope, no work with keys.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Digest256 = std::array<std::uint8_t, 32>;

/// While it lives, the library's randomness comes from `random` and its clock shows `now`. Scopes nest.
class CryptoScope {
public:
    CryptoScope(RandomStream& random, Instant now);
    ~CryptoScope();
    CryptoScope(const CryptoScope&) = delete;
    CryptoScope& operator=(const CryptoScope&) = delete;

private:
    RandomStream* outer_random_;
    Instant outer_now_;
};

/// The library's number for the callbacks above. Initializes the library at the first call.
[[nodiscard]] int crypto_device();

/// DSA keys are recognized, so that they can be refused by name; nothing signs with them here.
enum class KeyKind : std::uint8_t { rsa, ec, dsa, other };
enum class SignatureHash : std::uint8_t { md5, sha1, sha256, sha384, sha512, unknown };

/// A new key pair as unencrypted PKCS#8. `bits`: 1024, 2048, 3072 or 4096 for RSA; 256 or 384 for EC (NIST
/// curves). Empty when the library refuses.
[[nodiscard]] Bytes make_key(KeyKind kind, unsigned bits, RandomStream& random);

struct PublicKey {
    KeyKind kind = KeyKind::other;
    unsigned bits = 0;
    Bytes info{};  ///< SubjectPublicKeyInfo
};
/// The public half of a private key in PKCS#8. Nothing when it cannot be read.
[[nodiscard]] std::optional<PublicKey> public_key_of(ByteView pkcs8);
/// Kind and size of a SubjectPublicKeyInfo.
[[nodiscard]] std::optional<PublicKey> read_public_key(ByteView info);

/// RSA: PKCS#1 v1.5; EC: ECDSA in DER. Empty when the key cannot be used.
[[nodiscard]] Bytes sign(ByteView pkcs8, SignatureHash hash, ByteView message, RandomStream& random);
[[nodiscard]] bool verify(ByteView public_info, SignatureHash hash, ByteView message, ByteView signature);

[[nodiscard]] Digest256 sha256(ByteView message);
[[nodiscard]] std::array<std::uint8_t, 20> sha1(ByteView message);
[[nodiscard]] Digest256 hmac_sha256(ByteView key, ByteView message);
/// The library's primitives as they are, for known-answer tests. Empty when the library refuses.
enum class Primitive : std::uint8_t {
    aes_cbc,         ///< whole blocks, no padding
    aes_gcm,         ///< iv of 12 bytes, then the additional data; the tag follows the text
    triple_des_cbc,  ///< whole blocks, no padding
    sha1,
    sha256,
    sha384,
    sha512,
    hmac_sha1,
    hmac_sha256,
    hash_drbg,  ///< SHA-256; key is the first entropy, input that of a reseed; 128 bytes come
};
[[nodiscard]] Bytes compute(Primitive what, ByteView key, ByteView iv, ByteView additional, ByteView input);

/// PBKDF2-HMAC-SHA256, 32 bytes. `iterations` > 0.
[[nodiscard]] Digest256 key_from_password(std::string_view password, ByteView salt, std::uint32_t iterations);
/// AES-256-CBC with PKCS#7 padding. Decryption yields nothing when the padding is wrong.
[[nodiscard]] Bytes aes256_cbc_encrypt(const Digest256& key, ByteView iv16, ByteView plain);
[[nodiscard]] std::optional<Bytes> aes256_cbc_decrypt(const Digest256& key, ByteView iv16, ByteView cipher);

}  // namespace vmlab::sslserv
