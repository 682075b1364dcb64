// Search orders: which of several files of a name is used. Pure functions over "what is found under this name
// in access order?".
#pragma once

#include <optional>
#include <vector>

#include "profiles/dtcparms.hpp"

namespace vmlab::profiles {

/// The accessed disks of one virtual machine, searched A to Z.
class FileLookup {
public:
    virtual ~FileLookup() = default;
    /// The first `name type` in access order; its FileId says on which mode ("D1").
    virtual std::optional<SourceText> find(const Name8& name, const Name8& type) const = 0;
};

/// `<userid> TCPIP`, `<nodeid> TCPIP`, `PROFILE TCPIP`: the first found wins.
struct ProfileSearch {
    std::vector<FileId> tried{};  ///< in order, the one found last (DTCIPI005I says each)
    std::optional<SourceText> found{};
};
[[nodiscard]] ProfileSearch find_profile(const Userid& userid, const Name8& node, const FileLookup& files);

/// `<userid>`, `<nodeid>`, `SYSTEM`, `IBM` `DTCPARMS`: those that exist, in this order.
[[nodiscard]] std::vector<Dtcparms> find_dtcparms(const Userid& userid, const Name8& node,
                                                  const FileLookup& files);

/// What DTCPARMS says of one server. The first file that has an entry for the server gives the whole of it,
/// in it the exact userid before a prefix with `*`; its class is found in the same order; the server's tags
/// override the tags of the class. Entries are not merged across files.
struct ServerDefinition {
    DtcEntry server{};
    FileId server_file{};
    std::optional<DtcEntry> server_class{};
    FileId class_file{};
    std::string class_name;  ///< upper case; empty without a :class. tag

    const DtcTag* tag(std::string_view name) const;
    /// The value of a tag, or empty.
    std::string value(std::string_view name) const;
    /// Words, folded, as a list of userids (:admin_id_list.); those that are none are left out.
    std::vector<Sourced<Userid>> userids(std::string_view name) const;
};
[[nodiscard]] std::optional<ServerDefinition> find_definition(const Userid& userid,
                                                              const std::vector<Dtcparms>& files);

}  // namespace vmlab::profiles
