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

std::vector<ProfileReader::Statement> rows_of_the_table(std::span<const ProfileReader::Statement> all) {
    std::vector<ProfileReader::Statement> rows;
    for (const auto& row : all)
        if (is_known(ConfigFile::profile_tcpip, row.keyword)) rows.push_back(row);
    return rows;
}

}  // namespace

// ── the table ──────────────────────────────────────────────────────────────────

std::span<const ProfileReader::Statement> ProfileReader::statements() {
    using R = ProfileReader;
    static constexpr Statement kStatements[] = {
        {"ACBPOOLSIZE", "", &R::read_pool_size},
        {"ADDRESSTRANSLATIONPOOLSIZE", "", &R::read_pool_size},
        {"ARPAGE", "", &R::read_single_number},
        {"ASSORTEDPARMS", "ENDASSORTEDPARMS", &R::read_assorted_parms},
        {"AUTOLOG", "ENDAUTOLOG", &R::read_autolog},
        {"BLOCK", "ENDBLOCK", &R::read_block},
        {"BSDROUTINGPARMS", "ENDBSDROUTINGPARMS", &R::read_bsd_routing_parms},
        {"CCBPOOLSIZE", "", &R::read_pool_size},
        {"DATABUFFERLIMITS", "", &R::read_data_buffer_limits},
        {"DATABUFFERPOOLSIZE", "", &R::read_pool_size},
        {"DEVICE", "", &R::read_device},
        {"ENVELOPEPOOLSIZE", "", &R::read_pool_size},
        {"FILE", "", &R::read_file},
        {"FOREIGNIPCONLIMIT", "", &R::read_single_number},
        {"GATEWAY", "", &R::read_gateway},
        {"HOME", "", &R::read_home},
        {"INFORM", "ENDINFORM", &R::read_inform},
        {"INTERNALCLIENTPARMS", "ENDINTERNALCLIENTPARMS", &R::read_internal_client_parms},
        {"IPROUTEPOOLSIZE", "", &R::read_pool_size},
        {"KEEPALIVEOPTIONS", "ENDKEEPALIVEOPTIONS", &R::read_keep_alive_options},
        {"LARGEENVELOPEPOOLSIZE", "", &R::read_pool_size},
        {"LESSTRACE", "", &R::read_trace},
        {"LINK", "", &R::read_link},
        {"MAXRESTART", "", &R::read_single_number},
        {"MONITORRECORDS", "ENDMONITORRECORDS", &R::read_monitor_records},
        {"MORETRACE", "", &R::read_trace},
        {"NCBPOOLSIZE", "", &R::read_pool_size},
        {"NOTRACE", "", &R::read_trace},
        {"OBEY", "ENDOBEY", &R::read_obey},
        {"PACKETTRACESIZE", "", &R::read_single_number},
        {"PENDINGCONNECTIONLIMIT", "", &R::read_single_number},
        {"PERMIT", "ENDPERMIT", &R::read_permit},
        {"PERSISTCONNECTIONLIMIT", "", &R::read_single_number},
        {"PORT", "", &R::read_port},
        {"PRIMARYINTERFACE", "", &R::read_primary_interface},
        {"RCBPOOLSIZE", "", &R::read_pool_size},
        {"RESTRICT", "ENDRESTRICT", &R::read_restrict},
        {"ROUTERADV", "", &R::read_other},
        {"ROUTERADVPREFIX", "", &R::read_other},
        {"SCBPOOLSIZE", "", &R::read_pool_size},
        {"SCREEN", "", &R::read_screen},
        {"SKCBPOOLSIZE", "", &R::read_pool_size},
        {"SMALLDATABUFFERPOOLSIZE", "", &R::read_pool_size},
        {"SOMAXCONN", "", &R::read_single_number},
        {"SSLLIMITS", "", &R::read_ssl_limits},
        {"SSLSERVERID", "", &R::read_ssl_server_id},
        {"START", "", &R::read_start},
        {"STOP", "", &R::read_stop},
        {"SYSCONTACT", "ENDSYSCONTACT", &R::read_text_block},
        {"SYSLOCATION", "ENDSYSLOCATION", &R::read_text_block},
        {"TCBPOOLSIZE", "", &R::read_pool_size},
        {"TIMESTAMP", "", &R::read_time_stamp},
        {"TINYDATABUFFERPOOLSIZE", "", &R::read_pool_size},
        {"TN3270E", "ENDTN3270E", &R::read_other},
        {"TRACE", "", &R::read_trace},
        {"TRACEONLY", "ENDTRACEONLY", &R::read_trace_only},
        {"TRANSLATE", "", &R::read_translate},
        {"UCBPOOLSIZE", "", &R::read_pool_size},
        {"VSWITCH", "", &R::read_vswitch},
    };
    static_assert(
        std::is_sorted(std::begin(kStatements), std::end(kStatements),
                       [](const Statement& a, const Statement& b) { return a.keyword < b.keyword; }));
    static const auto known = rows_of_the_table(kStatements);
    return known;
}

