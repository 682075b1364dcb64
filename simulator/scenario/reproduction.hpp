// The same symptom again: a system is brought up from other files, from the same seed, and looked at.
//
// Lines that people typed are typed again. Real clients cannot be asked to come again, so scripted ones
// (visitors.hpp) take their place. Texts are compared without their numbers, which differ between clients.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "simulator/scenario/cure.hpp"
#include "simulator/scenario/visitors.hpp"
#include "simulator/system/why.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

struct Symptom {
    enum class Kind {
        record,     ///< a record like this one, of this machine
        no_port,    ///< nothing listens on the port of the stack
        no_machine  ///< the machine is not logged on
    } kind = Kind::record;
    JournalEntry entry{};
    Userid machine{};  ///< the stack, or the machine
    std::uint16_t port = 0;
    Duration after{};  ///< how long after the IPL it was seen
};

/// A run that was asked why: its records, the files that it has, and when it was started (IPL).
struct AskedRun {
    std::span<const JournalEntry> journal{};
    ConfigurationFiles files{};
    Instant began{};
    Userid stack = "TCPIP";
    ConfigurationFiles first_files{};    ///< as they were at the IPL; empty: not known
    std::vector<Circumstance> around{};  ///< what happened around it, and does not around the good system
};

class Reproduction {
public:
    /// `good`: the good system, seed and keys. Whom it serves visits.
    Reproduction(WorldOptions good, Symptom symptom, Visitors visitors);

    /// A run of these files and typed lines shows the symptom.
    [[nodiscard]] bool shows(const RunInput& input) const;

private:
    bool shows(const RunInput& input, bool visits_first) const;
    bool seen_in(World& world) const;

    WorldOptions options_;
    Symptom symptom_;
    std::vector<Conversation> visitors_{};  ///< whom the good system serves
};

/// Everything together: what this run was asked, and what it answered, proved against `good`.
[[nodiscard]] Cure prove_why(const WhyQuestion& question, const WhyAnswer& answer, const WorldOptions& good,
                             const AskedRun& run);

/// Brings a system up in virtual time, types these lines, and lets scripted clients visit it, so that `why`
/// can be asked; who attacks has begun then. The visits' numbers, for Workstation::result.
std::vector<std::uint32_t> bring_up_and_visit(World& world, const WorldOptions& good,
                                              const std::vector<TypedLine>& typed = {},
                                              Visitors visitors = Visitors::brief);

}  // namespace vmlab::sim
