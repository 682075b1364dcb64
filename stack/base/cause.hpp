// Causes: every decision the system takes is a record that names the record it follows from and the
// configured values it rests on. `why` walks these records; nothing else knows why anything happened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

struct Record {
    RecordKind kind = RecordKind::decision;
    std::string text;
    std::vector<SourceLocation> rests_on{};
};

/// The part of every core's sink that remembers. The parent of a record is the event in flight (or what the
/// sink was told to follow); the core only says what it decided and on which configured values that rests.
class Recorder {
public:
    virtual CauseId record(Record what) = 0;

protected:
    ~Recorder() = default;
};

}  // namespace vmlab
