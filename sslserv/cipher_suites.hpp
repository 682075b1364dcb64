// The cipher suites an SSL server knows: one table, in the order of SSLADMIN QUERY STATUS DETAILS, which is
// also the order of preference. Names of TLSv1.2 and older are z/VM's; codes and IANA names are the
// registry's.
//
// Not every suite of the table can be negotiated here: the TLS library has no DSS and no static DH
// certificates, no single DES, no RC2, no 40-bit export ciphers and no SSLv2. Such names can be exempted and
// enabled and are listed, and a client that offers nothing else is refused as one without a common cipher.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stack/base/level.hpp"

namespace vmlab::sslserv {

/// Oldest first. SSLV2 exists as a name only.
enum class Protocol : std::uint8_t { sslv2, sslv3, tlsv1_0, tlsv1_1, tlsv1_2, tlsv1_3 };

/// "TLSV1_2", as PROTOCOL and SSLADMIN write it.
[[nodiscard]] std::string_view keyword_of(Protocol version);
/// "TLS1.2", as the cipher details of a session write it.
[[nodiscard]] std::string_view short_name_of(Protocol version);

/// What the server's certificate must hold for the suite.
enum class SuiteKey : std::uint8_t { rsa, ecdsa, dss, dh, any, none };
enum class KeyExchange : std::uint8_t { rsa, dhe, ecdhe, dh, none };
enum class SuiteMac : std::uint8_t { md5, sha1, sha256, sha384, aead, null };

struct CipherSuite {
    std::string_view name;     ///< z/VM's: "RSA_AES_128_GCM_SHA256"
    std::uint32_t code;        ///< TLS code point; of RC2_128_MD5 the three bytes of its SSLv2 kind
    std::string_view iana;     ///< registry name
    std::string_view openssl;  ///< empty when OpenSSL has no name for it
    KeyExchange exchange;
    SuiteKey key;
    SuiteMac mac;
    std::uint16_t
        bits;  ///< strength of the bulk cipher: 0 for NULL, 40, 56, 112 (as 168 keyed bits), 128, 256
    Protocol first, last;
    bool included;    ///< by default
    bool listed;      ///< among the 49 names of the seed's display; the others appear once they are enabled
    bool negotiable;  ///< the TLS library has it: else it can be configured and is listed, but never offered
};

/// All suites, in order of display and preference.
[[nodiscard]] std::span<const CipherSuite> all_cipher_suites();
/// By z/VM name, case ignored; nullptr when unknown.
[[nodiscard]] const CipherSuite* find_cipher_suite(std::string_view name);
/// By TLS code point; nullptr when unknown.
[[nodiscard]] const CipherSuite* find_cipher_suite(std::uint16_t code);
/// As people write it: z/VM's, IANA's or OpenSSL's name in any case, or the code ("009C", "0x009c", "00,9C");
/// nullptr when unknown.
[[nodiscard]] const CipherSuite* recognize_cipher_suite(std::string_view typed);
/// "009C"; of an SSLv2 kind "030080".
[[nodiscard]] std::string code_text(const CipherSuite& suite);

/// The level knows the suite by name: elliptic curves came with PI99184, the suites of TLS 1.3 with TLS 1.3.
[[nodiscard]] bool is_known(const CipherSuite& suite, const Level& level);

}  // namespace vmlab::sslserv
