/* wolfSSL as vmlab builds it: today's protocols and the outdated ones that exercises on old systems need (SSLv3, TLS 1.0,
 * static RSA, 3DES, RC4, NULL). What is negotiated is decided by explicit cipher and protocol lists, never by this
 * file. Fit for a lab on loopback, not for production. */
#ifndef VMLAB_WOLFSSL_USER_SETTINGS_H
#define VMLAB_WOLFSSL_USER_SETTINGS_H

/* The platform. */
#define HAVE_SYS_TIME_H
#define HAVE_GMTIME_R
#define SIZEOF_LONG 8
#define SIZEOF_LONG_LONG 8
#define HAVE___UINT128_T 1
#define HAVE_THREAD_LS
#define _POSIX_THREADS
#define WOLFSSL_USE_ALIGN
#define WOLFSSL_IGNORE_FILE_WARN

/* Protocols and extensions. */
#define WOLFSSL_ALLOW_SSLV3
#define WOLFSSL_ALLOW_TLSV10
#define WOLFSSL_TLS13
#define HAVE_TLS_EXTENSIONS
#define HAVE_SUPPORTED_CURVES
#define HAVE_FFDHE_2048
#define HAVE_SNI
#define HAVE_EXTENDED_MASTER
#define HAVE_ENCRYPT_THEN_MAC
#define HAVE_SESSION_TICKET
/* Tickets are sealed by sslserv/session_tickets.hpp or not at all. A client's ticket is looked at once, and its own suite is
 * taken; no keys are shared beforehand. */
#define WOLFSSL_NO_DEF_TICKET_ENC_CB
#define WOLFSSL_PSK_ONE_ID
#define NO_PSK
#define HAVE_SERVER_RENEGOTIATION_INFO
#define HAVE_MAX_FRAGMENT
#define WOLFSSL_EXTRA_ALERTS
#define WOLFSSL_POST_HANDSHAKE_AUTH
#define WOLFSSL_EITHER_SIDE
/* Security scanners offer more suites than the 150 that are taken by default. */
#define WOLFSSL_MAX_SUITE_SZ 1024

/* Key exchange and ciphers. */
#define WOLFSSL_STATIC_RSA
#define WOLFSSL_STATIC_DH
#define HAVE_NULL_CIPHER
#define WOLFSSL_ALLOW_RC4
#define HAVE_AESGCM
#define WOLFSSL_AES_DIRECT
#define WOLFSSL_AES_COUNTER
#define HAVE_AES_ECB
#define HAVE_CHACHA
#define HAVE_POLY1305
#define HAVE_ONE_TIME_AUTH
#define WOLFSSL_DES_ECB
#define HAVE_DH_DEFAULT_PARAMS

/* Hashes. */
#define WOLFSSL_SHA224
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define HAVE_HKDF
#define WC_RSA_PSS

/* Public keys. RSA from 1024 bits, so that a weak key can be shown; the floor in force is set per context. */
#define HAVE_ECC
#define ECC_SHAMIR
#define ECC_TIMING_RESISTANT
#define TFM_TIMING_RESISTANT
#define WC_RSA_BLINDING
#define HAVE_CURVE25519
#define HAVE_ED25519
#define HAVE_COMP_KEY
#define WOLFSSL_SP_MATH_ALL
#define SP_INT_BITS 4096
#define WOLFSSL_KEY_GEN
#define WOLFSSL_MIN_RSA_BITS 1024
#define RSA_MIN_SIZE 1024

/* Certificates and their containers. */
#define WOLFSSL_CERT_GEN
#define WOLFSSL_CERT_REQ
#define WOLFSSL_CERT_EXT
#define WOLFSSL_ALT_NAMES
#define WOLFSSL_MULTI_ATTRIB
#define WOLFSSL_CERT_NAME_ALL
#define HAVE_PKCS7
#define HAVE_X963_KDF
#define HAVE_AES_KEYWRAP
#define WOLFSSL_ENCRYPTED_KEYS
#define WOLFSSL_BASE64_ENCODE
#define WOLFSSL_DER_LOAD
#define HAVE_CRL
#define KEEP_PEER_CERT
#define KEEP_OUR_CERT
#define HAVE_EX_DATA
#define WC_RC2

/* Interfaces. */
#define OPENSSL_EXTRA
#define OPENSSL_NO_ENGINE
#define WOLFSSL_ALWAYS_VERIFY_CB
#define WOLFSSL_VERIFY_CB_ALL_CERTS
#define HAVE_EXT_CACHE
#define HAVE_SECRET_CALLBACK
#define HAVE_KEYING_MATERIAL
#define ATOMIC_USER
#define WOLF_CRYPTO_CB
#define NO_OLD_SSL_NAMES
#define NO_OLD_WC_NAMES
#define NO_OLD_RNGNAME
#define ERROR_QUEUE_PER_THREAD

/* The world's clock and randomness instead of the host's: seeds come from a callback, seconds from wc_SetTimeCb,
 * milliseconds (the age of TLS 1.3 tickets) from the first function below, which sslserv/keydb/crypto.cpp defines. The
 * second is client-certificates.patch's: the authorities that a session's certificate request names, as encoded there. */
#define WC_RNG_SEED_CB
#ifndef __ASSEMBLER__
#ifdef __cplusplus
extern "C" {
#endif
long long vmlab_wolfssl_time_ms(void);
unsigned int vmlab_wolfssl_authorities(const void* ssl, const unsigned char** list);
#ifdef __cplusplus
}
#endif
#endif
#define XTIME_MS(tl) vmlab_wolfssl_time_ms()

/* Fixed-size arithmetic for the common keys (RSA and DH 2048 to 4096, P-256, P-384); generic code for the rest. */
#define WOLFSSL_HAVE_SP_RSA
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_HAVE_SP_DH
#define WOLFSSL_SP_4096
#define WOLFSSL_SP_384
#ifdef VMLAB_WOLFSSL_ASSEMBLY
#define WOLFSSL_AESNI
#define USE_INTEL_SPEEDUP
#define WOLFSSL_SP_X86_64
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_X86_64_ASM
#else
#define GCM_TABLE_4BIT
#endif
#endif
