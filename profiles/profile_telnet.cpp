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

using Parms = InternalClientParms;

/// Operands without a value.
struct SwitchOperand {
    std::string_view word;
    Sourced<bool> Parms::*field;
    bool value;
};
constexpr SwitchOperand kSwitches[] = {
    {"ASYNCHRONOUSINPUT", &Parms::asynchronous_input, true},
    {"ASYNCHINPUT", &Parms::asynchronous_input, true},
    {"ASYNCINPUT", &Parms::asynchronous_input, true},
    {"IGNOREEAUABDATA", &Parms::ignore_eau_ab_data, true},
    {"NOTN3270E", &Parms::tn3270e, false},
    {"TN3270E", &Parms::tn3270e, true},
    {"TN3270ENOSCEXIT", &Parms::tn3270e_no_exit, true},
    {"TRANSFORM", &Parms::transform, true},
};

/// Operands with a number of seconds.
struct SecondsOperand {
    std::string_view word;
    Sourced<std::uint32_t> Parms::*field;
};
constexpr SecondsOperand kSeconds[] = {
    {"EOJTIMEOUT", &Parms::eoj_timeout},
    {"INACTIVE", &Parms::inactive},
    {"SCANINTERVAL", &Parms::scan_interval},
    {"TIMEMARK", &Parms::time_mark},
};

template <typename Table>
const auto* find_operand(const Table& table, const Word& word) {
    for (const auto& row : table)
        if (word.is(row.word)) return &row;
    return static_cast<decltype(&table[0])>(nullptr);
}

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
    const std::string name = fmt::format("INTERNALCLIENTPARMS {}", quoted(upper(operand.text)));
    if (!is_known(ConfigFile::profile_tcpip, name)) {
        findings_.add(LineState::unknown, operand.where,
                      say<DTCPRS902E>(quoted(operand.text), "INTERNALCLIENTPARMS"),
                      nearest(operand.text, kOperands));
        return skip_line();
    }
    note(name, operand.where);
    if (const auto* word = find_operand(kSwitches, operand)) {
        parms.*(word->field) = {word->value, operand.where};
    } else if (const auto* seconds = find_operand(kSeconds, operand)) {
        if (const auto number = take_number(seconds->word, 0, 99'999'999)) parms.*(seconds->field) = *number;
    } else if (operand.is("PORT")) {
        read_telnet_port(parms);
    } else if (operand.is("LDEVRANGE")) {
        read_telnet_ldev_range(parms);
    } else if (operand.is("TLSLABEL")) {
        if (const auto label = take_label("TLSLABEL")) parms.tls_label = *label;
    } else {
        read_telnet_word(parms, operand);
    }
}

/// Operands with one word.
void ProfileReader::read_telnet_word(InternalClientParms& parms, const Word& operand) {
    const auto value = [&] { return next_operand(); };
    if (operand.is("SECURECONNECTION")) {
        const Word level = value();
        if (const auto known = read_secure_level(level.text)) parms.secure_connection = {*known, level.where};
        else bad_value(level, "SECURECONNECTION");
    } else if (operand.is("CLIENTCERTCHECK")) {
        const Word check = value();
        parms.client_cert_full = check.is("FULL");
        if (const auto known = read_client_cert_check(check.text))
            parms.client_cert_check = {*known, check.where};
        else bad_value(check, "CLIENTCERTCHECK");
    } else if (operand.is("CCSTERMNAME")) {
        const Word name = value();
        if (const auto known = Name8::parse(name.text); known && known->view().size() <= 5)
            parms.terminal_name = {known->str(), name.where};
        else bad_value(name, "CCSTERMNAME");
    } else {  // CONNECTEXIT, TN3270EEXIT
        const Word name = value();
        auto& field = operand.is("CONNECTEXIT") ? parms.connect_exit : parms.tn3270e_exit;
        if (const auto file = Name8::parse(name.text)) field = Sourced<std::string>{file->str(), name.where};
        else bad_value(name, upper(operand.text));
    }
}

void ProfileReader::read_telnet_port(InternalClientParms& parms) {
    if (const auto number = take_number("PORT", 1, 65535))
        parms.ports.push_back({static_cast<std::uint16_t>(**number), number->where});
}

/// `LDEVRANGE low high`, hexadecimal.
void ProfileReader::read_telnet_ldev_range(InternalClientParms& parms) {
    const Word low = next_operand();
    const Word high = next_operand();
    const auto first = read_vdev(low.text), last = read_vdev(high.text);
    if (!first) return bad_value(low, "LDEVRANGE");
    if (!last || *last < *first) return bad_value(high, "LDEVRANGE");
    parms.ldev_low = {*first, low.where};
    parms.ldev_high = {*last, high.where};
}

}  // namespace vmlab::profiles
