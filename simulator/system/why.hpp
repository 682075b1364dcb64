// Why anything is as it is: from a symptom back over recorded causes to lines of configuration files.
//
// A record follows from the record before it (its parent) and from the state of the things that it looked at
// and found wanting (consulted): of each, the last record about it before. Walking both, deepest first, gives
// the lines that the symptom rests on, the likeliest first: those of the failure that nothing else explains.
// This knows no message, no statement and no fault by name; what is not recorded has no answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/system/journal.hpp"

namespace vmlab::sim {

/// What was asked: WHY LAST | message number | CONN n | PORT n | FRAME n | userid | address | #record | words
/// of a record.
struct WhyQuestion {
    enum class Kind {
        last,
        message,
        connection,
        port,
        frame,
        machine,
        address,
        record,
        text
    } kind = Kind::last;
    std::string text{};        ///< message number, userid, address or text
    std::uint32_t number = 0;  ///< connection, port, frame or record
};
/// Nothing when the words are no question.
[[nodiscard]] std::optional<WhyQuestion> read_why(std::string_view words);

struct WhyAnswer {
    std::vector<JournalEntry> chain{};       ///< the symptom first, then what it follows from, nearest first
    std::vector<SourceLocation> rests_on{};  ///< lines of configuration files, the likeliest first
    std::string nothing{};                   ///< why there is no answer
};

/// `journal` in the order of recording. `stack`: whose ports and connections are meant when nothing says
/// more.
[[nodiscard]] WhyAnswer answer_why(const WhyQuestion& question, std::span<const JournalEntry> journal,
                                   const Userid& stack);

}  // namespace vmlab::sim
