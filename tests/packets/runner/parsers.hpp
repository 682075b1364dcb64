// The parsers of a script's parts; each begins where the scanner stands and stops behind its part.
#pragma once

#include "tests/packets/runner/scanner.hpp"

namespace vmlab::packets {

/// Behind `<` or `>`.
[[nodiscard]] PacketSpec parse_packet(Scanner& in, bool outbound);
/// From the call's name on.
[[nodiscard]] Call parse_call(Scanner& in);
/// Digits in pairs: 00ff.
[[nodiscard]] std::vector<std::uint8_t> parse_bytes(Scanner& in);

}  // namespace vmlab::packets
