// The same symptom again: a system is brought up from other files, from the same seed, and looked at.
//
// Real clients cannot be asked to come again, so scripted ones on WS1 take their place: one for every port at
// which the good system listens. Texts are compared without their numbers, which differ between clients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/scenario/cure.hpp"
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

/// What to look for when this was asked and answered. `began`: when the run began.
[[nodiscard]] Symptom symptom_of(const WhyQuestion& question, const WhyAnswer& answer, const Userid& stack,
                                 Instant began);

class Reproduction {
public:
    /// `good`: the good system, seed and keys. Its ports are what clients visit. `typed`: lines of TCPMAINT,
    /// once the system is up.
    Reproduction(WorldOptions good, Symptom symptom, std::vector<std::string> typed = {});

    /// A run with these files shows the symptom.
    [[nodiscard]] bool shows(const ConfigurationFiles& files) const;

private:
    bool seen_in(World& world) const;

    WorldOptions options_;
    Symptom symptom_;
    std::vector<std::string> typed_;
    Ipv4Address server_{};
    std::vector<std::pair<std::uint16_t, bool>>
        ports_;  ///< where the good system listens, and whether SECURE
};

/// Everything together: what was asked of a run of `bad`, in which TCPMAINT typed these lines, proved against
/// `good`.
[[nodiscard]] Cure prove_why(const WhyQuestion& question, const WhyAnswer& answer, const WorldOptions& good,
                             const ConfigurationFiles& bad, const Userid& stack, Instant began,
                             std::vector<std::string> typed = {});

/// Types lines at TCPMAINT's console, and lets each finish.
void type_lines(World& world, const std::vector<std::string>& typed);

/// Brings a system up in virtual time and lets scripted clients visit it, so that `why` can be asked.
/// The visits' numbers, for Workstation::result.
std::vector<std::uint32_t> bring_up_and_visit(World& world, const WorldOptions& good);

}  // namespace vmlab::sim
