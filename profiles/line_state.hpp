// The five states that a line of a configuration file can be in (DESIGN 7.5): no line is silently ignored.
#pragma once

#include <cstdint>

namespace vmlab::profiles {

enum class LineState : std::uint8_t {
    unknown,        ///< no such statement: nothing happens
    no_effect,      ///< known, and deliberately without effect
    not_simulated,  ///< known on the real system, not simulated here: said at the line
    extracted,      ///< read into a value that is shown or checked, but that nothing follows
    in_force,       ///< read into a value that the running system follows
};
[[nodiscard]] const char* name_of(LineState state);

}  // namespace vmlab::profiles
