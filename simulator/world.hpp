// The world: one z/VM system with its LAN and neighbours, made from files. The composition root.
//
// It owns the system (queue, clock, journal), the network, everything that outlives a run, and CP's tables;
// it decides what each virtual machine runs (installation.cpp) and is what commands see (operations.cpp).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "profiles/profile_tcpip.hpp"
#include "profiles/search.hpp"
#include "services/service.hpp"
#include "simulator/cms/files_view.hpp"
#include "simulator/cms/storage.hpp"
#include "simulator/commands/operations.hpp"
#include "simulator/cp/directory.hpp"
#include "simulator/cp/segments.hpp"
#include "simulator/cp/sessions.hpp"
#include "simulator/cp/virtual_networks.hpp"
#include "simulator/given/surroundings.hpp"
#include "simulator/ipl/configure.hpp"
#include "simulator/ipl/tcprun.hpp"
#include "simulator/machines/attacker.hpp"
#include "simulator/machines/laptop.hpp"
#include "simulator/machines/tcpip_program.hpp"
#include "simulator/machines/virtual_machine.hpp"
#include "simulator/machines/workstation.hpp"
#include "simulator/network/lan.hpp"
#include "sslserv/keydb/lab_pki.hpp"
#include "sslserv/session_cache.hpp"

namespace vmlab::sim {

/// The time of CP, and of whom :timezone. gives no other.
inline const Zone kSystemZone{"EDT", -hours{4}};

struct WorldOptions {
    Instant start{};  ///< the world's clock begins here
    Seed seed{};
    /// Configuration files: "TCPMAINT.198/PROFILE.TCPIP" and their text. Later ones replace earlier ones.
    std::vector<std::pair<std::string, std::string>> files{};
    /// What none of the files says.
    Surroundings around{};
    /// What an earlier run saved (export_storage); replaces files of the same name.
    std::vector<ArchivedFile> saved{};
    sslserv::LabKeys keys{};
    /// Clients of the laptop come by loopback: FTPSERVE tells them 127.0.0.1 (as servers behind an address
    /// translator do).
    bool loopback_clients = false;
    /// PASSIVEPORTRANGE for this run, in place of SRVRFTP CONFIG's.
    std::optional<std::pair<std::uint16_t, std::uint16_t>> passive_ports{};
    /// Machines that are not started by AUTOLOG1 (a lab's question, a quick test).
    std::set<Userid> not_started{};
    /// What is done to the wires, in this order; times count from `start`.
    std::vector<WirePlan> wires{};
    std::vector<AttackerPlan> attackers{};  ///< hosts on LAN0 that attack the first stack
    bool tap = false;            ///< the kernel of the laptop is a host on LAN0 (TapHost), called "TAP"
    Capture* capture = nullptr;  ///< outlives the world
};

class World final : public Installation, public Operations {
public:
    World(const WorldOptions& options, Outside& outside);
    ~World() override;

    System& system() { return system_; }
    Network& network() { return network_; }
    Laptop& laptop() { return *laptop_; }
    /// WS1: runs scripted clients that trust the lab's authority.
    Workstation& workstation() { return *workstation_; }
    /// WS3 (9.60.61.4): the same, on the network behind the router.
    Workstation& remote_workstation() { return *remote_workstation_; }
    const std::string& authority_pem() const { return authority_pem_; }
    /// Certificates that clients may show, and the private key (PKCS#8) that they share.
    const std::vector<sslserv::LabPki::Client>& clients() const { return clients_; }
    const sslserv::Bytes& client_key() const { return client_key_; }
    /// The name of the system that its certificates carry first: "gdlrct2.example.test".
    const std::string& host_name() const { return host_name_; }
    /// The stack that clients of the laptop reach.
    const Userid& main_stack() const { return around_.stacks.front(); }
    const LanPlan& lan() const { return around_.lan; }
    /// What is done to the wires, and who attacks, from the start on.
    const std::vector<WirePlan>& wire_plans() const { return wire_plans_; }
    const std::vector<AttackerPlan>& attackers() const { return attackers_; }
    /// A sentence for each attacker that never sent anything.
    std::vector<std::string> idle_attackers() const;
    /// Files that were not understood, a sentence each.
    const std::vector<std::string>& complaints() const { return complaints_; }

