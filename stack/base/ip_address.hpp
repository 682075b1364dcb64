// Internet addresses and endpoints. IPv4 addresses are kept in IPv4-mapped form, so that one type serves both
// families.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vmlab {

/// An IPv4 address as a number in host order: 9.60.60.3 is 0x093c3c03.
struct Ipv4Address {
    std::uint32_t value = 0;

    static std::optional<Ipv4Address> parse(std::string_view dotted);
    static constexpr Ipv4Address of(unsigned a, unsigned b, unsigned c, unsigned d) {
        return {a << 24 | b << 16 | c << 8 | d};
    }
    std::string str() const;

    constexpr bool is_unspecified() const { return value == 0; }
    constexpr bool is_loopback() const { return value >> 24 == 127; }
    constexpr bool is_multicast() const { return value >> 28 == 0xe; }
    constexpr bool is_limited_broadcast() const { return value == 0xffffffffu; }
    friend constexpr auto operator<=>(Ipv4Address, Ipv4Address) = default;
};

/// The mask of a prefix length 0..32, and the length of a contiguous mask.
[[nodiscard]] constexpr Ipv4Address mask_of_prefix(unsigned length) {
    return {length == 0 ? 0u : ~0u << (32 - length)};
}
[[nodiscard]] std::optional<unsigned> prefix_of_mask(Ipv4Address mask);

/// Either family, in 16 bytes of network order (IPv4 as ::ffff:a.b.c.d).
class IpAddress {
public:
    constexpr IpAddress() = default;     ///< the unspecified address of both families
    constexpr IpAddress(Ipv4Address v4)  // NOLINT: an IPv4 address is an internet address
        : bytes_(std::bit_cast<std::array<std::uint8_t, 16>>(
              // In words as wide as they are read again: narrower ones would have to be waited for.
              std::endian::native == std::endian::little
                  ? std::array<std::uint64_t, 2>{0, std::uint64_t{__builtin_bswap32(v4.value)} << 32 |
                                                        0xffff0000u}
                  : std::array<std::uint64_t, 2>{0, std::uint64_t{0xffff} << 32 | v4.value})) {}
    explicit constexpr IpAddress(const std::array<std::uint8_t, 16>& v6) : bytes_(v6) {}

    constexpr bool is_v4() const {
        const auto words = std::bit_cast<std::array<std::uint32_t, 4>>(bytes_);  // every segment asks
        constexpr auto kBehindZeros =
            std::bit_cast<std::uint32_t>(std::array<std::uint8_t, 4>{0, 0, 0xff, 0xff});
        return (words[0] | words[1] | (words[2] ^ kBehindZeros)) == 0;
    }
    /// The IPv4 address; requires is_v4().
    constexpr Ipv4Address v4() const {
        return Ipv4Address::of(bytes_[12], bytes_[13], bytes_[14], bytes_[15]);
    }
    /// Of either family: "9.60.60.3" or "2001:db8::3". Nothing when it is neither.
    static std::optional<IpAddress> parse(std::string_view text);
    constexpr bool is_loopback() const {
        if (is_v4()) return v4().is_loopback();
        for (std::size_t i = 0; i < 15; ++i)
            if (bytes_[i] != 0) return false;
        return bytes_[15] == 1;
    }
    constexpr bool is_multicast() const { return is_v4() ? v4().is_multicast() : bytes_[0] == 0xff; }
    /// fe80::/10: good on one link only.
    constexpr bool is_link_local() const { return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80; }
    /// Do the first `bits` agree? Of IPv4 addresses the first 96 are always the same.
    constexpr bool shares_prefix(const IpAddress& other, unsigned bits) const {
        for (unsigned i = 0; i < 16 && bits > 0; ++i, bits -= bits < 8 ? bits : 8) {
            const auto mask = bits >= 8 ? 0xffu : 0xffu << (8 - bits) & 0xffu;
            if (((bytes_[i] ^ other.bytes_[i]) & mask) != 0) return false;
        }
        return true;
    }
    /// With all but the first `bits` zero.
    constexpr IpAddress prefix(unsigned bits) const {
        IpAddress masked = *this;
        for (unsigned i = 0; i < 16; ++i, bits -= bits < 8 ? bits : 8)
            masked.bytes_[i] =
                std::uint8_t(bits >= 8 ? masked.bytes_[i] : masked.bytes_[i] & (0xff00u >> bits));
        return masked;
    }
    constexpr bool is_unspecified() const {
        return *this == IpAddress() || (is_v4() && v4().is_unspecified());
    }
    constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    std::string str() const;

    friend constexpr bool operator==(const IpAddress& a, const IpAddress& b) {
        const auto x = std::bit_cast<std::array<std::uint64_t, 2>>(a.bytes_);
        const auto y = std::bit_cast<std::array<std::uint64_t, 2>>(b.bytes_);
        return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;  // every segment asks
    }
    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    /// "9.60.60.3..23", as z/VM writes sockets; "*..23" when the address is unspecified, "*..*" without a
    /// port.
    std::string str() const;
    friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// An Ethernet address.
struct MacAddress {
    std::array<std::uint8_t, 6> bytes{};

    static constexpr MacAddress broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
    constexpr bool is_broadcast() const { return *this == broadcast(); }
    constexpr bool is_group() const { return (bytes[0] & 1) != 0; }
    std::string str() const;  ///< "02003000001E", as the QDIO messages print it
    friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

}  // namespace vmlab
