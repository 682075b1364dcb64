#include "simulator/scenario/checks.hpp"

#include <fmt/format.h>

#include "simulator/commands/interpreter.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

constexpr Duration kStep = milliseconds{100};
constexpr Duration kRetry = seconds{1};
constexpr Duration kCommandTime = seconds{30};
constexpr Duration kClientPatience = seconds{15};

/// A verdict at once, and what it rests on.
struct Seen {
    bool holds = false;
    std::string text;
};

Seen look_for(std::string_view text, std::string_view wanted, const std::string& where) {
    const bool there = squeezed(text).find(squeezed(wanted)) != std::string::npos;
    return {there, fmt::format("{} {} '{}'", where, there ? "has" : "does not have", squeezed(wanted))};
}

Seen look(const ConsoleCheck& check, World& world) {
    std::string text;
    for (const auto& [user, files] : world.storage().spool.all())
        for (const auto& file : files)
            if (file.origin == check.machine) text += file.content() + "\n";
    if (const auto* lines = world.console_of(check.machine))
        for (const auto& line : *lines) text += line + "\n";
    return look_for(text, check.has, fmt::format("the console of {}", check.machine.view()));
}

Seen look(const ReaderCheck& check, World& world) {
    std::string text;
    for (const auto& file : world.storage().spool.reader_of(check.user))
        if (file.origin == check.from) text += file.content() + "\n";
    return look_for(text, check.has,
                    fmt::format("the reader of {}, from {},", check.user.view(), check.from.view()));
}

/// Statements without comments ("; …", ".* …"), in upper case.
std::string statements_of(const CmsFile& file) {
    std::string text;
    for (const auto record : file.record_views()) {
        if (record.starts_with(".*")) continue;
        text += upper(record.substr(0, std::min(record.find(';'), record.size()))) + "\n";
    }
    return squeezed(text);
}

Seen look(const FileCheck& check, World& world) {
    const auto& id = check.file;
    const CmsFile* file = world.storage().disks.find_file(id.owner, id.vdev, id.name, id.type);
    if (!file) return {false, id.str() + " is not there"};
    const std::string text = statements_of(*file);
    for (const auto& [wanted, present] : {std::pair{&check.has, true}, {&check.lacks, false}}) {
        if (wanted->empty()) continue;
        const bool there = text.find(squeezed(upper(*wanted))) != std::string::npos;
        if (there != present)
            return {false, fmt::format("{} {} '{}'", id.str(), there ? "has" : "does not have", *wanted)};
    }
    return {true, id.str() + " is as it should be"};
}

std::int64_t value_of(const FactCheck& fact, const World& world) {
    if (fact.name == FactName::logged_on) return world.sessions().find(fact.user) ? 1 : 0;
    const auto stack = world.stack(fact.stack);
    if (!stack || !stack->up) return 0;
    std::int64_t n = 0;
    switch (fact.name) {
        case FactName::stack_up: return 1;
        case FactName::secure_sessions: return std::int64_t(stack->secure_sessions);
        case FactName::ssl_members_ready:
            for (const auto& member : stack->members) n += member.state == stack::MemberState::ready;
            return n;
        case FactName::listens:
            for (const auto& socket : stack->sockets)
                if (socket.connection.state == stack::TcpState::listen &&
                    socket.connection.local.port == fact.port)
                    n = 1;
            return n;
        case FactName::logged_on: break;
    }
    return n;
}

std::string text_of(const FactCheck& fact) {
    switch (fact.name) {
        case FactName::ssl_members_ready:
            return fmt::format("SSL servers of {} that are ready", fact.stack.view());
        case FactName::secure_sessions: return fmt::format("secure sessions of {}", fact.stack.view());
        case FactName::listens:
            return fmt::format("listeners of {} on port {}", fact.stack.view(), fact.port);
        case FactName::logged_on: return fmt::format("sessions of {}", fact.user.view());
        case FactName::stack_up: return fmt::format("running stacks {}", fact.stack.view());
    }
    return {};
}

Seen look(const FactCheck& fact, World& world) {
    const auto value = value_of(fact, world);
    bool holds = true;
    if (fact.is) holds = holds && value == *fact.is;
    if (fact.at_least) holds = holds && value >= *fact.at_least;
    if (fact.at_most) holds = holds && value <= *fact.at_most;
    if (!fact.is && !fact.at_least && !fact.at_most) holds = value >= 1;
    return {holds, fmt::format("{}: {}", text_of(fact), value)};
}

// ── probes ────────────────────────────────────────────────────────────────────────────────────────────────

