// What comes from outside the world while it runs, in one type: all of it passes System::enter, which writes
// it into the journal in its place. Seed, files and these are the whole run.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "simulator/system/event.hpp"
#include "stack/base/cause.hpp"

namespace vmlab::sim {

/// What the edge posts: lines typed at a console, what clients of the laptop do, frames of its kernel.
using OutsideEvent = std::variant<ConsoleTyped, ClientConnected, ClientSent, ClientTook, ClientShutdown,
                                  ClientGone, FramesArrived>;

struct EventEntered {
    Name8 machine{};
    OutsideEvent event{};
};
/// The edge remembers something of the host's, as a record of this machine: a port refused, a client lost.
struct HostNoted {
    Name8 machine{};
    RecordKind kind = RecordKind::decision;
    std::string text{};
};
/// A line at the prompt that was for the program, not for a console: STORY, CHECK, HINT, QUIT.
struct ProgramTold {
    std::string line{};
};
/// The program looked how far the checks of a lab are.
struct LabLookedAt {};
/// The answer to Outside::edit_text: nothing when the person's editor failed.
struct TextEdited {
    std::optional<std::string> text{};
};
/// The run ended in order.
struct RunEnded {};

using Input = std::variant<EventEntered, HostNoted, ProgramTold, LabLookedAt, TextEdited, RunEnded>;

}  // namespace vmlab::sim
