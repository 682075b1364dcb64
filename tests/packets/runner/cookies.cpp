#include "tests/packets/runner/cookies.hpp"

#include <optional>

#include "stack/tcp/fast_open.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

struct KnownCookie {
    std::array<std::uint8_t, 8> bytes;
    std::string_view key;
};
// What the suites' scripts call TFO_COOKIE and TFO_COOKIE_ZERO, in either family.
constexpr std::string_view kUsualKey = "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4",
                           kZeroKey = "00000000-00000000-00000000-00000000";
constexpr KnownCookie kKnownCookies[] = {
    {{0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb}, kUsualKey},
    {{0xb7, 0xc1, 0x23, 0x50, 0xa9, 0x0d, 0xc8, 0xf5}, kZeroKey},
    {{0xc1, 0xd1, 0xe9, 0x74, 0x2a, 0x47, 0xa9, 0xbc}, kUsualKey},
    {{0x82, 0xaf, 0x1a, 0x8f, 0x9a, 0x20, 0x5c, 0x34}, kZeroKey},
};

std::optional<CookieBytes> known(const CookieBytes& said, const IpAddress& client, const IpAddress& server) {
    for (const auto& [bytes, key] : kKnownCookies) {
        if (!std::equal(said.begin(), said.end(), bytes.begin(), bytes.end())) continue;
        const auto cookie = make_cookie(fast_open_key(key), client, server);
        return CookieBytes(cookie.bytes.begin(), cookie.bytes.begin() + cookie.size);
    }
    return std::nullopt;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

SipKey fast_open_key(std::string_view text) {
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    if (text.size() != 16) {
        bytes.clear();
        int half = -1;
        for (const char c : text) {
            const int digit = hex_digit(c);
            if (digit < 0) continue;
            if (half >= 0) bytes.push_back(std::uint8_t(half << 4 | digit));
            half = half >= 0 ? -1 : digit;
        }
    }
    bytes.resize(16);
    SipKey key{};
    for (std::size_t i = 0; i < 16; ++i) key[i / 8] |= std::uint64_t(bytes[i]) << (8 * (i % 8));
    return key;
}

CookieBytes Cookies::on_wire(const CookieBytes& said, const IpAddress& client,
                             const IpAddress& server) const {
    if (const auto cookie = known(said, client, server)) return *cookie;
    const auto found = learned_.find(said);
    return found == learned_.end() ? said : found->second;
}

bool Cookies::stands_for(const CookieBytes& expected, const CookieBytes& given, const IpAddress& client,
                         const IpAddress& server) {
    if (expected.empty() || given.empty()) return expected == given;
    if (const auto cookie = known(expected, client, server)) return *cookie == given;
    return learned_.emplace(expected, given).first->second == given;
}

}  // namespace vmlab::packets
