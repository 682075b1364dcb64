// The recording inside a journal: what a run was given at its start and what came from outside while it ran,
// so that the very same run can be made again. Version 1.
//
// A journal has two kinds of lines. "#…" is a record (journal.hpp). "@…" belongs to the recording:
//
//     @116649a3 typed 5120 1573142410000123456 TCPMAINT =TkVUU1RBVCBDT05G
//
// eight hex digits, which are the CRC-32 (IEEE 802.3) of all that stands behind them; a word; fields. A field
// is plain when it consists of letters, digits and . _ : / + , -, else "=" and base64 (RFC 4648) of its
// bytes. Lines stand in the order of what happened, records among them.
//
// The first line is "recording 1"; what the run was given follows (simulator/run_setup.hpp) before the first
// record. Then inputs. Their first fields are: how many events had been taken, with a "+" when the input came
// within the last of these (else behind it); and the world's clock then, in nanoseconds since 1970.
//
//     typed MACHINE LINE            told LINE                 looked
//     opened CLIENT ADDRESS PORT    sent CLIENT BYTES         took CLIENT COUNT
//     shut CLIENT                   gone CLIENT               noted MACHINE KIND TEXT
//     edited TEXT                   not-edited                frames MACHINE INTERFACE BYTES…
//     end
//
// "end" is last: a journal without it was cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/system/input.hpp"
#include "simulator/system/journal.hpp"

namespace vmlab::sim {

inline constexpr std::string_view kRecordingVersion = "1";

struct RecordingLine {
    std::size_t number = 0;  ///< of the file's lines, from 1
    std::string word{};
    std::vector<std::string> fields{};

    /// As it stands in the journal, without the line end.
    std::string line() const;
};

struct RecordedInput {
    std::uint64_t events = 0;  ///< taken before it
    bool within = false;       ///< it came while the last of these was being worked on
    Instant at{};              ///< the world's clock
    Input what{};
    std::size_t number = 0;  ///< of the file's lines, from 1; 0: of no file

    std::string line() const;
};

struct RecordedRun {
    std::vector<JournalEntry> entries{};
    std::vector<RecordingLine> given{};   ///< without the first line; empty: the journal has no recording
    std::vector<RecordedInput> inputs{};  ///< in order; RunEnded is the last one, when it is there
    std::size_t lines = 0;                ///< of the file

    bool recorded() const { return !given.empty(); }
    bool ended() const { return !inputs.empty() && std::holds_alternative<RunEnded>(inputs.back().what); }
};

struct RecordingError {
    std::size_t line = 0, column = 0;  ///< of the file, from 1
    std::string what{};                ///< a sentence without its end
};

/// Reads a journal, with a recording or without. Nothing, and where and why, at the first line that is
/// damaged, out of order, or torn. That "end" is missing is no error here.
[[nodiscard]] std::optional<RecordedRun> read_recorded_run(std::string_view journal, RecordingError& error);

}  // namespace vmlab::sim
