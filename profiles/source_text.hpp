// The text of a configuration file as its records, with the CMS file it came from: what every reader starts
// with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/source_location.hpp"

namespace vmlab::profiles {

struct SourceText {
    FileId file{};
    std::vector<std::string> lines{};  ///< records, without line ends

    /// From text as the laptop keeps it: lines ended by "\n" or "\r\n"; the last one may lack its end.
    static SourceText from_host(const FileId& file, std::string_view text);

    /// Line `number` (from 1), or nothing at all outside the file.
    std::string_view line(std::uint32_t number) const;
    SourceLocation at(std::uint32_t number, std::uint32_t column = 0) const { return {file, number, column}; }
};

}  // namespace vmlab::profiles
