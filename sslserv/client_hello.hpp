// The first bytes of a connection, looked at before the TLS library sees them: is it TLS at all, and what
// does the client offer? RFC 5246 section 7.4.1.2, RFC 6066 section 3, RFC 8446 section 4.2.1. For untrusted
// bytes; reads, never judges.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vmlab::sslserv {

enum class FirstFlight : std::uint8_t {
    incomplete,    ///< more bytes are needed to tell
    client_hello,  ///< a whole ClientHello in one record
    tls,           ///< a TLS record, but not a ClientHello that can be read here
    sslv2,         ///< an SSLv2 CLIENT-HELLO
    plain,         ///< not TLS
};

struct ClientHello {
    std::uint16_t version = 0;  ///< the newest offered: 0x0303 is TLS 1.2
    std::vector<std::uint16_t> suites{};
    std::string server_name{};
};

/// Fills `hello` when the answer is client_hello. Needs at most 5 + 16384 bytes to decide.
[[nodiscard]] FirstFlight read_first_flight(std::span<const std::uint8_t> bytes, ClientHello& hello);

/// What the client offers, for a record: "TLS1.0, suites RSA_AES_128 0xcca8"; at most twelve suites.
[[nodiscard]] std::string offer_of(const ClientHello& hello);

}  // namespace vmlab::sslserv
