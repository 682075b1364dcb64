// What is done to a script's text before it is parsed: symbols stand for what they are defined as, and parts
// for other systems are left out. Lines keep their numbers.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace vmlab::packets {

using Definitions = std::map<std::string, std::string, std::less<>>;

/// NAME=VALUE, as --define and -D have it; a name alone stands for nothing.
void define(std::string_view text, Definitions& to);
/// Without what stands behind #ifdef of a symbol that is not defined (#ifndef, #else, #endif).
[[nodiscard]] std::string without_other_systems(std::string_view text, const Definitions& definitions);
/// With each word that is defined replaced, outside of strings, comments and code.
[[nodiscard]] std::string with_definitions(std::string_view text, const Definitions& definitions);

}  // namespace vmlab::packets
