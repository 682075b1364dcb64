#include "stack/wire/tcp_segment.hpp"

#include <algorithm>
#include <cstring>

#include "stack/base/bytes.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::stack::wire {
namespace {

constexpr std::uint8_t kEnd = 0, kNop = 1, kMss = 2, kWindowScale = 3, kSackPermitted = 4, kSack = 5,
                       kTimestamps = 8, kFastOpen = 34;
constexpr std::uint32_t kTimestampsAlone = kNop << 24 | kNop << 16 | kTimestamps << 8 | 10;
constexpr std::uint8_t kMaxShift = 14;  // RFC 7323 section 2.3

/// The order of a structure's bits is the compiler's, from the lowest or from the highest.
constexpr std::uint8_t in_wire_order(std::uint8_t bits) {
    if constexpr (std::endian::native == std::endian::little) return bits;
    std::uint8_t turned = 0;
    for (int i = 0; i < 8; ++i, bits >>= 1) turned = std::uint8_t(turned << 1 | (bits & 1));
    return turned;
}

TcpFlags flags_of(std::uint8_t byte) {
    TcpFlags flags;
    static_assert(sizeof flags == 1);
    byte = in_wire_order(byte);
    std::memcpy(&flags, &byte, 1);
    return flags;
}

std::uint8_t byte_of(const TcpFlags& flags) {
    std::uint8_t byte;
    std::memcpy(&byte, &flags, 1);
    return in_wire_order(byte);
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
        case kFastOpen:  // RFC 7413 section 4.1.1: of another length it is ignored
            if (!syn || (length != 0 && (length < 4 || length > 16 || length % 2 != 0))) return true;
            out.fast_open.emplace();
            out.fast_open->size = std::uint8_t(length);
            for (std::size_t i = 0; i < length; ++i) out.fast_open->bytes[i] = body.u8();
            return true;
        default: return true;  // MUST-6
    }
}

/// On any segment (MUST-5), beginning at any byte (MUST-64). All but the end and the no-operation have a
/// length (MUST-4, MUST-68).
bool read_options(std::span<const std::uint8_t> bytes, bool syn, TcpOptions& out) {
    if (bytes.size() == 12 && network_word(bytes.data()) == kTimestampsAlone) {
        // as everybody lays them out (RFC 7323 appendix A)
        out.timestamps = Timestamps{network_word(bytes.data() + 4), network_word(bytes.data() + 8)};
        return true;
    }
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

/// Beside a cookie there is no room for padding: SACK-permitted stands where the timestamps' padding would.
bool joined(const TcpOptions& o) { return o.fast_open && o.sack_permitted && o.timestamps; }

/// The layout of an option list, a multiple of four bytes, so that nothing stands behind its end (MUST-69):
/// what comes first, and where the padding goes, is the same in size and emit.
std::size_t options_size(const TcpOptions& o) {
    return (o.mss ? 4u : 0u) + (o.window_shift ? 4u : 0u) + (o.sack_permitted && !joined(o) ? 4u : 0u) +
           (o.timestamps ? 12u : 0u) + (o.sack_count ? 4u + 8u * o.sack_count : 0u) +
           (o.fast_open ? (2u + o.fast_open->size + 3u) / 4 * 4 : 0u);
}

/// Behind as much padding as makes words of it.
void emit_fast_open(const FastOpenCookie& cookie, SummingWriter& out) {
    std::array<std::uint8_t, 20> bytes{kNop, kNop};
    std::size_t size = cookie.size % 4 == 0 ? 2 : 0;
    bytes[size++] = kFastOpen;
    bytes[size++] = std::uint8_t(2 + cookie.size);
    for (std::size_t i = 0; i < cookie.size; ++i) bytes[size++] = cookie.bytes[i];
    ByteReader words(std::span<const std::uint8_t>(bytes).first(size));
    while (!words.rest().empty()) out.word(words.u32());
}

void emit_options(const TcpOptions& o, SummingWriter& out) {
    constexpr auto word = [](unsigned a, unsigned b, unsigned c, unsigned d) {
        return a << 24 | b << 16 | c << 8 | d;
    };
    if (o.mss) out.word(word(kMss, 4, 0, 0) | *o.mss);
    if (o.window_shift) out.word(word(kNop, kWindowScale, 3, *o.window_shift));
    if (o.sack_permitted && !joined(o)) out.word(word(kNop, kNop, kSackPermitted, 2));
    if (o.timestamps) {
        out.word(joined(o) ? word(kSackPermitted, 2, kTimestamps, 10) : word(kNop, kNop, kTimestamps, 10));
        out.word(o.timestamps->value);
        out.word(o.timestamps->echo);
    }
    if (o.fast_open) emit_fast_open(*o.fast_open, out);
    if (o.sack_count == 0) return;
    out.word(word(kNop, kNop, kSack, 2u + 8u * o.sack_count));
    for (std::size_t i = 0; i < o.sack_count; ++i) {
        out.word(o.sack[i].left);
        out.word(o.sack[i].right);
    }
}

}  // namespace

