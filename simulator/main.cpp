// The command line.
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "simulator/check_command.hpp"
#include "simulator/lab_commands.hpp"
#include "simulator/live_run.hpp"
#include "simulator/replay_command.hpp"
#include "simulator/virtual_run.hpp"
#include "simulator/why_command.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Longer than this no run is: ten days.
constexpr double kMostSeconds = 864'000;

/// A number from `low` to `high`, which "nan" is not.
CLI::Validator between(double low, double high) {
    return {[low, high](std::string& typed) {
                double value = 0;
                const bool number = CLI::detail::lexical_cast(typed, value);
                return number && value >= low && value <= high
                           ? std::string()
                           : "a number from " + CLI::detail::to_string(low) + " to " +
                                 CLI::detail::to_string(high) + " is wanted, not " + typed;
            },
            "NUMBER"};
}

/// What the files of a system cannot say themselves.
void add_given(CLI::App& command, GivenOptions& o) {
    command.add_option("--kdb", o.kdb, "A key database of vmlab's (its .sth beside it), for its labels");
    command.add_option("--labels", o.labels, "The labels in the key database, as gskkyman lists them")
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_option("--node", o.node, "The node identifier (guessed from the files without it)");
}

void add_run(CLI::App& app, RunOptions& o) {
    auto* run =
        app.add_subcommand("run", "Start the system, or a lab, for real clients and a person at the prompt");
    run->add_option("lab", o.lab, "Lab id or YAML file; nothing: the healthy system");
    std::vector<CLI::Option*> live{
        run->add_flag("--serve", o.serve, "No prompt: serve until SIGINT or SIGTERM"),
        run->add_flag("--fresh", o.fresh, "Forget what an earlier run saved"),
        run->add_option("--port-base", o.port_base, "Loopback port = base + virtual port")
            ->capture_default_str(),
        run->add_flag("!--no-ports", o.ports, "Open no loopback port"),
        run->add_option("--passive-ports", o.passive_ports,
                        "FTP's passive range, LOW HIGH (loopback uses the same numbers)"),
        run->add_option("--work", o.work, "Directory for what outlives the run"),
        run->add_option("--ready-file", o.ready_file, "Create this file when clients may come"),
        run->add_option("--tap", o.tap, "The kernel joins the LAN by this TAP interface (needs rights)"),
        run->add_option("--user", o.user, "Who sits at the prompt")->capture_default_str()};
    run->add_option("--files", o.given.paths,
                    "A folder of configuration files in place of the baseline (never written to)")
        ->expected(1);
    add_given(*run, o.given);
    run->add_option("--pcap", o.pcap, "Write every virtual wire to this pcapng file, a pipe, or - (stdout)");
    run->add_option("--journal", o.journal, "Write the journal to this file");
    run->add_option("--seed", o.seed, "Seed (without it: random, kept in the journal)");
    run->add_option_function<double>(
           "--loss", [&o](double percent) { o.loss_ppm = std::uint32_t(percent * 10'000); },
           "Lose this many percent of the frames on the LAN")
        ->check(between(0, 100));
    live.push_back(run->add_option_function<std::pair<double, double>>(
                          "--partition",
                          [&o](const std::pair<double, double>& s) {
                              o.partition = {Duration(std::int64_t(s.first * 1e9)),
                                             Duration(std::int64_t(s.second * 1e9))};
                          },
                          "AFTER LENGTH (seconds): the LAN carries nothing for that time")
                       ->check(between(0, kMostSeconds)));
    auto* in_virtual_time = run->add_option_function<double>(
        "--virtual", [&o](double s) { o.virtual_time = Duration(std::int64_t(s * 1e9)); },
        "Run this many virtual seconds without ports or prompt, then end");
    in_virtual_time->check(between(0, kMostSeconds));
    for (auto* option : live) in_virtual_time->excludes(option);
    run->add_flag("--traffic", o.traffic,
                  "With --virtual: WS1 puts and gets a file by FTP over TLS meanwhile")
        ->needs(in_virtual_time);
    run->add_option("--consoles", o.consoles, "Write all consoles to this file at the end");
}

void add_replay(CLI::App& app, ReplayOptions& o) {
    auto* again = app.add_subcommand(
        "replay", "Make a recorded run again from its journal: no ports, virtual time, the same bytes");
    again
        ->add_option("recording", o.recording,
                     "The journal of a run in real time (WORK/journal, or --journal)")
        ->required();
    again->add_option("--pcap", o.pcap, "Write every virtual wire to this pcapng file");
    again->add_option("--journal", o.journal, "Write the journal to this file");
    again->add_option("--consoles", o.consoles, "Write all consoles to this file at the end");
    again->add_flag("--partial", o.partial, "The run was cut off: replay what there is of it");
}

void add_labs(CLI::App& app, LabOptions& o) {
    const auto add = [&](const char* name, const char* what) {
        auto* command = app.add_subcommand(name, what);
        command->add_option("labs", o.labs, "Lab ids or YAML files; none: all that are shipped");
        command->add_flag("--json", o.json, "As JSON");
        return command;
    };
    add("list", "List the labs");
    add("validate", "Check lab files without running them");
    auto* test = add("test", "Prove labs: healthy is green, broken shows the symptom, the solution cures it");
    test->add_option("--seed", o.seed, "Seed of the runs (1 without)");
    test->add_flag("--keys", o.keys, "Type the lab's keystroke transcript instead of its solution");
    app.add_subcommand("demo", "A guided tour without a terminal");
}

void add_why(CLI::App& app, WhyOptions& o) {
    auto* why =
        app.add_subcommand("why", "Why anything is as it is: records, and the lines of files they rest on");
    why->add_option("question", o.words,
                    "LAST, a message number, CONN n, PORT n, a userid, '#record', or words of a record");
    why->add_option("--journal", o.journal, "Ask this recorded run (vmlab run --journal)");
    why->add_option("--files", o.given.paths,
                    "Bring up the system of this folder and ask it; with --journal: its lines")
        ->expected(1);
    add_given(*why, o.given);
    why->add_option("--lab", o.lab, "Bring up this lab and ask it");
    why->add_option("--good", o.good, "What --prove compares with (the shipped baseline)");
    why->add_option("--stack", o.stack, "Whose ports and connections are meant (TCPIPUSERID's without it)");
    why->add_option("--seed", o.seed, "Seed of the runs (1 without)");
    why->add_flag("--prove", o.prove, "Undo changed lines and run again until the symptom is gone");
    why->add_flag("--json", o.json, "As JSON");
}

void add_check(CLI::App& app, CheckOptions& o) {
    auto* check = app.add_subcommand(
        "check",
        "Check configuration files of your own: what does not mean what it seems to, what is missing");
    check->add_option("paths", o.given.paths,
                      "Files and folders: PROFILE.TCPIP, \"SYSTEM DTCPARMS\", tcpip.data, …");
    add_given(*check, o.given);
    auto* json = check->add_flag("--json", o.json, "As JSON");
    check->add_flag("--sarif", o.sarif, "As SARIF 2.1.0")->excludes(json);
    check->add_flag("--verbose", o.verbose,
                    "Also the files, their encodings, and the answer to every question");
    check->add_flag("--list", o.list, "List what is asked, and why");
}

int run_command(int argc, char** argv) {
    CLI::App app{"vmlab: a z/VM TCP/IP system with TLS/SSL servers, for people who debug it"};
    app.set_version_flag("--version", "vmlab " VMLAB_VERSION);
    app.require_subcommand(1);
    RunOptions run;
    LabOptions labs;
    WhyOptions why;
    add_why(app, why);
    std::vector<std::string> explained;
    bool explained_json = false;
    auto* explaining = app.add_subcommand(
        "explain", "What messages and statements mean, and whose their wording and defaults are");
    explaining->add_option("names", explained,
                           "Message numbers, as DTCRUN1028E, and statements, as SSLSERVERID or 'PORT RANGE'; "
                           "CIPHER and names or codes of cipher suites; none: all messages");
    explaining->add_flag("--json", explained_json, "As JSON");
    CheckOptions check;
    ReplayOptions again;
    add_replay(app, again);
    add_run(app, run);
    add_check(app, check);
    add_labs(app, labs);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    if (app.got_subcommand("run")) return run.virtual_time ? run_virtually(run) : run_live(run);
    if (app.got_subcommand("replay")) return replay(again);
    if (app.got_subcommand("explain")) return explain(explained, explained_json);
    if (app.got_subcommand("why")) return ask_why(why);
    if (app.got_subcommand("check")) return check_files(check);
    if (app.got_subcommand("list")) return list_labs(labs);
    if (app.got_subcommand("validate")) return validate_labs(labs);
    if (app.got_subcommand("test")) return test_labs(labs);
    return run_demo();
}

}  // namespace

/// What cannot be written is a failure, too: a script that reads half of it must not go on.
int main(int argc, char** argv) {
    int code = kInternal;
    try {
        code = run_command(argc, argv);
    } catch (const std::exception& error) {
        std::fputs(("vmlab: " + std::string(error.what()) + "\n").c_str(), stderr);
    }
    if (std::fflush(stdout) == 0) return code;
    std::fputs(("vmlab: stdout: " + std::string(std::strerror(errno)) + "\n").c_str(), stderr);
    return kInternal;
}
