// Return codes of System SSL's secure socket functions: what stands after "rc:" on an SSL server's console.
#pragma once

#include <string_view>

#include "stack/base/message.hpp"

namespace vmlab::sslserv {

/// gsk_secure_socket_init and gsk_environment_init; those that this server gives.
enum Gsk : int {
    kGskOk = 0,
    kGskInternal = 3,
    kGskNoStorage = 4,
    kGskState = 5,
    kGskKeyLabelNotFound = 6,
    kGskCertificateValidation = 8,
    kGskCryptography = 9,
    kGskKeyDatabaseRead = 102,
    kGskKeyDatabaseRecord = 103,
    kGskKeyDatabasePassword = 106,
    kGskNoPassword = 201,
    kGskKeyDatabaseOpen = 202,
    kGskPasswordExpired = 204,
    kGskCertificateDate = 401,
    kGskNoCiphers = 402,
    kGskNoCertificate = 403,
    kGskIo = 406,
    kGskLabelUnusable = 407,
    kGskBadCertificate = 414,
    kGskMessageFormat = 410,
    kGskMac = 411,
    kGskUnsupported = 412,
    kGskSignature = 413,
    kGskProtocol = 415,
    kGskSocketClosed = 420,
    kGskNoPrivateKey = 428,
    kGskRevoked = 431,
    kGskRenegotiation = 432,
    kGskKeyMismatch = 434,
    kGskUnknownAuthority = 435,
    kGskRevocationList = 436,
    kGskClosed = 437,
    kGskPartnerInternal = 438,
    kGskUnknownAlert = 439,
    kGskKeyUsage = 440,
    kGskNotFips = 444,
};

struct ReturnCode {
    int code;
    std::string_view text;
    Wording wording;
};

/// Never fails: unknown codes are answered with the text of the internal error.
[[nodiscard]] const ReturnCode& return_code(int code);

}  // namespace vmlab::sslserv
