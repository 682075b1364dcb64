#include "simulator/live_run.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "simulator/edge/edge.hpp"
#include "simulator/edge/work_directory.hpp"
#include "simulator/host_files.hpp"
#include "simulator/lab_commands.hpp"
#include "simulator/machines/tap_host.hpp"
#include "simulator/run_setup.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/lab_session.hpp"
#include "simulator/user_program.hpp"
#include "simulator/virtual_run.hpp"
#include "simulator/why_command.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {
namespace {

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
    std::optional<sslserv::LabKeys> kept;
    if (const auto text = work.load_file("lab.keys")) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text->data());
        kept = sslserv::LabKeys::read({bytes, text->size()});
    }
    if (kept && !kept->client.empty()) return *kept;
    RandomStream random(seed_from_host(), "lab keys");
    const auto keys = kept ? sslserv::LabKeys{kept->authority, kept->server, sslserv::make_client_key(random)}
                           : sslserv::make_lab_keys(random);
    const auto bytes = keys.serialize();
    std::string error;
    if (!work.save_file("lab.keys", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error))
        talk("vmlab: {}", error);
    return keys;
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
void show_clients(const std::vector<OpenPort>& ports, const std::string& ca, const std::string& host) {
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
                    "tcpmaint@{} --tls --tls-verify --tls-ca-path {}",
                    p, host, ca);
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

/// One live run from its files to its end. The edge outlives nothing: the world speaks to it until the very
/// last.
class LiveRun {
public:
    explicit LiveRun(const RunOptions& options) : options_(options) {}

    int run() {
        for (const auto step : {&LiveRun::choose_user, &LiveRun::open_work, &LiveRun::read_files,
                                &LiveRun::open_captures, &LiveRun::choose_ports})
            if (const int code = (this->*step)(); code != kOk) return code;
        Edge edge(edge_options_, hooks());
        edge_ = &edge;
        if (!edge.tap_refusal().empty()) {
            talk("vmlab: {}", edge.tap_refusal());
            return kCannotBind;
        }
        setup_.can_edit = edge.interactive();
        World world(system_.options, edge);
        world.set_prover(prover_against(system_.good, world.files_now()));
        world_ = &world;
        const Leave leave{*this};
        if (typing() && !world.directory().find(user_)) return no_such_user();
        come_up();
        edge.attach(world.system());
        if (const auto refused = edge.port_refusals(); !refused.empty()) {
            for (const auto& line : refused) talk("vmlab: {}", line);
            return kCannotBind;
        }
        welcome();
        edge.run();
        write_down();
        world.system().enter(RunEnded{});
        write_journal();
        if (system_.options.capture) write_capture(capture_.take());
        for (const auto& inert : world.network().inert_faults()) talk("vmlab: {}", inert);
        if (!options_.consoles.empty()) consoles_.append(report_consoles(world.system()));
        return save(world) ? kOk : kInternal;
    }

private:
    /// However the run ends: the edge, which outlives the world, must not look at it any more.
    struct Leave {
        LiveRun& run;
        ~Leave() {
            run.edge_->detach();
            run.world_ = nullptr;
        }
    };

    bool typing() const { return !options_.serve; }

    /// A lab begins anew each time: what it broke is not the healthy system's.
    bool save(World& world) {
        if (lab_) return true;
        const bool saved =
            work_->save_state(packed(export_storage(world.storage()), system_.options.files), error_);
        if (!saved) talk("vmlab: {}", error_);
        return saved;
    }

    int choose_user() {
        const auto name = Name8::parse(options_.user);
        if (!name) return no_such_user();
        user_ = *name;
        return kOk;
    }

    int no_such_user() const {
        talk("vmlab: --user {}: no such user in the CP directory (MAINT 2CC USER DIRECT)", options_.user);
        return kUsage;
    }

    int open_work() {
        work_ = WorkDirectory::open(options_.work.empty() ? default_work_directory() : options_.work, error_);
        if (work_) return kOk;
        talk("vmlab: {}\n  try another one with --work DIR", error_);
        return kInvalidInput;
    }

