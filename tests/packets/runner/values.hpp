// What assertions and TCP_INFO may ask a connection for, by the names that Linux gives it.
#pragma once

#include <optional>
#include <string_view>

#include "tests/packets/runner/host.hpp"

namespace vmlab::packets {

/// TCP_INFO's names, as far as the snapshot has them; and ours of what the user was told.
[[nodiscard]] std::optional<double> value_named(std::string_view name, const Host& host,
                                                const stack::ConnectionSnapshot& row);

}  // namespace vmlab::packets
