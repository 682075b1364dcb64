#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {

void StatementLine::bad(std::size_t n, std::string_view what) {
    const std::string name = quoted(upper(keyword().text));
    if (n < words_.size())
        findings_.add(LineState::extracted, words_[n].where,
                      say<DTCPRS903E>(quoted(words_[n].text), what, name));
    else findings_.add(LineState::extracted, keyword().where, say<DTCPRS904E>(name, what));
}

void StatementLine::no_more_than(std::size_t most) {
    if (operands() <= most) return;
    const Word& extra = words_[most + 1];
    findings_.add(LineState::unknown, extra.where,
                  say<DTCPRS902E>(quoted(extra.text), quoted(upper(keyword().text))));
}

void StatementLine::read(std::size_t n, Sourced<std::uint32_t>& value, std::uint32_t low,
                         std::uint32_t high) {
    if (const auto number = read_number(operand(n).text, low, high)) value = {*number, operand(n).where};
    else bad(n, fmt::format("number from {} to {}", low, high));
}

void StatementLine::read(std::size_t n, Sourced<std::uint16_t>& value, std::uint16_t low) {
    Sourced<std::uint32_t> number{value.value, value.where};
    read(n, number, low, 65535);
    value = {static_cast<std::uint16_t>(*number), number.where};
}

void StatementLine::read(std::size_t n, Sourced<Userid>& value) {
    if (const auto name = Userid::parse(operand(n).text)) value = {*name, operand(n).where};
    else bad(n, "userid");
}

void StatementLine::read(std::size_t n, Sourced<SecureLevel>& value) {
    const auto level = read_secure_level(operand(n).text);
    if (level && *level != SecureLevel::preferred) value = {*level, operand(n).where};
    else bad(n, "NEVER, ALLOWED or REQUIRED");
}

void StatementLine::read(std::size_t n, Sourced<ClientCertCheck>& value) {
    if (const auto check = read_client_cert_check(operand(n).text)) value = {*check, operand(n).where};
    else bad(n, "NONE, PREFERRED or REQUIRED");
}

void StatementLine::read_text(std::size_t n, Sourced<std::string>& value) {
    if (n < words_.size()) value = {operand(n).text, operand(n).where};
    else bad(n, "value");
}

/// A label that can match nothing is kept: the service then refuses it by name, as the product does.
void StatementLine::read_label(std::size_t n, Sourced<std::string>& value) {
    if (n >= words_.size()) return bad(n, "TLS label");
    if (!is_tls_label(operand(n).text))
        findings_.add(LineState::extracted, operand(n).where, say<DTCPRS912E>(quoted(operand(n).text)));
    value = {quoted(upper(operand(n).text)), operand(n).where};
}

void StatementLine::note(std::string_view statement, const SourceLocation& where) {
    if (state_of(file_, statement) == LineState::not_simulated)
        findings_.add(LineState::not_simulated, where, say<DTCPRS906I>(statement));
}

void StatementLine::read_userids(std::vector<Sourced<Userid>>& list) {
    if (operands() == 0) return bad(1, "userid");
    for (std::size_t n = 1; n <= operands(); ++n) {
        Sourced<Userid> userid;
        read(n, userid);
        if (userid.where.known()) list.push_back(userid);
    }
}

void StatementLine::read_flag(Sourced<bool>& value) {
    if (operands() == 0) value = {true, keyword().where};
    else read_switch(1, value);
}

void StatementLine::read_words(std::size_t n, std::vector<Sourced<std::string>>& list) {
    for (; n <= operands(); ++n) list.push_back({quoted(operand(n).text), operand(n).where});
}

void StatementLine::read_address(std::size_t n, Sourced<IpAddress>& value) {
    const std::string& text = operand(n).text;
    const auto v4 = Ipv4Address::parse(text);
    const auto v6 = read_ipv6(text);
    if (v4) value = {*v4, operand(n).where};
    else if (v6) value = {*v6, operand(n).where};
    else bad(n, "address");
}

void StatementLine::read_switch(std::size_t n, Sourced<bool>& value) {
    if (const auto on = read_on_off(operand(n).text)) value = {*on, operand(n).where};
    else bad(n, "ON or OFF");
}

void StatementLine::read_yes(std::size_t n, Sourced<bool>& value) {
    if (const auto yes = read_yes_no(operand(n).text)) value = {*yes, operand(n).where};
    else bad(n, "YES or NO");
}

}  // namespace vmlab::profiles
