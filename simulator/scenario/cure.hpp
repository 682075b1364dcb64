// The proof of a cause: undo lines of the configuration, run again from the seed, and see the symptom go.
//
// Two sets of files, one good and one that shows a symptom, differ in changes of single lines. Where no file
// is to blame, lines that were typed are left out, too, and then what was done to wires. Delta debugging
// (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002) finds a set of changes
// to undo that cures the symptom and from which nothing can be left out. This module compares texts and
// counts runs; what a symptom is, the caller says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "simulator/scenario/lab.hpp"
#include "simulator/scenario/recorded_input.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab::sim {

/// One line of one file: there in the good files only, in the bad ones only, or other in both. A file that
/// only one side has is one change.
struct LineChange {
    std::string file;  ///< "TCPMAINT.198/PROFILE.TCPIP"
    std::uint32_t line =
        0;  ///< in the bad file, from 1; of a missing line, the line it should stand before; 0 = the file
    std::optional<std::string> good{}, bad{};

    /// The change concerns this place, wherever on the line.
    [[nodiscard]] bool is_at(const SourceLocation& where) const;
};

class FileComparison {
public:
    FileComparison(const ConfigurationFiles& good, const ConfigurationFiles& bad);

    [[nodiscard]] const std::vector<LineChange>& changes() const { return changes_; }
    /// The bad files with these changes (indices into changes()) undone.
    [[nodiscard]] ConfigurationFiles with_undone(std::span<const std::size_t> undone) const;

private:
    struct Piece {  ///< a line that both have, or a change
        std::string text{};
        std::optional<std::size_t> change{};
    };
    struct File {
        std::string path;
        std::optional<std::size_t> whole{};  ///< the file itself is a change
        std::vector<Piece> pieces{};
    };
    void compare(File& file, const std::string& good, const std::string& bad);
    void add_block(File& file, std::span<const std::string_view> good, std::span<const std::string_view> bad,
                   std::uint32_t line);
    void add_change(File& file, LineChange change);

    std::vector<File> files_;
    std::vector<LineChange> changes_;
};

/// What happens around the system from its start on: something is done to a wire, or somebody attacks.
struct Circumstance {
    std::string words{};  ///< "wire LAN0: loss 5", "wire LAN0: fault 'cut'", "attacks of MALLORY"
    std::variant<WirePlan, AttackerPlan> what{};
};
/// Of each plan for a wire its settings are one circumstance, each of its faults another.
[[nodiscard]] std::vector<Circumstance> circumstances_of(std::span<const WirePlan> wires,
                                                         std::span<const AttackerPlan> attackers);

/// What makes a run, from a seed.
struct RunInput {
    ConfigurationFiles files{};
    std::vector<TypedInput> typed{};
    FilesAre files_are = FilesAre::of_the_end;
    std::vector<Circumstance> around{};
};

struct Cure {
    std::vector<LineChange> undo{};       ///< the smallest set found
    std::vector<TypedInput> not_typed{};  ///< and the lines to leave out
    std::vector<Circumstance> without{};  ///< and what must not happen; all empty when there is no cure
    std::string why_not{};                ///< why there is none
    unsigned changes = 0;                 ///< how many lines the files differ in
    unsigned typed = 0;                   ///< how many lines were typed
    unsigned around = 0;                  ///< how many circumstances there were
    unsigned runs = 0;

    [[nodiscard]] bool found() const { return !undo.empty() || !not_typed.empty() || !without.empty(); }
};

/// `shows`: brings a system up from this and looks for the symptom. Changes at `suspects` are tried first,
/// each alone. Typed lines count only where the files alone cannot be the cause, circumstances only where
/// neither can.
[[nodiscard]] Cure find_cure(const ConfigurationFiles& good, const RunInput& bad,
                             std::span<const SourceLocation> suspects,
                             const std::function<bool(const RunInput&)>& shows);

[[nodiscard]] std::vector<std::string> report_cure(const Cure& cure);

}  // namespace vmlab::sim
