#include "profiles/profile_tcpip.hpp"

#include <algorithm>

#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

std::vector<std::string_view> keywords() {
    std::vector<std::string_view> words;
    for (const auto& statement : ProfileReader::statements()) words.push_back(statement.keyword);
    return words;
}

/// ASSORTEDPARMS: what each word sets, where vmlab follows it.
struct AssortedWord {
    std::string_view word;
    LineState state;
    Sourced<bool> AssortedParms::*field;
    bool value;
};
constexpr AssortedWord kAssortedWords[] = {
    {"RESTRICTLOWPORTS", LineState::in_force, &AssortedParms::restrict_low_ports, true},
    {"FREELOWPORTS", LineState::in_force, &AssortedParms::restrict_low_ports, false},
    {"PERMITTEDUSERSONLY", LineState::in_force, &AssortedParms::permitted_users_only, true},
    {"SECURELOCAL", LineState::in_force, &AssortedParms::secure_local, true},
    {"NOFWD", LineState::in_force, &AssortedParms::forwarding, false},
    {"CHECKCONSISTENCY", LineState::no_effect, nullptr, false},
    {"ALWAYSWINDOWSCALE", LineState::no_effect, nullptr, false},
    {"VARSUBNETTING", LineState::no_effect, nullptr, false},
    {"UDPQUEUELIMIT", LineState::no_effect, nullptr, false},
    {"NOFWDIPV6", LineState::not_simulated, nullptr, false},
    {"PROXYARP", LineState::not_simulated, nullptr, false},
    {"IGNOREREDIRECT", LineState::not_simulated, nullptr, false},
    {"IGNOREIPV6REDIRECT", LineState::not_simulated, nullptr, false},
    {"SOURCEVIPA", LineState::not_simulated, nullptr, false},
    {"SOURCEIPV6VIPA", LineState::not_simulated, nullptr, false},
    {"NOUDPQUEUELIMIT", LineState::not_simulated, nullptr, false},
    {"EQUALCOSTMULTIPATH", LineState::not_simulated, nullptr, false},
    {"EQUALCOSTIPV6MULTIPATH", LineState::not_simulated, nullptr, false},
    {"PATHMTUDISCOVERY", LineState::not_simulated, nullptr, false},
    {"NORFC1323", LineState::not_simulated, nullptr, false},
    {"SECUREIPV6LOCAL", LineState::not_simulated, nullptr, false},
    {"OVERRIDEPRECEDENCE", LineState::not_simulated, nullptr, false},
};

}  // namespace

// ── the table ──────────────────────────────────────────────────────────────────

