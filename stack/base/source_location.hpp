// Where a configured value was written. It travels with the value to the end of its life.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/names.hpp"

namespace vmlab {

/// A place in a configuration file: "PROFILE TCPIP D1:12:3". Lines and columns count from 1; 0 = the file as
/// a whole.
struct SourceLocation {
    FileId file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    bool known() const { return !file.name.empty(); }
    std::string str() const;
    friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

/// A value and the place that says it is so.
template <typename T>
struct Sourced {
    T value{};
    SourceLocation where{};

    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

}  // namespace vmlab
