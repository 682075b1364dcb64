// SRVRFTP CONFIG: the FTP server.
#pragma once

#include <optional>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"
#include "profiles/vm_file_type.hpp"

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
    Sourced<bool> auto_translate{};  ///< AUTOTRANS
    /// Where FTPEXIT is called: FTAUDIT, FTCHKCMD, FTCHKDIR.
    Sourced<bool> exit_audit{}, exit_commands{}, exit_directories{};
    Sourced<bool> dont_redirect{};  ///< no data connection to another address than the client's
    std::optional<Sourced<std::uint32_t>> keep_alive{};  ///< FTPKEEPALIVE, seconds
    std::optional<Sourced<std::string>> dbcs_table{};    ///< LOADDBCSTABLE
    Sourced<bool> racf{};
    std::optional<Sourced<std::string>> reader_disk{};  ///< RDR: the file mode, or empty
    Sourced<bool> traces{};                             ///< TRACE
    std::vector<Sourced<std::string>> trace_options{};  ///< as typed
    std::vector<VmFileType> file_types{};

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

[[nodiscard]] SrvrftpConfig read_srvrftp_config(const SourceText& source);

}  // namespace vmlab::profiles
