// The journal: every record of a run, each naming the record it follows from. The last records stay in memory
// for `why`; all of them leave as text lines for whoever writes them down.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "stack/base/cause.hpp"
#include "stack/base/names.hpp"
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

    /// "#12 <#7 2019-10-09T12:00:00.000000000Z TCPIP refusal … [PROFILE TCPIP D1:12:3]"
    std::string line() const;
};

class Journal {
public:
    /// How many records stay in memory: bounded, so that a flood of bad clients costs no memory.
    static constexpr std::size_t kKept = 2048;

    CauseId add(CauseId parent, Instant at, const Name8& machine, Record record);

    const std::deque<JournalEntry>& kept() const { return kept_; }
    const JournalEntry* find(CauseId id) const;

    /// Lines since the last call, if someone asked for them (keep_lines).
    void keep_lines(bool keep) { keep_lines_ = keep; }
    std::string take_lines() { return std::exchange(lines_, {}); }

private:
    std::deque<JournalEntry> kept_;
    std::uint32_t next_ = 1;
    bool keep_lines_ = false;
    std::string lines_;
};

}  // namespace vmlab::sim
