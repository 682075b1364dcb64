// XAUTOLOG, FORCE: sessions of other virtual machines begin and end.
#include "simulator/commands/commands.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

/// CP tells the system operator of every session that begins or ends; others see what they have asked for.
void show_to_issuer(Call& call, std::string line) {
    if (call.session.userid != Userid("OPERATOR")) call.line(std::move(line));
}

}  // namespace

Outcome run_xautolog(Call& call) {
    const auto user = Name8::parse(call.args.word(0));
    if (!user) return call.fail(26, say<HCPAUT026E>());
    if (call.world.directory().find(*user) == nullptr) return call.fail(53, say<HCPAUT053E>(*user));
    if (!permits("AB", call.session.classes) && !call.world.directory().may_start(call.session.userid, *user))
        return call.fail(59, say<HCPAUT059E>(*user));
    if (call.world.sessions().find(*user) != nullptr) return call.fail(54, say<HCPAUT054E>(*user));
    const auto users = call.world.sessions().all().size() + 1;
    call.line("Command accepted");
    call.world.xautolog(call.session.userid, *user, std::string(call.args.rest(1)));
    show_to_issuer(call, report_auto_logon(*user, users, {}));
    call.line(say<HCPCLS6056I>(*user).text);
    return 0;
}

Outcome run_force(Call& call) {
    const auto user = Name8::parse(call.args.word(0));
    if (!user) return call.fail(20, say<HCPFRC020E>());
    const auto* session = call.world.sessions().find(*user);
    if (session == nullptr) return call.fail(45, say<HCPFRC045E>(*user));
    const CpSession ended = *session;
    const auto left = call.world.sessions().all().size() - 1;
    call.world.force(call.session.userid, *user);
    show_to_issuer(call, report_user_logoff(ended, left, call.session.userid));
    return 0;
}

/// SIGNAL SHUTDOWN userid.
Outcome run_signal(Call& call) {
    if (!abbreviates(call.args.word(0), "SHUTDOWN"))
        return call.fail(3, say<HCPCQV003E>(upper(call.args.word(0))));
    const auto user = Name8::parse(call.args.word(1));
    if (!user) return call.fail(20, say<HCPFRC020E>());
    if (call.world.sessions().find(*user) == nullptr) return call.fail(45, say<HCPFRC045E>(*user));
    call.world.signal_shutdown(call.session.userid, *user);
    return 0;
}

/// SEND userid text; SEND CP userid command.
Outcome run_send(Call& call) {
    const bool to_cp = iequals(call.args.word(0), "CP");
    const auto user = Name8::parse(call.args.word(to_cp ? 1 : 0));
    if (!user) return call.fail(20, say<HCPFRC020E>());
    if (call.world.sessions().find(*user) == nullptr) return call.fail(45, say<HCPFRC045E>(*user));
    const auto text = std::string(call.args.rest(to_cp ? 2 : 1));
    call.world.type_at(*user, to_cp ? "#CP " + text : text);
    return 0;
}

}  // namespace vmlab::sim
