// SRVRFTP CONFIG: the FTP server.
#pragma once

#include <optional>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

enum class ListFormat : std::uint8_t { vm, unix };

struct PortRange {
    std::uint16_t low = 0, high = 0;
};

struct SrvrftpConfig {
    FileId file{};
    Sourced<std::uint16_t> port{21, {}};
    Sourced<std::uint32_t> inactive{300, {}};  ///< seconds
    Sourced<ListFormat> list_format{};
    std::optional<Sourced<PortRange>> passive_ports{};  ///< none: any free port
    Sourced<SecureLevel> secure_control{};
    Sourced<SecureLevel> secure_data{};
    Sourced<std::string> tls_label{};  ///< empty: none
    Sourced<ClientCertCheck> client_cert_check{};
    Sourced<bool> anonymous{};
    Sourced<bool> time_stamp{true, {}};

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

[[nodiscard]] SrvrftpConfig read_srvrftp_config(const SourceText& source);

}  // namespace vmlab::profiles
