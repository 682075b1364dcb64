#include "simulator/world.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "profiles/tcpip_data.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/directory_source.hpp"
#include "simulator/machines/cp_machine.hpp"
#include "simulator/machines/name_server.hpp"
#include "simulator/machines/tap_host.hpp"
#include "simulator/machines/tcpip_program.hpp"
#include "simulator/site.hpp"
#include "simulator/user_program.hpp"

namespace vmlab::sim {
namespace {

constexpr Name8 kCp = "CP";
constexpr std::size_t kLongestConfiguration = 1024 * 1024;  ///< bytes of one file

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return text;
}

}  // namespace

World::World(const WorldOptions& options, Outside& outside)
    : system_(options.start, options.seed, outside),
      network_(system_.random("network")),
      around_(options.around),
      files_(storage_, directory_),
      loopback_clients_(options.loopback_clients),
      passive_override_(options.passive_ports),
      not_started_(options.not_started),
      dice_(system_.random("query numbers")) {
    for (const auto& [path, text] : options.files)
        configuration_disks_.insert(path.substr(0, path.find('/')));
    level_.node = around_.node.str();
    level_.product = around_.level;
    level_.crypto = around_.crypto;
    level_.ipl = options.start;
    level_.generated = options.start - hours{24 * 30};
    load(options);
    find_home6();
    make_pki(options);
    make_machines();
    make_network(options.tap);
    for (const auto& plan : options.wires)
        if (auto wrong = network_.apply(plan, options.start); !wrong.empty())
            complaints_.push_back(std::move(wrong));
    if (!options.capture) return;
    network_.capture_to(options.capture);
    options.capture->add_names(site::hosts(around_.lan));
}

World::~World() = default;

void World::load(const WorldOptions& options) {
    define_file_pools(options.start, storage_);
    complaints_ = load_minidisks(options.files, options.start, storage_);
    for (auto& complaint : import_storage(options.saved, storage_))
        complaints_.push_back(std::move(complaint));
    const CmsFile* file = storage_.disks.find_file("MAINT", "02CC", "USER", "DIRECT");
    if (!file) {
        complaints_.push_back("there is no CP directory: MAINT 2CC USER DIRECT is missing");
        return;
    }
    const auto source = profiles::SourceText::from_host({"USER", "DIRECT", {'C', '1'}}, file->text());
    const auto parsed = profiles::read_user_direct(source);
    for (const Said& said : profiles::said_of(parsed.findings))
        complaints_.push_back(said.rests_on[0].str() + ": " + said.text);
    directory_ = directory_of(parsed);
    directory_.define_minidisks(storage_);
    load_racf();
    segments_.define({.name = "TCPIP"});
}

/// RACF's database, where the directory has a RACFVM: the commands on its 191 disk.
void World::load_racf() {
    if (!directory_.find(kRacfMachine)) return;
    directory_.ask_first(&racf_);
    const CmsFile* file = storage_.disks.find_file(kRacfMachine, "0191", "RACF", "COMMANDS");
    if (!file) {
        complaints_.push_back("RACF has no database: RACFVM 191 RACF COMMANDS is missing");
        return;
    }
    const auto source = profiles::SourceText::from_host({"RACF", "COMMANDS", {'A', '1'}}, file->text());
    for (const Said& said : racf_.load(source))
        complaints_.push_back(said.rests_on[0].str() + ": " + said.text);
}

/// The IPv6 address by which the site knows the first stack: the first one of HOME, as it is at the start.
void World::find_home6() {
    const Userid& tcpip = around_.stacks.front().userid;
    for (const Name8 name : {Name8(tcpip), around_.node, Name8("PROFILE")}) {
        const CmsFile* file = storage_.disks.find_file("TCPMAINT", "0198", name, "TCPIP");
        if (!file) continue;
        const auto profile = profiles::read_profile_tcpip(
            profiles::SourceText::from_host({name, "TCPIP", {'D', '1'}}, file->text()));
        if (!profile.home_v6.entries.empty()) around_.lan.ipv6.home = profile.home_v6.entries.front().address;
        return;
    }
}

