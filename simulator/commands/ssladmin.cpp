// SSLADMIN: whom the command goes to, who may, and what it is. What the servers answer: ssladmin_running.
#include "simulator/commands/ssladmin.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "profiles/values.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/commands/ssladmin_running.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

constexpr int kNotAuthorized = 8;
constexpr int kCommunication = 8;
constexpr int kSyntax = 4;
constexpr int kNotSimulated = 88;
constexpr std::uint32_t kLongestMonitor = 86400;  ///< seconds

/// Which servers of which stack, and how often.
struct Targets {
    Userid stack{};
    bool all = true;
    std::vector<Userid> members{};  ///< of the pool, or those that are named
    std::optional<Duration> every{};
};

/// The options, as typed.
struct Options {
    std::string_view server, stack, seconds;
};

std::string joined(const std::vector<Userid>& users) {
    std::string text;
    for (const auto& user : users) text += (text.empty() ? "" : " ") + user.str();
    return text;
}

/// False, with a message, for an option that SSLADMIN does not have, or one without its value.
bool read_options(Call& call, Options& options) {
    const auto& words = call.args.options();
    for (std::size_t i = 0; i < words.size(); i += 2) {
        auto* value = abbreviates(words[i], "SSLserver")   ? &options.server
                      : abbreviates(words[i], "TCPserver") ? &options.stack
                      : abbreviates(words[i], "MONitor")   ? &options.seconds
                                                           : nullptr;
        if (value == nullptr || i + 1 == words.size()) {
            call.line(say<DTCSSL956E>(upper(words[i])).text);
            return false;
        }
        *value = words[i + 1];
    }
    return true;
}

/// False, with a message, for a userid that is no member of the pool.
bool read_servers(Call& call, Targets& targets, const std::vector<std::string>& names) {
    std::vector<Userid> chosen;
    for (const auto& name : names) {
        const auto user = Name8::parse(name);
        const auto& pool = targets.members;
        if (!user || std::find(pool.begin(), pool.end(), *user) == pool.end()) {
            call.line(say<DTCSSL957E>(upper(name), targets.stack).text);
            return false;
        }
        chosen.push_back(*user);
    }
    targets.all = false;
    targets.members = std::move(chosen);
    return true;
}

/// The options; what they leave open, SET's targets; else the default stack and all its servers. False, with
/// a message, when they make no sense.
bool read_targets(Call& call, Targets& targets, int& rc) {
    rc = kSyntax;
    Options options;
    if (!read_options(call, options)) return false;
    const auto named = Name8::parse(options.stack);
    if (!options.stack.empty() && !named) {
        call.line(say<DTCSSL956E>(upper(options.stack)).text);
        return false;
    }
    if (!options.seconds.empty()) {
        const auto every = profiles::read_number(options.seconds, 1, kLongestMonitor);
        const bool asks = call.args.size() == 0 || call.args.is(0, "Query");
        if (!every || !asks) {
            call.line(say<DTCSSL956E>(every ? "MONITOR" : upper(options.seconds)).text);
            return false;
        }
        targets.every = seconds{*every};
    }
    const auto& session = call.session;
    targets.stack = named                        ? *named
                    : !session.ssl_stack.empty() ? session.ssl_stack
                                                 : call.world.default_stack(session.userid);
    const auto stack = call.world.stack(targets.stack);
    if (!stack) {
        rc = call.fail(kCommunication, say<DTCNET901E>(targets.stack));
        return false;
    }
    targets.members = stack->config.ssl.members;
    std::vector<std::string> servers;
    if (!options.server.empty() && !iequals(options.server, "ALL")) servers.emplace_back(options.server);
    if (options.server.empty())
        for (const auto& server : session.ssl_servers) servers.push_back(server.str());
    return servers.empty() || read_servers(call, targets, servers);
}