    int read_files() {
        setup_.start = host_now();
        setup_.seed = options_.seed ? seed_from_number(*options_.seed) : seed_from_host();
        setup_.keys = keys_of(*work_);
        setup_.user = user_;
        setup_.typing = typing();
        setup_.passive = options_.passive_ports;
        setup_.loss_ppm = options_.loss_ppm;
        setup_.partition = options_.partition;
        setup_.tap = !options_.tap.empty();
        auto shipped = read_folder(baseline_folder(), error_);
        if (!shipped) return refuse(error_);
        setup_.shipped = std::move(*shipped);
        if (!options_.given.paths.empty()) {
            setup_.given = read_given(options_.given, OtherFiles::on_disks, error_);
            if (!setup_.given) return refuse(error_);
        }
        if (!options_.lab.empty()) {
            std::vector<LabError> errors;
            const auto lab = find_lab(options_.lab, labs_folder(), errors);
            if (!lab) return refuse(report_errors(errors));
            setup_.lab_file = lab->file;
            setup_.lab_text = read_host_file(lab->file).value_or("");
        }
        auto system = system_of(setup_, error_);
        if (!system) return refuse(error_);
        system_ = std::move(*system);
        for (const auto& sentence : system_.said) talk("supplied: {}", sentence);
        if (system_.lab) lab_.emplace(*system_.lab);
        return lab_ || options_.fresh ? int(kOk) : load_state();
    }

    int load_state() {
        auto state = work_->load_state(error_);
        if (!state) return refuse(error_);
        setup_.saved = system_.options.saved = unpacked(std::move(*state), system_.options.files);
        return kOk;
    }

    int open_captures() {
        if (options_.pcap == "-" && typing()) {
            talk("vmlab: --pcap - needs stdout for the capture: use it with --serve or --virtual");
            return kUsage;
        }
        if (!options_.pcap.empty()) {
            if (!pcap_.open(options_.pcap, error_)) return refuse(error_);
            system_.options.capture = &capture_;
        }
        if (!options_.consoles.empty() && !consoles_.open(options_.consoles, error_)) return refuse(error_);
        const auto journal = options_.journal.empty() ? work_->path_of("journal") : options_.journal;
        return journal_.open(journal, error_) ? int(kOk) : refuse(error_);
    }

    int choose_ports() {
        edge_options_.terminal = typing();
        edge_options_.user = user_;
        edge_options_.tap = options_.tap;
        edge_options_.tap_interface = TapHost::kKernel;
        edge_options_.looks.prompt = "";
        edge_options_.looks.history_file = work_->path_of("history");
        if (!options_.ports) return kOk;
        const auto passive = options_.passive_ports.value_or(system_.options.around.passive_ports);
        const PortMap ports{system_.options.around.lan.home, options_.port_base, passive.first,
                            passive.second};
        if (const auto objection = ports.objection()) {
            talk("vmlab: {}", *objection);
            return kUsage;
        }
        edge_options_.ports = ports;
        return kOk;
    }

    EdgeHooks hooks() {
        EdgeHooks hooks;
        hooks.quiet = [this] { write_down(); };
        hooks.line = [this](const std::string& line) { return typed(line); };
        hooks.exposes = [this](const IpAddress& address) {
            const auto of = world_ ? world_->stack(world_->main_stack()) : std::nullopt;
            return of && std::ranges::any_of(of->config.home,
                                             [&](const auto& home) { return home.address == address; });
        };
        hooks.completions = [this](const std::string& line) { return complete(line); };
        if (system_.options.capture)
            hooks.key_log = [this](const std::string& line) {
                capture_.add_secrets(line + "\n", world_->now());
            };
        return hooks;
    }

    /// In virtual time, so that it takes milliseconds; ports open meanwhile.
    void come_up() {
        for (const auto& complaint : world_->complaints()) talk("vmlab: {}", complaint);
        if (!work_->save_file("ca.pem", world_->authority_pem(), error_)) talk("vmlab: {}", error_);
        save_clients();
        up_ = bring_up(setup_, *world_, lab_ ? &*lab_ : nullptr);
    }

    /// Certificates for real clients that CLIENTCERTCHECK asks.
    void save_clients() {
        const auto save = [&](const std::string& name, const std::string& pem) {
            if (!work_->save_file(name, pem, error_)) talk("vmlab: {}", error_);
        };
        for (const auto& client : world_->clients())
            save(client.name + ".pem", sslserv::to_pem(client.der, "CERTIFICATE"));
        if (world_->clients().empty()) return;
        RandomStream random(seed_from_host(), "client key");
        save("client.key", sslserv::to_pem(sslserv::encrypt_private_key(world_->client_key(),
                                                                        sslserv::kLabClientPassword, random),
                                           "ENCRYPTED PRIVATE KEY"));
    }

