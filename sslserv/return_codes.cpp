// Texts marked `source` are literal in public descriptions of System SSL; the others say the same in our
// words.
#include "sslserv/return_codes.hpp"

namespace vmlab::sslserv {
namespace {

constexpr ReturnCode kCodes[] = {
    {kGskInternal, "An internal error has occurred", Wording::ours},
    {kGskOk, "Successful completion", Wording::ours},
    {kGskNoStorage, "Insufficient storage is available", Wording::ours},
    {kGskState, "The handle is in the incorrect state", Wording::ours},
    {kGskKeyLabelNotFound, "Key label is not found", Wording::source},
    {kGskCertificateValidation, "Certificate validation error", Wording::source},
    {kGskCryptography, "Cryptographic processing error", Wording::source},
    {kGskKeyDatabaseRead, "Error reading key database", Wording::ours},
    {kGskKeyDatabaseRecord, "Key database record format is not valid", Wording::ours},
    {kGskKeyDatabasePassword, "Key database password is not correct", Wording::ours},
    {kGskNoPassword, "No key database password supplied", Wording::source},
    {kGskKeyDatabaseOpen, "Error opening key database", Wording::ours},
    {kGskPasswordExpired, "Key database password is expired", Wording::source},
    {kGskCertificateDate, "Certificate is expired or not valid yet", Wording::source},
    {kGskNoCiphers, "No SSL cipher specifications", Wording::source},
    {kGskNoCertificate, "No certificate received from partner", Wording::source},
    {kGskIo, "Error while reading or writing data", Wording::ours},
    {kGskLabelUnusable, "Key label does not exist", Wording::ours},
    {kGskMessageFormat, "SSL message format is incorrect", Wording::ours},
    {kGskMac, "Message authentication code is incorrect", Wording::ours},
    {kGskUnsupported, "SSL protocol or certificate type is not supported", Wording::ours},
    {kGskSignature, "Certificate signature is incorrect", Wording::ours},
    {kGskBadCertificate, "Certificate is not valid", Wording::ours},
    {kGskProtocol, "SSL protocol violation", Wording::ours},
    {kGskSocketClosed, "Socket closed by remote partner", Wording::ours},
    {kGskNoPrivateKey, "Key entry does not contain a private key", Wording::ours},
    {kGskRevoked, "Certificate is revoked", Wording::ours},
    {kGskRenegotiation, "Session renegotiation is not allowed", Wording::ours},
    {kGskKeyMismatch, "Certificate key is not compatible with the negotiated cipher suite", Wording::ours},
    {kGskUnknownAuthority, "Certification authority is unknown", Wording::ours},
    {kGskRevocationList, "Certificate revocation list cannot be processed", Wording::ours},
    {kGskClosed, "Connection is closed", Wording::ours},
    {kGskPartnerInternal, "Internal error reported by remote partner", Wording::ours},
    {kGskUnknownAlert, "Unknown alert received from remote partner", Wording::ours},
    {kGskKeyUsage, "Certificate key usage is incorrect", Wording::ours},
    {kGskNotFips, "Key database is not a FIPS mode database", Wording::ours},
};

}  // namespace

const ReturnCode& return_code(int code) {
    for (const auto& each : kCodes)
        if (each.code == code) return each;
    return kCodes[0];
}

}  // namespace vmlab::sslserv