/// The lab's certificates are made at every start, relative to the world's clock, for the names by which it
/// is reached.
void World::make_pki(const WorldOptions& options) {
    RandomStream random = system_.random("lab pki");
    sslserv::LabPkiRequest request;
    request.now = options.start;
    const CmsFile* data_file = storage_.disks.find_file("TCPMAINT", "0592", "TCPIP", "DATA");
    const auto data = profiles::read_tcpip_data(
        profiles::SourceText::from_host({"TCPIP", "DATA", {'F', '1'}}, data_file ? data_file->text() : ""),
        *Name8::parse(level_.node));
    const std::string host = lower(data.host_name->empty() ? level_.node : *data.host_name);
    request.host_names = {data.domain_origin->empty() ? host : host + "." + lower(*data.domain_origin), host,
                          "localhost"};
    host_name_ = request.host_names.front();
    request.addresses = {
        around_.lan.home, Ipv4Address::of(127, 0, 0, 1),
        IpAddress(std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})};
    if (around_.lan.ipv6.home) request.addresses.push_back(*around_.lan.ipv6.home);
    request.labels = around_.labels;
    request.certificates = around_.certificates;
    request.clients = around_.clients;
    request.list_dates = around_.list_dates;
    request.fips = around_.fips_database;
    auto pki = sslserv::make_lab_pki(request, options.keys, random);
    authority_pem_ = pki.authority_pem;
    clients_ = std::move(pki.clients);
    client_key_ = options.keys.client;
    const BfsIdentity keeper{"gskadmin", "security", false};
    for (const auto& place : around_.key_databases) {
        storage_.bfs.define_space(place.space, keeper, 0750, options.start);
        const auto put = [&](const char* type, const auto& bytes) {
            BfsNode node;
            node.owner = keeper.user;
            node.group = keeper.group;
            node.mode = 0640;
            node.changed = options.start;
            node.bytes = std::make_shared<std::string>(bytes.begin(), bytes.end());
            storage_.bfs.put(place.space, place.path + type, std::move(node));
        };
        put(".kdb", pki.kdb);
        put(".rdb", pki.rdb);
        put(".sth", pki.sth);
        if (!pki.revocation_list.empty()) put(".crl", pki.revocation_list);
    }
}

void World::make_machines() {
    system_.add(std::make_unique<CpMachine>(directory_, sessions_, level_.node, zone_));
    for (const auto& [userid, entry] : directory_.all())
        system_.add(std::make_unique<VirtualMachine>(userid, *this));
}

