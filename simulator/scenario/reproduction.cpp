#include "simulator/scenario/reproduction.hpp"

#include <algorithm>

#include "simulator/scenario/checks.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/runner.hpp"

namespace vmlab::sim {
namespace {

/// So long after its begin an attack that goes on has a name.
constexpr Duration kAttackShows = seconds{2};

/// Runs of digits count as one sign: connection numbers, ephemeral ports and times differ between runs.
std::string without_numbers(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        const char sign = c >= '0' && c <= '9' ? '#' : c;
        if (sign != '#' || plain.empty() || plain.back() != '#') plain.push_back(sign);
    }
    return plain;
}

bool alike(const JournalEntry& a, const JournalEntry& b) {
    return a.machine == b.machine && a.kind == b.kind && a.number() == b.number() &&
           without_numbers(a.text) == without_numbers(b.text);
}

bool listens(const World& world, const Userid& stack, std::uint16_t port) {
    const auto snapshot = world.stack(stack);
    if (!snapshot || !snapshot->up) return false;
    return std::any_of(snapshot->sockets.begin(), snapshot->sockets.end(), [&](const auto& socket) {
        return socket.connection.state == stack::TcpState::listen && socket.connection.local.port == port;
    });
}

void bring_up(World& world) {
    world.ipl();
    (void)run_world(world, kComingUp, [&] { return world.settled(world.main_stack()); });
}

Symptom symptom_of(const WhyQuestion& question, const WhyAnswer& answer, const Userid& stack) {
    Symptom symptom;
    symptom.machine = stack;
    symptom.entry = answer.chain.front();
    if (question.kind == WhyQuestion::Kind::port) {
        symptom.kind = Symptom::Kind::no_port;
        symptom.port = std::uint16_t(question.number);
    } else if (question.kind == WhyQuestion::Kind::machine) {
        symptom.kind = Symptom::Kind::no_machine;
        symptom.machine = Userid::parse(question.text).value_or(stack);
    }
    return symptom;
}

}  // namespace

Reproduction::Reproduction(WorldOptions good, Symptom symptom, Visitors visitors)
    : options_(std::move(good)), symptom_(std::move(symptom)) {
    if (symptom_.kind != Symptom::Kind::record) return;
    Outside nobody;
    World world(options_, nobody);
    bring_up(world);
    visitors_ = visitors_of(world, world.main_stack(), visitors);
}

bool Reproduction::shows(const RunInput& input) const {
    if (shows(input, false)) return true;
    // Those who came before the lines were typed may have brought about what the lines show.
    const bool order_matters = symptom_.kind == Symptom::Kind::record && !input.typed.empty();
    return order_matters && !visitors_.empty() && shows(input, true);
}

bool Reproduction::shows(const RunInput& input, bool visits_first) const {
    WorldOptions options = options_;
    options.files = input.files;
    for (const auto& circumstance : input.around)
        if (const auto* wire = std::get_if<WirePlan>(&circumstance.what)) options.wires.push_back(*wire);
        else options.attackers.push_back(std::get<AttackerPlan>(circumstance.what));
    Outside nobody;
    World world(options, nobody);
    bring_up(world);
    if (visits_first) (void)let_visit(world, visitors_);
    type_again(input.typed, input.files_are, options.start, world);
    world.system().run_until(std::max(world.now(), options.start + symptom_.after));
    if (symptom_.kind != Symptom::Kind::record) return seen_in(world);
    if (visits_first || seen_in(world)) return seen_in(world);
    (void)let_visit(world, visitors_);
    return seen_in(world);
}

bool Reproduction::seen_in(World& world) const {
    switch (symptom_.kind) {
        case Symptom::Kind::no_port: return !listens(world, symptom_.machine, symptom_.port);
        case Symptom::Kind::no_machine: return world.sessions().find(symptom_.machine) == nullptr;
        case Symptom::Kind::record: break;
    }
    const auto kept = world.system().journal().kept();
    return std::any_of(kept.begin(), kept.end(),
                       [&](const JournalEntry& entry) { return alike(entry, symptom_.entry); });
}

Cure prove_why(const WhyQuestion& question, const WhyAnswer& answer, const WorldOptions& good,
               const AskedRun& run) {
    if (answer.chain.empty()) return {.why_not = "there is no symptom"};
    Symptom symptom = symptom_of(question, answer, run.stack);
    // A port or a machine is asked for as it is now, anything else as it was then.
    const auto& last = symptom.kind == Symptom::Kind::record ? answer.chain.front() : run.journal.back();
    RunInput bad{run.files, typed_in(run.journal, run.began, last.id), FilesAre::of_the_end, run.around};
    symptom.after = std::max(last.at - run.began, Duration{});
    shorten_waits(bad.typed, symptom.after);
    Reproduction again(good, symptom, Visitors::brief);
    const auto shown = [&] {
        if (again.shows(bad)) return true;
        Reproduction patient(good, symptom, Visitors::patient);
        if (!patient.shows(bad)) return false;
        again = std::move(patient);
        return true;
    };
    // A file that was changed between two starts has had two texts: no run from the last one is like it.
    if (!shown() && !run.first_files.empty() && !bad.typed.empty()) {
        const RunInput of_the_end =
            std::exchange(bad, {run.first_files, bad.typed, FilesAre::of_the_start, run.around});
        if (!shown()) bad = of_the_end;
    }
    return find_cure(good.files, bad, answer.rests_on,
                     [&](const RunInput& input) { return again.shows(input); });
}

std::vector<std::uint32_t> bring_up_and_visit(World& world, const WorldOptions& good,
                                              const std::vector<TypedLine>& typed, Visitors visitors) {
    Outside nobody;
    World healthy(good, nobody);
    bring_up(healthy);
    bring_up(world);
    (void)type_lines(typed, world);
    auto visits = let_visit(world, visitors_of(healthy, healthy.main_stack(), visitors));
    for (const auto& attacker : world.attackers())
        for (const auto& attack : attacker.attacks)
            world.system().run_until(std::max(world.now(), world.level().ipl + attack.at + kAttackShows));
    return visits;
}

}  // namespace vmlab::sim
