#include "profiles/values.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace vmlab::profiles {

const char* name_of(SecureLevel level) {
    switch (level) {
        case SecureLevel::never: return "NEVER";
        case SecureLevel::allowed: return "ALLOWED";
        case SecureLevel::preferred: return "PREFERRED";
        case SecureLevel::required: return "REQUIRED";
    }
    return "";
}

std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t low, std::uint32_t high) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        return std::nullopt;
    return value;
}

std::optional<TimeZoneText> read_time_zone(std::string_view text) {
    const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    std::size_t name_end = 0;
    while (name_end < text.size() && is_letter(text[name_end])) ++name_end;
    std::size_t at = name_end;
    const bool east = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    std::size_t digits = at;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const auto west = read_number(text.substr(at, digits - at), 0, 14);
    const auto summer = text.substr(digits);
    if (name_end < 3 || name_end > 8 || !west) return std::nullopt;
    if (!summer.empty() && (summer.size() < 3 || summer.size() > 8)) return std::nullopt;
    return TimeZoneText{std::string(text.substr(0, name_end)), std::string(summer),
                        east ? -static_cast<int>(*west) : static_cast<int>(*west)};
}

std::optional<std::uint16_t> read_vdev(std::string_view text) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || text.size() > 4 || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<IpAddress> read_ipv6(std::string_view text) {
    std::array<std::uint8_t, 16> bytes{};
    const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
    if (text.find(':') == std::string_view::npos || text.find('\0') != std::string_view::npos ||
        inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1)
        return std::nullopt;
    const IpAddress address(bytes);
    return address.is_v4() ? std::nullopt : std::optional(address);
}

std::optional<Ipv6Prefix> read_ipv6_prefix(std::string_view text, std::uint32_t length) {
    const std::size_t slash = text.find('/');
    const auto address = read_ipv6(text.substr(0, slash));
    const auto given =
        slash == std::string_view::npos ? std::optional(length) : read_number(text.substr(slash + 1), 0, 128);
    if (!address || !given) return std::nullopt;
    return Ipv6Prefix{*address, *given};
}

std::optional<MacAddress> read_hardware_address(std::string_view text) {
    MacAddress mac;
    std::size_t digits = 0;
    for (const char c : text) {
        if ((c == ':' || c == '-') && digits % 2 == 0 && digits > 0) continue;
        const auto value = read_vdev(std::string_view(&c, 1));
        if (!value || digits == 12) return std::nullopt;
        auto& byte = mac.bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | *value);
    }
    return digits == 12 ? std::optional(mac) : std::nullopt;
}

std::optional<SecureLevel> read_secure_level(std::string_view text) {
    for (const SecureLevel level :
         {SecureLevel::never, SecureLevel::allowed, SecureLevel::preferred, SecureLevel::required})
        if (iequals(text, name_of(level))) return level;
    return std::nullopt;
}

std::optional<ClientCertCheck> read_client_cert_check(std::string_view text) {
    if (iequals(text, "NONE")) return ClientCertCheck::none;
    if (iequals(text, "PREFERRED")) return ClientCertCheck::preferred;
    if (iequals(text, "REQUIRED") || iequals(text, "FULL")) return ClientCertCheck::required;
    return std::nullopt;
}

std::optional<bool> read_yes_no(std::string_view text) {
    if (iequals(text, "YES")) return true;
    if (iequals(text, "NO")) return false;
    return std::nullopt;
}

std::optional<bool> read_on_off(std::string_view text) {
    if (iequals(text, "ON")) return true;
    if (iequals(text, "OFF")) return false;
    return std::nullopt;
}

bool is_tls_label(std::string_view text) {
    if (text.empty() || text.size() > 8) return false;
    for (const char c : upper(text))
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return false;
    return true;
}

}  // namespace vmlab::profiles
