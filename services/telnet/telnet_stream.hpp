// The Telnet byte stream (RFC 854, 855, 885): commands taken out of the data, one at a time.
//
// The decoder hands out one event per call and leaves the rest untouched, so that its caller can stop right
// behind the SE of START-TLS FOLLOWS: what comes after it may be TLS. State survives between calls: any
// command may be cut anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vmlab::services {

namespace telnet {
inline constexpr std::uint8_t kEor = 239, kSe = 240, kNop = 241, kDm = 242, kBrk = 243, kIp = 244, kAo = 245,
                              kAyt = 246, kEc = 247, kEl = 248, kGa = 249, kSb = 250, kWill = 251,
                              kWont = 252, kDo = 253, kDont = 254, kIac = 255;
inline constexpr std::uint8_t kBinary = 0, kEcho = 1, kTimingMark = 6, kTerminalType = 24, kEndOfRecord = 25,
                              kTn3270e = 40, kStartTls = 46;
inline constexpr std::uint8_t kFollows = 1;  ///< the one START-TLS subnegotiation
}  // namespace telnet

struct TelnetEvent {
    enum class Kind : std::uint8_t {
        data,            ///< `bytes`, IAC IAC resolved; valid until the next call
        negotiation,     ///< WILL, WONT, DO or DONT: `command`, `option`
        subnegotiation,  ///< `option`, `bytes`
        command,         ///< any other: `command` (EOR, BRK, IP, AYT, …)
        too_long,        ///< a subnegotiation longer than kMaxSubnegotiation: give the peer up
    } kind = Kind::data;
    std::uint8_t command = 0, option = 0;
    std::span<const std::uint8_t> bytes{};
};

class TelnetDecoder {
public:
    /// The longest honest one names a terminal type and an LU.
    static constexpr std::size_t kMaxSubnegotiation = 256;

    /// Takes the next event off the front of `rest`; nothing when `rest` is used up.
    std::optional<TelnetEvent> next(std::span<const std::uint8_t>& rest);

private:
    enum class State : std::uint8_t { data, iac, option, sub_option, sub, sub_iac, dead };
    std::optional<TelnetEvent> step(std::uint8_t byte);
    std::optional<TelnetEvent> step_in_subnegotiation(std::uint8_t byte);

    State state_ = State::data;
    std::uint8_t command_ = 0, option_ = 0;
    std::vector<std::uint8_t> sub_{};
};

/// IAC command option.
[[nodiscard]] constexpr std::array<std::uint8_t, 3> negotiation(std::uint8_t command, std::uint8_t option) {
    return {telnet::kIac, command, option};
}
/// IAC SB option bytes IAC SE, with IAC doubled.
[[nodiscard]] std::vector<std::uint8_t> subnegotiation(std::uint8_t option,
                                                       std::span<const std::uint8_t> bytes);
/// Appends data with IAC doubled.
void append_escaped(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> data);

}  // namespace vmlab::services
