// The states of a connection (RFC 9293 section 3.3.2) and what its user may set.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/time.hpp"

namespace vmlab::stack {

enum class TcpState : std::uint8_t {
    closed,
    listen,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};
/// "Listen", "Syn-sent", … as NETSTAT writes them.
[[nodiscard]] const char* name_of(TcpState state);

/// congestion.hpp says what they are.
enum class CongestionAlgorithm : std::uint8_t { cubic, new_reno, bbr };
[[nodiscard]] const char* name_of(CongestionAlgorithm algorithm);

/// Explicit congestion notification (RFC 3168).
enum class EcnMode : std::uint8_t {
    off,
    if_asked,  ///< agreed to when the peer's SYN asks
    on,        ///< asked for by our SYNs, too
};

/// What a user is told of trouble that does not end the connection (RFC 9293 section 3.9.1.8, MUST-47).
enum class Advice : std::uint8_t {
    delivery_trouble,  ///< R1: the same segment was sent again three times and not acknowledged (SHLD-9)
    soft_error,  ///< ICMP reports a trouble that may pass: no route, time exceeded, a bad header (SHLD-25)
};

struct ConnectionOptions {
    bool no_delay = true;                 ///< Nagle off (MUST-17)
    bool keep_alive = false;              ///< MUST-24, MUST-25
    Duration keep_alive_idle = hours{2};  ///< MUST-27, MUST-28
    bool keep_alive_garbage =
        false;  ///< probes carry a byte, for peers that answer no others (RFC 1122 4.2.3.6)
    Duration keep_alive_interval = seconds{75};  ///< between probes that nobody answers; at least 1 s
    int keep_alive_probes = 9;  ///< so many go unanswered before the end (MUST-29); at least 2
    std::uint8_t diffserv = 0;  ///< 0..63: of every segment from now on (MUST-48, SHLD-21, SHLD-22)
    std::uint8_t ttl = 0;       ///< 1..255: of every segment from now on (MUST-49); 0 = the stack's
    bool advice = true;         ///< Sink::advised() is wanted (SHLD-20)
    /// R2: how long data may stay unacknowledged before the connection ends (MUST-21, SHLD-11).
    Duration give_up_after = minutes{3};
    std::optional<CongestionAlgorithm> congestion{};  ///< nothing = what the stack's options say

    friend bool operator==(const ConnectionOptions&, const ConnectionOptions&) = default;
};

}  // namespace vmlab::stack
