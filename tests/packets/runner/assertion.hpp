// Assertions in %{ }%: a small part of Python, enough for "assert tcpi_snd_cwnd == 10 and tcpi_rto > 200".
//
// Known are and, or, not, comparisons (also in chains), + - * / // %, parentheses, numbers and names.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vmlab::packets {

/// The value of a name; nothing when it is not known.
using Lookup = std::function<std::optional<double>(std::string_view)>;

/// Empty when all assertions hold; else the first that does not, with the values of its names. Throws NotOurs
/// for anything but assertions.
[[nodiscard]] std::string check_assertions(std::string_view code, const Lookup& lookup);

}  // namespace vmlab::packets
