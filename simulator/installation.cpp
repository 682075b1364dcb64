// What each virtual machine runs, decided at its IPL: CMS for people, TCPRUN and its program for servers.
#include <fmt/core.h>

#include <algorithm>

#include "profiles/profile_tcpip.hpp"
#include "services/echo/smapi_responder.hpp"
#include "services/echo/tls_echo.hpp"
#include "services/ftp/server.hpp"
#include "services/smtp/server.hpp"
#include "services/telnet/server.hpp"
#include "simulator/commands/interpreter.hpp"
#include "simulator/ipl/accessed_files.hpp"
#include "simulator/ipl/configure.hpp"
#include "simulator/ipl/messages.hpp"
#include "simulator/ipl/tcprun.hpp"
#include "simulator/machines/agents.hpp"
#include "simulator/machines/service_program.hpp"
#include "simulator/machines/ssl_program.hpp"
#include "simulator/machines/tcpip_program.hpp"
#include "simulator/site.hpp"
#include "simulator/user_program.hpp"
#include "simulator/world.hpp"
#include "sslserv/messages.hpp"
#include "stack/server/messages.hpp"
#include "stack/server/port_table.hpp"

namespace vmlab::sim {
namespace {

constexpr Name8 kCp = "CP";

/// A server's own session with CMS while it starts: its disks and its mounts.
struct ServerSession {
    AccessedDisks disks;
    BfsSession bfs;
    BfsIdentity posix;
};

/// The disks that a server's PROFILE EXEC accesses, with CMS's lines about them.
ServerSession begin_session(const Userid& userid, const Directory& directory, const Storage& storage,
                            std::vector<Said>& console) {
    ServerSession session{
        directory.devices_of(userid, storage.disks, console), {}, directory.posix_of(userid)};
    for (const auto& [vdev, mode] : {std::pair{"0191", "A"}, {"0198", "D"}, {"0591", "E"}, {"0592", "F"}}) {
        if (!session.disks.linked(vdev)) continue;
        auto outcome = session.disks.access(vdev, mode, storage.disks, storage.pools);
        for (auto& said : outcome.messages) console.push_back(std::move(said));
    }
    return session;
}

/// Reads the .kdb and its stash with the rights of an SSL server.
FoundDatabase read_database(const BfsSession& bfs, const BfsIdentity& who, const Storage& storage,
                            const sslserv::Policy& policy, Instant now) {
    const std::string& path = policy.key_file;
    const auto read = [&](const std::string& name, std::string& out) {
        const auto place = bfs.resolve(name);
        return place ? storage.bfs.read(*place, who, storage.pools, out) : BfsError::not_found;
    };
    const auto refuse = [&](int code, std::string_view why) {
        return say<sslserv::DTCSSL904E>(code, fmt::format("{}: {}", path, why))
            .because(policy.key_file_where);
    };
    std::string kdb, sth;
    if (const auto error = read(path, kdb); error != BfsError::none)
        return refuse(202, say_bfs_error(error, path).text);
    const auto dot = path.rfind('.');
    if (const auto error = read(path.substr(0, dot) + ".sth", sth); error != BfsError::none)
        return refuse(201, "no stashed password: " + say_bfs_error(error, path.substr(0, dot) + ".sth").text);
    const auto view = [](const std::string& s) {
        return sslserv::ByteView(reinterpret_cast<const std::uint8_t*>(s.data()), s.size());
    };
    const auto password = sslserv::read_stash(view(sth));
    if (!password) return refuse(408, "the stash file is damaged");
    auto opened = sslserv::KeyDatabase::open(view(kdb), *password, now);
    if (const auto* error = std::get_if<sslserv::KeyDatabaseError>(&opened))
        return refuse(error->gsk_code, error->why);
    auto database = std::get<sslserv::KeyDatabase>(std::move(opened));
    const std::string list = path.substr(0, dot) + ".crl";
    std::string crl;
    const auto error = read(list, crl);
    if (error == BfsError::none) database.set_revocations(sslserv::Revocations::read(list, view(crl)));
    else if (error != BfsError::not_found)
        database.set_revocations(sslserv::Revocations::unreadable(list, say_bfs_error(error, list).text));
    return database;
}

/// Privileged SMSG commands of SMTP are for SMSGAUTHLIST, not for the stack's OBEY list.
services::SystemFacts smtp_facts(const profiles::SmtpConfig& config, services::SystemFacts facts) {
    const auto& list = config.smsg_authorized;
    facts.authorized = smtp_authorized(config);
    facts.authorized_where = list.empty() ? SourceLocation{config.file, 0, 0} : list.front().where;
    return facts;
}

/// A user that runs a command by DTCPARMS though this stack does not start it, and the line of its entry that
/// is to blame; unknown when the entry says that it is this stack's.
struct LeftOut {
    Userid user{};
    SourceLocation where{};
};

/// `wants`: the stack starts such users; one that is of no stack that there is, is missed then.
std::vector<LeftOut> left_out(std::string_view command, const Launch& launch, const Directory& directory,
                              bool wants, const std::vector<Userid>& started) {
    std::vector<LeftOut> users;
    for (const auto& [user, entry] : directory.all()) {
        const auto definition = profiles::find_definition(user, launch.dtcparms);
        if (!definition || !iequals(definition->value("command"), command) ||
            std::find(started.begin(), started.end(), user) != started.end())
            continue;
        const auto named = Userid::parse(definition->value("stack")).value_or(Userid{});
        const profiles::DtcTag* tag = definition->tag("stack");
        if (named == launch.userid) users.push_back({user, {}});
        else if (wants && !directory.find(named))
            users.push_back({user, tag ? tag->where : definition->server.nick.where});
    }
    return users;
}

/// What stands before a line of an SSL server's console.
std::string stamp_of(const Launch& launch, Instant now) {
    return launch.timestamp ? hh_mm_ss(now, launch.zone.offset) + " " : std::string();
}

/// A restricted segment is for those whose directory entry has NAMESAVE with its name, and who may update it
/// by RACF's class VMSEGMT. What keeps this user from it, else nothing.
std::optional<Said> refuse_segment(const Directory& directory, const Racf& racf, const Userid& user,
                                   const Name8& segment) {
    const auto* entry = directory.find(user);
    const bool named = entry && std::find(entry->namesave.begin(), entry->namesave.end(), segment.view()) !=
                                    entry->namesave.end();
    if (!named) {
        Said said = say<sslserv::DTCSSL922W>(segment, user, segment);
        if (entry) said.rests_on.push_back(entry->where);
        return said;
    }
    const auto decision = racf.check("VMSEGMT", "DCSS." + segment.str(), user, RacfAccess::update);
    if (!decision.refused()) return std::nullopt;
    Said said = say<sslserv::DTCSSL925W>(segment, decision.profile, name_of(decision.allowed));
    if (decision.where.known()) said.rests_on.push_back(decision.where);
    return said;
}

/// What answers why an SSL server is not there, or the owner of their session cache.
void note_left_out(const Launch& launch, const Directory& directory, const stack::SslConfig& ssl,
                   System& world) {
    for (const auto& [user, where] :
         left_out("VMSSL", launch, directory, ssl.server.has_value(), ssl.members))
        world.record(
            {RecordKind::state,
             fmt::format("{} is no SSL server of {}", user.view(), launch.userid.view()),
             {where},
             about_machine(user),
             where.known() ? std::vector<std::string>{} : std::vector<std::string>{stack::kAboutSslServers}});
}

/// It is started for a pool, and where :DCSS_Parms. asks for it.
void note_no_agent(const Launch& launch, const Directory& directory, System& world) {
    const bool wants = launch.definition.tag("dcss_parms") != nullptr;
    for (const auto& [user, where] : left_out("SSLIDCSS", launch, directory, wants, {})) {
        Record record{RecordKind::state,
                      fmt::format("{} is not started by {}", user.view(), launch.userid.view()),
                      {},
                      about_machine(user)};
        if (where.known()) record.rests_on = {where};
        else if (wants) record.consulted = {stack::kAboutSslServers};
        else record.rests_on = {launch.definition.server.nick.where};
        world.record(std::move(record));
    }
}

/// EXECs that run in a server's machine, with the command interpreter that its console would have.
class ServerExits final : public ExitRunner {
public:
    ServerExits(const Userid& server, Operations& world) : server_(server), world_(world) {}

