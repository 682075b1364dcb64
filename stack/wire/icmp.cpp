#include "stack/wire/icmp.hpp"

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"

namespace vmlab::stack::wire {

ParsedIcmp parse_icmp(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kIcmpHeader) return {IcmpFault::malformed, {}};
    if (checksum_of(bytes) != 0) return {IcmpFault::bad_checksum, {}};
    ByteReader in(bytes);
    IcmpMessage m;
    m.type = in.u8();
    m.code = in.u8();
    in.u16();
    m.rest = in.u32();
    m.payload = in.rest();
    return {IcmpFault::none, m};
}

void emit_icmp_header(std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                      std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.u8(type);
    out.u8(code);
    out.u16(0);
    out.u32(rest);
    const auto sum = checksum_of(room);
    room[2] = std::uint8_t(sum >> 8);
    room[3] = std::uint8_t(sum);
}

}  // namespace vmlab::stack::wire
