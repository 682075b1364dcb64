#include "stack/wire/arp.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint16_t kHardwareEthernet = 1;
constexpr std::uint16_t kProtocolIpv4 = 0x0800;

MacAddress read_mac(ByteReader& in) {
    MacAddress mac;
    const auto bytes = in.bytes(6);
    std::copy(bytes.begin(), bytes.end(), mac.bytes.begin());
    return mac;
}

}  // namespace

std::optional<ArpPacket> parse_arp(std::span<const std::uint8_t> packet) {
    ByteReader in(packet);
    const auto hardware = in.u16();
    const auto protocol = in.u16();
    const auto hardware_size = in.u8();
    const auto protocol_size = in.u8();
    const auto operation = in.u16();
    ArpPacket arp;
    arp.sender_mac = read_mac(in);
    arp.sender = {in.u32()};
    arp.target_mac = read_mac(in);
    arp.target = {in.u32()};
    if (in.failed() || hardware != kHardwareEthernet || protocol != kProtocolIpv4 || hardware_size != 6 ||
        protocol_size != 4 || (operation != 1 && operation != 2))
        return std::nullopt;
    arp.operation = ArpOperation(operation);
    return arp;
}

void emit_arp(const ArpPacket& packet, std::span<std::uint8_t> room) {
    ByteWriter out(room);
    out.u16(kHardwareEthernet);
    out.u16(kProtocolIpv4);
    out.u8(6);
    out.u8(4);
    out.u16(std::uint16_t(packet.operation));
    out.bytes(packet.sender_mac.bytes);
    out.u32(packet.sender.value);
    out.bytes(packet.target_mac.bytes);
    out.u32(packet.target.value);
}

}  // namespace vmlab::stack::wire
