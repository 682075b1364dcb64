// PROFILE TCPIP: switches, limits, pools, tracing, and texts.
#include <algorithm>

#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

/// ASSORTEDPARMS: what each word sets.
struct AssortedWord {
    std::string_view word;
    Sourced<bool> AssortedParms::*field;
    bool value;
};
constexpr AssortedWord kAssortedWords[] = {
    {"ALWAYSWINDOWSCALE", &AssortedParms::always_window_scale, true},
    {"CHECKCONSISTENCY", &AssortedParms::check_consistency, true},
    {"EQUALCOSTIPV6MULTIPATH", &AssortedParms::equal_cost_multipath_v6, true},
    {"EQUALCOSTMULTIPATH", &AssortedParms::equal_cost_multipath, true},
    {"FREELOWPORTS", &AssortedParms::restrict_low_ports, false},
    {"IGNOREIPV6REDIRECT", &AssortedParms::ignore_redirect_v6, true},
    {"IGNOREREDIRECT", &AssortedParms::ignore_redirect, true},
    {"NOFWD", &AssortedParms::forwarding, false},
    {"NOFWDIPV6", &AssortedParms::forwarding_v6, false},
    {"NORFC1323", &AssortedParms::rfc1323, false},
    {"NOUDPQUEUELIMIT", &AssortedParms::udp_queue_limit, false},
    {"OVERRIDEPRECEDENCE", &AssortedParms::override_precedence, true},
    {"PATHMTUDISCOVERY", &AssortedParms::path_mtu_discovery, true},
    {"PERMITTEDUSERSONLY", &AssortedParms::permitted_users_only, true},
    {"PROXYARP", &AssortedParms::proxy_arp, true},
    {"RESTRICTLOWPORTS", &AssortedParms::restrict_low_ports, true},
    {"SECUREIPV6LOCAL", &AssortedParms::secure_local_v6, true},
    {"SECURELOCAL", &AssortedParms::secure_local, true},
    {"SOURCEIPV6VIPA", &AssortedParms::source_vipa_v6, true},
    {"SOURCEVIPA", &AssortedParms::source_vipa, true},
    {"UDPQUEUELIMIT", &AssortedParms::udp_queue_limit, true},
    {"VARSUBNETTING", &AssortedParms::variable_subnetting, true},
};

