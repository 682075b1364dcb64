#include "simulator/lab_commands.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>

#include "simulator/host_files.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "simulator/run_options.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/runner.hpp"
#include "simulator/virtual_run.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {
namespace {

/// The labs that were asked for, or all; errors go to stderr.
std::optional<std::vector<Lab>> wanted_labs(const LabOptions& options) {
    std::vector<LabError> errors;
    std::vector<Lab> labs;
    if (options.labs.empty()) {
        auto library = read_labs(labs_folder());
        labs = std::move(library.labs);
        errors = std::move(library.errors);
    }
    for (const auto& what : options.labs)
        if (auto lab = find_lab(what, labs_folder(), errors)) labs.push_back(std::move(*lab));
    fmt::print(stderr, "{}", report_errors(errors));
    if (!errors.empty()) return std::nullopt;
    return labs;
}

std::optional<WorldOptions> healthy_system(std::uint64_t seed) {
    std::string error;
    WorldOptions base;
    base.start = virtual_start();
    base.seed = seed_from_number(seed);
    base.keys = cached_lab_keys();
    const auto files = read_folder(baseline_folder(), error);
    if (!files) {
        fmt::print(stderr, "vmlab: {}\n", error);
        return std::nullopt;
    }
    base.files = *files;
    return base;
}

std::string keys_beside(const std::string& lab_file) {
    return std::filesystem::path(lab_file).replace_extension(".keys").string();
}

void print_console(World& world, const Userid& machine, std::size_t last) {
    const auto& lines = world.system().console_of(machine);
    for (std::size_t i = lines.size() > last ? lines.size() - last : 0; i < lines.size(); ++i)
        fmt::print("  {}\n", lines[i]);
}

void type_and_show(World& world, std::string line) {
    const auto before = world.system().console_of("TCPMAINT").size();
    world.system().post(Name8("TCPMAINT"), ConsoleTyped{std::move(line)});
    world.system().run_until(world.system().now() + seconds{5});
    print_console(world, "TCPMAINT", world.system().console_of("TCPMAINT").size() - before);
}

Conversation demo_conversation(const World& world) {
    FtpVisit visit;
    visit.server = {world.lan().home, 21};
    visit.tls = visit.private_data = true;
    visit.user = visit.password = "TCPMAINT";
    visit.directory = "TCPMAINT.198";
    visit.jobs = {{FtpJob::Kind::list}};
    auto conversation = ftp_conversation(visit);
    conversation.host = world.host_name();
    return conversation;
}

}  // namespace

std::string labs_folder() {
    if (const char* own = std::getenv("VMLAB_LABS"); own && *own) return own;
    return VMLAB_SOURCE_DIR "/simulator/labs";
}

int list_labs(const LabOptions& options) {
    const auto labs = wanted_labs(options);
    if (!labs) return kInvalidInput;
    fmt::print("{}", options.json ? report_labs_json(*labs) : report_labs(*labs));
    return kOk;
}

int validate_labs(const LabOptions& options) {
    const auto labs = wanted_labs(options);
    if (!labs) return kInvalidInput;
    const auto base = healthy_system(1);
    if (!base) return kInvalidInput;
    std::vector<LabError> errors;
    for (const auto& lab : *labs) (void)broken_options(lab, *base, errors);
    fmt::print(stderr, "{}", report_errors(errors));
    if (!errors.empty()) return kInvalidInput;
    fmt::print("{} {} valid\n", labs->size(), labs->size() == 1 ? "lab is" : "labs are");
    return kOk;
}

int test_labs(const LabOptions& options) {
    const auto labs = wanted_labs(options);
    if (!labs) return kInvalidInput;
    const auto base = healthy_system(options.seed.value_or(1));
    if (!base) return kInvalidInput;
    std::vector<Proof> proofs;
    bool all = true;
    for (const auto& lab : *labs) {
        fmt::print(stderr, "vmlab: proving {}\n", lab.id);
        const auto keys = read_keys(keys_beside(lab.file));
        if (options.keys && keys.empty()) {
            fmt::print(stderr, "vmlab: {} has no keystrokes: {} is missing or empty\n", lab.id,
                       keys_beside(lab.file));
            return kInvalidInput;
        }
        proofs.push_back(prove(lab, *base, options.keys ? &keys : nullptr));
        all = all && proofs.back().proved;
    }
    fmt::print("{}", options.json ? report_proofs_json(proofs) : report_proofs(proofs));
    return all ? kOk : kCheckFailed;
}

int run_demo() {
    const auto base = healthy_system(1);
    if (!base) return kInvalidInput;
    Outside nobody;
    World world(*base, nobody);
    world.ipl();
    const bool up =
        world.system().run_until(base->start + minutes{1}, [&] { return world.settled(world.main_stack()); });
    fmt::print(
        "vmlab demo. There is no terminal, so this shows by itself what a person would do.\n\n"
        "1. A z/VM TCP/IP system comes up from its files (in virtual time). The console of SSL00001:\n");
    print_console(world, "SSL00001", 12);
    world.log_on_at_prompt("TCPMAINT");
    world.system().run_until(world.system().now() + seconds{1});
    fmt::print("\n2. TCPMAINT looks at the TLS/SSL servers:\n");
    type_and_show(world, "NETSTAT CONFIG SSL");
    fmt::print("\n3. A workstation on the virtual LAN lists TCPMAINT 198 by FTP, everything inside TLS:\n");
    const auto number = world.workstation().start(demo_conversation(world), world.system());
    world.system().run_until(world.system().now() + minutes{1},
                             [&] { return world.workstation().result(number).ended; });
    const auto result = world.workstation().result(number);
    for (const auto& line : result.transcript) fmt::print("  {}\n", line);
    fmt::print(
        "\n4. Every lab is proved: healthy is green, broken shows its symptom, the solution cures it:\n");
    const int labs = test_labs({});
    fmt::print(
        "\nNow yourself: scripts/run at a terminal, or scripts/run run --serve and a client of your own.\n");
    return up && result.succeeded ? labs : int(kCheckFailed);
}

}  // namespace vmlab::sim
