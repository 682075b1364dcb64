#include "sslserv/alerts.hpp"

#include "sslserv/return_codes.hpp"

namespace vmlab::sslserv {
namespace {

struct Alert {
    int number;
    std::string_view name;
    int code;
};
constexpr Alert kAlerts[] = {
    {0, "close_notify", kGskSocketClosed},
    {10, "unexpected_message", kGskProtocol},
    {20, "bad_record_mac", kGskMac},
    {22, "record_overflow", kGskMessageFormat},
    {40, "handshake_failure", kGskNoCiphers},
    {42, "bad_certificate", kGskBadCertificate},
    {43, "unsupported_certificate", kGskBadCertificate},
    {44, "certificate_revoked", kGskRevoked},
    {45, "certificate_expired", kGskCertificateDate},
    {46, "certificate_unknown", kGskBadCertificate},
    {47, "illegal_parameter", kGskProtocol},
    {48, "unknown_ca", kGskUnknownAuthority},
    {49, "access_denied", kGskBadCertificate},
    {50, "decode_error", kGskMessageFormat},
    {51, "decrypt_error", kGskSignature},
    {70, "protocol_version", kGskUnsupported},
    {71, "insufficient_security", kGskNoCiphers},
    {80, "internal_error", kGskPartnerInternal},
    {86, "inappropriate_fallback", kGskProtocol},
    {90, "user_canceled", kGskSocketClosed},
    {100, "no_renegotiation", kGskRenegotiation},
    {109, "missing_extension", kGskProtocol},
    {112, "unrecognized_name", kGskBadCertificate},
    {116, "certificate_required", kGskNoCertificate},
};

}  // namespace

std::string_view alert_name(int alert) {
    for (const auto& each : kAlerts)
        if (each.number == alert) return each.name;
    return "alert";
}

int alert_of_return_code(int code) {
    switch (code) {
        case kGskNoCiphers:
        case kGskNoCertificate: return 40;
        case kGskCertificateDate: return 45;
        case kGskMessageFormat: return 50;
        case kGskMac: return 20;
        case kGskUnsupported: return kAlertProtocolVersion;
        case kGskSignature: return 51;
        case kGskCertificateValidation:
        case kGskRevocationList:
        case kGskBadCertificate: return 42;
        case kGskUnknownAuthority: return 48;
        case kGskRevoked: return 44;
        case kGskCryptography:  // the peer's part of the key exchange
        case kGskProtocol: return 47;
        default: return 80;
    }
}

int return_code_of_alert(int alert) {
    for (const auto& each : kAlerts)
        if (each.number == alert) return each.code;
    return kGskUnknownAlert;
}

}  // namespace vmlab::sslserv
