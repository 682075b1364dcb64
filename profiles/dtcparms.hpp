// DTCPARMS: which program each server runs, and how: a CMS NAMES file of entries, `:nick.` by `:nick.`.
//
// `:name.value`: a value runs to the next tag, over lines; tag names fold, lines that begin with `.*` are
// comments. An entry is of :type.server (nick = userid, or a prefix with `*`) or :type.class (nick = class).
// Which of several files and entries counts: search.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/findings.hpp"

namespace vmlab::profiles {

struct DtcTag {
    std::string name;           ///< lower case, without colon and period: "stack"
    std::string typed;          ///< as typed: ":Stack."
    std::vector<Word> words{};  ///< the value; VMSSL operands and paths keep their places
    SourceLocation where{};     ///< of the colon
    bool known = true;          ///< false: no such tag; nothing follows it

    std::string value() const { return joined(words); }
    /// Where the value begins, or the tag when it has none.
    const SourceLocation& value_where() const { return words.empty() ? where : words[0].where; }
};

enum class DtcType : std::uint8_t { none, server, server_class };

struct DtcEntry {
    Sourced<std::string> nick{};  ///< upper case; servers may end in `*`
    DtcType type = DtcType::none;
    std::vector<DtcTag> tags{};  ///< in the order of the file; the first of a name counts

    const DtcTag* tag(std::string_view name) const;  ///< one that is known
};

struct Dtcparms {
    FileId file{};
    std::vector<DtcEntry> entries{};
    Findings findings{};
    std::vector<StatementSeen> statements{};  ///< every tag, in order

    const DtcEntry* find_class(std::string_view name) const;
    /// The exact userid, else the longest prefix with `*`.
    const DtcEntry* find_server(std::string_view userid) const;
};

[[nodiscard]] Dtcparms read_dtcparms(const SourceText& source);

/// One `:mount.` pair: a byte file system path and where it is mounted.
struct MountPair {
    Sourced<std::string> path{};
    Sourced<std::string> mount_point{};
};
/// The pairs of a `:mount.` tag; commas between pairs are optional. A path without a mount point is left out.
[[nodiscard]] std::vector<MountPair> mounts_of(const DtcTag& tag);

}  // namespace vmlab::profiles