/// Statements of one number.
struct NumberStatement {
    std::string_view keyword;
    std::uint32_t high;
    Sourced<std::uint32_t>& (*field)(ProfileTcpip& profile);
};
using P = ProfileTcpip;
using Number = Sourced<std::uint32_t>;
constexpr NumberStatement kNumbers[] = {
    {"ARPAGE", 35'791, [](P& p) -> Number& { return p.arp_age; }},
    {"FOREIGNIPCONLIMIT", 1'000'000, [](P& p) -> Number& { return p.attack_limits.foreign_ip_connections; }},
    {"MAXRESTART", 1'000'000, [](P& p) -> Number& { return p.max_restart; }},
    {"PACKETTRACESIZE", 65'535, [](P& p) -> Number& { return p.packet_trace_size; }},
    {"PENDINGCONNECTIONLIMIT", 1'000'000,
     [](P& p) -> Number& { return p.attack_limits.pending_connections; }},
    {"PERSISTCONNECTIONLIMIT", 1'000'000,
     [](P& p) -> Number& { return p.attack_limits.persist_connections; }},
    {"SOMAXCONN", 1'000'000, [](P& p) -> Number& { return p.listen_backlog; }},
};

constexpr std::uint32_t kBufferSizes[] = {8192,  12288, 16384, 24576, 28672,  32768,  49152,
                                          57344, 61440, 65535, 98304, 131072, 196608, 262144};

constexpr std::string_view kTraceNames[] = {
    "ALL",      "ARP",    "CONSISTENCY", "ICMP",    "INITIALIZE", "INTERNALCLIENT",
    "IP",       "IPDOWN", "IPUP",        "IUCV",    "MONITOR",    "NOTIFY",
    "OSD",      "PARSE",  "PING",        "QDIO",    "ROUTE",      "SCHEDULER",
    "SHUTDOWN", "SOCKET", "SSL",         "TCP",     "TCPDOWN",    "TCPREQUEST",
    "TCPUP",    "TELNET", "TIMER",       "TN3270E", "UDP",        "UDPREQUEST",
    "UDPUP",    "VSWITCH"};

}  // namespace

std::span<const std::string_view> trace_names() { return kTraceNames; }

std::vector<std::string_view> trace_members(std::string_view name) {
    if (iequals(name, "TCP")) return {"TCPUP", "TCPDOWN", "TCPREQUEST"};
    if (iequals(name, "IP")) return {"IPUP", "IPDOWN"};
    std::vector<std::string_view> members;
    for (const std::string_view known : kTraceNames) {
        const bool group = known == "ALL" || known == "TCP" || known == "IP";
        if (!group && (iequals(name, "ALL") || iequals(name, known))) members.push_back(known);
    }
    return members;
}

PoolSizes::PoolSizes() {
    for (const PoolKind& kind : kPools) (*this)[kind.pool] = {{kind.blocks, {}}, {kind.buffer_size, {}}, {}};
}

// ── switches and numbers ───────────────────────────────────────────────────────

void ProfileReader::read_assorted_parms() {
    while (block_goes_on()) {
        const Word word = words_.take();
        const auto* known = std::find_if(std::begin(kAssortedWords), std::end(kAssortedWords),
                                         [&](const AssortedWord& w) { return is_operand(word, w.word); });
        if (known == std::end(kAssortedWords)) {
            std::vector<std::string_view> words{statement_->end};
            for (const AssortedWord& w : kAssortedWords) words.push_back(w.word);
            findings_.add(LineState::unknown, word.where, say<DTCPRS902E>(quoted(word.text), "ASSORTEDPARMS"),
                          nearest(word.text, words));
            continue;
        }
        note(fmt::format("ASSORTEDPARMS {}", known->word), word.where);
        profile_.assorted.*(known->field) = {known->value, word.where};
    }
}

/// INTERVAL in minutes, 0 = never; SENDGARBAGE is about hosts of another age.
void ProfileReader::read_keep_alive_options() {
    while (block_goes_on()) {
        const Word word = words_.take();
        if (is_operand(word, "INTERVAL")) {
            if (const auto minutes = take_number("INTERVAL", 0, 35'791))
                profile_.keep_alive.interval = *minutes;
        } else if (is_operand(word, "SENDGARBAGE")) {
            const Word value = next_operand();
            if (value.is("TRUE") || value.is("FALSE"))
                profile_.keep_alive.send_garbage = {value.is("TRUE"), value.where};
            else bad_value(value, "SENDGARBAGE");
        } else {
            static constexpr std::string_view kOperands[] = {"INTERVAL", "SENDGARBAGE",
                                                             "ENDKEEPALIVEOPTIONS"};
            unexpected(word, nearest(word.text, kOperands));
        }
    }
}

void ProfileReader::read_time_stamp() {
    if (line_ends()) return missing("OFF, PREFIX or number of seconds");
    const Word word = words_.take();
    const auto seconds = read_number(word.text, 0, 86'400);
    if (word.is("PREFIX")) {
        profile_.time_stamp = {{TimeStampKind::prefix, 0}, word.where};
    } else if (word.is("OFF")) {
        profile_.time_stamp = {{TimeStampKind::off, 0}, word.where};
        note("TIMESTAMP OFF", word.where);
    } else if (seconds) {
        profile_.time_stamp = {{TimeStampKind::interval, *seconds}, word.where};
        note("TIMESTAMP with a number", word.where);
    } else {
        bad_value(word, "OFF, PREFIX or number of seconds");
    }
}

void ProfileReader::read_single_number() {
    if (line_ends()) return missing("number");
    for (const NumberStatement& row : kNumbers)
        if (row.keyword == statement_->keyword)
            if (const auto number = take_number("number", 0, row.high)) row.field(profile_) = *number;
}

// ── pools ──────────────────────────────────────────────────────────────────────

/// `blocks [buffersize] [LIMIT blocks]`
void ProfileReader::read_pool_size() {
    const auto* kind = std::find_if(std::begin(kPools), std::end(kPools),
                                    [&](const PoolKind& k) { return k.statement == statement_->keyword; });
    if (line_ends()) return missing("number of blocks");
    const auto blocks = take_number("number of blocks", 0, 1'000'000);
    if (!blocks) return skip_line();
    PoolSize& pool = profile_.pools[kind->pool];
    pool.blocks = *blocks;
    if (on_entry_line() && kind->buffer_size != 0 && !words_.peek().is("LIMIT")) {
        const Word word = words_.take();
        const auto size = read_number(word.text, 0, 262'144);
        if (size &&
            std::find(std::begin(kBufferSizes), std::end(kBufferSizes), *size) != std::end(kBufferSizes))
            pool.buffer_size = {*size, word.where};
        else bad_value(word, "buffer size");
    }
    if (!on_entry_line() || !words_.peek().is("LIMIT")) return;
    words_.take();
    if (const auto limit = take_number("LIMIT", 0, 1'000'000)) pool.limit = *limit;
}

void ProfileReader::read_data_buffer_limits() {
    if (line_ends()) return missing("number of send buffers");
    note("DATABUFFERLIMITS send buffers", words_.peek().where);
    if (const auto send = take_number("number of send buffers", 1, 1000))
        profile_.data_buffer_limits.send = *send;
    if (line_ends()) return missing("number of receive buffers");
    if (const auto receive = take_number("number of receive buffers", 1, 1000))
        profile_.data_buffer_limits.receive = *receive;
}

// ── tracing and monitoring ─────────────────────────────────────────────────────

/// TRACE, MORETRACE, LESSTRACE, NOTRACE. TN3270E is a name on the statement's line, a statement on the next.
void ProfileReader::read_trace() {
    TraceStatement trace;
    trace.where = keyword_.where;
    trace.change = keyword_.is("MORETRACE")   ? TraceChange::more
                   : keyword_.is("LESSTRACE") ? TraceChange::less
                   : keyword_.is("NOTRACE")   ? TraceChange::off
                                              : TraceChange::set;
    while (!words_.at_end()) {
        const Word word = words_.peek();
        const bool same_line = words_.on_same_line();
        const bool known = std::any_of(std::begin(kTraceNames), std::end(kTraceNames),
                                       [&](std::string_view name) { return word.is(name); });
        if (find_statement(word.text) != nullptr && !(known && same_line)) break;
        if (!known && !same_line) break;
        words_.take();
        if (known) trace.names.push_back({upper(word.text), word.where});
        else
            findings_.add(LineState::unknown, word.where,
                          say<DTCPRS902E>(quoted(word.text), statement_->keyword),
                          nearest(word.text, kTraceNames));
    }
    if (trace.names.empty() && trace.change != TraceChange::off) return missing("name of a process");
    profile_.traces.push_back(std::move(trace));
}

/// TRACEONLY: links, addresses and userids; anything else can match nothing.
void ProfileReader::read_trace_only() {
    begin_list(profile_.trace_only);
    while (block_goes_on()) {
        const Word word = words_.take();
        if (word.text.size() <= 45 && quoted(word.text) == word.text)
            profile_.trace_only.entries.push_back({upper(word.text), word.where});
        else bad_value(word, "link, address or userid");
    }
}

void ProfileReader::read_file() {
    if (line_ends()) return missing("file name");
    const Word name = words_.take();
    if (line_ends()) return missing("file type");
    const Word type = words_.take();
    const Word mode = on_entry_line() ? words_.take() : Word{"A1", {}};
    const auto fn = Name8::parse(name.text), ft = Name8::parse(type.text);
    const bool fm = mode.text.size() <= 2 && Name8::parse(mode.text);
    if (!fn || !ft) return bad_value(!fn ? name : type, !fn ? "file name" : "file type");
    if (!fm) return bad_value(mode, "file mode");
    FileId file{*fn, *ft, {upper(mode.text)[0], mode.text.size() > 1 ? mode.text[1] : '1'}};
    profile_.trace_output = TraceOutput{file, keyword_.where};
}

void ProfileReader::read_screen() { profile_.trace_output = TraceOutput{{}, keyword_.where}; }

/// `MONITORRECORDS [name…]`, with or without an END word. Every word of its line is taken as a name (HOME is
/// one): their list is not public.
void ProfileReader::read_monitor_records() {
    begin_list(profile_.monitor_records);
    while (words_.on_same_line() && !words_.peek().is(statement_->end)) {
        const Word word = words_.take();
        profile_.monitor_records.entries.push_back({quoted(upper(word.text)), word.where});
    }
    if (!words_.at_end() && words_.peek().is(statement_->end)) words_.take();
}

// ── texts and the rest ─────────────────────────────────────────────────────────

/// SYSCONTACT, SYSLOCATION: any text, keywords too, up to the END word: a forgotten one swallows the profile.
/// What stands no further in than the statement was meant to be one.
void ProfileReader::read_text_block() {
    std::string text;
    std::vector<Word> swallowed;
    auto& field = keyword_.is("SYSCONTACT") ? profile_.sys_contact : profile_.sys_location;
    while (!words_.at_end()) {
        const bool new_line = !words_.on_same_line();
        const Word word = words_.take();
        if (word.is(statement_->end)) {
            field = Sourced<std::string>{quoted(text, 1000), keyword_.where};
            return;
        }
        const bool outside = new_line && word.where.column <= keyword_.where.column;
        if (outside && find_statement(word.text) != nullptr) swallowed.push_back(word);
        if (text.size() < 1000) text += (text.empty() ? "" : " ") + word.text;
    }
    field = Sourced<std::string>{quoted(text, 1000), keyword_.where};
    findings_.add(LineState::extracted, keyword_.where,
                  say<DTCPRS905W>(statement_->keyword, statement_->end));
    for (const Word& word : swallowed) swallow(word);
}

/// A statement that became part of the one being read.
void ProfileReader::swallow(const Word& word) {
    profile_.statements.push_back({upper(word.text), word.where, LineState::no_effect});
    findings_.add(LineState::no_effect, word.where,
                  say<DTCPRS917W>(upper(word.text), statement_->keyword, keyword_.where.line));
}

/// `VSWITCH CONTROLLER ON [vdev vdev]|OFF [FAILOVER_DISABLED]`
void ProfileReader::read_vswitch() {
    if (line_ends() || !words_.peek().is("CONTROLLER")) return missing("CONTROLLER");
    words_.take();
    if (line_ends()) return missing("ON or OFF");
    const Word on = words_.take();
    const auto value = read_on_off(on.text);
    if (!value) return bad_value(on, "ON or OFF");
    VswitchController controller{{*value, on.where}};
    while (on_entry_line()) {
        const Word word = words_.take();
        const auto low = read_vdev(word.text), high = read_vdev(words_.peek().text);
        if (word.is("FAILOVER_DISABLED")) {
            controller.failover = false;
        } else if (*value && low && high && *low <= *high && on_entry_line()) {
            words_.take();
            controller.low = *low;
            controller.high = *high;
        } else {
            unexpected(word);
        }
    }
    profile_.vswitch_controller = controller;
}

/// A statement whose operands are kept as they are: up to its END word, or the next keyword.
void ProfileReader::read_other() {
    OtherStatement other{std::string(statement_->keyword), {}, keyword_.where};
    while (statement_goes_on() && !words_.peek().is(statement_->end)) other.operands.push_back(words_.take());
    if (!statement_->end.empty() && words_.peek().is(statement_->end)) words_.take();
    profile_.others.push_back(std::move(other));
}

}  // namespace vmlab::profiles
