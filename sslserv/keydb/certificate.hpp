// X.509 certificates and requests (RFC 5280, RFC 2986): made, signed, taken apart; DER and PEM (RFC 7468).
//
// Reading is for untrusted bytes and says nothing rather than guessing. Dates are given explicitly and
// written as RFC 5280 section 4.1.2.5 asks: UTCTime through 2049, GeneralizedTime from 2050.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sslserv/keydb/crypto.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

/// The parts that gskkyman asks for; empty ones are left out.
struct DistinguishedName {
    std::string common_name{}, organizational_unit{}, organization{}, locality{}, state{}, country{};
};

struct AlternativeNames {
    std::vector<std::string> dns{};
    std::vector<IpAddress> addresses{};
};

struct CertificateRequest {
    DistinguishedName subject{};
    AlternativeNames names{};
};

struct CertificateTemplate {
    DistinguishedName subject{};
    AlternativeNames names{};
    Instant not_before{}, not_after{};
    bool authority = false;  ///< may sign certificates
    SignatureHash hash = SignatureHash::sha256;
};

/// A self-signed certificate for the key. All of these answer DER, or nothing when a key cannot be used.
[[nodiscard]] Bytes make_self_signed(const CertificateTemplate& what, ByteView pkcs8, RandomStream& random);
/// A certificate for `public_info`, signed by an authority.
[[nodiscard]] Bytes make_certificate(const CertificateTemplate& what, ByteView public_info,
                                     ByteView authority_certificate, ByteView authority_pkcs8,
                                     RandomStream& random);
/// PKCS#10.
[[nodiscard]] Bytes make_request(const CertificateRequest& what, ByteView pkcs8, SignatureHash hash,
                                 RandomStream& random);
/// A certificate for what `request` asks, after checking that it is signed with its own key.
[[nodiscard]] Bytes sign_request(ByteView request, Instant not_before, Instant not_after, bool authority,
                                 ByteView authority_certificate, ByteView authority_pkcs8,
                                 RandomStream& random);

struct CertificateInfo {
    std::string subject, issuer;        ///< "CN=…, O=…", most specific first
    std::string common_name;            ///< of the subject
    Bytes subject_der{}, issuer_der{};  ///< the names as encoded
    Bytes serial{};                     ///< big-endian, as encoded
    AlternativeNames names{};
    Instant not_before{}, not_after{};
    PublicKey key{};
    SignatureHash hash = SignatureHash::unknown;
    bool authority = false;
    bool self_issued() const { return subject_der == issuer_der; }
};
[[nodiscard]] std::optional<CertificateInfo> read_certificate(ByteView der);
/// True when `certificate` carries the signature of `issuer`'s key.
[[nodiscard]] bool is_signed_by(ByteView certificate, ByteView issuer);
/// True when the certificate's key is the public half of the private one.
[[nodiscard]] bool belongs_to(ByteView certificate, ByteView pkcs8);
/// True when the certificate is for `host`, a name or an address in text (RFC 6125: alternative names when
/// there are any, else the common name; "*" stands for the leftmost label).
[[nodiscard]] bool carries_host(const CertificateInfo& info, std::string_view host);
/// The names and key of a request.
struct RequestInfo {
    std::string subject;
    Bytes subject_der{};
    AlternativeNames names{};
    PublicKey key{};
};
[[nodiscard]] std::optional<RequestInfo> read_request(ByteView der);

struct RevokedCertificate {
    Bytes serial{};  ///< as in CertificateInfo
    Instant when{};
};
/// A list of revoked certificates (RFC 5280 section 5).
struct RevocationList {
    std::string issuer;  ///< as in CertificateInfo
    Bytes issuer_der{};
    Instant this_update{}, next_update = Instant::max();  ///< max: the list does not say
    std::vector<RevokedCertificate> revoked{};
    bool partial = false;  ///< some extension that must be understood says that it is not the whole list
};
/// `what`: its dates and certificates; the issuer is the authority. DER, or nothing when the key cannot be
/// used. is_signed_by() proves such a list, too.
[[nodiscard]] Bytes make_revocation_list(const RevocationList& what, ByteView authority_certificate,
                                         ByteView authority_pkcs8, RandomStream& random);
[[nodiscard]] std::optional<RevocationList> read_revocation_list(ByteView der);

/// `kind`: "CERTIFICATE", "CERTIFICATE REQUEST", "PRIVATE KEY", "X509 CRL", ….
[[nodiscard]] std::string to_pem(ByteView der, std::string_view kind);
/// Every block of that kind, in order.
[[nodiscard]] std::vector<Bytes> from_pem(std::string_view text, std::string_view kind);

}  // namespace vmlab::sslserv