/// Hands the order to the members that are logged on. Of a pool some may rest; who was named must be there.
Outcome send(Call& call, const Targets& targets, SslOrder order, std::string text) {
    call.line(say<DTCSSL2404I>(targets.all ? targets.stack.str() : joined(targets.members)).text);
    std::vector<Userid> there;
    for (const auto& member : targets.members) {
        if (call.world.sessions().find(member) != nullptr) there.push_back(member);
        else if (!targets.all) call.line(say<DTCSSL961E>(member).text);
    }
    if (there.empty() && targets.all) call.line(say<DTCSSL952E>(targets.stack).text);
    if (there.empty()) return kCommunication;
    return Outcome(std::make_unique<RunningSslOrder>(
        call, RunningSslOrder::What{order, std::move(text), targets.every}, std::move(there)));
}

/// QUERY SETTINGS: what SET said, or what counts without it.
Outcome query_settings(Call& call) {
    const auto& session = call.session;
    const bool own_stack = !session.ssl_stack.empty();
    call.lines(report_ssl_settings(own_stack ? session.ssl_stack : call.world.default_stack(session.userid),
                                   own_stack, session.ssl_servers));
    return 0;
}

Outcome query(Call& call, const Targets& targets) {
    const auto& args = call.args;
    if (args.is(1, "SETtings")) return query_settings(call);
    if (args.size() < 2 || args.is(1, "STATus")) {
        if (args.size() < 3 || args.is(2, "SUMmary")) return send(call, targets, SslOrder::summary, "QUERY");
        if (args.is(2, "DETails")) return send(call, targets, SslOrder::details, "QUERY");
        return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(2)));
    }
    if (args.is(1, "SESsions")) return send(call, targets, SslOrder::sessions, "QUERY");
    if (args.is(1, "TRace")) return send(call, targets, SslOrder::traces, "QUERY");
    if (args.is(1, "CACHE")) return send(call, targets, SslOrder::cache, "QUERY");
    return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(1)));
}

/// SET TCPserver userid, SET SSLserver userid …|ALL: for the commands that follow.
Outcome set(Call& call, Targets targets) {
    const auto& args = call.args;
    const bool stack = args.is(1, "TCPserver");
    if ((!stack && !args.is(1, "SSLserver")) || args.size() < 3)
        return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(args.size() < 2 ? 0 : 1)));
    if (stack) {
        const auto named = Name8::parse(args.word(2));
        if (!named || !call.world.stack(*named))
            return call.fail(kCommunication, say<DTCNET901E>(args.upper_word(2)));
        call.session.ssl_stack = *named;
        call.session.ssl_servers.clear();  // they were another stack's
        return query_settings(call);
    }
    targets.members = call.world.stack(targets.stack)->config.ssl.members;
    std::vector<std::string> names;
    for (std::size_t i = 2; i < args.size(); ++i) names.emplace_back(args.word(i));
    const bool all = names.size() == 1 && iequals(names[0], "ALL");
    if (!all && !read_servers(call, targets, names)) return kSyntax;
    call.session.ssl_servers = all ? std::vector<Userid>{} : targets.members;
    return query_settings(call);
}

Outcome clear(Call& call) {
    call.session.ssl_stack = {};
    call.session.ssl_servers.clear();
    return query_settings(call);
}

/// The words from i on, as typed, without SSLADMIN's own options.
std::string_view words_from(const Call& call, std::size_t i) {
    const auto rest = call.args.rest(i);
    return trimmed(rest.substr(0, std::min(rest.find('('), rest.size())));
}

Outcome trace(Call& call, const Targets& targets) {
    const std::string text = upper(words_from(call, 0));
    if (!read_trace_command(text)) return call.fail(kSyntax, say<DTCSSL956E>(call.args.upper_word(1)));
    return send(call, targets, SslOrder::trace, text);
}

/// SYSTEM CP command, SYSTEM CMS command.
Outcome system(Call& call, const Targets& targets) {
    const bool cp = iequals(call.args.word(1), "CP"), cms = iequals(call.args.word(1), "CMS");
    const auto command = words_from(call, 2);
    if ((!cp && !cms) || command.empty())
        return call.fail(kSyntax, say<DTCSSL956E>(call.args.upper_word(call.args.size() < 2 ? 0 : 1)));
    return send(call, targets, SslOrder::system, (cp ? "#CP " : "") + std::string(command));
}

