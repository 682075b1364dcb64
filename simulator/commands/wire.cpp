// WIRE: the virtual wires, and what happens on them.
#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {

Outcome run_wire(Call& call) {
    const std::string name = call.args.upper_word(0);
    if (call.args.size() < 2) {
        auto lines = call.world.wires(name);
        if (lines.empty()) return call.fail(24, say<DTCNET960E>("there is no wire " + name));
        call.lines(std::move(lines));
        return 0;
    }
    std::vector<std::string> words;
    for (std::size_t i = 1; i < call.args.size(); ++i) words.emplace_back(call.args.word(i));
    if (const auto wrong = call.world.change_wire(call.session.userid, name, words))
        return call.fail(24, say<DTCNET960E>(*wrong));
    call.line(say<DTCNET961I>(name).text);
    return 0;
}

}  // namespace vmlab::sim
