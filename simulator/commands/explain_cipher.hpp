// What is known of a cipher suite: its names with z/VM, IANA and OpenSSL, its code, its strength, and whether
// vmlab can negotiate it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sslserv/cipher_suites.hpp"

namespace vmlab::sim {

/// EXPLAIN CIPHER name|code: the suites so named; all of them when nothing is named.
struct CipherQuestion {
    std::vector<const sslserv::CipherSuite*> found{};
    std::vector<std::string> unknown{};
};
[[nodiscard]] CipherQuestion find_ciphers(std::span<const std::string> typed);
/// "CIPHER": the word before them.
[[nodiscard]] bool asks_for_ciphers(std::string_view word);

[[nodiscard]] std::vector<std::string> report_cipher(const sslserv::CipherSuite& suite);
/// One line each, in the order of the display.
[[nodiscard]] std::vector<std::string> report_cipher_table(
    std::span<const sslserv::CipherSuite* const> suites);
[[nodiscard]] std::string report_ciphers_json(std::span<const sslserv::CipherSuite* const> suites);
/// When there is no such suite: the nearest name.
[[nodiscard]] std::string report_unknown_cipher(std::string_view typed);

}  // namespace vmlab::sim
