#include "stack/wire/ethernet.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"

namespace vmlab::stack::wire {

std::optional<EthernetHeader> parse_ethernet(std::span<const std::uint8_t> frame) {
    if (frame.size() < kEthernetHeader) return std::nullopt;
    EthernetHeader header;
    std::copy_n(frame.data(), 6, header.destination.bytes.data());
    std::copy_n(frame.data() + 6, 6, header.source.bytes.data());
    header.type = std::uint16_t(frame[12] << 8 | frame[13]);
    return header;
}

void emit_ethernet(const EthernetHeader& header, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.bytes(header.destination.bytes);
    out.bytes(header.source.bytes);
    out.u16(header.type);
}

}  // namespace vmlab::stack::wire