    ExecEnd run(const profiles::SourceText& exec, const std::string& arguments,
                std::vector<Said>& console) override {
        struct Host final : ExecHost {
            Host(const Userid& server, Operations& operations, std::vector<Said>& lines)
                : world(operations), interpreter(server, operations), console(lines) {
                (void)interpreter.start(world);  // CMS is up already: its lines were said
            }
            int command(const std::string& line) override {
                std::vector<ConsoleLine> out;
                const int rc = interpreter.run_in_program(line, world, out);
                for (auto& answer : out) say(std::move(answer.text));
                return rc;
            }
            void say(std::string line) override { console.push_back({nullptr, std::move(line), {}}); }

            Operations& world;
            Interpreter interpreter;
            std::vector<Said>& console;
        } host(server_, world_, console);
        std::string program;
        for (const auto& line : exec.lines) program += line + '\n';
        return run_exec(program, arguments, host);
    }

private:
    Userid server_;
    Operations& world_;
};

std::vector<Userid> values_of(const std::vector<Sourced<Userid>>& list) {
    std::vector<Userid> values;
    for (const auto& entry : list) values.push_back(entry.value);
    return values;
}

}  // namespace

std::unique_ptr<Program> World::ipl(VirtualMachine& vm, const LogonStarted& how, System& world) {
    const Userid userid = vm.name();
    const DirectoryEntry* entry = directory_.find(userid);
    for (const auto& [name, pool] : storage_.pools.all())
        if (pool.server == userid) return std::make_unique<FilePoolProgram>(storage_.pools);
    if (userid == kRacfMachine) return std::make_unique<RacfProgram>(racf_);
    if (userid == Userid("AUTOLOG1")) {
        std::vector<Userid> users;
        std::vector<Userid> wanted{kRacfMachine, "VMSERVS", "VMSERVU"};
        for (const auto& stack : around_.stacks) wanted.push_back(stack.userid);
        for (const Userid& user : wanted)
            if (directory_.find(user) && !not_started_.contains(user)) users.push_back(user);
        return std::make_unique<AutologProgram>(std::move(users));
    }
    if (userid == Userid("RSCS")) return std::make_unique<WaitingProgram>("RSCS is not simulated");
    if (entry && !entry->is_autologged())
        return std::make_unique<UserProgram>(userid, *this, how.console_input, kCp);
    return run_server(vm, world);
}

/// TCPRUN, with its lines on the machine's console; nothing when the server does not start.
std::unique_ptr<Program> World::run_server(VirtualMachine& vm, System& world) {
    const Userid userid = vm.name();
    const DirectoryEntry* entry = directory_.find(userid);
    std::vector<Said> lines;
    ServerSession session = begin_session(userid, directory_, storage_, lines);
    for (const auto& said : lines) world.console(userid, said);
    world.console_line(userid, fmt::format("Ready; T=0.01/0.01 {}", hh_mm_ss(world.now(), zone_.offset)));
    SessionMounter mounter(session.bfs, session.disks, session.posix, storage_);
    const AccessedFiles files(session.disks, storage_.disks, storage_.pools);
    TcprunInput input;
    input.userid = userid;
    input.node = *Name8::parse(level_.node);
    input.level = level_.product;
    if (entry) input.dedicated = entry->dedicated;
    input.storage_megabytes = entry ? std::uint32_t(entry->storage_megabytes) : 32;
    input.now = world.now();
    input.zone = zone_;
    ServerExits exits(userid, *this);
    auto result = run_tcprun(input, files, mounter, exits);
    owners_[userid] = result.owner;
    if (!result.launch)
        world.record({RecordKind::refusal,
                      fmt::format("{} does not start: {}", userid.view(), result.refusal.text),
                      result.refusal.rests_on,
                      about_machine(userid),
                      {}});
    for (const auto& said : result.console) {
        if (said.message) world.console(userid, said);
        else world.console_line(userid, said.text);
    }
    if (result.dcss_agent) {
        if (auto* agent = virtual_machine(*result.dcss_agent); agent && agent->logged_on())
            world.post(agent->index(), ForcedOff{userid});
        world.record({RecordKind::decision,
                      fmt::format("{} is to be started", result.dcss_agent->view()),
                      {},
                      about_machine(*result.dcss_agent),
                      {}});
        world.post(*result.dcss_agent, LogonStarted{userid}, milliseconds{2});
    }
    if (!result.launch) return nullptr;
    started_[userid] = result.launch->definition;
    if (result.launch->kind == ServerKind::stack && !result.dcss_agent)
        note_no_agent(*result.launch, directory_, world);
    // What the readers had to say of these files is known, though TCPRUN does not print it.
    const auto printed = [&](const Said& said) {
        return std::any_of(result.console.begin(), result.console.end(),
                           [&](const Said& line) { return line.text == said.text; });
    };
    for (const auto& file : result.launch->dtcparms)
        for (const Said& said : profiles::said_of(file.findings))
            if (!printed(said)) world.record({RecordKind::message, said.text, said.rests_on});
    for (const Said& said : profiles::said_of(result.launch->data.findings))
        world.record({RecordKind::message, said.text, said.rests_on});
    return make_program(*result.launch, session.bfs, session.posix, files, vm, world);
}

/// A server that ends by itself or was asked to: its exits have the last word.
void World::call_end_exits(const Userid& server, System& world) {
    const auto definition = started_.extract(server);
    if (definition.empty()) return;
    std::vector<Said> lines;
    ServerSession session = begin_session(server, directory_, storage_, lines);
    lines.clear();
    const AccessedFiles files(session.disks, storage_.disks, storage_.pools);
    ServerExits exits(server, *this);
    auto failed = call_exits("END", server, definition.mapped(), files, exits, lines);
    if (failed) lines.push_back(std::move(*failed));
    for (const Said& said : lines) {
        if (said.message) world.console(server, said);
        else world.console_line(server, said.text);
    }
}

std::unique_ptr<Program> World::make_program(const Launch& launch, const BfsSession& bfs,
                                             const BfsIdentity& posix, const profiles::FileLookup& files,
                                             VirtualMachine& vm, System& world) {
    const auto facts = [&](const Userid& tcpip) {
        const auto running = stack(tcpip);
        auto known = configure_facts(launch, *Name8::parse(level_.node),
                                     running ? values_of(running->config.obey) : std::vector<Userid>{});
        if (running) known.authorized_where = running->config.obey_where;
        if (loopback_clients_)
            known.masquerades.push_back({around_.lan.laptop, Ipv4Address::of(127, 0, 0, 1)});
        return known;
    };
    switch (launch.kind) {
        case ServerKind::stack: return make_stack(launch, files, vm, world);
        case ServerKind::ssl: return make_ssl_server(launch, bfs, posix, vm, world);
        case ServerKind::ssl_dcss_agent: return make_cache_agent(launch, vm, world);
        case ServerKind::ftp: {
            const auto source = files.find("SRVRFTP", "CONFIG");
            const auto parsed = profiles::read_srvrftp_config(source.value_or(profiles::SourceText{}));
            for (const Said& said : profiles::said_of(parsed.findings)) world.console(vm.name(), said);
            if (auto said =
                    without_client_certificates(parsed.client_cert_check, "SRVRFTP CONFIG", launch.level))
                world.console(vm.name(), *said);
            auto config = configure_ftp(parsed, launch);
            if (passive_override_)
                config.passive_ports.value = {passive_override_->first, passive_override_->second};
            else if (loopback_clients_ && !parsed.passive_ports)
                config.passive_ports.value = {around_.passive_ports.first, around_.passive_ports.second};
            return std::make_unique<ServiceProgram>(
                std::make_unique<services::FtpServer>(std::move(config), facts(launch.stack)), files_,
                launch.stack);
        }
        case ServerKind::smtp: {
            const auto source = files.find("SMTP", "CONFIG");
            const auto parsed = profiles::read_smtp_config(source.value_or(profiles::SourceText{}));
            for (const Said& said : profiles::said_of(parsed.findings)) world.console(vm.name(), said);
            if (auto said =
                    without_client_certificates(parsed.client_cert_check, "SMTP CONFIG", launch.level))
                world.console(vm.name(), *said);
            return std::make_unique<ServiceProgram>(
                std::make_unique<services::SmtpServer>(configure_smtp(parsed, launch),
                                                       smtp_facts(parsed, facts(launch.stack))),
                files_, launch.stack);
        }
        case ServerKind::tls_echo:
        case ServerKind::smapi: return make_echo(launch, facts(launch.stack), world);
    }
    return nullptr;
}

std::unique_ptr<Program> World::make_stack(const Launch& launch, const profiles::FileLookup& files,
                                           VirtualMachine& vm, System& world) {
    const Userid userid = vm.name();
    const Zone& zone = launch.zone;
    const auto said = [&](const Said& what) {
        world.console(userid, what, hh_mm_ss(world.now(), zone.offset) + " ");
    };
    world.console(userid, say<stack::DTCTCP001I>(launch.level.tcpip()));
    world.console_line(
        userid, fmt::format("{:^79}", fmt::format("***** {} *****", mm_dd_yy(world.now(), zone.offset))));
    said(say<stack::DTCIPI008I>("10/02/19", "14:13"));
    said(say<stack::DTCIPI052I>());
    said(say<stack::DTCIPI009I>());
    said(say<stack::DTCIPI012I>());
    const auto search = profiles::find_profile(userid, *Name8::parse(level_.node), files);
    for (const auto& tried : search.tried) said(say<stack::DTCIPI005I>(tried.name));
    profiles::ProfileTcpip profile;
    if (search.found) {
        const CmsFile* file =
            storage_.disks.find_file("TCPMAINT", "0198", search.found->file.name, search.found->file.type);
        const Instant changed = file ? file->changed : world.now();
        said(say<stack::DTCIPI006I>(search.found->file.str(), mm_dd_yy(changed, zone.offset),
                                    hh_mm_ss(changed, zone.offset).substr(0, 5))
                 .because({search.found->file, 0, 0}));
        profile = profiles::read_profile_tcpip(*search.found);
    } else {
        said(say<stack::DTCIPI901W>());
    }
    said(say<stack::DTCFPM004I>());
    said(say<stack::DTCFPM005I>());
    for (const Said& finding : profiles::said_of(profile.findings)) said(finding);
    for (const auto& device : profile.devices)
        if (!device.says_restart()) said(say<stack::DTCPRS354I>(device.name.value).because(device.where));
    auto& running = stacks_[userid] = {launch, std::move(profile)};
    auto configuration = configuration_of(running);
    plug_in(userid, configuration.server);
    for (const auto& notice : configuration.notices) said(notice);
    if (configuration.server.trace.on(stack::TraceArea::parse))
        for (const auto& statement : running.profile.statements)
            world.console_line(userid, fmt::format("{} PARSE {}: {}, {}", hh_mm_ss(world.now(), zone.offset),
                                                   statement.where.str(), statement.keyword,
                                                   profiles::name_of(statement.state)));
    note_left_out(launch, directory_, configuration.server.ssl, world);
    admins_.erase(userid);
    auto telnet = std::make_unique<services::TelnetServer>(std::move(configuration.telnet));
    return std::make_unique<TcpipProgram>(std::move(configuration.server), world.random(userid.view()),
                                          std::move(telnet), files_, kCp,
                                          [this, userid](const FileId& file, const std::string& text) {
                                              return change_stack(userid, file, text);
                                          });
}

StackConfiguration World::configuration_of(const RunningStack& stack) const {
    std::vector<Userid> users;
    for (const auto& [user, entry] : directory_.all()) users.push_back(user);
    auto configuration = configure_stack(stack.profile, stack.launch, users);
    configuration.server.zone = stack.launch.zone;
    for (auto& device : configuration.server.devices)
        if (!device.is_virtual() && site::wire_of(device.type) == site::kWires[0])
            device.network_layer2 = around_.lan_layer2;
    return configuration;
}

/// OBEYFILE, NETSTAT OBEY: reads the statements, and changes the running profile by them.
TcpipProgram::Change World::change_stack(const Userid& tcpip, const FileId& file, const std::string& text) {
    RunningStack& running = stacks_.at(tcpip);
    const auto change =
        profiles::read_profile_tcpip(profiles::SourceText::from_host(file, text), &running.profile);
    const auto before = configuration_of(running).notices;
    TcpipProgram::Change result;
    for (const auto& finding : change.findings.items) result.said.push_back(finding.said);
    for (const auto& statement : profiles::start_only_statements(change))
        result.said.push_back(say<stack::DTCPRS920W>(statement.keyword).because(statement.where));
    profiles::apply_obeyfile(running.profile, change);
    auto configuration = configuration_of(running);
    for (auto& notice : configuration.notices)
        if (std::ranges::none_of(before, [&](const Said& known) { return known.text == notice.text; }))
            result.said.push_back(std::move(notice));
    result.server = std::move(configuration.server);
    result.telnet = std::move(configuration.telnet);
    return result;
}

std::unique_ptr<Program> World::make_ssl_server(const Launch& launch, const BfsSession& bfs,
                                                const BfsIdentity& posix, VirtualMachine& vm, System& world) {
    const Userid userid = vm.name();
    const auto running = stack(launch.stack);
    SslProgram::Setup setup;
    if (!running || !running->up) {
        const profiles::DtcTag* tag = launch.definition.tag("stack");
        Said said = say<sslserv::DTCSSL920E>(launch.stack, running ? "it is not up" : "it is not running");
        if (tag) said.rests_on.push_back(tag->where);
        if (launch.data.tcpip_userid.where.known()) said.rests_on.push_back(launch.data.tcpip_userid.where);
        world.record({RecordKind::refusal,
                      said.text,
                      said.rests_on,
                      about_machine(userid),
                      {about_machine(launch.stack)}});
        world.console(userid, said, stamp_of(launch, world.now()));
        return nullptr;
    }
    const profiles::DtcTag* parms = launch.definition.tag("parms");
    setup.options.userid = userid;
    setup.options.policy = launch.policy;
    setup.options.max_sessions = running->config.ssl.max_per_server;
    setup.options.tcpip = launch.stack;
    setup.options.parameters_where = parms ? parms->where : launch.definition.server.nick.where;
    for (const auto& word : launch.parms)
        setup.options.parameters += (setup.options.parameters.empty() ? "" : " ") + word.text;
    setup.tcpip = launch.stack;
    setup.timestamp = launch.timestamp;
    setup.zone = launch.zone;
    if (!launch.admin_ids.empty()) admins_[launch.stack] = launch.admin_ids;
    setup.cache = cache_for(launch, running->config.ssl, stamp_of(launch, world.now()), world);
    setup.read_database = [this, bfs, posix, policy = launch.policy](Instant now) {
        return read_database(bfs, posix, storage_, policy, now);
    };
    setup.read_trace = read_trace_command;
    if (const auto audit = racf_.check("FACILITY", "ICHCONN", userid, RacfAccess::update); audit.refused()) {
        Said said = say<sslserv::DTCSSL924W>(userid, name_of(audit.allowed));
        if (audit.where.known()) said.rests_on.push_back(audit.where);
        world.console(userid, said, stamp_of(launch, world.now()));
    }
    if (level_.crypto) {
        auto has = crypto_of_guest(directory_.find(userid), *level_.crypto, level_.product);
        setup.options.hardware = {has.cpacf, has.apvirtual, std::move(has.why_no_ap),
                                  std::move(has.rests_on)};
    }
    ++ipl_count_;
    return std::make_unique<SslProgram>(std::move(setup),
                                        world.random(fmt::format("{} {}", userid.view(), ipl_count_)));
}

/// `:DCSS_Parms.` of the stack names the segment; <DEFAULT>, or no such tag: it is called like the stack.
Name8 World::cache_segment_of(const Userid& tcpip) const {
    const auto running = stacks_.find(tcpip);
    const auto* tag =
        running == stacks_.end() ? nullptr : running->second.launch.definition.tag("dcss_parms");
    if (tag == nullptr || tag->words.empty()) return tcpip;
    return Name8::parse(upper(tag->words.front().text)).value_or(tcpip);
}

/// SSLIDCSS: defines the segment if there is none, loads it, and serves the cache in it.
std::unique_ptr<Program> World::make_cache_agent(const Launch& launch, VirtualMachine& vm, System& world) {
    const Userid userid = vm.name();
    const Name8 segment = cache_segment_of(launch.stack);
    if (!segments_.find(segment)) segments_.define({.name = segment});
    if (const auto refused = refuse_segment(directory_, racf_, userid, segment)) {
        world.record({RecordKind::refusal, refused->text, refused->rests_on, about_machine(userid)});
        world.console(userid, *refused);
        return nullptr;
    }
    segments_.load(segment, userid);
    auto& cache = session_caches_[segment];
    if (!cache) cache = new_cache(segment);
    cache->set_served();
    cache_agents_[userid] = segment;
    return std::make_unique<WaitingProgram>(
        fmt::format("SSL DCSS Management Agent: segment {} is available", segment.view()));
}

/// Whoever has the segment or not: the members of a pool know the names that one of them gave.
World::SharedCache World::new_cache(const Name8& segment) {
    auto& names = session_names_[segment];
    if (!names) names = std::make_shared<sslserv::SessionNames>();
    return std::make_shared<sslserv::SessionCache>(sslserv::SessionCache::kMostEntries, names);
}

/// A server by itself keeps its sessions itself; the members of a pool share the segment, whether anybody
/// serves it or not.
World::SharedCache World::cache_for(const Launch& launch, const stack::SslConfig& ssl,
                                    const std::string& prefix, System& world) {
    const Userid& userid = launch.userid;
    if (!ssl.server || ssl.server->value != stack::kAnyUser) return std::make_shared<sslserv::SessionCache>();
    const Name8 segment = cache_segment_of(launch.stack);
    if (!segments_.find(segment)) segments_.define({.name = segment});
    if (const auto refused = refuse_segment(directory_, racf_, userid, segment)) {
        auto cache = new_cache(segment);
        cache->set_unserved(
            {fmt::format("it cannot load segment {}", segment.view()), refused->rests_on, {}});
        world.record({RecordKind::refusal, refused->text, refused->rests_on});
        world.console(userid, *refused, prefix);
        return cache;
    }
    segments_.load(segment, userid);
    auto& cache = session_caches_[segment];
    if (cache) return cache;
    cache = new_cache(segment);
    sslserv::SessionCache::Absence absence{
        fmt::format("nobody serves segment {}", segment.view()), {}, {about_machine(launch.stack)}};
    for (const auto& [user, where] :
         left_out("SSLIDCSS", stacks_.at(launch.stack).launch, directory_, true, {}))
        absence.consulted.insert(absence.consulted.begin(), about_machine(user));
    cache->set_unserved(std::move(absence));
    return cache;
}

/// TLSECHO and the SMAPI responder have no file of their own: their port is the one that PORT reserves for
/// them.
std::unique_ptr<Program> World::make_echo(const Launch& launch, services::SystemFacts facts, System& world) {
    Sourced<std::uint16_t> port;
    if (const auto running = stack(launch.stack))
        for (const auto& entry : running->config.ports)
            if (!entry.udp && entry.user == launch.userid) port = {entry.low, entry.where};
    if (*port == 0) {
        world.console(launch.userid, say<DTCRUN907E>(launch.stack, launch.userid));
        world.console(launch.userid, say<DTCRUN1099E>());
        return nullptr;
    }
    std::unique_ptr<services::Service> service;
    if (launch.kind == ServerKind::smapi)
        service = std::make_unique<services::SmapiResponder>(services::SmallConfig{port}, std::move(facts));
    else service = std::make_unique<services::TlsEchoServer>(services::SmallConfig{port}, std::move(facts));
    return std::make_unique<ServiceProgram>(std::move(service), files_, launch.stack);
}

}  // namespace vmlab::sim
