// Packets between a script and a stack: what the script says becomes a frame, a frame that left becomes what
// a script would say, and the two are compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/time.hpp"
#include "stack/wire/ipv4.hpp"
#include "tests/packets/runner/cookies.hpp"
#include "tests/packets/runner/script.hpp"

namespace vmlab::packets {

inline constexpr MacAddress kHostMac{{2, 0, 0, 0, 2, 0}}, kPeerMac{{2, 0, 0, 0, 1, 0}};

/// The byte at this place of what a side sends, unless the script says which.
[[nodiscard]] constexpr char pattern_at(std::uint64_t position) { return char('a' + position % 23); }

/// A packet that left, taken apart.
struct Live {
    Instant at{};
    IpAddress source{}, destination{};
    std::uint8_t traffic_class = 0, ttl = 0;
    std::uint32_t flow_label = 0;
    enum class Kind { tcp, udp, icmp, other } kind = Kind::other;
    Ports ports{};
    TcpSpec tcp{};  ///< numbers as on the wire; every field is there
    std::string payload{};
    std::uint8_t icmp_type = 0, icmp_code = 0;
    std::uint32_t icmp_rest = 0;
    std::string fault{};  ///< what is wrong with it in itself: checksum, padding
};
[[nodiscard]] Live take_apart(const Buffer& frame, Instant at);

/// One conversation: how the script's numbers are to be translated. Scripts number our bytes from what they
/// say of our SYN; what the peer says is taken as it stands. Our time stamps count from the first that is
/// named.
struct Flow {
    IpAddress host{}, peer{};
    std::uint16_t host_port = 0, peer_port = 0;
    bool anchored = false, stamped = false, peer_known = false;
    bool reopened = false;       ///< the peer has begun another connection of the same ports
    std::uint32_t offset = 0;    ///< ours: on the wire less in the script
    std::uint32_t initial = 0;   ///< ours, in the script
    std::uint32_t sent_end = 0;  ///< behind the last byte of ours, in the script
    std::uint32_t peer_initial = 0;
    /// As packetdrill has it, what the peer says counts from the number of its first SYN; SYNs themselves
    /// name true numbers.
    std::uint32_t peer_base = 0;
    bool compares_stamps = true;  ///< our time stamps: some kernels' scripts do not care
    std::uint32_t stamp_offset = 0;
    /// The script is another kernel's: what is each kernel's own affair is passed over, and named in
    /// `differs`. Windows follow from its buffers (only whether they are shut is compared), pushes from how
    /// it cuts what is written; a duplicate may be reported or not (RFC 2883).
    bool other_kernel = false;
    std::vector<std::string_view> differs{};
    Cookies* cookies = nullptr;  ///< of the whole script
    bool gives_cookies = false;  ///< what is being compared is a SYN,ACK
};

/// The frame of a packet that arrives.
[[nodiscard]] Buffer frame_of(const PacketSpec& packet, Flow& flow);
/// The peer's MAC is where this address is (RFC 4861).
[[nodiscard]] Buffer advertisement_of(const IpAddress& target, const IpAddress& to);
/// In the script's notation, its numbers translated back.
[[nodiscard]] std::string line_of(const Live& live, const Flow& flow);
/// What distinguishes the packet from what was expected; empty if nothing does. Learns from the first packets
/// how numbers are to be translated. `slack`: how far time stamps may be off.
[[nodiscard]] std::string difference(const PacketSpec& expected, const Live& live, Flow& flow,
                                     Duration slack);

}  // namespace vmlab::packets
