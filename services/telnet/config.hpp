// INTERNALCLIENTPARMS as values: what the Telnet server is told, and where it was written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/secure_upgrade.hpp"
#include "services/tn3270/code_page.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/terminal_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

struct TelnetConfig {
    struct DeviceRange {
        LogicalDevice first = 1, last = 0x0fff;
    };

    std::vector<Sourced<std::uint16_t>> ports{};  ///< PORT; none = 23
    Sourced<std::string> tls_label{};             ///< TLSLABEL; empty = not given
    Sourced<SecureLevel> secure_connection{SecureLevel::never, {}};
    Sourced<ClientCertCheck> client_cert_check{ClientCertCheck::none, {}};
    Sourced<Duration> timemark{seconds{600}, {}};  ///< idle time before a timing mark; 0 = none
    Sourced<Duration> inactive{Duration{}, {}};    ///< time without input before the session ends; 0 = never
    Sourced<Duration> scan_interval{seconds{60}, {}};     ///< how long a timing mark may go unanswered
    Sourced<DeviceRange> devices{};                       ///< LDEVRANGE
    Sourced<bool> tn3270e{true, {}};                      ///< false: NOTN3270E
    Sourced<std::string> ccs_terminal_name{"TCPIP", {}};  ///< CCSTERMNAME: of line-mode sessions

    /// How a new console behaves until its user says TERMINAL.
    TerminalSettings terminal{};
    tn3270::CodePage code_page = tn3270::CodePage::bracket;

    // Bounds of this server, not statements of the file.
    Duration negotiation_time = seconds{60};  ///< from the connection until a terminal is agreed on
    Duration query_time = seconds{5};         ///< for a display's answer to the query
    std::size_t max_sessions = 1000;
};

}  // namespace vmlab::services
