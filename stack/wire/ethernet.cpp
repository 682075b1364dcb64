#include "stack/wire/ethernet.hpp"

#include "stack/base/bytes.hpp"

namespace vmlab::stack::wire {

void emit_ethernet(const EthernetHeader& header, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.bytes(header.destination.bytes);
    out.bytes(header.source.bytes);
    out.u16(header.type);
}

}  // namespace vmlab::stack::wire
