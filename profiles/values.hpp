// Values that several files share: numbers, names, levels of security, switches. Each reader takes the text
// as typed and gives nothing when it cannot be that value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"

namespace vmlab::profiles {

/// SECURECONNECTION, SECURECONTROL, SECUREDATA, TLS. PREFERRED exists for Telnet only.
enum class SecureLevel : std::uint8_t { never, allowed, preferred, required };
[[nodiscard]] const char* name_of(SecureLevel level);  ///< "NEVER"

/// Decimal digits only, within [low, high].
[[nodiscard]] std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t low,
                                                       std::uint32_t high);
/// A virtual device address: one to four hexadecimal digits.
[[nodiscard]] std::optional<std::uint16_t> read_vdev(std::string_view text);
/// "2001:db8::1"; nothing for an IPv4 address, nor for one in disguise ("::ffff:9.60.60.3").
[[nodiscard]] std::optional<IpAddress> read_ipv6(std::string_view text);
struct Ipv6Prefix {
    IpAddress address{};
    std::uint32_t length = 128;  ///< 0 to 128
};
/// "2001:db8::/32"; `length` where none is written.
[[nodiscard]] std::optional<Ipv6Prefix> read_ipv6_prefix(std::string_view text, std::uint32_t length);
/// Twelve hexadecimal digits, with or without colons or hyphens between the pairs.
[[nodiscard]] std::optional<MacAddress> read_hardware_address(std::string_view text);
[[nodiscard]] std::optional<SecureLevel> read_secure_level(std::string_view text);
/// NONE, PREFERRED, REQUIRED; FULL is the older word for REQUIRED.
[[nodiscard]] std::optional<ClientCertCheck> read_client_cert_check(std::string_view text);
/// "EST5EDT", "CET-1", "UTC0": names of three to eight letters, hours west of Greenwich.
struct TimeZoneText {
    std::string standard, summer;  ///< `summer` empty: there is none
    int hours_west = 0;            ///< -14 to 14
};
[[nodiscard]] std::optional<TimeZoneText> read_time_zone(std::string_view text);
[[nodiscard]] std::optional<bool> read_yes_no(std::string_view text);
[[nodiscard]] std::optional<bool> read_on_off(std::string_view text);
/// True for a label that can match: one to eight letters or digits. (Labels are folded to upper case.)
[[nodiscard]] bool is_tls_label(std::string_view text);

}  // namespace vmlab::profiles
