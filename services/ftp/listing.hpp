// LIST and NLST as text, in the listing formats of the FTP server. Lines end in "\n".
#pragma once

#include <string>
#include <vector>

#include "services/files.hpp"
#include "services/ftp/config.hpp"

namespace vmlab::services {

/// LIST. `now` decides whether a UNIX line shows the time or the year.
[[nodiscard]] std::string list_report(const std::vector<FileInfo>& files, const Place& at, ListFormat format,
                                      Instant now, const Zone& zone);
/// NLST: names only.
[[nodiscard]] std::string name_report(const std::vector<FileInfo>& files);

}  // namespace vmlab::services
