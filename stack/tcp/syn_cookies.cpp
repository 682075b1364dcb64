#include "stack/tcp/syn_cookies.hpp"

#include <algorithm>
#include <iterator>

namespace vmlab::stack {
namespace {

/// Sizes that a cookie knows: what is said when nothing is said, tunnels, Ethernet, jumbo frames.
constexpr std::uint16_t kSegments[] = {88, 536, 1220, 1300, 1440, 1460, 4312, 8960};
constexpr std::uint32_t kLowBits = 0xffffff;
constexpr std::uint32_t kOldest = 2;  // minutes

constexpr std::uint32_t kNoShift = 15, kSack = 1u << 4, kEcn = 1u << 5, kOptionBits = 0x3f;

std::uint32_t minute_of(Instant now) { return std::uint32_t(now.time_since_epoch() / minutes{1}); }

}  // namespace

std::uint16_t cookie_segment(std::uint16_t mss) {
    const auto above = std::upper_bound(std::begin(kSegments), std::end(kSegments), mss);
    return above == std::begin(kSegments) ? kSegments[0] : *std::prev(above);
}

Seq make_cookie(const SequenceSecret& secret, const Endpoint& local, const Endpoint& peer, Seq peer_initial,
                std::uint16_t mss, Instant now) {
    const auto at = std::find(std::begin(kSegments), std::end(kSegments), cookie_segment(mss));
    const std::uint32_t minute = minute_of(now);
    const auto low =
        (secret.cookie_hash(local, peer, peer_initial, minute) + std::uint32_t(at - std::begin(kSegments))) &
        kLowBits;
    return Seq{secret.cookie_offset(local, peer) + (minute << 24) + low};
}

std::optional<std::uint16_t> read_cookie(const SequenceSecret& secret, const Endpoint& local,
                                         const Endpoint& peer, Seq peer_initial, Seq cookie, Instant now) {
    const std::uint32_t bare = cookie.value - secret.cookie_offset(local, peer);
    const std::uint32_t age = (minute_of(now) - (bare >> 24)) & 0xff;
    if (age >= kOldest) return std::nullopt;
    const std::uint32_t index =
        (bare - secret.cookie_hash(local, peer, peer_initial, minute_of(now) - age)) & kLowBits;
    if (index >= std::size(kSegments)) return std::nullopt;
    return kSegments[index];
}

std::uint32_t options_in_time_stamp(std::uint32_t value, const wire::TcpHeader& syn) {
    std::uint32_t bits =
        syn.options.window_shift ? std::min<std::uint32_t>(*syn.options.window_shift, 14) : kNoShift;
    if (syn.options.sack_permitted) bits |= kSack;
    if (syn.flags.ece && syn.flags.cwr) bits |= kEcn;
    const std::uint32_t noted = (value & ~kOptionBits) | bits;
    return std::int32_t(noted - value) > 0 ? noted - (kOptionBits + 1) : noted;
}

void read_options_of_time_stamp(std::uint32_t echo, wire::TcpHeader& syn) {
    const std::uint32_t shift = echo & 0x0f;
    if (shift != kNoShift) syn.options.window_shift = std::uint8_t(shift);
    syn.options.sack_permitted = (echo & kSack) != 0;
    syn.flags.ece = syn.flags.cwr = (echo & kEcn) != 0;
}

}  // namespace vmlab::stack
