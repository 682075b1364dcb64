// Names of host files as names of CMS files: "PROFILE TCPIP", "PROFILE.TCPIP", "profile.tcpip", "PROFILE
// TCPIP D1"; in a folder named like a disk ("TCPMAINT.198") or anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stack/base/names.hpp"

namespace vmlab::sim {

/// What a file is to check: decided by its name alone.
enum class FileKind : std::uint8_t {
    profile_tcpip,
    dtcparms,
    tcpip_data,
    srvrftp_config,
    smtp_config,
    user_direct,
    ftp_data,
    etc_hosts,
    etc_services,
    key_database,
    other,
};

struct HostFileName {
    Name8 name{}, type{};
    FileKind kind = FileKind::other;
    /// "TCPMAINT.198": the folder's, or the one where such a file lives on a system; empty for a file of no
    /// known kind in no such folder.
    std::string disk;
};

/// `path` as the host writes it, '/' between folders. Nothing when its last part is no CMS name.
[[nodiscard]] std::optional<HostFileName> read_host_file_name(std::string_view path);

}  // namespace vmlab::sim