/// LAN0 is the system's own network; LAN1 is behind the router. They stand however the files are. What
/// devices of stacks lead to is decided when a stack starts (plug_in).
void World::make_network(bool tap) {
    system_.set_fabric(network_);
    for (const auto wire : site::kWires) network_.add_lan(std::string(wire));
    const auto lan = network_.find("LAN0"), far = network_.find("LAN1");
    const LanPlan& plan = around_.lan;
    const auto random = [&](Name8 name) { return system_.random(name.view()); };
    const Ipv6Plan& plan6 = plan.ipv6;
    const auto add = [&](std::unique_ptr<ExternalHost> owned, std::size_t to, Ipv4Address address,
                         unsigned prefix, Ipv4Address first_hop, const IpAddress& address6,
                         const IpAddress& first_hop6) {
        ExternalHost& made = *owned;
        network_.attach(to, system_.add(std::move(owned)), made.plug("eth0", address, prefix, system_));
        made.add_default_route(first_hop, 0);
        made.give(0, address6, plan6.prefix, system_);
        made.add_route(IpAddress(), 0, first_hop6, 0);
    };
    const auto workstation = [&](Name8 name) {
        auto made =
            std::make_unique<Workstation>(name, stack::StackOptions{.time_wait = seconds{2}},
                                          system_.random(name.view()), system_.random(name.str() + " TLS"));
        for (auto& authority : sslserv::from_pem(authority_pem_, "CERTIFICATE"))
            made->trust(std::move(authority));
        for (const auto& client : clients_) made->hold(client.name, client.der, client_key_);
        return made;
    };
    auto owned_router = std::make_unique<ExternalHost>(
        Name8("ROUTER"), stack::StackOptions{.forwarding = true, .ignores_redirects = true},
        random("ROUTER"));
    ExternalHost& router = *owned_router;
    const auto index = system_.add(std::move(owned_router));
    for (std::size_t i = 0; i < plan.router.size(); ++i)
        network_.attach(
            lan, index,
            router.plug(fmt::format("eth{}", i), plan.router[i].address, plan.router[i].prefix, system_));
    if (!plan.router.empty())
        for (const auto& [address, prefix] : plan6.router) router.give(0, address, prefix, system_);
    const auto behind = router.plug(fmt::format("eth{}", plan.router.size()), site::kFarRouter, 24, system_);
    network_.attach(far, index, behind);
    router.give(behind, host_of(site::kFarNetwork6, 1), 64, system_);
    auto near_ws = workstation("WS1"), far_ws = workstation("WS3");
    workstation_ = near_ws.get();
    remote_workstation_ = far_ws.get();
    add(std::move(near_ws), lan, plan.workstation, plan.prefix, plan.first_hop, plan6.workstation,
        plan6.first_hop);
    add(std::make_unique<ExternalHost>(Name8("WS2"), stack::StackOptions{}, random("WS2")), lan,
        plan.second_workstation, plan.prefix, plan.first_hop, plan6.second_workstation, plan6.first_hop);
    auto laptop = std::make_unique<Laptop>(Name8("LAPTOP"), stack::StackOptions{.time_wait = seconds{2}},
                                           random("LAPTOP"));
    laptop_ = laptop.get();
    add(std::move(laptop), lan, plan.laptop, plan.prefix, plan.first_hop, plan6.laptop, plan6.first_hop);
    auto name_server =
        std::make_unique<NameServer>(Name8("NS1"), stack::StackOptions{.time_wait = seconds{2}},
                                     random("NS1"), site::zone(plan, host_name_));
    add(std::move(name_server), lan, plan.name_server, plan.prefix, plan.first_hop, plan6.name_server,
        plan6.first_hop);
    add(std::move(far_ws), far, site::kFarWorkstation, 24, site::kFarRouter, host_of(site::kFarNetwork6, 4),
        host_of(site::kFarNetwork6, 1));
    if (tap) network_.attach(lan, system_.add(std::make_unique<TapHost>(Name8("TAP"))), 0);
    for (const auto& stack : around_.stacks)
        if (const auto* vm = virtual_machine(stack.userid))
            for (std::uint16_t i = 0; i < stack.interfaces; ++i) network_.attach(lan, vm->index(), i);
}

/// The interfaces of a stack that starts, in the order in which its devices come up.
void World::plug_in(const Userid& tcpip, const stack::ServerConfig& config) {
    std::uint16_t interface = 0;
    for (const auto& device : config.devices) {
        if (!device.started || !device.attached) continue;
        const bool suits = std::ranges::all_of(config.links, [&](const auto& l) { return l.suits(device); });
        if (!suits) continue;
        for (const auto& link : config.links)
            if (link.device == device.name && device.is_virtual()) ++interface;  // it is on no wire
            else if (link.device == device.name)
                network_.attach(network_.find(site::wire_of(device.type)), virtual_machine(tcpip)->index(),
                                interface++);
    }
}

std::vector<std::pair<std::string, std::string>> World::files_now() const {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& [place, disk] : storage_.disks.all()) {
        std::string prefix = fmt::format("{}.{}", place.owner.view(), short_vdev(place.vdev));
        const std::string whole = fmt::format("{}.{}", place.owner.view(), place.vdev);
        if (configuration_disks_.contains(whole)) prefix = whole;
        for (const auto& [key, file] : disk.files.all())
            if (!file.binary() && file.size() <= kLongestConfiguration)
                files.emplace_back(fmt::format("{}/{}.{}", prefix, key.name.view(), key.type.view()),
                                   file.text());
    }
    return files;
}

