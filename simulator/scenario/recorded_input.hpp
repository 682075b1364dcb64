// What people typed in a run, from its journal, and the same lines typed again in another run.
//
// The files of a run are as they are given: a line that changes one does not change it again, for what it
// changed stands in the files already, and undoing it there must last.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simulator/scenario/lab.hpp"
#include "simulator/system/journal.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

struct TypedInput {
    Duration after{};  ///< the IPL
    TypedLine what{};
};

/// The lines of the journal of a run that `began` then, up to the record `until`.
[[nodiscard]] std::vector<TypedInput> typed_in(std::span<const JournalEntry> journal, Instant began,
                                               CauseId until);

/// Hours in which nothing was typed count as this much: a run is brought there again and again.
inline constexpr Duration kLongestWait = minutes{30};
/// Moments of a run, in order, without what goes beyond kLongestWait between two of them.
void shorten_waits(std::vector<TypedInput>& typed, Duration& last);

/// What the files of a run are that is made again.
enum class FilesAre : std::uint8_t {
    of_the_end,   ///< what typed lines changed in them is in them already: files stay as they are
    of_the_start  ///< typed lines change them again
};

/// Brings the world, which was started at `began`, through these lines. Who is not logged on is logged on at
/// the system console.
void type_again(const std::vector<TypedInput>& typed, FilesAre files, Instant began, World& world);

}  // namespace vmlab::sim
