// Causes: every decision the system takes is a record that names what it follows from and the configured
// values it rests on. `why` walks these records; nothing else knows why anything happened.
//
// A record follows from the event in flight; within one event, from the record before it about the same
// thing. What was looked up and found wanting is named (`consulted`), so that "no SSL server is ready" leads
// on to why SSL00001 is not. Console messages are leaves: a line on a screen causes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab {

/// Number of a record in the journal of one run. 0 = "began by itself".
enum class CauseId : std::uint32_t { none = 0 };

enum class RecordKind : std::uint8_t {
    input,     ///< something came from outside the world: a keystroke, a client's bytes, a fault that was
               ///< injected
    state,     ///< a state changed: a machine logged on, a connection was established, a pool member became
               ///< ready
    decision,  ///< a choice between alternatives: this SSL server, this route, this label
    refusal,   ///< something that was asked for is not done
    drop,      ///< a frame or datagram is discarded; the text begins with the drop's name
    alert,     ///< a TLS alert was sent or received
    close,     ///< a connection ended, and how
    message,   ///< a console message; the text begins with its number
};

[[nodiscard]] const char* name_of(RecordKind kind);
inline constexpr RecordKind kRecordKinds[] = {RecordKind::input,   RecordKind::state,  RecordKind::decision,
                                              RecordKind::refusal, RecordKind::drop,   RecordKind::alert,
                                              RecordKind::close,   RecordKind::message};

struct Record {
    RecordKind kind = RecordKind::decision;
    std::string text;
    std::vector<SourceLocation> rests_on{};
    /// The thing that this is now the last word about; empty: nothing that outlives the event.
    std::string about{};
    /// Things whose state decided this, the weightiest first.
    std::vector<std::string> consulted{};
};

// Things that records are about. "machine X" means the same everywhere; the others (these, and names like
// "autolog" that a core gives to its own) are known on the machine that records them.
[[nodiscard]] std::string about_machine(const Userid& userid);
[[nodiscard]] std::string about_port(std::uint16_t port);
[[nodiscard]] std::string about_ports(std::uint16_t low, std::uint16_t high);  ///< low = high: about_port
[[nodiscard]] std::string about_connection(std::uint32_t id);

/// The part of every core's sink that remembers: the core says what it decided, what that rests on, and what
/// it looked at; the system knows the event in flight.
class Recorder {
public:
    virtual CauseId record(Record what) = 0;

protected:
    ~Recorder() = default;
};

}  // namespace vmlab
