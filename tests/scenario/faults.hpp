// The catalogue of misconfigurations (TCP/IP for z/VM, what goes wrong and where it shows first), as patches
// to the baseline, each with the question that a person at the console would ask.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/lab.hpp"
#include "simulator/scenario/visitors.hpp"
#include "simulator/system/why.hpp"

namespace vmlab::sim {

/// One changed line: found by its text (without blanks at either end), replaced by another. An empty `with`
/// takes the line away; `with` of several lines adds some. A file that is not in the baseline is made of
/// `with`.
struct PlantedEdit {
    std::string_view file;  ///< "TCPMAINT.198/PROFILE.TCPIP"
    std::string_view line;
    std::string_view with;
};

/// Where `why` must point first.
enum class Answer {
    planted,  ///< at the changed line
    file,     ///< at the file in which the line is missing
    added,    ///< at the first line of the file that was added
    line,     ///< at the line `names`: the list that does not have the entry any more
};

struct PlantedFault {
    int row;
    std::string_view title;
    std::vector<PlantedEdit> edits;  ///< the first one is the fault, the others make it possible
    std::string_view question;       ///< "DTCRUN1028E", "PORT 21", "421"
    Answer answer = Answer::planted;
    std::string_view names{};          ///< Answer::line: the text of that line
    unsigned minutes = 0;              ///< how long the system runs before it is asked
    std::vector<std::string> typed{};  ///< at TCPMAINT's console, once the system is up
    std::vector<PlantedEdit> usual{};  ///< changes to the baseline that the good system has, too
    Visitors visitors = Visitors::brief;
    std::vector<WireWord> lan{};  ///< how LAN0 is, in the good system, too
};

[[nodiscard]] const std::vector<PlantedFault>& planted_faults();

/// What is started by a command takes a while to stand.
inline constexpr Duration kAfterTyping = seconds{30};

/// Where a planted edit stands.
struct Place {
    std::string file;
    std::uint32_t line = 0;  ///< 0: the line is gone
};

/// Makes the change; the line must be in the file.
[[nodiscard]] Place plant(const PlantedEdit& edit, ConfigurationFiles& files);

/// What a person may ask about besides: machines that run and ports that are open.
struct Things {
    std::set<std::string> machines{}, ports{};
};
[[nodiscard]] Things things_of(const World& world);

/// What the person at the console asked of the broken system, and heard.
struct AskedFault {
    WhyQuestion question;
    std::vector<JournalEntry> journal;
    WhyAnswer answer;
    Things things;
};
/// Brings the system of `files` up, lets the fault's visitors come and its lines be typed, and asks.
[[nodiscard]] AskedFault ask_about(const PlantedFault& fault, const WorldOptions& good,
                                   const ConfigurationFiles& files);

/// A row of the catalogue that has no test yet, or none of this kind, and why.
struct UntestedRow {
    int row;
    std::string_view why;
};
[[nodiscard]] const std::vector<UntestedRow>& untested_rows();

}  // namespace vmlab::sim
