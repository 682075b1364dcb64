// The editing symbols of a VM console: LINEND # splits, CHARDEL @ takes a character back, LINEDEL ¢ the line
// so far, ESCAPE " makes the next symbol an ordinary character (and vanishes itself). CP TERMINAL sets them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stack/base/terminal_api.hpp"

namespace vmlab::services::tn3270 {

/// The logical lines of what was typed; at least one, possibly empty. A LINEND symbol that begins the whole
/// with CP behind it stays: #CP is CP's business.
[[nodiscard]] std::vector<std::string> edited_lines(std::string_view typed, const TerminalSettings& settings);

}  // namespace vmlab::services::tn3270
