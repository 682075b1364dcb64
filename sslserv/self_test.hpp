// What a server in a cryptographic mode does before it serves: it proves that its primitives compute what
// they must (known-answer tests, FIPS 140-2 section 4.9.1), and that the tables by which it decides are those
// that were built (an HMAC-SHA256 over them). Vectors: FIPS 180-4, SP 800-38A, SP 800-67, the GCM
// specification, RFC 2202, RFC 4231, RFC 6979, NIST's DRBG vectors; the RSA key and its signature are
// OpenSSL's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sslserv/cipher_suites.hpp"
#include "sslserv/keydb/crypto.hpp"

namespace vmlab::sslserv {

/// One vector, in hexadecimal.
struct KnownAnswer {
    enum class Check : std::uint8_t {
        computes,      ///< compute() gives `answer`
        rsa_sign,      ///< `key` (PKCS#8) signs `input` as `answer`, and the signature verifies
        ecdsa_verify,  ///< `answer` is a signature of `input` by `key` (SubjectPublicKeyInfo); of another
                       ///< text it is not
    };
    std::string_view name;
    Check check{};
    Primitive primitive{};
    std::string_view key, iv, additional, input, answer;
};

/// What is tested; a test of the tests gives other tables.
struct SelfTest {
    std::span<const KnownAnswer> answers;
    std::span<const CipherSuite> suites;
    Digest256 seal{};  ///< integrity_of() these, as built
};
[[nodiscard]] SelfTest shipped_self_test();

[[nodiscard]] bool passes(const KnownAnswer& vector);
/// HMAC-SHA256 over both tables.
[[nodiscard]] Digest256 integrity_of(const SelfTest& tables);

}  // namespace vmlab::sslserv
