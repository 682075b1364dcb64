// One command: a row of the command table, and the call that its function gets.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/commands/operations.hpp"
#include "simulator/commands/running_command.hpp"
#include "simulator/commands/session.hpp"

namespace vmlab::sim {

/// The words after the command. With CMS commands "(" begins the options and ")" ends them.
class Arguments {
public:
    enum class Syntax { cp, cms };
    Arguments(std::string_view text, Syntax syntax);

    std::size_t size() const { return words_.size(); }
    /// As typed; empty beyond the last.
    std::string_view word(std::size_t i) const { return i < words_.size() ? words_[i] : std::string_view(); }
    std::string upper_word(std::size_t i) const { return upper(word(i)); }
    /// Everything from word i on as typed, without leading and trailing blanks.
    std::string_view rest(std::size_t i) const;
    const std::vector<std::string_view>& options() const { return options_; }
    /// Word i abbreviates `full`.
    bool is(std::size_t i, std::string_view full) const { return abbreviates(word(i), full); }
    /// The first n words forgotten.
    Arguments after(std::size_t n) const;

private:
    Arguments() = default;

    std::string_view text_;
    std::vector<std::string_view> words_, options_;
};

/// What a command came to: a return code, or a command that goes on.
struct Outcome {
    Outcome(int return_code = 0) : rc(return_code) {}  // NOLINT: a return code is an outcome
    Outcome(std::unique_ptr<RunningCommand> command)   // NOLINT: so is a command that goes on
        : running(std::move(command)) {}

    int rc = 0;
    std::unique_ptr<RunningCommand> running{};
};

/// What a command asks of its console beside printing.
enum class ConsoleRequest { none, log_off, disconnect, enter_cp, begin };

struct Call {
    Session& session;
    Operations& world;
    Arguments args;
    std::vector<ConsoleLine>& out;
    std::string_view name{};  ///< of the command, as the table has it
    ConsoleRequest request = ConsoleRequest::none;

    void line(std::string text) { out.push_back({std::move(text), false}); }
    void lines(std::vector<std::string> texts) {
        for (auto& text : texts) line(std::move(text));
    }
    /// Says a message and gives `rc`: return call.fail(28, say<…>(…)).
    int fail(int rc, const Said& why) {
        line(why.text);
        if (!why.rests_on.empty()) world.note_message(session.userid, why);
        return rc;
    }
};

enum class Environment { cp, cms };

struct Command {
    std::string_view name;  ///< capitals = the shortest abbreviation: "Query"
    Environment environment;
    std::string_view classes;  ///< any of these privilege classes; empty = everybody
    Outcome (*run)(Call& call);
    std::string_view syntax;   ///< after the name, as HELP shows it
    std::string_view summary;  ///< one line
    std::string_view detail;   ///< further lines, may be empty
};

/// Whether a session with these classes may use the command.
[[nodiscard]] inline bool permits(std::string_view needed, std::string_view held) {
    return needed.empty() || held.find_first_of(needed) != std::string_view::npos;
}

/// All commands, CMS before CP, in the order of the search.
[[nodiscard]] std::span<const Command> all_commands();
/// The first command of that environment that the word abbreviates; nullptr when none.
[[nodiscard]] const Command* find_command(Environment environment, std::string_view word);

}  // namespace vmlab::sim
