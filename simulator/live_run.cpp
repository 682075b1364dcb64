#include "simulator/live_run.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <memory>

#include "simulator/edge/edge.hpp"
#include "simulator/edge/work_directory.hpp"
#include "simulator/host_files.hpp"
#include "simulator/lab_commands.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/lab_session.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {
namespace {

/// How much virtual time the system may take to come up before clients are let in anyway.
constexpr Duration kBringUp = seconds{60};
/// FTPSERVE's range in the baseline; the loopback side maps it 1:1.
constexpr std::pair<std::uint16_t, std::uint16_t> kPassivePorts{50000, 50999};

template <typename... Words>
void talk(fmt::format_string<Words...> text, Words&&... words) {
    fmt::print(stderr, text, std::forward<Words>(words)...);
    fmt::print(stderr, "\n");
}

int refuse(const std::string& error) {
    talk("vmlab: {}", error);
    return kInvalidInput;
}

/// The key pairs of this work directory: random, made once, kept with mode 0600.
sslserv::LabKeys keys_of(WorkDirectory& work) {
    if (const auto text = work.load_file("lab.keys")) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text->data());
        if (auto keys = sslserv::LabKeys::read({bytes, text->size()})) return *keys;
    }
    RandomStream random(seed_from_host(), "lab keys");
    const auto keys = sslserv::make_lab_keys(random);
    const auto bytes = keys.serialize();
    std::string error;
    if (!work.save_file("lab.keys", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error))
        talk("vmlab: {}", error);
    return keys;
}

std::string hex_of(const Seed& seed) {
    std::string text;
    for (const auto byte : seed) text += fmt::format("{:02x}", byte);
    return text;
}

void show_text(const std::string& text, Edge& edge) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto end = std::min(text.find('\n', at), text.size());
        edge.show(std::string_view(text).substr(at, end - at));
        at = end + 1;
    }
}

/// One ready command line per open port, as a person would paste it.
void show_clients(const std::vector<OpenPort>& ports, const std::string& ca) {
    for (const auto& port : ports) {
        const unsigned p = port.loopback;
        switch (port.where.port) {
            case 21:
                talk("  FTP        curl --ssl-reqd --cacert {} -u TCPMAINT:TCPMAINT ftp://localhost:{}/", ca,
                     p);
                talk(
                    "             lftp -e 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set "
                    "ssl:ca-file {}; ls; bye' "
                    "-u TCPMAINT,TCPMAINT -p {} localhost",
                    ca, p);
                break;
            case 23:
                talk(
                    "  Telnet     c3270 -cafile {} localhost:{}        (x3270, s3270 likewise; log on as "
                    "TCPMAINT, password "
                    "TCPMAINT)",
                    ca, p);
                break;
            case 25:
                talk(
                    "  SMTP       swaks --server localhost --port {} --from you@example.test --to "
                    "tcpmaint@gdlrct2.example.test "
                    "--tls --tls-verify --tls-ca-path {}",
                    p, ca);
                break;
            case 992: talk("  Telnet/TLS c3270 -cafile {} L:localhost:{}", ca, p); break;
            case 7443:
                talk("  TLS echo   openssl s_client -connect localhost:{} -CAfile {} -verify_return_error", p,
                     ca);
                break;
            default: break;
        }
    }
}

}  // namespace

