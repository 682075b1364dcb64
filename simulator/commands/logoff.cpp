// LOGOFF, DISCONNECT, CP, BEGIN, and commands that are not simulated.
#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {

// The times of the session are the command's; "LOGOFF AT" and "DISCONNECT AT" are said when it has happened.

Outcome run_logoff(Call& call) {
    call.line(report_connect_time(call.session.logged_on, call.session.commands, call.world.now()));
    call.request = ConsoleRequest::log_off;
    return 0;
}

Outcome run_disconnect(Call& call) {
    call.request = ConsoleRequest::disconnect;
    return 0;
}

Outcome run_begin(Call& call) {
    call.request = ConsoleRequest::begin;
    return 0;
}

Outcome run_cp(Call& call) {
    const auto word = call.args.word(0);
    if (word.empty()) {
        call.request = ConsoleRequest::enter_cp;
        return 0;
    }
    const auto* command = find_command(Environment::cp, word);
    if (command == nullptr || !permits(command->classes, call.session.classes))
        return call.fail(1, say<HCPCMD001E>(upper(word)));
    Call inner{call.session, call.world, Arguments(call.args.rest(1), Arguments::Syntax::cp), call.out,
               command->name};
    auto outcome = command->run(inner);
    call.request = inner.request;
    return outcome;
}

Outcome run_not_simulated_cp(Call& call) { return call.fail(901, say<DMSCMD901I>(upper(call.name))); }

Outcome run_not_simulated_cms(Call& call) { return call.fail(88, say<DMSCMD901I>(upper(call.name))); }

}  // namespace vmlab::sim
