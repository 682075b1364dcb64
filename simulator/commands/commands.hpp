// The functions of the command table, one file per command, named as typed.
#pragma once

#include "simulator/commands/command.hpp"

namespace vmlab::sim {

// CP
Outcome run_begin(Call& call);
Outcome run_close(Call& call);
Outcome run_console(Call& call);
Outcome run_couple(Call& call);
Outcome run_define(Call& call);
Outcome run_detach(Call& call);
Outcome run_disconnect(Call& call);
Outcome run_force(Call& call);
Outcome run_signal(Call& call);
Outcome run_send(Call& call);
Outcome run_link(Call& call);
Outcome run_logoff(Call& call);
Outcome run_message(Call& call);
Outcome run_purge(Call& call);
Outcome run_query_cp(Call& call);
Outcome run_set_cp(Call& call);
Outcome run_smsg(Call& call);
Outcome run_uncouple(Call& call);
Outcome run_warning(Call& call);
Outcome run_xautolog(Call& call);
Outcome run_not_simulated_cp(Call& call);

// CMS
Outcome run_access(Call& call);
Outcome run_change(Call& call);
Outcome run_copyfile(Call& call);
Outcome run_cp(Call& call);
Outcome run_edit(Call& call);
Outcome run_erase(Call& call);
Outcome run_explain(Call& call);
Outcome run_help(Call& call);
Outcome run_hometest(Call& call);
Outcome run_identify(Call& call);
Outcome run_ipwizard(Call& call);
Outcome run_ifconfig(Call& call);
Outcome run_listfile(Call& call);
Outcome run_netstat(Call& call);
Outcome run_nslookup(Call& call);
Outcome run_obeyfile(Call& call);
Outcome run_openvm(Call& call);
Outcome run_peek(Call& call);
Outcome run_ping(Call& call);
Outcome run_query_cms(Call& call);
Outcome run_rdrlist(Call& call);
Outcome run_receive(Call& call);
Outcome run_release(Call& call);
Outcome run_rename(Call& call);
Outcome run_set_cms(Call& call);
Outcome run_ssladmin(Call& call);
Outcome run_sslpool(Call& call);
Outcome run_rac(Call& call);
Outcome run_state(Call& call);
Outcome run_tracerte(Call& call);
Outcome run_type(Call& call);
Outcome run_why(Call& call);
Outcome run_wire(Call& call);
Outcome run_not_simulated_cms(Call& call);

/// QUERY of CP, for the words that CMS does not know either.
Outcome query_cp(Call& call);

struct LogonAnswer {
    int rc = 0;
    std::vector<ConsoleLine> lines{};
};
/// COMMAND of a directory entry: CP does this for the user at logon, with all privilege classes.
[[nodiscard]] LogonAnswer run_at_logon(const Userid& user, std::string_view line, Operations& world);

/// The stack a command talks to: "TCP userid" among the options, else the default one.
[[nodiscard]] Userid chosen_stack(const Call& call);
/// True when the user is in the stack's OBEY list.
[[nodiscard]] bool may_obey(const Userid& user, const stack::ServerSnapshot& stack);

}  // namespace vmlab::sim