std::span<const ProfileReader::Statement> ProfileReader::statements() {
    using R = ProfileReader;
    constexpr auto in_force = LineState::in_force;
    constexpr auto no_effect = LineState::no_effect;
    constexpr auto not_simulated = LineState::not_simulated;
    static constexpr Statement kStatements[] = {
        {"ASSORTEDPARMS", "ENDASSORTEDPARMS", in_force, &R::read_assorted_parms},
        {"AUTOLOG", "ENDAUTOLOG", in_force, &R::read_autolog},
        {"DEVICE", "", in_force, &R::read_device},
        {"GATEWAY", "", in_force, &R::read_gateway},
        {"HOME", "", in_force, &R::read_home},
        {"INFORM", "ENDINFORM", in_force, &R::read_inform},
        {"INTERNALCLIENTPARMS", "ENDINTERNALCLIENTPARMS", in_force, &R::read_internal_client_parms},
        {"KEEPALIVEOPTIONS", "ENDKEEPALIVEOPTIONS", in_force, &R::read_keep_alive_options},
        {"LINK", "", in_force, &R::read_link},
        {"OBEY", "ENDOBEY", in_force, &R::read_obey},
        {"PERMIT", "ENDPERMIT", in_force, &R::read_permit},
        {"PORT", "", in_force, &R::read_port},
        {"RESTRICT", "ENDRESTRICT", in_force, &R::read_restrict},
        {"SSLLIMITS", "", in_force, &R::read_ssl_limits},
        {"SSLSERVERID", "", in_force, &R::read_ssl_server_id},
        {"START", "", in_force, &R::read_start},
        {"STOP", "", in_force, &R::read_stop},
        {"TIMESTAMP", "", in_force, &R::read_time_stamp},
        {"SCREEN", "", no_effect, nullptr},
        {"NOTRACE", "", no_effect, nullptr},
        {"ACBPOOLSIZE", "", no_effect, nullptr},
        {"ADDRESSTRANSLATIONPOOLSIZE", "", no_effect, nullptr},
        {"CCBPOOLSIZE", "", no_effect, nullptr},
        {"DATABUFFERPOOLSIZE", "", no_effect, nullptr},
        {"ENVELOPEPOOLSIZE", "", no_effect, nullptr},
        {"IPROUTEPOOLSIZE", "", no_effect, nullptr},
        {"LARGEENVELOPEPOOLSIZE", "", no_effect, nullptr},
        {"NCBPOOLSIZE", "", no_effect, nullptr},
        {"RCBPOOLSIZE", "", no_effect, nullptr},
        {"SCBPOOLSIZE", "", no_effect, nullptr},
        {"SKCBPOOLSIZE", "", no_effect, nullptr},
        {"SMALLDATABUFFERPOOLSIZE", "", no_effect, nullptr},
        {"TCBPOOLSIZE", "", no_effect, nullptr},
        {"TINYDATABUFFERPOOLSIZE", "", no_effect, nullptr},
        {"UCBPOOLSIZE", "", no_effect, nullptr},
        {"ARPAGE", "", not_simulated, &R::read_single_number},
        {"FOREIGNIPCONLIMIT", "", not_simulated, &R::read_single_number},
        {"MAXRESTART", "", not_simulated, &R::read_single_number},
        {"PACKETTRACESIZE", "", not_simulated, &R::read_single_number},
        {"PENDINGCONNECTIONLIMIT", "", not_simulated, &R::read_single_number},
        {"PERSISTCONNECTIONLIMIT", "", not_simulated, &R::read_single_number},
        {"SOMAXCONN", "", not_simulated, &R::read_single_number},
        {"BLOCK", "ENDBLOCK", not_simulated, nullptr},
        {"BSDROUTINGPARMS", "ENDBSDROUTINGPARMS", not_simulated, nullptr},
        {"DATABUFFERLIMITS", "", not_simulated, nullptr},
        {"FILE", "", not_simulated, nullptr},
        {"LESSTRACE", "", not_simulated, nullptr},
        {"MONITORRECORDS", "", not_simulated, nullptr},
        {"MORETRACE", "", not_simulated, nullptr},
        {"PRIMARYINTERFACE", "", not_simulated, nullptr},
        {"ROUTERADV", "", not_simulated, nullptr},
        {"ROUTERADVPREFIX", "", not_simulated, nullptr},
        {"SYSCONTACT", "ENDSYSCONTACT", not_simulated, &R::skip_text_block},
        {"SYSLOCATION", "ENDSYSLOCATION", not_simulated, &R::skip_text_block},
        {"TN3270E", "ENDTN3270E", not_simulated, nullptr},
        {"TRACE", "", not_simulated, nullptr},
        {"TRACEONLY", "ENDTRACEONLY", not_simulated, nullptr},
        {"TRANSLATE", "", not_simulated, nullptr},
        {"VSWITCH", "", not_simulated, nullptr},
    };
    return kStatements;
}

const ProfileReader::Statement* find_statement(std::string_view word) {
    for (const auto& statement : ProfileReader::statements())
        if (iequals(word, statement.keyword)) return &statement;
    return nullptr;
}

// ── the frame ──────────────────────────────────────────────────────────────────

ProfileReader::ProfileReader(const SourceText& source, const ProfileTcpip* running)
    : words_(scan_all(source, ';')), running_(running), findings_(source, profile_.findings) {
    profile_.file = source.file;
}