Conversation conversation_of(const FtpProbe& ftp, const Endpoint& server) {
    FtpVisit visit;
    visit.server = server;
    visit.tls = ftp.tls;
    visit.private_data = ftp.private_data;
    visit.extended = ftp.extended;
    visit.user = ftp.user;
    visit.password = ftp.password;
    visit.directory = ftp.directory;
    for (const auto& step : ftp.steps) {
        constexpr FtpJob::Kind kKinds[] = {FtpJob::Kind::list, FtpJob::Kind::get, FtpJob::Kind::put,
                                           FtpJob::Kind::remove};
        const bool put = step.kind == FtpStep::Kind::put;
        visit.jobs.push_back(
            {kKinds[std::size_t(step.kind)], step.name, put ? sample_text(step.bytes) : std::string()});
    }
    return ftp_conversation(visit);
}

Conversation conversation_of(const ProbeCheck& probe, const Endpoint& server) {
    Conversation c =
        std::visit(overloaded{
                       [&](const FtpProbe& ftp) { return conversation_of(ftp, server); },
                       [&](const SmtpProbe& smtp) {
                           return smtp_conversation({server, smtp.tls, smtp.from, smtp.to, smtp.text});
                       },
                       [&](const TelnetProbe&) { return telnet_conversation(server); },
                       [&](const TlsProbe& tls) {
                           Conversation talk = tls_conversation(server);
                           if (!tls.send.empty())
                               for (auto& step :
                                    std::vector<ClientStep>{SendLine{tls.send}, SendLine{""}, ExpectClose{}})
                                   talk.steps.push_back(std::move(step));
                           return talk;
                       },
                       [&](const TcpProbe&) {
                           Conversation tcp;
                           tcp.steps = {OpenConnection{server}};
                           return tcp;
                       },
                       [&](const PingProbe&) {
                           Conversation ping;
                           ping.steps = {SendEcho{server.address}};
                           return ping;
                       },
                   },
                   probe.what);
    c.host = probe.host;
    c.certificate = probe.certificate;
    c.patience = kClientPatience;
    return c;
}

/// A file that was put and got again must be the same.
std::string damage(const FtpProbe& ftp, const ConversationResult& result) {
    std::size_t n = 0;
    for (const auto& got : ftp.steps) {
        if (got.kind == FtpStep::Kind::remove) continue;
        const std::size_t mine = n++;
        if (got.kind != FtpStep::Kind::get) continue;
        std::size_t other = 0;
        for (const auto& put : ftp.steps) {
            if (put.kind == FtpStep::Kind::remove) continue;
            const std::size_t theirs = other++;
            if (theirs >= mine || mine >= result.transfers.size()) break;
            if (put.kind == FtpStep::Kind::put && put.name == got.name &&
                result.transfers[theirs].sha256 != result.transfers[mine].sha256)
                return fmt::format("{} did not come back as it was sent", got.name);
        }
    }
    return {};
}

Seen judge(const ProbeCheck& probe, const ConversationResult& result) {
    if (!probe.says.empty()) {
        const bool said = result.heard(probe.says);
        return {said, said ? fmt::format("the server said '{}'", probe.says)
                           : fmt::format("the server did not say '{}'{}", probe.says,
                                         result.why.empty() ? "" : "; " + result.why)};
    }
    if (const auto* tcp = std::get_if<TcpProbe>(&probe.what))
        return {result.succeeded == tcp->open, result.succeeded ? "the port answers" : result.why};
    if (!result.succeeded) return {false, result.why};
    if (const auto* ftp = std::get_if<FtpProbe>(&probe.what))
        if (auto broken = damage(*ftp, result); !broken.empty()) return {false, broken};
    return {true, result.cipher.empty()
                      ? "the client is served"
                      : fmt::format("the client is served over {} {}", result.protocol, result.cipher)};
}

}  // namespace

// ── one attempt ───────────────────────────────────────────────────────────────────────────────────────────

/// Asks once: the tree of a check, its clients and commands under way.
class CheckRun::Attempt {
public:
    explicit Attempt(const Check& check) : check_(check) {}

    bool advance(World& world) {
        if (!decided_)
            std::visit(overloaded{
                           [&](const ProbeCheck& probe) { advance_probe(probe, world); },
                           [&](const CommandCheck& command) { advance_command(command, world); },
                           [&](const GroupCheck& group) { advance_group(group, world); },
                           [&](const auto& simple) { decide(look(simple, world)); },
                       },
                       check_.what);
        return decided_;
    }
    void give_up(World& world) {
        if (talk_) world.workstation().forget(*talk_, world.system());
        talk_.reset();
        for (auto& child : children_) child->give_up(world);
    }
    CheckOutcome take() { return std::move(outcome_); }

private:
    void decide(Seen seen) {
        decided_ = true;
        outcome_.passed = seen.holds;
        outcome_.seen = std::move(seen.text);
    }

    void advance_probe(const ProbeCheck& probe, World& world) {
        Workstation& client = world.workstation();
        if (!talk_) {
            auto address = IpAddress::parse(probe.host);
            const auto hosts = world.etc_hosts("TCPMAINT");
            if (const auto* entry = hosts.find(probe.host)) address = *entry->address;
            if (!address) return decide({false, probe.host + " is not known: ETC HOSTS"});
            talk_ = client.start(conversation_of(probe, {*address, probe.port}), world.system());
            return;
        }
        const auto& result = client.result(*talk_);
        if (!result.ended) return;
        decide(judge(probe, result));
        outcome_.transcript = result.transcript;
        give_up(world);
    }

