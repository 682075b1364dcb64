// Findings: what a reader has to say about a line that does not take effect as typed. Reading goes on after
// each.
//
// Every line of a configuration file is in one of five declared states; the first three, and whatever is
// wrong in a line of the other two, become findings. The number of findings per file is bounded: the rest is
// counted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/line_state.hpp"
#include "profiles/scanner.hpp"
#include "stack/base/message.hpp"

namespace vmlab::profiles {

enum class Severity : std::uint8_t { info, warning, error };
[[nodiscard]] const char* name_of(Severity severity);

struct Finding {
    Severity severity = Severity::error;
    LineState state = LineState::unknown;
    SourceLocation where{};
    std::string line;        ///< the source line, trimmed, at most kQuotedLine characters
    Said said{};             ///< number and text
    std::string suggestion;  ///< the nearest word that exists, or empty
};

inline constexpr std::size_t kMaxFindings = 200;
inline constexpr std::size_t kQuotedLine = 120;
inline constexpr std::size_t kQuotedWord = 40;

struct Findings {
    std::vector<Finding> items{};  ///< in the order of the lines, at most kMaxFindings
    std::size_t suppressed = 0;    ///< how many more there were

    bool empty() const { return items.empty(); }
    bool any(Severity severity) const;
};

/// A finding as a console prints it: behind the message the word that was probably meant.
[[nodiscard]] Said said_of(const Finding& finding);
/// The findings as a console prints them: behind each message the word that was probably meant, at the end
/// how many more there were.
[[nodiscard]] std::vector<Said> said_of(const Findings& findings);

/// A statement that was recognized, and its state.
struct StatementSeen {
    std::string keyword;  ///< upper case
    SourceLocation where{};
    LineState state = LineState::in_force;
};

/// Writes findings about one file while it is being read.
class FindingWriter {
public:
    FindingWriter(const SourceText& source, Findings& out) : source_(source), out_(out) {}

    /// The severity is that of the message; `where` is added to what it rests on.
    void add(LineState state, const SourceLocation& where, Said said, std::string_view suggestion = {});
    /// What is added now is only counted.
    bool full() const { return out_.items.size() >= kMaxFindings; }
    /// How many errors were written.
    std::size_t errors() const { return errors_; }

private:
    const SourceText& source_;
    Findings& out_;
    std::size_t errors_ = 0;
};

/// The word of `known` that a typing error of at most a third of its letters turns into `word`; empty if
/// none.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> known);
/// A word of the file as a message may quote it: bounded, control characters shown as dots.
[[nodiscard]] std::string quoted(std::string_view word, std::size_t most = kQuotedWord);

}  // namespace vmlab::profiles