ProfileTcpip ProfileReader::read() {
    while (!words_.at_end()) {
        if (const Statement* statement = find_statement(words_.peek().text)) read_statement(*statement);
        else skip_unknown_statement();
    }
    check_first_hops();
    return std::move(profile_);
}

void ProfileReader::read_statement(const Statement& statement) {
    statement_ = &statement;
    keyword_ = words_.take();
    profile_.statements.push_back({upper(keyword_.text), keyword_.where, statement.state});
    if (statement.state == LineState::not_simulated)
        findings_.add(statement.state, keyword_.where, say<DTCPRS906I>(statement.keyword));
    if (statement.read != nullptr) (this->*statement.read)();
    else skip_rest_of_statement();
    block_words_ = {};
    if (on_entry_line()) unexpected(words_.peek());
    statement_ = nullptr;
}

void ProfileReader::skip_unknown_statement() {
    const Word word = words_.take();
    for (const auto& statement : statements())
        if (!statement.end.empty() && word.is(statement.end)) {
            findings_.add(LineState::unknown, word.where, say<DTCPRS910E>(statement.end, statement.keyword));
            return;
        }
    const auto known = keywords();
    findings_.add(LineState::unknown, word.where, say<DTCPRS901E>(quoted(word.text)),
                  nearest(word.text, known));
    while (!words_.at_end() && find_statement(words_.peek().text) == nullptr) words_.take();
}

/// Operands of a statement that is not looked into: up to its END word, or the next keyword.
void ProfileReader::skip_rest_of_statement() {
    while (!words_.at_end()) {
        if (!statement_->end.empty() && words_.peek().is(statement_->end)) {
            words_.take();
            return;
        }
        if (!statement_goes_on()) return;
        words_.take();
    }
}

/// SYSCONTACT, SYSLOCATION: any text, keywords too, up to the END word: a forgotten one swallows the profile.
void ProfileReader::skip_text_block() {
    while (!words_.at_end())
        if (words_.take().is(statement_->end)) return;
    findings_.add(LineState::extracted, keyword_.where,
                  say<DTCPRS905W>(statement_->keyword, statement_->end));
}

bool ProfileReader::statement_goes_on() const {
    if (words_.at_end()) return false;
    for (const std::string_view word : block_words_)
        if (words_.peek().is(word)) return true;
    return find_statement(words_.peek().text) == nullptr;
}

bool ProfileReader::block_goes_on() {
    if (!words_.at_end() && words_.peek().is(statement_->end)) {
        words_.take();
        return false;
    }
    if (statement_goes_on()) return true;
    findings_.add(LineState::extracted, keyword_.where,
                  say<DTCPRS905W>(statement_->keyword, statement_->end));
    return false;
}

void ProfileReader::skip_line() {
    while (on_entry_line()) words_.take();
}

void ProfileReader::unexpected(const Word& word) {
    findings_.add(LineState::unknown, word.where, say<DTCPRS902E>(quoted(word.text), statement_->keyword));
    skip_line();
}

void ProfileReader::bad_value(const Word& value, std::string_view operand) {
    findings_.add(LineState::extracted, value.where,
                  say<DTCPRS903E>(quoted(value.text), operand, statement_->keyword));
}

void ProfileReader::missing(std::string_view operand) {
    findings_.add(LineState::extracted, words_.last().where, say<DTCPRS904E>(statement_->keyword, operand));
}

std::optional<Sourced<Userid>> ProfileReader::take_userid(std::string_view operand, bool wildcard) {
    const Word& word = words_.take();
    const auto name = Userid::parse(word.text);
    const std::size_t star = word.text.find('*');
    const bool star_right = star == std::string::npos || (wildcard && star + 1 == word.text.size());
    if (name && star_right) return Sourced<Userid>{*name, word.where};
    bad_value(word, operand);
    return std::nullopt;
}