    /// IPL: OPERATOR is there, AUTOLOG1 begins to start the system. The world then runs by its events.
    void ipl();
    /// A person at the laptop's prompt: logs the user on at the system console.
    void log_on_at_prompt(const Userid& user);
    /// True when the stack's servers stand as its profile wants them: pool, AUTOLOG, Telnet.
    bool settled(const Userid& tcpip) const;
    VirtualMachine* virtual_machine(const Userid& userid);
    const VirtualMachine* virtual_machine(const Userid& userid) const;
    SystemLevel& level_of_system() { return level_; }
    /// The files of all minidisks as they are now, by paths as in WorldOptions::files. What is longer than a
    /// configuration file ever is, is left out.
    std::vector<std::pair<std::string, std::string>> files_now() const;
    /// Who proves what WHY says (simulator/scenario); without one, WHY … (PROVE says so.
    using Prover = std::function<std::vector<std::string>(World&, const WhyQuestion&, const WhyAnswer&)>;
    void set_prover(Prover prover) { prover_ = std::move(prover); }

    // ── Installation ──────────────────────────────────────────────────────────
    std::unique_ptr<Program> ipl(VirtualMachine& vm, const LogonStarted& how, System& world) override;
    void logged_on(VirtualMachine& vm, const LogonStarted& how, System& world) override;
    void logged_off(VirtualMachine& vm, const Userid& by, System& world) override;

    // ── Operations ────────────────────────────────────────────────────────────
    Instant now() const override { return system_.now(); }
    const Zone& zone() const override { return zone_; }
    const SystemLevel& level() const override { return level_; }
    const Directory& directory() const override { return directory_; }
    const CpSessions& sessions() const override { return sessions_; }
    Racf* racf() override { return directory_.find(kRacfMachine) ? &racf_ : nullptr; }
    const SavedSegments& segments() const override { return segments_; }
    const VirtualNetworks& virtual_networks() const override { return networks_; }
    NetworkReply change_networks(const Userid& by, NetworkOrder order) override;
    Storage& storage() override { return storage_; }
    const Journal& journal() const override { return system_.journal(); }
    std::optional<CauseId> cause_of_frame(std::size_t number) const override {
        return network_.cause_of_frame(number);
    }
    std::vector<std::string> prove(const WhyQuestion& question, const WhyAnswer& answer) override;
    Userid default_stack(const Userid& user) const override;
    std::optional<stack::ServerSnapshot> stack(const Userid& tcpip) const override;
    std::optional<sslserv::ServerSnapshot> ssl_server(const Userid& member) const override;
    std::vector<Sourced<Userid>> ssl_admins(const Userid& tcpip) const override;
    const std::deque<std::string>* console_of(const Userid& machine) const override;
    profiles::TcpipData tcpip_data(const Userid& user) const override;
    profiles::EtcHosts etc_hosts(const Userid& user) const override;
    std::uint64_t unguessable() override { return dice_.u64(); }
    std::string service_name(std::uint16_t port) const override;
    const profiles::ProfileTcpip* running_profile(const Userid& tcpip) const override;
    std::vector<services::TelnetSessionSnapshot> telnet_sessions(const Userid& tcpip) const override;
    std::vector<std::string> wires(std::string_view wire) const override;
    std::optional<std::string> change_wire(const Userid& by, std::string_view wire,
                                           const std::vector<std::string>& words) override;
    void xautolog(const Userid& by, const Userid& user, std::string console_input) override;
    void force(const Userid& by, const Userid& user) override;
    void signal_shutdown(const Userid& by, const Userid& user) override;
    void type_at(const Userid& user, std::string text) override;
    void smsg(const Userid& from, const Userid& to, std::string text) override;
    void msg(const Userid& from, const Userid& to, std::string text, bool warning) override;
    void ssl_admin(const Userid& by, const Userid& member, SslAction action) override;
    void ssl_command(const Userid& by, const Userid& member, std::uint32_t tag, std::string text) override;
    std::optional<unsigned> close_console(const Userid& machine, const Userid& to) override;
    std::vector<std::string> obey(const Userid& by, const Userid& tcpip, const FileId& file,
                                  std::string_view text) override;
    bool drop_connection(const Userid& by, const Userid& tcpip, std::uint32_t connection) override;
    void set_blocked(const Userid& by, const Userid& tcpip, const IpAddress& address, bool blocked) override;
    void forget_neighbour(const Userid& by, const Userid& tcpip, const IpAddress& address) override;
    void forget_attacks(const Userid& by, const Userid& tcpip) override;
    void reset_pools(const Userid& by, const Userid& tcpip) override;
    void note_message(const Userid& user, const Said& what) override;
    void socket(const Userid& by, const Userid& tcpip, SocketRequest request) override;
    CauseId record(const Userid& user, Record what) override { return system_.record(user, std::move(what)); }
    bool can_edit(const Userid& user) const override;
    std::optional<std::string> edit(const FileId& file, const std::string& text) override;
    void note_change(const Userid& by, const std::string& what) override;

private:
    void load(const WorldOptions& options);
    void load_racf();
    void define_open_networks();
    void find_home6();
    void make_pki(const WorldOptions& options);
    void make_machines();
    void make_network(bool tap);
    void add_attackers();
    std::unique_ptr<Program> run_server(VirtualMachine& vm, System& world);
    void call_end_exits(const Userid& server, System& world);
    std::unique_ptr<Program> make_program(const Launch& launch, const BfsSession& bfs,
                                          const BfsIdentity& posix, const profiles::FileLookup& files,
                                          VirtualMachine& vm, System& world);
    std::unique_ptr<Program> make_stack(const Launch& launch, const profiles::FileLookup& files,
                                        VirtualMachine& vm, System& world);
    std::unique_ptr<Program> make_ssl_server(const Launch& launch, const BfsSession& bfs,
                                             const BfsIdentity& posix, VirtualMachine& vm, System& world);
    std::unique_ptr<Program> make_cache_agent(const Launch& launch, VirtualMachine& vm, System& world);
    Name8 cache_segment_of(const Userid& tcpip) const;
    using SharedCache = std::shared_ptr<sslserv::SessionCache>;
    SharedCache new_cache(const Name8& segment);
    SharedCache cache_for(const Launch& launch, const stack::SslConfig& ssl, const std::string& prefix,
                          System& world);
    std::unique_ptr<Program> make_echo(const Launch& launch, services::SystemFacts facts, System& world);
    void operator_line(std::string line);
    /// What a stack runs with: its profile, changed by every OBEYFILE, until it starts again.
    struct RunningStack {
        Launch launch{};
        profiles::ProfileTcpip profile{};
        std::vector<std::string> interfaces{};  ///< the link of each, in the order in which they came up
    };
    TcpipProgram::Change change_stack(const Userid& tcpip, const FileId& file, const std::string& text);
    // wiring.cpp
    void begin_session_of(const Userid& user, System& world);
    void plug_in(const Userid& tcpip, const stack::ServerConfig& config);
    void unplug(const Userid& user);
    void rewire();
    void rewire(const Userid& tcpip, RunningStack& stack);
    void note_rewired(const Userid& tcpip, const RunningStack& stack, const std::string& link,
                      const VirtualAdapter& adapter);
    std::size_t wire_of(const VirtualNetwork& network);
    const VirtualAdapter* adapter_of(const Userid& tcpip, std::string_view vdev) const;
    void tell_adapters(const Userid& tcpip, stack::ServerConfig& config) const;
    StackConfiguration configuration_of(const RunningStack& stack) const;

