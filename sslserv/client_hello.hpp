// The first bytes of a connection, looked at before the TLS library sees them: is it TLS at all, and what
// does the client offer? RFC 5246 section 7.4.1.2, RFC 6066 section 3, RFC 8446 section 4.2.1. For untrusted
// bytes; reads, never judges.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sslserv/policy.hpp"

namespace vmlab::sslserv {

enum class FirstFlight : std::uint8_t {
    incomplete,    ///< more bytes are needed to tell
    client_hello,  ///< a whole ClientHello in one record
    tls,           ///< a TLS record, but not a ClientHello that can be read here
    sslv2,         ///< an SSLv2 CLIENT-HELLO
    plain,         ///< not TLS
};

struct ClientHello {
    std::uint16_t version = 0;              ///< the newest offered: 0x0303 is TLS 1.2
    std::uint16_t legacy_version = 0;       ///< the one in the hello itself
    std::vector<std::uint16_t> versions{};  ///< supported_versions; empty without it
    std::vector<std::uint16_t> suites{};
    bool fallback = false;  ///< TLS_FALLBACK_SCSV: the client has tried a newer version before (RFC 7507)
    std::string server_name{};
};

/// A ClientHello that is spread over several records (RFC 5246 section 6.2.1) is put into one, since the TLS
/// library does not take every such spread. False: more bytes are needed to tell. Anything else stays as it
/// is.
[[nodiscard]] bool join_records(std::vector<std::uint8_t>& bytes);

/// Fills `hello` when the answer is client_hello. Needs at most 5 + 16384 bytes to decide.
[[nodiscard]] FirstFlight read_first_flight(std::span<const std::uint8_t> bytes, ClientHello& hello);

/// The newest version that the client offers and `enabled` allows. A server that does not know TLS 1.3 does
/// not read supported_versions, and goes by the version in the hello (RFC 8446 appendix D.2).
[[nodiscard]] std::optional<Protocol> choose_version(const ClientHello& hello, ProtocolSet enabled,
                                                     bool knows_tls_1_3);

/// What the client offers, for a record: "TLS1.0, suites RSA_AES_128 0xcca8"; at most twelve suites.
[[nodiscard]] std::string offer_of(const ClientHello& hello);

}  // namespace vmlab::sslserv