std::optional<Sourced<std::uint32_t>> ProfileReader::take_number(std::string_view operand, std::uint32_t low,
                                                                 std::uint32_t high) {
    if (!statement_goes_on()) {
        missing(operand);
        return std::nullopt;
    }
    const Word& word = words_.take();
    if (const auto number = read_number(word.text, low, high))
        return Sourced<std::uint32_t>{*number, word.where};
    bad_value(word, operand);
    return std::nullopt;
}

/// A label is kept even when it cannot match: the port must not become a clear one by a typing error.
std::optional<Sourced<std::string>> ProfileReader::take_label(std::string_view operand) {
    if (!statement_goes_on()) {
        missing(operand);
        return std::nullopt;
    }
    const Word& word = words_.take();
    if (!is_tls_label(word.text))
        findings_.add(LineState::extracted, word.where, say<DTCPRS912E>(quoted(word.text)));
    return Sourced<std::string>{quoted(upper(word.text)), word.where};
}

std::optional<Sourced<std::string>> ProfileReader::take_name(std::string_view operand) {
    if (!statement_goes_on()) {
        missing(operand);
        return std::nullopt;
    }
    const Word& word = words_.take();
    if (word.text.size() <= 16 && quoted(word.text) == word.text)
        return Sourced<std::string>{upper(word.text), word.where};
    bad_value(word, operand);
    return std::nullopt;
}

const DeviceStatement* ProfileReader::find_device(std::string_view name) const {
    const DeviceStatement* here = profile_.device(name);
    return here == nullptr && running_ != nullptr ? running_->device(name) : here;
}

const LinkStatement* ProfileReader::find_link(std::string_view name) const {
    const LinkStatement* here = profile_.link(name);
    return here == nullptr && running_ != nullptr ? running_->link(name) : here;
}

// ── users ──────────────────────────────────────────────────────────────────────

void ProfileReader::read_autolog() {
    begin_list(profile_.autolog);
    while (block_goes_on()) {
        const auto userid = take_userid("userid", false);
        std::string constant;
        if (statement_goes_on() && !words_.peek().is(statement_->end)) constant = quoted(words_.take().text);
        else missing("constant after the last userid");
        if (userid) profile_.autolog.entries.push_back({*userid, constant});
    }
}

void ProfileReader::read_user_list(StatementList<Sourced<Userid>>& list, bool wildcard) {
    begin_list(list);
    const std::string_view end[] = {statement_->end};
    while (block_goes_on()) {
        const Word word = words_.peek();
        if (const auto userid = take_userid("userid", wildcard)) {
            if (upper(word.text).starts_with("EN") && !nearest(word.text, end).empty())
                findings_.add(LineState::extracted, word.where, say<DTCPRS911W>(quoted(word.text), end[0]),
                              end[0]);
            list.entries.push_back(*userid);
        }
    }
}

void ProfileReader::read_obey() { read_user_list(profile_.obey, false); }
void ProfileReader::read_inform() { read_user_list(profile_.inform, false); }
void ProfileReader::read_permit() { read_user_list(profile_.permit, true); }
void ProfileReader::read_restrict() { read_user_list(profile_.restricted, true); }

// ── ports ──────────────────────────────────────────────────────────────────────

/// An entry begins with an address, a number or RANGE; a word at the start of a line that is none of these is
/// not part of PORT, which has no END word.
void ProfileReader::read_port() {
    begin_list(profile_.ports);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        const bool entry_begins = first.text[0] >= '0' && first.text[0] <= '9';
        if (!entry_begins && !first.is("RANGE")) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        PortEntry entry;
        entry.where = first.where;
        if (const auto address = Ipv4Address::parse(first.text)) {
            entry.address = *address;
            findings_.add(LineState::not_simulated, first.where, say<DTCPRS906I>("PORT with an address"));
            words_.take();
        }
        if (read_port_numbers(entry) && read_port_user(entry)) {
            read_port_options(entry);
            add_port(std::move(entry));
        } else {
            skip_line();
        }
    }
}

