#include "simulator/commands/interpreter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kMaxTypedAhead = 100;
constexpr std::size_t kMaxLine = 4096;  ///< what CP takes of one line; the rest is cut off
constexpr int kUnknownCommand = -3;

/// Cuts at the logical line end "#"; "#" behind the escape character '"' stays, without it.
std::vector<std::string> logical_lines(std::string_view typed) {
    std::vector<std::string> lines(1);
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (typed[i] == '"' && i + 1 < typed.size() && typed[i + 1] == '#') {
            lines.back() += typed[++i];
        } else if (typed[i] == '#') {
            lines.emplace_back();
        } else {
            lines.back() += typed[i];
        }
    }
    return lines;
}

/// A console has printable characters; anything else is shown as a blank.
std::string printable_line(std::string_view typed) {
    std::string line(trimmed(typed.substr(0, kMaxLine)));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    return line;
}

std::string ready_line(const Session& session, int rc, const Operations& world) {
    const std::string code = rc == 0 ? "" : fmt::format("({:05})", rc);
    if (!session.long_ready) return "Ready" + code + ';';
    return fmt::format("Ready{}; T=0.01/0.01 {}", code, hh_mm_ss(world.now(), world.zone().offset));
}

/// The disks that CMS and a user's profile access: 191 as A, then those of TCP/IP by their usual letters.
void access_usual_disks(Session& session, Operations& world, std::vector<ConsoleLine>& out) {
    struct Usual {
        std::string_view vdev, mode;
        bool quiet;
    };
    constexpr Usual kUsual[] = {{"0190", "S", true},  {"019E", "Y/S", true}, {"0191", "A", false},
                                {"0198", "D", false}, {"0591", "E", false},  {"0592", "F", false}};
    auto& storage = world.storage();
    for (const auto& usual : kUsual) {
        if (usual.vdev != "0191" && session.disks.linked(usual.vdev) == nullptr) continue;
        const auto outcome = session.disks.access(usual.vdev, usual.mode, storage.disks, storage.pools);
        if (usual.quiet) continue;
        for (const auto& said : outcome.messages) out.push_back({said.text});
    }
}

}  // namespace

Interpreter::Interpreter(const Userid& user, Operations& world) {
    session_.userid = user;
    session_.logged_on = world.now();
    session_.posix = world.directory().posix_of(user);
    std::vector<Said> refused;
    session_.disks = world.directory().devices_of(user, world.storage().disks, refused);
    for (const Said& said : refused) {
        refused_links_.push_back({said.text});
        world.note_message(user, said);
    }
    if (const auto* entry = world.directory().find(user)) session_.classes = entry->classes;
    if (const auto* running = world.sessions().find(user)) session_.logged_on = running->logged_on;
}

Interpreter::~Interpreter() = default;
Interpreter::Interpreter(Interpreter&&) noexcept = default;

std::vector<ConsoleLine> Interpreter::start(Operations& world) {
    std::vector<ConsoleLine> out = std::move(refused_links_);
    access_usual_disks(session_, world, out);
    out.push_back({ready_line(session_, 0, world)});
    return out;
}

ConsoleState Interpreter::state() const {
    return in_cp_ && !running_ ? ConsoleState::cp_read : ConsoleState::running;
}

std::optional<Instant> Interpreter::next_deadline() const {
    return running_ ? std::optional(running_->next_deadline()) : std::nullopt;
}

// ── lines in ──────────────────────────────────────────────────────────────────────────────────────────────

void Interpreter::receive(std::string_view typed, Operations& world, std::vector<ConsoleLine>& out) {
    const std::string line = printable_line(typed);
    disconnected_ = false;
    if (line.size() >= 3 && iequals(line.substr(0, 3), "#CP") && (line.size() == 3 || line[3] == ' ')) {
        // #CP goes to CP at once, whatever runs; alone it enters CP mode.
        const auto command = trimmed(std::string_view(line).substr(3));
        if (command.empty()) attention(world, out);
        else run_command(command, false, world, out);
        return;
    }
    for (auto& part : logical_lines(line))
        if (typed_ahead_.size() < kMaxTypedAhead) typed_ahead_.push_back(std::move(part));
    go_on(world, out);
}

void Interpreter::go_on(Operations& world, std::vector<ConsoleLine>& out) {
    while (!running_ && !logged_off_ && !disconnected_ && !typed_ahead_.empty()) {
        const std::string line = std::move(typed_ahead_.front());
        typed_ahead_.erase(typed_ahead_.begin());
        run(trimmed(line), world, out);
    }
}

void Interpreter::run(std::string_view line, Operations& world, std::vector<ConsoleLine>& out) {
    if (line.empty()) {
        if (in_cp_) out.push_back({"CP"});
        return;
    }
    run_command(line, !in_cp_, world, out);
}

