#include "tests/packets/runner/icmp_words.hpp"

#include <optional>

#include "stack/wire/icmp.hpp"

namespace vmlab::packets {

namespace wire = stack::wire;

namespace {

constexpr IcmpWord kIcmpWords[] = {
    {4, "echo_reply", "", 0, 0},
    {4, "unreachable", "net_unreachable", 3, 0},
    {4, "unreachable", "host_unreachable", 3, 1},
    {4, "unreachable", "protocol_unreachable", 3, 2},
    {4, "unreachable", "port_unreachable", 3, 3},
    {4, "unreachable", "net", 3, 0},
    {4, "unreachable", "host", 3, 1},
    {4, "unreachable", "protocol", 3, 2},
    {4, "unreachable", "port", 3, 3},
    {4, "unreachable", "frag_needed", 3, 4},
    {4, "unreachable", "source_route_failed", 3, 5},
    {4, "unreachable", "net_unknown", 3, 6},
    {4, "unreachable", "host_unknown", 3, 7},
    {4, "unreachable", "source_host_isolated", 3, 8},
    {4, "unreachable", "net_prohibited", 3, 9},
    {4, "unreachable", "host_prohibited", 3, 10},
    {4, "unreachable", "net_unreachable_for_tos", 3, 11},
    {4, "unreachable", "host_unreachable_for_tos", 3, 12},
    {4, "unreachable", "packet_filtered", 3, 13},
    {4, "unreachable", "communication_prohibited", 3, 13},
    {4, "unreachable", "host_precedence_violation", 3, 14},
    {4, "unreachable", "precedence_cutoff", 3, 15},
    {4, "source_quench", "", 4, 0},
    {4, "redirect", "redirect_for_network", 5, 0},
    {4, "redirect", "redirect_for_host", 5, 1},
    {4, "echo_request", "", 8, 0},
    {4, "time_exceeded", "ttl_exceeded", 11, 0},
    {4, "time_exceeded", "reassembly", 11, 1},
    {4, "time_exceeded", "exc_ttl", 11, 0},
    {4, "time_exceeded", "exc_fragtime", 11, 1},
    {4, "parameter_problem", "pointer", 12, 0},
    {4, "parameter_problem", "", 12, 0},
    {4, "unreachable", "precedence_violation", 3, 14},
    {4, "timestamp_request", "", 13, 0},
    {4, "timestamp_reply", "", 14, 0},
    {4, "information_request", "", 15, 0},
    {4, "information_reply", "", 16, 0},
    {4, "address_mask_request", "", 17, 0},
    {4, "address_mask_reply", "", 18, 0},
    {6, "unreachable", "no_route", 1, 0},
    {6, "unreachable", "net_unreachable", 1, 0},
    {6, "unreachable", "admin_prohibited", 1, 1},
    {6, "unreachable", "not_neighbour", 1, 2},
    {6, "unreachable", "address_unreachable", 1, 3},
    {6, "unreachable", "port_unreachable", 1, 4},
    {6, "unreachable", "host_unreachable", 1, 3},
    {6, "packet_too_big", "", 2, 0},
    {6, "time_exceeded", "exceeded_hop_limit", 3, 0},
    {6, "time_exceeded", "exceeded_frag_time", 3, 1},
    {6, "parameter_problem", "header_field", 4, 0},
    {6, "parameter_problem", "unknown_next_header", 4, 1},
    {6, "parameter_problem", "unknown_option", 4, 2},
    {6, "echo_request", "", 128, 0},
    {6, "echo_reply", "", 129, 0},
};

/// type_3, code_255
std::optional<std::uint8_t> numbered(const std::string& word, std::string_view prefix) {
    if (!word.starts_with(prefix) || word.size() == prefix.size()) return std::nullopt;
    unsigned value = 0;
    for (const char c : word.substr(prefix.size())) {
        if (c < '0' || c > '9' || value > 25) return std::nullopt;
        value = value * 10 + unsigned(c - '0');
    }
    return std::uint8_t(value);
}

}  // namespace

bool IcmpWord::is_error() const {
    if (family == 6) return type_number < 128;
    return type_number == wire::kIcmpUnreachable || type_number == wire::kIcmpSourceQuench ||
           type_number == wire::kIcmpRedirect || type_number == wire::kIcmpTimeExceeded ||
           type_number == wire::kIcmpParameterProblem;
}

IcmpWord icmp_word(const IcmpSpec& icmp, bool v4) {
    const int family = v4 ? 4 : 6;
    const auto code = numbered(icmp.code, "code_");
    if (const auto type = numbered(icmp.type, "type_")) return {family, "", "", *type, code.value_or(0)};
    for (const auto& word : kIcmpWords) {
        if (word.family != family || icmp.type != word.type) continue;
        if (code) return {family, word.type, "", word.type_number, *code};
        if (icmp.code.empty() || icmp.code == word.code) return word;
    }
    throw NotOurs("ICMP '" + icmp.type + " " + icmp.code + "' of IPv" + std::to_string(family));
}

std::string icmp_name(std::uint8_t type, std::uint8_t code, bool v4) {
    for (const auto& word : kIcmpWords)
        if (word.family == (v4 ? 4 : 6) && word.type_number == type && word.code_number == code)
            return std::string(word.type) + " " + word.code;
    return "type " + std::to_string(type) + " code " + std::to_string(code);
}

bool is_icmp(const IcmpSpec& spec, std::uint8_t type, std::uint8_t code, bool v4) {
    const IcmpWord word = icmp_word(spec, v4);
    return word.type_number == type && (spec.code.empty() || word.code_number == code);
}

}  // namespace vmlab::packets