/// `n`, `low RANGE high`, or `RANGE low high`.
bool ProfileReader::read_port_numbers(PortEntry& entry) {
    const bool range_first = words_.peek().is("RANGE");
    if (range_first) words_.take();
    const auto low = take_number("port number", 1, 65535);
    if (!low) return false;
    entry.low = entry.high = static_cast<std::uint16_t>(**low);
    if (!range_first) {
        if (!on_entry_line() || !words_.peek().is("RANGE")) return true;
        words_.take();
    }
    const auto high = take_number("end of the port range", **low, 65535);
    if (!high) return false;
    entry.high = static_cast<std::uint16_t>(**high);
    return true;
}

bool ProfileReader::read_port_user(PortEntry& entry) {
    if (!statement_goes_on()) {
        missing("protocol");
        return false;
    }
    const Word& protocol = words_.take();
    entry.udp = protocol.is("UDP");
    if (!entry.udp && !protocol.is("TCP")) {
        bad_value(protocol, "protocol");
        return false;
    }
    if (!statement_goes_on()) {
        missing("userid");
        return false;
    }
    const auto user = take_userid("userid", true);
    if (!user) return false;
    entry.user = *user;
    return true;
}

void ProfileReader::read_port_options(PortEntry& entry) {
    while (statement_goes_on()) {
        const Word& option = words_.peek();
        if (option.is("NOAUTOLOG")) {
            words_.take();
            entry.autolog = false;
        } else if (option.is("SECURE")) {
            words_.take();
            if (const auto label = take_label("TLS label")) entry.secure = *label;
        } else if (option.is("CLIENTCERTCHECK")) {
            words_.take();
            const Word value = statement_goes_on() ? words_.take() : Word{};
            if (const auto check = read_client_cert_check(value.text))
                entry.client_cert_check = {*check, value.where};
            else bad_value(value, "CLIENTCERTCHECK");
        } else if (words_.on_same_line() && !(option.text[0] >= '0' && option.text[0] <= '9')) {
            static constexpr std::string_view kOptions[] = {"NOAUTOLOG", "SECURE", "CLIENTCERTCHECK"};
            findings_.add(LineState::unknown, option.where, say<DTCPRS902E>(quoted(option.text), "PORT"),
                          nearest(option.text, kOptions));
            skip_line();
        } else {
            return;
        }
    }
}

void ProfileReader::add_port(PortEntry entry) {
    for (const PortEntry& other : profile_.ports.entries) {
        const bool overlaps = entry.low <= other.high && other.low <= entry.high;
        if (overlaps && entry.udp == other.udp && entry.user.value == other.user.value &&
            entry.address == other.address) {
            findings_.add(LineState::extracted, entry.where, say<DTCPRS908W>("PORT", other.where.line));
            return;
        }
    }
    profile_.ports.entries.push_back(std::move(entry));
}

// ── TLS ────────────────────────────────────────────────────────────────────────

void ProfileReader::read_ssl_server_id() {
    if (!statement_goes_on() || !words_.on_same_line()) return missing("userid");
    SslServerId id;
    id.where = keyword_.where;
    const Word server = words_.take();
    const auto name = Userid::parse(server.text);
    if (!name || (server.text.find('*') != std::string::npos && server.text != "*"))
        return bad_value(server, "userid");
    id.server = {*name, server.where};
    if (statement_goes_on() && words_.peek().is("TIMEOUT")) {
        words_.take();
        if (const auto seconds = take_number("TIMEOUT", 0, 3600)) id.timeout = *seconds;
    }
    if (profile_.ssl_server)
        findings_.add(LineState::extracted, keyword_.where,
                      say<DTCPRS913W>("SSLSERVERID", *id.server, *profile_.ssl_server->server));
    profile_.ssl_server = id;
}