int run_live(const RunOptions& options) {
    std::string error;
    const std::string folder = options.work.empty() ? default_work_directory() : options.work;
    auto work = WorkDirectory::open(folder, error);
    if (!work) {
        talk("vmlab: {}\n  try another one with --work DIR", error);
        return kInvalidInput;
    }
    WorldOptions setup;
    setup.start = host_now();
    setup.seed = options.seed ? seed_from_number(*options.seed) : seed_from_host();
    setup.keys = keys_of(*work);
    setup.loopback_clients = true;
    setup.passive_ports = options.passive_ports;
    const auto files = read_folder(options.files.empty() ? baseline_folder() : options.files, error);
    if (!files) {
        return refuse(error);
    }
    setup.files = *files;
    std::optional<LabSession> session;
    if (!options.lab.empty()) {
        std::vector<LabError> errors;
        const auto lab = find_lab(options.lab, labs_folder(), errors);
        if (lab) setup = broken_options(*lab, std::move(setup), errors);
        if (!errors.empty()) return talk("{}", report_errors(errors)), kInvalidInput;
        session.emplace(*lab);
    }
    if (!options.fresh && !session) setup.saved = unpacked(work->load_state());
    GrowingFile pcap, journal;
    Capture capture;
    if (!options.pcap.empty()) {
        if (!pcap.open(options.pcap, error)) return refuse(error);
        setup.capture = &capture;
    }
    if (!journal.open(options.journal.empty() ? work->path_of("journal") : options.journal, error))
        return refuse(error);

    const bool typing = !options.serve;
    const auto user = Name8::parse(options.user).value_or(Userid("TCPMAINT"));
    EdgeOptions edge_options;
    edge_options.terminal = typing;
    edge_options.user = user;
    edge_options.looks.prompt = "";
    edge_options.looks.history_file = work->path_of("history");
    const auto passive = options.passive_ports.value_or(kPassivePorts);
    PortMap ports{Ipv4Address::of(9, 60, 60, 3), options.port_base, passive.first, passive.second};
    if (options.ports) {
        if (const auto objection = ports.objection()) return talk("vmlab: {}", *objection), kUsage;
        edge_options.ports = ports;
    }
    std::unique_ptr<World> world;
    Edge* the_edge = nullptr;
    const auto write_down = [&] {
        if (!world) return;
        if (setup.capture && capture.pending()) pcap.append(capture.take());
        journal.append(world->system().journal().take_lines());
        if (session) {
            session->advance(*world);
            show_text(session->take_text(), *the_edge);
        }
        if (typing && !world->virtual_machine(user)->logged_on() &&
            world->system().now() > setup.start + seconds{1})
            the_edge->stop();
    };
    EdgeHooks hooks;
    hooks.quiet = write_down;
    hooks.line = [&](const std::string& line) {
        if (session && session->typed(line, *world)) {
            session->advance(*world);
            show_text(session->take_text(), *the_edge);
            return true;
        }
        if (!iequals(trimmed(line), "quit")) return false;
        the_edge->stop();
        return true;
    };
    hooks.completions = [&](const std::string&) { return std::vector<std::string>{}; };
    if (setup.capture) hooks.key_log = [&](const std::string& line) { capture.add_secrets(line + "\n"); };
    Edge edge(edge_options, hooks);
    the_edge = &edge;

    world = std::make_unique<World>(setup, edge);
    for (const auto& complaint : world->complaints()) talk("vmlab: {}", complaint);
    world->system().journal().keep_lines(true);
    world->system().record(Name8("CP"), {RecordKind::input, "seed " + hex_of(setup.seed), {}});
    const std::string ca = work->path_of("ca.pem");
    if (!work->save_file("ca.pem", world->authority_pem(), error)) talk("vmlab: {}", error);
    world->ipl();
    const bool up =
        world->system().run_until(setup.start + kBringUp, [&] { return world->settled("TCPIP"); });
    // A lab's fault may need commands of its own; they, too, are over before anybody is let in.
    while (session && !session->begun() && world->system().now() < setup.start + 2 * kBringUp) {
        session->advance(*world);
        world->system().run_until(world->system().now() + milliseconds{100});
    }
    if (typing) world->log_on_at_prompt(user);

    edge.attach(world->system());
    const auto refused = edge.port_refusals();
    if (!refused.empty()) {
        for (const auto& line : refused) talk("vmlab: {}", line);
        return kCannotBind;
    }
    talk("vmlab: node {} is up{}; work directory {}", world->level().node,
         up ? "" : " (some servers did not start: read their consoles)", work->path());
    talk("  CA certificate: {}", ca);
    show_clients(edge.open_ports(), ca);
    if (session)
        talk("\n{}\n  STORY, CHECK and HINT are commands of this lab.", report_story(session->lab()));
    if (typing) talk("  type HELP for commands, QUIT to end");
    else talk("  serving until SIGINT or SIGTERM");
    if (!options.ready_file.empty()) {
        GrowingFile ready;
        if (ready.open(options.ready_file, error)) ready.append("ready\n");
    }
    edge.run();
    write_down();
    if (!work->save_state(packed(export_storage(world->storage())), error)) talk("vmlab: {}", error);
    return kOk;
}

}  // namespace vmlab::sim