std::size_t TcpHeader::size() const { return kTcpHeader + options_size(options); }

TcpFault read_tcp(std::span<const std::uint8_t> segment, std::uint64_t addresses, TcpHeader& h,
                  std::size_t& header_size, const KnownSum& known) {
    if (segment.size() < kTcpHeader) return TcpFault::malformed;
    header_size = std::size_t(segment[12] >> 4) * 4;
    if (header_size < kTcpHeader || header_size > segment.size()) return TcpFault::malformed;
    const auto payload = segment.subspan(header_size);
    const auto sum = sum_pseudo_header(addresses, kProtocolTcp, std::uint32_t(segment.size())) +
                     sum_words(segment.first(header_size)) +
                     (known.is_of(payload) ? known.sum : sum_words(payload));
    if (fold_checksum(sum) != 0) return TcpFault::bad_checksum;

    const std::uint8_t* const at = segment.data();
    const std::uint32_t ports = network_word(at), offset_to_window = network_word(at + 12);
    h.source_port = std::uint16_t(ports >> 16);
    h.destination_port = std::uint16_t(ports);
    h.sequence = network_word(at + 4);
    h.acknowledgment = network_word(at + 8);
    h.flags = flags_of(std::uint8_t(offset_to_window >> 16));
    h.window = std::uint16_t(offset_to_window);
    h.urgent = std::uint16_t(network_word(at + 16));
    h.options.clear();
    if (h.source_port == 0 || h.destination_port == 0) return TcpFault::malformed;
    const auto options = segment.subspan(kTcpHeader, header_size - kTcpHeader);
    return options.empty() || read_options(options, h.flags.syn, h.options) ? TcpFault::none
                                                                            : TcpFault::bad_option;
}

ParsedTcp parse_tcp(std::span<const std::uint8_t> segment, const IpAddress& source,
                    const IpAddress& destination, const KnownSum& known) {
    ParsedTcp parsed;
    std::size_t header_size = 0;
    parsed.fault = read_tcp(segment, sum_pair(source, destination), parsed.header, header_size, known);
    parsed.header_size = std::uint8_t(header_size);
    return parsed;
}

void emit_tcp_header(const TcpHeader& header, const IpAddress& source, const IpAddress& destination,
                     std::span<std::uint8_t> room, const KnownSum& known) {
    const std::size_t size = header.size();
    vm_assert(size <= room.size());
    const auto payload = room.subspan(size);
    emit_tcp_header(header, sum_pair(source, destination), room.first(size),
                    known.is_of(payload) ? known.sum : sum_words(payload), payload.size());
}

void emit_tcp_header(const TcpHeader& header, std::uint64_t addresses, std::span<std::uint8_t> room,
                     std::uint64_t payload, std::size_t length) {
    vm_assert(room.size() >= kTcpHeader && room.size() <= kTcpHeader + kTcpOptionRoom);
    SummingWriter out(room);
    out.word(std::uint32_t(header.source_port) << 16 | header.destination_port);
    out.word(header.sequence);
    out.word(header.acknowledgment);
    out.word(std::uint32_t(room.size() / 4) << 28 | std::uint32_t(byte_of(header.flags)) << 16 |
             header.window);
    out.word(header.urgent);
    if (room.size() != kTcpHeader) emit_options(header.options, out);
    const auto sum =
        fold_checksum(sum_pseudo_header(addresses, kProtocolTcp, std::uint32_t(room.size() + length)) +
                      out.sum() + payload);
    room[16] = std::uint8_t(sum >> 8);
    room[17] = std::uint8_t(sum);
}

}  // namespace vmlab::stack::wire
