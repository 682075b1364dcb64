// The words that describe a wire and its faults: the same in a scenario's YAML and at the prompt.
//
//   LAN0 rate 100M queue_frames 50 delay 10ms loss 1.5
//   LAN0 fault name half-deaf from TCPIP to WS1 after 2s until 5s loss 100
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/network/impairments.hpp"

namespace vmlab::sim {

/// How a wire is, for every frame.
struct WireSettings {
    Impairments rules{};
    WireRate rate{};
    std::size_t mtu = 0;  ///< IP packets of more bytes do not pass; 0 = any
};

struct WireWord {
    std::string key, value;
};

/// What a scenario says of one wire: changes to its settings, and faults whose times count from the world's
/// start.
struct WirePlan {
    std::string wire;
    std::vector<WireWord> words{};
    std::vector<WireFault> faults{};
};

/// Sets one value. What is wrong with it, or nothing.
///   delay, jitter, reorder_by        a time: 20us, 5ms, 1s, 2m
///   loss, duplicate, reorder, corrupt   percent of frames
///   burst                            percent entering/leaving/lost: 0.1/30/100
///   rate                             bits a second: 100M, 56k, 1G; 0 = unlimited
///   queue_bytes, queue_frames, mtu   numbers; 0 = no limit
[[nodiscard]] std::optional<std::string> set_wire_word(WireSettings& wire, std::string_view key,
                                                       std::string_view value);
/// The same for a fault; beside delay, jitter, loss, burst, duplicate, reorder, reorder_by, corrupt:
///   name; from, to                   stations of the wire
///   source, destination              address or address/prefix
///   protocol                         arp, icmp, tcp, udp, ipv6 or a number of IP
///   source_port, destination_port, payload, sequence, nth   3, 3-5, 3- (sequence counts from the SYN)
///   flags                            SYN, ACK, FIN, RST, PSH joined by +; no-SYN: not set
///   after, until                     times
[[nodiscard]] std::optional<std::string> set_fault_word(WireFault& fault, std::string_view key,
                                                        std::string_view value);
[[nodiscard]] std::span<const std::string_view> wire_words();
[[nodiscard]] std::span<const std::string_view> fault_words();

/// "rate 100M, delay 10ms, loss 1.5 %": only what is not as by default.
[[nodiscard]] std::string describe(const WireSettings& wire);

}  // namespace vmlab::sim