    void welcome() {
        const std::string ca = work_->path_of("ca.pem");
        talk("vmlab: node {} is up{}; work directory {}", world_->level().node,
             up_ ? "" : " (some servers did not start: read their consoles)", work_->path());
        talk("  CA certificate: {}", ca);
        if (!world_->clients().empty())
            talk("  for CLIENTCERTCHECK: client.pem and client.key there (password {}), {} that are no good",
                 sslserv::kLabClientPassword, world_->clients().size() - 1);
        show_clients(edge_->open_ports(), ca, world_->host_name());
        if (lab_) talk("\n{}\n  STORY, CHECK and HINT are commands of this lab.", report_story(lab_->lab()));
        else if (typing()) talk("  labs: vmlab list, then vmlab run ID");
        talk("  {}", typing() ? "type HELP for commands, QUIT to end" : "serving until SIGINT or SIGTERM");
        edge_->paint();  // ready means: the person sees the console as it is
        GrowingFile ready;
        if (!options_.tap.empty()) {
            const LanPlan& lan = world_->lan();
            talk("  TAP        ip address add {}/{} dev {}; ip link set {} up",
                 Ipv4Address{lan.laptop.value + 1}.str(), lan.prefix, options_.tap, options_.tap);
        }
        if (!options_.ready_file.empty() && ready.open(options_.ready_file, error_)) ready.append("ready\n");
    }

    bool typed(const std::string& line) {
        const bool for_lab = lab_ && LabSession::is_for(line);
        if (!for_lab && !iequals(trimmed(line), "quit")) return false;
        world_->system().enter(ProgramTold{line});
        if (for_lab) (void)lab_->typed(line, *world_), advance_lab();
        else edge_->stop();
        return true;
    }

    std::vector<std::string> complete(const std::string& line) {
        const VirtualMachine* vm = world_->virtual_machine(user_);
        const auto* program = vm ? dynamic_cast<const UserProgram*>(vm->program()) : nullptr;
        return program ? program->interpreter().complete(line, *world_) : std::vector<std::string>{};
    }

    void advance_lab() {
        if (lab_->busy()) {
            world_->system().enter(LabLookedAt{});
            lab_->advance(*world_);
        }
        show_text(lab_->take_text(), *edge_);
    }

    /// The loop's quiet moment: what was recorded goes to its files.
    void write_down() {
        if (!world_) return;
        if (system_.options.capture) {
            write_capture(capture_.take(world_->now()));
            edge_->wake_by(capture_.next_release());
        }
        write_journal();
        for (const auto& refused : edge_->port_refusals()) talk("vmlab: {}", refused);
        if (lab_) advance_lab();
        if (!typing()) return;
        const VirtualMachine* vm = world_->virtual_machine(user_);
        if (std::exchange(was_logged_on_, vm->logged_on()) && !vm->logged_on()) edge_->stop();
    }

    /// A reader of our output that has gone wants no more of the run.
    void write_capture(const std::string& bytes) {
        if (pcap_lost_ || bytes.empty() || pcap_.append(bytes)) return;
        if (options_.pcap != "-") return lose(pcap_lost_, "--pcap");
        pcap_lost_ = true;
        edge_->stop();
    }

    void write_journal() {
        if (!journal_.append(world_->system().journal().take_lines())) lose(journal_lost_, "the journal");
    }

    /// A full disk ends a file, not the run; said once.
    static void lose(bool& lost, std::string_view what) {
        if (!std::exchange(lost, true)) talk("vmlab: {} cannot be written any more: it ends here", what);
    }

    const RunOptions& options_;
    std::string error_;
    std::optional<WorkDirectory> work_;
    RunSetup setup_;
    RunSystem system_;
    std::optional<LabSession> lab_;
    GrowingFile pcap_, journal_, consoles_;
    Capture capture_;
    EdgeOptions edge_options_;
    Edge* edge_ = nullptr;
    World* world_ = nullptr;
    Userid user_{};
    bool up_ = false;
    bool was_logged_on_ = false;
    bool pcap_lost_ = false, journal_lost_ = false;
};

}  // namespace

int run_live(const RunOptions& options) { return LiveRun(options).run(); }

}  // namespace vmlab::sim
