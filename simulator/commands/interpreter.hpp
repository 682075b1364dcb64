// The command interpreter of one console: what CP and CMS do with a line that is typed, at the local prompt
// as on a 3270 screen.
//
// In CMS a line's first word is looked for among CMS commands, then (IMPCP) among CP's; then it is an
// "Unknown CP/CMS command". In CP mode (after CP, or #CP before a line) only CP's. A CP command that the
// privilege classes do not include does not exist. CMS says Ready with the return code after every command;
// CP says nothing. A command that waits (PING, SSLADMIN STOP) leaves the console busy while the world goes
// on: receive(), tick() and next_deadline() drive it, as with every core.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/commands/operations.hpp"
#include "simulator/commands/session.hpp"
#include "simulator/system/event.hpp"
#include "stack/base/terminal_api.hpp"

namespace vmlab::sim {

class RunningCommand;

class Interpreter {
public:
    /// A session of `user` that has just logged on: its virtual devices, 191 as A, and the disks of TCP/IP.
    Interpreter(const Userid& user, Operations& world);
    ~Interpreter();
    Interpreter(Interpreter&&) noexcept;

    /// What CMS prints when it comes up (disks accessed read-only, Ready).
    std::vector<ConsoleLine> start(Operations& world);

    /// A line was typed. Lines typed while a command runs are kept (up to 100) and run after it; ENTER alone
    /// in CP mode is answered CP.
    void receive(std::string_view line, Operations& world, std::vector<ConsoleLine>& out);
    /// What a stack says to a command that asked it.
    void receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out);
    /// What an SSL server answers to SSLADMIN.
    void receive(const AdminAnswered& answer, Operations& world, std::vector<ConsoleLine>& out);
    void tick(Operations& world, std::vector<ConsoleLine>& out);
    std::optional<Instant> next_deadline() const;

    /// A command that a program in this machine issues: no Ready after it; one that would wait is given up,
    /// and says so. Returns its code.
    int run_in_program(std::string_view line, Operations& world, std::vector<ConsoleLine>& out);

    /// PA1, Ctrl-C: a running command is given up; without one, CP mode begins.
    void attention(Operations& world, std::vector<ConsoleLine>& out);

    bool busy() const { return running_ != nullptr; }
    bool in_cp() const { return in_cp_; }
    ConsoleState state() const;
    /// LOGOFF was typed: the session ends.
    bool logged_off() const { return logged_off_; }
    /// The last line that was typed was DISCONN: the terminal leaves, the session stays.
    bool disconnected() const { return disconnected_; }
    /// Return code of the command that ended last.
    int last_rc() const { return last_rc_; }
    const Session& session() const { return session_; }

    /// Words that may stand at the end of `line`: commands, then operands, userids, file names. For the
    /// prompt's completion.
    std::vector<std::string> complete(std::string_view line, Operations& world) const;

private:
    void run(std::string_view line, Operations& world, std::vector<ConsoleLine>& out);
    void run_command(std::string_view line, bool in_cms, Operations& world, std::vector<ConsoleLine>& out);
    void finish(int rc, bool in_cms, Operations& world, std::vector<ConsoleLine>& out);
    void end_if_over(Operations& world, std::vector<ConsoleLine>& out);
    void go_on(Operations& world, std::vector<ConsoleLine>& out);

    Session session_;
    std::unique_ptr<RunningCommand> running_;
    bool running_in_cms_ = false;
    std::vector<ConsoleLine> refused_links_;  ///< said before CMS comes up
    std::vector<std::string> typed_ahead_;
    bool in_program_ = false;
    bool in_cp_ = false;
    bool logged_off_ = false;
    bool disconnected_ = false;
    int last_rc_ = 0;
};

}  // namespace vmlab::sim
