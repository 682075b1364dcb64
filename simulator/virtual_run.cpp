#include "simulator/virtual_run.hpp"

#include <fmt/core.h>

#include <csignal>

#include "simulator/edge/work_directory.hpp"
#include "simulator/host_files.hpp"
#include "simulator/lab_commands.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/runner.hpp"
#include "simulator/why_command.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

namespace {

/// A file goes to FTPSERVE and comes back, both ways inside TLS.
Conversation transfer(const World& world) {
    FtpVisit visit;
    visit.server = {world.lan().home, 21};
    visit.tls = visit.private_data = true;
    visit.user = visit.password = "TCPMAINT";
    visit.jobs = {{FtpJob::Kind::put, "TRAFFIC.TEXT", sample_text(300'000)},
                  {FtpJob::Kind::get, "TRAFFIC.TEXT", {}}};
    return ftp_conversation(visit);
}

}  // namespace

bool read_configuration(const RunOptions& options, WorldOptions& setup, std::string& error) {
    if (options.given.paths.empty()) {
        auto files = read_folder(baseline_folder(), error);
        if (files) setup.files = std::move(*files);
        return files.has_value();
    }
    auto system = read_and_supply(options.given, error);
    if (!system) return false;
    say_supplied(*system);
    setup.files = std::move(system->files);
    setup.around = std::move(system->around);
    return true;
}

std::string report_consoles(const System& system) {
    std::string text;
    for (const auto& machine : system.machines()) {
        text += "=== " + machine->name().str() + "\n";
        for (const auto& line : system.console_of(machine->name())) text += line + "\n";
    }
    return text;
}

Instant virtual_start() { return instant_of({2019, 10, 9, 0, 16, 0, 0, 0}); }

int run_virtually(const RunOptions& options) {
    std::string error;
    WorldOptions setup;
    setup.start = virtual_start();
    setup.seed = seed_from_number(options.seed.value_or(1));
    setup.keys = cached_lab_keys();
    if (!read_configuration(options, setup, error)) {
        fmt::print(stderr, "vmlab: {}\n", error);
        return kInvalidInput;
    }
    std::vector<TypedLine> before;
    if (!options.lab.empty()) {
        std::vector<LabError> errors;
        const auto lab = find_lab(options.lab, labs_folder(), errors);
        if (lab) {
            setup = broken_options(*lab, std::move(setup), errors);
            before = lab->before;
        }
        fmt::print(stderr, "{}", report_errors(errors));
        if (!errors.empty()) return kInvalidInput;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a reader of the capture that goes away is an error of its write
    GrowingFile pcap, journal, consoles;
    Capture capture;
    for (const auto& [file, path] :
         {std::pair{&pcap, &options.pcap}, {&journal, &options.journal}, {&consoles, &options.consoles}})
        if (!path->empty() && !file->open(*path, error)) {
            fmt::print(stderr, "vmlab: {}\n", error);
            return kInvalidInput;
        }
    if (!options.pcap.empty()) setup.capture = &capture;

    Outside nobody;
    World world(setup, nobody);
    world.system().journal().keep_lines(!options.journal.empty());
    if (options.loss_ppm > 0) world.network().impairments(0).loss = options.loss_ppm;
    world.ipl();
    if (options.traffic) {
        world.system().run_until(setup.start + seconds{1});
        (void)world.workstation().start(transfer(world), world.system());
    }
    Keyboard keyboard(before);
    bool prepared = before.empty();
    const Instant end = setup.start + options.virtual_time.value_or(seconds{10});
    while (world.system().now() < end) {
        world.system().run_until(std::min(end, world.system().now() + milliseconds{100}));
        const bool stands = world.settled("TCPIP") || world.now() - setup.start >= kComingUp;
        if (!prepared && stands) prepared = keyboard.advance(world);
        if (!options.pcap.empty() && !pcap.append(capture.take(world.now()))) break;
        if (!options.journal.empty()) journal.append(world.system().journal().take_lines());
    }
    if (!options.consoles.empty()) consoles.append(report_consoles(world.system()));
    if (!options.pcap.empty()) pcap.append(capture.take());
    for (const auto& inert : world.network().inert_faults()) fmt::print(stderr, "vmlab: {}\n", inert);
    fmt::print(options.pcap == "-" ? stderr : stdout, "{} events, {}\n", world.system().events(),
               world.settled(world.main_stack()) ? "TCPIP is settled" : "TCPIP is not settled");
    return kOk;
}

}  // namespace vmlab::sim
