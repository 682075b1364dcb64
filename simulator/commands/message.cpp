// MESSAGE (MSG), WARNING, SMSG: words from one user to another, or to a server's program.
#include "simulator/commands/commands.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

Outcome send_message(Call& call, bool warning) {
    const auto text = call.args.rest(1);
    auto to = Name8::parse(call.args.word(0));
    if (!to || text.empty()) return call.fail(26, say<HCPMFS026E>());
    if (*to == Userid("*")) to = call.session.userid;
    const bool everybody = warning && *to == Userid("ALL");
    if (everybody) {
        for (const auto& session : call.world.sessions().all())
            if (session.how != CpSession::How::disconnected)
                call.world.msg(call.session.userid, session.userid, std::string(text), true);
        return 0;
    }
    const auto* session = call.world.sessions().find(*to);
    if (session == nullptr) return call.fail(45, say<HCPMFS045E>(*to));
    if (session->how == CpSession::How::disconnected) return call.fail(57, say<HCPMFS057I>(*to));
    call.world.msg(call.session.userid, *to, std::string(text), warning);
    return 0;
}

}  // namespace

Outcome run_message(Call& call) { return send_message(call, false); }
Outcome run_warning(Call& call) { return send_message(call, true); }

Outcome run_smsg(Call& call) {
    const auto to = Name8::parse(call.args.word(0));
    const auto text = call.args.rest(1);
    if (!to || text.empty()) return call.fail(26, say<HCPMFS026E>());
    if (call.world.sessions().find(*to) == nullptr) return call.fail(45, say<HCPMFS045E>(*to));
    call.world.smsg(call.session.userid, *to, std::string(text));
    return 0;
}

}  // namespace vmlab::sim
