// How many systems a proof brings up in a second, and how long it takes over a difference of forty lines.
#include <benchmark/benchmark.h>

#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/forty_lines.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// A run of forty changed lines, asked for port 21.
struct Asked {
    explicit Asked(unsigned faults) : files(forty_lines_from(healthy().files, faults)) {
        WorldOptions bad = healthy();
        bad.files = files;
        Outside nobody;
        World world(bad, nobody);
        bring_up_and_visit(world, healthy());
        journal = world.journal().kept();
        answer = answer_why(question, journal, "TCPIP");
    }

    WhyQuestion question = *read_why("PORT 21");
    ConfigurationFiles files;
    std::vector<JournalEntry> journal{};
    WhyAnswer answer{};
};

/// `faults` = 1: why names the line, and the proof tries it first. 2: neither cures alone, so that the lines
/// must be searched.
void prove_forty_lines(benchmark::State& state) {
    const Asked asked(unsigned(state.range(0)));
    unsigned runs = 0;
    for (auto _ : state) {
        const auto cure = prove_why(asked.question, asked.answer, healthy(),
                                    {asked.journal, asked.files, healthy().start, "TCPIP"});
        if (cure.undo.size() != unsigned(state.range(0))) state.SkipWithError("not the minimal set");
        runs += cure.runs;
    }
    state.counters["runs"] = benchmark::Counter(runs, benchmark::Counter::kAvgIterations);
    state.counters["runs/s"] = benchmark::Counter(runs, benchmark::Counter::kIsRate);
}

/// One system: made, brought up, and visited by a client for every port when `visited`.
void one_run(benchmark::State& state) {
    const bool visited = state.range(0) != 0;
    Symptom symptom;
    symptom.machine = "TCPIP";
    symptom.kind = visited ? Symptom::Kind::record : Symptom::Kind::no_port;
    symptom.port = 21;
    const Reproduction again(healthy(), symptom, Visitors::brief);
    for (auto _ : state)
        if (again.shows({healthy().files, {}})) state.SkipWithError("the healthy system shows a symptom");
    state.counters["runs/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK(prove_forty_lines)->ArgName("faults")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(one_run)->ArgName("visited")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_MAIN();
