#include "stack/wire/tcp_segment.hpp"

#include <algorithm>

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint8_t kEnd = 0, kNop = 1, kMss = 2, kWindowScale = 3, kSackPermitted = 4, kSack = 5,
                       kTimestamps = 8;
constexpr std::uint8_t kMaxShift = 14;  // RFC 7323 section 2.3

TcpFlags flags_of(std::uint8_t b) {
    return {(b & 1) != 0,  (b & 2) != 0,  (b & 4) != 0,  (b & 8) != 0,
            (b & 16) != 0, (b & 32) != 0, (b & 64) != 0, (b & 128) != 0};
}

std::uint8_t byte_of(const TcpFlags& f) {
    return std::uint8_t(f.fin | f.syn << 1 | f.rst << 2 | f.psh << 3 | f.ack << 4 | f.urg << 5 | f.ece << 6 |
                        f.cwr << 7);
}

/// One option's body. False if its length is not what its kind demands.
bool read_option(std::uint8_t kind, ByteReader body, std::size_t length, bool syn, TcpOptions& out) {
    switch (kind) {
        case kMss:
            if (length != 2) return false;
            if (syn) out.mss = body.u16();
            return true;
        case kWindowScale:
            if (length != 1) return false;
            if (syn) out.window_shift = std::min(body.u8(), kMaxShift);
            return true;
        case kSackPermitted:
            if (length != 0) return false;
            if (syn) out.sack_permitted = true;
            return true;
        case kSack:
            if (length == 0 || length % 8 != 0) return false;
            out.sack_count = std::uint8_t(length / 8);
            for (std::size_t i = 0; i < out.sack_count; ++i) {
                out.sack[i].left = body.u32();
                out.sack[i].right = body.u32();
            }
            return true;
        case kTimestamps:
            if (length != 8) return false;
            out.timestamps.emplace();
            out.timestamps->value = body.u32();
            out.timestamps->echo = body.u32();
            return true;
        default: return true;  // MUST-6
    }
}

/// On any segment (MUST-5), beginning at any byte (MUST-64). All but the end and the no-operation have a
/// length (MUST-4, MUST-68).
bool read_options(std::span<const std::uint8_t> bytes, bool syn, TcpOptions& out) {
    ByteReader in(bytes);
    while (!in.rest().empty()) {
        const auto kind = in.u8();
        if (kind == kEnd) return true;
        if (kind == kNop) continue;
        const auto length = in.u8();
        if (in.failed() || length < 2) return false;  // MUST-7
        const auto body = in.bytes(length - 2u);
        if (in.failed()) return false;
        if (!read_option(kind, ByteReader(body), length - 2u, syn, out)) return false;
    }
    return true;
}

/// The layout of an option list, a multiple of four bytes, so that nothing stands behind its end (MUST-69):
/// what comes first, and where the padding goes, is the same in size and emit.
std::size_t options_size(const TcpOptions& o) {
    return (o.mss ? 4u : 0u) + (o.window_shift ? 4u : 0u) + (o.sack_permitted ? 4u : 0u) +
           (o.timestamps ? 12u : 0u) + (o.sack_count ? 4u + 8u * o.sack_count : 0u);
}

void emit_options(const TcpOptions& o, ByteWriter& out) {
    if (o.mss) {
        out.u8(kMss);
        out.u8(4);
        out.u16(*o.mss);
    }
    if (o.window_shift) {
        out.u8(kNop);
        out.u8(kWindowScale);
        out.u8(3);
        out.u8(*o.window_shift);
    }
    if (o.sack_permitted) out.u32(std::uint32_t(kNop << 24 | kNop << 16 | kSackPermitted << 8 | 2));
    if (o.timestamps) {
        out.u32(std::uint32_t(kNop << 24 | kNop << 16 | kTimestamps << 8 | 10));
        out.u32(o.timestamps->value);
        out.u32(o.timestamps->echo);
    }
    if (o.sack_count == 0) return;
    out.u32(std::uint32_t(kNop << 24 | kNop << 16 | kSack << 8 | (2 + 8 * o.sack_count)));
    for (std::size_t i = 0; i < o.sack_count; ++i) {
        out.u32(o.sack[i].left);
        out.u32(o.sack[i].right);
    }
}

}  // namespace

std::size_t TcpHeader::size() const { return kTcpHeader + options_size(options); }

bool is_same_flow(std::span<const std::uint8_t> frame, std::span<const std::uint8_t> next) {
    constexpr std::size_t kIp = kEthernetHeader, kTcp = kIp + kIpv4Header;
    constexpr std::size_t kAddresses = kIp + 12, kPorts = 4;
    const auto carries_data = [](std::span<const std::uint8_t> f) {
        return f.size() > kTcp + kTcpHeader && f[kIp] == 0x45 && f[kIp + 9] == kProtocolTcp &&
               f.size() > kTcp + std::size_t(f[kTcp + 12] >> 4) * 4;
    };
    return carries_data(frame) && carries_data(next) &&
           std::equal(frame.data() + kAddresses, frame.data() + kTcp + kPorts, next.data() + kAddresses);
}

ParsedTcp parse_tcp(std::span<const std::uint8_t> segment, Ipv4Address source, Ipv4Address destination) {
    if (segment.size() < kTcpHeader) return {TcpFault::malformed, 0, {}};
    const std::size_t header_size = std::size_t(segment[12] >> 4) * 4;
    if (header_size < kTcpHeader || header_size > segment.size()) return {TcpFault::malformed, 0, {}};
    const auto sum = sum_pseudo_header(source, destination, kProtocolTcp, std::uint32_t(segment.size())) +
                     sum_words(segment);
    if (fold_checksum(sum) != 0) return {TcpFault::bad_checksum, 0, {}};

    ParsedTcp parsed;
    parsed.header_size = std::uint8_t(header_size);
    TcpHeader& h = parsed.header;
    ByteReader in(segment);
    h.source_port = in.u16();
    h.destination_port = in.u16();
    h.sequence = in.u32();
    h.acknowledgment = in.u32();
    in.u8();
    h.flags = flags_of(in.u8());
    h.window = in.u16();
    in.u16();
    h.urgent = in.u16();
    if (h.source_port == 0 || h.destination_port == 0) parsed.fault = TcpFault::malformed;
    else if (!read_options(segment.subspan(kTcpHeader, header_size - kTcpHeader), h.flags.syn, h.options))
        parsed.fault = TcpFault::bad_option;
    return parsed;
}

void emit_tcp_header(const TcpHeader& header, Ipv4Address source, Ipv4Address destination,
                     std::span<std::uint8_t> room, std::optional<std::uint64_t> payload_sum) {
    const std::size_t size = header.size();
    vm_assert(size <= kTcpHeader + kTcpOptionRoom && size <= room.size());
    ByteWriter out(room.first(size));
    out.u16(header.source_port);
    out.u16(header.destination_port);
    out.u32(header.sequence);
    out.u32(header.acknowledgment);
    out.u8(std::uint8_t(size / 4 << 4));
    out.u8(byte_of(header.flags));
    out.u16(header.window);
    out.u16(0);
    out.u16(header.urgent);
    emit_options(header.options, out);
    const auto sum = fold_checksum(
        sum_pseudo_header(source, destination, kProtocolTcp, std::uint32_t(room.size())) +
        sum_words(room.first(size)) + (payload_sum ? *payload_sum : sum_words(room.subspan(size))));
    room[16] = std::uint8_t(sum >> 8);
    room[17] = std::uint8_t(sum);
}

}  // namespace vmlab::stack::wire
