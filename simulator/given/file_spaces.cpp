#include "simulator/given/file_spaces.hpp"

#include <algorithm>

#include "profiles/findings.hpp"

namespace vmlab::sim {
namespace {

constexpr std::string_view kShippedSpaces[] = {"ROOT", "GSKSSLDB"};
constexpr std::string_view kWord = "VMBFS:";

}  // namespace

std::optional<SpacePath> read_space_path(std::string_view path) {
    const auto word = upper(path).find(kWord);
    if (word == std::string::npos) return std::nullopt;
    path.remove_prefix(word + kWord.size());
    while (path.ends_with('/')) path.remove_suffix(1);
    const auto slash = std::min(path.find('/'), path.size());
    const std::string name = upper(path.substr(0, slash));
    const auto colon = name.find(':');
    if (colon == std::string::npos || colon + 1 == name.size()) return std::nullopt;
    return SpacePath{name.substr(0, colon), name.substr(colon + 1),
                     slash < path.size() ? std::string(path.substr(slash + 1)) : ""};
}

std::string meant_space(std::string_view space) {
    const auto near = profiles::nearest(space, kShippedSpaces);
    return near == space ? "" : std::string(near);
}

}  // namespace vmlab::sim
