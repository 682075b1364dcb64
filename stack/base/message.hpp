// Messages: each is defined once, under its manual's number, and emitted by that number: say<DTCRUN1028E>(…).
//
// A folder's messages stand in its own messages.hpp; the prefix names the folder (DTCRUN → simulator/ipl,
// DTCSSL → sslserv, DTCFTS → services/ftp, DTCSTM → services/telnet, DTCSMT → services/smtp, the stack's own
// → stack/server, HCP → simulator/cp, DMS → simulator/cms). Wording that is ours says so, and is never
// graded.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "stack/base/source_location.hpp"

namespace vmlab {

/// Whose words a message's text is.
enum class Wording {
    seed,    ///< literal in the document that the product models
    source,  ///< literal in another public source (facts: marked H or [src])
    ours,    ///< number or text is ours, in the style of the product (9xx where the number is ours too)
};

struct MessageDef {
    std::string_view number;   ///< "DTCRUN1028E"; its last letter is the severity (A E I R S T W)
    std::string_view text;     ///< fmt placeholders {} for what varies
    std::string_view meaning;  ///< why it appears, in a sentence or two
    std::string_view check;    ///< what to look at, never the answer of a lab
    Wording wording = Wording::ours;

    constexpr char severity() const { return number.back(); }
};

/// A message as said: its definition, its text with everything filled in, and what it rests on.
struct Said {
    const MessageDef* message = nullptr;
    std::string text;  ///< begins with the number
    std::vector<SourceLocation> rests_on{};

    Said&& because(SourceLocation where) && {
        rests_on.push_back(where);
        return std::move(*this);
    }
};

namespace detail {
constexpr std::size_t placeholders_in(std::string_view text) {
    std::size_t n = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '{') continue;
        if (text[i + 1] == '{') ++i;
        else ++n;
    }
    return n;
}

/// What fmt prints of a value: names as their text.
inline std::string_view printable(const Name8& name) { return name.view(); }
template <typename T>
const T& printable(const T& value) {
    return value;
}
}  // namespace detail

/// Fills in message M. The number of values is checked at compile time.
template <const MessageDef& M, typename... Values>
[[nodiscard]] Said say(const Values&... values) {
    static_assert(detail::placeholders_in(M.text) == sizeof...(Values),
                  "message text and values do not match");
    return {&M,
            fmt::format("{} {}", M.number, fmt::format(fmt::runtime(M.text), detail::printable(values)...)),
            {}};
}

/// Breaks a long console line at blanks; continuation lines start with `indent` blanks (DTCRUN messages: 12).
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace vmlab
