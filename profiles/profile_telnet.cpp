// PROFILE TCPIP: INTERNALCLIENTPARMS, the Telnet server's operands.
#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

/// The product takes this many characters in the block.
constexpr std::size_t kMaxBlock = 500;

/// All operands: inside the block they are no statements (PORT, TN3270E).
constexpr std::string_view kOperands[] = {
    "ASYNCHRONOUSINPUT", "ASYNCHINPUT", "ASYNCINPUT",      "CCSTERMNAME",      "CLIENTCERTCHECK",
    "CONNECTEXIT",       "EOJTIMEOUT",  "IGNOREEAUABDATA", "INACTIVE",         "LDEVRANGE",
    "NOTN3270E",         "PORT",        "SCANINTERVAL",    "SECURECONNECTION", "TIMEMARK",
    "TLSLABEL",          "TN3270E",     "TN3270EEXIT",     "TN3270ENOSCEXIT",  "TRANSFORM"};

/// Operands that are right but not followed, and how many values each has.
struct OtherOperand {
    std::string_view word;
    int values;
};
constexpr OtherOperand kNotSimulated[] = {
    {"ASYNCHRONOUSINPUT", 0}, {"ASYNCHINPUT", 0}, {"ASYNCINPUT", 0},      {"CCSTERMNAME", 1},
    {"CONNECTEXIT", 1},       {"EOJTIMEOUT", 1},  {"IGNOREEAUABDATA", 0}, {"TN3270EEXIT", 1},
    {"TN3270ENOSCEXIT", 0},   {"TRANSFORM", 0}};

}  // namespace

void ProfileReader::read_internal_client_parms() {
    InternalClientParms parms;
    parms.where = keyword_.where;
    block_words_ = kOperands;
    const std::size_t before = words_.characters_taken();
    while (block_goes_on()) {
        const Word operand = words_.take();
        if (words_.characters_taken() - before > kMaxBlock) {
            findings_.add(LineState::extracted, operand.where,
                          say<DTCPRS909E>("INTERNALCLIENTPARMS", kMaxBlock));
            skip_rest_of_statement();
            break;
        }
        read_telnet_operand(parms, operand);
    }
    profile_.telnet = parms;
}

void ProfileReader::read_telnet_operand(InternalClientParms& parms, const Word& operand) {
    const auto value = [&] { return statement_goes_on() ? words_.take() : Word{}; };
    if (operand.is("PORT")) return read_telnet_port(parms, operand);
    if (operand.is("SECURECONNECTION")) {
        const Word level = value();
        if (const auto known = read_secure_level(level.text)) parms.secure_connection = {*known, level.where};
        else bad_value(level, "SECURECONNECTION");
    } else if (operand.is("TLSLABEL")) {
        if (const auto label = take_label("TLSLABEL")) parms.tls_label = *label;
    } else if (operand.is("CLIENTCERTCHECK")) {
        const Word check = value();
        if (const auto known = read_client_cert_check(check.text))
            parms.client_cert_check = {*known, check.where};
        else bad_value(check, "CLIENTCERTCHECK");
    } else if (operand.is("TIMEMARK")) {
        read_telnet_seconds(operand, parms.time_mark);
    } else if (operand.is("INACTIVE")) {
        read_telnet_seconds(operand, parms.inactive);
    } else if (operand.is("SCANINTERVAL")) {
        read_telnet_seconds(operand, parms.scan_interval);
    } else if (operand.is("LDEVRANGE")) {
        read_telnet_ldev_range(parms);
    } else if (operand.is("TN3270E") || operand.is("NOTN3270E")) {
        parms.tn3270e = {operand.is("TN3270E"), operand.where};
    } else {
        for (const OtherOperand& other : kNotSimulated) {
            if (!operand.is(other.word)) continue;
            findings_.add(LineState::not_simulated, operand.where,
                          say<DTCPRS906I>(fmt::format("INTERNALCLIENTPARMS {}", other.word)));
            for (int i = 0; i < other.values && statement_goes_on(); ++i) words_.take();
            return;
        }
        findings_.add(LineState::unknown, operand.where,
                      say<DTCPRS902E>(quoted(operand.text), "INTERNALCLIENTPARMS"),
                      nearest(operand.text, kOperands));
        skip_line();
    }
}

void ProfileReader::read_telnet_seconds(const Word& operand, Sourced<std::uint32_t>& seconds) {
    if (const auto number = take_number(upper(operand.text), 0, 99'999'999)) seconds = *number;
}

void ProfileReader::read_telnet_port(InternalClientParms& parms, const Word& operand) {
    if (const auto number = take_number(upper(operand.text), 1, 65535))
        parms.ports.push_back({static_cast<std::uint16_t>(**number), number->where});
}

/// `LDEVRANGE low high`, hexadecimal.
void ProfileReader::read_telnet_ldev_range(InternalClientParms& parms) {
    const Word low = statement_goes_on() ? words_.take() : Word{};
    const Word high = statement_goes_on() ? words_.take() : Word{};
    const auto first = read_vdev(low.text), last = read_vdev(high.text);
    if (!first) return bad_value(low, "LDEVRANGE");
    if (!last || *last < *first) return bad_value(high, "LDEVRANGE");
    parms.ldev_low = {*first, low.where};
    parms.ldev_high = {*last, high.where};
}

}  // namespace vmlab::profiles
