// Files of the host that a run reads: the shipped baseline, a folder of the user's own, the cached key pairs.
// Never written to, but for the cache.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/cms/storage.hpp"
#include "sslserv/keydb/lab_pki.hpp"

namespace vmlab::sim {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// profiles/baseline of the source tree, or $VMLAB_BASELINE.
[[nodiscard]] std::string baseline_folder();
/// The bytes of a file; nothing when it cannot be read.
[[nodiscard]] std::optional<std::string> read_host_file(const std::string& path);
/// The paths of the regular files below `folder`, relative to it, in order. Nothing, and a sentence, when it
/// cannot be read.
[[nodiscard]] std::optional<std::vector<std::string>> list_folder(const std::string& folder,
                                                                  std::string& error);
/// Every regular file below `folder`, by relative path, in order of path. Nothing, and a sentence, when it
/// cannot be read.
[[nodiscard]] std::optional<NamedTexts> read_folder(const std::string& folder, std::string& error);

/// The lab's key pairs for virtual runs: the same on every machine, kept in the user's cache because they are
/// slow to make.
[[nodiscard]] sslserv::LabKeys cached_lab_keys();

/// The state as WorkDirectory keeps it: attributes in the first line, bytes behind it; and what the run was
/// given, to tell a file that was changed in the world from one that was changed outside.
[[nodiscard]] std::map<std::string, std::string> packed(const std::vector<ArchivedFile>& files,
                                                        const NamedTexts& given);
/// Without the files that are given otherwise now than they were to the run that saved them: those count.
[[nodiscard]] std::vector<ArchivedFile> unpacked(std::map<std::string, std::string> state,
                                                 const NamedTexts& given);

}  // namespace vmlab::sim
