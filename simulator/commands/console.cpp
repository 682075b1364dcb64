// CONSOLE: what a machine printed, wherever its console is spooled (an extension of the lab). CLOSE CONSOLE:
// one's own console into one's reader.
#include <charconv>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {

Outcome run_console(Call& call) {
    const auto user =
        call.args.size() == 0 ? std::optional(call.session.userid) : Name8::parse(call.args.word(0));
    const auto* lines = user ? call.world.console_of(*user) : nullptr;
    if (lines == nullptr) return call.fail(45, say<HCPCON901E>(upper(call.args.word(0))));
    std::size_t wanted = lines->size();
    const auto count = call.args.word(1);
    if (!count.empty()) {
        const auto read = std::from_chars(count.data(), count.data() + count.size(), wanted);
        if (read.ec != std::errc() || read.ptr != count.data() + count.size())
            return call.fail(3, say<HCPCQV003E>(upper(count)));
    }
    for (std::size_t i = lines->size() - std::min(wanted, lines->size()); i < lines->size(); ++i)
        call.line((*lines)[i]);
    return 0;
}

Outcome run_close(Call& call) {
    if (!call.args.is(0, "CONsole")) return call.fail(3, say<HCPCQV003E>(call.args.upper_word(0)));
    (void)call.world.close_console(call.session.userid, call.session.userid);
    return 0;  // the reader's owner is told of the file's arrival
}

}  // namespace vmlab::sim
