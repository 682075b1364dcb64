#include "stack/base/ip_address.hpp"

#include <arpa/inet.h>
#include <fmt/compile.h>
#include <fmt/core.h>

#include <bit>
#include <charconv>

namespace vmlab {

std::optional<Ipv4Address> Ipv4Address::parse(std::string_view dotted) {
    std::uint32_t value = 0;
    const char* at = dotted.data();
    const char* const end = at + dotted.size();
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
        unsigned number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || number > 255 || next - at > 3) return std::nullopt;
        value = value << 8 | number;
        at = next;
    }
    if (at != end) return std::nullopt;
    return Ipv4Address{value};
}

std::string Ipv4Address::str() const {
    return fmt::format(FMT_COMPILE("{}.{}.{}.{}"), value >> 24, value >> 16 & 0xff, value >> 8 & 0xff,
                       value & 0xff);
}

std::optional<unsigned> prefix_of_mask(Ipv4Address mask) {
    const auto length = unsigned(std::countl_one(mask.value));
    if (mask_of_prefix(length) != mask) return std::nullopt;
    return length;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (const auto v4 = Ipv4Address::parse(text)) return IpAddress(*v4);
    std::array<std::uint8_t, 16> bytes;
    if (text.find(':') == text.npos || inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) != 1)
        return std::nullopt;
    return IpAddress(bytes);
}

std::string IpAddress::str() const {
    if (is_v4()) return v4().str();
    char text[INET6_ADDRSTRLEN];
    return inet_ntop(AF_INET6, bytes_.data(), text, sizeof text) ? text : "::";
}

std::string Endpoint::str() const {
    const std::string host = address.is_unspecified() ? "*" : address.str();
    return port == 0 ? host + "..*" : fmt::format(FMT_COMPILE("{}..{}"), host, port);
}

std::string MacAddress::str() const {
    std::string s;
    for (const auto b : bytes) s += fmt::format("{:02X}", b);
    return s;
}

}  // namespace vmlab
