// What a lab looks like in words and as JSON: lists, stories, proofs. Pure; nothing here depends on the
// host's time, so the same seed gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "simulator/scenario/runner.hpp"

namespace vmlab::sim {

/// One line per lab, in columns; JSON: an array of objects.
[[nodiscard]] std::string report_labs(const std::vector<Lab>& labs);
[[nodiscard]] std::string report_labs_json(const std::vector<Lab>& labs);

/// Title, level, story and symptom, for the trainee.
[[nodiscard]] std::string report_story(const Lab& lab);

/// One line per lab and phase; what did not come out as expected in full, with the client's transcript.
[[nodiscard]] std::string report_proofs(const std::vector<Proof>& proofs);
[[nodiscard]] std::string report_proofs_json(const std::vector<Proof>& proofs);

/// The trainee's result: goals and what must be kept, each with what was seen.
[[nodiscard]] std::string report_checks(const std::vector<ProvedCheck>& checks);

[[nodiscard]] std::string report_errors(const std::vector<LabError>& errors);

}  // namespace vmlab::sim
