// SSLADMIN: whom the command goes to, who may, and the commands that change an SSL server.
#include "simulator/commands/ssladmin.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr int kNotAuthorized = 8;
constexpr int kCommunication = 8;
constexpr int kSyntax = 4;

/// What the options say: which servers of which stack.
struct Targets {
    Userid stack{};
    bool all = true;
    std::vector<Userid> members{};  ///< of the pool, or the one that is named
};

/// The word after "(SSL" or "(SSLserver".
std::string_view named_server(const Call& call) {
    const auto& options = call.args.options();
    for (std::size_t i = 0; i + 1 < options.size(); ++i)
        if (abbreviates(options[i], "SSLserver")) return options[i + 1];
    return {};
}

std::string joined(const std::vector<Userid>& users) {
    std::string text;
    for (const auto& user : users) text += (text.empty() ? "" : " ") + user.str();
    return text;
}

/// False, with a message, when the options make no sense.
bool read_targets(Call& call, Targets& targets, int& rc) {
    targets.stack = chosen_stack(call);
    const auto stack = call.world.stack(targets.stack);
    if (!stack) {
        rc = call.fail(kCommunication, say<DTCNET901E>(targets.stack));
        return false;
    }
    targets.members = stack->config.ssl.members;
    const auto word = named_server(call);
    if (word.empty() || iequals(word, "ALL")) return true;
    targets.all = false;
    const auto user = Name8::parse(word);
    const bool known =
        user && std::find(targets.members.begin(), targets.members.end(), *user) != targets.members.end();
    if (!known) {
        rc = call.fail(kSyntax, say<DTCSSL957E>(upper(word), targets.stack));
        return false;
    }
    targets.members = {*user};
    return true;
}

/// The members that answer. One that was named and does not is an error of its own.
std::vector<sslserv::ServerSnapshot> reachable(Call& call, const Targets& targets) {
    std::vector<sslserv::ServerSnapshot> servers;
    call.line(say<DTCSSL2404I>(targets.all ? targets.stack.str() : joined(targets.members)).text);
    for (const auto& member : targets.members) {
        auto server = call.world.ssl_server(member);
        if (server) servers.push_back(std::move(*server));
        else if (!targets.all) call.line(say<DTCSSL2421E>(member).text);
    }
    if (servers.empty() && targets.all) call.line(say<DTCSSL952E>(targets.stack).text);
    return servers;
}

Outcome query(Call& call, const Targets& targets) {
    const auto& args = call.args;
    const bool status = args.size() < 2 || args.is(1, "STATus");
    const bool summary = status && (args.size() < 3 || args.is(2, "SUMmary"));
    const bool details = status && args.is(2, "DETails");
    const bool sessions = args.is(1, "SESsions");
    const bool trace = args.is(1, "TRace");
    if (args.is(1, "CACHE") || args.is(1, "SETtings"))
        return call.fail(88, say<DTCSSL959W>("SSLADMIN QUERY " + args.upper_word(1)));
    if (!summary && !details && !sessions && !trace)
        return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(status ? 2 : 1)));
    const auto servers = reachable(call, targets);
    if (servers.empty()) return kCommunication;
    call.lines(sessions  ? report_ssl_sessions(servers)
               : details ? report_ssl_status_details(servers)
               : trace   ? report_ssl_trace(servers)
                         : report_ssl_status_summary(servers));
    return 0;
}

/// Waits until every member has got where it should be, its session has ended instead, or time is up.
class RunningSslAction final : public RunningCommand {
public:
    RunningSslAction(const std::vector<Userid>& members, bool wants_active, Instant now)
        : wants_active_(wants_active), next_(now + kStep), until_(now + kLimit) {
        for (const auto& member : members) waiting_.push_back({member, now});
    }

    void tick(Operations& world, std::vector<ConsoleLine>& out) override {
        const std::string_view goal = wants_active_ ? "active" : "stopped";
        std::erase_if(waiting_, [&](Member& member) {
            if (has_arrived(member, world)) {
                out.push_back({say<DTCSSL954I>(member.userid, goal).text});
                return true;
            }
            if (world.sessions().find(member.userid) != nullptr) member.last_seen = world.now();
            if (world.now() < until_ && world.now() < member.last_seen + kPatience) return false;
            out.push_back({say<DTCSSL955E>(member.userid, goal).text});
            result_ = kCommunication;
            return true;
        });
        next_ = world.now() + kStep;
        if (waiting_.empty()) rc_ = result_;
    }
    Instant next_deadline() const override { return next_; }
    std::optional<int> ended() const override { return rc_; }

private:
    static constexpr Duration kStep = milliseconds{100};
    static constexpr Duration kPatience = seconds{5};  ///< without a session there is nothing to wait for
    static constexpr Duration kLimit = seconds{30};

    struct Member {
        Userid userid{};
        Instant last_seen{};
    };

    bool has_arrived(const Member& member, const Operations& world) const {
        const auto server = world.ssl_server(member.userid);
        return wants_active_ ? server && server->active && !server->quiescing : !server;
    }

    std::vector<Member> waiting_;
    bool wants_active_;
    int result_ = 0;
    Instant next_, until_;
    std::optional<int> rc_{};
};

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

Outcome act(Call& call, const Targets& targets, SslAction action) {
    const auto servers = reachable(call, targets);
    if (servers.empty()) return kCommunication;
    std::vector<Userid> members;
    for (const auto& server : servers) {
        members.push_back(server.userid);
        call.world.ssl_admin(call.session.userid, server.userid, action);
    }
    if (action == SslAction::refresh) return 0;
    return Outcome(
        std::make_unique<RunningSslAction>(members, action == SslAction::restart, call.world.now()));
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
    if (args.is(0, "STOP")) return act(call, targets, SslAction::stop);
    if (args.is(0, "RESTART")) return act(call, targets, SslAction::restart);
    if (args.is(0, "REFRESH")) return act(call, targets, SslAction::refresh);
    if (args.is(0, "LOG") || args.is(0, "CLOSECON")) return close_consoles(call, targets);
    for (const std::string_view known : {"CLEAR", "SET", "SYSTEM", "TRACE", "NOTRACE"})
        if (args.is(0, known)) return call.fail(88, say<DTCSSL959W>(fmt::format("SSLADMIN {}", known)));
    return call.fail(kSyntax, say<DTCSSL956E>(args.upper_word(0)));
}

}  // namespace vmlab::sim