    System system_;
    Network network_;
    Surroundings around_;
    Storage storage_;
    Directory directory_;
    Racf racf_;
    CpSessions sessions_;
    SavedSegments segments_;
    VirtualNetworks networks_;
    std::map<NetworkName, std::size_t> own_wires_;  ///< of networks that do not lead to LAN0
    SourceLocation command_where_{};                ///< of the COMMAND statement that CP obeys now
    FilesView files_;
    SystemLevel level_;
    Zone zone_ = kSystemZone;
    Laptop* laptop_ = nullptr;
    Workstation* workstation_ = nullptr;
    Workstation* remote_workstation_ = nullptr;
    std::string authority_pem_, host_name_;
    std::vector<sslserv::LabPki::Client> clients_;
    sslserv::Bytes client_key_;
    std::vector<std::string> complaints_;
    /// The cache of a pool lives in its segment: there as long as anybody has that loaded.
    std::map<Name8, SharedCache> session_caches_;
    std::map<Name8, std::shared_ptr<sslserv::SessionNames>> session_names_;  ///< of every pool, by segment
    std::map<Userid, Name8> cache_agents_;                                   ///< who serves which segment now
    std::vector<WirePlan> wire_plans_;
    std::vector<AttackerPlan> attackers_;
    bool loopback_clients_;
    std::optional<std::pair<std::uint16_t, std::uint16_t>> passive_override_;
    std::set<Userid> not_started_;
    std::set<std::string> configuration_disks_;  ///< "TCPMAINT.198", as WorldOptions::files spells them
    Prover prover_;
    RandomStream dice_;
    std::uint64_t ipl_count_ = 0;  ///< separates the random streams of one member's sessions
    /// Servers that run, by DTCPARMS as it was when they started; their exits are called at their end.
    std::map<Userid, profiles::ServerDefinition> started_;
    std::map<Userid, Userid> owners_;  ///< who gets a server's console (:owner.)
    std::map<Userid, RunningStack> stacks_;
    std::map<Userid, std::vector<Sourced<Userid>>> admins_;  ///< by stack: :admin_id_list.
};

}  // namespace vmlab::sim
