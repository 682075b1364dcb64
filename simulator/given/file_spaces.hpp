// File spaces of the byte file system as paths of :mount. name them: "/../VMBFS:VMSYS:GSKSSLDB/".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vmlab::sim {

struct SpacePath {
    std::string pool, space;  ///< "VMSYS", "GSKSSLDB"; upper case
    std::string rest;         ///< within it, without slashes at either end
};
/// Nothing when the path names no file space.
[[nodiscard]] std::optional<SpacePath> read_space_path(std::string_view path);

/// The file space of a TCP/IP system as IBM ships it that a name was probably meant to be ("GSKSSLDX"); empty
/// when it is one, or like none.
[[nodiscard]] std::string meant_space(std::string_view space);

}  // namespace vmlab::sim
