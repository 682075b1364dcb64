// SMTP CONFIG as values: what the SMTP server is told, and where it was written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/secure_upgrade.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

enum class ForwardMail : std::uint8_t { no, yes };

struct SmtpConfig {
    Sourced<std::uint16_t> port{25, {}};
    Sourced<SecureLevel> tls{SecureLevel::never, {}};
    Sourced<std::string> tls_label{};  ///< empty = no TLSLABEL statement
    Sourced<ClientCertCheck> client_cert_check{ClientCertCheck::none, {}};
    Sourced<ForwardMail> forward_mail{ForwardMail::no, {}};
    Sourced<std::size_t> max_mail_bytes{524288, {}};
    Sourced<Duration> inactive{seconds{180}, {}};
    Sourced<std::vector<Userid>> postmaster{{"TCPMAINT"}, {}};

    // Bounds of this server, not statements of the file.
    std::size_t max_sessions = 500;
    std::size_t max_recipients = 100;
    unsigned max_errors = 20;           ///< refused commands of one session
    std::size_t max_queued = 200;       ///< notes for other hosts
    unsigned max_received_lines = 100;  ///< RFC 5321 6.3: a note that came this far goes in circles
};

}  // namespace vmlab::services
