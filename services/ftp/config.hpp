// SRVRFTP CONFIG as values: what the FTP server is told, and where it was written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/files.hpp"
#include "services/secure_upgrade.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

enum class ListFormat : std::uint8_t { vm, unix_style };

struct FtpConfig {
    struct PortRange {
        std::uint16_t low = 0, high = 0;  ///< both 0 = any free port from 49152 on
    };

    Sourced<std::uint16_t> port{21, {}};
    Sourced<std::string> tls_label{};  ///< empty = no TLSLABEL statement
    Sourced<SecureLevel> secure_control{SecureLevel::never, {}};
    Sourced<SecureLevel> secure_data{SecureLevel::never, {}};
    Sourced<ClientCertCheck> client_cert_check{ClientCertCheck::none, {}};
    Sourced<PasswordKeeper> passwords{PasswordKeeper::directory, {}};
    Sourced<PortRange> passive_ports{};
    Sourced<Duration> inactive{seconds{300}, {}};  ///< INACTIVE
    /// FTPKEEPALIVE; without it, as KEEPALIVEOPTIONS of the stack says. That FTPSERVE asks is ours.
    KeepAlive keep_alive{true, {}};
    Sourced<ListFormat> list_format{ListFormat::vm, {}};
    Sourced<bool> anonymous{false, {}};
    Sourced<bool> timestamp{true, {}};  ///< console lines begin with hh:mm:ss
    std::vector<std::string> banner{};  ///< lines of FTP BANNER, after the first line of the greeting

    // Bounds of this server, not statements of the file.
    std::size_t max_sessions = 10'000;
    unsigned max_failed_logins = 5;
    std::size_t max_file_bytes = 256u << 20;      ///< of one upload
    std::size_t max_arriving_bytes = 768u << 20;  ///< of all uploads in progress
};

}  // namespace vmlab::services