    void advance_command(const CommandCheck& command, World& world) {
        if (!console_) {
            console_ = std::make_unique<Interpreter>(command.as, world);
            (void)console_->start(world);
            until_ = world.now() + kCommandTime;
            console_->receive(command.line, world, lines_);
        } else if (const auto due = console_->next_deadline(); due && *due <= world.now()) {
            console_->tick(world, lines_);
        }
        if (console_->busy() && world.now() < until_) return;
        std::string text;
        for (const auto& line : lines_) {
            text += line.text + "\n";
            outcome_.transcript.push_back(line.text);
        }
        const std::string shown = squeezed(text);
        const int rc = console_->last_rc();
        if (console_->busy()) return decide({false, command.line + " did not end"});
        if (command.rc && rc != *command.rc)
            return decide({false, fmt::format("{} ended with return code {}", command.line, rc)});
        for (const auto& [wanted, present] : {std::pair{&command.has, true}, {&command.lacks, false}})
            if (!wanted->empty() && (shown.find(squeezed(*wanted)) != shown.npos) != present)
                return decide({false, fmt::format("{} {} '{}'", command.line,
                                                  present ? "does not show" : "shows", *wanted)});
        decide({true, command.line + " shows what it should"});
    }

    void advance_group(const GroupCheck& group, World& world) {
        if (children_.empty())
            for (const auto& check : group.of) children_.push_back(std::make_unique<Attempt>(check));
        while (at_ < children_.size()) {
            Attempt& child = *children_[at_];
            if (!child.advance(world)) return;
            const bool stops = child.outcome_.passed != (group.kind == GroupCheck::Kind::all);
            if (stops) {
                auto said = child.take();
                outcome_.transcript = std::move(said.transcript);
                return decide({group.kind == GroupCheck::Kind::any, std::move(said.seen)});
            }
            ++at_;
        }
        std::string seen;
        for (auto& child : children_) seen += (seen.empty() ? "" : "; ") + child->outcome_.seen;
        decide({group.kind != GroupCheck::Kind::any, std::move(seen)});
    }

    const Check& check_;
    std::vector<std::unique_ptr<Attempt>> children_{};
    std::size_t at_ = 0;
    std::optional<std::uint32_t> talk_{};
    std::unique_ptr<Interpreter> console_{};
    std::vector<ConsoleLine> lines_{};
    Instant until_{};
    bool decided_ = false;
    CheckOutcome outcome_{};
};

// ── the run ───────────────────────────────────────────────────────────────────────────────────────────────

CheckRun::CheckRun(const Check& check, Duration at_most)
    : check_(&check), wait_(std::min(check.wait, at_most)) {}
CheckRun::~CheckRun() = default;
CheckRun::CheckRun(CheckRun&&) noexcept = default;

bool CheckRun::advance(World& world) {
    const Instant now = world.now();
    if (!until_) until_ = now + wait_;
    if (!attempt_ && now >= again_at_) attempt_ = std::make_unique<Attempt>(*check_);
    if (attempt_ && attempt_->advance(world)) {
        outcome_ = attempt_->take();
        attempt_.reset();
        if (outcome_.passed || now >= *until_) return true;
        again_at_ = now + kRetry;
    }
    wake_soon(world, woken_at_);
    return false;
}

void CheckRun::give_up(World& world) {
    if (attempt_) attempt_->give_up(world);
    attempt_.reset();
}

void wake_soon(World& world, Instant& woken_at) {
    if (world.now() < woken_at) return;
    woken_at = world.now() + kStep;
    world.system().post(world.workstation().index(), DeadlinePassed{}, kStep);
}

bool run_world(World& world, Duration limit, const std::function<bool()>& done) {
    const Instant end = world.now() + limit;
    while (!done()) {
        if (world.now() >= end) return false;
        world.system().run_until(std::min(end, world.now() + kStep));
    }
    return true;
}

CheckOutcome decide_check(const Check& check, World& world, Duration at_most) {
    CheckRun run(check, at_most);
    // The longest script of a client that is never answered ends by its own patience.
    if (!run_world(world, check.wait + minutes{10}, [&] { return run.advance(world); })) {
        run.give_up(world);
        return {false, "the check did not come to an end", {}};
    }
    return run.outcome();
}

std::string name_of(const Check& check) { return check.title.empty() ? check.id : check.title; }

std::string squeezed(std::string_view text) {
    std::string out;
    bool blank = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = true;
            continue;
        }
        if (blank && !out.empty()) out += ' ';
        blank = false;
        out += c;
    }
    return out;
}

}  // namespace vmlab::sim
