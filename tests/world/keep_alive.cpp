// Keep-alives of the whole system: FTP control connections, and what NETSTAT says.
#include <doctest/doctest.h>

#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// A client that logs on to nothing, and is cut off from the world for an hour.
void visit_and_vanish(BaselineWorld& lab) {
    Conversation idle;
    idle.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 21}}, ExpectReply{"220"}, Pause{hours{2}}};
    (void)lab.world.workstation().start(idle, lab.system());
    lab.run(seconds{10});
    lab.world.network().partition(0, lab.world.now(), lab.world.now() + hours{1});
    lab.run(minutes{50});
}

std::string ended_by(BaselineWorld& lab) {
    for (const auto& entry : lab.system().journal().kept())
        if (entry.text.find("no answer to keep-alives") != std::string::npos && !entry.rests_on.empty())
            return entry.rests_on[0].str();
    return "not ended";
}

const Edit kPatient{"SRVRFTP.CONFIG", "INACTIVE          300", "INACTIVE 36000"};

}  // namespace

TEST_CASE("KEEPALIVEOPTIONS INTERVAL ends the control connection of a client that vanished") {
    BaselineWorld lab(changed({kPatient, {"198/PROFILE.TCPIP", "INTERVAL 120", "INTERVAL 10"}}));
    lab.world.log_on_at_prompt("TCPMAINT");
    lab.type("TCPMAINT", "netstat config keepalive");
    CHECK(lab.console("TCPMAINT").find("KEEPALIVE INTERVAL       10") != std::string::npos);
    visit_and_vanish(lab);
    CHECK(ended_by(lab).starts_with("PROFILE TCPIP D1:"));
}

TEST_CASE("FTPKEEPALIVE: the control connection has an interval of its own") {
    BaselineWorld stack_only(changed({kPatient}));
    visit_and_vanish(stack_only);
    CHECK(ended_by(stack_only) == "not ended");  // two hours

    BaselineWorld own(
        changed({{"SRVRFTP.CONFIG", "INACTIVE          300", "INACTIVE 36000\nFTPKEEPALIVE 300"}}));
    visit_and_vanish(own);
    CHECK(ended_by(own).starts_with("SRVRFTP CONFIG D1:"));
}
