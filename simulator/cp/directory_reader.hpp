// USER DIRECT → the object directory.
#pragma once

#include "profiles/user_direct.hpp"
#include "simulator/cp/directory.hpp"

namespace vmlab::sim {

[[nodiscard]] Directory directory_of(const profiles::UserDirect& source);

}  // namespace vmlab::sim
