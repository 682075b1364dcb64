#include "sslserv/client_hello.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "sslserv/cipher_suites.hpp"
#include "stack/base/bytes.hpp"

namespace vmlab::sslserv {
namespace {

constexpr std::size_t kLongestRecord = 16384;
constexpr std::uint16_t kFallbackSignal = 0x5600;       ///< RFC 7507
constexpr std::uint16_t kRenegotiationSignal = 0x00ff;  ///< RFC 5746

std::uint16_t number_of(Protocol version) {
    return std::uint16_t(0x0300 + int(version) - int(Protocol::sslv3));
}

void read_server_name(std::span<const std::uint8_t> extension, ClientHello& hello) {
    ByteReader list(extension);
    list.u16();
    const auto type = list.u8();
    const auto name = list.bytes(list.u16());
    if (list.failed() || type != 0 || name.size() > 255) return;
    for (const auto c : name) hello.server_name += c > 0x20 && c < 0x7f ? char(c) : '?';
}

/// A list of versions counts in place of the version in the hello, which TLS 1.3 leaves at 1.2.
void read_supported_versions(std::span<const std::uint8_t> extension, ClientHello& hello) {
    ByteReader list(extension);
    ByteReader versions(list.bytes(list.u8()));
    std::uint16_t newest = 0;
    while (versions.rest().size() >= 2) {
        const auto version = versions.u16();
        hello.versions.push_back(version);
        if (version >= 0x0300 && version <= 0x0304) newest = std::max(newest, version);
    }
    if (newest != 0) hello.version = newest;
}

bool read_body(std::span<const std::uint8_t> body, ClientHello& hello) {
    ByteReader reader(body);
    hello.version = hello.legacy_version = reader.u16();
    reader.bytes(32);
    reader.bytes(reader.u8());
    ByteReader suites(reader.bytes(reader.u16()));
    reader.bytes(reader.u8());
    if (reader.failed() || suites.rest().size() % 2 != 0) return false;
    while (!suites.rest().empty()) hello.suites.push_back(suites.u16());
    hello.fallback = std::ranges::find(hello.suites, kFallbackSignal) != hello.suites.end();
    if (reader.rest().empty()) return true;
    ByteReader extensions(reader.bytes(reader.u16()));
    while (!extensions.rest().empty() && !extensions.failed()) {
        const auto type = extensions.u16();
        const auto value = extensions.bytes(extensions.u16());
        if (extensions.failed()) break;
        if (type == 0) read_server_name(value, hello);
        if (type == 43) read_supported_versions(value, hello);
    }
    return !reader.failed();
}

}  // namespace

bool join_records(std::vector<std::uint8_t>& bytes) {
    std::vector<std::uint8_t> message;
    std::size_t at = 0, records = 0;
    const auto whole = [&] {
        return message.size() >= 4 &&
               message.size() >= 4u + (message[1] << 16 | message[2] << 8 | message[3]);
    };
    while (!whole()) {
        const auto rest = std::span(bytes).subspan(at);
        if (!rest.empty() && rest[0] != 0x16) return true;
        if (rest.size() < 5) return false;
        const std::size_t length = rest[3] << 8 | rest[4];
        if (rest[1] != 3 || length == 0 || message.size() + length > kLongestRecord) return true;
        if (rest.size() < 5 + length) return false;
        message.insert(message.end(), rest.begin() + 5, rest.begin() + 5 + std::ptrdiff_t(length));
        if (message[0] != 1) return true;
        at += 5 + length;
        ++records;
    }
    if (records < 2) return true;
    const std::vector<std::uint8_t> head{0x16, 3, bytes[2], std::uint8_t(message.size() >> 8),
                                         std::uint8_t(message.size() & 0xff)};
    bytes.erase(bytes.begin(), bytes.begin() + std::ptrdiff_t(at));
    bytes.insert(bytes.begin(), message.begin(), message.end());
    bytes.insert(bytes.begin(), head.begin(), head.end());
    return true;
}

FirstFlight read_first_flight(std::span<const std::uint8_t> bytes, ClientHello& hello) {
    if (bytes.empty()) return FirstFlight::incomplete;
    if ((bytes[0] & 0x80) != 0 && bytes[0] != 0xff) {
        if (bytes.size() < 3) return FirstFlight::incomplete;
        return bytes[2] == 1 ? FirstFlight::sslv2 : FirstFlight::plain;
    }
    if (bytes[0] < 0x14 || bytes[0] > 0x17) return FirstFlight::plain;
    if (bytes.size() < 3) return FirstFlight::incomplete;
    if (bytes[1] != 3) return FirstFlight::plain;
    if (bytes[0] != 0x16) return FirstFlight::tls;
    if (bytes.size() < 9) return FirstFlight::incomplete;
    ByteReader reader(bytes.subspan(3));
    const std::size_t record = reader.u16();
    const auto type = reader.u8();
    const std::size_t high = reader.u8();
    const std::size_t length = high << 16 | reader.u16();
    if (type != 1 || record > kLongestRecord || length + 4 > record) return FirstFlight::tls;
    if (bytes.size() < 9 + length) return FirstFlight::incomplete;
    hello = {};
    return read_body(bytes.subspan(9, length), hello) ? FirstFlight::client_hello : FirstFlight::tls;
}

std::optional<Protocol> choose_version(const ClientHello& hello, ProtocolSet enabled, bool knows_tls_1_3) {
    for (const auto version :
         {Protocol::tlsv1_3, Protocol::tlsv1_2, Protocol::tlsv1_1, Protocol::tlsv1_0, Protocol::sslv3}) {
        if (!enabled.has(version)) continue;
        const auto number = number_of(version);
        const bool listed = std::ranges::find(hello.versions, number) != hello.versions.end();
        const bool by_list = knows_tls_1_3 && !hello.versions.empty();
        if (by_list ? listed : version != Protocol::tlsv1_3 && number <= hello.legacy_version) return version;
    }
    return std::nullopt;
}

std::string offer_of(const ClientHello& hello) {
    if (hello.version == 0) return "nothing that can be read";
    std::string text =
        hello.version >= 0x0300 && hello.version <= 0x0304
            ? std::string(short_name_of(Protocol(int(Protocol::sslv3) + hello.version - 0x0300)))
            : fmt::format("version 0x{:04x}", hello.version);
    text += ", suites";
    std::size_t shown = 0;
    for (const auto code : hello.suites) {
        if (code == kRenegotiationSignal || code == kFallbackSignal) continue;
        if (++shown > 12) return text + " and more";
        const auto* suite = find_cipher_suite(code);
        text += suite ? fmt::format(" {}", suite->name) : fmt::format(" 0x{:04x}", code);
    }
    return text;
}

}  // namespace vmlab::sslserv
