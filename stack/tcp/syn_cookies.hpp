// SYN cookies (RFC 4987 section 3.6): the sequence number of a SYN,ACK that says all there is to say of the
// SYN, so that nothing need be kept until the ACK returns it. Nearly as Linux makes them:
//
//   31           24 23                          0
//   ┌──────────────┬─────────────────────────────┐
//   │   minute     │ keyed hash of the minute    │   + keyed hash of the endpoints
//   │              │ and the peer's own number   │
//   │              │ + index of the segment size │
//   └──────────────┴─────────────────────────────┘
//
// Time stamps give room for what else a SYN says: the last six bits of ours are its options, and return as
// the echo.
//
//   5      4      3 2 1 0
//   ECN │ SACK │ window shift, 15 = none
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/initial_sequence.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack {

/// The cookie for a SYN that asks for segments of `mss` bytes.
[[nodiscard]] Seq make_cookie(const SequenceSecret& secret, const Endpoint& local, const Endpoint& peer,
                              Seq peer_initial, std::uint16_t mss, Instant now);
/// The segment size of a SYN that was answered so within the last two minutes, rounded down; nothing when it
/// was not.
[[nodiscard]] std::optional<std::uint16_t> read_cookie(const SequenceSecret& secret, const Endpoint& local,
                                                       const Endpoint& peer, Seq peer_initial, Seq cookie,
                                                       Instant now);
/// The largest size that a cookie can say which is not above this.
[[nodiscard]] std::uint16_t cookie_segment(std::uint16_t mss);

/// Our time stamp of now, or just before, with the options of a SYN.
[[nodiscard]] std::uint32_t options_in_time_stamp(std::uint32_t value, const wire::TcpHeader& syn);
/// Them again, as the SYN said them.
void read_options_of_time_stamp(std::uint32_t echo, wire::TcpHeader& syn);

}  // namespace vmlab::stack
