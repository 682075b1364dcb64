// RAC: a command for RACF, and what it answers.
#include "simulator/commands/commands.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {

Outcome run_rac(Call& call) {
    Racf* racf = call.world.racf();
    if (racf == nullptr) return call.fail(8, say<RPIRAC902E>());
    auto reply = racf->execute(call.args.rest(0), call.session.userid);
    call.lines(std::move(reply.lines));
    return reply.rc;
}

}  // namespace vmlab::sim
