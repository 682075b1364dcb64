// SMTP CONFIG: the mail server.
#pragma once

#include <optional>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

/// Times in seconds unless they say otherwise. Defaults that facts do not name a source for are remembered.
struct SmtpConfig {
    FileId file{};
    Sourced<std::uint16_t> port{25, {}};
    std::vector<Sourced<Userid>> postmasters{};  ///< empty: TCPMAINT
    Sourced<Userid> bad_spool_file_id{"TCPMAINT", {}};
    std::vector<Sourced<Userid>> smsg_authorized{};  ///< SMSGAUTHLIST
    Sourced<bool> forward_mail{};                    ///< the default is NO since z/VM 6.4
    Sourced<bool> forward_exit{};                    ///< FORWARDMAIL EXIT
    Sourced<std::uint32_t> max_mail_bytes{524'288, {}};
    Sourced<std::uint32_t> inactive{180, {}};
    Sourced<SecureLevel> tls{};
    Sourced<std::string> tls_label{};  ///< empty: none
    Sourced<ClientCertCheck> client_cert_check{};
    Sourced<bool> verify_client{};
    Sourced<bool> verify_exit{};                             ///< VERIFYCLIENT EXIT
    std::optional<Sourced<IpAddress>> relay{};               ///< IPMAILERADDRESS
    Sourced<std::uint32_t> retry_age{3, {}};                 ///< RETRYAGE, days
    Sourced<std::uint32_t> retry_interval{20, {}};           ///< RETRYINT, minutes
    Sourced<std::uint32_t> resolver_retry_interval{20, {}};  ///< RESOLVERRETRYINT, minutes
    Sourced<std::uint32_t> warning_age{1, {}};               ///< WARNINGAGE, days
    Sourced<std::uint32_t> finish_open{120, {}};
    Sourced<std::uint32_t> files_per_connection{3, {}};
    Sourced<std::uint32_t> connections_per_site{10, {}};          ///< MAXCONNPERSITE
    std::optional<Sourced<std::uint32_t>> outbound_open_limit{};  ///< none: no limit
    Sourced<std::uint32_t> recipient_delay{60, {}};               ///< RCPTRESPONSEDELAY
    Sourced<std::uint32_t> temporary_retries{0, {}};              ///< TEMPERRORRETRIES
    Sourced<bool> log{};                                          ///< LOG, NOLOG
    Sourced<bool> debug{};
    Sourced<bool> secure{};  ///< the SECURE statement: only users of its table may send
    Sourced<bool> gateway{};
    Sourced<bool> source_routes{true, {}};
    Sourced<bool> netdata{true, {}};                   ///< LOCALFORMAT; false: PUNCH
    std::optional<Sourced<std::string>> nje_domain{};  ///< NJEDOMAIN, RSCSDOMAIN
    std::optional<Sourced<std::string>> mime_table{};  ///< 8BITMIME
    /// Statements whose operands are kept as typed: MAILER, NJEFORMAT, ONDISKFULL, RESTRICT,
    /// REWRITE822HEADER, SMTPCMDS, TRACE.
    struct Other {
        std::string keyword;
        std::vector<Sourced<std::string>> operands{};
        SourceLocation where{};
    };
    std::vector<Other> others{};

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

[[nodiscard]] SmtpConfig read_smtp_config(const SourceText& source);

}  // namespace vmlab::profiles
