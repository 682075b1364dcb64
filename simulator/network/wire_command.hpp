// What a person sees of the wires, and may do to them, in words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/network/lan.hpp"

namespace vmlab::sim {

/// Settings, counters and faults of the wire of that name, or of all (empty name); nothing for a name that
/// is none.
[[nodiscard]] std::vector<std::string> report_wires(const Network& network, std::string_view name);

/// Words behind the wire's name: pairs of wire_words(); FAULT and pairs of fault_words(), whose times count
/// from `now`; or HEAL. All or nothing: what is wrong, or nothing.
[[nodiscard]] std::optional<std::string> change_wire(Network& network, std::string_view name,
                                                     std::span<const std::string> words, Instant now);

}  // namespace vmlab::sim