void ProfileReader::read_ssl_limits() {
    bool any = false;
    while (statement_goes_on()) {
        const Word& operand = words_.peek();
        const bool sessions = operand.is("MAXSESSIONS");
        if (!sessions && !operand.is("MAXPERSSLSERVER")) {
            if (any && !words_.on_same_line()) return;
            static constexpr std::string_view kOperands[] = {"MAXSESSIONS", "MAXPERSSLSERVER"};
            const Word word = words_.take();
            findings_.add(LineState::unknown, word.where, say<DTCPRS902E>(quoted(word.text), "SSLLIMITS"),
                          nearest(word.text, kOperands));
            skip_line();
            return;
        }
        any = true;
        const std::string name = upper(words_.take().text);
        const auto number = take_number(name, 1, 1'000'000);
        if (number)
            (sessions ? profile_.ssl_limits.max_sessions : profile_.ssl_limits.max_per_server) = *number;
    }
    if (!any) missing("MAXSESSIONS or MAXPERSSLSERVER");
}

// ── the rest ───────────────────────────────────────────────────────────────────

void ProfileReader::read_assorted_parms() {
    while (block_goes_on()) {
        const Word word = words_.take();
        const auto* known = std::find_if(std::begin(kAssortedWords), std::end(kAssortedWords),
                                         [&](const AssortedWord& w) { return word.is(w.word); });
        if (known == std::end(kAssortedWords)) {
            std::vector<std::string_view> words{statement_->end};
            for (const AssortedWord& w : kAssortedWords) words.push_back(w.word);
            findings_.add(LineState::unknown, word.where, say<DTCPRS902E>(quoted(word.text), "ASSORTEDPARMS"),
                          nearest(word.text, words));
        } else if (known->field != nullptr) {
            profile_.assorted.*(known->field) = {known->value, word.where};
        } else if (known->state == LineState::not_simulated) {
            findings_.add(known->state, word.where, say<DTCPRS906I>(known->word));
        }
    }
}

/// INTERVAL in minutes; SENDGARBAGE is about hosts of another age and has no effect.
void ProfileReader::read_keep_alive_options() {
    while (block_goes_on()) {
        const Word word = words_.take();
        if (word.is("INTERVAL")) {
            if (const auto minutes = take_number("INTERVAL", 0, 35791))
                profile_.numbers["KEEPALIVEOPTIONS INTERVAL"] = *minutes;
        } else if (word.is("SENDGARBAGE")) {
            const Word value = statement_goes_on() ? words_.take() : Word{};
            if (!value.is("TRUE") && !value.is("FALSE")) bad_value(value, "SENDGARBAGE");
        } else {
            unexpected(word);
        }
    }
}

/// PREFIX is what the console of the simulated stack does.
void ProfileReader::read_time_stamp() {
    if (!statement_goes_on() || !words_.on_same_line()) return missing("OFF, PREFIX or number of seconds");
    const Word word = words_.take();
    if (word.is("PREFIX")) return;
    if (word.is("OFF") || read_number(word.text, 0, 86400))
        findings_.add(LineState::not_simulated, word.where, say<DTCPRS906I>("TIMESTAMP " + upper(word.text)));
    else bad_value(word, "OFF, PREFIX or number of seconds");
}

void ProfileReader::read_single_number() {
    if (!statement_goes_on() || !words_.on_same_line()) return missing("number");
    if (const auto number = take_number("number", 0, 2'000'000'000))
        profile_.numbers[std::string(statement_->keyword)] = *number;
}

// ── the profile ────────────────────────────────────────────────────────────────

const DeviceStatement* ProfileTcpip::device(std::string_view name) const {
    for (const auto& d : devices)
        if (iequals(*d.name, name)) return &d;
    return nullptr;
}

const LinkStatement* ProfileTcpip::link(std::string_view name) const {
    for (const auto& l : links)
        if (iequals(*l.name, name)) return &l;
    return nullptr;
}

ProfileTcpip read_profile_tcpip(const SourceText& source, const ProfileTcpip* running) {
    return ProfileReader(source, running).read();
}

}  // namespace vmlab::profiles
