// One line that says what a frame is, for journals and people. Nothing on the data plane calls this unless a
// frame is dropped, recorded or shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vmlab::stack::wire {

/// "9.60.60.3..21 > 9.60.60.9..1025 [SA] seq 1 ack 2 win 65535 len 0". Never fails: what cannot be read is
/// said to be unreadable.
[[nodiscard]] std::string summary_of_frame(std::span<const std::uint8_t> frame);
/// The same for what follows the Ethernet header of type IPv4.
[[nodiscard]] std::string summary_of_ipv4(std::span<const std::uint8_t> packet);
/// Of either family, by the version that the packet begins with.
[[nodiscard]] std::string summary_of_ip(std::span<const std::uint8_t> packet);

}  // namespace vmlab::stack::wire
