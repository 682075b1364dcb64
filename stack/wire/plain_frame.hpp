// The frames that nearly all traffic consists of: Ethernet, IPv4 without options, whole, with TCP inside.
//
// Each header has its own file, where all that may be said in it is read and written. Here the three are
// looked at in one go, and what a row of frames has in common is made once. Anything else takes the long
// road.
#pragma once

#include <array>
#include <cstring>
#include <span>

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/tcp_segment.hpp"

namespace vmlab::stack::wire {

inline constexpr std::size_t kPlainHeaders = kEthernetHeader + kIpv4Header;

/// A TCP segment that is whole in an Ethernet frame to `station`, behind a good IPv4 header without options.
/// `size` is the segment's, of which only the ports were looked at; 0 when the frame is anything else.
struct PlainSegment {
    std::size_t size = 0;
    Ipv4Address source{}, destination{};
    std::uint16_t source_port = 0, destination_port = 0;
    std::uint8_t traffic_class = 0;
};
[[nodiscard]] inline PlainSegment read_plain_segment(std::span<const std::uint8_t> frame,
                                                     const MacAddress& station) {
    if (frame.size() < kPlainHeaders + kTcpHeader ||
        std::memcmp(frame.data(), station.bytes.data(), station.bytes.size()) != 0)
        return {};
    const std::uint8_t* const ip = frame.data() + kEthernetHeader;
    const std::uint32_t first = network_word(ip), second = network_word(ip + 4), third = network_word(ip + 8);
    constexpr std::uint32_t kFragmented = 0xbfff;  // all of the second half but "don't fragment"
    const bool plain = frame[12] == kEtherTypeIpv4 >> 8 && frame[13] == (kEtherTypeIpv4 & 0xff) &&
                       first >> 24 == 0x45 && (second & kFragmented) == 0 &&
                       (third >> 16 & 0xff) == kProtocolTcp;
    const std::size_t total = first & 0xffff;
    if (!plain || total < kIpv4Header + kTcpHeader || total > frame.size() - kEthernetHeader) return {};
    if (checksum_of(frame.subspan<kEthernetHeader, kIpv4Header>()) != 0) return {};
    const std::uint32_t ports = network_word(ip + kIpv4Header);
    return {total - kIpv4Header,
            Ipv4Address{network_word(ip + 12)},
            Ipv4Address{network_word(ip + 16)},
            std::uint16_t(ports >> 16),
            std::uint16_t(ports),
            std::uint8_t(first >> 16)};
}

/// What stands in front of the segments of one pair of hosts on one link.
class PlainHeaders {
public:
    PlainHeaders(const MacAddress& to, const MacAddress& from, Ipv4Address source, Ipv4Address destination)
        : addresses_(sum_pair(source, destination)) {
        emit_ethernet({to, from, kEtherTypeIpv4}, bytes_);
        Ipv4Header ip;
        ip.source = source;
        ip.destination = destination;
        emit_ipv4(ip, std::span(bytes_).subspan(kEthernetHeader));
    }

    /// Writes kPlainHeaders bytes to the front of `frame`; of `ip`, what may differ from one to the next: the
    /// total length, the identification, whether it may be cut, the TTL and the traffic class.
    void write(const Ipv4Header& ip, std::span<std::uint8_t> frame) const {
        vm_assert(frame.size() >= kPlainHeaders);
        std::memcpy(frame.data(), bytes_.data(), bytes_.size());
        constexpr std::uint32_t kDontFragment = 0x4000;
        const std::uint32_t first =
            0x45u << 24 | std::uint32_t(ip.traffic_class) << 16 | std::uint32_t(ip.total_length);
        const std::uint32_t second =
            std::uint32_t(ip.identification) << 16 | (ip.dont_fragment ? kDontFragment : 0);
        const std::uint32_t third = std::uint32_t(ip.ttl) << 24 | std::uint32_t{kProtocolTcp} << 16;
        const std::uint64_t sum =
            addresses_ + to_network(first) + to_network(second) + std::uint64_t(to_network(third));
        set_network_word(frame.data() + kEthernetHeader, first);
        set_network_word(frame.data() + kEthernetHeader + 4, second);
        set_network_word(frame.data() + kEthernetHeader + 8, third | fold_checksum(sum));
    }
    /// For the checksums of what follows: sum_pair() of the two.
    [[nodiscard]] std::uint64_t addresses() const { return addresses_; }

private:
    std::array<std::uint8_t, kPlainHeaders> bytes_{};
    std::uint64_t addresses_;
};

}  // namespace vmlab::stack::wire
