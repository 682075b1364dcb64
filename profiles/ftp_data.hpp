// FTP DATA: what the FTP client of z/VM reads. That client is not simulated; the file is read and checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

struct FtpData {
    FileId file{};
    Sourced<SecureLevel> secure_control{};
    Sourced<SecureLevel> secure_data{};
    Sourced<bool> extended_passive{};                      ///< EPSV4
    Sourced<bool> firewall_friendly{};                     ///< FWFRIENDLY: the client opens data connections
    Sourced<bool> auto_translate{};                        ///< AUTOTRANS
    std::optional<Sourced<std::uint32_t>> connect_time{};  ///< CCONNTIME, seconds
    std::optional<Sourced<std::uint32_t>> open_time{};     ///< MYOPENTIME, seconds
    std::optional<Sourced<std::string>> dbcs_table{};      ///< LOADDBCSTABLE

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

[[nodiscard]] FtpData read_ftp_data(const SourceText& source);

}  // namespace vmlab::profiles
