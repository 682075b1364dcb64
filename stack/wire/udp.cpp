#include "stack/wire/udp.hpp"

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::stack::wire {

ParsedUdp parse_udp(std::span<const std::uint8_t> bytes, const IpAddress& source,
                    const IpAddress& destination) {
    ByteReader in(bytes);
    UdpHeader h;
    h.source_port = in.u16();
    h.destination_port = in.u16();
    h.length = in.u16();
    const auto checksum = in.u16();
    if (in.failed() || h.length < kUdpHeader || h.length > bytes.size() || h.destination_port == 0)
        return {UdpFault::malformed, {}};
    if (checksum == 0 && !source.is_v4()) return {UdpFault::bad_checksum, {}};  // RFC 8200 section 8.1
    if (checksum != 0) {
        const auto sum =
            sum_pseudo_header(source, destination, kProtocolUdp, h.length) + sum_words(bytes.first(h.length));
        if (fold_checksum(sum) != 0) return {UdpFault::bad_checksum, {}};
    }
    return {UdpFault::none, h};
}

void emit_udp_header(std::uint16_t source_port, std::uint16_t destination_port, const IpAddress& source,
                     const IpAddress& destination, std::span<std::uint8_t> room) {
    vm_assert(room.size() <= 65535);
    ByteWriter out(room);
    out.u16(source_port);
    out.u16(destination_port);
    out.u16(std::uint16_t(room.size()));
    out.u16(0);
    const auto sum = fold_checksum(
        sum_pseudo_header(source, destination, kProtocolUdp, std::uint32_t(room.size())) + sum_words(room));
    const std::uint16_t field = sum == 0 ? 0xffff : sum;  // zero would mean "no checksum"
    room[6] = std::uint8_t(field >> 8);
    room[7] = std::uint8_t(field);
}

}  // namespace vmlab::stack::wire
