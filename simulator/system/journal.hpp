// The journal: every record of a run, each naming what it follows from. The last records stay in memory for
// `why`; all of them leave as text lines for whoever writes them down, and such lines can be read back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/base/cause.hpp"
#include "stack/base/names.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

struct JournalEntry {
    CauseId id = CauseId::none;
    CauseId parent = CauseId::none;
    Instant at{};
    Name8 machine{};
    RecordKind kind = RecordKind::decision;
    std::string text;
    std::vector<SourceLocation> rests_on{};
    std::string about{};                   ///< Record::about
    std::vector<std::string> consulted{};  ///< Record::consulted

    /// Something that was wanted did not happen: a refusal, a drop, an alert, a message of severity W, E, S
    /// or T.
    bool is_failure() const;
    /// Of a message, "DTCRUN1028E": the first word of the text, a time stamp apart.
    std::string_view number() const;
    /// What was typed at the machine's console, if this is what typed_record() made of it.
    std::optional<std::string_view> typed() const;
    /// The seed of the run, if this is what seed_record() made of it.
    std::optional<Seed> seed() const;
    /// A record that `why` may ask for long after: not one of a connection that came and went.
    bool is_lasting() const;
    /// "#12 <#7 2019-10-09T12:00:00.000000000Z TCPIP refusal … [PROFILE TCPIP D1:12:3] {port 21} ?machine
    /// FTPSERVE?"
    std::string line() const;
    /// What line() wrote; nothing when the line is not of a journal.
    static std::optional<JournalEntry> read_line(std::string_view line);
};

// What makes the same run again: its seed, and lines typed at consoles.
[[nodiscard]] Record seed_record(const Seed& seed);
[[nodiscard]] Record typed_record(std::string_view line);

class Journal {
public:
    /// How many records of each kind, lasting and passing, stay in memory: bounded, so that a flood of bad
    /// clients neither costs memory nor buries why the system is as it is.
    static constexpr std::size_t kKept = 2048;

    CauseId add(CauseId parent, Instant at, const Name8& machine, Record record);

    /// What is still in memory, in order.
    std::vector<JournalEntry> kept() const;
    const JournalEntry* find(CauseId id) const;

    /// Lines since the last call, if someone asked for them (keep_lines).
    void keep_lines(bool keep) { keep_lines_ = keep; }
    bool keeps_lines() const { return keep_lines_; }
    /// A line of the recording (recording.hpp), in its place among the records; without its end.
    void add_line(std::string_view line) { lines_.append(line).push_back('\n'); }
    std::string take_lines() { return std::exchange(lines_, {}); }

private:
    std::deque<JournalEntry> lasting_, passing_;
    std::uint32_t next_ = 1;
    bool keep_lines_ = false;
    std::string lines_;
};

}  // namespace vmlab::sim