Outcome start(Call& call, const Targets& targets) {
    std::vector<Userid> starting;
    for (const auto& member : targets.members) {
        if (call.world.sessions().find(member) != nullptr) {
            if (!targets.all) return call.fail(kCommunication, say<DTCSSL954I>(member, "already running"));
            continue;
        }
        starting.push_back(member);
    }
    if (starting.empty())
        return call.fail(kCommunication, say<DTCSSL954I>(joined(targets.members), "already running"));
    call.line(say<DTCSSL953I>(joined(starting)).text);
    for (const auto& member : starting) call.world.ssl_admin(call.session.userid, member, SslAction::start);
    return Outcome(std::make_unique<RunningSslAction>(starting, true, call.world.now()));
}

/// Asks CP to end them: it needs no answer of the servers.
Outcome stop(Call& call, const Targets& targets) {
    call.line(say<DTCSSL2404I>(targets.all ? targets.stack.str() : joined(targets.members)).text);
    std::vector<Userid> stopping;
    for (const auto& member : targets.members) {
        if (call.world.sessions().find(member) != nullptr) stopping.push_back(member);
        else if (!targets.all) call.line(say<DTCSSL961E>(member).text);
    }
    if (stopping.empty() && targets.all) call.line(say<DTCSSL952E>(targets.stack).text);
    if (stopping.empty()) return kCommunication;
    for (const auto& member : stopping) call.world.ssl_admin(call.session.userid, member, SslAction::stop);
    return Outcome(std::make_unique<RunningSslAction>(stopping, false, call.world.now()));
}

Outcome close_consoles(Call& call, const Targets& targets) {
    call.line(say<DTCSSL2404I>(targets.all ? targets.stack.str() : joined(targets.members)).text);
    int rc = kCommunication;
    for (const auto& member : targets.members) {
        const auto id = call.world.close_console(member, call.session.userid);
        if (!id) continue;
        call.line(say<DTCSSL958I>(member, call.session.userid, fmt::format("{:04}", *id)).text);
        rc = 0;
    }
    return rc;
}

}  // namespace

Outcome run_ssladmin(Call& call) {
    if (call.args.is(0, "HELP")) {
        call.args = Arguments("SSLADMIN", Arguments::Syntax::cms);
        return run_help(call);
    }
    Targets targets;
    int rc = 0;
    if (!read_targets(call, targets, rc)) return rc;
    const auto admins = call.world.ssl_admins(targets.stack);
    if (std::none_of(admins.begin(), admins.end(),
                     [&](const auto& admin) { return *admin == call.session.userid; }))
        return call.fail(kNotAuthorized, say<DTCSSL951E>(call.session.userid).because(admins.front().where));
    const auto& args = call.args;
    if (args.size() == 0 || args.is(0, "Query")) return query(call, targets);
    if (args.is(0, "START")) return start(call, targets);
    if (args.is(0, "STOP")) return stop(call, targets);
    if (args.is(0, "RESTART")) return send(call, targets, SslOrder::restart, "RESTART");
    if (args.is(0, "REFRESH")) return send(call, targets, SslOrder::refresh, "REFRESH");
    if (args.is(0, "LOG") || args.is(0, "CLOSECON")) return close_consoles(call, targets);
    if (args.is(0, "TRAce") || args.is(0, "NOTRAce")) return trace(call, targets);
    if (args.is(0, "SYSTEM")) return system(call, targets);
    if (args.is(0, "SET")) return set(call, targets);
    if (args.is(0, "CLEAR")) return clear(call);
    // Diagnostic operands are for IBM's support.
    for (const std::string_view known : {"VMDUMP", "DIAGnose"})
        if (args.is(0, known)) return call.fail(kNotSimulated, say<DTCSSL959W>("SSLADMIN " + upper(known)));
    return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(0)));
}

}  // namespace vmlab::sim
