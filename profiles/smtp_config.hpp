// SMTP CONFIG: the mail server.
#pragma once

#include <optional>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

struct SmtpConfig {
    FileId file{};
    Sourced<std::uint16_t> port{25, {}};
    std::vector<Sourced<Userid>> postmasters{};  ///< empty: TCPMAINT
    Sourced<Userid> bad_spool_file_id{"TCPMAINT", {}};
    std::vector<Sourced<Userid>> smsg_authorized{};  ///< SMSGAUTHLIST
    Sourced<bool> forward_mail{};                    ///< the default is NO since z/VM 6.4
    Sourced<std::uint32_t> max_mail_bytes{524'288, {}};
    Sourced<std::uint32_t> inactive{180, {}};  ///< seconds
    Sourced<SecureLevel> tls{};
    Sourced<std::string> tls_label{};  ///< empty: none
    Sourced<bool> verify_client{};
    std::optional<Sourced<Ipv4Address>> relay{};  ///< IPMAILERADDRESS

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

[[nodiscard]] SmtpConfig read_smtp_config(const SourceText& source);

}  // namespace vmlab::profiles
