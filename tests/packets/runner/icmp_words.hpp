// What scripts call ICMP messages, of either family.
#pragma once

#include <cstdint>
#include <string>

#include "tests/packets/runner/script.hpp"

namespace vmlab::packets {

struct IcmpWord {
    int family = 4;
    const char* type = "";
    const char* code = "";
    std::uint8_t type_number = 0, code_number = 0;

    [[nodiscard]] bool is_error() const;
};

/// Throws NotOurs when the family has no such message.
[[nodiscard]] IcmpWord icmp_word(const IcmpSpec& icmp, bool v4);
[[nodiscard]] std::string icmp_name(std::uint8_t type, std::uint8_t code, bool v4);
/// Is it what the script says? A script that names no code takes any.
[[nodiscard]] bool is_icmp(const IcmpSpec& spec, std::uint8_t type, std::uint8_t code, bool v4);

}  // namespace vmlab::packets
