// What cryptography costs an SSL server in virtual time, with and without the machine's hardware. A model of
// vmlab's: the figures are of its making, in the proportions that are known. Crypto Express (APVIRTUAL) takes
// clear-key RSA off the CPU: "~30% savings in CPU time per transaction". CPACF does AES, DES and SHA by
// itself. Elliptic curves have no hardware.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sslserv/keydb/crypto.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

/// What a server has of the machine it runs on.
struct CryptoHardware {
    bool cpacf = true;
    bool apvirtual = false;                  ///< shared APs do its RSA
    std::string why_no_ap{};                 ///< without APs: a clause
    std::vector<SourceLocation> rests_on{};  ///< the lines that decide about APs
};

/// How far a handshake came in what costs.
enum class HandshakeReached : std::uint8_t {
    nothing,   ///< hellos at most: the failure was found by reading
    answered,  ///< a server has sent its first flight; a client has judged the server's certificate
    keys       ///< both sides' secret is computed, and all that led to it; the whole handshake, too
};

struct HandshakeWork {
    KeyKind key = KeyKind::rsa;  ///< the server's own; unused for a resumed session
    unsigned bits = 2048;
    bool resumed = false;
    bool as_client = false;  ///< no private key of ours
    bool signs = true;  ///< the server's key signs in its first flight; else (static RSA) it decrypts later
    HandshakeReached reached = HandshakeReached::keys;
};

/// A handshake, up to its end or as far as it came.
[[nodiscard]] Duration cost_of_handshake(const CryptoHardware& has, const HandshakeWork& work);
/// One read or write of so many bytes; `cipher` is z/VM's name of the suite.
[[nodiscard]] Duration cost_of_data(const CryptoHardware& has, std::string_view cipher, std::size_t bytes);

}  // namespace vmlab::sslserv
