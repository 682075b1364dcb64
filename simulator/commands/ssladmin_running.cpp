#include "simulator/commands/ssladmin_running.hpp"

#include <algorithm>

#include "simulator/commands/interpreter.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/commands/ssladmin.hpp"

namespace vmlab::sim {
namespace {

constexpr int kCommunication = 8;
constexpr Duration kStep = milliseconds{100};
constexpr Duration kPatience = seconds{5};  ///< without a session there is nothing to wait for
constexpr Duration kLimit = seconds{30};

}  // namespace

// ── START, STOP, and RESTART when the servers have answered ───────────────────────────────────────────────

RunningSslAction::RunningSslAction(const std::vector<Userid>& members, bool wants_active, Instant now)
    : wants_active_(wants_active), next_(now + kStep), until_(now + kLimit) {
    for (const auto& member : members) waiting_.push_back({member, now});
}

bool RunningSslAction::has_arrived(const Member& member, const Operations& world) const {
    const auto server = world.ssl_server(member.userid);
    return wants_active_ ? server && server->active && !server->quiescing : !server;
}

void RunningSslAction::tick(Operations& world, std::vector<ConsoleLine>& out) {
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

// ── what the servers answer ───────────────────────────────────────────────────────────────────────────────

RunningSslOrder::RunningSslOrder(Call& call, What what, std::vector<Userid> members)
    : user_(call.session.userid),
      what_(std::move(what)),
      members_(std::move(members)),
      tag_(std::uint32_t(call.session.commands << 16)) {
    send(call.world);
}

void RunningSslOrder::send(Operations& world) {
    ++tag_;
    waiting_ = members_;
    answered_.clear();
    next_ = world.now() + kAnswerTime;
    // A command of the product runs where the servers are: they are asked whether they listen, no more.
    const std::string text = what_.order == SslOrder::system ? "QUERY" : what_.text;
    for (const auto& member : members_) world.ssl_command(user_, member, tag_, text);
}

void RunningSslOrder::receive(const AdminAnswered& answer, Operations& world, std::vector<ConsoleLine>& out) {
    const auto at = std::find(waiting_.begin(), waiting_.end(), answer.server);
    if (answer.tag != tag_ || at == waiting_.end()) return;
    waiting_.erase(at);
    answered_.push_back(answer.server);
    for (const auto& line : answer.lines) out.push_back({say<DTCSSL965I>(answer.server, line).text});
    if (answer.rc != 0) result_ = answer.rc;
    if (what_.order == SslOrder::system) run_there(answer.server, world, out);
    if (waiting_.empty()) report(world, out);
}

void RunningSslOrder::tick(Operations& world, std::vector<ConsoleLine>& out) {
    if (restart_) {
        restart_->tick(world, out);
        if (const auto rc = restart_->ended()) rc_ = std::max(*rc, result_);
        return;
    }
    if (world.now() < next_) return;
    if (waiting_.empty()) return send(world);
    say_silent(world, out);
    report(world, out);
}

Instant RunningSslOrder::next_deadline() const { return restart_ ? restart_->next_deadline() : next_; }

/// SYSTEM: the command in the server's virtual machine, with its privilege classes and disks.
void RunningSslOrder::run_there(const Userid& server, Operations& world, std::vector<ConsoleLine>& out) {
    Interpreter console(server, world);
    (void)console.start(world);
    std::vector<ConsoleLine> lines;
    console.receive(what_.text, world, lines);
    if (console.busy()) {
        console.attention(world, lines);
        lines = {{say<DTCSSL962E>(what_.text).text}};
        result_ = kCommunication;
    }
    out.push_back({say<DTCSSL963I>(server, console.last_rc()).text});
    for (auto& line : lines)
        if (!line.text.starts_with("Ready")) out.push_back(std::move(line));
    if (console.logged_off()) world.force(server, server);
}

void RunningSslOrder::say_silent(Operations& world, std::vector<ConsoleLine>& out) {
    for (const auto& member : waiting_) {
        const Said said = say<DTCSSL2421E>(member);
        world.record(user_, {RecordKind::message, said.text, {}, {}, {about_machine(member)}});
        out.push_back({said.text});
    }
    waiting_.clear();
    result_ = kCommunication;
}

void RunningSslOrder::report(Operations& world, std::vector<ConsoleLine>& out) {
    if (what_.order == SslOrder::restart) return await_restart(world, out);
    std::vector<sslserv::ServerSnapshot> servers;
    for (const auto& member : members_)
        if (std::find(answered_.begin(), answered_.end(), member) != answered_.end())
            if (auto server = world.ssl_server(member)) servers.push_back(std::move(*server));
    std::vector<std::string> lines;
    switch (what_.order) {
        case SslOrder::summary: lines = report_ssl_status_summary(servers); break;
        case SslOrder::details: lines = report_ssl_status_details(servers); break;
        case SslOrder::sessions: lines = report_ssl_sessions(servers); break;
        case SslOrder::traces: lines = report_ssl_trace(servers); break;
        case SslOrder::cache: lines = report_ssl_cache(servers); break;
        case SslOrder::refresh:
        case SslOrder::restart:
        case SslOrder::trace:
        case SslOrder::system: break;
    }
    if (!servers.empty())
        for (auto& line : lines) out.push_back({std::move(line)});
    if (what_.every) next_ = world.now() + *what_.every;
    else rc_ = result_;
}

/// Servers without sessions are waited for; the others restart when theirs are over.
void RunningSslOrder::await_restart(Operations& world, std::vector<ConsoleLine>& out) {
    std::vector<Userid> restarting;
    for (const auto& member : answered_) {
        const auto server = world.ssl_server(member);
        if (server && server->quiescing && !server->sessions.empty())
            out.push_back({say<DTCSSL964I>(member, server->sessions.size()).text});
        else restarting.push_back(member);
    }
    if (restarting.empty()) rc_ = result_;
    else restart_ = std::make_unique<RunningSslAction>(restarting, true, world.now());
}

}  // namespace vmlab::sim