/// Asked for every word, so the keywords are looked up in their order, and nothing is allocated.
const ProfileReader::Statement* find_statement(std::string_view word) {
    constexpr std::size_t kLongest = 32;
    if (word.empty() || word.size() > kLongest) return nullptr;
    char folded[kLongest];
    std::transform(word.begin(), word.end(), folded,
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const std::string_view keyword(folded, word.size());
    const auto table = ProfileReader::statements();
    const auto found = std::lower_bound(
        table.begin(), table.end(), keyword,
        [](const ProfileReader::Statement& row, std::string_view wanted) { return row.keyword < wanted; });
    return found == table.end() || found->keyword != keyword ? nullptr : &*found;
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
    const LineState state = state_of(ConfigFile::profile_tcpip, statement.keyword);
    profile_.statements.push_back({std::string(statement.keyword), keyword_.where, state});
    note(statement.keyword, keyword_.where);
    (this->*statement.read)();
    block_words_ = {};
    if (on_entry_line()) unexpected(words_.peek());
    statement_ = nullptr;
}

void ProfileReader::note(std::string_view statement, const SourceLocation& where) {
    if (state_of(ConfigFile::profile_tcpip, statement) == LineState::not_simulated)
        findings_.add(LineState::not_simulated, where, say<DTCPRS906I>(statement));
}

bool ProfileReader::is_operand(const Word& word, std::string_view operand) const {
    return word.is(operand) &&
           is_known(ConfigFile::profile_tcpip, fmt::format("{} {}", statement_->keyword, operand));
}

void ProfileReader::skip_unknown_statement() {
    const Word word = words_.take();
    for (const auto& statement : statements())
        if (!statement.end.empty() && word.is(statement.end)) {
            findings_.add(LineState::unknown, word.where, say<DTCPRS910E>(statement.end, statement.keyword));
            return;
        }
    static const auto known = keywords();
    findings_.add(LineState::unknown, word.where, say<DTCPRS901E>(quoted(word.text)),
                  findings_.full() ? std::string_view() : nearest(word.text, known));
    // What is written further right on later lines belongs to it; a line that begins as it does is another
    // one.
    while (!words_.at_end() && find_statement(words_.peek().text) == nullptr &&
           (words_.on_same_line() || words_.peek().where.column > word.where.column))
        words_.take();
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

void ProfileReader::unexpected(const Word& word, std::string_view suggestion) {
    findings_.add(LineState::unknown, word.where, say<DTCPRS902E>(quoted(word.text), statement_->keyword),
                  suggestion);
    skip_line();
}

/// The next word of the statement; where there is none, an empty one, which bad_value() calls missing.
Word ProfileReader::next_operand() {
    return statement_goes_on() ? words_.take() : Word{{}, words_.last().where};
}

void ProfileReader::bad_value(const Word& value, std::string_view operand) {
    if (value.text.empty()) return missing(operand);
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

std::optional<Sourced<std::string>> ProfileReader::take_link() {
    auto link = take_name("link name");
    if (link && find_link(**link) == nullptr) {
        findings_.add(LineState::extracted, link->where,
                      say<DTCPRS907E>("Link", **link, statement_->keyword));
        return std::nullopt;
    }
    return link;
}

const DeviceStatement* ProfileReader::find_device(std::string_view name) const {
    const auto here = device_index_.find(upper(name));
    if (here != device_index_.end()) return &profile_.devices[here->second];
    return running_ == nullptr ? nullptr : running_->device(name);
}

const LinkStatement* ProfileReader::find_link(std::string_view name) const {
    const auto here = link_index_.find(upper(name));
    if (here != link_index_.end()) return &profile_.links[here->second];
    return running_ == nullptr ? nullptr : running_->link(name);
}

void ProfileReader::add_device(DeviceStatement device) {
    device_index_.try_emplace(*device.name, profile_.devices.size());
    profile_.devices.push_back(std::move(device));
}

void ProfileReader::add_link(LinkStatement link) {
    link_index_.try_emplace(*link.name, profile_.links.size());
    profile_.links.push_back(std::move(link));
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
        const bool entry_begins = (first.text[0] >= '0' && first.text[0] <= '9') || read_ipv6(first.text);
        if (!entry_begins && !is_operand(first, "RANGE")) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        PortEntry entry;
        entry.where = first.where;
        const auto address = IpAddress::parse(first.text);
        if (address && is_known(ConfigFile::profile_tcpip, "PORT with an address")) {
            entry.address = *address;
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
    const bool range_first = is_operand(words_.peek(), "RANGE");
    if (range_first) words_.take();
    const auto low = take_number("port number", 1, 65535);
    if (!low) return false;
    entry.low = entry.high = static_cast<std::uint16_t>(**low);
    if (!range_first) {
        if (!on_entry_line() || !is_operand(words_.peek(), "RANGE")) return true;
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
        if (is_operand(option, "NOAUTOLOG")) {
            words_.take();
            entry.autolog = false;
        } else if (is_operand(option, "SECURE")) {
            words_.take();
            if (const auto label = take_label("TLS label")) entry.secure = *label;
        } else if (is_operand(option, "CLIENTCERTCHECK")) {
            words_.take();
            const Word value = next_operand();
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

/// Of one user, protocol and address the ranges that were taken do not overlap, so the nearest one below
/// decides.
void ProfileReader::add_port(PortEntry entry) {
    auto& taken = ports_[{*entry.user, entry.udp, entry.address.value_or(IpAddress())}];
    auto other = taken.upper_bound(entry.high);
    if (other != taken.begin()) {
        --other;
        const PortEntry& before = profile_.ports.entries[other->second];
        if (before.high >= entry.low) {
            findings_.add(LineState::no_effect, entry.where, say<DTCPRS908W>("PORT", before.where.line));
            return;
        }
    }
    taken[entry.low] = profile_.ports.entries.size();
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
    if (statement_goes_on() && is_operand(words_.peek(), "TIMEOUT")) {
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
        const bool sessions = is_operand(operand, "MAXSESSIONS");
        if (!sessions && !is_operand(operand, "MAXPERSSLSERVER")) {
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
