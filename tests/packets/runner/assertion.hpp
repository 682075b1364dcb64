// Assertions in %{ }%: a small part of Python, enough for "assert tcpi_snd_cwnd == 10 and tcpi_rto > 200".
//
// Known are and, or, not, comparisons (also in chains), + - * / // % & |, abs, min and max, parentheses,
// numbers, names, and a name's assignment, which holds for the rest of the script.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab::packets {

/// The value of a name; nothing when it is not known.
using Lookup = std::function<std::optional<double>(std::string_view)>;
using Variables = std::map<std::string, double, std::less<>>;

struct Checked {
    std::string wrong{};                 ///< the first assertion that does not hold, with its names' values
    std::vector<std::string> skipped{};  ///< what could not be asked: the names, or the statements
};
[[nodiscard]] Checked check_assertions(std::string_view code, const Lookup& lookup, Variables& variables);

}  // namespace vmlab::packets
