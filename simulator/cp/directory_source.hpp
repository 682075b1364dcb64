// The object directory from its source: what DIRECTXA does with USER DIRECT.
#pragma once

#include "profiles/user_direct.hpp"
#include "simulator/cp/directory.hpp"

namespace vmlab::sim {

[[nodiscard]] Directory directory_of(const profiles::UserDirect& source);

}  // namespace vmlab::sim
