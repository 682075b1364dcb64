// The same run twice is the same run: journal, consoles and captures, byte for byte.
#include <doctest/doctest.h>

#include "tests/world/baseline_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct Trace {
    std::string journal, consoles, capture;
    bool succeeded = false;
    friend bool operator==(const Trace&, const Trace&) = default;
};

/// A bad network, a transfer over TLS, and everything that was written down.
Trace traced_run(std::uint64_t seed) {
    Capture capture;
    auto options = baseline_options(seed);
    options.capture = &capture;
    Outside outside;
    World world(options, outside);
    world.system().journal().keep_lines(true);
    auto& rules = world.network().impairments(0);
    rules.loss = rules.duplicate = rules.reorder = 10'000;
    world.ipl();
    world.system().run_until(options.start + seconds{40}, [&] { return world.settled("TCPIP"); });
    const auto number =
        world.workstation().start(ftp_conversation(std::string(200'000, 'v')), world.system());
    world.system().run_until(options.start + hours{1},
                             [&] { return world.workstation().result(number).ended; });
    Trace trace;
    trace.succeeded = world.workstation().result(number).succeeded;
    INFO(world.workstation().result(number).why);
    CHECK(trace.succeeded);
    trace.journal = world.system().journal().take_lines();
    trace.capture = capture.take();
    for (const auto& machine : world.system().machines())
        for (const auto& line : world.system().console_of(machine->name())) trace.consoles += line + "\n";
    return trace;
}

}  // namespace

TEST_CASE("20 seeds on a bad network: every transfer intact, and each seed twice gives the same bytes") {
    std::string last;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Trace first = traced_run(seed), second = traced_run(seed);
        CHECK(first == second);
        CHECK(first.journal != last);  // another seed is another run
        last = first.journal;
    }
}