void World::ipl() {
    system_.record(kCp, seed_record(system_.seed()));
    std::vector<std::string> machines;
    for (const auto& [user, entry] : directory_.all())
        if (entry.is_autologged()) machines.push_back(about_machine(user));
    system_.record(kCp,
                   {RecordKind::state, "the system is started (IPL)", {}, "directory", std::move(machines)});
    if (directory_.find("OPERATOR")) {
        sessions_.log_on({"OPERATOR", CpSession::How::system_console, 0, system_.now(), {}});
        system_.post("OPERATOR", LogonStarted{"OPERATOR"});
    }
    system_.post("AUTOLOG1", LogonStarted{"OPERATOR"}, milliseconds{1});
}

void World::log_on_at_prompt(const Userid& user) {
    if (sessions_.find(user)) return;
    sessions_.log_on({user, CpSession::How::system_console, 0, system_.now(), {}});
    system_.post(user, LogonStarted{user});
}

VirtualMachine* World::virtual_machine(const Userid& userid) {
    return dynamic_cast<VirtualMachine*>(system_.find(userid));
}

const VirtualMachine* World::virtual_machine(const Userid& userid) const {
    return dynamic_cast<const VirtualMachine*>(system_.find(userid));
}

/// Settled: nothing that the stack was told to start is still on its way.
bool World::settled(const Userid& tcpip) const {
    const auto snapshot = stack(tcpip);
    if (!snapshot || !snapshot->up) return false;
    for (const auto& member : snapshot->members)
        if (member.state == stack::MemberState::starting) return false;
    if (snapshot->config.ssl.server && !snapshot->config.ssl.members.empty()) {
        bool any = false;
        for (const auto& member : snapshot->members) any = any || member.state == stack::MemberState::ready;
        if (!any) return false;
    }
    for (const auto& entry : snapshot->config.autolog) {
        bool listens = false;
        for (const auto& socket : snapshot->sockets)
            listens = listens ||
                      (socket.client == entry.value && socket.connection.state == stack::TcpState::listen);
        if (!listens) return false;
    }
    return true;
}

void World::logged_on(VirtualMachine& vm, const LogonStarted& how, System& world) {
    sessions_.log_on({vm.name(), CpSession::How::disconnected, 0, world.now(), {}});
    world.record({RecordKind::state,
                  fmt::format("{} is logged on by {}", vm.name().view(), how.by.view()),
                  {},
                  about_machine(vm.name())});
    const CpSession* session = sessions_.find(vm.name());
    if (session && session->how == CpSession::How::disconnected)
        operator_line(report_auto_logon(vm.name(), sessions_.all().size(), how.by));
    else
        operator_line(fmt::format("GRAF {:<5}LOGON  AS  {:<8} USERS = {}", session ? session->where() : "",
                                  vm.name().view(), sessions_.all().size()));
}

void World::logged_off(VirtualMachine& vm, const Userid& by, System& world) {
    if (by.empty()) call_end_exits(vm.name(), world);
    else started_.erase(vm.name());
    const CpSession session = *sessions_.find(vm.name());
    sessions_.log_off(vm.name());
    segments_.release_all(vm.name());
    if (const auto agent = cache_agents_.find(vm.name()); agent != cache_agents_.end()) {
        session_caches_.at(agent->second)
            ->set_unserved({fmt::format("{} is gone", vm.name().view()), {}, {about_machine(vm.name())}});
        cache_agents_.erase(agent);
    }
    std::erase_if(session_caches_, [&](const auto& entry) {
        const auto* segment = segments_.find(entry.first);
        return segment == nullptr || segment->users.empty();
    });
    operator_line(report_user_logoff(session, sessions_.all().size(), by));
    if (owners_.contains(vm.name())) close_console(vm.name(), owners_.at(vm.name()));
    for (const auto& machine : world.machines()) {
        const auto* other = dynamic_cast<const VirtualMachine*>(machine.get());
        if (machine->name() == kCp || (other && other != &vm && other->logged_on()))
            world.post(machine->index(), MachineGone{vm.name()});
    }
}

void World::operator_line(std::string line) {
    if (sessions_.find("OPERATOR")) system_.console_line("OPERATOR", std::move(line));
}

}  // namespace vmlab::sim