void Interpreter::run_command(std::string_view line, bool in_cms, Operations& world,
                              std::vector<ConsoleLine>& out) {
    const auto word = line.substr(0, std::min(line.find_first_of(" \t("), line.size()));
    auto rest = line.substr(word.size());
    const Command* command = in_cms ? find_command(Environment::cms, word) : nullptr;
    auto syntax = Arguments::Syntax::cms;
    if (command == nullptr && (!in_cms || session_.impcp)) {
        syntax = Arguments::Syntax::cp;
        command = find_command(Environment::cp, word);
        if (command != nullptr && !permits(command->classes, session_.classes)) command = nullptr;
    }
    ++session_.commands;
    if (command == nullptr) {
        out.push_back({in_cms ? std::string("Unknown CP/CMS command") : say<HCPCMD001E>(upper(word)).text});
        return finish(in_cms ? kUnknownCommand : 1, in_cms, world, out);
    }
    Call call{session_, world, Arguments(rest, syntax), out, command->name};
    Outcome outcome = command->run(call);
    switch (call.request) {
        case ConsoleRequest::none: break;
        case ConsoleRequest::log_off: logged_off_ = true; return;
        case ConsoleRequest::disconnect: disconnected_ = true; return;
        case ConsoleRequest::enter_cp:
            in_cp_ = true;
            out.push_back({"CP"});
            return;
        case ConsoleRequest::begin: in_cp_ = false; return;
    }
    if (outcome.running == nullptr || running_ != nullptr) return finish(outcome.rc, in_cms, world, out);
    running_ = std::move(outcome.running);
    running_in_cms_ = in_cms;
    end_if_over(world, out);
}

void Interpreter::finish(int rc, bool in_cms, Operations& world, std::vector<ConsoleLine>& out) {
    last_rc_ = rc;
    if (in_cms && !in_program_) out.push_back({ready_line(session_, rc, world)});
}

int Interpreter::run_in_program(std::string_view line, Operations& world, std::vector<ConsoleLine>& out) {
    in_program_ = true;
    run_command(printable_line(line), true, world, out);
    if (running_) {
        out.push_back({say<DMSCMD902I>(upper(line.substr(0, line.find(' ')))).text});
        attention(world, out);
    }
    in_program_ = false;
    return last_rc_;
}

LogonAnswer run_at_logon(const Userid& user, std::string_view line, Operations& world) {
    Session session;
    session.userid = user;
    session.classes = "ABCDEFG";
    session.logged_on = world.now();
    LogonAnswer answer;
    line = trimmed(line);
    if (line.size() > 3 && iequals(line.substr(0, 3), "CP ")) line = trimmed(line.substr(3));
    const auto word = line.substr(0, std::min(line.find(' '), line.size()));
    const Command* command = find_command(Environment::cp, word);
    if (command == nullptr) return {1, {{say<HCPCMD001E>(upper(word)).text}}};
    Call call{session, world, Arguments(line.substr(word.size()), Arguments::Syntax::cp), answer.lines,
              command->name};
    const Outcome outcome = command->run(call);
    if (outcome.running) outcome.running->give_up(world);
    answer.rc = outcome.rc;
    return answer;
}

// ── what a waiting command hears ──────────────────────────────────────────────────────────────────────────

void Interpreter::end_if_over(Operations& world, std::vector<ConsoleLine>& out) {
    const auto rc = running_->ended();
    if (!rc) return;
    running_.reset();
    finish(*rc, running_in_cms_, world, out);
}

void Interpreter::receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) {
    if (!running_) return;
    running_->receive(notice, world, out);
    end_if_over(world, out);
    go_on(world, out);
}

void Interpreter::receive(const AdminAnswered& answer, Operations& world, std::vector<ConsoleLine>& out) {
    if (!running_) return;
    running_->receive(answer, world, out);
    end_if_over(world, out);
    go_on(world, out);
}

void Interpreter::tick(Operations& world, std::vector<ConsoleLine>& out) {
    if (!running_ || world.now() < running_->next_deadline()) return;
    running_->tick(world, out);
    end_if_over(world, out);
    go_on(world, out);
}

void Interpreter::attention(Operations& world, std::vector<ConsoleLine>& out) {
    constexpr int kHalted = 8;
    typed_ahead_.clear();
    if (running_) {
        running_->give_up(world);
        running_.reset();
        return finish(kHalted, running_in_cms_, world, out);
    }
    in_cp_ = true;
    out.push_back({"CP"});
}

// ── completion ────────────────────────────────────────────────────────────────────────────────────────────

std::vector<std::string> Interpreter::complete(std::string_view line, Operations& world) const {
    const auto blank = line.find_last_of(' ');
    const std::string begun = upper(line.substr(blank == std::string_view::npos ? 0 : blank + 1));
    std::vector<std::string> words;
    const auto offer = [&](std::string word) {
        word = upper(word);
        if (word.size() > begun.size() && word.starts_with(begun)) words.push_back(std::move(word));
    };
    if (trimmed(line.substr(0, blank == std::string_view::npos ? 0 : blank)).empty()) {
        for (const auto& command : all_commands())
            if (permits(command.classes, session_.classes)) offer(std::string(command.name));
    } else {
        const auto first = line.substr(0, line.find(' '));
        for (const auto environment : {Environment::cms, Environment::cp}) {
            const auto* command = find_command(environment, first);
            if (command == nullptr) continue;
            Arguments operands(command->syntax, Arguments::Syntax::cp);
            for (std::size_t i = 0; i < operands.size(); ++i)
                for (auto word = operands.word(i); !word.empty();) {
                    const auto bar = std::min(word.find('|'), word.size());
                    const auto part = word.substr(0, bar);
                    if (!part.empty() && part[0] >= 'A' && part[0] <= 'Z') offer(std::string(part));
                    word.remove_prefix(std::min(bar + 1, word.size()));
                }
        }
        for (const auto& [user, entry] : world.directory().all()) offer(user.str());
        auto& storage = world.storage();
        for (const auto& [mode, disk] : session_.disks.all()) {
            if (mode == 'S' || mode == 'Y') continue;
            const auto* files = AccessedDisks::files_of(disk, storage.disks, storage.pools);
            if (files == nullptr) continue;
            for (const auto& [key, file] : files->all()) {
                offer(key.name.str());
                offer(key.type.str());
            }
        }
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

}  // namespace vmlab::sim
